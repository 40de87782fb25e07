package installer

import (
	"os"
	"time"
)

// patiently does what another program may hold up for a moment, and tries
// again while it does. Windows does not rename or remove a file that somebody
// has open, nor a folder with such a file in it, and virus scanners and search
// indexes open whatever is new.
func patiently(do func() error) error {
	for range busyTries {
		err := do()
		if err == nil || !isBusy(err) {
			return err
		}
		time.Sleep(busyPause)
	}
	return do()
}

// How long to wait: a scanner takes tens of milliseconds for a small file.
const (
	busyTries = 50
	busyPause = 20 * time.Millisecond
)

// rename is os.Rename with patience.
func rename(from, to string) error {
	return patiently(func() error { return os.Rename(from, to) })
}

// remove is os.Remove with patience, for a file.
func remove(path string) error {
	return patiently(func() error { return os.Remove(path) })
}

// removeAll is os.RemoveAll with patience.
func removeAll(path string) error {
	return patiently(func() error { return os.RemoveAll(path) })
}
