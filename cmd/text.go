package cmd

import (
	"fmt"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// clean makes text from elsewhere fit to print on one line. It takes out
// escape sequences as a whole, control characters and everything that is
// invisible or turns the reading direction; line breaks and tabs become
// spaces, broken UTF-8 becomes U+FFFD.
func clean(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	for s != "" {
		if n := escapeLen(s); n > 0 {
			s = s[n:]
			continue
		}
		r, n := utf8.DecodeRuneInString(s)
		s = s[n:]
		switch {
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case unicode.IsPrint(r) && !isHidden(r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// isUnshown reports whether r is no ASCII, and clean would take it out or put a
// blank in its place.
func isUnshown(r rune) bool { return r > '~' && (!unicode.IsPrint(r) || isHidden(r)) }

// reveal makes a line of a file fit to print, as clean does, and shows what is
// taken out: in a comparison nothing is to be hidden.
func reveal(line string) string {
	line = strings.ReplaceAll(line, "\t", "    ")
	if isPlain(line) {
		return line
	}
	var b strings.Builder
	for len(line) > 0 {
		r, n := utf8.DecodeRuneInString(line)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, "‹%02X›", line[0])
		case r < ' ' || isUnshown(r):
			fmt.Fprintf(&b, "‹U+%04X›", r)
		default:
			b.WriteString(line[:n])
		}
		line = line[n:]
	}
	return b.String()
}

// isHidden reports whether a printable r shows nothing of its own. Formatting
// characters (bidi, zero width, tags) are not printable to begin with.
func isHidden(r rune) bool {
	return unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// escapeLen is the length of the escape sequence (ECMA-48) at the start of s,
// 0 if there is none. The one-character forms U+0080 to U+009F count too. A
// string that is never closed ends with its line.
func escapeLen(s string) int {
	var kind byte
	var n int
	switch r, size := utf8.DecodeRuneInString(s); {
	case r == '\x1b' && len(s) > 1:
		kind, n = s[1], 2
	case r == '\x1b':
		return 1
	case 0x80 <= r && r <= 0x9f && r != '\u0085': // U+0085 is a line break
		kind, n = byte(r-0x40), size
	default:
		return 0
	}
	switch kind {
	case '[': // parameters, then a letter
		n += span(s[n:], ' ', '?')
		return n + min(1, span(s[n:], '@', '~'))
	case ']', 'P', 'X', '^', '_': // a string
		return n + stringLen(s[n:])
	}
	if kind < ' ' || kind > '~' {
		return n - 1 // an ESC before no sequence at all
	}
	if kind < '0' { // further characters, then a letter
		n += span(s[n:], ' ', '/')
		n += min(1, span(s[n:], '0', '~'))
	}
	return n
}

// stringLen is the length of a control string and its terminator.
func stringLen(s string) int {
	for i := range len(s) {
		switch {
		case s[i] == '\a':
			return i + 1
		case strings.HasPrefix(s[i:], "\x1b\\"), strings.HasPrefix(s[i:], "\u009c"):
			return i + 2
		case s[i] == '\n':
			return i
		}
	}
	return len(s)
}

// span counts the bytes from lo to hi at the start of s.
func span(s string, lo, hi byte) int {
	n := 0
	for n < len(s) && lo <= s[n] && s[n] <= hi {
		n++
	}
	return n
}

// cells is the width of clean text on a terminal.
func cells(s string) int {
	n := 0
	for _, r := range s {
		n += runeCells(r)
	}
	return n
}

func runeCells(r rune) int {
	if r < utf8.RuneSelf {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}

// shorten cuts clean text to at most limit cells and marks the cut.
func shorten(s string, limit int) string {
	if cells(s) <= limit {
		return s
	}
	if limit < 1 {
		return ""
	}
	room := limit - 1
	for i, r := range s {
		if room -= runeCells(r); room < 0 {
			return strings.TrimRight(s[:i], " ") + "…"
		}
	}
	return s
}

// wrap breaks clean text between words into lines of at most limit cells. A
// longer word, such as a path, has a line of its own.
func wrap(s string, limit int) []string { return breakUp(s, limit, 2*len(s)) }

// fold breaks clean text into lines of at most limit cells, between words and, if
// it must be, in them.
func fold(s string, limit int) []string {
	limit = max(limit, 2) // cells of the widest character
	return breakUp(s, limit, limit)
}

// breakUp breaks clean text between words into lines of at most limit cells, and
// words of more than most cells.
func breakUp(s string, limit, most int) []string {
	var lines []string
	var line string
	for word := range strings.FieldsSeq(s) {
		switch {
		case line == "":
			line = word
		case cells(line)+1+cells(word) <= limit:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
		for cells(line) > max(limit, most) {
			n := fitting(line, limit)
			lines = append(lines, line[:n])
			line = line[n:]
		}
	}
	return append(lines, line)
}

// tilde makes a path fit to print, and writes one below home the short way.
func tilde(path, home string) string {
	rest, ok := strings.CutPrefix(path, home)
	if !ok || home == "" {
		return clean(path)
	}
	if rest != "" && !os.IsPathSeparator(rest[0]) {
		return clean(path)
	}
	return "~" + clean(rest)
}
