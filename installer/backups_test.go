package installer

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestBackupsKeepTheUsersBytesLongest fills the backups with operations that
// overwrite nothing of the user's, beside one that did.
func TestBackupsKeepTheUsersBytesLongest(t *testing.T) {
	w := newWorld(t)
	again := func(i int) {
		req := w.request(first(), "cursor")
		if i%2 == 1 {
			req = w.request(second(), "cursor")
		}
		req.Force = true
		w.install(req)
	}
	again(0)
	w.write(".agents/skills/alpha/SKILL.md", "# mine\n")
	again(1)
	kept := w.receipt().Operation
	for i := range maxBackups + 5 {
		again(i)
	}
	ops, err := w.store.Operations()
	if err != nil {
		t.Fatal(err)
	}
	has := func(ops []Operation) bool {
		return slices.ContainsFunc(ops, func(o Operation) bool { return o.ID == kept })
	}
	if len(ops) != maxBackups || !has(ops) {
		t.Fatalf("%d backups, the one with the user's bytes is there: %v", len(ops), has(ops))
	}

	// Once all of them have such bytes, the oldest goes, and that is known before.
	for i := range maxBackups - 1 {
		w.write(".agents/skills/alpha/SKILL.md", strings.Repeat("# mine, too\n", i+1))
		again(i + 1)
	}
	surplus, err := w.store.Surplus()
	if err != nil {
		t.Fatal(err)
	}
	if len(surplus) != 1 || surplus[0].Operation != kept || len(surplus[0].Only) != 1 || filepath.Base(surplus[0].Only[0]) != "SKILL.md" {
		t.Errorf("surplus is %+v", surplus)
	}
	// What is on disk again is in no danger.
	w.write(".agents/skills/alpha/SKILL.md", "# mine\n")
	if surplus, err = w.store.Surplus(); err != nil || len(surplus) != 1 || surplus[0].Only != nil {
		t.Errorf("surplus is %+v, %v", surplus, err)
	}
}

// TestSurplusOfStrangeFiles has files in the way that are no backups of
// operations, or cannot be read.
func TestSurplusOfStrangeFiles(t *testing.T) {
	w := newWorld(t)
	dir := w.store.path(backupsName)
	w.install(w.request(first(), "cursor"))
	for i := range maxBackups {
		name := "20250101-000000." + strings.Repeat("0", i%10) + string(rune('a'+i%26)) + ".undone.mcp.json"
		if i%2 == 0 {
			name = strings.TrimSuffix(name, ".undone.mcp.json") + ".tar"
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("no archive"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	surplus, err := w.store.Surplus()
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if want := len(entries) + 1 - maxBackups; len(surplus) != want || surplus[0].Operation != w.receipt().Operation {
		t.Fatalf("%d have to go, %d do, first %+v", want, len(surplus), surplus[0])
	}
	w.update(w.request(second(), "cursor"))
	if entries, err = os.ReadDir(dir); err != nil || len(entries) != maxBackups {
		t.Errorf("%d backups, %v", len(entries), err)
	}
}
