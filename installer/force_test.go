package installer

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestForceAndWhatIsInTheWay has things of the user's where --force needs a
// folder, or the reverse: the plan says that they stay.
func TestForceAndWhatIsInTheWay(t *testing.T) {
	for name, test := range map[string]struct {
		rel, path string // the user's, and upstream's
	}{
		"a file for a folder": {"ref", "ref/x.md"},
		"a folder for a file": {"ref/mine.md", "ref"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.write(".agents/skills/alpha/"+test.rel, "mine\n")
			req := w.request(oneSkill("1", map[string]string{test.path: "theirs\n"}), "cursor")
			req.Force = true
			results := w.install(req)
			if kept := results[0].Action.Kept(); len(kept) != 1 || kept[0].Path != test.path || !strings.Contains(kept[0].Reason, "in the way") {
				t.Errorf("kept %+v", kept)
			}
			if got := w.read(".agents/skills/alpha/" + test.rel); got != "mine\n" {
				t.Errorf("the user's file is %q", got)
			}
			if again := must(NewInstall(w.receipt(), req)); !again.Empty() || again.Records() {
				t.Error("the same again has something to do")
			}
			w.uninstall(Removal{Force: true})
			if got := w.read(".agents/skills/alpha/" + test.rel); got != "mine\n" {
				t.Errorf("the user's file is %q after an uninstall", got)
			}
		})
	}
}

// TestForceTwiceIsOnce has a file with the right bytes and the wrong mode that
// the user has copied there by hand.
func TestForceTwiceIsOnce(t *testing.T) {
	w := newWorld(t)
	w.write(".agents/skills/alpha/run.sh", "#!/bin/sh\n")
	req := w.request(first(), "cursor")
	req.Force = true
	w.install(req)
	if again := must(NewInstall(w.receipt(), req)); !again.Empty() || again.Records() {
		t.Errorf("the same again has something to do: %s", states(w.apply(again)))
	}
}

// TestForceTakesALinkedOrphan has the user put a link in the place of a file of
// a skill that upstream drops.
func TestForceTakesALinkedOrphan(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(first(), "cursor"))
	file := filepath.Join(w.home, ".agents", "skills", "beta", "SKILL.md")
	w.write("mine.md", "mine\n")
	if err := errors.Join(os.Remove(file), os.Symlink(filepath.Join(w.home, "mine.md"), file)); err != nil {
		t.Skip("no links here:", err)
	}
	req := w.request(second(), "cursor")
	w.update(req)
	if !w.exists(".agents/skills/beta/SKILL.md") {
		t.Fatal("the user's link is gone")
	}
	req.Force = true
	w.update(req)
	if w.exists(".agents/skills/beta") || w.read("mine.md") != "mine\n" {
		t.Errorf("--force left it, or took more:\n%s", w.tree())
	}
	w.apply(must(w.store.NewRestore(w.receipt(), "last", false)))
	if target, err := os.Readlink(file); err != nil || target != filepath.Join(w.home, "mine.md") {
		t.Errorf("restored: %q, %v", target, err)
	}
}
