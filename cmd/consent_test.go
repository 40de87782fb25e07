package cmd

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fsskills/clients"
)

// TestConsentToReplace takes Enter for a no where something is replaced: an entry
// that points elsewhere stays.
func TestConsentToReplace(t *testing.T) {
	env, _, errOut := testEnv(t)
	env.Interactive, env.In = true, strings.NewReader("\n")
	const text = `{"mcpServers": {"fullstory": {"url": "https://old.fullstory.com/mcp"}}}`
	path := filepath.Join(env.Home, ".cursor", "mcp.json")
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
	if code := Run(t.Context(), *env, []string{"install", "--client", "cursor", "--auth", "oauth", "--mcp-only"}); code != int(exitFailed) {
		t.Errorf("exit status %d", code)
	}
	if said := errOut.String(); !strings.Contains(said, "update  server fullstory") || !strings.Contains(said, "[y/N") {
		t.Errorf("it says\n%s", said)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != text {
		t.Errorf("the file has %q, %v", data, err)
	}
}

// TestGuideAsksWhatIsOpen counts the questions before the plan.
func TestGuideAsksWhatIsOpen(t *testing.T) {
	cursor, codex := clients.Client{ID: "cursor"}, clients.Client{ID: "codex"}
	for _, test := range []struct {
		name   string
		chosen []clients.Client
		opts   installOptions
		config config
		want   int
	}{
		{"two clients", []clients.Client{cursor, codex}, installOptions{}, config{}, 2},
		{"one client is no choice", []clients.Client{cursor}, installOptions{}, config{}, 1},
		{"clients in config.yaml", []clients.Client{cursor, codex}, installOptions{}, config{clients: []string{"cursor", "codex"}}, 1},
		{"a way to sign in", []clients.Client{cursor, codex}, installOptions{entryOptions: entryOptions{auth: "oauth"}}, config{}, 1},
		{"skills alone", []clients.Client{cursor}, installOptions{entryOptions: entryOptions{skillsOnly: true}}, config{}, 0},
		{"--yes", []clients.Client{cursor, codex}, installOptions{runOptions: runOptions{yes: true}}, config{}, 0},
	} {
		env, _, _ := testEnv(t)
		env.Interactive = true
		r := &run{env: env, config: &test.config, chosen: test.chosen}
		if got := len(r.guide(&test.opts).questions); got != test.want {
			t.Errorf("%s: %d questions, want %d", test.name, got, test.want)
		}
	}
}
