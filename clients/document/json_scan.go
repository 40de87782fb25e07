package document

import "bytes"

// maxDepth bounds how deep maps and lists may nest, as encoding/json does.
const maxDepth = 10000

// A member is a key and value of a map, or a value of a list, whose key is
// then the empty span before the value.
type member struct {
	key, val span
	comma    int // offset of the comma behind it, -1 if there is none
}

// A jsonScanner checks JSON with comments and trailing commas. It keeps no
// tree; only the members of the outermost container are noted.
type jsonScanner struct {
	src     []byte
	stack   []byte // the open brackets
	members []member
	err     *SyntaxError
	// loose is the offset behind the start of the first comment or trailing
	// comma, 0 if there is none; behind is true right after a comma.
	loose  int
	behind bool
}

// What the scanner may meet next.
type jsonState int

const (
	jsonValue jsonState = iota // behind a colon, or at the start
	jsonItem                   // in a list: a value or the end
	jsonKey                    // in a map: a key or the end
	jsonComma                  // behind a value
)

// value scans the value at i and returns the offset behind it.
func (s *jsonScanner) value(i int) (int, error) {
	state := jsonValue
	for {
		i = s.space(i)
		if s.err != nil {
			return 0, s.err
		}
		if i >= len(s.src) {
			return 0, s.end()
		}
		c := s.src[i]
		switch {
		case (c == '}' || c == ']') && state != jsonValue && s.closes(c):
			if s.behind {
				s.relax(i)
			}
			i++
			s.stack = s.stack[:len(s.stack)-1]
			if len(s.stack) == 0 {
				return i, nil
			}
			s.note(i)
			state = jsonComma
		case state == jsonComma:
			if c != ',' {
				return 0, s.unexpected(i, `expected a comma or the closing bracket`)
			}
			if len(s.stack) == 1 {
				s.members[len(s.members)-1].comma = i
			}
			i++
			s.behind = true
			state = s.inner()
			continue
		case state == jsonKey:
			if c != '"' {
				return 0, s.unexpected(i, "expected a key in double quotes")
			}
			end := s.str(i)
			if len(s.stack) == 1 {
				s.members = append(s.members, member{key: span{i, end}, comma: -1})
			}
			i = s.space(end)
			if s.err != nil {
				return 0, s.err
			}
			if i >= len(s.src) || s.src[i] != ':' {
				return 0, s.unexpected(i, "expected a colon")
			}
			i++
			state = jsonValue
		default:
			if len(s.stack) == 1 {
				s.begin(i)
			}
			if c == '{' || c == '[' {
				if len(s.stack) >= maxDepth {
					return 0, errorAt(s.src, i, "nested deeper than %d levels", maxDepth)
				}
				s.stack = append(s.stack, c)
				i++
				s.behind = false
				state = s.inner()
				continue
			}
			i = s.scalar(i, c)
			if s.err != nil {
				return 0, s.err
			}
			if len(s.stack) == 0 {
				return i, nil
			}
			s.note(i)
			state = jsonComma
		}
		s.behind = false
	}
}

// relax notes the first thing that strict JSON does not have.
func (s *jsonScanner) relax(i int) {
	if s.loose == 0 {
		s.loose = i + 1
	}
}

// inner is the state at the start of the innermost open container.
func (s *jsonScanner) inner() jsonState {
	if s.stack[len(s.stack)-1] == '{' {
		return jsonKey
	}
	return jsonItem
}

func (s *jsonScanner) closes(c byte) bool {
	return len(s.stack) > 0 && s.stack[len(s.stack)-1] == c-2 // '{' and '}', '[' and ']'
}

// begin notes where a value of the outermost container starts.
func (s *jsonScanner) begin(i int) {
	if s.stack[0] == '[' {
		s.members = append(s.members, member{key: span{i, i}, comma: -1})
	}
	s.members[len(s.members)-1].val.start = i
}

// note notes where a value of the outermost container ends.
func (s *jsonScanner) note(i int) {
	if len(s.stack) == 1 {
		s.members[len(s.members)-1].val.end = i
	}
}

// space skips blanks and comments.
func (s *jsonScanner) space(i int) int {
	src := s.src
	for i < len(src) {
		switch src[i] {
		case ' ': // most of what is blank are runs of it
			for i++; i < len(src) && src[i] == ' '; i++ {
			}
		case '\t', '\n', '\r':
			i++
		case '/':
			end := commentEnd(src, i)
			if end < 0 {
				s.fail(i, "comment is not closed")
				return i
			}
			if end == i {
				return i
			}
			s.relax(i)
			i = end
		default:
			return i
		}
	}
	return i
}

// commentEnd returns the offset behind the comment at i: i if there is none,
// -1 if it does not end.
func commentEnd(src []byte, i int) int {
	switch {
	case bytes.HasPrefix(src[i:], []byte("//")):
		return lineEnd(src, i)
	case bytes.HasPrefix(src[i:], []byte("/*")):
		n := bytes.Index(src[i+2:], []byte("*/"))
		if n < 0 {
			return -1
		}
		return i + 2 + n + 2
	}
	return i
}

func (s *jsonScanner) fail(off int, msg string) {
	if s.err == nil {
		s.err = errorAt(s.src, off, "%s", msg)
	}
}

// end is the error for a file that stops too early.
func (s *jsonScanner) end() *SyntaxError {
	if len(s.stack) == 0 {
		return errorAt(s.src, len(s.src), "expected a value, the file ends")
	}
	return errorAt(s.src, len(s.src), "the file ends inside a %s", map[byte]string{'{': "map", '[': "list"}[s.stack[len(s.stack)-1]])
}

// unexpected is the error for what stands at i, by its cause if that is a
// common one.
func (s *jsonScanner) unexpected(i int, msg string) *SyntaxError {
	if s.err != nil {
		return s.err
	}
	if i >= len(s.src) {
		return s.end()
	}
	line := s.src[lineStart(s.src, i):]
	switch {
	case s.src[i] == 0:
		msg = "zero byte; the file looks damaged"
	case bytes.HasPrefix(line, []byte("<<<<<<<")) || bytes.HasPrefix(line, []byte("=======")) || bytes.HasPrefix(line, []byte(">>>>>>>")):
		msg = "merge conflict that is not resolved"
	}
	return errorAt(s.src, i, "%s", msg)
}
