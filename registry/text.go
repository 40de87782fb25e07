package registry

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A skill is text that instructs an assistant. What a person who reviews it
// cannot see, the assistant still reads.

// isText says whether data is to be looked at as text.
func isText(data []byte) bool {
	return utf8.Valid(data) && bytes.IndexByte(data, 0) < 0
}

// flagLen is the length of the emoji at the beginning of text that is spelled
// with tag characters: the flags of England, Scotland and Wales
// (https://www.unicode.org/reports/tr51). 0 if there is none.
func flagLen(text []byte) int {
	for _, region := range []string{"gbeng", "gbsct", "gbwls"} {
		flag := []rune{0x1F3F4}
		for _, c := range region {
			flag = append(flag, 0xE0000+c)
		}
		if s := string(append(flag, 0xE007F)); bytes.HasPrefix(text, []byte(s)) {
			return len(s)
		}
	}
	return 0
}

// A hiding is one way of hiding something in a text.
type hiding int

const (
	hidTags hiding = iota
	hidSelectors
	hidBidi
	hidInvisible
	hidPrivate
	hidControls
	hidBytes
	hidings // their number
)

// A hidden is what a text has of one way of hiding.
type hidden struct {
	count, line, lines int // the first line, and on how many there is any
	first              rune
	last               int             // the last of the lines
	spelled            strings.Builder // what it spells, at most maxSpelled bytes
	more               bool            // it spells more than that
}

// maxSpelled bounds what is repeated of a hidden text: enough to see what it
// is about.
const maxSpelled = 60

// add counts a character and the byte that it stands for, if any.
func (h *hidden) add(r rune, line int, spells byte) {
	if h.count == 0 {
		h.first, h.line = r, line
	}
	if h.count == 0 || line != h.last {
		h.lines++
	}
	h.count, h.last = h.count+1, line
	switch {
	case spells == 0:
	case h.spelled.Len() < maxSpelled:
		h.spelled.WriteByte(spells)
	default:
		h.more = true
	}
}

// hiddenIn looks for what a reader of a text does not see. Each way of hiding is
// there at most once.
func hiddenIn(data []byte) []Finding {
	if isClear(data) {
		return nil
	}
	var found [hidings]hidden
	s := textScan{data: data, line: 1, found: &found}
	s.run()
	var out []Finding
	for i := range found {
		if h := &found[i]; h.count > 0 {
			out = append(out, Finding{Line: h.line, Kind: FindingHidden, Text: hiding(i).say(h)})
		}
	}
	return out
}

// say is what was found, on one line.
func (k hiding) say(h *hidden) string {
	what := map[hiding]string{
		hidTags: "hidden tag character", hidSelectors: "hidden variation selector", hidBidi: "bidirectional control",
		hidInvisible: "invisible character", hidPrivate: "private-use character", hidControls: "control character", hidBytes: "byte",
	}[k]
	if h.count != 1 {
		what += "s"
	}
	text := fmt.Sprintf("%d %s", h.count, what)
	switch spelled := oneLine(h.spelled.String(), maxSpelled); {
	case k == hidBytes:
		text += " outside of UTF-8"
	case spelled != "":
		if h.more {
			spelled += "…"
		}
		verb := "spell"
		if h.count == 1 {
			verb = "spells"
		}
		text += fmt.Sprintf(" that %s %q", verb, spelled)
	default:
		text += fmt.Sprintf(" (U+%04X)", h.first)
	}
	if h.lines > 1 {
		text += fmt.Sprintf(" on %d lines", h.lines)
	}
	return text
}

// isClear says whether data is made of visible ASCII alone.
func isClear(data []byte) bool {
	for i, c := range data {
		switch {
		case c >= ' ' && c < 0x7f, c == '\n', c == '\t', c == '\f':
		case c == '\r' && (i+1 == len(data) || data[i+1] == '\n' || data[i+1] == '\r'):
		default:
			return false
		}
	}
	return true
}

// A textScan goes through a text once.
type textScan struct {
	data     []byte
	line     int
	found    *[hidings]hidden
	previous rune // 0 at the beginning
	// rtl is true if the line has a letter that is written from right to left,
	// braille if it has one of braille, once it was looked at.
	rtl, braille, looked bool
}

func (s *textScan) run() {
	for at := 0; at < len(s.data); {
		r, n := utf8.DecodeRune(s.data[at:])
		next := runeAt(s.data, at+n)
		if r == 0x1F3F4 && isTag(next) {
			n = max(n, flagLen(s.data[at:]))
			next = runeAt(s.data, at+n)
		}
		switch {
		case r == utf8.RuneError && n == 1:
			s.found[hidBytes].add(r, s.line, 0)
		case r == '\n':
			s.line++
			s.looked = false
		default:
			if at > 0 || r != 0xFEFF { // the byte order mark is no secret
				s.judge(at, r, next)
			}
		}
		s.previous = r
		at += n
	}
}

// runeAt is the character at a place of data, 0 at its end.
func runeAt(data []byte, at int) rune {
	if at >= len(data) {
		return 0
	}
	r, _ := utf8.DecodeRune(data[at:])
	return r
}

// judge counts a character if it hides something.
func (s *textScan) judge(at int, r, next rune) {
	add := func(k hiding, spells byte) { s.found[k].add(r, s.line, spells) }
	switch {
	case isTag(r):
		spells := byte(0)
		if c := r - 0xE0000; c >= ' ' && c < 0x7f {
			spells = byte(c)
		}
		add(hidTags, spells)
	case isBidi(r):
		add(hidBidi, 0)
	case isSelector(r):
		if isSelector(s.previous) || isSelector(next) || !takesSelector(s.previous, r) {
			add(hidSelectors, selected(r))
		}
	case isMark(r):
		if s.look(at); !s.rtl || inRun(s.previous, next) {
			add(hidInvisible, 0)
		}
	case r == brailleBlank:
		if s.look(at); !s.braille {
			add(hidInvisible, 0)
		}
	case isBlank(r), isIgnorable(r) && isSuspicious(s.previous, r, next):
		add(hidInvisible, 0)
	case isPrivate(r):
		if isPrivate(s.previous) || isPrivate(next) { // one alone is an icon of a font
			add(hidPrivate, 0)
		}
	case r == 0 || r == 0x7f || r > 0x7f && r < 0xa0 && r != 0x85:
		add(hidControls, 0)
	case r < ' ' && r != '\t' && r != '\f' && r != '\r', r == '\r' && next != '\n' && next != '\r' && next != 0:
		// A lone return makes a terminal write over what the line has shown.
		add(hidControls, 0)
	}
}

// selected is the byte that a variation selector stands for where a run of them
// smuggles bytes: the n-th selector is the byte n-1.
func selected(r rune) byte {
	if r >= 0xE0100 {
		return byte(r - 0xE0100 + 16) //nolint:gosec // there are 256 of them
	}
	return byte(r - 0xFE00) //nolint:gosec // nor are there more here
}

// takesSelector says whether a variation selector can have a meaning behind a
// character: those of ideographs behind one, the others behind symbols, emoji
// with the digits of keycaps, and letters of scripts that have variants.
func takesSelector(previous, r rune) bool {
	switch {
	case r >= 0xE0100:
		return unicode.Is(unicode.Han, previous)
	case previous < utf8.RuneSelf:
		return previous >= '0' && previous <= '9' || previous == '#' || previous == '*'
	}
	return !unicode.Is(unicode.Latin, previous) && !unicode.IsSpace(previous) && !isInvisible(previous)
}

// look says what the line of the byte at has, which is looked through once.
func (s *textScan) look(at int) {
	if !s.looked {
		begin := bytes.LastIndexByte(s.data[:at], '\n') + 1
		line, _, _ := bytes.Cut(s.data[begin:], []byte("\n"))
		s.looked = true
		s.rtl = bytes.ContainsFunc(line, isRightToLeft)
		s.braille = bytes.ContainsFunc(line, isBraille)
	}
}

// isSuspicious says whether a zero-width character stands where no script
// needs it. Joiners shape Arabic and Indic letters and compose emoji, a space
// without width divides the words of scripts that write none, and a soft hyphen
// those of others. Behind or before another invisible character none is needed.
func isSuspicious(previous, r, next rune) bool {
	if inRun(previous, next) {
		return true
	}
	switch r {
	case 0x034F: // keeps marks in their order
		return !unicode.Is(unicode.M, next) && previous < utf8.RuneSelf
	case 0x200C, 0x200D:
		return !isJoined(previous) && !isJoined(next)
	case 0x200B:
		return !isUnspaced(previous) && !isUnspaced(next)
	case 0x180B, 0x180C, 0x180D, 0x180E, 0x180F:
		return !unicode.Is(unicode.Mongolian, previous)
	case 0x1BCA0, 0x1BCA1, 0x1BCA2, 0x1BCA3:
		return !unicode.Is(unicode.Duployan, previous) && !unicode.Is(unicode.Duployan, next)
	case 0x1D173, 0x1D174, 0x1D175, 0x1D176, 0x1D177, 0x1D178, 0x1D179, 0x1D17A:
		return !isMusic(previous) && !isMusic(next)
	case 0x00AD:
		return !unicode.IsLetter(previous) || !unicode.IsLetter(next)
	default:
		return true
	}
}

// oneLine makes text fit to stand within a sentence: one line of printable
// characters, at most so many, and a mark where some are missing.
func oneLine(s string, most int) string {
	var b strings.Builder
	blank, n := false, 0
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			blank = true
			continue
		case !unicode.IsPrint(r) || isInvisible(r):
			continue
		}
		if n >= most {
			return b.String() + "…"
		}
		if blank && n > 0 {
			b.WriteByte(' ')
			n++
		}
		blank = false
		b.WriteRune(r)
		n++
	}
	return b.String()
}
