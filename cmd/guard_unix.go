//go:build unix

package cmd

import (
	"io/fs"
	"os"
	"syscall"
)

// openToOthers reports whether others than the owner may write. The group that
// has the user's own number is that user's alone, as many systems make it.
func openToOthers(info fs.FileInfo) bool {
	const group, others = 0o020, 0o002
	if info.Mode().Perm()&others != 0 {
		return true
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && info.Mode().Perm()&group != 0 && st.Gid != st.Uid
}

// ownedByUser reports whether this process's user owns the file.
func ownedByUser(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return !ok || int(st.Uid) == os.Geteuid()
}
