package cmd

// An exitCode is what fsskills tells the shell. The numbers are a promise to
// scripts: help shows them and a test pins them.
type exitCode int

const (
	exitDone        exitCode = 0
	exitFailed      exitCode = 1
	exitUsage       exitCode = 2
	exitPartly      exitCode = 3
	exitAuth        exitCode = 4
	exitDiffers     exitCode = 5
	exitInterrupted exitCode = 130
)

// An exitStatus is a line of the table in help.
type exitStatus struct {
	code    exitCode
	meaning string
}

// exitStatuses lists every status that fsskills can end with.
func exitStatuses() []exitStatus {
	return []exitStatus{
		{exitDone, "done, or nothing to do"},
		{exitFailed, "failed: nothing usable was done"},
		{exitUsage, "wrong usage, or a decision is missing and there is no terminal to ask on"},
		{exitPartly, "partly done: a client or a skill was left out"},
		{exitAuth, "authentication needed"},
		{exitDiffers, "something differs (status, update --dry-run, install --locked)"},
		{exitInterrupted, "interrupted"},
	}
}
