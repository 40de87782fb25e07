package cmd

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A watcher is a terminal on which somebody presses Ctrl-C when they see a text.
type watcher struct {
	bytes.Buffer
	text  string
	press func()
}

func (w *watcher) Write(p []byte) (int, error) {
	n, err := w.Buffer.Write(p)
	if strings.Contains(string(p), w.text) {
		w.press()
	}
	return n, err
}

// TestProgressInterrupted stops an install when the first of its files is written.
// Nothing more is said to be done, for it is undone, and that is said.
func TestProgressInterrupted(t *testing.T) {
	env, _, _ := testEnv(t)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	screen := &watcher{text: "Writing: 1 of 4", press: interrupt}
	env.Err, env.ErrTTY, env.Escapes, env.Width = screen, true, true, 100
	env.Getenv = func(name string) string { return map[string]string{"TERM": "xterm"}[name] }
	names := []string{".claude.json", ".cursor/mcp.json", ".gemini/settings.json", ".copilot/mcp-config.json"}
	for _, name := range names {
		path := filepath.Join(env.Home, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("{}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"install", "--yes", "--mcp-only", "--client", "claude-code,cursor,gemini-cli,copilot-cli"}
	if code := Run(ctx, *env, args); code != int(exitInterrupted) {
		t.Errorf("exit status %d, want %d", code, exitInterrupted)
	}
	said := screen.String()
	if n := strings.Count(said, "server entry created\x1b[0m\n"); n > 1 {
		t.Errorf("%d files are said to be done, when one was:\n%q", n, said)
	}
	if strings.Contains(said, "failed") || !strings.Contains(said, "What was written is undone.\n") {
		t.Errorf("it is not said that all is undone:\n%q", said)
	}
	for _, name := range names {
		if data, err := os.ReadFile(filepath.Join(env.Home, filepath.FromSlash(name))); err != nil || string(data) != "{}\n" {
			t.Errorf("%s has %q, %v", name, data, err)
		}
	}
}
