package installer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"time"

	"github.com/gofrs/flock"
)

// A Lock keeps other fsskills from writing. It is the operating system's own,
// so that it ends with the process, however that ends.
type Lock struct {
	flock *flock.Flock
	path  string
	// made are the folders that were made for the lock, outermost first, nil if
	// the lock's file was there before.
	made []string
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
	for range vanishTries {
		l, err := s.tryLock(ctx, wait)
		switch {
		case errors.Is(err, fs.ErrNotExist): // the folders went while we were about to use them
		case err != nil || l.holds():
			return l, err
		default:
			// Whoever had it before has left nothing behind: it is another file's now.
			if err := l.flock.Unlock(); err != nil {
				return nil, err
			}
		}
	}
	return nil, fmt.Errorf("lock %s: it goes as often as it comes", s.path(lockName))
}

// vanishTries is how often a lock is tried anew that has gone meanwhile. Each time
// another fsskills has begun and ended.
const vanishTries = 1000

func (s *Store) tryLock(ctx context.Context, wait time.Duration) (*Lock, error) {
	path := s.path(lockName)
	made, err := missingDirs(s.path(backupsName))
	if err != nil {
		made = nil // what is wrong is said next
	}
	if err := s.create(); err != nil {
		return nil, err
	}
	l := &Lock{path: path + ".json"}
	flag := os.O_RDONLY // a lock that is there is not opened to be made
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		l.made = append([]string{}, made...)
	}
	switch info, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
		flag |= os.O_CREATE
	case err == nil && info.IsDir(): // which can be opened for reading, and locked
		return nil, fmt.Errorf("lock %s: %w", path, &fs.PathError{Op: "open", Path: path, Err: syscall.EISDIR})
	}
	l.flock = flock.New(path, flock.SetPermissions(privateFile), flock.SetFlag(flag))
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

// holds says whether what is locked is the file that others will try to lock.
func (l *Lock) holds() bool {
	locked, err := l.flock.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(l.flock.Path())
	return err == nil && os.SameFile(locked, there)
}

// Announce notes who has the lock, for those who wait.
func (l *Lock) Announce(h Holder) error {
	data, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return writeFileAtomic(l.path, data, unsynced)
}

// Unlock gives the lock back. If nothing was done under it, its file goes and so
// do the folders that were made for it.
func (l *Lock) Unlock() error {
	if _, err := os.Lstat(l.path); !errors.Is(err, fs.ErrNotExist) {
		if err := remove(l.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return errors.Join(err, l.flock.Unlock())
		}
	}
	l.vanish()
	return l.flock.Unlock()
}

// vanish removes what Lock has made, as long as nothing came to it. Windows
// removes no file that is open.
func (l *Lock) vanish() {
	dir := filepath.Dir(l.path)
	if l.made == nil || runtime.GOOS == "windows" || !l.holds() {
		return
	}
	entries, err := os.ReadDir(dir)
	if err != nil || slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() != lockName && e.Name() != backupsName }) {
		return
	}
	if kept, err := os.ReadDir(filepath.Join(dir, backupsName)); err != nil || len(kept) > 0 {
		return
	}
	if os.Remove(l.flock.Path()) != nil {
		return
	}
	for _, made := range slices.Backward(l.made) {
		_ = os.Remove(made) // one that somebody else uses by now stays
	}
}

func (l *Lock) holder() Holder {
	var h Holder
	data, err := os.ReadFile(l.path)
	if err != nil || json.Unmarshal(data, &h) != nil {
		return Holder{} // it has not said yet
	}
	return h
}
