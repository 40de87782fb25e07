//go:build unix

package installer

import (
	"errors"
	"os"
	"path"

	"golang.org/x/sys/unix"
)

// renameIn renames between two folders that are open, whatever their names lead
// to by now. The names are those inside the root.
func (*tree) renameIn(old *os.Root, from string, into *os.Root, to string) (err error) {
	a, err := old.Open(".")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	b, err := into.Open(".")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	if err := unix.Renameat(int(a.Fd()), path.Base(from), int(b.Fd()), path.Base(to)); err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	return nil
}
