package registry

import "unicode"

// Which characters carry text that nobody sees, and beside which they are at home.

// isInvisible recognises the characters that show nothing of themselves, or
// reorder what others show. Most are in some text for a reason.
func isInvisible(r rune) bool { return isIgnorable(r) || isBlank(r) || r == brailleBlank }

// isIgnorable recognises what programs leave out when they show a text: the
// property Default_Ignorable_Code_Point, as it is derived in
// https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt, with
// the whole block of the tags.
func isIgnorable(r rune) bool {
	switch {
	case r < 0xAD || r > 0x3164 && r < 0xFE00 || r > 0xE0FFF:
		return false
	case r >= 0xE0000:
		return true
	case r >= 0xFFF9 && r <= 0xFFFB || r >= 0x13430 && r <= 0x13440:
		return false
	case unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		return true
	}
	return unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

// isTag recognises the tag characters, an invisible copy of ASCII
// (https://www.unicode.org/charts/PDF/UE0000.pdf).
func isTag(r rune) bool { return r >= 0xE0000 && r <= 0xE007F }

// isBidi recognises the characters that reorder what follows, so that a reader
// sees another text than the model (CVE-2021-42574).
func isBidi(r rune) bool { return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 }

// isMark recognises the marks that lend their direction to a neighbour without
// a direction of its own, such as a full stop. They reorder no letter.
func isMark(r rune) bool { return r == 0x200E || r == 0x200F || r == 0x061C }

// isSelector recognises the variation selectors, of which one can choose how the
// character before it looks, and a run can carry any bytes.
func isSelector(r rune) bool { return isPlainSelector(r) || r >= 0xE0100 && r <= 0xE01EF }

// isPlainSelector recognises the selectors that emoji and many scripts have.
func isPlainSelector(r rune) bool { return r >= 0xFE00 && r <= 0xFE0F }

// isBlank recognises letters and controls that show nothing and that no text
// needs: fillers of half-written Hangul, vowels of Khmer that are not written,
// deprecated controls, annotations.
func isBlank(r rune) bool {
	switch r {
	case 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0:
		return true
	}
	return r >= 0x206A && r <= 0x206F || r >= 0xFFF9 && r <= 0xFFFB
}

// isPrivate recognises the characters that mean what a font or a program says.
func isPrivate(r rune) bool { return unicode.Is(unicode.Co, r) }

// brailleBlank is the cell of braille without a dot.
const brailleBlank = 0x2800

// isBraille recognises the cells of braille with dots.
func isBraille(r rune) bool { return r > brailleBlank && r <= 0x28FF }

// isMusic recognises the symbols of notes, without the controls among them.
func isMusic(r rune) bool { return r >= 0x1D100 && r <= 0x1D1FF && !unicode.Is(unicode.Cf, r) }

// isRightToLeft recognises letters that are written from right to left.
func isRightToLeft(r rune) bool {
	return r > 0x590 && unicode.IsLetter(r) &&
		unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam)
}

// inRun says whether one of the neighbours of a character is invisible itself,
// and none that stands with emoji.
func inRun(previous, next rune) bool {
	return isInvisible(previous) && !isPlainSelector(previous) || isInvisible(next) && !isPlainSelector(next)
}

// isJoined recognises what a joiner shapes or composes: letters and marks of
// scripts other than those whose letters stand alone, and emoji.
func isJoined(r rune) bool {
	if r < 0x500 {
		return false
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.So, unicode.Sk) && !unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Armenian,
		unicode.Georgian, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// isUnspaced recognises letters of scripts that put no space between words.
func isUnspaced(r rune) bool {
	return r > 0xE00 && unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan)
}
