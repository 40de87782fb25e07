package installer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// The files of the state folder. Only the user may read them: config files
// that are backed up here can hold secrets of other programs.
const (
	receiptName = "receipt.json"
	journalName = "journal.tar"
	lockName    = "lock"
	backupsName = "backups"

	privateFile fs.FileMode = 0o600
	privateDir  fs.FileMode = 0o700
)

// A Store is the state folder: the receipt, the journal of the operation in
// progress, the backups of past ones, and the lock. The zero value is not
// usable; Dir is required.
type Store struct {
	// Dir is the folder, absolute. It is created by the first operation.
	Dir string
	// Version is the version of fsskills, noted in journals.
	Version string
	// Now is the clock.
	Now func() time.Time

	// step is called before each step that writes, in tests that fail or kill
	// an operation there.
	step func(name string) error
}

func (s *Store) path(name string) string { return filepath.Join(s.Dir, name) }

// create makes the state folder, private to the user.
func (s *Store) create() error {
	if err := os.MkdirAll(s.path(backupsName), privateDir); err != nil {
		return fmt.Errorf("create the state folder: %w", err)
	}
	return nil
}

// Exists reports whether there is a state folder.
func (s *Store) Exists() bool {
	_, err := os.Stat(s.Dir)
	return !errors.Is(err, fs.ErrNotExist)
}

// Purge removes the state folder with everything in it: the receipt and the
// backups.
func (s *Store) Purge() error {
	if err := removeAll(s.Dir); err != nil {
		return fmt.Errorf("remove the state folder: %w", err)
	}
	return nil
}

// at runs the test hook, if there is one.
func (s *Store) at(name string) error {
	if s.step == nil {
		return nil
	}
	return s.step(name)
}
