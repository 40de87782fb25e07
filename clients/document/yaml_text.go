package document

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// A yamlStyle is how a new value is laid out.
type yamlStyle struct {
	unit    string
	newline string
}

// member appends a key and its value in block form, without a line break at
// the end. The key stands at indent, which is not written.
func (s yamlStyle) member(text []byte, key string, v any, indent string) []byte {
	text = append(appendYAMLString(text, key, false), ':')
	switch v := v.(type) {
	case Map:
		if len(v) > 0 {
			text = append(text, s.newline+indent+s.unit...)
			return s.members(text, v, indent+s.unit)
		}
	case rawText:
		if len(v) == 0 || lineBreak(v, 0) == 0 {
			text = append(text, ' ')
		}
		return append(text, indented(v, indent)...)
	}
	return appendYAMLFlow(append(text, ' '), v, false)
}

// members appends a map in block form, one key on a line.
func (s yamlStyle) members(text []byte, m Map, indent string) []byte {
	for i, p := range m {
		if i > 0 {
			text = append(text, s.newline+indent...)
		}
		text = s.member(text, p.Key, p.Value, indent)
	}
	return text
}

// element appends an element of a list in block form, whose dash stands at
// indent.
func (s yamlStyle) element(text []byte, v any, indent string) []byte {
	text = append(text, "- "...)
	switch v := v.(type) {
	case Map:
		return s.members(text, v, indent+"  ")
	case rawText:
		return append(text, indented(v, indent+"  ")...)
	}
	return appendYAMLFlow(text, v, false)
}

// appendYAMLFlow appends a value on one line. inFlow is for a scalar inside
// brackets, where fewer can do without quotes.
func appendYAMLFlow(text []byte, v any, inFlow bool) []byte {
	switch v := v.(type) {
	case rawText:
		return append(text, v...)
	case string:
		return appendYAMLString(text, v, inFlow)
	case nil:
		return append(text, "null"...)
	case float64:
		s := strconv.FormatFloat(v, 'g', -1, 64)
		if !strings.Contains(s, ".") {
			mantissa, exponent, _ := strings.Cut(s, "e")
			s = mantissa + ".0"
			if exponent != "" {
				s += "e" + exponent
			}
		}
		return append(text, s...)
	case []any:
		text = append(text, '[')
		for i, e := range v {
			if i > 0 {
				text = append(text, ", "...)
			}
			text = appendYAMLFlow(text, e, true)
		}
		return append(text, ']')
	case Map:
		text = append(text, '{')
		for i, p := range v {
			if i > 0 {
				text = append(text, ", "...)
			}
			text = appendYAMLPair(text, p.Key, p.Value)
		}
		return append(text, '}')
	}
	return fmt.Append(text, v) // bool, int, int64
}

func appendYAMLPair(text []byte, key string, v any) []byte {
	return appendYAMLFlow(append(appendYAMLString(text, key, true), ": "...), v, true)
}

// appendYAMLString appends a string, without quotes if every reader of YAML
// takes it for one then.
func appendYAMLString(text []byte, s string, inFlow bool) []byte {
	if yamlPlain(s, inFlow) {
		return append(text, s...)
	}
	return appendQuoted(text, s, yamlEscaped)
}

// yamlEscaped reports whether YAML does not take r as it is.
func yamlEscaped(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r == 0xfffe || r == 0xffff
}

// yamlPlain reports whether s may stand without quotes: it is made of harmless
// characters and is nothing but a string in YAML 1.1 and 1.2.
func yamlPlain(s string, inFlow bool) bool {
	if s == "" || !wordByte(s[0]) && s[0] != '/' || '0' <= s[0] && s[0] <= '9' || s[len(s)-1] == ':' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !wordByte(c) && strings.IndexByte("-./@%+=", c) < 0 && (c != ':' || inFlow) {
			return false
		}
	}
	switch strings.ToLower(s) {
	case "null", "true", "false", "yes", "no", "on", "off", "y", "n":
		return false
	}
	return true
}

// raw returns the text of a value such that it can be put behind a key or dash
// again: without the indentation of the key on the lines behind the first.
func (t *yamlTree) raw(p Place, path []string) []byte {
	s, err := t.site(p)
	if err != nil || s.entry() == nil {
		return nil
	}
	at, ok := t.below(s.last(), path)
	if !ok {
		return nil
	}
	n := at.value()
	if yamlEmpty(n) {
		return []byte("null")
	}
	start := t.offset(n)
	column := n.Column - 1 // of a list's element
	if at.node.Kind == yaml.MappingNode {
		column = at.key().Column - 1
		if colon := t.colon(at.key()); colon >= 0 && hasNewline(t.src[colon:start]) {
			start = blanks(t.src, colon+1)
		}
	}
	text := t.src[start:t.end(n)]
	if leaf := lastLeaf(n); leaf.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 && !strings.HasSuffix(leaf.Value, "\n") {
		// The end of the file may be what cuts the line break off. With a
		// minus sign the text is the same elsewhere.
		if header := t.content(leaf) + 1; header < len(t.src) && bytes.IndexByte(t.src[header:lineEnd(t.src, header)], '-') < 0 {
			text = slices.Concat(t.src[start:header], []byte{'-'}, t.src[header:t.end(n)])
		}
	}
	return dedented(text, column)
}

// below goes from an entry along path through maps.
func (t *yamlTree) below(l yamlLevel, path []string) (yamlLevel, bool) {
	for _, key := range path {
		n := l.value()
		if n.Kind != yaml.MappingNode {
			return l, false
		}
		l = yamlLevel{n, lastValue(n, key)}
		if l.on < 0 {
			return l, false
		}
	}
	return l, true
}

// dedented takes up to n blanks from the start of each line behind the first.
func dedented(text []byte, n int) []byte {
	return eachLine(text, func(line []byte) []byte {
		i := 0
		for i < n && i < len(line) && line[i] == ' ' {
			i++
		}
		return line[i:]
	})
}

// indented undoes dedented.
func indented(text []byte, indent string) []byte {
	return eachLine(text, func(line []byte) []byte {
		if onlyBlank(line) {
			return line
		}
		return append([]byte(indent), line...)
	})
}

func eachLine(text []byte, f func([]byte) []byte) []byte {
	lines := bytes.SplitAfter(text, []byte("\n"))
	for i := 1; i < len(lines); i++ {
		lines[i] = f(lines[i])
	}
	return bytes.Join(lines, nil)
}
