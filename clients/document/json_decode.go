package document

import (
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
	line, counted := 1, 0
	for _, m := range site.last().members {
		f := Found{Value: t.decode(m.val)}
		if p.ListKey == "" {
			f.Name = jsonString(m.key.of(t.src))
		} else {
			name, _ := t.field(m.val, p.ListKey)
			f.Name, _ = name.(string)
		}
		line += lineBreaks(t.src[counted:m.key.start])
		f.Line, counted = line, m.key.start
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
