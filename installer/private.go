package installer

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Exposed returns the folders and files of the store that others than the user
// may read or write, outermost first. On Windows the folder of the user guards
// all of them, and there are none.
func (s *Store) Exposed() ([]string, error) {
	if runtime.GOOS == "windows" {
		return nil, nil
	}
	paths := []string{s.Dir, s.path(backupsName)}
	for _, name := range []string{receiptName, recordedName, journalName, lockName, lockName + ".json"} {
		paths = append(paths, s.path(name))
	}
	for dir, mine := range map[string]func(string) bool{
		s.Dir:               func(name string) bool { return strings.Contains(name, asideSuffix) },
		s.path(backupsName): func(string) bool { return true },
	} {
		entries, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, blocked(filepath.Join(dir, operationName), err)
		}
		for _, e := range entries {
			if mine(e.Name()) {
				paths = append(paths, filepath.Join(dir, e.Name()))
			}
		}
	}
	var exposed []string
	for _, path := range paths {
		info, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if info.Mode()&fs.ModeSymlink == 0 && info.Mode().Perm()&0o077 != 0 {
			exposed = append(exposed, path)
		}
	}
	return exposed, nil
}

// Conceal closes paths that Exposed has returned to others than the user.
func Conceal(paths []string) error {
	var errs []error
	for _, path := range paths {
		info, err := os.Lstat(path)
		if err == nil {
			err = os.Chmod(path, info.Mode().Perm()&^0o077)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
