package cmd_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestNoOpUpdateCalls looks at every system call of an update that finds nothing
// new: none could have changed a file, wherever it is.
func TestNoOpUpdateCalls(t *testing.T) {
	t.Parallel()
	if testing.CoverMode() != "" {
		t.Skip("a program that measures coverage writes it down")
	}
	user, _, _ := settled(t)
	program, err := exec.LookPath("fsskills")
	if err != nil {
		t.Fatal(err)
	}
	var env []string
	for name, value := range user.vars {
		env = append(env, name+"="+value)
	}
	calls := func(args ...string) []call {
		out, err := os.Create(filepath.Join(t.TempDir(), "output"))
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close() //nolint:errcheck // it is read by its name
		tr := &tracer{}   // of all files
		ws, err := tr.run(append([]string{program}, args...), env, user.home, out)
		if errors.Is(err, syscall.EPERM) {
			t.Skipf("nothing can be traced here: %v", err)
		}
		said, _ := os.ReadFile(out.Name())
		if err != nil || ws.ExitStatus() != 0 {
			t.Fatalf("fsskills %q: %v, %v\n%s", args, ws, err, said)
		}
		var writing []call
		for _, c := range tr.calls {
			own := c.name == "write" && c.path == "~"+out.Name()
			if c.changes() && !own {
				writing = append(writing, c)
			}
		}
		return writing
	}
	if writing := calls("update", "--yes"); len(writing) > 0 {
		t.Errorf("an update that finds nothing new makes these calls:\n%v", writing)
	}
	// One that does something is seen to.
	if err := os.Remove(user.installed("claude-code")); err != nil {
		t.Fatal(err)
	}
	made := false
	for _, c := range calls("update", "--yes", "--force") {
		made = made || c.name == opensToWrite && strings.Contains(c.path, "/.claude/")
	}
	if !made {
		t.Error("that an update makes a file is not seen")
	}
}
