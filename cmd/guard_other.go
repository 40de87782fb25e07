//go:build !unix

package cmd

import "io/fs"

// ownedByUser cannot be told from a mode here; the folder's own rights rule.
func ownedByUser(fs.FileInfo) bool { return true }

// openToOthers cannot be told from a mode either.
func openToOthers(fs.FileInfo) bool { return false }
