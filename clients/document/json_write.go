package document

import (
	"fmt"
	"slices"
	"strconv"
)

// A jsonStyle is how values are written beside those that are there.
type jsonStyle struct {
	layout
	colon string // with the blanks around it
	comma string // the blank behind a comma on one line
	pad   string // the blank inside the braces on one line
}

// style is the style for a new member of the innermost of outer.
func (t *jsonTree) style(outer []bracket) jsonStyle {
	b := outer[len(outer)-1]
	s := jsonStyle{layout: b.layout(outer[:len(outer)-1]), colon: ": "}
	for _, o := range slices.Backward(outer) {
		if n := len(o.members); n > 0 && !o.list() {
			m := o.members[n-1]
			if gap := t.src[m.key.end:m.val.start]; len(gap) <= 3 && !hasNewline(gap) {
				s.colon = string(gap)
			}
			break
		}
	}
	if s.colon[len(s.colon)-1] == ' ' {
		s.comma = " "
	}
	if n := len(b.members); n > 1 {
		if gap := string(t.src[b.members[n-2].comma+1 : b.members[n-1].key.start]); gap == "" || gap == " " {
			s.comma = gap
		}
	}
	if t.src[b.start+1] == ' ' {
		s.pad = " "
	}
	return s
}

// value appends v, whose line is indented by indent, to text.
func (s jsonStyle) value(text []byte, v any, indent string) []byte {
	switch v := v.(type) {
	case rawText:
		return append(text, v...)
	case string:
		return appendJSONString(text, v)
	case nil:
		return append(text, "null"...)
	case float64:
		return strconv.AppendFloat(text, v, 'g', -1, 64)
	case []any:
		spread := false
		for _, e := range v {
			if _, ok := e.(Map); ok {
				spread = s.multi
			}
		}
		return s.items(text, "[]", indent, spread, len(v), func(text []byte, i int, indent string) []byte {
			return s.value(text, v[i], indent)
		})
	case Map:
		return s.items(text, "{}", indent, s.multi, len(v), func(text []byte, i int, indent string) []byte {
			text = append(appendJSONString(text, v[i].Key), s.colon...)
			return s.value(text, v[i].Value, indent)
		})
	default:
		return fmt.Append(text, v) // bool, int, int64
	}
}

func (s jsonStyle) items(text []byte, brackets, indent string, spread bool, n int, item func([]byte, int, string) []byte) []byte {
	text = append(text, brackets[0])
	pad := s.pad
	if n == 0 || brackets == "[]" {
		pad = ""
	}
	if spread && n > 0 {
		pad = s.newline + indent
	}
	for i := range n {
		switch {
		case spread:
			if i > 0 {
				text = append(text, ',')
			}
			text = append(text, pad+s.unit...)
		case i > 0:
			text = append(append(text, ','), s.comma...)
		default:
			text = append(text, pad...)
		}
		text = item(text, i, indent+s.unit)
	}
	return append(append(text, pad...), brackets[1])
}

// appendJSONString escapes only what JSON demands.
func appendJSONString(text []byte, s string) []byte {
	return appendQuoted(text, s, func(r rune) bool { return r < ' ' })
}
