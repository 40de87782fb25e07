package installer

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// RealPath is path with its links resolved as far as it exists.
func RealPath(path string) string {
	up := filepath.Dir(path)
	if _, err := os.Lstat(path); up != path && errors.Is(err, fs.ErrNotExist) {
		return filepath.Join(RealPath(up), filepath.Base(path)) // without asking for each folder above it
	}
	real, err := filepath.EvalSymlinks(path)
	if err == nil {
		return real
	}
	if up == path {
		return path
	}
	return filepath.Join(RealPath(up), filepath.Base(path))
}

// realPaths is [RealPath], of which it remembers the answers and those for the
// folders above: most of the paths of a plan have these in common. It is good as
// long as nothing is written. The zero value remembers nothing.
type realPaths map[string]string

func (m realPaths) of(path string) string {
	if real, known := m[path]; known {
		return real
	}
	up := filepath.Dir(path)
	// On Windows names have other forms too, and what is before ".." may be a link.
	if m == nil || up == path || runtime.GOOS == "windows" || path != filepath.Clean(path) {
		return m.remember(path, RealPath(path))
	}
	real := filepath.Join(m.of(up), filepath.Base(path))
	if info, err := os.Lstat(real); err == nil && isLink(real, info) {
		real = RealPath(path)
	}
	return m.remember(path, real)
}

func (m realPaths) remember(path, real string) string {
	if m != nil {
		m[path] = real
	}
	return real
}
