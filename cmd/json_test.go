package cmd

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzPrintJSON: a document says the same after its escapes, and has nothing that
// a terminal would obey or hide.
func FuzzPrintJSON(f *testing.F) {
	for _, seed := range []string{"plain", noise, "Grüße, 你好 <&>", "\U0001F469\u200d\U0001F4BB", "\x7f\u00a0\ufeff\u3000\U0010ffff", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var out strings.Builder
		env := &Env{Out: &out}
		if err := printJSON(env, map[string]string{text: text}); err != nil {
			t.Fatal(err)
		}
		if i := strings.IndexFunc(out.String(), func(r rune) bool { return r != '\n' && (r < ' ' || isUnshown(r)) }); i >= 0 {
			t.Errorf("%q", out.String())
		}
		var back map[string]string
		if err := json.Unmarshal([]byte(out.String()), &back); err != nil {
			t.Fatal(err)
		}
		if got, ok := back[strings.ToValidUTF8(text, "\ufffd")]; utf8.ValidString(text) && (!ok || got != text) {
			t.Errorf("got %q, want %q", back, text)
		}
	})
}

func TestReveal(t *testing.T) {
	for line, want := range map[string]string{
		"plain":          "plain",
		"a\tb":           "a    b",
		"Grüße 你好":       "Grüße 你好",
		"a\x1b[31mb":     "a‹U+001B›[31mb",
		"a\u202eb":       "a‹U+202E›b",
		"a\u009bb\b":     "a‹U+009B›b‹U+0008›",
		"a\rb":           "a‹U+000D›b",
		"a\U000E0041b":   "a‹U+E0041›b",
		"\xff\u200b\x7f": "‹FF›‹U+200B›‹U+007F›",
	} {
		if got := reveal(line); got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}
