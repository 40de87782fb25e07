package installer

import (
	"errors"
	"testing"
)

// TestFailedUpdateIsNotForgotten: the receipt's commit makes the next update
// believe that there is nothing to fetch, so it must not be the new one while a
// skill of it is missing.
func TestFailedUpdateIsNotForgotten(t *testing.T) {
	w := newWorld(t)
	seed(w)
	w.install(w.request(first(), "cursor"))
	was := w.receipt().Source.Commit

	req := w.request(snapshot("later", map[string]string{
		"alpha/SKILL.md": "# alpha\n", "beta/SKILL.md": "# beta\n", "gamma/SKILL.md": "# gamma\n",
	}), "cursor")
	update := func() {
		plan, err := NewUpdate(w.receipt(), req)
		if err != nil {
			t.Fatal(err)
		}
		w.try(plan)
	}
	w.store.step = func(name string) error {
		if name == "place gamma" {
			return errors.New("no space left on device")
		}
		return nil
	}
	update()
	if got := w.receipt().Source.Commit; got != was || w.exists(".agents/skills/gamma") {
		t.Fatalf("the commit is %q after a failure, want %q", got, was)
	}
	w.store.step = nil
	update()
	if got := w.receipt().Source.Commit; got != "later" || !w.exists(".agents/skills/gamma/SKILL.md") {
		t.Fatalf("the commit is %q once all is there, want later", got)
	}
}
