//go:build unix

package installer

import (
	"errors"
	"syscall"
)

const deniedRemedy = "make it writable for you, then run this again"

func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

func isReadOnly(err error) bool { return errors.Is(err, syscall.EROFS) }

// isIO reports a failing disk.
func isIO(err error) bool { return errors.Is(err, syscall.EIO) }

// isOtherDisk reports a rename across file systems.
func isOtherDisk(err error) bool { return errors.Is(err, syscall.EXDEV) }

// isBusy reports what another program holds up for a moment. An open file holds
// nothing up here.
func isBusy(error) bool { return false }

// isOpen reports a file that another program does not share.
func isOpen(error) bool { return false }
