//go:build !linux

package installer

import (
	"os"
	"time"
)

// waitUnused waits until the file has not changed for a moment, so that what
// is read from it afterwards is most likely all that was written to it. The
// system does not tell who else has it open.
func waitUnused(path string) {
	last, err := os.Stat(path)
	for range unusedTries {
		if err != nil {
			return // whoever reads it next reports that
		}
		time.Sleep(unusedPause)
		var now os.FileInfo
		if now, err = os.Stat(path); err == nil && now.ModTime().Equal(last.ModTime()) && now.Size() == last.Size() {
			return
		}
		last = now
	}
}

// How long to wait: a write in place takes milliseconds.
const (
	unusedTries = 100
	unusedPause = 3 * time.Millisecond
)
