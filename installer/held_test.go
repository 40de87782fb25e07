package installer

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestHeld(t *testing.T) {
	t.Parallel()
	s := &Store{Dir: filepath.Join(t.TempDir(), "state"), Now: time.Now}
	look := func(pid int, held bool) {
		t.Helper()
		holder, got, err := s.Held()
		if err != nil || got != held || holder.PID != pid {
			t.Errorf("held %v by %+v: %v; want %v by %d", got, holder, err, held, pid)
		}
	}
	look(0, false)
	if _, err := os.Stat(s.Dir); err == nil {
		t.Error("a folder was made")
	}
	l, err := s.Lock(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	look(0, true)
	if err := l.Announce(Holder{PID: 7, Command: "fsskills install"}); err != nil {
		t.Fatal(err)
	}
	look(7, true)
	// A process that is killed leaves its note, and the system takes the lock.
	if err := l.flock.Unlock(); err != nil {
		t.Fatal(err)
	}
	look(7, false)
	look(7, false)
}
