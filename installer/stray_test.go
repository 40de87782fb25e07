package installer

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

// TestStrays tells what a killed operation has left, and nobody knows of, from
// what its journal names and from everything else.
func TestStrays(t *testing.T) {
	w := newWorld(t)
	seed(w)
	folders := []string{filepath.Join(w.home, ".agents", "skills"), filepath.Join(w.home, "nowhere", "skills")}
	files := []string{filepath.Join(w.home, ".claude.json"), filepath.Join(w.home, ".cursor", "mcp.json")}
	const old, now = "20250101-000000.000000", "20260401-120000.000000"
	w.write(".agents/.fsskills-"+old+"/alpha/SKILL.md", "# alpha\n")
	w.write(".agents/.fsskills-"+now+"/alpha/SKILL.md", "# alpha\n")
	w.write(".agents/skills/.fsskills-"+old+"/mine.md", "mine\n")
	w.write(".agents/.fsskills", "mine\n")
	w.write("..claude.json.fsskills-"+old, "{}")
	w.write("..claude.json.fsskills-"+now, "{}")
	w.write("..claude.json.fsskills-"+now+".new", "{}")
	w.write(".cursor/.mcp.json.fsskills-"+old+".new", "{}")
	w.write(".cursor/.other.json.fsskills-"+old, "{}")
	want := []string{".agents/.fsskills-" + old, "..claude.json.fsskills-" + old, ".cursor/.mcp.json.fsskills-" + old + ".new"}
	check := func(want []string) {
		t.Helper()
		var paths []string
		for _, rel := range want {
			paths = append(paths, filepath.Join(RealPath(w.home), filepath.FromSlash(rel)))
		}
		slices.Sort(paths)
		got, err := w.store.Strays(folders, files)
		if err != nil || !slices.Equal(got, paths) {
			t.Errorf("got %q, %v\nwant %q", got, err, paths)
		}
	}
	if err := w.store.create(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.begin(Operation{ID: now, Was: Receipt{Version: receiptVersion}}, nil); err != nil {
		t.Fatal(err)
	}
	check(want)
	// Without its journal nobody looks after the rest.
	w.remove(".local/state/fsskills/" + journalName)
	check(append(want, ".agents/.fsskills-"+now, "..claude.json.fsskills-"+now, "..claude.json.fsskills-"+now+".new"))
}

// TestExposed has a store that others may read, as a copy or a backup program
// leaves it.
func TestExposed(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	w := newWorld(t)
	if got, err := w.store.Exposed(); got != nil || err != nil {
		t.Errorf("nothing is installed: %q, %v", got, err)
	}
	w.install(w.request(first(), "cursor"))
	if got, err := w.store.Exposed(); got != nil || err != nil {
		t.Errorf("as it was installed: %q, %v", got, err)
	}
	backup := w.store.backupPath(w.receipt().Operation)
	want := []string{w.store.Dir, w.store.path(receiptName), backup}
	for path, mode := range map[string]os.FileMode{want[0]: 0o755, want[1]: 0o604, backup: 0o640} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	got, err := w.store.Exposed()
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("got %q, %v, want %q", got, err, want)
	}
	if err := Conceal(got); err != nil {
		t.Fatal(err)
	}
	if got, err := w.store.Exposed(); got != nil || err != nil {
		t.Errorf("once concealed: %q, %v", got, err)
	}
	if info, err := os.Stat(backup); err != nil || info.Mode().Perm() != privateFile {
		t.Errorf("the backup has %v, %v", info.Mode(), err)
	}
}

// TestPutAside keeps a damaged backup, and what a rebuild would have needed of
// it.
func TestPutAside(t *testing.T) {
	w := newWorld(t)
	seed(w)
	w.install(w.request(first(), "cursor"))
	w.update(w.request(second(), "cursor"))
	want := w.receipt()
	path := w.store.backupPath(want.Operation)
	if err := os.WriteFile(path, []byte("no archive"), 0o644); err != nil {
		t.Fatal(err)
	}
	damaged, err := w.store.DamagedBackups()
	if err != nil || len(damaged) != 1 || damaged[0].Path != path {
		t.Fatalf("got %v, %v", damaged, err)
	}
	aside, err := w.store.PutAside(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(aside)
	if err != nil || info.Size() != int64(len("no archive")) || info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		t.Errorf("kept as %v, %v", info, err)
	}
	if ops, err := w.store.Operations(); err != nil || len(ops) != 1 {
		t.Errorf("%d operations, %v", len(ops), err)
	}
	if only, err := w.store.OnlyHere(); err != nil || !slices.Equal(only, []string{aside}) {
		t.Errorf("only in the backups: %q, %v", only, err)
	}
	w.remove(".local/state/fsskills/" + receiptName)
	if b := w.rebuild(w.request(nil, "cursor")); !b.Exact || !w.receipt().equal(want) {
		t.Errorf("rebuilt %+v, want %+v", b, want)
	}
}

// TestRebuildForClientsThatAreGone replays an operation for a client that is not
// found any more.
func TestRebuildForClientsThatAreGone(t *testing.T) {
	w := newWorld(t)
	before := w.tree()
	w.install(w.request(first(), "claude-code"))
	w.strip()
	w.rebuild(Request{System: w.sys})
	if r := w.receipt(); len(r.Items) != 2 || !slices.Contains(r.Items[0].Clients, "claude-code") {
		t.Errorf("got %+v", r.Items)
	}
	w.uninstall(Removal{})
	if got := w.tree(); got != before {
		t.Errorf("got:\n%s\nwant:\n%s", got, before)
	}
}
