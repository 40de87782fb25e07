package installer

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// A durability says whether a write waits for the disk. Config files, the
// journal and the receipt do, before they get their names: nobody else has their
// bytes. Several config files are written at a time, so that their waits
// overlap. A skill's files do not wait. To wait for each takes ten times as long
// as to write it, and what is lost with the power can be fetched again: the
// receipt has the digests, by which status sees what is missing.
type durability bool

const (
	durable  durability = true
	unsynced durability = false
)

// writeFileAtomic puts data at path by renaming a new file over it, so that a
// reader sees the old bytes or the new ones. The file is for the user alone.
func writeFileAtomic(path string, data []byte, d durability) error {
	tmp, err := writeTemp(filepath.Dir(path), "."+filepath.Base(path)+".*", data, d)
	if err != nil {
		return err
	}
	if err := rename(tmp, path); err != nil {
		return errors.Join(err, remove(tmp))
	}
	return nil
}

// writeTemp writes a new file in dir and returns its path. The mode is set
// before the contents.
func writeTemp(dir, pattern string, data []byte, d durability) (path string, err error) {
	f, err := os.CreateTemp(dir, pattern)
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, remove(f.Name()))
		}
	}()
	if err := f.Chmod(privateFile); err != nil {
		return "", errors.Join(err, f.Close())
	}
	if err := fill(f, data, d); err != nil {
		return "", err
	}
	return f.Name(), nil
}

// fill writes data into f and closes it.
func fill(f *os.File, data []byte, d durability) error {
	if _, err := f.Write(data); err != nil {
		return errors.Join(err, f.Close())
	}
	if d {
		if err := f.Sync(); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return f.Close()
}

// makeDirs creates dir and its missing parents and returns those it made,
// outermost first.
func makeDirs(dir string) (made []string, err error) {
	var missing []string
	for d := dir; ; d = filepath.Dir(d) {
		info, err := os.Stat(d)
		if err == nil {
			if !info.IsDir() {
				return nil, &fs.PathError{Op: "mkdir", Path: d, Err: errNoFolder}
			}
			break
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if link, err := os.Lstat(d); err == nil && link.Mode()&fs.ModeSymlink != 0 {
			return nil, fmt.Errorf("open %s: the link leads nowhere", d)
		}
		missing = append(missing, d)
		if d == filepath.Dir(d) {
			break
		}
	}
	for _, d := range slices.Backward(missing) {
		err := os.Mkdir(d, 0o755)
		if errors.Is(err, fs.ErrExist) {
			continue // somebody else was quicker
		}
		if err != nil {
			return made, err
		}
		made = append(made, d)
	}
	return made, nil
}

// removeEmpty removes those of dirs that are empty, innermost first, and
// returns the ones that stay.
func removeEmpty(dirs []string) (left []string) {
	for _, dir := range slices.Backward(dirs) {
		info, err := os.Lstat(dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		// A link that the user has put there since is not the folder we made.
		if err != nil || !info.IsDir() || os.Remove(dir) != nil {
			left = append(left, dir)
		}
	}
	slices.Reverse(left)
	return left
}

// digest is the name of contents: its SHA-256 in lower-case hex.
func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
