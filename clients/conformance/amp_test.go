package conformance

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// amp wants a key of its maker's before it does anything, and takes one that
// nobody gave out, at an address where nobody answers.
var amp = &subject{
	id:      "amp",
	pkg:     "@sourcegraph/amp",
	version: "0.0.1790142911-g7618fb",
	program: ".bin/amp",
	env:     []string{"AMP_API_KEY=none", "AMP_URL=http://127.0.0.1:9"},
	before: map[string]string{
		".config/amp/settings.json": "{\n  // mine\n  \"amp.mcpServers\": {\n    \"neighbour\": {\"url\": \"<other>\"}\n  }\n}\n",
	},
	looks: []look{
		{at: []aspect{servers}, ask: func(s *session, got *seen) error {
			text, err := s.answer("mcp", "doctor")
			if err == nil {
				got.servers, err = ampServers(text)
			}
			return err
		}},
		{at: []aspect{skills}, ask: func(s *session, got *seen) error {
			text, err := s.answer("skill", "list", "--json")
			if err == nil {
				got.skills, got.warnings, err = ampSkills(text)
			}
			return err
		}},
	},
	cannot: map[aspect]string{
		commands: "Amp takes skills for the model alone and has no list of commands",
		agents:   "Amp has no files of agents",
		talk:     "Amp talks to no model but through its maker",
	},
	unset:   theText,
	second:  ".config/agents/skills",
	foreign: [2]string{"Bearer ${" + keyEnv + "}", "Bearer {env:" + keyEnv + "}"},
	trust: func(s *session) error {
		if _, err := os.Stat(filepath.Join(s.dir, ".amp", "settings.json")); err != nil {
			return nil // what is in no project needs no approval
		}
		_, err := s.answer("mcp", "approve", serverName)
		return err
	},
}

// ampServers reads amp mcp doctor. It says of each server how it is, as often
// as that changes; what it says last is how it is:
//
//	fullstory (user settings): connecting...
//	fullstory (user settings): connected (2 tools: a, b)
func ampServers(text string) ([]server, error) {
	if strings.TrimSpace(text) == "No MCP servers configured" {
		return nil, nil
	}
	var all []server
	places := map[string]int{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "User settings: ") || strings.HasPrefix(line, "Workspace settings: ") {
			continue
		}
		title, said, ok := strings.Cut(line, "): ")
		name, from, named := strings.Cut(title, " (")
		if !ok || !named {
			return nil, fmt.Errorf("an unknown line %q in:\n%s", line, tail(text))
		}
		state, err := ampState(name, said)
		if err != nil {
			return nil, err
		}
		key := name + "\n" + from
		place, ok := places[key]
		if !ok {
			place = len(all)
			places[key] = place
			all = append(all, server{})
		}
		all[place] = server{name: name, state: state, said: said}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no servers in:\n%s", tail(text))
	}
	return all, nil
}

func ampState(name, said string) (state, error) {
	for _, one := range []struct {
		begin string
		state state
	}{
		{"connected (", connected},
		{"authenticating ", signIn},
		{"awaiting approval", approval},
		{"error - ", failed},
		{"connecting...", failed},
		{"reconnecting (", failed},
	} {
		if strings.HasPrefix(said, one.begin) {
			return one.state, nil
		}
	}
	return "", fmt.Errorf("the state of %s is called %q", name, said)
}

// ampSkills reads amp skill list: the skills that are not Amp's own, and what
// it does not like.
func ampSkills(text string) (all []skill, warnings []string, err error) {
	var list struct {
		Skills []struct{ Name, BaseDir, Source string }
		Errors []struct{ Path, Error string }
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, nil, fmt.Errorf("%w in:\n%s", err, tail(text))
	}
	for _, one := range list.Skills {
		if one.Source == "builtin" {
			continue
		}
		path, ok := strings.CutPrefix(one.BaseDir, "file://")
		if !ok || one.Name == "" {
			return nil, nil, fmt.Errorf("a skill in an unknown form: %+v", one)
		}
		all = append(all, skill{one.Name, path})
	}
	for _, one := range list.Errors {
		warnings = append(warnings, one.Path+": "+one.Error)
	}
	return all, warnings, nil
}

func TestAmpServers(t *testing.T) {
	t.Parallel()
	got, err := ampServers("User settings: /h/settings.json\nWorkspace settings: /p/settings.json\n\n" +
		"a (user settings): connecting...\nb (user settings): authenticating (waiting)...\nc (workspace: untrusted, server: untrusted): awaiting approval\n" +
		"d (user settings): error - nobody there: 1\na (user settings): connected (2 tools: x, y)\n")
	want := []server{
		{"a", connected, "connected (2 tools: x, y)"},
		{"b", signIn, "authenticating (waiting)..."},
		{"c", approval, "awaiting approval"},
		{"d", failed, "error - nobody there: 1"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(server{})); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if got, err := ampServers("No MCP servers configured\n"); err != nil || len(got) != 0 {
		t.Errorf("no servers: %v %v", got, err)
	}
	if got, err := ampServers("a (user settings): connected (1 tool: x)\na (workspace): connected (1 tool: x)\n"); err != nil || len(got) != 2 {
		t.Errorf("twice from two files: %v %v", got, err)
	}
	refuses(t, ampServers, "", "User settings: x\n", "a: connected\n", "a (user settings): asleep\n")
}

func TestAmpSkills(t *testing.T) {
	t.Parallel()
	got, warnings, err := ampSkills(`{"skills": [
		{"name": "a", "baseDir": "builtin:///skills", "source": "builtin"},
		{"name": "b", "baseDir": "file:///h/b", "source": "user-agents"},
		{"name": "b", "baseDir": "file:///p/b", "source": "workspace-agents"}
	], "errors": [{"path": "file:///h/c", "error": "no front matter"}]}`)
	if diff := cmp.Diff([]skill{{"b", "/h/b"}, {"b", "/p/b"}}, got, cmp.AllowUnexported(skill{})); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if diff := cmp.Diff([]string{"file:///h/c: no front matter"}, warnings); diff != "" {
		t.Error(diff)
	}
	for _, text := range []string{"", "No skills", `{"skills": [{"name": "a", "source": "user"}]}`, `{"skills": [{"baseDir": "file:///a", "source": "user"}]}`} {
		if got, _, err := ampSkills(text); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}
