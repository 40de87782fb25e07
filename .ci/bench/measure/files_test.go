package measure

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"
)

func TestChanged(t *testing.T) {
	long := time.Now().Add(-time.Hour)
	for _, test := range []struct {
		name string
		do   func(dir string) error
		want []string
	}{
		{"nothing", func(string) error { return nil }, nil},
		{"read", func(dir string) error {
			_, err := os.ReadFile(filepath.Join(dir, "sub", "file"))
			return err
		}, nil},
		{"other bytes, the old time", func(dir string) error {
			name := filepath.Join(dir, "sub", "file")
			return errors.Join(os.WriteFile(name, []byte("two"), 0o600), os.Chtimes(name, long, long))
		}, []string{"sub/file"}},
		{"the same bytes again", func(dir string) error { return os.WriteFile(filepath.Join(dir, "sub", "file"), []byte("one"), 0o600) }, []string{"sub/file"}},
		{"a mode", func(dir string) error { return os.Chmod(filepath.Join(dir, "sub", "file"), 0o644) }, []string{"sub/file"}},
		{"a link led elsewhere", func(dir string) error {
			name := filepath.Join(dir, "link")
			return errors.Join(os.Remove(name), os.Symlink("elsewhere", name))
		}, []string{".", "link"}},
		{"gone", func(dir string) error { return os.Remove(filepath.Join(dir, "sub", "file")) }, []string{"sub", "sub/file"}},
		{"there for a moment", func(dir string) error {
			name := filepath.Join(dir, "sub", "new")
			return errors.Join(os.WriteFile(name, nil, 0o600), os.Remove(name))
		}, []string{"sub"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := errors.Join(
				os.Mkdir(filepath.Join(dir, "sub"), 0o755), os.WriteFile(filepath.Join(dir, "sub", "file"), []byte("one"), 0o600),
				os.Symlink("sub", filepath.Join(dir, "link")),
				os.Chtimes(filepath.Join(dir, "sub", "file"), long, long), os.Chtimes(filepath.Join(dir, "sub"), long, long), os.Chtimes(dir, long, long),
			); err != nil {
				t.Fatal(err)
			}
			before, err := Look(dir)
			if err != nil {
				t.Fatal(err)
			}
			if err := test.do(dir); err != nil {
				t.Fatal(err)
			}
			after, err := Look(dir)
			if err != nil {
				t.Fatal(err)
			}
			if got := Changed(before, after); !slices.Equal(got, test.want) {
				t.Errorf("changed %q, want %q", got, test.want)
			}
		})
	}
}

// A file that was changed and changed back, whose times were set back too.
func TestChangedSeesWhatWasUndone(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("when anything about a file has changed is read on Linux only")
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "file")
	if err := os.WriteFile(name, []byte("one"), 0o600); err != nil {
		t.Fatal(err)
	}
	before, err := Look(dir)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond) // longer than a file system's clock stands still
	if err := errors.Join(os.Chmod(name, 0o644), os.Chmod(name, 0o600)); err != nil {
		t.Fatal(err)
	}
	after, err := Look(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := Changed(before, after); !slices.Equal(got, []string{"file"}) {
		t.Errorf("changed %q", got)
	}
}

// A file that another with the same bytes and times has taken the place of.
func TestChangedSeesAnotherInode(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the numbers of files are read on Linux only")
	}
	dir := t.TempDir()
	old, fresh := filepath.Join(dir, "file"), filepath.Join(dir, "other")
	for _, name := range []string{old, fresh} {
		if err := os.WriteFile(name, []byte("one"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(old)
	if err != nil {
		t.Fatal(err)
	}
	before, err := Look(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Rename(fresh, old), os.Chtimes(old, info.ModTime(), info.ModTime())); err != nil {
		t.Fatal(err)
	}
	after, err := Look(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := Changed(before, after); !slices.Contains(got, "file") {
		t.Errorf("changed %q", got)
	}
	// The time of the last change tells it too, but only if the clock is fine enough.
	if before["file"].number == after["file"].number || before["other"].number != after["file"].number {
		t.Errorf("the numbers were %d and %d, and %d now", before["file"].number, before["other"].number, after["file"].number)
	}
}
