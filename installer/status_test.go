package installer

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fsskills/clients"
)

// status tells the checks in short, with paths below home.
func (w *world) status(req Request) string {
	w.t.Helper()
	before := w.tree()
	checks, warnings := NewStatus(w.receipt(), req)
	if after := w.tree(); after != before {
		w.t.Errorf("a status wrote something:\n%s", after)
	}
	var lines []string
	for _, c := range checks {
		line := fmt.Sprintf("%s %s %s", c.Name, strings.Join(c.Clients, ","), c.State)
		if c.Outdated {
			line += " outdated"
		}
		if c.New {
			line += " new"
		}
		if c.Reason != "" {
			line += ": " + c.Reason
		}
		parts := []string{line}
		for _, f := range c.Files {
			parts = append(parts, fmt.Sprintf("%s %s (%s)", f.Path, f.State, f.Reason))
		}
		lines = append(lines, strings.Join(parts, "; "))
	}
	for _, text := range warnings {
		lines = append(lines, "warning: "+text)
	}
	return strings.ReplaceAll(strings.Join(lines, "\n"), w.home+string(filepath.Separator), "")
}

func TestStatusOfSkills(t *testing.T) {
	first := map[string]string{"a/SKILL.md": "a", "a/run.sh": "run", "b/SKILL.md": "b", "c/SKILL.md": "c"}
	with := func(changes map[string]string) map[string]string {
		out := map[string]string{}
		for _, m := range []map[string]string{first, changes} {
			for path, data := range m {
				if out[path] = data; data == "" {
					delete(out, path)
				}
			}
		}
		return out
	}
	const dir = ".claude/skills/"
	tests := []struct {
		name  string
		edit  func(w *world)
		news  map[string]string // none: upstream is not known
		names []string
		want  string
	}{
		{"current", nil, first, nil, "a current\nb current\nc current"},
		{"not known", nil, nil, nil, "a current\nb current\nc current"},
		{"edited", func(w *world) { w.write(dir+"a/SKILL.md", "mine") }, nil, []string{"a"}, "a edited; SKILL.md edited (edited by you)"},
		{
			"edited, and something else is newer", func(w *world) { w.write(dir+"a/SKILL.md", "mine") },
			with(map[string]string{"a/run.sh": "run again", "a/more.md": "more"}),
			[]string{"a"},
			"a edited outdated; SKILL.md edited (edited by you); more.md absent (new upstream); run.sh outdated (newer upstream)",
		},
		{
			"edited, and gone upstream", func(w *world) { w.write(dir+"a/run.sh", "mine") },
			with(map[string]string{"a/run.sh": ""}),
			[]string{"a"},
			"a edited outdated; run.sh orphaned (edited, and gone upstream)",
		},
		{
			"files of the user's own do not count", func(w *world) { w.write(dir+"a/NOTES.md", "mine") }, first,
			[]string{"a"},
			"a current",
		},
		{
			"deleted and newer", func(w *world) { w.delete(dir + "a") }, with(map[string]string{"a/SKILL.md": "better"}),
			[]string{"a"},
			"a absent outdated: its folder was deleted",
		},
		{
			"deleted and gone", func(w *world) { w.delete(dir + "a") }, with(map[string]string{"a/SKILL.md": "", "a/run.sh": ""}),
			[]string{"a"},
			"a orphaned: its folder was deleted, and it is gone upstream",
		},
		{
			"a new one", nil, with(map[string]string{"d/SKILL.md": "d"}), nil,
			"a current\nb current\nc current\nd absent outdated new: new upstream",
		},
		{
			"a new one in whose place something is", func(w *world) { w.write(dir+"d/SKILL.md", "mine") }, with(map[string]string{"d/SKILL.md": "d"}), nil,
			"a current\nb current\nc current\nd foreign new: a skill of this name that fsskills did not install",
		},
		{
			"a new one that is there already", func(w *world) { w.write(dir+"d/SKILL.md", "d") }, with(map[string]string{"d/SKILL.md": "d"}), nil,
			"a current\nb current\nc current\nd current new",
		},
		{
			"most are gone", nil,
			map[string]string{"a/SKILL.md": "a", "a/run.sh": "run"},
			nil,
			"a current\nb orphaned: gone upstream\nc orphaned: gone upstream\nwarning: /source has most of the installed skills no more: b, c",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			req := w.request(snapshot("1", first), "claude-code")
			req.Targets[0].Server = nil
			w.install(req)
			if tt.edit != nil {
				tt.edit(w)
			}
			req.Snapshot = nil
			if tt.news != nil {
				req.Snapshot = snapshot("2", tt.news)
			}
			req.Names = tt.names
			got := strings.ReplaceAll(w.status(req), " claude-code ", " ")
			if got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// A skill that was there before fsskills came stays when it is gone upstream.
func TestStatusOfAdoptedSkills(t *testing.T) {
	w := newWorld(t)
	w.write(".claude/skills/a/SKILL.md", "a")
	req := w.request(snapshot("1", map[string]string{"a/SKILL.md": "a", "b/SKILL.md": "b"}), "claude-code")
	w.install(req)
	req.Snapshot = snapshot("2", map[string]string{"b/SKILL.md": "b"})
	req.Names = []string{"a"}
	if got, want := w.status(req), "a claude-code orphaned: it was there before fsskills"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestStatusOfEntries(t *testing.T) {
	const path = ".cursor/mcp.json"
	entry := func(fields string) string {
		return `{"mcpServers": {"other": {"command": "x"}, "fullstory": {` + fields + `}}}`
	}
	// lost is what can be told when nobody knows any more how the client spells
	// an entry; empty is the same.
	tests := []struct{ name, data, want, lost string }{
		{"other things are the user's", entry(`"url": "` + serverURL + `", "note": "mine"`), "current", ""},
		{"another address", entry(`"url": "https://example.com/mcp"`), "edited: the entry was changed: url", "edited: the entry leads to another server"},
		{"another way to connect", entry(`"url": "` + serverURL + `", "command": "evil"`), "edited: the entry was changed: command", "current"},
		{"no address", entry(``), "edited: the entry was changed: url", "edited: the entry leads to another server"},
		{"no map", `{"mcpServers": {"fullstory": 1}}`, "edited: the entry was changed", "edited: the entry leads to another server"},
		{"no entry", `{"mcpServers": {"other": {}}}`, "absent: the entry was taken out", ""},
		{"nothing", `{}`, "absent: the entry was taken out", ""},
		{"broken", "{\n  oops\n}", "failed: " + path + ":2:3: ", ""},
		{"gone", "", "absent: the file is gone", ""},
	}
	for _, tt := range tests {
		for _, lost := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, lost %t", tt.name, lost), func(t *testing.T) {
				w := newWorld(t)
				req := w.request(nil, "cursor")
				w.install(req)
				if got, want := w.status(req), "fullstory cursor current"; got != want {
					t.Fatalf("got %s, want %s", got, want)
				}
				if tt.data == "" {
					w.delete(path)
				} else {
					w.write(path, tt.data)
				}
				want := tt.want
				if lost {
					req.Targets[0].Client = clients.Client{ID: "cursor", Name: "cursor"}
					if tt.lost != "" {
						want = tt.lost
					}
				}
				got, ok := strings.CutPrefix(filepath.ToSlash(w.status(req)), "fullstory cursor ")
				if !ok || got != want && (!strings.HasSuffix(want, ": ") || !strings.HasPrefix(got, want)) {
					t.Errorf("got %s, want %s", got, want)
				}
			})
		}
	}
}

// An entry that stands as we left it, where this program would write another,
// is not the user's edit.
func TestStatusOfAnOlderEntry(t *testing.T) {
	w := newWorld(t)
	req := w.request(nil, "cursor")
	w.install(req)
	c := &req.Targets[0].Client
	c.Servers = slices.Clone(c.Servers)
	c.Servers[0].Fields = append(slices.Clone(c.Servers[0].Fields), clients.Field{Path: "newer", Value: true})
	if got, want := w.status(req), "fullstory cursor outdated outdated: this fsskills writes it differently"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	// Once the user has been at the file, nobody can tell whose it is.
	w.write(".cursor/mcp.json", w.read(".cursor/mcp.json")+"\n")
	if got, want := w.status(req), "fullstory cursor edited: the entry was changed: newer"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// An entry with the key itself is right without the variable, and one that has
// lost the key is told.
func TestStatusOfWrittenKeys(t *testing.T) {
	w := newWorld(t)
	key, err := clients.NewSecret("na1.secret")
	if err != nil {
		t.Fatal(err)
	}
	req := w.request(nil, "cline")
	req.Targets[0].Server.Auth, req.Targets[0].Server.KeyEnv = clients.APIKey, "KEY"
	req.Targets[0].Server.Literal, req.Targets[0].Server.Key = true, key
	w.install(req)
	path := w.receipt().Servers[0].Path
	req.Targets[0].Server = nil
	if got, want := w.status(req), "fullstory cline current"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(data), "Bearer na1.secret", "")), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, want := w.status(req), "fullstory cline edited: the API key that was written into the entry is not there any more"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
