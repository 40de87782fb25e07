package document

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// A span is the bytes from start up to, not including, end.
type span struct{ start, end int }

func (s span) of(src []byte) []byte { return src[s.start:s.end] }

func (s span) holds(off int) bool { return s.start <= off && off < s.end }

// byteOrderMark may stand at the start of a file and counts for no column.
const byteOrderMark = "\ufeff"

// checkEncoding returns where the text starts, behind a byte order mark.
func checkEncoding(src []byte) (int, error) {
	if isUTF16(src) {
		return 0, &SyntaxError{Line: 1, Column: 1, Msg: "the file is UTF-16 text; save it as UTF-8"}
	}
	start := 0
	if bytes.HasPrefix(src, []byte(byteOrderMark)) {
		start = len(byteOrderMark)
	}
	if utf8.Valid(src) {
		return start, nil
	}
	for i := start; ; {
		r, n := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && n <= 1 {
			return 0, errorAt(src, i, "invalid UTF-8")
		}
		i += n
	}
}

// isUTF16 tells by the byte order mark or, as a file starts with ASCII in every
// format here, by the zero that is half of its first character.
func isUTF16(src []byte) bool {
	if len(src) < 2 {
		return false
	}
	a, b := src[0], src[1]
	return a == 0xff && b == 0xfe || a == 0xfe && b == 0xff || (a == 0) != (b == 0)
}

// errorAt makes a SyntaxError for a byte offset of src. LF, CR and CRLF end a
// line.
func errorAt(src []byte, off int, format string, args ...any) *SyntaxError {
	line, column := position(src, off)
	return &SyntaxError{Line: line, Column: column, Msg: fmt.Sprintf(format, args...)}
}

func position(src []byte, off int) (line, column int) {
	start := lineStart(src, off)
	return 1 + lineBreaks(src[:start]), utf8.RuneCount(src[start:off]) + 1
}

// lineBreaks counts the line breaks in text: LF, CR, and both as one.
func lineBreaks(text []byte) int {
	return bytes.Count(text, []byte("\n")) + bytes.Count(text, []byte("\r")) - bytes.Count(text, []byte("\r\n"))
}

// lineStart is where the line of off starts, behind the byte order mark. An
// offset between CR and LF is still on the line that they end.
func lineStart(src []byte, off int) int {
	i := off
	if i > 0 && i < len(src) && src[i] == '\n' && src[i-1] == '\r' {
		i--
	}
	for i > 0 && src[i-1] != '\n' && src[i-1] != '\r' {
		i--
	}
	if i == 0 && bytes.HasPrefix(src, []byte(byteOrderMark)) {
		i = min(off, len(byteOrderMark))
	}
	return i
}

// lineEnd is where the line of off ends, before its line break.
func lineEnd(src []byte, off int) int {
	if i := bytes.IndexAny(src[off:], "\r\n"); i >= 0 {
		return off + i
	}
	return len(src)
}

// lineBreak is the length of the line break at off, 0 if there is none.
func lineBreak(src []byte, off int) int {
	switch {
	case off >= len(src):
		return 0
	case bytes.HasPrefix(src[off:], []byte("\r\n")):
		return 2
	case src[off] == '\n' || src[off] == '\r':
		return 1
	}
	return 0
}

// blanks returns the offset behind the spaces and tabs at off.
func blanks(src []byte, off int) int {
	for off < len(src) && (src[off] == ' ' || src[off] == '\t') {
		off++
	}
	return off
}

// blanksBefore returns the offset of the spaces and tabs that end at off.
func blanksBefore(src []byte, off int) int {
	for off > 0 && (src[off-1] == ' ' || src[off-1] == '\t') {
		off--
	}
	return off
}

// indentAt returns the blanks that the line of off starts with.
func indentAt(src []byte, off int) string {
	start := lineStart(src, off)
	return string(src[start:min(blanks(src, start), max(off, start))])
}

// newlineAt returns the line break to use at off: the one before it, else the
// one behind it, else LF.
func newlineAt(src []byte, off int) string {
	i := bytes.LastIndexAny(src[:off], "\r\n")
	if i < 0 {
		i = off + bytes.IndexAny(src[off:], "\r\n")
		if i < off {
			return "\n"
		}
	}
	if i > 0 && src[i] == '\n' && src[i-1] == '\r' {
		i--
	}
	return string(src[i : i+lineBreak(src, i)])
}

func hasNewline(b []byte) bool { return bytes.ContainsAny(b, "\r\n") }
