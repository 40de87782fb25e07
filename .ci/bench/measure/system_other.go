//go:build !linux

package measure

import "io/fs"

// flush does nothing here: a difference in time may be what others left unwritten.
func flush() {}

// identity tells nothing here that a file's size, time and bytes do not tell.
func identity(_ fs.FileInfo, times string) (number uint64, changed string) { return 0, times }
