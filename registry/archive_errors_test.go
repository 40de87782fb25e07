package registry

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is no archive is told in words, and not in those of a parser.
func TestFilesThatAreNoArchives(t *testing.T) {
	packed := func(text string) string {
		data, err := gzipAll([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	list := archiveOf(layouts()[2], "")
	zip, tgz := string(zipped(t, list)), string(tarred(t, list))
	for _, tt := range []struct{ name, data, said string }{
		{"a.zip", "", "the file is empty"},
		{"a.tar.gz", "", "the file is empty"},
		{"a.zip", "<html>", "the file is no zip archive"},
		{"a.zip", tgz, "the file is no zip archive"},
		{"a.zip", zip[:len(zip)/2], "a part of the archive is missing, or it is damaged"},
		{"a.zip", zip[:3], "a part of the archive is missing, or it is damaged"},
		{"a.tar.gz", "<", "the file is no gzip archive"},
		{"a.tgz", "<html>a page for people", "the file is no gzip archive"},
		{"a.tgz", zip, "the file is no gzip archive"},
		{"a.tgz", tgz[:5], "a part of the archive is missing, or it is damaged"},
		{"a.tgz", tgz[:len(tgz)/2], "a part of the archive is missing, or it is damaged"},
		{"a.tgz", packed(""), "the gzip archive holds no tar archive, or a damaged one"},
		{"a.tgz", packed("a text"), "the gzip archive holds no tar archive, or a damaged one"},
		{"a.tgz", packed(strings.Repeat("a text", 1000)), "the gzip archive holds no tar archive, or a damaged one"},
	} {
		file := filepath.Join(t.TempDir(), tt.name)
		if err := os.WriteFile(file, []byte(tt.data), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := snapshotOf(t, new(Remote), file, "")
		var source *SourceError
		if !errors.As(err, &source) || err.Error() != "read "+file+": "+tt.said {
			t.Errorf("%s of %d bytes: got %v, want %s", tt.name, len(tt.data), err, tt.said)
		}
	}
	// An empty tar is one.
	file := filepath.Join(t.TempDir(), "a.tgz")
	if err := os.WriteFile(file, tarred(t, nil), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := snapshotOf(t, new(Remote), file, ""); !errors.Is(err, ErrNoSkills) {
		t.Errorf("an empty tar: %v", err)
	}
}

// Tools that write names with backslashes make archives without folders.
func TestArchiveWithBackslashes(t *testing.T) {
	for name, want := range map[string]bool{`skills\demo\SKILL.md`: true, `top\skills\demo\SKILL.md`: true, "docs/demo.md": false} {
		inBothFormats(t, []archived{{name: name, data: demo}}, func(t *testing.T, _ *Snapshot, err error) {
			t.Helper()
			var none *NoSkillsError
			if !errors.As(err, &none) || strings.Contains(none.Hint(), "backslashes") != want {
				t.Errorf("%s: got %v", name, err)
			}
		})
	}
}
