package installer

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The bounds of the backups. Fifty operations are years of use; the size
// bounds what copies of large config files may add up to.
const (
	maxBackups     = 50
	maxBackupBytes = 256 << 20
)

// A backup is the file of an operation.
type backup struct {
	id, path string
	undone   bool
}

// backedUp returns the backups, oldest first.
func (s *Store) backedUp() ([]backup, error) {
	entries, err := os.ReadDir(s.path(backupsName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, blocked(filepath.Join(s.path(backupsName), operationName), err)
	}
	var out []backup
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".tar"); ok {
			id, undone := strings.CutSuffix(name, undoneSuffix)
			out = append(out, backup{id: id, path: filepath.Join(s.path(backupsName), e.Name()), undone: undone})
		}
	}
	return out, nil
}

// A Surplus is a backup that makes room for the next one.
type Surplus struct {
	// Operation is the id, empty if the file is none of an operation.
	Operation string
	File      string // its path
	// Only are the paths of which it alone has what the user wrote there.
	Only []string
}

// Surplus returns the backups that have to go once another operation is filed.
// Those that alone have what a user wrote are the last to go; among the others,
// the oldest go first.
func (s *Store) Surplus() ([]Surplus, error) {
	entries, err := os.ReadDir(s.path(backupsName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var size int64
	sizes := map[string]int64{}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return nil, err
		}
		sizes[e.Name()] = info.Size()
		size += info.Size()
	}
	count := len(entries) + 1
	if count <= maxBackups && size <= maxBackupBytes {
		return nil, nil
	}
	all := make([]Surplus, len(entries))
	for i, e := range entries {
		if all[i], err = s.surplus(e.Name()); err != nil {
			return nil, err
		}
	}
	// Names begin with the time.
	sortFunc(all, func(a, b *Surplus) int {
		return cmp.Or(cmp.Compare(min(len(a.Only), 1), min(len(b.Only), 1)), strings.Compare(a.File, b.File))
	})
	for n, one := range all {
		if count <= maxBackups && size <= maxBackupBytes {
			return all[:n], nil
		}
		count--
		size -= sizes[filepath.Base(one.File)]
	}
	return all, nil
}

// surplus looks into one file of the backups.
func (s *Store) surplus(name string) (Surplus, error) {
	one := Surplus{File: filepath.Join(s.path(backupsName), name)}
	id, ok := strings.CutSuffix(name, ".tar")
	if !ok {
		// What a client wrote while an operation was undone, as a whole.
		one.Only = []string{one.File}
		return one, nil
	}
	one.Operation = strings.TrimSuffix(id, undoneSuffix)
	op, err := readHeader(one.File)
	if isCorrupt(err) {
		one.Only = []string{one.File} // what it has is not known
		return one, nil
	}
	if err != nil {
		return one, err
	}
	one.Only = op.onlyHere()
	return one, nil
}

func isCorrupt(err error) bool {
	_, corrupt := errors.AsType[*CorruptError](err)
	return corrupt
}

// onlyHere returns the paths of which the backup has bytes that the user wrote
// into a skill, or that --force has replaced, and that are not there any more.
func (o *Operation) onlyHere() []string {
	var paths []string
	for _, c := range o.Changes {
		if !c.User || c.Before.SHA256 == "" {
			continue
		}
		have, err := readContent(c.Path)
		if err != nil || have.SHA256 != c.Before.SHA256 {
			paths = append(paths, c.Path)
		}
	}
	return union(paths, nil)
}

// OnlyHere returns the paths of which some backup has bytes of the user's that
// are not there any more, and those of files among the backups of which nobody
// knows what they hold.
func (s *Store) OnlyHere() ([]string, error) {
	ops, err := s.Operations()
	if err != nil {
		return nil, err
	}
	paths, err := s.kept()
	if err != nil {
		return nil, err
	}
	for _, op := range ops {
		paths = append(paths, op.onlyHere()...)
	}
	return union(paths, nil), nil
}
