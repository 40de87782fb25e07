//go:build unix

package installer

import (
	"errors"
	"strings"
	"testing"
)

// restore undoes an operation.
func (w *world) restore(word string) []Result {
	w.t.Helper()
	plan, err := w.store.NewRestore(w.receipt(), word, false)
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
			w.restore("last")
			w.checkKeys()
			if got := w.tree(); got != before {
				t.Errorf("undone:\n%s\nwant:\n%s", got, before)
			}
			if got := w.receipt(); !got.equal(was) {
				t.Errorf("the receipt is\n%+v\nwant\n%+v", got, was)
			}
			w.setKey(job.redo)
			w.restore("last")
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
	results := w.restore("last")
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

// TestRestoreInTwoSteps has a restore lack the key of one file: the hint's
// command puts that one back, too, once the key is there.
func TestRestoreInTwoSteps(t *testing.T) {
	w := newWorld(t)
	seedKeyed(w)
	w.install(w.keyed(oneKey, "zed", "cursor"))
	after := w.tree()
	w.uninstall(Removal{Command: "uninstall"})
	id := w.receipt().Operation
	w.setKey("")
	var hints []string
	for _, r := range w.restore("last") {
		if r.Action.Hint != "" {
			hints = append(hints, r.Action.Hint)
		}
	}
	hint := strings.Join(hints, "; ")
	if want := "set FULLSTORY_API_KEY to that key and run 'fsskills restore " + id + "'"; hint != want {
		t.Errorf("hint %q, want %q", hint, want)
	}
	if strings.Contains(w.read(zedFile), "fullstory") || !strings.Contains(w.read(".cursor/mcp.json"), "fullstory") {
		t.Errorf("the wrong file came back:\n%s", w.tree())
	}
	w.setKey(oneKey)
	w.restore(id)
	w.checkKeys()
	if got := w.tree(); got != after {
		t.Errorf("got:\n%s\nwant:\n%s", got, after)
	}
}
