package conformance

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pi is asked by its list of servers, and by the messages that programs use
// that embed it. Its file takes no comment.
var pi = &subject{
	id:      "pi",
	pkg:     "@earendil-works/pi-coding-agent",
	version: "1.6.0",
	program: ".bin/pi",
	env:     []string{"PI_OFFLINE=1", "PI_TELEMETRY=0"},
	before: map[string]string{
		".pi/agent/mcp.json": "{\n    \"mcpServers\": {\n        \"neighbour\": {\"url\": \"<other>\"}\n    }\n}\n",
	},
	beforeProject: map[string]string{
		".pi/mcp.json": `{"mcpServers": {"neighbour": {"url": "<other>"}}}` + "\n",
	},
	looks: []look{
		{at: []aspect{servers}, ask: func(s *session, got *seen) error {
			o, err := s.run("mcp", "list", "--json") // ends with 1 if a server does not connect
			if err == nil {
				got.servers, got.warnings, err = piServers(o.out)
			}
			return err
		}},
		{at: []aspect{skills, commands}, ask: askPi},
		{at: []aspect{talk}, ask: func(s *session, _ *seen) error {
			models, err := piModel(s.model)
			if err != nil {
				return err
			}
			if err := s.write(".pi/agent/models.json", models); err != nil {
				return err
			}
			_, err = s.answer("-p", "--no-session", "--model", "standin/local", "Begin.")
			return err
		}},
	},
	cannot: map[aspect]string{
		agents: "Pi has no agents",
	},
	unset:   nothing,
	second:  ".pi/agent/skills",
	foreign: [2]string{"Bearer ${" + keyEnv + "}", "Bearer {env:" + keyEnv + "}"},
	trust: func(s *session) error {
		data, err := json.Marshal(map[string]bool{s.dir: true})
		if err != nil {
			return err
		}
		return s.write(".pi/agent/trust.json", string(data)+"\n")
	},
}

// piModel are models with the stand-in for one.
func piModel(url string) (string, error) {
	data, err := json.Marshal(map[string]any{"providers": map[string]any{"standin": map[string]any{
		"baseUrl": url + "/v1", "api": "openai-completions", "apiKey": "none",
		"models": []any{map[string]any{"id": "local"}},
	}}})
	return string(data), err
}

// askPi asks for the commands, among which the skills are.
func askPi(s *session, got *seen) error {
	d, err := s.dialog(nil, "--mode", "rpc", "--no-session")
	if err != nil {
		return err
	}
	defer d.close()
	if err := d.send(map[string]any{"id": "commands", "type": "get_commands"}); err != nil {
		return err
	}
	answer, err := d.await(func(m map[string]any) bool { return m["type"] == "response" && m["id"] == "commands" })
	if err != nil {
		return err
	}
	if answer["success"] != true {
		return fmt.Errorf("Pi answers get_commands with %v", answer)
	}
	var data struct{ Commands []piCommand }
	if err := decode(answer["data"], &data); err != nil {
		return err
	}
	got.skills, err = piSkills(data.Commands)
	for _, one := range got.skills {
		got.commands = append(got.commands, "skill:"+one.name)
	}
	return err
}

// A piCommand is one of get_commands.
type piCommand struct {
	Name, Source string
	SourceInfo   struct{ Path string }
}

// piSkills are the commands that are skills.
func piSkills(list []piCommand) ([]skill, error) {
	var all []skill
	for _, one := range list {
		name, named := strings.CutPrefix(one.Name, "skill:")
		switch {
		case one.Source == "skill" && named && one.SourceInfo.Path != "":
			all = append(all, skill{name, one.SourceInfo.Path})
		case one.Source == "skill" || named || one.Source == "":
			return nil, fmt.Errorf("a command in an unknown form: %+v", one)
		}
	}
	return all, nil
}

// piServers reads pi mcp list: the servers, and what Pi does not like in their
// files.
func piServers(text string) (all []server, warnings []string, err error) {
	var list struct {
		Servers []struct{ Name, State, Error string }
		Errors  []string
		Note    string
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, nil, fmt.Errorf("%w in:\n%s", err, tail(text))
	}
	if list.Servers == nil {
		return nil, nil, fmt.Errorf("no list of servers in:\n%s", tail(text))
	}
	for _, one := range list.Servers {
		state, ok := map[string]state{"connected": connected, "needs-auth": signIn, "failed": failed, "disabled": off}[one.State]
		if !ok {
			return nil, nil, fmt.Errorf("the state of %s is called %q", one.Name, one.State)
		}
		all = append(all, server{name: one.Name, state: state, said: strings.TrimSpace(one.State + " " + one.Error)})
	}
	warnings = list.Errors
	if list.Note != "" {
		warnings = append(warnings, list.Note)
	}
	return all, warnings, nil
}

func TestPiServers(t *testing.T) {
	t.Parallel()
	got, warnings, err := piServers(`{"servers": [
		{"name": "a", "state": "connected", "tools": ["x"]},
		{"name": "b", "state": "needs-auth"},
		{"name": "c", "state": "failed", "error": "nobody there"},
		{"name": "d", "state": "disabled"}
	], "errors": ["e is none"], "note": "the project is not trusted"}`)
	want := []server{{"a", connected, "connected"}, {"b", signIn, "needs-auth"}, {"c", failed, "failed nobody there"}, {"d", off, "disabled"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(server{})); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if diff := cmp.Diff([]string{"e is none", "the project is not trusted"}, warnings); diff != "" {
		t.Error(diff)
	}
	for _, text := range []string{"", "No servers", "{}", `{"servers": [{"name": "a", "state": "asleep"}]}`} {
		if got, _, err := piServers(text); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}

func TestPiSkills(t *testing.T) {
	t.Parallel()
	var list []piCommand
	if err := json.Unmarshal([]byte(`[
		{"name": "mcp", "source": "extension", "sourceInfo": {"path": "builtin:mcp"}},
		{"name": "skill:a", "source": "skill", "sourceInfo": {"path": "/h/a/SKILL.md"}},
		{"name": "skill:a", "source": "skill", "sourceInfo": {"path": "/p/a/SKILL.md"}}
	]`), &list); err != nil {
		t.Fatal(err)
	}
	got, err := piSkills(list)
	if diff := cmp.Diff([]skill{{"a", "/h/a/SKILL.md"}, {"a", "/p/a/SKILL.md"}}, got, cmp.AllowUnexported(skill{})); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	for _, one := range []piCommand{{Name: "a", Source: "skill"}, {Name: "skill:a", Source: "skill"}, {Name: "skill:a", Source: "extension"}, {Name: "a"}} {
		if got, err := piSkills([]piCommand{one}); err == nil {
			t.Errorf("%+v is read as %v", one, got)
		}
	}
}
