//go:build !windows

package cmd

import "os"

// enableEscapes reports whether terminals obey escape sequences. Here they do.
func enableEscapes(...*os.File) bool { return true }
