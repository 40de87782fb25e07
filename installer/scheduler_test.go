package installer

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// The faults of a move.
const (
	killFault = iota // the process ends
	failFault        // one step fails
	fullFault        // from one step on, all fail: the disk is full
	noFault
)

// What a full disk and a bad one say. Windows has numbers of its own
// (https://learn.microsoft.com/windows/win32/debug/system-error-codes).
var noSpace, badDisk = func() (error, error) {
	if runtime.GOOS == "windows" {
		return syscall.Errno(112), syscall.Errno(1117)
	}
	return syscall.ENOSPC, syscall.EIO
}()

// faultOf is the fault of a move: most have none.
func (m move) faultOf() int { return min(int(m.fault%8), noFault) }

// A scheduler lets the goroutines of an operation go on one at a time, from
// step to step, in an order that chance decides. So the same sequence always
// goes the same way, and when the process is killed all of it stands still at
// a step, as after a real kill: nothing that would clean up runs.
type scheduler struct {
	t      *trial
	random *rand.Rand
	fault  int
	at     int // the step that the fault is at
	steps  int
	hit    bool // the fault has come

	mu      sync.Mutex
	waiting []waiter
	current string // what the goroutine that runs is writing
}

// A waiter is a goroutine that waits at a step.
type waiter struct {
	unit, name string
	answer     chan error // closed for the dead
}

// step is the hook of the store.
func (s *scheduler) step(name string) error {
	s.mu.Lock()
	w := waiter{unit: s.current, name: name, answer: make(chan error)}
	if strings.HasPrefix(name, "folder ") {
		w.unit = name // the first step of each
	}
	s.waiting = append(s.waiting, w)
	s.mu.Unlock()
	err, alive := <-w.answer
	if !alive {
		runtime.Goexit()
	}
	return err
}

// take removes the waiter who goes on next.
func (s *scheduler) take() (waiter, bool) {
	// Time stands still in here until everybody waits, for a step or for good.
	time.Sleep(time.Hour)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.waiting) == 0 {
		return waiter{}, false
	}
	slices.SortFunc(s.waiting, func(a, b waiter) int { return cmp.Or(cmp.Compare(a.unit, b.unit), cmp.Compare(a.name, b.name)) })
	n := s.random.IntN(len(s.waiting))
	w := s.waiting[n]
	s.waiting = slices.Delete(s.waiting, n, n+1)
	s.current = w.unit
	return w, true
}

// run does the operation and reports whether it was killed.
func (s *scheduler) run(operate func()) (killed bool) {
	done := make(chan any, 1)
	ended := false
	go func() {
		defer func() { done <- recover() }() // also of what Goexit ends
		operate()
		ended = true
	}()
	for {
		w, ok := s.take()
		if !ok {
			break
		}
		s.steps++
		var err error
		switch {
		case s.fault == noFault || s.steps < s.at:
		case s.fault == killFault:
			s.hit = true
			s.bury(w)
		case s.fault == fullFault:
			s.hit, err = true, fmt.Errorf("write %s: %w", w.name, noSpace)
		case s.steps == s.at:
			s.hit, err = true, fmt.Errorf("write %s: %w", w.name, badDisk)
		}
		if s.fault == killFault && s.hit {
			break
		}
		w.answer <- err
	}
	if p := <-done; p != nil {
		panic(p)
	}
	return !ended
}

// bury ends the goroutines of a killed operation. The home is out of their
// reach while they go.
func (s *scheduler) bury(first waiter) {
	aside := s.t.home + ".killed"
	s.t.must(os.Rename(s.t.home, aside))
	for w, ok := first, true; ok; w, ok = s.take() {
		close(w.answer)
	}
	if err := os.Remove(s.t.home); err != nil && !errors.Is(err, os.ErrNotExist) {
		s.t.fail("a dead operation has written: %v", err)
	}
	s.t.must(os.Rename(aside, s.t.home))
}
