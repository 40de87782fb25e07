package cmd

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestInstallAsks has a person at the terminal: the plan is shown, and without a
// yes nothing is written.
func TestInstallAsks(t *testing.T) {
	for _, test := range []struct {
		name, answer string
		code         exitCode
		written      bool
	}{
		{"yes", "y\n", exitDone, true},
		{"no", "n\n", exitFailed, false},
		{"Enter, where all is new", "\n", exitDone, true},
		{"the end of input", "", exitInterrupted, false},
		{"nonsense, then yes", "perhaps\nyes\n", exitDone, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			env, _, errOut := testEnv(t)
			env.Interactive = true
			env.In = strings.NewReader(test.answer)
			code := Run(t.Context(), *env, []string{"install", "--client", "cursor", "--auth", "oauth", "--mcp-only"})
			if code != int(test.code) {
				t.Errorf("exit status %d, want %d\n%s", code, test.code, errOut)
			}
			_, err := os.Stat(filepath.Join(env.Home, ".cursor", "mcp.json"))
			if written := err == nil; written != test.written {
				t.Errorf("written: %v, want %v", written, test.written)
			}
			if text := errOut.String(); !strings.Contains(text, "create  server fullstory") || !strings.Contains(text, "[Y/n") {
				t.Errorf("the plan was not shown or nothing was asked:\n%s", text)
			}
		})
	}
}

// TestInstallInterrupted ends the run while the question stands.
func TestInstallInterrupted(t *testing.T) {
	env, _, errOut := testEnv(t)
	env.Interactive = true
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	env.In = r
	ctx, cancel := context.WithCancel(t.Context())
	env.Err = &cancelAt{mark: "[Y/n", cancel: cancel}
	if code := Run(ctx, *env, []string{"install", "--client", "cursor", "--auth", "oauth", "--mcp-only"}); code != int(exitInterrupted) {
		t.Errorf("exit status %d\n%s", code, errOut)
	}
	if _, err := os.Stat(filepath.Join(env.Home, ".cursor")); err == nil {
		t.Error("something was written")
	}
}

// A cancelAt cancels when a mark has been written to it.
type cancelAt struct {
	mark   string
	cancel context.CancelFunc
	text   strings.Builder
}

func (c *cancelAt) Write(p []byte) (int, error) {
	n, err := c.text.Write(p)
	if strings.Contains(c.text.String(), c.mark) {
		c.cancel()
	}
	return n, err
}
