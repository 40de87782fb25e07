package document

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// A tomlStep leads from a TOML table or array to a value in it: by key, or, if
// item is not zero, to the item-th element.
type tomlStep struct {
	key  string
	item int
}

func tomlSteps(keys []string) []tomlStep {
	steps := make([]tomlStep, len(keys))
	for i, k := range keys {
		steps[i].key = k
	}
	return steps
}

// A tomlKey is one part of a dotted key.
type tomlKey struct {
	span

	name string
}

// A tomlExpr is one header or one key and value of a TOML document, whose path
// leads to it from the top.
type tomlExpr struct {
	span // without what else is on its lines

	keys []tomlKey
	val  span // empty for a header
	path []tomlStep
}

func (e tomlExpr) header() bool { return e.val == span{} }

// A tomlScanner finds the ranges of a document that a parser has found to be
// valid. The parser's own tree has no end for arrays and inline tables, and no
// commas.
type tomlScanner struct {
	src   []byte
	i     int
	items map[string]int // elements so far of each array of tables
	table []tomlStep     // the table of the last header
}

// exprs scans from offset i to the end.
func (s *tomlScanner) exprs() []tomlExpr {
	var all []tomlExpr
	for {
		s.space()
		if s.i >= len(s.src) {
			return all
		}
		e := tomlExpr{span: span{start: s.i}}
		if s.src[s.i] != '[' {
			e.keys = s.dotted()
			s.i++ // the equals sign
			e.val = s.value()
			e.path = slices.Concat(s.table, pathOf(e.keys))
			e.end = e.val.end
			all = append(all, e)
			continue
		}
		s.i++
		element := s.src[s.i] == '['
		if element {
			s.i++
		}
		e.keys = s.dotted()
		s.i++
		if element {
			s.i++
		}
		e.end = s.i
		e.path = s.resolve(e.keys, element)
		s.table = e.path
		all = append(all, e)
	}
}

func pathOf(keys []tomlKey) []tomlStep {
	steps := make([]tomlStep, len(keys))
	for i, k := range keys {
		steps[i].key = k.name
	}
	return steps
}

// resolve leads the keys of a header through the newest elements of the arrays
// of tables on the way.
func (s *tomlScanner) resolve(keys []tomlKey, element bool) []tomlStep {
	var path []tomlStep
	var id string
	for i, k := range keys {
		path = append(path, tomlStep{key: k.name})
		id += strconv.Quote(k.name)
		if element && i == len(keys)-1 {
			s.items[id]++
		}
		if n := s.items[id]; n > 0 {
			path = append(path, tomlStep{item: n})
			id += strconv.Itoa(n)
		}
	}
	return path
}

// space skips blanks, line breaks and comments.
func (s *tomlScanner) space() {
	for s.i < len(s.src) {
		switch s.src[s.i] {
		case ' ', '\t', '\r', '\n':
			s.i++
		case '#':
			s.i = lineEnd(s.src, s.i)
		default:
			return
		}
	}
}

// dotted reads a key with all its parts and the blanks behind it.
func (s *tomlScanner) dotted() []tomlKey {
	var keys []tomlKey
	for {
		s.i = blanks(s.src, s.i)
		k := tomlKey{span: span{start: s.i}}
		if c := s.src[s.i]; c == '"' || c == '\'' {
			s.str()
			k.name = tomlString(s.src[k.start:s.i])
		} else {
			for s.i < len(s.src) && (wordByte(s.src[s.i]) || s.src[s.i] == '-') {
				s.i++
			}
			k.name = string(s.src[k.start:s.i])
		}
		k.end = s.i
		keys = append(keys, k)
		s.i = blanks(s.src, s.i)
		if s.i >= len(s.src) || s.src[s.i] != '.' {
			return keys
		}
		s.i++
	}
}

// value reads a value and returns where it is.
func (s *tomlScanner) value() span {
	s.i = blanks(s.src, s.i)
	v := span{start: s.i}
	switch s.src[s.i] {
	case '"', '\'':
		s.str()
	case '[', '{':
		s.brackets()
	default:
		s.bare()
	}
	v.end = s.i
	return v
}

// str reads a string of any of the four kinds.
func (s *tomlScanner) str() {
	quote := s.src[s.i : s.i+1]
	long := bytes.Repeat(quote, 3)
	if !bytes.HasPrefix(s.src[s.i:], long) {
		for s.i++; s.src[s.i] != quote[0]; s.i++ {
			if quote[0] == '"' && s.src[s.i] == '\\' {
				s.i++
			}
		}
		s.i++
		return
	}
	for s.i += 3; !bytes.HasPrefix(s.src[s.i:], long); s.i++ {
		if quote[0] == '"' && s.src[s.i] == '\\' {
			s.i++
		}
	}
	// Up to two quotes more belong to the text.
	for s.i += 3; bytes.HasPrefix(s.src[s.i:], quote); {
		s.i++
	}
}

func (s *tomlScanner) brackets() {
	for depth := 0; ; {
		switch s.src[s.i] {
		case '"', '\'':
			s.str()
			continue
		case '#':
			s.i = lineEnd(s.src, s.i)
			continue
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		s.i++
		if depth == 0 {
			return
		}
	}
}

// bare reads a number, a boolean or a date, which may hold one blank.
func (s *tomlScanner) bare() {
	start := s.i
	for s.i < len(s.src) {
		switch c := s.src[s.i]; {
		case c == ' ' && s.i-start == len("2006-01-02") && s.src[start+4] == '-' && s.i+1 < len(s.src) && '0' <= s.src[s.i+1] && s.src[s.i+1] <= '9':
		case strings.IndexByte(" \t\r\n,]}#", c) >= 0:
			return
		}
		s.i++
	}
}

// tomlInline reads the members of an inline table or array and, for a table,
// their keys.
func tomlInline(src []byte, v span) (bracket, [][]tomlKey) {
	b := bracket{src: src, span: v, hash: true}
	var keys [][]tomlKey
	s := tomlScanner{src: src, i: v.start + 1}
	for {
		s.space()
		switch s.src[s.i] {
		case ',':
			b.members[len(b.members)-1].comma = s.i
			s.i++
			continue
		case ']', '}':
			return b, keys
		}
		m := member{key: span{s.i, s.i}, comma: -1}
		if !b.list() {
			k := s.dotted()
			m.key.end = k[len(k)-1].end
			keys = append(keys, k)
			s.i++ // the equals sign
		}
		m.val = s.value()
		b.members = append(b.members, m)
	}
}
