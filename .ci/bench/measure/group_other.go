//go:build !unix

package measure

import "os/exec"

// together does nothing here: launch is for systems like Unix.
func together(*exec.Cmd) {}
