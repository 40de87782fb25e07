package document

import (
	"strings"

	"gopkg.in/yaml.v3"
)

func (t *yamlTree) insert(p Place, v any) ([]Edit, error) {
	s, err := t.site(p)
	if err != nil {
		return nil, err
	}
	if len(s.missing) == 0 && s.hole == nil && !s.empty {
		if n := s.last().node; yamlFlow(n) {
			return t.addFlow(s.levels, p.Name, v), nil
		}
		return t.addFront(s, p, v)
	}
	if p.ListKey != "" {
		v = yamlList{v}
	} else {
		v = Map{{p.Name, v}}
	}
	switch {
	case s.hole != nil:
		return t.fill(s, wrap(s.missing, v))
	case s.empty:
		return t.addEnd(s.missing[0], wrap(s.missing[1:], v)), nil
	}
	key, v := s.missing[0], wrap(s.missing[1:], v)
	switch n := s.last().node; {
	case yamlFlow(n):
		return t.addFlow(s.levels, key, v), nil
	case len(s.levels) > 1:
		return t.addTop(n, key, v)
	case t.endsOpen():
		return t.addTop(n, key, v)
	}
	return t.addEnd(key, v), nil
}

// A yamlList is a list of one element in block form.
type yamlList struct{ element any }

func (t *yamlTree) style(unit string, off int) yamlStyle {
	return yamlStyle{unit: unit, newline: newlineAt(t.src, off)}
}

// addFlow writes a member into the innermost level, which is in flow form.
func (t *yamlTree) addFlow(levels []yamlLevel, key string, v any) []Edit {
	var outer []bracket
	for _, l := range levels {
		if yamlFlow(l.node) {
			b := t.bracket(l.node)
			outer = append(outer, b)
		}
	}
	b := outer[len(outer)-1]
	l := b.layout(outer[:len(outer)-1])
	if len(b.members) == 0 && !hasNewline(b.of(t.src)) {
		l.multi = false
	}
	var text []byte
	if b.list() {
		text = appendYAMLFlow(nil, flowed(v), true)
	} else {
		text = appendYAMLPair(nil, key, flowed(v))
	}
	return b.add(l, " ", text)
}

// flowed is v for the flow form, which knows only one kind of list.
func flowed(v any) any {
	switch v := v.(type) {
	case yamlList:
		return []any{v.element}
	case Map:
		m := make(Map, len(v))
		for i, p := range v {
			m[i] = Pair{p.Key, flowed(p.Value)}
		}
		return m
	}
	return v
}

// addFront writes the entry on the line behind the root's key. The end of a
// block is not a safe place: blank lines may belong to a scalar before it and
// comments to anybody.
func (t *yamlTree) addFront(s yamlSite, p Place, v any) ([]Edit, error) {
	n := s.last().node
	first := t.offset(n)
	if n.Kind == yaml.MappingNode {
		first = t.offset(n.Content[0])
	}
	indent := t.src[lineStart(t.src, first):first]
	if strings.Trim(string(indent), " ") != "" || n.Kind == yaml.SequenceNode && t.src[first] != '-' {
		return nil, t.errorAtNode(n, "this way of writing a %s cannot be edited", yamlKind(n))
	}
	at := lineStart(t.src, first)
	unit := "  "
	if len(s.levels) > 1 {
		key := s.levels[len(s.levels)-2].key()
		colon := t.colon(key)
		if colon < 0 || lineEnd(t.src, colon) >= at {
			return nil, t.errorAtNode(key, "this way of writing a %s cannot be edited", yamlKind(n))
		}
		at = lineEnd(t.src, colon)
		at += lineBreak(t.src, at)
		if wide := len(indent) - (key.Column - 1); wide > 0 {
			unit = strings.Repeat(" ", wide)
		}
	}
	st := t.style(unit, at)
	text := append([]byte{}, indent...)
	if n.Kind == yaml.SequenceNode {
		text = st.element(text, v, string(indent))
	} else {
		text = st.member(text, p.Name, v, string(indent))
	}
	return []Edit{{Off: at, New: append(text, st.newline...)}}, nil
}

func yamlKind(n *yaml.Node) string {
	if n.Kind == yaml.SequenceNode {
		return "list"
	}
	return "map"
}

// unit is one level of indentation, as the first map inside the document has
// it.
func (t *yamlTree) unit() string {
	if t.doc != nil && t.doc.Kind == yaml.MappingNode && !yamlFlow(t.doc) {
		for i := 1; i < len(t.doc.Content); i += 2 {
			n := t.doc.Content[i]
			if n.Kind == yaml.MappingNode && !yamlFlow(n) {
				if wide := n.Content[0].Column - t.doc.Content[0].Column; wide > 0 {
					return strings.Repeat(" ", wide)
				}
			}
		}
	}
	return "  "
}

// block appends a key and value in block form, of which v may hold a yamlList.
func (s yamlStyle) block(text []byte, key string, v any, indent string) []byte {
	switch v := v.(type) {
	case yamlList:
		text = append(appendYAMLString(text, key, false), ':')
		text = append(text, s.newline+indent+s.unit...)
		return s.element(text, v.element, indent+s.unit)
	case Map:
		if len(v) == 1 { // as wrap makes it
			text = append(appendYAMLString(text, key, false), ':')
			text = append(text, s.newline+indent+s.unit...)
			return s.block(text, v[0].Key, v[0].Value, indent+s.unit)
		}
	}
	return s.member(text, key, v, indent)
}

// addTop writes a member before the first of a block map.
func (t *yamlTree) addTop(m *yaml.Node, key string, v any) ([]Edit, error) {
	first := t.offset(m.Content[0])
	at := lineStart(t.src, first)
	indent := string(t.src[at:first])
	if strings.Trim(indent, " ") != "" {
		return nil, t.errorAtNode(m, "this way of writing a map cannot be edited")
	}
	st := t.style(t.unit(), at)
	text := st.block([]byte(indent), key, v, indent)
	return []Edit{{Off: at, New: append(text, st.newline...)}}, nil
}

// addEnd writes a member of the document's own map behind all others, before
// an end marker if there is one.
func (t *yamlTree) addEnd(key string, v any) []Edit {
	at := t.docEnd()
	st := t.style(t.unit(), at)
	indent := ""
	if t.doc != nil {
		indent = strings.Repeat(" ", t.doc.Content[0].Column-1)
	}
	text := st.block([]byte(indent), key, v, indent)
	before := t.src[t.lines[0]:at]
	if len(before) == 0 || lineBreak(before, len(before)-1) > 0 {
		text = append(text, st.newline...)
	} else {
		text = append([]byte(st.newline), text...)
	}
	return []Edit{{Off: at, New: text}}
}

// docEnd is where the document's content ends at the latest: the start of the
// line with the end marker, or the end of the file.
func (t *yamlTree) docEnd() int {
	for i := t.lines[0]; i < len(t.src); {
		end := lineEnd(t.src, i)
		if line := string(t.src[i:end]); strings.HasPrefix(line, "...") && strings.TrimLeft(line[3:], " \t") == "" || strings.HasPrefix(line, "... ") {
			return i
		}
		i = end + lineBreak(t.src, end)
	}
	return len(t.src)
}

// endsOpen reports whether the last value is a block scalar that the end of the
// file cuts off, so that a line break behind it would become part of it.
func (t *yamlTree) endsOpen() bool {
	return lastLeaf(t.doc).Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 && t.docEnd() == len(t.src) && lineBreak(t.src, len(t.src)-1) == 0
}

// fill writes v in the place of a null.
func (t *yamlTree) fill(s yamlSite, v any) ([]Edit, error) {
	l := s.last()
	colon := t.colon(l.key())
	if colon < 0 {
		return nil, t.errorAtNode(l.key(), "this way of writing a map cannot be edited")
	}
	if !yamlEmpty(s.hole) {
		old := span{t.offset(s.hole), t.end(s.hole)}
		return []Edit{{Off: old.start, Old: old.of(t.src), New: appendYAMLFlow(nil, flowed(v), false)}}, nil
	}
	if yamlFlow(l.node) {
		return []Edit{{Off: colon + 1, New: appendYAMLFlow([]byte{' '}, flowed(v), true)}}, nil
	}
	// The key's line may have a comment; the block starts on the next.
	at := lineEnd(t.src, colon)
	st := t.style(t.unit(), at)
	indent := strings.Repeat(" ", l.key().Column-1) + st.unit
	text := []byte(st.newline + indent)
	if list, ok := v.(yamlList); ok {
		text = st.element(text, list.element, indent)
	} else {
		m, _ := v.(Map)
		text = st.block(text, m[0].Key, m[0].Value, indent)
	}
	return []Edit{{Off: at, New: text}}, nil
}
