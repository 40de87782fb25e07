package registry

import (
	"cmp"
	"encoding/base64"
	"strings"

	"gopkg.in/yaml.v3"
)

// A grant is a field by which a skill gives itself rights: tools that run without
// a question, or commands that the client runs.
type grant struct {
	kind FindingKind
	text string // its value, on one line
}

// grantKind is what a field of this name gives, "" if nothing
// (https://code.claude.com/docs/en/skills#frontmatter-reference).
func grantKind(key string) FindingKind {
	switch key {
	case "allowed-tools":
		return FindingTools
	case "hooks":
		return FindingHooks
	}
	return ""
}

// maxNodes bounds how much of the value of a field is looked at: aliases can make
// much of little.
const maxNodes = 2000

// resolved is what a node stands for.
func resolved(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// scalarOf is the text of a scalar, which an alias may stand for, or base64
// (https://yaml.org/type/binary.html). "" if it is none.
func scalarOf(n *yaml.Node) string {
	n = resolved(n)
	if n.Kind != yaml.ScalarNode {
		return ""
	}
	if n.ShortTag() == "!!binary" {
		if text, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(n.Value), "")); err == nil {
			return string(text)
		}
	}
	return n.Value
}

// scalarsOf adds the texts below the value of a field, without those of aliases,
// which stand elsewhere.
func scalarsOf(all []scalar, key string, value *yaml.Node) []scalar {
	if value.Kind == yaml.ScalarNode {
		return append(all, scalar{key, scalarOf(value)})
	}
	for _, c := range value.Content {
		all = scalarsOf(all, key, c)
	}
	return all
}

// grantsOf are the grants of a mapping and of those that are merged into it, each
// of which is looked at once.
func grantsOf(n *yaml.Node, seen map[*yaml.Node]bool) []grant {
	n = resolved(n)
	if seen[n] {
		return nil
	}
	seen[n] = true
	var all []grant
	switch n.Kind {
	case yaml.SequenceNode: // of mappings to be merged
		for _, c := range n.Content {
			all = append(all, grantsOf(c, seen)...)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := scalarOf(n.Content[i]), n.Content[i+1]
			if key == "<<" {
				all = append(all, grantsOf(value, seen)...)
				continue
			}
			kind := grantKind(key)
			if kind == "" {
				continue
			}
			budget := maxNodes
			if len(all) >= maxFields {
				budget = 0 // nobody is shown so many
			}
			text := oneLine(strings.Join(wordsOf(value, kind == FindingHooks, &budget), " "), maxShown)
			if budget < 0 {
				text = cmp.Or(text, "more than is looked at")
			}
			if text != "" {
				all = append(all, grant{kind, text})
			}
		}
	default:
	}
	return all
}

// wordsOf are the scalars below a node, with the keys of mappings if they count.
// The budget is below 0 if there are more.
func wordsOf(n *yaml.Node, keys bool, budget *int) []string {
	if *budget--; *budget < 0 {
		return nil
	}
	n = resolved(n)
	if n.Kind == yaml.ScalarNode {
		if n.Tag == "!!null" {
			return nil
		}
		return []string{scalarOf(n)}
	}
	var words []string
	for i, c := range n.Content {
		if *budget < 0 {
			break
		}
		below := wordsOf(c, keys, budget)
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			if !keys {
				continue
			}
			for j := range below {
				below[j] += ":"
			}
		}
		words = append(words, below...)
	}
	return words
}
