package installer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"fsskills/clients"
)

// The files of the state folder. Only the user may read them: config files
// that are backed up here can hold secrets of other programs.
const (
	receiptName = "receipt.json"
	journalName = "journal.tar"
	lockName    = "lock"
	backupsName = "backups"

	// recordedName is the receipt as it was left by a run that wrote nothing
	// else, so that no backup has it.
	recordedName = "recorded.json"

	// ProjectsName is the folder in the user's store that has a store for each
	// project.
	ProjectsName = "projects"

	privateFile fs.FileMode = 0o600
	sharedFile  fs.FileMode = 0o644 // in a project, for the whole team
	privateDir  fs.FileMode = 0o700
)

// A Store is the state folder: the receipt, the journal of the operation in
// progress, the backups of past ones, and the lock. The zero value is not
// usable; Dir is required.
type Store struct {
	// Dir is the folder, absolute. It is created by the first operation.
	Dir string
	// Project is the root of the project whose store it is, in the folder
	// ProjectsName of the user's; empty for the user's own.
	Project string
	// Version is the version of fsskills, noted in journals.
	Version string
	// Now is the clock.
	Now func() time.Time
	// Key returns the key in a variable, if there is one: a backup has none.
	// It may be nil.
	Key func(variable string) clients.Secret
	// Wrote is told, one call at a time, what became of the actions of a folder or
	// file as soon as they are done and before they are read back. It may be nil.
	Wrote func([]Result)

	// ahead is what Readable has read, for the Receipt after it.
	ahead *reading

	// step is called before each step that writes, in tests that fail or kill
	// an operation there.
	step func(name string) error
}

func (s *Store) path(name string) string { return filepath.Join(s.Dir, name) }

// create makes the state folder, private to the user.
func (s *Store) create() error {
	if err := os.MkdirAll(s.path(backupsName), privateDir); err != nil {
		return fmt.Errorf("create the state folder: %w", blocked(filepath.Join(s.path(backupsName), operationName), err))
	}
	return nil
}

// Exists reports whether there is a state folder.
func (s *Store) Exists() bool {
	_, err := os.Stat(s.Dir)
	return !errors.Is(err, fs.ErrNotExist)
}

// Purge removes the store with everything in it: the receipt and the backups.
// Stores of projects in which something is installed stay; their roots are
// returned. So do files named keep: on some systems the user's own file lies in
// the same folder.
func (s *Store) Purge(keep ...string) (projects []string, err error) {
	stores, err := filepath.Glob(filepath.Join(s.path(ProjectsName), "*"))
	if err != nil {
		return nil, err
	}
	for _, dir := range stores {
		store := Store{Dir: dir}
		r, err := store.Receipt()
		if root := store.root(); isCorrupt(err) && root != "" {
			projects = append(projects, root) // what is installed there is not known
			continue
		}
		if err != nil {
			return nil, err
		}
		if len(r.Recorded(true)) > 0 {
			projects = append(projects, r.Project)
		} else if err := removeAll(dir); err != nil {
			return nil, fmt.Errorf("remove the state folder: %w", err)
		}
	}
	if len(projects) == 0 {
		if err := s.empty(keep); err != nil {
			return nil, fmt.Errorf("remove the state folder: %w", err)
		}
		if s.Project != "" {
			above := filepath.Dir(s.Dir)
			removeEmpty([]string{filepath.Dir(above), above})
		}
		return nil, nil
	}
	aside, err := filepath.Glob(s.path("*" + asideSuffix + "*"))
	if err != nil {
		return projects, err
	}
	// Without backups there need not be a receipt.
	for _, name := range []string{backupsName, journalName, recordedName, receiptName, lockName, lockName + ".json"} {
		aside = append(aside, s.path(name))
	}
	for _, path := range aside {
		if err := removeAll(path); err != nil {
			return projects, fmt.Errorf("remove the state folder: %w", err)
		}
	}
	return projects, nil
}

// root is the root of the project whose store it is, as far as a backup tells.
func (s *Store) root() string {
	backups, err := s.backedUp()
	if err != nil {
		return ""
	}
	for _, b := range slices.Backward(backups) {
		if op, err := readHeader(b.path); err == nil {
			return op.Was.Project
		}
	}
	return ""
}

// empty removes the folder with all but the named files.
func (s *Store) empty(keep []string) error {
	entries, err := os.ReadDir(s.Dir)
	if err != nil {
		return err
	}
	kept := false
	for _, e := range entries {
		if slices.Contains(keep, e.Name()) {
			kept = true
		} else if err := removeAll(s.path(e.Name())); err != nil {
			return err
		}
	}
	if kept {
		return nil
	}
	return removeAll(s.Dir)
}

// at runs the test hook, if there is one.
func (s *Store) at(name string) error {
	if s.step == nil {
		return nil
	}
	return s.step(name)
}
