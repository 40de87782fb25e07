package installer

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// Remedy is the one thing to do about an error of the file system, empty if
// there is none to name.
func Remedy(err error) string {
	switch {
	case isOpen(err):
		return "close the program that has it open, then run this again"
	case errors.Is(err, fs.ErrPermission):
		if path := unreadable(err); path != "" {
			return "make it readable for you: chmod u+r " + path
		}
		return deniedRemedy
	case isFull(err):
		return "free some space, then run this again"
	case isReadOnly(err):
		return "it is on a read-only disk: mount it writable, or leave this client out with --client"
	case isOtherDisk(err):
		return "the skills folder is a mount of its own: mount the folder above it instead"
	case errors.Is(err, errNotRegular), errors.Is(err, syscall.EISDIR):
		return "move what stands in the file's place away, then run this again"
	case errors.Is(err, errNoFolder):
		return "move the file away, then run this again"
	case errors.Is(err, ErrChanged):
		return "run this again"
	}
	return ""
}

// unreadable is the file that could not be opened though it is there, empty if err
// is about something else. What is written is always a new file.
func unreadable(err error) string {
	e, ok := errors.AsType[*fs.PathError](err)
	if !ok || e.Op != "open" {
		return ""
	}
	if info, err := os.Lstat(e.Path); err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&0o400 != 0 {
		return ""
	}
	return e.Path
}
