package clients

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What a team commits is in the project, and holds no key.
func TestProjectPaths(t *testing.T) {
	t.Parallel()
	inside := func(ps Paths) bool {
		for _, p := range []Path{ps.Linux, ps.Darwin, ps.Windows} {
			if p != "" && !strings.HasPrefix(string(p), "./") {
				return false
			}
		}
		return true
	}
	for _, c := range All() {
		p := c.Project
		if p == nil {
			continue
		}
		for _, dir := range append([]Path{p.Dir}, p.Also...) {
			if !inside(everywhere(dir)) {
				t.Errorf("%s: the skills folder %q is not in the project", c.ID, dir)
			}
		}
		for _, dir := range append([]Path{p.Agents}, p.AlsoAgents...) {
			if !inside(everywhere(dir)) {
				t.Errorf("%s: the agents folder %q is not in the project", c.ID, dir)
			}
		}
		for i := range p.Servers {
			cfg := &p.Servers[i]
			if len(cfg.Literal) > 0 {
				t.Errorf("%s: a key could be written into a project", c.ID)
			}
			for _, f := range cfg.Files {
				if !inside(f.At) {
					t.Errorf("%s: the file %v is not in the project", c.ID, f.At)
				}
			}
		}
	}
}

// Clients that share a file write the same entry into it, those that can.
func TestProjectFilesAreShared(t *testing.T) {
	t.Parallel()
	s := machine{}.system()
	for _, auth := range []AuthMethod{OAuth, APIKey} {
		first := map[string]Client{}
		for _, c := range All() {
			c, ok := c.In(ProjectScope)
			if !ok {
				continue
			}
			for _, sf := range c.ServerFiles(s, server(auth)) {
				if sf.Unable != nil {
					continue
				}
				other, shared := first[sf.Path]
				if !shared {
					first[sf.Path] = c
					continue
				}
				want, err := other.ServerFile(s, server(auth))
				if err != nil && want.Unable == nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, sf); diff != "" {
					t.Errorf("%s: %s and %s differ (-%s +%s):\n%s", sf.Path, other.ID, c.ID, other.ID, c.ID, diff)
				}
			}
		}
		for _, id := range []string{"claude-code", "copilot-cli"} {
			c, _ := All().Find(id)
			c, _ = c.In(ProjectScope)
			if sf, err := c.ServerFile(s, server(auth)); err != nil || sf.Path != "/home/ann/web/.mcp.json" {
				t.Errorf("%s keeps servers in %q, %v", id, sf.Path, err)
			}
		}
	}
}

func TestProjectServerFile(t *testing.T) {
	t.Parallel()
	const other = `{"mcpServers": {"x": {"type": "http", "url": "https://x.test"}}}`
	tests := []struct {
		name   string
		client string
		m      machine
		path   string // below the project
		root   string
	}{
		{"nothing there", "copilot-cli", machine{}, ".mcp.json", "mcpServers"},
		{"the second of its files", "copilot-cli", machine{files: map[string]string{"~/web/.github/mcp.json": other}}, ".github/mcp.json", "mcpServers"},
		{"both of its files", "copilot-cli", machine{files: map[string]string{"~/web/.github/mcp.json": other, "~/web/.mcp.json": other}}, ".mcp.json", "mcpServers"},
		{"the other's second file", "claude-code", machine{files: map[string]string{"~/web/.github/mcp.json": other}}, ".mcp.json", "mcpServers"},
		{"nothing there", "codex", machine{env: map[string]string{"CODEX_HOME": "/c"}}, ".codex/config.toml", "mcp_servers"},

		{"nothing there", "opencode", machine{}, "opencode.json", "mcp"},
		{"with comments", "opencode", machine{files: map[string]string{"~/web/opencode.jsonc": "{}", "~/web/opencode.json": "{}"}}, "opencode.jsonc", "mcp"},
		{"in its folder", "opencode", machine{files: map[string]string{"~/web/.opencode/opencode.json": "{}", "~/web/opencode.jsonc": "{}"}}, ".opencode/opencode.json", "mcp"},
		{"in its folder, with comments", "opencode", machine{files: map[string]string{"~/web/.opencode/opencode.json": "{}", "~/web/.opencode/opencode.jsonc": "{}"}}, ".opencode/opencode.jsonc", "mcp"},
		{"version 2", "opencode", machine{files: map[string]string{"~/web/opencode.json": `{"mcp": {"servers": {"x": {"type": "local"}}}}`}}, "opencode.json", "mcp.servers"},
		{"version 2 for the user", "opencode", machine{files: map[string]string{"~/.config/opencode/opencode.json": `{"mcp": {"servers": {}}}`}}, "opencode.json", "mcp"},

		{"nothing there", "amp", machine{}, ".amp/settings.json", "amp.mcpServers"},
		{"with comments", "amp", machine{files: map[string]string{"~/web/.amp/settings.jsonc": "{}"}}, ".amp/settings.jsonc", "amp.mcpServers"},
		{"both", "amp", machine{files: map[string]string{"~/web/.amp/settings.jsonc": "{}", "~/web/.amp/settings.json": "{}"}}, ".amp/settings.json", "amp.mcpServers"},
		{"nothing there", "crush", machine{}, "crush.json", "mcp"},
		{"hidden", "crush", machine{files: map[string]string{"~/web/.crush.json": "{}", "~/web/crush.json": "{}"}}, ".crush.json", "mcp"},
		{"older file for the user", "antigravity", machine{files: map[string]string{"~/.gemini/antigravity/mcp_config.json": "{}"}}, ".agents/mcp_config.json", "mcpServers"},
	}
	for _, tt := range tests {
		t.Run(tt.client+" "+tt.name, func(t *testing.T) {
			t.Parallel()
			c, _ := All().Find(tt.client)
			c, ok := c.In(ProjectScope)
			if !ok {
				t.Fatal("nothing in a project")
			}
			sf, err := c.ServerFile(tt.m.system(), server(OAuth))
			if err != nil {
				t.Fatal(err)
			}
			root := strings.Join(sf.Place.Root, ".")
			if want := "/home/ann/web/" + tt.path; sf.Path != want || root != tt.root {
				t.Errorf("%s at %s, want %s at %s", root, sf.Path, tt.root, want)
			}
		})
	}
}

// Steps that are about an entry come with one, and notes with what they are
// about.
func TestNextInAProject(t *testing.T) {
	t.Parallel()
	both := map[string]string{"~/web/.github/mcp.json": "{}", "~/web/.mcp.json": "{}"}
	tests := []struct {
		name   string
		client string
		files  map[string]string
		auth   AuthMethod
		has    string // a part of some step
		lacks  string
	}{
		{"approval", "claude-code", nil, OAuth, "approve fullstory", ".github/mcp.json"},
		{"no entry, no approval", "claude-code", nil, "", "", "approve"},
		{"trust without an entry", "copilot-cli", nil, "", "trust the folder", ""},
		{"a file that is read no more", "claude-code", both, OAuth, "move the servers of .github/mcp.json", ""},
		{"and no entry", "claude-code", both, "", "", "move the servers"},
		{"a script beside the file", "crush", map[string]string{"~/web/crushrc": "mcp add x"}, OAuth, "look into your crushrc", ""},
		{"a hidden script", "crush", map[string]string{"~/web/.crushrc": ""}, APIKey, "look into your crushrc", ""},
		{"a script elsewhere", "crush", map[string]string{"~/.config/crush/crushrc": ""}, OAuth, "", "crushrc"},
		{"no servers in a project", "goose", nil, OAuth, "takes no server from a project", "browser"},
		{"no key from the environment", "antigravity", nil, APIKey, "trust the folder", "export"},
	}
	for _, tt := range tests {
		t.Run(tt.client+" "+tt.name, func(t *testing.T) {
			t.Parallel()
			c, _ := All().Find(tt.client)
			c, _ = c.In(ProjectScope)
			steps := strings.Join(c.Next(machine{files: tt.files}.system(), server(tt.auth), true, false), "\n")
			if !strings.Contains(steps, tt.has) || (tt.lacks != "" && strings.Contains(steps, tt.lacks)) {
				t.Errorf("steps are:\n%s\nwant %q and not %q", steps, tt.has, tt.lacks)
			}
		})
	}
}
