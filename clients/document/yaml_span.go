package document

import (
	"bytes"
	"strings"

	"gopkg.in/yaml.v3"
)

// yaml.v3 knows where a node starts. This file finds where it ends.

func yamlFlow(n *yaml.Node) bool { return n.Style&yaml.FlowStyle != 0 }

// content is where a node's text starts, behind its anchor and tag.
func (t *yamlTree) content(n *yaml.Node) int {
	i := t.offset(n)
	for i < len(t.src) && (t.src[i] == '&' && n.Anchor != "" || t.src[i] == '!' && n.Style&yaml.TaggedStyle != 0) {
		for i < len(t.src) && bytes.IndexByte([]byte(" \t\r\n,[]{}"), t.src[i]) < 0 {
			i++
		}
		i = t.space(i)
	}
	return i
}

// space skips blanks, line breaks and comments.
func (t *yamlTree) space(i int) int {
	for i < len(t.src) {
		switch t.src[i] {
		case ' ', '\t', '\r', '\n':
			i++
		case '#':
			i = lineEnd(t.src, i)
		default:
			return i
		}
	}
	return i
}

// end is the offset behind a node. An empty one stands right behind the colon
// or dash that it belongs to.
func (t *yamlTree) end(n *yaml.Node) int {
	if yamlEmpty(n) {
		return t.offset(n)
	}
	i := t.content(n)
	switch {
	case n.Kind == yaml.AliasNode:
		for i < len(t.src) && bytes.IndexByte([]byte(" \t\r\n,[]{}"), t.src[i]) < 0 {
			i++
		}
		return i
	case n.Kind == yaml.ScalarNode:
		return t.scalarEnd(n, i)
	case t.isPair(n):
		return t.pairEnd(n, i)
	case yamlFlow(n) || len(n.Content) == 0:
		return t.bracket(n).end
	}
	return t.end(n.Content[len(n.Content)-1])
}

// isPair reports whether n is a map of one member without braces of its own,
// as a flow list may hold: [key: value]. It starts where its key does.
func (t *yamlTree) isPair(n *yaml.Node) bool {
	return n.Kind == yaml.MappingNode && yamlFlow(n) && len(n.Content) == 2 && t.offset(n) == t.offset(n.Content[0])
}

// pairEnd is the end of such a map, whose value may be empty.
func (t *yamlTree) pairEnd(n *yaml.Node, start int) int {
	if val := n.Content[1]; !yamlEmpty(val) {
		return t.end(val)
	}
	end := start
	if key := n.Content[0]; !yamlEmpty(key) {
		end = t.end(key)
	}
	if i := t.space(end); i < len(t.src) && t.src[i] == ':' {
		end = i + 1
	}
	return end
}

func (t *yamlTree) scalarEnd(n *yaml.Node, i int) int {
	switch n.Style &^ yaml.TaggedStyle {
	case yaml.DoubleQuotedStyle:
		for i++; i < len(t.src) && t.src[i] != '"'; i++ {
			if t.src[i] == '\\' {
				i++
			}
		}
		return min(i+1, len(t.src))
	case yaml.SingleQuotedStyle:
		for i++; i < len(t.src); i++ {
			if t.src[i] != '\'' {
				continue
			}
			if !bytes.HasPrefix(t.src[i:], []byte("''")) {
				break
			}
			i++
		}
		return min(i+1, len(t.src))
	case yaml.LiteralStyle, yaml.FoldedStyle:
		return t.blockScalarEnd(n, i)
	default:
		return t.plainEnd(n, i)
	}
}

// plainEnd is the end of a plain scalar, which is written as it reads, but for
// the folding of lines.
func (t *yamlTree) plainEnd(n *yaml.Node, i int) int {
	for v := n.Value; v != "" && i < len(t.src); {
		rest, j := strings.TrimLeft(v, " \t\n\u0085\u2028\u2029"), t.folded(i)
		if rest == v && j == i {
			rest, j = v[1:], i+1
		}
		v, i = rest, j
	}
	return i
}

// folded skips the blanks and line breaks inside a plain scalar.
func (t *yamlTree) folded(i int) int {
	for i < len(t.src) {
		switch n := unicodeBreak(t.src[i:]); {
		case n > 0:
			i += n
		case bytes.IndexByte([]byte(" \t\r\n"), t.src[i]) >= 0:
			i++
		default:
			return i
		}
	}
	return i
}

// blockScalarEnd is the end of the last line with text. Lines that are indented
// as the first one, or more, belong to the scalar, and empty lines behind it
// if its header has a plus sign.
func (t *yamlTree) blockScalarEnd(n *yaml.Node, i int) int {
	end := lineEnd(t.src, i)
	header, _, _ := strings.Cut(string(t.src[i:end]), " ")
	keep := strings.Contains(header, "+")
	indent := -1
	if strings.Trim(n.Value, "\n") == "" {
		return end
	}
	for at := end + lineBreak(t.src, end); at < len(t.src); {
		first := at
		for first < len(t.src) && t.src[first] == ' ' {
			first++
		}
		stop := lineEnd(t.src, at)
		if first < stop {
			if indent < 0 {
				indent = first - at
			}
			if first-at < indent {
				break
			}
			end = stop
		} else if keep && stop < len(t.src) {
			end = stop
		}
		at = stop + max(1, lineBreak(t.src, stop))
	}
	return end
}

// bracket is a flow map or list as one that the other formats have too.
func (t *yamlTree) bracket(n *yaml.Node) bracket {
	b := bracket{src: t.src, span: span{start: t.content(n)}, hash: true}
	i := b.start + 1
	step := 1
	if n.Kind == yaml.MappingNode {
		step = 2
	}
	for k := 0; k+step <= len(n.Content); k += step {
		key, val := n.Content[k], n.Content[k+step-1]
		m := member{key: span{t.offset(key), t.offset(key)}, comma: -1}
		if step == 2 {
			m.key.end = t.end(key)
			m.val = span{m.key.end, m.key.end}
			if c := t.colon(key); c >= 0 {
				m.val = span{c + 1, c + 1}
			}
		}
		if !yamlEmpty(val) {
			m.val = span{t.offset(val), t.end(val)}
		}
		i = t.space(m.val.end)
		if i < len(t.src) && t.src[i] == ',' {
			m.comma = i
			i++
		}
		b.members = append(b.members, m)
	}
	b.end = min(t.space(i)+1, len(t.src))
	return b
}

// colon is the offset of the colon behind a key, -1 if it is not on the same
// line.
func (t *yamlTree) colon(key *yaml.Node) int {
	if key.Kind != yaml.ScalarNode || yamlEmpty(key) {
		return -1
	}
	i := blanks(t.src, t.end(key))
	if i < len(t.src) && t.src[i] == ':' {
		return i
	}
	return -1
}
