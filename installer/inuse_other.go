//go:build !linux

package installer

import (
	"os"
	"time"
)

// waitUnwritten waits until the file has not changed for a moment, so that what
// is read from it afterwards is most likely all that was written to it. The
// system does not tell who else has it open.
func waitUnwritten(path string) {
	last, err := os.Stat(path)
	for range writerTries {
		if err != nil {
			return // whoever reads it next reports that
		}
		time.Sleep(writerPause)
		var now os.FileInfo
		if now, err = os.Stat(path); err == nil && now.ModTime().Equal(last.ModTime()) && now.Size() == last.Size() {
			return
		}
		last = now
	}
}

// How long to wait: a write in place takes milliseconds.
const (
	writerTries = 100
	writerPause = 2 * time.Millisecond
)
