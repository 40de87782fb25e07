package registry

import (
	"fmt"
	"strings"
	"testing"
)

// A hiddenCase is a text and what is hidden in it, with the lines.
type hiddenCase struct{ name, text, want string }

func (c hiddenCase) check(t *testing.T) {
	var got []string
	for _, f := range hiddenIn([]byte(c.text)) {
		got = append(got, fmt.Sprintf("%d: %s", f.Line, f.Text))
	}
	if got := strings.Join(got, "; "); got != c.want {
		t.Errorf("got  %s\nwant %s", got, c.want)
	}
}

func TestIgnorableCharacters(t *testing.T) {
	tests := []hiddenCase{
		{"reserved beside the tags", "a\U000E0080\U000E0FFFb", "1: 2 invisible characters (U+E0080)"},
		{"reserved for ignorable ones", "a\u2065b\ufff0", "1: 2 invisible characters (U+2065)"},
		{"a grapheme joiner before a mark", "a\u034f\u0301", ""},
		{"grapheme joiners in a run", "a\u034f\u034f\u0301", "1: 2 invisible characters (U+034F)"},
		{"a grapheme joiner in a word", "pass\u034fword", "1: 1 invisible character (U+034F)"},
		{"vowels of Khmer that show nothing", "ក\u17b4\u17b5", "1: 2 invisible characters (U+17B4)"},
		{"a selector of Mongolian", "ᠠ\u180b and ᠨ\u180eᠠ", ""},
		{"selectors of Mongolian in English", "a\u180bb\u180f", "1: 2 invisible characters (U+180B)"},
		{"selectors of Mongolian in a run", "ᠠ\u180b\u180c\u180d", "1: 3 invisible characters (U+180B)"},
		{"controls of shorthand", "a\U0001BCA0b", "1: 1 invisible character (U+1BCA0)"},
		{"a control of shorthand among its letters", "\U0001BC00\U0001BCA0\U0001BC01", ""},
		{"controls of music", "a\U0001D173b", "1: 1 invisible character (U+1D173)"},
		{"a control of music among notes", "\U0001D15F\U0001D173\U0001D15F", ""},
		{"fillers", "a\u3164\uffa0\u115f\u1160", "1: 4 invisible characters (U+3164)"},
		{"a blank of braille", "⠓⠑\u2800⠺", ""},
		{"blanks of braille elsewhere", "⠓\na\u2800\u2800b", "2: 2 invisible characters (U+2800)"},
		{"an icon of a font", "\ue0b0 main, \uf8ff", ""},
		{"private use in a run", "a\ue041\ue042\U000F0041", "1: 3 private-use characters (U+E041)"},
		{"direction marks in a run", "שלום\u200e\u200f\u200e", "1: 3 invisible characters (U+200E)"},
		{"emoji and keycaps", "⚠️ 👩‍💻 ❤️‍🔥 🏳️‍🌈 1️⃣", ""},
		{"number signs of Arabic", "\u0600١٢ \u06dd١", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, tt.check)
	}
}

func TestNamesThatHide(t *testing.T) {
	for _, r := range []rune{
		0x034f, 0x115f, 0x1160, 0x17b4, 0x180b, 0x180f, 0x200b, 0x2065, 0x2800, 0x3164, 0xfe0f, 0xffa0, 0xfff0, 0xfff9,
		0x1bca0, 0x1d173, 0xe0001, 0xe0080, 0xe0100, 0xe0fff, 0xe000, 0xf0000,
	} {
		name := "a" + string(r) + ".md"
		if got := checkName(name); got != "the name contains invisible characters" {
			t.Errorf("%q: %q", name, got)
		}
	}
	for _, name := range []string{"Grüße.md", "読む.md", "⚠.md", "⠓.md"} {
		if got := checkName(name); got != "" {
			t.Errorf("%q: %s", name, got)
		}
	}
	for name, safe := range map[string]bool{"a ⚠️ b": true, "a\u200bb": false, "a\U000E0080": false, "a\ufe0fb": false} {
		if got := checkShownName(name); (got == "") != safe {
			t.Errorf("%q: %q", name, got)
		}
	}
}
