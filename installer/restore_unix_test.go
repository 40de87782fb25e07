//go:build unix

package installer

import (
	"errors"
	"strings"
	"testing"
)

// restore undoes an operation.
func (w *world) restore(word string, force bool) []Result {
	w.t.Helper()
	plan, err := w.store.NewRestore(w.receipt(), word, force)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.apply(plan)
}

// TestRestore undoes each kind of operation, and then the undoing.
func TestRestore(t *testing.T) {
	for name, job := range killJobs {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			job.prepare(w)
			if strings.HasPrefix(name, "project ") {
				w = w.inProject()
			}
			before, was := w.tree(), w.receipt()
			w.apply(job.run(w))
			after, is := w.tree(), w.receipt()
			w.setKey(job.undo)
			w.restore("last", false)
			w.checkKeys()
			if got := w.tree(); got != before {
				t.Errorf("undone:\n%s\nwant:\n%s", got, before)
			}
			if got := w.receipt(); !got.equal(was) {
				t.Errorf("the receipt is\n%+v\nwant\n%+v", got, was)
			}
			w.setKey(job.redo)
			w.restore("last", false)
			w.checkKeys()
			if got := w.tree(); got != after {
				t.Errorf("redone:\n%s\nwant:\n%s", got, after)
			}
			if got := w.receipt(); !got.equal(is) {
				t.Errorf("the receipt is\n%+v\nwant\n%+v", got, is)
			}
		})
	}
}

func TestRestoreKeepsWhatChangedSince(t *testing.T) {
	w := newWorld(t)
	seed(w)
	w.install(w.request(first(), "cursor"))
	w.update(w.request(second(), "cursor"))
	w.write(".agents/skills/alpha/SKILL.md", "# mine\n")
	results := w.restore("last", false)
	if got := w.read(".agents/skills/alpha/SKILL.md"); got != "# mine\n" {
		t.Errorf("alpha is %q", got)
	}
	partial := false
	for _, r := range results {
		partial = partial || r.Action.Partial
	}
	if !partial {
		t.Error("nothing was said of the file that stays")
	}
	if !w.exists(".agents/skills/beta/SKILL.md") {
		t.Error("beta did not come back")
	}
}

func TestRestoreUnknown(t *testing.T) {
	w := newWorld(t)
	var unknown *UnknownOperationError
	for _, word := range []string{"", "last", "2026"} {
		if _, err := w.store.NewRestore(w.receipt(), word, false); !errors.As(err, &unknown) {
			t.Errorf("%q: %v", word, err)
		}
	}
}
