package document

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

// A yamlLevel is a map or list on the way to a value, and the place in it that
// leads on: the index of the value among the node's content, -1 if it is not
// there.
type yamlLevel struct {
	node *yaml.Node
	on   int
}

func (l yamlLevel) key() *yaml.Node { return l.node.Content[l.on-1] }

func (l yamlLevel) value() *yaml.Node { return l.node.Content[l.on] }

// A yamlSite is where an entry is, or how far its root is there.
type yamlSite struct {
	levels  []yamlLevel
	missing []string   // the keys of the root that are not there
	hole    *yaml.Node // a null where a map or list should be
	empty   bool       // the document is empty
}

func (s yamlSite) last() yamlLevel { return s.levels[len(s.levels)-1] }

// entry is the node of the entry, nil if there is none.
func (s yamlSite) entry() *yaml.Node {
	if len(s.levels) == 0 || len(s.missing) > 0 || s.hole != nil || s.last().on < 0 {
		return nil
	}
	return s.last().value()
}

func (t *yamlTree) bytes() []byte { return t.src }

func (t *yamlTree) parse(src []byte) (tree, error) { return parseYAML(src) }

func (t *yamlTree) with(edits []Edit) (tree, error) { return parseYAML(Apply(t.src, edits)) }

// errorAtNode is a SyntaxError that points at n.
func (t *yamlTree) errorAtNode(n *yaml.Node, format string, args ...any) error {
	return &SyntaxError{Line: n.Line, Column: n.Column, Msg: fmt.Sprintf(format, args...)}
}

// site follows the root and looks for the entry.
func (t *yamlTree) site(p Place) (yamlSite, error) {
	var s yamlSite
	if t.doc == nil {
		s.empty, s.missing = true, p.Root
		return s, nil
	}
	cur, what := t.doc, "the document"
	for n := 0; ; n++ {
		list := n == len(p.Root) && p.ListKey != ""
		if err := t.container(cur, what, list); err != nil {
			return s, err
		}
		var i int
		var err error
		switch {
		case list:
			i, err = t.element(cur, p)
		case n == len(p.Root):
			i, err = t.index(cur, p.Name)
		default:
			i, err = t.index(cur, p.Root[n])
		}
		if err != nil {
			return s, err
		}
		s.levels = append(s.levels, yamlLevel{cur, i})
		if n == len(p.Root) {
			return s, nil
		}
		if i < 0 {
			s.missing = p.Root[n:]
			return s, nil
		}
		cur, what = cur.Content[i], fmt.Sprintf("%q", p.Root[n])
		if cur.ShortTag() == "!!null" && cur.Anchor == "" {
			s.hole, s.missing = cur, p.Root[n+1:]
			return s, nil
		}
	}
}

// container checks that n is a map, or a list, that can be edited.
func (t *yamlTree) container(n *yaml.Node, what string, list bool) error {
	kind, want := yaml.MappingNode, "a map"
	if list {
		kind, want = yaml.SequenceNode, "a list"
	}
	switch {
	case n.Kind == yaml.AliasNode:
		return t.errorAtNode(n, "%s is an alias (*%s); what it stands for would change elsewhere too", what, n.Value)
	case n.Kind != kind:
		return t.errorAtNode(n, "%s is %s, not %s", what, typeName(t.decode(n)), want)
	case n.Anchor != "":
		return t.errorAtNode(n, "%s has an anchor (&%s); what refers to it would change too", what, n.Anchor)
	}
	return nil
}

// yamlKey reports whether n is the key k.
func yamlKey(n *yaml.Node, k string) bool {
	return n.Kind == yaml.ScalarNode && n.Value == k && n.ShortTag() == "!!str"
}

// yamlReads reports whether n is a scalar, or an alias of one, that reads k.
func yamlReads(n *yaml.Node, k string) bool {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n.Kind == yaml.ScalarNode && n.Value == k
}

// index finds the only value with a key.
func (t *yamlTree) index(m *yaml.Node, key string) (int, error) {
	found := -1
	for i := 0; i+1 < len(m.Content); i += 2 {
		if !yamlKey(m.Content[i], key) {
			if yamlReads(m.Content[i], key) {
				return -1, t.errorAtNode(m.Content[i], "the key %q has a tag or is an alias; it cannot be told whether it is the client's", key)
			}
			continue
		}
		if found >= 0 {
			return -1, t.errorAtNode(m.Content[i], "%q is here twice, first on line %d", key, m.Content[found-1].Line)
		}
		found = i + 1
	}
	return found, nil
}

// element finds the only value of a list that is named so.
func (t *yamlTree) element(list *yaml.Node, p Place) (int, error) {
	found := -1
	for i, e := range list.Content {
		if name, ok := at(t.decode(e), []string{p.ListKey}); !ok || name != p.Name {
			continue
		}
		if found >= 0 {
			return -1, t.errorAtNode(e, "%q is here twice, first on line %d", p.Name, list.Content[found].Line)
		}
		found = i
	}
	return found, nil
}

func (t *yamlTree) find(p Place) (any, bool, error) {
	s, err := t.site(p)
	if err != nil {
		return nil, false, err
	}
	n := s.entry()
	if n == nil {
		return nil, false, nil
	}
	return t.decode(n), true, nil
}

func (t *yamlTree) lookup(path []string) (any, bool) {
	if t.doc == nil {
		return nil, false
	}
	cur := t.doc
	for _, key := range path {
		for cur.Kind == yaml.AliasNode {
			cur = cur.Alias
		}
		if cur.Kind != yaml.MappingNode {
			return nil, false
		}
		i := lastValue(cur, key)
		if i < 0 {
			return nil, false
		}
		cur = cur.Content[i]
	}
	return t.decode(cur), true
}

// lastValue finds the last value with a key.
func lastValue(m *yaml.Node, key string) int {
	for i := len(m.Content) - 1; i > 0; i -= 2 {
		if yamlKey(m.Content[i-1], key) {
			return i
		}
	}
	return -1
}

func (t *yamlTree) entries(p Place) ([]Found, error) {
	s, err := t.site(p)
	if err != nil || s.hole != nil || len(s.missing) > 0 || s.empty {
		return nil, err
	}
	n := s.last().node
	var all []Found
	for i, e := range n.Content {
		f := Found{Line: e.Line}
		switch {
		case n.Kind == yaml.SequenceNode:
			f.Value = t.decode(e)
			name, _ := at(f.Value, []string{p.ListKey})
			f.Name, _ = name.(string)
		case i%2 == 1 || e.Kind != yaml.ScalarNode || e.ShortTag() == "!!merge":
			continue // what a merge key brings in is not written here
		default:
			f.Name, f.Value = e.Value, t.decode(n.Content[i+1])
		}
		all = append(all, f)
	}
	return all, nil
}

// maxYAMLNodes bounds what decoding one value may visit, so that aliases of
// aliases cannot fill the memory. What is beyond it is left out.
const maxYAMLNodes = 100_000

func (t *yamlTree) decode(n *yaml.Node) any {
	budget := maxYAMLNodes
	return yamlValue(n, &budget)
}

func yamlValue(n *yaml.Node, budget *int) any {
	if *budget--; *budget < 0 {
		return nil
	}
	switch n.Kind {
	case yaml.AliasNode:
		return yamlValue(n.Alias, budget)
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if key := n.Content[i]; key.Kind == yaml.ScalarNode {
				m[key.Value] = yamlValue(n.Content[i+1], budget)
			}
		}
		return m
	case yaml.SequenceNode:
		list := []any{}
		for _, e := range n.Content {
			list = append(list, yamlValue(e, budget))
		}
		return list
	default:
		return yamlScalar(n)
	}
}

// yamlScalar decodes a scalar; dates and binary values stay text.
func yamlScalar(n *yaml.Node) any {
	var v any
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool", "!!int", "!!float":
		if n.Decode(&v) != nil {
			return n.Value
		}
	}
	switch v := v.(type) {
	case bool, int64, float64:
		return v
	case int:
		return int64(v)
	case uint64:
		return float64(v)
	}
	return n.Value
}
