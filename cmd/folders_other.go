//go:build !windows

package cmd

// localFolder is the folder for programs' data on Windows, and empty here.
func localFolder(string, func(string) string) string { return "" }
