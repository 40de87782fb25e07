package conformance

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// droid is asked by its list of servers, and by the messages that programs use
// that embed it, which need no login. The package that is to bring the one of
// its system does not find it, so it is that one. Before it connects, it asks
// without the key whether the server wants a sign-in.
var droid = &subject{
	id:      "droid",
	pkg:     "@factory/cli-linux-x64",
	version: "0.225.2",
	program: "@factory/cli-linux-x64/bin/droid",
	env:     []string{"FACTORY_AIRGAP_ENABLED=true", "FACTORY_DROID_AUTO_UPDATE_ENABLED=false", "FACTORY_DISABLE_KEYRING=true"},
	before: map[string]string{
		".factory/mcp.json": "{\n  // mine\n  \"mcpServers\": {\n    \"neighbour\": {\"type\": \"http\", \"url\": \"<other>\"}\n  }\n}\n",
	},
	beforeProject: map[string]string{
		".factory/mcp.json": `{"mcpServers": {"neighbour": {"type": "http", "url": "<other>"}}}` + "\n",
	},
	looks: []look{
		{at: []aspect{servers}, ask: func(s *session, got *seen) error {
			text, err := s.answer("mcp", "list")
			if err == nil {
				got.servers, err = droidServers(text)
			}
			return err
		}},
		{at: []aspect{skills, commands}, ask: askDroid},
		{at: []aspect{talk}, ask: func(s *session, _ *seen) error {
			settings, err := droidModel(s.model)
			if err != nil {
				return err
			}
			if err := s.write("model.json", settings); err != nil {
				return err
			}
			_, err = s.answer("exec", "--settings", s.file("model.json"), "--model", "custom:local", "--auto", "high", "Begin.")
			return err
		}},
	},
	cannot:  map[aspect]string{agents: "Droid has no list of agents without a login"},
	unset:   nothing,
	probes:  true,
	hidden:  true,
	second:  ".factory/skills",
	foreign: [2]string{"Bearer ${" + keyEnv + "}", "Bearer {env:" + keyEnv + "}"},
}

// droidModel are settings with the stand-in for the model.
func droidModel(url string) (string, error) {
	data, err := json.Marshal(map[string]any{"customModels": []any{map[string]any{
		"model": "local", "displayName": "Local", "provider": "generic-chat-completion-api",
		"baseUrl": url + "/v1", "apiKey": "none", "maxOutputTokens": 4000,
	}}})
	return string(data), err
}

// askDroid asks for skills and commands in a session of their own.
func askDroid(s *session, got *seen) error {
	d, err := s.dialog(nil, "exec", "--input-format", "stream-jsonrpc", "--output-format", "stream-jsonrpc")
	if err != nil {
		return err
	}
	defer d.close()
	if err := d.droid("initialize_session", map[string]any{"machineId": "conformance", "cwd": s.dir}, nil); err != nil {
		return err
	}
	var loaded struct{ Skills []droidSkill }
	if err := d.droid("list_skills", map[string]any{}, &loaded); err != nil {
		return err
	}
	var own struct{ Commands []struct{ Name string } }
	if err := d.droid("list_commands", map[string]any{}, &own); err != nil {
		return err
	}
	for _, one := range own.Commands {
		got.commands = append(got.commands, one.Name)
	}
	var offered []string
	got.skills, offered, err = droidSkills(loaded.Skills)
	got.commands = append(got.commands, offered...)
	return err
}

// droid sends a request in Droid's form and puts the result into a type.
func (d *dialog) droid(method string, params, into any) error {
	const version = "1.0.0"
	if err := d.send(map[string]any{
		"jsonrpc": "2.0", "type": "request", "factoryApiVersion": version, "factoryProtocolVersion": version,
		"id": method, "method": "droid." + method, "params": params,
	}); err != nil {
		return err
	}
	answer, err := d.await(func(m map[string]any) bool { return m["type"] == "response" && m["id"] == method })
	if err != nil {
		return err
	}
	if answer["result"] == nil {
		return fmt.Errorf("droid.%s is answered %v", method, answer["error"])
	}
	if into == nil {
		return nil
	}
	return decode(answer["result"], into)
}

// A droidSkill is one of droid.list_skills.
type droidSkill struct {
	Name, Location, FilePath string
	Enabled                  bool
	UserInvocable            *bool
}

// droidSkills are the skills that are not Droid's own, and those of them that
// it offers as slash commands.
func droidSkills(list []droidSkill) (all []skill, offered []string, err error) {
	for _, one := range list {
		if one.UserInvocable == nil || one.Name == "" || one.FilePath == "" {
			return nil, nil, fmt.Errorf("a skill in an unknown form: %+v", one)
		}
		switch {
		case one.Location == "builtin" || !one.Enabled:
			continue
		case one.Location != "personal" && one.Location != "project":
			return nil, nil, fmt.Errorf("the place of %s is called %q", one.Name, one.Location)
		}
		all = append(all, skill{one.Name, one.FilePath})
		if *one.UserInvocable {
			offered = append(offered, one.Name)
		}
	}
	return all, offered, nil
}

// droidServers reads droid mcp list, whose lines of servers are
//
//	fullstory  http  connected  [user]
func droidServers(text string) ([]server, error) {
	text = strings.TrimSpace(text)
	if text == "No MCP servers configured." {
		return nil, nil
	}
	list, ok := strings.CutPrefix(text, "Configured MCP servers:\n")
	if !ok {
		return nil, fmt.Errorf("no list of servers in:\n%s", tail(text))
	}
	var all []server
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "Some servers need authentication.") {
			continue
		}
		columns := strings.Split(line, "  ")
		if len(columns) != 4 || !slices.Contains([]string{"[user]", "[project]"}, columns[3]) {
			return nil, fmt.Errorf("an unknown line %q in:\n%s", line, text)
		}
		name, said := columns[0], columns[2]
		word, _, _ := strings.Cut(said, ":")
		state, ok := map[string]state{
			"connected": connected, "needs authentication": signIn, "failed": failed, "connecting": failed, "disabled": off,
		}[word]
		if !ok {
			return nil, fmt.Errorf("the state of %s is called %q", name, said)
		}
		all = append(all, server{name: name, state: state, said: said})
	}
	return all, nil
}

func TestDroidServers(t *testing.T) {
	t.Parallel()
	got, err := droidServers("Configured MCP servers:\n" +
		"  a  http  connected  [user]\n  b  http  needs authentication  [project]\n  c  stdio  failed: no such program: c  [user]\n  d  http  disabled  [user]\n" +
		"\nSome servers need authentication. Start droid to sign in.\n")
	want := []server{
		{"a", connected, "connected"},
		{"b", signIn, "needs authentication"},
		{"c", failed, "failed: no such program: c"},
		{"d", off, "disabled"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(server{})); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if got, err := droidServers("No MCP servers configured.\n"); err != nil || len(got) != 0 {
		t.Errorf("no servers: %v %v", got, err)
	}
	refuses(t, droidServers,
		"", "Servers:\n  a  http  connected  [user]\n", "Configured MCP servers:\n  a  http  tired  [user]\n",
		"Configured MCP servers:\n  a  connected  [user]\n", "Configured MCP servers:\n  a  http  connected  [moon]\n",
	)
}

func TestDroidSkills(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	all, offered, err := droidSkills([]droidSkill{
		{"a", "personal", "/h/a/SKILL.md", true, &yes},
		{"b", "project", "/p/b/SKILL.md", true, &no},
		{"c", "personal", "/h/c/SKILL.md", false, &yes},
		{"d", "builtin", "builtin:d", true, &yes},
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]skill{{"a", "/h/a/SKILL.md"}, {"b", "/p/b/SKILL.md"}}, all, cmp.AllowUnexported(skill{})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a"}, offered); diff != "" {
		t.Error(diff)
	}
	for _, one := range []droidSkill{{"a", "moon", "/a", true, &yes}, {"a", "personal", "/a", true, nil}, {"a", "personal", "", true, &yes}} {
		if all, _, err := droidSkills([]droidSkill{one}); err == nil {
			t.Errorf("%+v is read as %v", one, all)
		}
	}
}
