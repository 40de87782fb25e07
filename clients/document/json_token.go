package document

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// scalar scans a string, a number or a word.
func (s *jsonScanner) scalar(i int, c byte) int {
	switch {
	case c == '"':
		return s.str(i)
	case c == '-' || '0' <= c && c <= '9':
		return s.number(i)
	}
	for _, word := range [...]string{"true", "false", "null"} {
		if end := i + len(word); bytes.HasPrefix(s.src[i:], []byte(word)) && (end == len(s.src) || !wordByte(s.src[end])) {
			return end
		}
	}
	s.err = s.unexpected(i, "expected a value")
	return i
}

func wordByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func (s *jsonScanner) number(i int) int {
	j := i
	if s.src[j] == '-' {
		j++
	}
	digits := func() bool {
		start := j
		for j < len(s.src) && '0' <= s.src[j] && s.src[j] <= '9' {
			j++
		}
		return j > start
	}
	is := func(set string) bool { return j < len(s.src) && bytes.IndexByte([]byte(set), s.src[j]) >= 0 }
	ok := true
	if is("0") {
		j++
	} else {
		ok = digits()
	}
	if ok && is(".") {
		j++
		ok = digits()
	}
	if ok && is("eE") {
		j++
		if is("+-") {
			j++
		}
		ok = digits()
	}
	if !ok || j < len(s.src) && wordByte(s.src[j]) {
		s.fail(i, "invalid number")
	}
	return j
}

// str scans the string at i, eight bytes at a time where nothing special is.
func (s *jsonScanner) str(i int) int {
	src := s.src
	for j := i + 1; ; {
		for len(src)-j >= 8 {
			m := special(binary.LittleEndian.Uint64(src[j:]))
			if m != 0 {
				j += bits.TrailingZeros64(m) / 8
				break
			}
			j += 8
		}
		if j >= len(src) {
			s.fail(len(src), "the file ends inside a string")
			return j
		}
		switch c := src[j]; {
		case c == '"':
			return j + 1
		case c == '\\':
			n := escapeLen(src[j:])
			if n == 0 {
				s.fail(j, "invalid escape in a string")
				return j
			}
			j += n
		case c == '\n' || c == '\r':
			s.fail(j, "line break inside a string")
			return j
		case c < ' ':
			s.err = s.unexpected(j, "control character inside a string")
			return j
		default:
			j++
		}
	}
}

// special marks the bytes of a word that are a quote, a backslash or a control
// character. Bytes above the first marked one may be marked wrongly.
func special(x uint64) uint64 {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	quote, slash := x^ones*'"', x^ones*'\\'
	return ((quote-ones)&^quote | (slash-ones)&^slash | (x-ones*' ')&^x) & tops
}

func escapeLen(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	if b[1] != 'u' {
		if bytes.IndexByte([]byte(`"\/bfnrt`), b[1]) < 0 {
			return 0
		}
		return 2
	}
	if len(b) < 6 {
		return 0
	}
	for _, c := range b[2:6] {
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
			return 0
		}
	}
	return 6
}
