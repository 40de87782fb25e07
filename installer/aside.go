package installer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// asideSuffix, before a time, marks a file that could not be read.
const asideSuffix = ".corrupt-"

// DamagedBackups returns why backups cannot be read, oldest first. It reads them
// to the last byte.
func (s *Store) DamagedBackups() ([]*CorruptError, error) {
	backups, err := s.backedUp()
	if err != nil {
		return nil, err
	}
	var damaged []*CorruptError
	for _, b := range backups {
		_, err := readOperation(b.path)
		if corrupt, ok := errors.AsType[*CorruptError](err); ok {
			damaged = append(damaged, corrupt)
		} else if err != nil {
			return nil, err
		}
	}
	return damaged, nil
}

// PutAside keeps a journal or a backup that cannot be read under another name
// among the backups, and returns its new path: it may hold bytes that are
// nowhere else. The receipt, which a later rebuild will not find in it, is
// recorded beside. The lock must be held.
func (s *Store) PutAside(path string) (aside string, err error) {
	if r, err := s.Receipt(); err == nil {
		if err := s.write(recordedName, r, durable); err != nil {
			return "", err
		}
	} else if !isCorrupt(err) {
		return "", err
	}
	if err := s.create(); err != nil {
		return "", err
	}
	return s.setAside(filepath.Join(backupsName, filepath.Base(path)), path, false)
}

// setAside keeps a file under a name in the store that says that it could not
// be read, for its owner alone, and returns its new path. With copied, the file
// itself stays until it is replaced.
func (s *Store) setAside(name, path string, copied bool) (aside string, err error) {
	info, err := os.Lstat(path)
	if err != nil {
		return "", err
	}
	stem := s.path(name) + asideSuffix + s.Now().UTC().Format(idFormat)
	aside = stem
	for n := 2; ; n++ {
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			break
		} else if err != nil {
			return "", err
		}
		aside = fmt.Sprintf("%s-%d", stem, n)
	}
	if copied && info.Mode().IsRegular() {
		data, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		return aside, writeFileAtomic(aside, data, durable)
	}
	if err := rename(path, aside); err != nil || !info.Mode().IsRegular() {
		return aside, err
	}
	return aside, os.Chmod(aside, privateFile)
}

// kept are the files among the backups that are no operation's: what a client
// wrote while one was undone, and what could not be read.
func (s *Store) kept() ([]string, error) {
	entries, err := os.ReadDir(s.path(backupsName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var paths []string
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".tar") {
			paths = append(paths, filepath.Join(s.path(backupsName), e.Name()))
		}
	}
	return paths, nil
}
