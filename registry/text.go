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

// isInvisible recognises the characters that carry or reorder text unseen:
// tags, bidirectional controls and characters without width.
func isInvisible(r rune) bool { return isTag(r) || isBidi(r) || isZeroWidth(r) }

// isTag recognises the tag characters, an invisible copy of ASCII
// (https://www.unicode.org/charts/PDF/UE0000.pdf).
func isTag(r rune) bool { return r >= 0xE0000 && r <= 0xE007F }

// isBidi recognises the characters that reorder what follows, so that a reader
// sees another text than the model (CVE-2021-42574).
func isBidi(r rune) bool { return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 }

func isZeroWidth(r rune) bool {
	switch r {
	case 0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0x2061, 0x2062, 0x2063, 0x2064, 0xFEFF, 0x180E:
		return true
	}
	return r >= 0xE0100 && r <= 0xE01EF // variation selectors for ideographs
}

// flags are the emoji that are spelled with tag characters: the flags of
// England, Scotland and Wales (https://www.unicode.org/reports/tr51).
func flags() []string {
	var flags []string
	for _, region := range []string{"gbeng", "gbsct", "gbwls"} {
		s := "\U0001F3F4"
		var sSb45 strings.Builder
		for _, c := range region {
			sSb45.WriteString(string(0xE0000 + c))
		}
		s += sSb45.String()
		flags = append(flags, s+"\U000E007F")
	}
	return flags
}

// checkText looks for hidden characters. problem is for those that are refused,
// note for those that are only suspicious; both begin with the line's number.
func checkText(data []byte) (problem, note string) {
	if isASCII(data) {
		return "", ""
	}
	text := string(data)
	for _, flag := range flags() {
		text = strings.ReplaceAll(text, flag, "")
	}
	line, previous := 1, rune(0)
	for i, r := range text {
		switch {
		case r == '\n':
			line++
		case isTag(r):
			return fmt.Sprintf("line %d: hidden tag character U+%04X", line, r), ""
		case isBidi(r):
			return fmt.Sprintf("line %d: hidden bidirectional control U+%04X", line, r), ""
		case isZeroWidth(r) && note == "" && i > 0:
			next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
			if isSuspicious(previous, r, next) {
				note = fmt.Sprintf("line %d: invisible character U+%04X", line, r)
			}
		}
		previous = r
	}
	return "", note
}

// isSuspicious says whether a zero-width character stands where no script
// needs it. Joiners shape Arabic and Indic letters and compose emoji, and
// selectors pick the form of an ideograph.
func isSuspicious(previous, r, next rune) bool {
	switch {
	case r == 0x200C || r == 0x200D:
		return isPlain(previous) || isPlain(next)
	case r >= 0xE0100:
		return !unicode.Is(unicode.Han, previous)
	case r == 0x00AD:
		return !unicode.IsLetter(previous) || !unicode.IsLetter(next) // a soft hyphen divides a word
	default:
		return true
	}
}

// isPlain recognises what never joins with a neighbour.
func isPlain(r rune) bool {
	return r < utf8.RuneSelf || unicode.Is(unicode.Latin, r) || isInvisible(r)
}
