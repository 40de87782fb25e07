package measure

import (
	"fmt"
	"io/fs"
	"syscall"
)

// flush writes to the disks what is waiting to be written.
func flush() { syscall.Sync() }

// identity is the number of a file and when anything about it has changed.
func identity(info fs.FileInfo, times string) (number uint64, changed string) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, times
	}
	return stat.Ino, fmt.Sprintf("%s, %d.%09d", times, stat.Ctim.Sec, stat.Ctim.Nsec)
}
