package document

import (
	"fmt"
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

func (t *jsonTree) entries(p Place) ([]Found, error) {
	site, err := t.site(p)
	if err != nil || site.hole != nil || len(site.missing) > 0 {
		return nil, err
	}
	var found []Found
	for _, m := range site.last().members {
		f := Found{Value: t.decode(m.val)}
		if p.ListKey == "" {
			f.Name = jsonString(m.key.of(t.src))
		} else {
			name, _ := t.field(m.val, p.ListKey)
			f.Name, _ = name.(string)
		}
		f.Line, _ = position(t.src, m.key.start)
		found = append(found, f)
	}
	return found, nil
}

func (t *jsonTree) find(p Place) (any, bool, error) {
	site, err := t.site(p)
	if err != nil {
		return nil, false, err
	}
	m, ok := site.entry()
	if !ok {
		return nil, false, nil
	}
	return t.decode(m.val), true, nil
}

func (t *jsonTree) lookup(path []string) (any, bool) {
	cur := t.top
	for _, key := range path {
		next, ok := t.member(cur, key)
		if !ok {
			return nil, false
		}
		cur = next
	}
	if cur.start == cur.end {
		return nil, false
	}
	return t.decode(cur), true
}

// member returns the value of a key in the map at s.
func (t *jsonTree) member(s span, key string) (span, bool) {
	if t.kind(s) != '{' {
		return span{}, false
	}
	b := t.container(s)
	i := t.lastIndex(b, key)
	if i < 0 {
		return span{}, false
	}
	return b.members[i].val, true
}

func (t *jsonTree) field(s span, key string) (any, bool) {
	m, ok := t.member(s, key)
	if !ok {
		return nil, false
	}
	return t.decode(m), true
}

// decode returns the value at s. Of a key that is there twice the last counts.
func (t *jsonTree) decode(s span) any {
	d := jsonDecoder{s: jsonScanner{src: t.src[:s.end]}, i: s.start}
	return d.value()
}

// A jsonDecoder reads a value that a scanner has found well formed and not
// nested too deep.
type jsonDecoder struct {
	s jsonScanner
	i int
}

func (d *jsonDecoder) value() any {
	d.i = d.s.space(d.i)
	switch c := d.s.src[d.i]; c {
	case '{':
		m := map[string]any{}
		for d.more('}') {
			key := jsonString(d.scalar())
			d.i = d.s.space(d.i) + 1 // the colon
			m[key] = d.value()
		}
		return m
	case '[':
		list := []any{}
		for d.more(']') {
			list = append(list, d.value())
		}
		return list
	case '"':
		return jsonString(d.scalar())
	case 't', 'f', 'n':
		word := d.scalar()
		return map[byte]any{'t': true, 'f': false, 'n': nil}[word[0]]
	default:
		return jsonNumber(string(d.scalar()))
	}
}

// more steps over a bracket or a comma and reports whether a value follows.
func (d *jsonDecoder) more(closing byte) bool {
	d.i = d.s.space(d.i)
	switch d.s.src[d.i] {
	case '{', '[', ',':
		d.i = d.s.space(d.i + 1)
	}
	if d.s.src[d.i] != closing {
		return true
	}
	d.i++
	return false
}

func (d *jsonDecoder) scalar() []byte {
	start := d.i
	d.i = d.s.scalar(start, d.s.src[start])
	return d.s.src[start:d.i]
}

// jsonNumber is an int64 if the number is integral, however it is spelled, as
// JSON has only one kind of number.
func jsonNumber(raw string) any {
	if n, err := strconv.ParseInt(raw, 10, 64); err == nil {
		return n
	}
	f, _ := strconv.ParseFloat(raw, 64)
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return int64(f)
	}
	return f
}

// jsonString decodes a string with its quotes.
func jsonString(raw []byte) string {
	raw = raw[1 : len(raw)-1]
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			out = append(out, raw[i])
			continue
		}
		i++
		switch c := raw[i]; c {
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			r := hexRune(raw[i+1:])
			i += 4
			if utf16.IsSurrogate(r) {
				pair := rune(utf8.RuneError)
				if len(raw) > i+6 && raw[i+1] == '\\' && raw[i+2] == 'u' {
					pair = utf16.DecodeRune(r, hexRune(raw[i+3:]))
				}
				if r = pair; r != utf8.RuneError {
					i += 6
				}
			}
			out = utf8.AppendRune(out, r)
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

func hexRune(b []byte) rune {
	n, _ := strconv.ParseUint(string(b[:4]), 16, 32)
	return rune(n) //nolint:gosec // four hex digits
}

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
	for i := len(outer) - 1; i >= 0; i-- {
		if n := len(outer[i].members); n > 0 && !outer[i].list() {
			m := outer[i].members[n-1]
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
	const hex = "0123456789abcdef"
	text = append(text, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			text = append(text, '\\', byte(r))
		case r == '\n':
			text = append(text, `\n`...)
		case r == '\r':
			text = append(text, `\r`...)
		case r == '\t':
			text = append(text, `\t`...)
		case r < ' ':
			text = append(text, `\u00`...)
			text = append(text, hex[r>>4], hex[r&15])
		default:
			text = utf8.AppendRune(text, r)
		}
	}
	return append(text, '"')
}
