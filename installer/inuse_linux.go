package installer

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// waitUnwritten waits until nobody has the file open for writing, so that what
// is read from it afterwards is all that was written to it. The kernel tells:
// it grants a read lease only then (fcntl(2), F_SETLEASE). The wait is bounded,
// since a writer may keep it open for as long as it likes.
func waitUnwritten(path string) {
	// To open a pipe would wait for whoever writes to it.
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return // whoever reads it next reports that
	}
	defer func() { _ = f.Close() }()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return // the same
	}
	for range writerTries {
		_, err := unix.FcntlInt(f.Fd(), unix.F_SETLEASE, unix.F_RDLCK)
		if !errors.Is(err, unix.EAGAIN) {
			return // granted, or leases are not to be had here
		}
		time.Sleep(writerPause)
	}
}

// How long to wait: a write in place takes milliseconds.
const (
	writerTries = 250
	writerPause = 2 * time.Millisecond
)
