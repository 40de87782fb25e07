package cmd_test

import (
	"fmt"
	"io/fs"
	"syscall"
)

// changed is when anything about a file was changed last.
func changed(info fs.FileInfo) string {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	return fmt.Sprint(stat.Ctim)
}
