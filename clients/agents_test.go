package clients

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// withAgents are the clients that are given agents, as they are in the scope.
func withAgents(scope Scope) Catalog {
	var out Catalog
	for _, c := range All() {
		if c, ok := c.In(scope); ok && c.NoAgents() == "" {
			out = append(out, c)
		}
	}
	return out
}

// anyMachine are the machines on which folders may be different ones.
var anyMachine = []machine{
	{},
	{goos: "darwin"},
	{goos: "windows"},
	{env: moved("/moved")},
	{goos: "darwin", env: moved("/moved")},
	{goos: "windows", env: moved("D:/moved")},
}

func TestWhoHasAgents(t *testing.T) {
	t.Parallel()
	want := map[Scope]string{
		UserScope:    "claude-code vscode vscode-insiders copilot-cli codex gemini-cli opencode kilo qwen-code",
		ProjectScope: "claude-code vscode vscode-insiders copilot-cli codex gemini-cli opencode kilo qwen-code",
	}
	for _, scope := range scopes {
		if got := strings.Join(withAgents(scope).IDs(), " "); got != want[scope] {
			t.Errorf("%s scope: %s\nwant %s", scope, got, want[scope])
		}
	}
}

// TestAgents looks at the data of every client: all that belongs together is
// there, and nothing of it where there are no agents.
func TestAgents(t *testing.T) {
	t.Parallel()
	for _, c := range All() {
		for _, scope := range scopes {
			c, ok := c.In(scope)
			as := c.Agents
			for _, m := range anyMachine {
				s := m.system()
				if dir := c.AgentsDir(s); (dir != "") != (ok && c.NoAgents() == "") {
					t.Errorf("%s, %s scope: the folder is %q and the reason against it %q", c.ID, scope, dir, c.NoAgents())
				}
				folders := c.AgentFolders(s)
				if dir := c.AgentsDir(s); dir != "" && folders[0] != dir {
					t.Errorf("%s, %s scope: reads %v, and its own is %s", c.ID, scope, folders, dir)
				}
				if len(folders) > 0 && len(c.AgentEndings()) == 0 {
					t.Errorf("%s, %s scope: reads no file in %v", c.ID, scope, folders)
				}
			}
			if c.NoAgents() != "" {
				if len(c.Steps.Agents) > 0 {
					t.Errorf("%s, %s scope: steps for agents that it is not given", c.ID, scope)
				}
				continue
			}
			if !slices.Contains(c.AgentEndings(), as.Ext) || len(c.Steps.Agents) == 0 || as.AsShipped == "" && c.Evidence == Observed {
				t.Errorf("%s, %s scope: something is missing: %+v", c.ID, scope, as)
			}
			if open := as.Tools == NoToolList; open != (c.OpenAgents() != "") || open != (len(as.Spellings) == 0) {
				t.Errorf("%s: says %q of %d spellings", c.ID, c.OpenAgents(), len(as.Spellings))
			}
			for _, spelling := range as.Spellings {
				if !strings.Contains(spelling, "<tool>") || !strings.Contains(spelling, "<server>") {
					t.Errorf("%s spells a tool %q", c.ID, spelling)
				}
			}
		}
	}
}

func TestNoAgents(t *testing.T) {
	t.Parallel()
	tests := []struct {
		client string
		scope  Scope
		want   string
	}{
		{"claude-code", UserScope, ""},
		{"claude-code", ProjectScope, ""},
		{"gemini-cli", UserScope, ""},
		{"gemini-cli", ProjectScope, ""},
		{"continue", UserScope, "has no sub-agent files"},
		{"continue", ProjectScope, "has no sub-agent files"},
		{"amp", UserScope, "has no sub-agent files"},
		{"pi", UserScope, "has no sub-agent files"},
		{"claude-desktop", UserScope, "has no sub-agent files"},
		{"claude-desktop", ProjectScope, "has no sub-agent files"},
		{"roo", UserScope, "keeps its modes in one file, and none of them to single tools"},
		{"cursor", UserScope, "has not been seen to run an agent of this kind"},
		{"zed", ProjectScope, "has not been seen to run an agent of this kind"},
		{"adal", UserScope, "has not been seen to run an agent of this kind"},
	}
	for _, tt := range tests {
		c, _ := All().Find(tt.client)
		c, _ = c.In(tt.scope)
		if got := c.NoAgents(); got != tt.want {
			t.Errorf("%s, %s scope: %q, want %q", tt.client, tt.scope, got, tt.want)
		}
		_, _, err := c.AgentFile(sampleAgents[0])
		if (err != nil) != (tt.want != "") || err != nil && err.Error() != c.Name+" "+tt.want {
			t.Errorf("%s, %s scope: AgentFile: %v", tt.client, tt.scope, err)
		}
	}
	if got := (Client{}).NoAgents(); got == "" {
		t.Error("a client of which nothing is known is given agents")
	}
}

// TestAgentsAreShared: clients that have one folder of ours have the same files
// in it, and what is not ours there is read by none as its own.
func TestAgentsAreShared(t *testing.T) {
	t.Parallel()
	for _, scope := range scopes {
		for _, m := range anyMachine {
			s := m.system()
			first, shared := map[string]Client{}, 0
			for _, c := range withAgents(scope) {
				dir := c.AgentsDir(s)
				other, taken := first[dir]
				if !taken {
					first[dir] = c
					continue
				}
				shared++
				for _, a := range sampleAgents {
					want, got := agentFile(t, other, a), agentFile(t, c, a)
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("%s: %s and %s differ (-%s +%s):\n%s", dir, other.ID, c.ID, other.ID, c.ID, diff)
					}
				}
			}
			if shared != 2 { // the two editions of VS Code with Copilot CLI
				t.Errorf("%s scope: %d clients share a folder", scope, shared)
			}
		}
	}
}

// TestAgentsOfOthers: a client that finds the agents of another one knows its
// own spelling of each tool in them.
func TestAgentsOfOthers(t *testing.T) {
	t.Parallel()
	found := 0
	for _, scope := range scopes {
		for _, m := range anyMachine {
			s := m.system()
			for _, writes := range withAgents(scope) {
				for _, reads := range withAgents(scope) {
					if !slices.Contains(reads.AgentFolders(s), writes.AgentsDir(s)) {
						continue
					}
					for _, a := range sampleAgents {
						file := agentFile(t, writes, a)
						if !slices.ContainsFunc(reads.AgentEndings(), func(e string) bool { return strings.HasSuffix(file.Name, e) }) {
							continue
						}
						if writes.ID != reads.ID {
							found++
						}
						listed := parseAgent(t, writes, file).tools
						for _, own := range reads.Agents.spelled(a) {
							if !slices.Contains(listed, own) {
								t.Errorf("%s scope: %s reads the agent %s of %s, in which %s is missing", scope, reads.ID, a.Name, writes.ID, own)
							}
						}
					}
				}
			}
		}
	}
	if found == 0 {
		t.Error("no client reads the agents of another one")
	}
}

// TestAgentFolders: agents and skills are not among each other, and no folder
// is read twice.
func TestAgentFolders(t *testing.T) {
	t.Parallel()
	for _, scope := range scopes {
		for _, m := range anyMachine {
			s := m.system()
			var skills []place
			for _, p := range places(scope, s) {
				skills = append(skills, place{p.id, p.own, append(p.also, p.own)})
			}
			for _, c := range All() {
				c, _ := c.In(scope)
				folders := c.AgentFolders(s)
				for i, dir := range folders {
					for _, p := range skills {
						if slices.ContainsFunc(p.also, func(k string) bool { return s.below(dir, k) || s.below(k, dir) }) {
							t.Errorf("%s scope: agents of %s in %s are among the skills of %s", scope, c.ID, dir, p.id)
						}
					}
					for j, other := range folders {
						if i != j && s.below(dir, other) {
							t.Errorf("%s scope: %s reads %s and %s", scope, c.ID, other, dir)
						}
					}
				}
			}
		}
	}
}

// A client that has nothing in a project has no agents there, and a folder that
// it reads in two ways is one.
func TestAgentFoldersOfNone(t *testing.T) {
	t.Parallel()
	s := machine{}.system()
	c := Client{Agents: Agents{Dir: everywhere("~/.x/agents"), Also: []Paths{everywhere("${X_HOME:-~/.x}/agents"), everywhere("~/y"), everywhere("${X}")}}}
	if diff := cmp.Diff([]string{"/home/ann/.x/agents", "/home/ann/y"}, c.AgentFolders(s)); diff != "" {
		t.Error(diff)
	}
	c, _ = c.In(ProjectScope)
	if dir, all := c.AgentsDir(s), c.AgentFolders(s); dir != "" || len(all) > 0 || c.NoAgents() == "" {
		t.Errorf("in a project: %q, %v, %q", dir, all, c.NoAgents())
	}
}

func TestUpstreamAgent(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"claude-code": "refuses to start it",
		"copilot-cli": "without any tool",
		"gemini-cli":  "prints an error",
		"opencode":    "does not start at all",
		"kilo":        "without a word",
		"qwen-code":   "without any tool",
		"codex":       "without a word",
		"vscode":      "",
		"cursor":      "",
		"amp":         "",
	} {
		c, _ := All().Find(id)
		for _, scope := range scopes {
			c, _ := c.In(scope)
			if got := c.UpstreamAgent(); (got == "") != (want == "") || !strings.Contains(got, want) {
				t.Errorf("%s, %s scope: %q, want %q", id, scope, got, want)
			}
		}
	}
}

// The agents of a plugin are where the client keeps its copy of it.
func TestPluginAgentFolders(t *testing.T) {
	t.Parallel()
	m := machine{files: map[string]string{
		"/home/ann/.claude/plugins/cache/acme/fullstory/0.1.0/agents/a.md":     "",
		"/home/ann/.claude/plugins/cache/acme/other/0.1.0/agents/a.md":         "",
		"/home/ann/.copilot/installed-plugins/fullstory/fullstory/agents/a.md": "",
		"/home/ann/.gemini/extensions/fullstory/agents/a.md":                   "",
	}}
	for id, want := range map[string][]string{
		"claude-code": {"/home/ann/.claude/plugins/cache/acme/fullstory/0.1.0/agents"},
		"copilot-cli": {"/home/ann/.copilot/installed-plugins/fullstory/fullstory/agents"},
		"gemini-cli":  {"/home/ann/.gemini/extensions/fullstory/agents"},
		"codex":       nil,
	} {
		c, _ := All().Find(id)
		for _, scope := range scopes {
			c, _ := c.In(scope)
			if diff := cmp.Diff(want, c.PluginAgentFolders(m.system()), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s, %s scope: %s", id, scope, diff)
			}
		}
		if got := c.PluginAgentFolders(machine{}.system()); len(got) > 0 {
			t.Errorf("%s, nothing there: %v", id, got)
		}
	}
}
