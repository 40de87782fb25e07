//go:build !linux

package cmd_test

import "io/fs"

// changed is when anything about a file was changed last, where that is told.
func changed(fs.FileInfo) string { return "" }
