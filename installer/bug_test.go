package installer

import (
	"errors"
	"sync/atomic"
	"testing"

	"fsskills/registry"
)

// TestBugWhileWriting makes a mistake of ours at each step of an install in turn.
// It comes back as one, with the place where it happened, and everything is as it
// was, at the latest after the next command.
func TestBugWhileWriting(t *testing.T) {
	caught := 0
	for step := int64(1); ; step++ {
		w := newWorld(t)
		if err := w.store.create(); err != nil {
			t.Fatal(err)
		}
		w.write(".cursor/mcp.json", "{}\n")
		before := w.tree()
		plan := must(NewInstall(w.receipt(), w.request(first(), "cursor", "claude-code")))
		var n atomic.Int64 // folders are written at the same time
		strange := false
		w.store.step = func(name string) error {
			if n.Add(1) == step {
				strange = true
				panic("index out of range at " + name)
			}
			return nil
		}
		outside := func() (outside bool) {
			defer func() { outside = recover() != nil }() // a panic in the one goroutine is cmd's
			_, err := w.store.Apply(t.Context(), plan)
			if bug, ok := errors.AsType[*registry.BugError](err); ok {
				caught++
				if len(bug.Stack) == 0 {
					t.Error("where it happened is not known")
				}
			} else if strange && err == nil {
				t.Errorf("step %d: a mistake is not told", step)
			}
			return false
		}()
		if !strange {
			break
		}
		w.store.step = nil
		if _, err := w.store.Recover(); err != nil {
			t.Fatal(err)
		}
		if got := w.tree(); got != before && !outside {
			t.Errorf("step %d: after the mistake\n%s\nwant\n%s", step, got, before)
		}
	}
	if caught < 3 {
		t.Errorf("%d mistakes were caught where files are written", caught)
	}
}
