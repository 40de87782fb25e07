package document

import (
	"bytes"
	"strings"

	"gopkg.in/yaml.v3"
)

// own refuses an entry that other places refer to, or that refers to others
// where it would have to be changed.
func (t *yamlTree) own(p Place) (yamlSite, error) {
	s, err := t.site(p)
	if err != nil {
		return s, err
	}
	n := s.entry()
	if n == nil {
		return s, &VerifyError{"the entry is gone"}
	}
	if n.Kind == yaml.AliasNode {
		return s, t.errorAtNode(n, "%q is an alias (*%s); what it stands for would change elsewhere too", p.Name, n.Value)
	}
	if a := anchored(n); a != nil {
		return s, t.errorAtNode(a, "%q has an anchor (&%s); what refers to it would change too", p.Name, a.Anchor)
	}
	return s, nil
}

// anchored finds an anchor in n.
func anchored(n *yaml.Node) *yaml.Node {
	if n.Anchor != "" {
		return n
	}
	for _, c := range n.Content {
		if a := anchored(c); a != nil {
			return a
		}
	}
	return nil
}

func (t *yamlTree) put(p Place, path []string, v any) ([]Edit, error) {
	s, err := t.own(p)
	if err != nil {
		return nil, err
	}
	levels := s.levels
	for i := range path {
		n := levels[len(levels)-1].value()
		if n.Kind != yaml.MappingNode {
			return nil, t.errorAtNode(n, "%q is an alias; what it stands for would change elsewhere too", path[i-1])
		}
		levels = append(levels, yamlLevel{n, lastValue(n, path[i])})
	}
	l := levels[len(levels)-1]
	switch {
	case yamlFlow(l.node) && multiLine(v):
		return nil, t.errorAtNode(l.node, "a value over several lines does not fit into a map in braces")
	case l.on >= 0:
		return t.set(levels, v)
	case yamlFlow(l.node):
		return t.addFlow(levels, path[len(path)-1], v), nil
	}
	return t.addBlock(l.node, path[len(path)-1], v)
}

func multiLine(v any) bool {
	switch v := v.(type) {
	case rawText:
		return hasNewline(v)
	case Map:
		for _, p := range v {
			if multiLine(p.Value) {
				return true
			}
		}
	}
	return false
}

// set replaces the value that the innermost level leads to.
func (t *yamlTree) set(levels []yamlLevel, v any) ([]Edit, error) {
	l := levels[len(levels)-1]
	n := l.value()
	if l.node.Kind == yaml.SequenceNode && !yamlFlow(l.node) {
		indent := strings.Repeat(" ", n.Column-1)
		old := span{t.offset(n), t.end(n)}
		text := t.style(t.unit(), old.start).element(nil, v, strings.TrimSuffix(indent, "  "))
		return []Edit{{Off: old.start, Old: old.of(t.src), New: bytes.TrimPrefix(text, []byte("- "))}}, nil
	}
	if yamlFlow(l.node) {
		b := t.bracket(l.node)
		step := 1
		if l.node.Kind == yaml.MappingNode {
			step = 2
		}
		old := b.members[l.on/step].val
		text := appendYAMLFlow(nil, flowed(v), true)
		if old.start == old.end {
			text = append([]byte{' '}, text...)
		}
		return []Edit{{Off: old.start, Old: old.of(t.src), New: text}}, nil
	}
	colon := t.colon(l.key())
	if colon < 0 {
		return nil, t.errorAtNode(l.key(), "this way of writing a map cannot be edited")
	}
	old := span{colon + 1, colon + 1}
	if !yamlEmpty(n) {
		old.end = t.end(n)
	}
	indent := strings.Repeat(" ", l.key().Column-1)
	text := t.style(t.unit(), colon).member(nil, "", v, indent)[len(`"":`):]
	if hasNewline(text) && blanks(t.src, old.end) != lineEnd(t.src, old.end) && !multiLine(v) {
		// A comment follows on the line: it stays behind the value.
		text = append([]byte{' '}, appendYAMLFlow(nil, flowed(v), false)...)
	}
	if value := blanks(t.src, old.start); text[0] == ' ' && value > old.start && value < old.end && t.src[value] != '#' && lineBreak(t.src, value) == 0 {
		old.start, text = value, text[1:] // keep the blanks behind the colon
	}
	return []Edit{{Off: old.start, Old: old.of(t.src), New: t.closed(text, old.end, v)}}, nil
}

// closed ends text at the end of the file with a line break if v may be a block
// scalar, of which it is a part then.
func (t *yamlTree) closed(text []byte, end int, v any) []byte {
	if end == len(t.src) && multiLine(v) {
		return append(text, newlineAt(t.src, end)...)
	}
	return text
}

// addBlock writes a member into a block map: behind the last member that does
// not end in a block scalar, whose end is blank lines' business, else before
// the first.
func (t *yamlTree) addBlock(m *yaml.Node, key string, v any) ([]Edit, error) {
	indent := strings.Repeat(" ", m.Content[0].Column-1)
	for i := len(m.Content) - 1; i > 0; i -= 2 {
		if leaf := lastLeaf(m.Content[i]); leaf.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
			continue
		}
		at := lineEnd(t.src, t.end(m.Content[i]))
		st := t.style(t.unit(), at)
		text := st.member([]byte(st.newline+indent), key, v, indent)
		return []Edit{{Off: at, New: t.closed(text, at, v)}}, nil
	}
	first := t.offset(m.Content[0])
	at := lineStart(t.src, first)
	if strings.Trim(string(t.src[at:first]), " ") != "" {
		at = first // behind the dash of a list's element
	}
	st := t.style(t.unit(), at)
	text := append(st.member(nil, key, v, indent), st.newline...)
	if at == first {
		text = append(text, indent...)
	} else {
		text = append([]byte(indent), text...)
	}
	return []Edit{{Off: at, New: text}}, nil
}

// lastLeaf is the node that a block ends with.
func lastLeaf(n *yaml.Node) *yaml.Node {
	for len(n.Content) > 0 && !yamlFlow(n) {
		n = n.Content[len(n.Content)-1]
	}
	return n
}

func (t *yamlTree) cut(p Place, path []string) ([]Edit, error) {
	s, err := t.own(p)
	if err != nil {
		return nil, err
	}
	levels := s.levels
	for range path {
		n := levels[len(levels)-1].value()
		if n.Kind != yaml.MappingNode {
			return nil, t.errorAtNode(n, "an alias on the way cannot be edited")
		}
		levels = append(levels, yamlLevel{n, lastValue(n, path[len(levels)-len(s.levels)])})
	}
	l := levels[len(levels)-1]
	step := 1
	if l.node.Kind == yaml.MappingNode {
		step = 2
	}
	if yamlFlow(l.node) {
		b := t.bracket(l.node)
		return b.remove(l.on / step), nil
	}
	own, err := t.memberLines(l)
	if err != nil {
		return nil, err
	}
	if len(l.node.Content) == step {
		return t.emptied(levels, own)
	}
	if first := t.memberStart(l); !onlyBlank(t.src[lineStart(t.src, first):first]) {
		// It shares its line with the dash of a list: the next one moves up.
		own = span{first, t.offset(l.node.Content[l.on+1])}
	} else if own.end == len(t.src) && lineBreak(t.src, own.end-1) == 0 {
		own.start = lineEnd(t.src, max(own.start-2, 0))
	}
	return []Edit{{Off: own.start, Old: own.of(t.src)}}, nil
}

// memberStart is where a member of a block starts: at its key or dash.
func (t *yamlTree) memberStart(l yamlLevel) int {
	if l.node.Kind == yaml.MappingNode {
		return t.offset(l.key())
	}
	before := bytes.TrimRight(t.src[:t.offset(l.value())], " \t\r\n")
	return max(len(before)-1, 0)
}

// memberLines are the lines of a member of a block, with comments below it
// that are indented deeper: on their own they could become text of a scalar
// before them.
func (t *yamlTree) memberLines(l yamlLevel) (span, error) {
	start := t.memberStart(l)
	if l.node.Kind == yaml.SequenceNode && t.src[start] != '-' {
		return span{}, t.errorAtNode(l.value(), "this way of writing a list cannot be edited")
	}
	column := start - lineStart(t.src, start)
	end := lineEnd(t.src, t.end(l.value()))
	end += lineBreak(t.src, end)
	for at := end; at < len(t.src); {
		text := blanks(t.src, at)
		stop := lineEnd(t.src, at)
		comment := text < stop && t.src[text] == '#'
		if text < stop && (!comment || text-at <= column) {
			break
		}
		at = stop + lineBreak(t.src, stop)
		if comment {
			end = at
		}
		if at == stop {
			break
		}
	}
	return span{lineStart(t.src, start), end}, nil
}

// emptied takes the only member out of a block: an empty flow map or list
// takes its place.
func (t *yamlTree) emptied(levels []yamlLevel, own span) ([]Edit, error) {
	l := levels[len(levels)-1]
	empty := "{}"
	if l.node.Kind == yaml.SequenceNode {
		empty = "[]"
	}
	if len(levels) > 1 {
		outer := levels[len(levels)-2]
		if outer.node.Kind == yaml.SequenceNode {
			old := span{t.memberStart(l), t.end(l.value())}
			return []Edit{{Off: old.start, Old: old.of(t.src), New: []byte(empty)}}, nil
		}
		if colon := t.colon(outer.key()); colon >= 0 && colon < own.start {
			if own.end == len(t.src) && lineBreak(t.src, own.end-1) == 0 {
				own.start = lineEnd(t.src, max(own.start-2, 0))
			}
			return []Edit{{Off: colon + 1, New: []byte(" " + empty)}, {Off: own.start, Old: own.of(t.src)}}, nil
		}
	}
	return nil, t.errorAtNode(l.node, "this way of writing a %s cannot be edited", yamlKind(l.node))
}
