//go:build !linux && !darwin

package installer

import "errors"

// exchange is not to be had here: Windows renames one file over another but
// does not swap two.
func exchange(_, _ string) error { return errors.ErrUnsupported }
