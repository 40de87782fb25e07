package installer

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// TestDamagedBackup has backups that lack what a file held before, or hold
// something else: a restore would put that in its place.
func TestDamagedBackup(t *testing.T) {
	for _, c := range []struct {
		name   string
		damage func([]byte) []byte
		want   string
	}{
		{"another digit", func(b []byte) []byte {
			return bytes.Replace(b, []byte(`"numStartups": 3`), []byte(`"numStartups": 4`), 1)
		}, ".claude.json are not those from before"},
		{"cut off behind its head", func(b []byte) []byte { return b[:bytes.Index(b, []byte(beforePrefix))+20] }, "from before are missing"},
		{"cut off in a file", func(b []byte) []byte { head, _, _ := bytes.Cut(b, []byte("numStartups")); return head }, ".claude.json from before are missing"},
		{"cut off in its head", func(b []byte) []byte { return b[:600] }, "the end is missing"},
		{"a member of another name", func(b []byte) []byte { return bytes.Replace(b, []byte(beforePrefix), []byte("befare/"), 1) }, "header"},
		{"empty", func([]byte) []byte { return nil }, "EOF"},
		{"no archive", func([]byte) []byte { return []byte(strings.Repeat("text", 999)) }, "header"},
		{"zeros", func(b []byte) []byte { return make([]byte, len(b)) }, "EOF"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			seed(w)
			w.install(w.request(first(), "cursor", "claude-code"))
			path := w.store.backupPath(w.receipt().Operation)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			damaged := c.damage(bytes.Clone(data))
			if bytes.Equal(damaged, data) {
				t.Fatal("nothing is damaged")
			}
			if err := os.WriteFile(path, damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			home := w.tree()
			_, err = w.store.NewRestore(w.receipt(), "last", true)
			if !isCorrupt(err) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			// It is as little believed while it is the journal.
			if err := os.Rename(path, w.store.path(journalName)); err != nil {
				t.Fatal(err)
			}
			if rec, err := w.store.Recover(); !isCorrupt(err) {
				t.Errorf("recovered %v, %v", rec, err)
			}
			if got := w.tree(); got != home {
				t.Errorf("the home has changed:\n%s", got)
			}
		})
	}
}
