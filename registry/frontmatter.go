package registry

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// bom is the byte order mark of UTF-8.
const bom = "\xef\xbb\xbf"

// A fieldSet is the front matter of a SKILL.md as far as anybody asks for it.
type fieldSet struct {
	keys   []string          // in the order of the file
	values map[string]string // of scalars only; null is absent
	broken bool              // no YAML in any reading
	colon  bool              // YAML only once a plain value with ": " is quoted
	grants []grant
}

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

// findings are what a user should see of the fields. front is the text that they
// were read from; its first line is the file's second.
func (f fieldSet) findings(front []byte) []Finding {
	var out fewFindings
	for _, g := range f.grants {
		key := "allowed-tools"
		if g.kind == FindingHooks {
			key = "hooks"
		}
		out.add(lineOf(front, key), g.kind, func() string { return g.text })
	}
	found := out.all()
	if hiddenIn(front) != nil {
		return found // said of the whole file
	}
	for _, key := range f.keys[:min(len(f.keys), maxFields)] {
		for _, h := range hiddenIn([]byte(f.values[key])) { // by an escape, as YAML has them
			found = append(found, Finding{Line: lineOf(front, key), Kind: h.Kind, Text: fmt.Sprintf("%s in the value of %q", h.Text, shorten(key))})
		}
	}
	return found
}

// lineOf is the line of the file on which a field stands: the first that begins
// with its name, else the first that has it, else that of the front matter.
func lineOf(front []byte, key string) int {
	line, has := 1, 1
	for text := range bytes.Lines(front) {
		line++
		if bytes.HasPrefix(bytes.TrimLeft(text, " \t\"'{?"), []byte(key)) {
			return line
		}
		if has == 1 && bytes.Contains(text, []byte(key)) {
			has = line
		}
	}
	return has
}

// splitFrontMatter gives the text between the first line, which is ---, and
// the next such line.
func splitFrontMatter(data []byte) (front []byte, found bool) {
	first, rest, _ := bytes.Cut(data, []byte("\n"))
	if string(bytes.TrimRight(first, " \t\r")) != "---" {
		return nil, false
	}
	for at := 0; at < len(rest) && at <= maxFrontMatterBytes; {
		line, _, more := bytes.Cut(rest[at:], []byte("\n"))
		if string(bytes.TrimRight(line, " \t\r")) == "---" {
			return rest[:at], true
		}
		if !more {
			break
		}
		at += len(line) + 1
	}
	return nil, false
}

// textBelow gives what stands below the front matter that splitFrontMatter has
// found in data.
func textBelow(data, front []byte) []byte {
	begin := bytes.IndexByte(data, '\n') + 1 + len(front)
	_, body, _ := bytes.Cut(data[begin:], []byte("\n"))
	return body
}

// parseFields reads front matter as the most lenient clients do: as YAML, then
// as YAML with its plain values quoted, then line by line.
func parseFields(front []byte) fieldSet {
	front = bytes.ReplaceAll(front, []byte("\r\n"), []byte("\n"))
	if f, ok := parseYAML(front); ok {
		return f
	}
	if quoted, changed := quoteColons(string(front)); changed {
		if f, ok := parseYAML([]byte(quoted)); ok {
			f.colon = true
			return f
		}
	}
	return readLines(string(front))
}

// parseYAML reads a YAML mapping into nodes only: aliases stay aliases, so
// that a few of them cannot become many values.
func parseYAML(front []byte) (fieldSet, bool) {
	var doc yaml.Node
	if err := yaml.Unmarshal(front, &doc); err != nil {
		return fieldSet{}, false
	}
	f := fieldSet{values: map[string]string{}}
	if doc.Kind == 0 {
		return f, true // empty, or comments only
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return fieldSet{}, false
	}
	budget := maxNodes
	f.grants = grantsOf(root, &budget)
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		if value.Kind == yaml.AliasNode {
			value = value.Alias
		}
		f.keys = append(f.keys, key.Value)
		if value.Kind == yaml.ScalarNode && value.Tag != "!!null" {
			f.values[key.Value] = value.Value
		}
	}
	return f, true
}

// maxNodes bounds how much of the front matter is looked at for what the skill
// gives itself: aliases can make much of little.
const maxNodes = 2000

// grantsOf are the grants of a mapping and of those that are merged into it.
func grantsOf(n *yaml.Node, budget *int) []grant {
	if *budget--; *budget < 0 {
		return nil
	}
	switch n.Kind {
	case yaml.AliasNode:
		return grantsOf(n.Alias, budget)
	case yaml.SequenceNode: // of mappings to be merged
		var all []grant
		for _, c := range n.Content {
			all = append(all, grantsOf(c, budget)...)
		}
		return all
	case yaml.MappingNode:
	default:
		return nil
	}
	var all []grant
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Value == "<<" {
			all = append(all, grantsOf(value, budget)...)
			continue
		}
		kind := grantKind(key.Value)
		if kind == "" {
			continue
		}
		words := wordsOf(value, kind == FindingHooks, budget)
		if text := oneLine(strings.Join(words, " "), maxShown); text != "" {
			all = append(all, grant{kind, text})
		}
	}
	return all
}

// wordsOf are the scalars below a node, with the keys of mappings if they count.
func wordsOf(n *yaml.Node, keys bool, budget *int) []string {
	if *budget--; *budget < 0 {
		return nil
	}
	switch n.Kind {
	case yaml.AliasNode:
		return wordsOf(n.Alias, keys, budget)
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return nil
		}
		return []string{n.Value}
	default:
	}
	var words []string
	for i, c := range n.Content {
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

// quoteColons quotes the top-level plain values that contain what YAML takes
// for another key. Their continuation lines are folded in, as YAML would.
func quoteColons(front string) (quoted string, changed bool) {
	var out strings.Builder
	lines := strings.Split(front, "\n")
	for i := 0; i < len(lines); i++ {
		key, value, ok := plainField(lines[i])
		if !ok {
			out.WriteString(lines[i] + "\n")
			continue
		}
		var valueSb96 strings.Builder
		for i+1 < len(lines) && strings.HasPrefix(lines[i+1], " ") && strings.TrimSpace(lines[i+1]) != "" {
			i++
			valueSb96.WriteString(" " + strings.TrimSpace(lines[i]))
		}
		value += valueSb96.String()
		if strings.Contains(value, ": ") || strings.HasSuffix(value, ":") {
			value = "'" + strings.ReplaceAll(value, "'", "''") + "'"
			changed = true
		}
		out.WriteString(key + ": " + value + "\n")
	}
	return out.String(), changed
}

// plainField splits a line such as "description: some text", whose value is
// neither quoted nor any other construct of YAML.
func plainField(line string) (key, value string, ok bool) {
	key, value, ok = strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	ok = ok && isKey(key) && value != "" && !strings.ContainsRune("\"'|>[]{}&*!#%@`-?,", rune(value[0]))
	return key, value, ok
}

func isKey(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isLetter(c) && !isDigit(c) && c != '-' && c != '_' {
			return false
		}
	}
	return s != ""
}

// readLines takes the fields of what is no YAML from lines of their own.
func readLines(front string) fieldSet {
	f := fieldSet{values: map[string]string{}, broken: true}
	for line := range strings.Lines(front) {
		if key, value, found := strings.Cut(line, ":"); found {
			// Who reads what is broken may read it in any way.
			if kind := grantKind(strings.Trim(key, " \t\"'{?-")); kind != "" {
				f.grants = append(f.grants, grant{kind, cmp.Or(oneLine(value, maxShown), "on the lines below")})
			}
		}
		key, value, found := strings.Cut(strings.TrimRight(line, "\n"), ":")
		if !found || !isKey(key) {
			continue
		}
		value = strings.TrimSpace(value)
		if n := len(value); n > 1 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
			value = value[1 : n-1]
		}
		f.keys = append(f.keys, key)
		if _, twice := f.values[key]; value != "" && !twice {
			f.values[key] = value
		}
	}
	return f
}
