//go:build unix

package installer

import (
	"errors"
	"os"
	"syscall"
)

// keepOwner gives path the owner of the file that it is going to replace, as
// far as the user may.
func keepOwner(path string, like os.FileInfo) error {
	was, ok := like.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	is, ok := info.Sys().(*syscall.Stat_t)
	if !ok || is.Uid == was.Uid && is.Gid == was.Gid {
		return nil
	}
	err = os.Lchown(path, int(was.Uid), int(was.Gid))
	if errors.Is(err, os.ErrPermission) {
		return nil // it becomes the user's, who may replace it after all
	}
	return err
}
