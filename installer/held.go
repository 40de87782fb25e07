package installer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/gofrs/flock"
)

// Held reports whether another process has the lock at this moment, and who that
// is as far as it has said so. A holder without the lock is one that has ended
// before it could give it back. Nothing is written.
func (s *Store) Held() (holder Holder, held bool, err error) {
	path := s.path(lockName)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return Holder{}, false, nil
	}
	l := &Lock{flock: flock.New(path, flock.SetFlag(os.O_RDONLY)), path: path + ".json"}
	ok, err := l.flock.TryRLock()
	if err != nil {
		return Holder{}, false, fmt.Errorf("look at lock %s: %w", path, err)
	}
	holder = l.holder()
	if !ok {
		return holder, true, nil
	}
	return holder, false, l.flock.Unlock()
}
