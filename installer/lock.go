package installer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/gofrs/flock"
)

// A Lock keeps other fsskills from writing. It is the operating system's own,
// so that it ends with the process, however that ends.
type Lock struct {
	flock *flock.Flock
	path  string
}

// A Holder is who has the lock, as far as it has said so.
type Holder struct {
	PID     int       `json:"pid"`
	Command string    `json:"command"`
	Since   time.Time `json:"since"`
}

// A LockedError says that another fsskills has not finished.
type LockedError struct{ Holder Holder }

func (e *LockedError) Error() string {
	if e.Holder.PID == 0 {
		return "another fsskills is at work"
	}
	return fmt.Sprintf("another fsskills is at work: %s, process %d, since %s", e.Holder.Command, e.Holder.PID, e.Holder.Since.Format(time.TimeOnly))
}

// Hint says what to do.
func (e *LockedError) Hint() string { return "wait for it to finish, or end it, and run this again" }

// lockPoll is how often a lock is tried while waiting.
const lockPoll = 50 * time.Millisecond

// Lock takes the lock, waiting for at most wait. Nothing is written but the
// lock file itself, and that only the first time.
func (s *Store) Lock(ctx context.Context, wait time.Duration) (*Lock, error) {
	if err := s.create(); err != nil {
		return nil, err
	}
	l := &Lock{flock: flock.New(s.path(lockName), flock.SetPermissions(privateFile)), path: s.path(lockName) + ".json"}
	ok, err := l.flock.TryLock()
	if !ok && err == nil && wait > 0 {
		bounded, cancel := context.WithTimeout(ctx, wait)
		defer cancel()
		ok, err = l.flock.TryLockContext(bounded, lockPoll)
	}
	if ok {
		return l, nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return nil, fmt.Errorf("lock %s: %w", l.flock.Path(), err)
	}
	return nil, &LockedError{Holder: l.holder()}
}

// Announce notes who has the lock, for those who wait.
func (l *Lock) Announce(h Holder) error {
	data, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return writeFileAtomic(l.path, data, unsynced)
}

// Unlock gives the lock back.
func (l *Lock) Unlock() error {
	if err := remove(l.path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return errors.Join(err, l.flock.Unlock())
	}
	return l.flock.Unlock()
}

func (l *Lock) holder() Holder {
	var h Holder
	data, err := os.ReadFile(l.path)
	if err != nil || json.Unmarshal(data, &h) != nil {
		return Holder{} // it has not said yet
	}
	return h
}
