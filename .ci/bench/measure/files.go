package measure

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// A stamp is all that changes when somebody writes to a file, or puts another in its
// place. When it was last read does not count.
type stamp struct {
	mode   fs.FileMode
	size   int64
	number uint64 // of the inode
	times  string // of the last change of its bytes, and of anything about it
	digest [sha256.Size]byte
	link   string
}

// Files are all files and folders below a folder, as they were at a time.
type Files map[string]stamp

// Look reads everything below dir.
func Look(dir string) (Files, error) {
	found := Files{}
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := os.Lstat(path)
		if err != nil {
			return err
		}
		s := stamp{mode: info.Mode(), times: info.ModTime().String()}
		s.number, s.times = identity(info, s.times)
		switch {
		case info.Mode().IsRegular():
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			s.size, s.digest = info.Size(), sha256.Sum256(data)
		case info.Mode()&fs.ModeSymlink != 0:
			if s.link, err = os.Readlink(path); err != nil {
				return err
			}
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		found[filepath.ToSlash(name)] = s
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look at all files: %w", err)
	}
	return found, nil
}

// Changed are the files and folders that somebody has written, made or removed since
// before, sorted.
func Changed(before, after Files) []string {
	names := map[string]bool{}
	for name, s := range after {
		if old, there := before[name]; !there || old != s {
			names[name] = true
		}
	}
	for name := range before {
		if _, there := after[name]; !there {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}
