package installer

import (
	"errors"

	"golang.org/x/sys/windows"
)

// Windows denies the replacement of a file that is open, too.
const deniedRemedy = "close the program that has it open, or make it writable for you, then run this again"

func isFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}

func isReadOnly(err error) bool { return errors.Is(err, windows.ERROR_WRITE_PROTECT) }

// isIO reports a failing disk.
func isIO(err error) bool {
	return errors.Is(err, windows.ERROR_IO_DEVICE) || errors.Is(err, windows.ERROR_CRC)
}

// isOtherDisk reports a rename across file systems.
func isOtherDisk(err error) bool { return errors.Is(err, windows.ERROR_NOT_SAME_DEVICE) }

// isBusy reports what another program holds up for a moment. A folder with an
// open file in it, and a file that is being removed, are denied rather than
// called shared
// (https://learn.microsoft.com/windows/win32/fileio/creating-and-opening-files).
func isBusy(err error) bool { return isOpen(err) || errors.Is(err, windows.ERROR_ACCESS_DENIED) }

// isOpen reports a file that another program does not share.
func isOpen(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_LOCK_VIOLATION)
}
