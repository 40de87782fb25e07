package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fsskills/clients"
)

// The file is read once in a run, and a catalog that is handed out is the
// caller's.
func TestConfigured(t *testing.T) {
	t.Parallel()
	env, _, _ := testEnv(t)
	env.ConfigDir = filepath.Join(env.Home, "fsskills")
	path := filepath.Join(env.ConfigDir, configName)
	write := func(text string) {
		if err := os.MkdirAll(env.ConfigDir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("own-clients: [{id: acme, skills: ~/.acme}]\n")
	catalog, err := env.catalog()
	if _, ok := catalog.Find("acme"); err != nil || !ok {
		t.Fatalf("acme is not there: %v", err)
	}
	catalog[0] = clients.Client{ID: "changed"}
	write("broken: [")
	again, err := env.catalog()
	if err != nil || again[0].ID == "changed" || len(again) != len(clients.All())+1 {
		t.Errorf("once more: %d clients, %v", len(again), err)
	}
}

// The examples in the documentation are right.
func TestConfigExamples(t *testing.T) {
	t.Parallel()
	for path, begin := range map[string][]string{
		"../docs/config.md": {"    source: ", "    own-clients:"},
		"../README.md":      {"    region: eu"},
	} {
		page, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var src strings.Builder
		for _, first := range begin {
			_, block, ok := strings.Cut(string(page), "\n"+first)
			if !ok {
				t.Fatalf("%s has no example that begins with %q", path, first)
			}
			for line := range strings.Lines(first + block) {
				text, ok := strings.CutPrefix(line, "    ")
				if !ok {
					break
				}
				src.WriteString(text)
			}
		}
		env, _, _ := testEnv(t)
		c, mistakes := parseConfig([]byte(src.String()), env)
		if len(mistakes) > 0 {
			t.Errorf("%s: %v in:\n%s", path, mistakes, src.String())
		} else if len(c.own) != 1 || len(c.clients) != 2 {
			t.Errorf("%s: %d own clients, %d chosen", path, len(c.own), len(c.clients))
		}
	}
}

func FuzzConfig(f *testing.F) {
	own, err := os.ReadFile(filepath.Join("testdata", "own.yaml"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(own))
	for _, seed := range []string{
		"version: 1\nsource: fullstorydev/fullstory-skills\nref: v1\nauth: api-key\napi-key-env: KEY\nregion: eu\nclients: [cursor, all]\n",
		"mcp-url: https://example.com/mcp", "mcp-url: 'https://[::1'", "source: git@github.com:a/b.git", "source: file:///x", "source: 'c:/x'",
		"version: 99999999999999999999", "version: [", "clients: cursor", "ref: -x", "- a", "\ufeff", "a: &a [*a]", "source: ~/\x00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) {
		env, _, _ := testEnv(t)
		c, mistakes := parseConfig([]byte(src), env)
		for _, m := range mistakes {
			if m.Line < 1 || m.Column < 1 || m.Msg == "" {
				t.Errorf("a mistake without a place: %#v", m)
			}
		}
		if len(mistakes) > 0 {
			return
		}
		if c.url != "" && urlFault(c.url) != "" {
			t.Errorf("the address %q was taken", c.url)
		}
		for _, id := range c.clients {
			if _, ok := append(clients.All(), c.own...).Find(id); !ok && !isAll(id) {
				t.Errorf("the client %q was taken", id)
			}
		}
	})
}
