package installer

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestPatiently(t *testing.T) {
	t.Parallel()
	failed := errors.New("for good")
	calls := 0
	if err := patiently(func() error { calls++; return failed }); !errors.Is(err, failed) || calls != 1 {
		t.Errorf("got %v after %d calls, want %v after one", err, calls, failed)
	}
	if err := patiently(func() error { return nil }); err != nil {
		t.Error(err)
	}
}

// A scanner that opens a new file for a moment must not fail a rename or a
// removal.
func TestFilesThatAreOpenForAMoment(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, do := range map[string]func(path string) error{
		"rename":           func(path string) error { return rename(path, path+".new") },
		"rename onto":      func(path string) error { return writeFileAtomic(path, []byte("new"), unsynced) },
		"remove":           remove,
		"rename a folder":  func(path string) error { return rename(filepath.Dir(path), filepath.Dir(path)+".new") },
		"remove a folder":  func(path string) error { return removeAll(filepath.Dir(path)) },
		"rename in a root": func(path string) error { return renameInRoot(dir, path) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(dir, name, "file")
			if _, err := makeDirs(filepath.Dir(path)); err != nil {
				t.Fatal(err)
			}
			f, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			closed := make(chan error)
			go func() {
				time.Sleep(3 * busyPause)
				closed <- f.Close()
			}()
			if err := do(path); err != nil {
				t.Error(err)
			}
			if err := <-closed; err != nil {
				t.Fatal(err)
			}
		})
	}
}

// renameInRoot renames the folder of path through a tree on dir.
func renameInRoot(dir, path string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	name := filepath.Base(filepath.Dir(path))
	tr := &tree{root: root}
	return errors.Join(tr.rename(name, name+".new"), root.Close())
}
