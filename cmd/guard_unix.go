//go:build unix

package cmd

import (
	"io/fs"
	"os"
	"syscall"
)

// ownedByUser reports whether this process's user owns the file.
func ownedByUser(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return !ok || int(st.Uid) == os.Geteuid()
}
