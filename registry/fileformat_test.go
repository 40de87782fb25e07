package registry

import (
	"encoding/binary"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"unicode/utf16"
)

// wide writes a text in UTF-16.
func wide(order binary.AppendByteOrder, text string) string {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, unit)
	}
	return string(out)
}

func TestWhatIsReadAsText(t *testing.T) {
	const link = "one\nsee https://evil.test/\n"
	noise := strings.Repeat("\x00\xff\x01\xfe", 100)
	tests := []struct{ name, path, data, want string }{
		{"text", "notes", link, "2 foreign-host evil.test"},
		{"a NUL", "notes", link + "\x00", "2 foreign-host evil.test; 3 hidden-text 1 control character (U+0000)"},
		{"a bad byte", "a.cfg", link + "\xff", "2 foreign-host evil.test; 3 hidden-text 1 byte outside of UTF-8"},
		{"Latin-1", "a.inc", "Gr\xfc\xdfe " + link, "1 hidden-text 2 bytes outside of UTF-8; 2 foreign-host evil.test"},
		{"a picture", "a.png", "\x89PNG\r\n\x1a\n" + noise + "https://evil.test/" + noise, ""},
		{"a font", "a.ttf", "\x00\x01\x00\x00" + noise, ""},
		{"a film", "a.mp4", "\x00\x00\x00\x18ftypmp42" + noise, ""},
		{"an archive", "a.zip", "PK\x03\x04" + noise, ""},
		{"a tar", "a.tar", strings.Repeat("\x00", 257) + "ustar" + noise, ""},
		{"a database", "a", "SQLite format 3\x00" + noise, ""},
		{"a page", "a.pdf", "%PDF-1.4\n" + noise, ""},
		{"a picture by its name alone", "a.png", noise + link, "1 hidden-text 200 control characters (U+0000); 1 hidden-text 200 bytes outside of UTF-8; 2 foreign-host evil.test"},
		{"text that begins like a picture", "a.png", "GIF89a\x00\xff" + strings.Repeat("text ", 20) + link, "1 hidden-text 1 control character (U+0000); 1 hidden-text 1 byte outside of UTF-8; 2 foreign-host evil.test"},
		{"a picture with the name of a text", "a.md", "\x89PNG\r\n\x1a\n" + link, "1 hidden-text 1 byte outside of UTF-8; 2 hidden-text 1 control character (U+001A); 4 foreign-host evil.test"},
		{"UTF-16, little end", "a", "\xff\xfe" + wide(binary.LittleEndian, link), "2 foreign-host evil.test"},
		{"UTF-16, big end", "a.md", "\xfe\xff" + wide(binary.BigEndian, link), "2 foreign-host evil.test"},
		{"UTF-16 without a mark", "a", wide(binary.LittleEndian, link), "2 foreign-host evil.test"},
		{"UTF-16 without a mark, big end", "a.txt", wide(binary.BigEndian, "ü\n"+link+tags("I")), `3 foreign-host evil.test; 4 hidden-text 1 hidden tag character that spells "I"`},
		{"UTF-16 of Chinese", "a", "\xff\xfe" + wide(binary.LittleEndian, "你好世界"), ""},
		{"half a pair of UTF-16", "a", "\xff\xfe" + wide(binary.LittleEndian, link) + "\x00\xd8", "2 foreign-host evil.test; 3 hidden-text 1 byte outside of UTF-8"},
		{"text behind the mark of UTF-16", "a", "\xff\xfe" + link, "1 hidden-text 2 bytes outside of UTF-8; 2 foreign-host evil.test"},
		{"UTF-16 with plain text in it", "a", wide(binary.LittleEndian, strings.Repeat("none\n", 20)) + "https://evil.test/xx", "21 foreign-host evil.test"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range reviewSkill(nil, []File{{Path: tt.path, Mode: 0o644, Data: []byte(tt.data)}}) {
				got = append(got, fmt.Sprintf("%d %s %s", f.Line, f.Kind, f.Text))
			}
			if got := strings.Join(got, "; "); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestExecutablesElsewhere(t *testing.T) {
	tests := []struct {
		path string
		want string
	}{
		{"a.command", "macOS runs .command files"},
		{"a.scpt", "macOS runs .scpt files"},
		{"a.workflow/Contents/document.wflow", "macOS runs what is in .workflow folders"},
		{"b/A.App/Contents/x", "macOS runs what is in .app folders"},
		{"a.desktop", "Linux desktops run .desktop files"},
		{"a.sh", "a shell runs .sh files"},
		{"a.Bash", "a shell runs .bash files"},
		{"a.zsh", "a shell runs .zsh files"},
		{"a.fish", "a shell runs .fish files"},
		{"a.py", ""},
		{"app/workflow.md", ""},
	}
	for _, tt := range tests {
		if line, got := executable(File{Path: tt.path, Mode: fs.FileMode(0o644), Data: []byte("x")}); got != tt.want || line != 0 {
			t.Errorf("%s: got %q, want %q", tt.path, got, tt.want)
		}
	}
}
