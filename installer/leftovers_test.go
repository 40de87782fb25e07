package installer

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"fsskills/registry"
)

// delete removes what is below home at rel, as the user.
func (w *world) delete(rel string) {
	w.t.Helper()
	if err := os.RemoveAll(filepath.Join(w.home, filepath.FromSlash(rel))); err != nil {
		w.t.Fatal(err)
	}
}

// failAt has the steps of this name fail, for good.
func (w *world) failAt(prefix string) {
	w.store.step = func(name string) error {
		if strings.HasPrefix(name, prefix) {
			return syscall.EIO
		}
		return nil
	}
}

// oneSkill is a snapshot with the skill alpha, of a commit with that digit.
func oneSkill(commit string, files map[string]string) *registry.Snapshot {
	all := map[string]string{"alpha/SKILL.md": "# alpha\n"}
	for path, data := range files {
		all["alpha/"+path] = data
	}
	return snapshot(strings.Repeat(commit, 40), all)
}

// TestFoldersOfDeletedFiles has the user delete files one by one, so that our
// folders are left empty. They go when what is recorded of them does.
func TestFoldersOfDeletedFiles(t *testing.T) {
	w := newWorld(t)
	before := w.tree()
	w.install(w.request(first(), "cursor"))
	w.delete(".agents/skills/alpha/references/a.md")
	w.delete(".agents/skills/beta/SKILL.md")
	w.uninstall(Removal{})
	if got := w.tree(); got != before {
		t.Errorf("uninstalled:\n%s\nwant:\n%s", got, before)
	}

	w.install(w.request(first(), "cursor"))
	w.delete(".agents/skills/alpha/references/a.md")
	w.update(w.request(oneSkill("2", map[string]string{"run.sh": "#!/bin/sh\n"}), "cursor"))
	if w.exists(".agents/skills/alpha/references") {
		t.Error("the folder of a file that upstream dropped stays empty")
	}

	// A skill that is recorded keeps its folder: another install is about it.
	w.delete(".agents/skills/alpha/SKILL.md")
	for range 2 {
		w.install(w.request(snapshot(strings.Repeat("3", 40), map[string]string{"alpha/SKILL.md": "# alpha 3\n"}), "cursor"))
		if w.exists(".agents/skills/alpha/SKILL.md") {
			t.Error("a file that the user deleted came back with the last of the others")
		}
	}

	// Nothing is removed through a link.
	w.delete(".agents/skills")
	w.write("elsewhere/keep.txt", "keep\n")
	if err := os.MkdirAll(filepath.Join(w.home, "elsewhere", "alpha", "references"), 0o755); err != nil {
		t.Fatal(err)
	}
	w.install(w.request(first(), "cursor"))
	w.delete(".agents/skills/alpha")
	if err := os.Symlink(filepath.Join(w.home, "elsewhere", "alpha"), filepath.Join(w.home, ".agents", "skills", "alpha")); err != nil {
		t.Skip("no links here:", err)
	}
	w.uninstall(Removal{})
	if !w.exists("elsewhere/alpha/references") {
		t.Error("the user's empty folder behind a link is gone")
	}
}

// TestFailedFileLeavesNoFolder has a new file in a new folder fail.
func TestFailedFileLeavesNoFolder(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(oneSkill("1", nil), "cursor"))
	before := w.tree()
	w.failAt("put ")
	req := w.request(oneSkill("2", map[string]string{"a/b/c.md": "c\n"}), "cursor")
	plan := must(NewUpdate(w.receipt(), req))
	if r := w.try(plan); r[0].Err == nil {
		t.Fatal("it did not fail")
	}
	if got := w.tree(); got != before {
		t.Errorf("got:\n%s\nwant:\n%s", got, before)
	}
}

// TestModeIsUndone takes back an operation that changed a file's mode alone.
func TestModeIsUndone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no such modes here")
	}
	runnable := oneSkill("2", map[string]string{"tool": "#!/bin/sh\n"})
	for i, f := range runnable.Skills[0].Files {
		if f.Path == "tool" {
			runnable.Skills[0].Files[i].Mode = 0o755
		}
	}
	w := newWorld(t)
	w.install(w.request(oneSkill("1", map[string]string{"tool": "#!/bin/sh\n"}), "cursor"))
	before := w.tree()
	w.failAt("receipt")
	if _, err := w.store.Apply(t.Context(), must(NewUpdate(w.receipt(), w.request(runnable, "cursor")))); err == nil {
		t.Fatal("it did not fail")
	}
	if got := w.tree(); got != before {
		t.Errorf("undone:\n%s\nwant:\n%s", got, before)
	}
	w.store.step = nil
	w.update(w.request(runnable, "cursor"))
	if w.tree() == before {
		t.Fatal("the update does nothing")
	}
	w.apply(must(w.store.NewRestore(w.receipt(), "last", false)))
	if got := w.tree(); got != before {
		t.Errorf("restored:\n%s\nwant:\n%s", got, before)
	}
}

// TestEmptyFolderInTheWay has the user delete the last file in a folder of
// which upstream makes a file.
func TestEmptyFolderInTheWay(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(oneSkill("1", map[string]string{"ref/deep/x.md": "x\n"}), "cursor"))
	w.delete(".agents/skills/alpha/ref/deep/x.md")
	w.update(w.request(oneSkill("2", map[string]string{"ref": "a file now\n"}), "cursor"))
	if got := w.read(".agents/skills/alpha/ref"); got != "a file now\n" {
		t.Errorf("ref is %q", got)
	}
}

// TestUndoOfADeletedFile has the user delete what an interrupted operation had
// made: its folder goes too.
func TestUndoOfADeletedFile(t *testing.T) {
	w := newWorld(t)
	w.write(".agents/skills/keep.txt", "keep\n")
	before := w.tree()
	w.failAt("re") // the receipt, and each removal
	req := w.request(first(), "cursor")
	req.Targets[0].Server = nil
	if _, err := w.store.Apply(t.Context(), w.locked(must(NewInstall(w.receipt(), req)))); err == nil {
		t.Fatal("it did not fail")
	}
	w.store.step = nil
	w.delete(".agents/skills/alpha/references/a.md")
	w.delete(".agents/skills/beta/SKILL.md")
	recovered(t, w)
	if got := w.tree(); got != before {
		t.Errorf("got:\n%s\nwant:\n%s", got, before)
	}
}

// locked makes the store, as the lock does.
func (w *world) locked(p Plan) Plan {
	w.t.Helper()
	if err := w.store.create(); err != nil {
		w.t.Fatal(err)
	}
	return p
}
