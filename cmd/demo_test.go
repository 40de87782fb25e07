package cmd_test

import (
	"os/exec"
	"runtime"
	"testing"
)

// TestDemo runs what make demo shows, which checks at its end that the home is as
// it was.
func TestDemo(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("it is a script for bash")
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("it is a script for bash: ", err)
	}
	demo := exec.CommandContext(t.Context(), bash, ".ci/demo")
	demo.Dir = ".."
	if out, err := demo.CombinedOutput(); err != nil {
		t.Errorf("%v:\n%s", err, out)
	}
}
