package cmd

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"fsskills/clients"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "Finds rage clicks.", "Finds rage clicks."},
		{"other scripts", "日本語 Zürich naïve עברית 🎉", "日本語 Zürich naïve עברית 🎉"},
		{"lines and tabs", "a\nb\tc\u0085d\u2028e", "a b c d e"},
		{"control characters", "a\x00b\x08c\x7fd", "abcd"},
		{"colour", "\x1b[1;31mred\x1b[0m", "red"},
		{"erase the screen", "a\x1b[2Jb\x1b[Hc", "abc"},
		{"one-character form", "a\u009b31mb", "ab"},
		{"window title", "a\x1b]0;owned\ab", "ab"},
		{"a link, closed by ST", "\x1b]8;;https://example.test\x1b\\text\x1b]8;;\x1b\\", "text"},
		{"one-character string", "a\u009d0;owned\u009cb", "ab"},
		{"a string that is never closed", "a\x1b]0;owned\nb", "a b"},
		{"device control", "a\x1bP1$r0m\x1b\\b", "ab"},
		{"character set", "a\x1b(0b", "ab"},
		{"reset", "a\x1bcb", "ab"},
		{"a lone ESC", "a\x1b", "a"},
		{"an ESC before nothing", "a\x1b\nb", "a b"},
		{"a sequence that is cut off", "a\x1b[31", "a"},
		{"a sequence inside a sequence", "a\x1b[3\x1b[0mb", "ab"},
		{"reading direction", "a\u202ebc\u202c\u2066d\u2069\u200fe", "abcde"},
		{"zero width", "a\u200bb\u200dc\ufeffd\u2060e\u00adf", "abcdef"},
		{"tag characters", "a\U000e0041\U000e0042b", "ab"},
		{"variation selectors", "a\ufe0fb\U000e0101c", "abc"},
		{"fillers", "a\u3164b\u115fc", "abc"},
		{"private use", "a\ue000b", "ab"},
		{"broken UTF-8", "a\xffb\x9b31m", "a\ufffdb\ufffd31m"},
		{"all kinds of blanks", "a\u00a0b\u3000c", "a b c"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := clean(test.in); got != test.want {
				t.Errorf("clean(%q) = %q, want %q", test.in, got, test.want)
			}
		})
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"plain", "\x1b[1;31mred\x1b[0m", "\x1b]0;title\a", "\u009b2J", "\x1b\x1b[[", "a\u202eb", "\xff\x1bP"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s)
		if !utf8.ValidString(got) {
			t.Fatalf("clean(%q) = %q is not UTF-8", s, got)
		}
		for _, r := range got {
			if !unicode.IsPrint(r) {
				t.Fatalf("clean(%q) = %q holds %U", s, got, r)
			}
		}
		if again := clean(got); again != got {
			t.Fatalf("clean(%q) = %q, and that cleaned is %q", s, got, again)
		}
		if n := cells(shorten(got, 7)); n > 7 {
			t.Fatalf("shorten(%q, 7) takes %d cells", got, n)
		}
	})
}

func TestShorten(t *testing.T) {
	tests := []struct {
		in    string
		limit int
		want  string
	}{
		{"skills", 6, "skills"},
		{"skills", 5, "skil…"},
		{"skills", 1, "…"},
		{"skills", 0, ""},
		{"two words", 5, "two…"},
		{"日本語", 6, "日本語"},
		{"日本語", 5, "日本…"},
		{"日本語", 4, "日…"},
		{"e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301…"},
	}
	for _, test := range tests {
		if got := shorten(test.in, test.limit); got != test.want {
			t.Errorf("shorten(%q, %d) = %q, want %q", test.in, test.limit, got, test.want)
		}
	}
}

func TestWrap(t *testing.T) {
	got := wrap("one two  three-and-more 日本 語", 8)
	want := []string{"one two", "three-and-more", "日本 語"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestTilde(t *testing.T) {
	home := filepath.FromSlash("/home/ada")
	tests := []struct{ path, home, want string }{
		{"/home/ada", home, "~"},
		{"/home/ada/.claude.json", home, "~/.claude.json"},
		{"/home/adam/x", home, "/home/adam/x"},
		{"/etc/x", home, "/etc/x"},
		{"/etc/x", "", "/etc/x"},
		{"/etc/x", filepath.FromSlash("/"), "/etc/x"},
	}
	for _, test := range tests {
		want := filepath.FromSlash(test.want)
		if got := tilde(filepath.FromSlash(test.path), test.home); got != want {
			t.Errorf("tilde(%q, %q) = %q, want %q", test.path, test.home, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	words := []string{"install", "uninstall", "update", "list", "ls"}
	for word, want := range map[string]string{
		"instal":  "install",
		"isntall": "install",
		"INSTALL": "install",
		"inst":    "install",
		"upgrate": "update",
		"lst":     "list",
		"l":       "ls",
		"xyzzy":   "",
		"":        "",
	} {
		if got := nearest(word, words); got != want {
			t.Errorf("nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestNearestClient(t *testing.T) {
	for id, want := range map[string]string{
		"cluade": "claude-code", "claude-cod": "claude-code", "claude-desctop": "claude-desktop", "CURSER": "cursor",
		"vscod": "vscode", "gemnii": "gemini-cli", "copilto": "copilot-cli", "wind-surf": "windsurf", "gose": "goose",
		"zde": "zed", "emacs": "", "x": "", "": "", "nope": "", "contineu": "continue", "postbox": "", strings.Repeat("claude", 9000): "",
	} {
		got := strings.Join(nearClients(clients.All(), id), " ")
		if got != want {
			t.Errorf("near %.20q is %q, want %q", id, got, want)
		}
	}
}
