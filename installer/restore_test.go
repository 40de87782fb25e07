package installer

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// restoreOf plans the restore of an operation, by force or not.
func (w *world) restoreOf(id string, force bool) Plan {
	w.t.Helper()
	plan, err := w.store.NewRestore(w.receipt(), id, force)
	if err != nil {
		w.t.Fatal(err)
	}
	return plan
}

// checkRecorded finds every recorded skill on the disk as recorded.
func (w *world) checkRecorded() {
	w.t.Helper()
	for _, i := range w.receipt().Items {
		if state, files := i.Inspect(); state != StateCurrent {
			w.t.Errorf("%s is %s: %+v", i.Path(), state, files)
		}
	}
}

// TestRestoreBehindALaterOperation restores one that is not the last: a skill
// that a later one has changed too stays, or by force is whole in some way,
// and what is recorded is what is there.
func TestRestoreBehindALaterOperation(t *testing.T) {
	one := oneSkill("1", map[string]string{"a.md": "a 1\n", "b.md": "b 1\n"})
	two := oneSkill("2", map[string]string{"a.md": "a 2\n", "b.md": "b 1\n"})
	three := oneSkill("3", map[string]string{"a.md": "a 2\n", "b.md": "b 3\n", "c.md": "c 3\n"})
	four := oneSkill("4", map[string]string{"a.md": "a 4\n", "b.md": "b 4\n", "c.md": "c 4\n"})
	begin := func(t *testing.T) (w *world, install, update string) {
		t.Helper()
		w = newWorld(t)
		w.install(w.request(one, "cursor"))
		install = w.receipt().Operation
		w.update(w.request(two, "cursor"))
		update = w.receipt().Operation
		w.update(w.request(three, "cursor"))
		return w, install, update
	}
	t.Run("stays", func(t *testing.T) {
		w, install, update := begin(t)
		before := w.tree()
		for _, id := range []string{update, install} {
			a := w.restoreOf(id, false).Actions[0]
			if a.Op != OpKeep || !a.Partial || !strings.Contains(a.Reason, "later operation") {
				t.Errorf("%s: %s %s", id, a.Op, a.Reason)
			}
		}
		w.apply(w.restoreOf(update, false))
		w.checkRecorded()
		if got := w.tree(); got != before {
			t.Errorf("got:\n%s\nwant:\n%s", got, before)
		}
	})
	t.Run("by force", func(t *testing.T) {
		w, _, update := begin(t)
		w.apply(w.restoreOf(update, true))
		w.checkRecorded()
		dir := ".agents/skills/alpha/"
		if got := w.read(dir+"a.md") + w.read(dir+"b.md"); got != "a 1\nb 3\n" || w.exists(dir+"c.md") {
			t.Errorf("got %q and %v", got, w.exists(dir+"c.md"))
		}
		// Nothing of it is taken for an edit.
		w.update(w.request(four, "cursor"))
		w.checkRecorded()
		if got := w.read(dir+"a.md") + w.read(dir+"b.md") + w.read(dir+"c.md"); got != "a 4\nb 4\nc 4\n" {
			t.Errorf("got %q after an update", got)
		}
	})
	t.Run("the install by force", func(t *testing.T) {
		w, install, _ := begin(t)
		w.apply(w.restoreOf(install, true))
		w.checkRecorded()
		if w.exists(".agents") {
			t.Errorf("something stays:\n%s", w.tree())
		}
	})
	t.Run("edited since", func(t *testing.T) {
		w, install, _ := begin(t)
		w.write(".agents/skills/alpha/c.md", "mine\n")
		w.apply(w.restoreOf(install, true))
		if got := w.read(".agents/skills/alpha/c.md"); got != "mine\n" {
			t.Errorf("the user's file is %q", got)
		}
	})
	t.Run("for another client", func(t *testing.T) {
		w := newWorld(t)
		w.install(w.request(one, "cursor"))
		install := w.receipt().Operation
		w.install(w.request(one, "codex"))
		w.apply(w.restoreOf(install, false))
		w.checkRecorded()
		if !w.exists(".agents/skills/alpha/SKILL.md") {
			t.Error("codex has lost its skills")
		}
	})
}

// TestRestoreAndWhatStandsThere has the user put a link, or a file, in the
// place of a skill that a restore brings back.
func TestRestoreAndWhatStandsThere(t *testing.T) {
	for _, what := range []string{"link", "file"} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t)
			w.install(w.request(first(), "cursor"))
			w.uninstall(Removal{})
			id := w.receipt().Operation
			place := filepath.Join(w.home, ".agents", "skills", "alpha")
			w.write("mine/SKILL.md", "mine\n")
			w.write(".agents/skills/alpha", "precious\n")
			if what == "link" {
				w.delete(".agents/skills/alpha")
				if err := os.Symlink(filepath.Join(w.home, "mine"), place); err != nil {
					t.Skip("no links here:", err)
				}
			}
			before, err := os.Lstat(place)
			if err != nil {
				t.Fatal(err)
			}
			plan := w.restoreOf(id, false)
			if a := plan.Actions[0]; a.Name != "alpha" || a.Op != OpKeep || a.State != StateForeign || !a.Partial {
				t.Errorf("alpha: %s %s %s", a.Op, a.State, a.Reason)
			}
			w.apply(plan)
			if after, err := os.Lstat(place); err != nil || !os.SameFile(before, after) {
				t.Errorf("it was replaced: %v", err)
			}
			if !w.exists(".agents/skills/beta/SKILL.md") {
				t.Error("beta did not come back")
			}
			w.apply(w.restoreOf(id, true))
			w.checkRecorded()
			if got := w.read(".agents/skills/alpha/SKILL.md") + w.read("mine/SKILL.md"); got != "# alpha 1\nmine\n" {
				t.Errorf("by force: %q", got)
			}
			w.apply(w.restoreOf("last", false))
			if after, err := os.Lstat(place); err != nil || after.Mode().Type() != before.Mode().Type() {
				t.Errorf("it did not come back: %v, %v", after, err)
			}
		})
	}
}

// TestRestoreKeepsWhatTookTheLinksPlace has --force take a link over, and the
// user put a file there since.
func TestRestoreKeepsWhatTookTheLinksPlace(t *testing.T) {
	w := newWorld(t)
	place := filepath.Join(w.home, ".agents", "skills", "alpha")
	w.write("mine/SKILL.md", "mine\n")
	w.write(".agents/skills/keep.txt", "keep\n")
	if err := os.Symlink(filepath.Join(w.home, "mine"), place); err != nil {
		t.Skip("no links here:", err)
	}
	req := w.request(first(), "cursor")
	req.Force = true
	w.install(req)
	w.delete(".agents/skills/alpha")
	w.write(".agents/skills/alpha", "precious\n")
	w.apply(w.restoreOf("last", false))
	if got := w.read(".agents/skills/alpha"); got != "precious\n" {
		t.Errorf("the user's file is %q", got)
	}
	w.apply(w.restoreOf("last", true))
}

// TestRestoreWhereFilesBecameFolders undoes an update in which upstream made a
// folder of a file and the reverse.
func TestRestoreWhereFilesBecameFolders(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(oneSkill("1", map[string]string{"foo": "a file\n", "ref/x": "x\n", "ref/y/z": "z\n"}), "cursor"))
	before := w.tree()
	w.update(w.request(oneSkill("2", map[string]string{"foo/bar/baz": "now inside\n", "ref": "a file now\n"}), "cursor"))
	after := w.tree()
	w.apply(w.restoreOf("last", false))
	w.checkRecorded()
	if got := w.tree(); got != before {
		t.Errorf("undone:\n%s\nwant:\n%s", got, before)
	}
	w.apply(w.restoreOf("last", false))
	if got := w.tree(); got != after {
		t.Errorf("redone:\n%s\nwant:\n%s", got, after)
	}
	// What the user has put there since stays.
	w.write(".agents/skills/alpha/foo/mine", "mine\n")
	w.apply(w.restoreOf("last", false))
	if got := w.read(".agents/skills/alpha/foo/mine"); got != "mine\n" {
		t.Errorf("the user's file is %q", got)
	}
	// By force too: a folder of theirs is not removed.
	w.apply(w.restoreOf("last", true))
	if got := w.read(".agents/skills/alpha/foo/mine"); got != "mine\n" {
		t.Errorf("the user's file is %q after --force", got)
	}
}

// TestRestoreWhereSomethingIsInTheWay has a file of the user's where the
// operation had made a folder, of which nothing is left.
func TestRestoreWhereSomethingIsInTheWay(t *testing.T) {
	for _, force := range []bool{false, true} {
		w := newWorld(t)
		w.install(w.request(oneSkill("1", map[string]string{"ref/x": "x\n"}), "cursor"))
		w.delete(".agents/skills/alpha/ref")
		w.write(".agents/skills/alpha/ref", "mine\n")
		w.apply(w.restoreOf("last", force))
		if got := w.read(".agents/skills/alpha/ref"); got != "mine\n" || w.exists(".agents/skills/alpha/SKILL.md") {
			t.Errorf("by force %v: the user's file is %q:\n%s", force, got, w.tree())
		}
	}
}

// TestRestoreOfPart takes an update back by force after the uninstall, so that
// no more than a part of a skill or nothing of it is there. What is recorded
// can be read, and the next install makes a whole of it.
func TestRestoreOfPart(t *testing.T) {
	for what, files := range map[string]map[string]string{
		"a part":  {"notes.md": "two\n"},
		"nothing": {"notes.md": "one\n", "more.md": "two\n"},
	} {
		w := newWorld(t).inProject()
		req := w.request(oneSkill("1", map[string]string{"notes.md": "one\n"}), "cursor")
		w.install(req)
		w.update(w.request(oneSkill("2", files), "cursor"))
		update := w.receipt().Operation
		w.uninstall(Removal{Command: "uninstall"})
		w.apply(must(w.store.NewRestore(w.receipt(), update, true)))
		if got := w.exists("web/.agents/skills/alpha/notes.md"); got != (what == "a part") {
			t.Errorf("%s: notes.md is there: %v", what, got)
		}
		if w.exists("web/" + LockfileName) {
			t.Errorf("%s: the lock is\n%s", what, w.read("web/"+LockfileName))
		}
		w.install(req)
		w.uninstall(Removal{Command: "uninstall"})
		if w.exists("web/.agents") {
			t.Errorf("%s: after the uninstall there is\n%s", what, w.tree())
		}
	}
}
