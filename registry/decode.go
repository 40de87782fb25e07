package registry

import (
	"bytes"
	"html"
	"strconv"
	"unicode/utf8"
)

// unescaped is a text as it is once a program has read it: HTML with its
// character references, JSON and JavaScript with their escapes, Markdown with its
// backslashes, an address with its per cent signs. Which of them reads the text
// is not known, so all are undone, once. Lines stay where they are. It is nil
// if nothing is escaped.
func unescaped(data []byte) []byte {
	if !bytes.ContainsAny(data, `&\%`) {
		return nil
	}
	out := make([]byte, 0, len(data))
	changed := false
	for at := 0; at < len(data); {
		r, n := rune(0), 0
		switch data[at] {
		case '&':
			text, length := reference(data[at:])
			if length > 0 {
				out = append(out, text...)
				at += length
				changed = true
				continue
			}
		case '\\':
			r, n = escape(data[at+1 : min(at+12, len(data))])
		case '%':
			if r, n = hexRune(data[at+1:min(at+3, len(data))], 2); r < ' ' || r > '~' {
				n = 0
			}
		}
		if n == 0 {
			out = append(out, data[at])
			at++
			continue
		}
		if r != '\n' && r != '\r' && r != '\t' { // which a browser leaves out of an address
			out = utf8.AppendRune(out, r)
		}
		at += 1 + n
		changed = true
	}
	if !changed {
		return nil
	}
	return out
}

// reference is what the character reference at the beginning of data stands for,
// without what a browser leaves out of an address, and its length
// (https://html.spec.whatwg.org/multipage/syntax.html#character-references). The
// longest name has 32 characters.
func reference(data []byte) (text string, length int) {
	n := 1
	for n < len(data) && n < 34 && (isLetter(data[n]) || isDigit(data[n]) || n == 1 && data[n] == '#') {
		n++
	}
	if n < len(data) && data[n] == ';' {
		n++
	}
	written := string(data[:n])
	text = html.UnescapeString(written)
	if text == written {
		return "", 0
	}
	kept := make([]byte, 0, len(text))
	for i := range len(text) {
		if c := text[i]; c != '\n' && c != '\r' && c != '\t' {
			kept = append(kept, c)
		}
	}
	return string(kept), n
}

// escape is the character that stands behind a backslash, and the length of
// what does; 0 if the backslash stands for itself.
func escape(rest []byte) (r rune, n int) {
	if len(rest) == 0 {
		return 0, 0
	}
	switch c := rest[0]; c {
	case 'u':
		if len(rest) > 1 && rest[1] == '{' {
			end := bytes.IndexByte(rest, '}')
			if end < 0 {
				return 0, 0
			}
			r, n = hexRune(rest[2:end], end-2)
			if n > 0 {
				n += 3
			}
			return r, n
		}
		r, n = hexRune(rest[1:], 4)
	case 'x':
		r, n = hexRune(rest[1:], 2)
	case 'U':
		r, n = hexRune(rest[1:], 8)
	case 'n', 'r', 't':
		return ' ', 1
	default:
		if c > ' ' && c < 0x7f && !isLetter(c) && !isDigit(c) {
			return rune(c), 1
		}
		return 0, 0
	}
	if n > 0 {
		n++
	}
	return r, n
}

// hexRune is the character of a hexadecimal number with so many digits at the
// beginning of text, and their number; 0 if there is none.
func hexRune(text []byte, digits int) (r rune, n int) {
	if digits < 1 || len(text) < digits {
		return 0, 0
	}
	number, err := strconv.ParseUint(string(text[:digits]), 16, 32)
	if err != nil || number > utf8.MaxRune {
		return 0, 0
	}
	return rune(number), digits
}
