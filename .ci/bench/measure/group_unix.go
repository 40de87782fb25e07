//go:build unix

package measure

import (
	"os/exec"
	"syscall"
)

// together makes c end with all that it has started when its context does.
func together(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
}
