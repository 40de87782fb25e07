package cmd

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fsskills/clients"
)

// A lookup is one run of the program and the variables that it has asked for.
type lookup struct {
	out   string
	code  int
	asked map[string]bool
}

// look runs the program in a home, with some variables set.
func look(t *testing.T, home string, vars map[string]string, args ...string) lookup {
	t.Helper()
	env, _, _ := testEnv(t)
	env.Home, env.Dir, env.ConfigDir = home, home, filepath.Join(home, "config")
	var out bytes.Buffer
	env.Out = &out
	l := lookup{asked: map[string]bool{}}
	env.Getenv = func(name string) string {
		l.asked[name] = true
		return vars[name]
	}
	l.code = Run(t.Context(), *env, args)
	l.out = out.String()
	if slices.Contains(args, "--json") {
		if err := CheckDocument(out.Bytes()); err != nil {
			t.Errorf("%q: %v", args, err)
		}
	}
	return l
}

// TestVariables holds SECURITY.md to the variables that are asked for, and shows
// that none of them says where skills come from or what server is entered: an
// .envrc of a project may set any.
func TestVariables(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	source, evil := filepath.Join(home, "source"), filepath.Join(home, "evil")
	for path, text := range map[string]string{
		filepath.Join(source, "skills", "alpha", "SKILL.md"): "---\nname: alpha\ndescription: An example.\n---\nText.\n",
		filepath.Join(evil, "skills", "alpha", "SKILL.md"):   "---\nname: alpha\ndescription: Another.\n---\nText.\n",
		filepath.Join(home, "config", configName):            "source: " + source + "\n",
	} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	ofClients := look(t, home, nil, "clients", "--json").asked

	asked := map[string]bool{}
	for _, args := range [][]string{
		{"install", "--dry-run", "--source", source, "--client", "claude-code"},
		{"install", "--dry-run", "--source", "https://127.0.0.1:1/skills.git", "--client", "claude-code"},
		{"install", "--dry-run", "--source", "http://127.0.0.1:1/skills.git", "--client", "claude-code"},
		{"install", "--dry-run", "--source", "git@127.0.0.1:skills.git", "--client", "claude-code"},
		{"list"},
		{"status"},
		{"doctor"},
		{"restore"},
		{"uninstall"},
		{"snippet"},
	} {
		maps.Copy(asked, look(t, home, nil, args...).asked)
	}
	page, err := os.ReadFile("../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range asked {
		if !ofClients[name] && !strings.Contains(string(page), "`"+strings.ToUpper(name)+"`") {
			t.Errorf("SECURITY.md does not name %s, which is asked for", name)
		}
	}
	if !asked["HTTPS_PROXY"] || !asked["SSL_CERT_FILE"] || !asked["SSH_AUTH_SOCK"] || len(ofClients) < 3 {
		t.Errorf("asked for %v, clients for %v", slices.Sorted(maps.Keys(asked)), slices.Sorted(maps.Keys(ofClients)))
	}

	type wanted struct {
		Source  struct{ URL string }
		Clients []struct{ MCP struct{ URL string } }
	}
	plan := func(vars map[string]string) (w wanted, ok bool) {
		l := look(t, home, vars, "install", "--dry-run", "--json", "--client", "claude-code,codex")
		if err := json.Unmarshal([]byte(l.out), &w); err != nil {
			t.Fatal(err)
		}
		switch exitCode(l.code) {
		case exitDone, exitPartly: // partly if a client's own variable leads to where somebody else's skill is
			return w, true
		case exitUsage:
			return w, false
		default:
			t.Errorf("%v: exit status %d: %s", vars, l.code, l.out)
			return w, false
		}
	}
	server, _ := clients.ServerURL("us")
	usual, ok := plan(nil)
	if !ok || usual.Source.URL != source || len(usual.Clients) != 2 || usual.Clients[0].MCP.URL != server {
		t.Fatalf("without variables: %+v", usual)
	}
	maps.Copy(asked, ofClients)
	for name := range asked {
		for _, value := range []string{"https://evil.example.com/skills", evil} {
			got, ok := plan(map[string]string{name: value})
			if !ok {
				continue // refused, which redirects nothing
			}
			if got.Source != usual.Source || len(got.Clients) != 2 || got.Clients[0].MCP.URL != server || got.Clients[1].MCP.URL != server {
				t.Errorf("%s=%s: %+v", name, value, got)
			}
		}
	}
}
