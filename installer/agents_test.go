package installer

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fsskills/clients"
	"fsskills/registry"
)

// withAgent is the snapshot with an agent named helper, of which the skill
// alpha speaks.
func withAgent(s *registry.Snapshot, body string) *registry.Snapshot {
	s.Agents = append(s.Agents, agent("helper", body))
	for i, k := range s.Skills {
		if k.Name == "alpha" {
			data := []byte("ask the helper\n")
			s.Skills[i].Files = append(slices.Clone(k.Files), registry.File{Path: "ask.md", Mode: 0o644, Data: data, SHA256: digest(data)})
		}
	}
	return s
}

// seedAgents is a home with agents of the user's own.
func seedAgents(w *world) {
	seed(w)
	w.write(".claude/agents/own.md", "my own\n")
	w.write(".qwen/settings.json", "{}\n")
}

// agentPlaces are the files of the agent helper for some clients, below home.
var agentPlaces = map[string]string{
	"claude-code": ".claude/agents/helper.md",
	"copilot-cli": ".copilot/agents/helper.agent.md",
	"vscode":      ".copilot/agents/helper.agent.md",
	"gemini-cli":  ".gemini/agents/helper.md",
	"opencode":    ".config/opencode/agent/helper.md",
	"kilo":        ".config/kilo/agent/helper.md",
	"qwen-code":   ".qwen/agents/helper.md",
	"codex":       ".codex/agents/helper.toml",
}

func agentClients() []string {
	ids := make([]string, 0, len(agentPlaces))
	for _, id := range clients.All().IDs() {
		if agentPlaces[id] != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// TestAgents has each client with agents from nothing to nothing again.
func TestAgents(t *testing.T) {
	for _, id := range agentClients() {
		t.Run(id, func(t *testing.T) {
			w := newWorld(t)
			seedAgents(w)
			before := w.tree()
			place := agentPlaces[id]
			req := w.request(withAgent(first(), "version one\n"), id)
			w.install(req)
			if text := w.read(place); !strings.Contains(text, "version one") || !strings.Contains(text, "helps helper") {
				t.Errorf("the agent is\n%s", text)
			}
			after := w.tree()
			if plan := must(NewInstall(w.receipt(), req)); !plan.Empty() || plan.Records() {
				t.Errorf("the second install would change something:\n%s", states(dry(plan)))
			}
			w.install(req)
			if w.tree() != after {
				t.Error("the second install has changed something")
			}
			w.update(w.request(withAgent(second(), "version two\n"), id))
			if text := w.read(place); !strings.Contains(text, "version two") {
				t.Errorf("after the update the agent is\n%s", text)
			}
			w.uninstall(Removal{Command: "uninstall"})
			if now := w.tree(); now != before {
				t.Errorf("after the uninstall there is\n%s\nand there was\n%s", now, before)
			}
		})
	}
}

// dry are the actions of a plan as results.
func dry(p Plan) []Result {
	var out []Result
	for _, a := range p.Actions {
		out = append(out, Result{Action: a})
	}
	return out
}

// agentResult is what became of the agent helper for a client.
func agentResult(t *testing.T, results []Result, id string) Action {
	t.Helper()
	for _, r := range results {
		if r.Action.Kind == KindAgent && r.Action.Serves(id) {
			return r.Action
		}
	}
	t.Fatalf("nothing is said of the agent of %s:\n%s", id, states(results))
	return Action{}
}

// TestAgentEdited has an agent that the user changes: it stays, through updates,
// the end of it upstream and the uninstall.
func TestAgentEdited(t *testing.T) {
	w := newWorld(t)
	seedAgents(w)
	w.install(w.request(withAgent(first(), "one\n"), "claude-code", "qwen-code"))
	mine := w.read(".claude/agents/helper.md") + "and mine\n"
	w.write(".claude/agents/helper.md", mine)
	results := w.update(w.request(withAgent(second(), "two\n"), "claude-code", "qwen-code"))
	if a := agentResult(t, results, "claude-code"); a.Op != OpKeep || a.State != StateEdited || len(a.Kept()) != 1 || !a.Kept()[0].News {
		t.Errorf("the edited agent: %s %s %q", a.Op, a.State, a.Reason)
	}
	if a := agentResult(t, results, "qwen-code"); a.Op != OpUpdate {
		t.Errorf("the other agent: %s %s %q", a.Op, a.State, a.Reason)
	}
	results = w.update(w.request(second(), "claude-code", "qwen-code"))
	if a := agentResult(t, results, "claude-code"); a.Op != OpKeep || a.State != StateOrphaned {
		t.Errorf("gone upstream, the edited agent: %s %s %q", a.Op, a.State, a.Reason)
	}
	if w.exists(".qwen/agents/helper.md") {
		t.Error("gone upstream, the other agent is there still")
	}
	w.uninstall(Removal{Command: "uninstall"})
	if w.read(".claude/agents/helper.md") != mine {
		t.Error("the uninstall has taken what the user wrote")
	}
	w.uninstall(Removal{Command: "uninstall", Force: true})
	if w.exists(".claude/agents/helper.md") {
		t.Error("--force has left the agent")
	}
	if !w.exists(".claude/agents/own.md") {
		t.Error("an agent of the user's own is gone")
	}
}

// TestAgentForeign has something else in the agent's place.
func TestAgentForeign(t *testing.T) {
	raw := string(agent("helper", "one\n").File.Data)
	for _, test := range []struct {
		name   string
		put    func(w *world)
		reason string
	}{
		{"a file", func(w *world) { w.write(".claude/agents/helper.md", "mine\n") }, "an agent of this name that fsskills did not install"},
		{"the source's own file", func(w *world) { w.write(".claude/agents/helper.md", raw) }, "the agent as its source has it"},
		{"a folder", func(w *world) { w.write(".claude/agents/helper.md/mine", "mine\n") }, "no file stands in its place"},
		{"a link", func(w *world) { w.link("own.md", ".claude/agents/helper.md") }, "a link to own.md stands in its place"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			seedAgents(w)
			test.put(w)
			before := w.tree()
			req := w.request(withAgent(first(), "one\n"), "claude-code")
			results := w.install(req)
			a := agentResult(t, results, "claude-code")
			if a.Op != OpKeep || a.State != StateForeign || !a.Partial || !strings.Contains(a.Reason, test.reason) || a.Hint == "" {
				t.Errorf("%s %s partial=%v %q", a.Op, a.State, a.Partial, a.Reason)
			}
			w.uninstall(Removal{Command: "uninstall"})
			if now := w.tree(); now != before {
				t.Errorf("after the uninstall there is\n%s\nand there was\n%s", now, before)
			}
			if test.name == "a folder" {
				return
			}
			req.Force = true
			w.install(req)
			if !strings.Contains(w.read(".claude/agents/helper.md"), "helps helper") {
				t.Error("--force has not taken over")
			}
			w.apply(must(w.store.NewRestore(w.receipt(), "last", false)))
			if now := w.tree(); now != before {
				t.Errorf("after the restore there is\n%s\nand there was\n%s", now, before)
			}
		})
	}
}

// TestAgentFolderForced has a folder of the user's where the agent should be:
// --force does not take it away, and nothing is recorded.
func TestAgentFolderForced(t *testing.T) {
	w := newWorld(t)
	seedAgents(w)
	w.write(".claude/agents/helper.md/mine", "mine\n")
	before := w.tree()
	req := w.request(withAgent(first(), "one\n"), "claude-code")
	req.Force = true
	if a := agentResult(t, w.install(req), "claude-code"); a.Op != OpKeep || a.State != StateForeign || !a.Partial || strings.Contains(a.Hint, "--force") {
		t.Errorf("%s %s partial=%v %q", a.Op, a.State, a.Partial, a.Hint)
	}
	if rec := w.receipt().Item(filepath.Join(w.home, ".claude", "agents"), "helper"); rec != nil {
		t.Errorf("recorded: %+v", rec)
	}
	w.uninstall(Removal{Command: "uninstall"})
	if now := w.tree(); now != before {
		t.Errorf("after the uninstall there is\n%s\nand there was\n%s", now, before)
	}
}

// TestAgentWithoutEntry has the server's entry fail: the agent stays out, by
// force too.
func TestAgentWithoutEntry(t *testing.T) {
	for _, force := range []bool{false, true} {
		w := newWorld(t)
		if force {
			w.write(".claude/agents/helper.md", "mine\n")
		}
		req := w.request(withAgent(first(), "one\n"), "claude-code")
		req.Force = force
		w.store.step = func(name string) error {
			if strings.HasPrefix(name, "config ") {
				return errFailed
			}
			return nil
		}
		w.try(must(NewInstall(w.receipt(), req)))
		if there := w.exists(".claude/agents/helper.md"); there != force || force && w.read(".claude/agents/helper.md") != "mine\n" {
			t.Errorf("by force %v: there is\n%s", force, w.tree())
		}
	}
}

// TestAgentRival has a client find an agent of the name in another place, where
// it is the user's.
func TestAgentRival(t *testing.T) {
	for id, place := range map[string]string{
		"opencode":    ".config/opencode/agents/helper.md",
		"kilo":        ".kilocode/agents/helper.md",
		"copilot-cli": ".copilot/agents/helper.md",
	} {
		w := newWorld(t)
		w.write(place, "mine\n")
		before := w.tree()
		req := w.request(withAgent(first(), "one\n"), id)
		results := w.install(req)
		if a := agentResult(t, results, id); a.Op != OpKeep || a.State != StateForeign || !strings.Contains(a.Reason, filepath.FromSlash(place)) {
			t.Errorf("%s: %s %s %q", id, a.Op, a.State, a.Reason)
		}
		w.uninstall(Removal{Command: "uninstall"})
		if now := w.tree(); now != before {
			t.Errorf("%s: after the uninstall there is\n%s\nand there was\n%s", id, now, before)
		}
		req.Force = true
		w.install(req)
		if w.read(place) != "mine\n" || !w.exists(agentPlaces[id]) {
			t.Errorf("%s: with --force there is\n%s", id, w.tree())
		}
		req.Force = false
		if plan := must(NewInstall(w.receipt(), req)); !plan.Empty() {
			t.Errorf("%s: the next install would change something:\n%s", id, states(dry(plan)))
		}
	}
}

// TestAgentInProject has Copilot CLI read Claude Code's folder, too.
func TestAgentInProject(t *testing.T) {
	w := newWorld(t).inProject()
	req := w.request(withAgent(first(), "one\n"), "claude-code", "copilot-cli")
	w.install(req)
	if !w.exists("web/.claude/agents/helper.md") || !w.exists("web/.github/agents/helper.agent.md") {
		t.Fatalf("there is\n%s", w.tree())
	}
	if line := "mcp__fullstory__get_helper, mcp__plugin_fullstory_fullstory__get_helper, fullstory/get_helper"; !strings.Contains(w.read("web/.claude/agents/helper.md"), line) {
		t.Errorf("what Claude Code and Copilot CLI both read is\n%s", w.read("web/.claude/agents/helper.md"))
	}
	if plan := must(NewInstall(w.receipt(), req)); !plan.Empty() {
		t.Errorf("the next install would change something:\n%s", states(dry(plan)))
	}
}

// TestAgentAdoptedElsewhere has one client find the agent in the folder of
// another, who is given it there.
func TestAgentAdoptedElsewhere(t *testing.T) {
	w := newWorld(t).inProject()
	req := w.request(withAgent(first(), "one\n"), "copilot-cli", "claude-code")
	want, err := anAgent(agent("helper", "one\n"), "", req.Targets[1].Client)
	if err != nil {
		t.Fatal(err)
	}
	w.write("web/.claude/agents/helper.md", string(want.files[0].Data))
	w.install(req)
	if !w.exists("web/.github/agents/helper.agent.md") {
		t.Errorf("there is\n%s", w.tree())
	}
	if plan := must(NewInstall(w.receipt(), req)); !plan.Empty() {
		t.Errorf("the next install would change something:\n%s", states(dry(plan)))
	}
}

// TestAgentAdopted has the agent there just as it would be written: it counts as
// found and stays.
func TestAgentAdopted(t *testing.T) {
	w := newWorld(t)
	seedAgents(w)
	c, _ := clients.All().Find("claude-code")
	want, err := anAgent(agent("helper", "one\n"), "", c)
	if err != nil {
		t.Fatal(err)
	}
	w.write(".claude/agents/helper.md", string(want.files[0].Data))
	before := w.tree()
	results := w.install(w.request(withAgent(first(), "one\n"), "claude-code"))
	if a := agentResult(t, results, "claude-code"); a.Op != OpNone || a.State != StateCurrent {
		t.Errorf("%s %s %q", a.Op, a.State, a.Reason)
	}
	w.uninstall(Removal{Command: "uninstall"})
	if now := w.tree(); now != before {
		t.Errorf("after the uninstall there is\n%s\nand there was\n%s", now, before)
	}
}

// TestAgentNeedsServer looks at who gets an agent: those who have the server
// under its name, whoever brought it.
func TestAgentNeedsServer(t *testing.T) {
	for _, test := range []struct {
		name   string
		config string // of Claude Code
		edit   func(*Target)
		want   bool
	}{
		{"with the entry", "", func(*Target) {}, true},
		{"skills only", "", func(t *Target) { t.Server = nil }, false},
		{"skills only, the entry is there", `{"mcpServers": {"fullstory": {"type": "http", "url": "` + serverURL + `"}}}`, func(t *Target) { t.Server = nil }, true},
		{"skills only, under another name", `{"mcpServers": {"Fullstory": {"type": "http", "url": "` + serverURL + `"}}}`, func(t *Target) { t.Server = nil }, false},
		{"a foreign entry", `{"mcpServers": {"fullstory": {"type": "http", "url": "https://example.com/mcp"}}}`, func(*Target) {}, false},
		{"a file that cannot be read", `{"mcpServers": `, func(*Target) {}, false},
		{"the plugin", "", func(t *Target) { t.Server, t.Skills, t.Plugin = nil, false, true }, true},
		{"no agents wanted", "", func(t *Target) { t.Agents = false }, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			if test.config != "" {
				w.write(".claude.json", test.config)
			}
			req := w.request(withAgent(first(), "one\n"), "claude-code")
			test.edit(&req.Targets[0])
			plan := must(NewInstall(w.receipt(), req))
			w.apply(plan)
			if got := w.exists(".claude/agents/helper.md"); got != test.want {
				t.Errorf("the agent is there: %v\n%s", got, states(dry(plan)))
			}
			if why := plan.Agentless["claude-code"]; (why != "") != (!test.want && req.Targets[0].Agents) {
				t.Errorf("why not: %q", why)
			}
		})
	}
}

// TestAgentsOfSome names skills: the agents that they speak of come along.
func TestAgentsOfSome(t *testing.T) {
	for _, test := range []struct {
		name  string
		names []string
		want  bool
	}{
		{"all", nil, true},
		{"a skill that speaks of it", []string{"alpha"}, true},
		{"another skill", []string{"beta"}, false},
		{"the agent alone", []string{"helper"}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			req := w.request(withAgent(first(), "one\n"), "claude-code")
			req.Names, req.Choices.Skills = test.names, test.names
			w.install(req)
			if got := w.exists(".claude/agents/helper.md"); got != test.want {
				t.Errorf("the agent is there: %v", got)
			}
			if test.name == "the agent alone" && w.exists(".claude/skills") {
				t.Error("a skill has come too")
			}
		})
	}
}

// TestAgentTakenOut has an agent uninstalled by its name: nothing brings it
// back but its name.
func TestAgentTakenOut(t *testing.T) {
	w := newWorld(t)
	req := w.request(withAgent(first(), "one\n"), "claude-code")
	w.install(req)
	w.uninstall(Removal{Command: "uninstall", Names: []string{"helper"}})
	if w.exists(".claude/agents") || !w.exists(".claude/skills/alpha") {
		t.Fatalf("there is\n%s", w.tree())
	}
	req.Choices = w.receipt().Choices
	w.install(req)
	next := w.request(withAgent(second(), "two\n"), "claude-code")
	next.Choices = w.receipt().Choices
	w.update(next)
	if w.exists(".claude/agents") {
		t.Error("the agent has come back")
	}
}

// TestAgentGoesWithServer uninstalls entries alone, and skills alone.
func TestAgentGoesWithServer(t *testing.T) {
	for _, req := range []Removal{{Command: "uninstall", ServersOnly: true}, {Command: "uninstall", SkillsOnly: true}} {
		w := newWorld(t)
		w.install(w.request(withAgent(first(), "one\n"), "claude-code"))
		w.uninstall(req)
		if w.exists(".claude/agents") {
			t.Errorf("%+v leaves the agent", req)
		}
		if w.exists(".claude/skills/alpha") != req.ServersOnly {
			t.Errorf("%+v: skills there: %v", req, !req.ServersOnly)
		}
	}
}

// TestAgentComesLater updates clients that have got the server meanwhile, or
// whose source has an agent for the first time.
func TestAgentComesLater(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(first(), "claude-code"))
	w.update(w.request(withAgent(second(), "one\n"), "claude-code"))
	if !w.exists(".claude/agents/helper.md") {
		t.Error("the update has not brought the agent")
	}
}

// TestAgentShared has two clients with one folder: the agent goes with the last.
func TestAgentShared(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(withAgent(first(), "one\n"), "copilot-cli", "vscode"))
	place := agentPlaces["vscode"]
	w.uninstall(Removal{Command: "uninstall", Clients: []string{"copilot-cli"}})
	if !w.exists(place) {
		t.Fatal("the agent went with the first of two clients")
	}
	w.uninstall(Removal{Command: "uninstall", Clients: []string{"vscode"}})
	if w.exists(".copilot/agents") {
		t.Errorf("there is\n%s", w.tree())
	}
}

// TestAgentSharedLater has the second client of a folder get the server after
// the first, and the source something new at the same time.
func TestAgentSharedLater(t *testing.T) {
	w := newWorld(t)
	req := w.request(withAgent(first(), "one\n"), "copilot-cli", "vscode")
	req.Targets[1].Server = nil
	w.install(req)
	place := agentPlaces["vscode"]
	if rec := w.receipt().Item(filepath.Join(w.home, ".copilot", "agents"), "helper"); rec == nil || len(rec.Clients) != 1 {
		t.Fatalf("recorded: %+v", rec)
	}
	w.install(w.request(nil, "vscode"))
	w.update(w.request(withAgent(second(), "two\n"), "copilot-cli", "vscode"))
	if rec := w.receipt().Item(filepath.Join(w.home, ".copilot", "agents"), "helper"); rec == nil || len(rec.Clients) != 2 {
		t.Errorf("recorded: %+v", rec)
	}
	if !strings.Contains(w.read(place), "two") {
		t.Errorf("the agent is\n%s", w.read(place))
	}
}

// TestAgentRefused has a source whose newest agent cannot be used.
func TestAgentRefused(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(withAgent(first(), "one\n"), "claude-code"))
	before := w.read(".claude/agents/helper.md")
	next := second()
	next.Refused = []registry.Refusal{{Agent: "helper", Path: "agents/helper.md", Reason: "the key color is not known"}}
	results := w.update(w.request(next, "claude-code"))
	if a := agentResult(t, results, "claude-code"); a.Op != OpKeep || !a.Partial || !strings.Contains(a.Reason, "color") {
		t.Errorf("%s %s %q", a.Op, a.State, a.Reason)
	}
	if w.read(".claude/agents/helper.md") != before {
		t.Error("the agent has changed")
	}
}

// TestAgentDeleted has a user delete the file: the update leaves it so, the
// install puts it back.
func TestAgentDeleted(t *testing.T) {
	w := newWorld(t)
	req := w.request(withAgent(first(), "one\n"), "claude-code")
	w.install(req)
	w.remove(".claude/agents/helper.md")
	results := w.update(w.request(withAgent(second(), "two\n"), "claude-code"))
	if a := agentResult(t, results, "claude-code"); a.Op != OpKeep || a.State != StateAbsent || a.Reason != "its file was deleted" {
		t.Errorf("%s %s %q", a.Op, a.State, a.Reason)
	}
	w.install(req)
	if !w.exists(".claude/agents/helper.md") {
		t.Error("the install has not put the agent back")
	}
}

// TestAgentLinkedFolder has the folder of agents with a dotfile manager.
func TestAgentLinkedFolder(t *testing.T) {
	w := newWorld(t)
	w.write("dotfiles/agents/own.md", "mine\n")
	w.write(".claude/settings.json", "{}\n")
	w.link("../dotfiles/agents", ".claude/agents")
	before := w.tree()
	w.install(w.request(withAgent(first(), "one\n"), "claude-code"))
	if !w.exists("dotfiles/agents/helper.md") {
		t.Errorf("there is\n%s", w.tree())
	}
	w.uninstall(Removal{Command: "uninstall"})
	if now := w.tree(); now != before {
		t.Errorf("after the uninstall there is\n%s\nand there was\n%s", now, before)
	}
}

// TestAgentLinkedFolders has clients whose folders of agents are one by a link.
// What one of them can read, another may not start over.
func TestAgentLinkedFolders(t *testing.T) {
	for _, ids := range [][]string{{"claude-code", "opencode"}, {"claude-code"}, {"opencode"}} {
		t.Run(strings.Join(ids, " "), func(t *testing.T) {
			w := newWorld(t)
			w.write(".claude/agents/own.md", "mine\n")
			w.write(".config/opencode/opencode.json", "{}\n")
			w.link("../../.claude/agents", ".config/opencode/agents")
			w.link("agents", ".config/opencode/agent")
			results := w.install(w.request(withAgent(first(), "one\n"), ids...))
			if a := agentResult(t, results, ids[0]); a.Op != OpKeep || !a.Partial || !strings.Contains(a.Reason, "through a link") {
				t.Errorf("%s %s %q", a.Op, a.State, a.Reason)
			}
			if w.exists(".claude/agents/helper.md") {
				t.Errorf("there is\n%s", w.tree())
			}
		})
	}
}

// TestAgentLocked takes a project's agents to another machine.
func TestAgentLocked(t *testing.T) {
	w := newWorld(t).inProject()
	s := withAgent(first(), "one\n")
	s.Source.Kind = registry.Git
	w.install(w.request(s, "claude-code", "codex"))
	lock, err := ReadLockfile(w.sys.Project)
	if err != nil {
		t.Fatal(err)
	}
	if len(lock.Agents) != 2 || !lock.On(w.sys.Project) {
		t.Errorf("the lock has the agents %+v", lock.Agents)
	}
	w.write("web/.claude/agents/helper.md", "mine\n")
	if lock.On(w.sys.Project) {
		t.Error("an edited agent is taken for the locked one")
	}
	there := newWorld(t).inProject()
	there.write("web/"+LockfileName, w.read("web/"+LockfileName))
	locked, err := lock.With(map[string]*registry.Snapshot{"": s, s.Commit: s}, there.sys.Project, clients.All())
	if err != nil {
		t.Fatal(err)
	}
	req := there.request(s, "claude-code", "codex")
	req.Exact, req.Locked = true, locked
	there.install(req)
	if got, want := there.read("web/.codex/agents/helper.toml"), w.read("web/.codex/agents/helper.toml"); got != want {
		t.Errorf("the locked agent is\n%s\nand should be\n%s", got, want)
	}
	other := withAgent(first(), "two\n")
	if _, err := lock.With(map[string]*registry.Snapshot{"": other, s.Commit: other}, there.sys.Project, clients.All()); err == nil || !strings.Contains(err.Error(), "helper") {
		t.Errorf("other bytes than the locked ones: %v", err)
	}
}

// TestAgentStatus compares agents with the disk and with the source.
func TestAgentStatus(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(withAgent(first(), "one\n"), "claude-code", "qwen-code", "codex"))
	w.write(".claude/agents/helper.md", "mine\n")
	w.remove(".codex/agents/helper.toml")
	checks, _ := NewStatus(w.receipt(), w.request(withAgent(second(), "two\n"), "claude-code", "qwen-code", "codex"))
	got := map[string]Check{}
	for _, c := range checks {
		if c.Kind == KindAgent {
			got[c.Clients[0]] = c
		}
	}
	for id, want := range map[string]Check{
		"claude-code": {State: StateEdited, Outdated: true},
		"qwen-code":   {State: StateOutdated, Outdated: true},
		"codex":       {State: StateAbsent, Outdated: true},
	} {
		if c := got[id]; c.State != want.State || c.Outdated != want.Outdated || c.New {
			t.Errorf("%s: %+v", id, c)
		}
	}
}
