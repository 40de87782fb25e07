package installer

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// waitUnused waits until no other process has the file open, so that what is
// read from it afterwards is all that was written to it. The kernel tells: it
// grants a lease on a file only if nobody else has it open. The wait is
// bounded, since a reader may have it open for as long as it likes.
func waitUnused(path string) {
	f, err := os.Open(path)
	if err != nil {
		return // whoever reads it next reports that
	}
	defer func() { _ = f.Close() }()
	for range unusedTries {
		_, err := unix.FcntlInt(f.Fd(), unix.F_SETLEASE, unix.F_WRLCK)
		if !errors.Is(err, unix.EAGAIN) {
			return // granted, or leases are not to be had here
		}
		time.Sleep(unusedPause)
	}
}

// How long to wait: a write in place takes milliseconds.
const (
	unusedTries = 250
	unusedPause = 2 * time.Millisecond
)
