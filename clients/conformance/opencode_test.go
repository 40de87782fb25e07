package conformance

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// opencode has a command for everything. A model is given to it in a variable,
// so that its own file stays as a user has it.
var opencode = &subject{
	id:      "opencode",
	pkg:     "opencode-ai",
	version: "1.18.33",
	program: ".bin/opencode",
	env:     []string{"OPENCODE_DISABLE_MODELS_FETCH=1", "OPENCODE_DISABLE_AUTOUPDATE=1", "OPENCODE_DISABLE_LSP_DOWNLOAD=1"},
	before: map[string]string{
		".config/opencode/opencode.json": "{\n  // mine\n  \"mcp\": {\n    \"neighbour\": {\"type\": \"remote\", \"url\": \"<other>\"},\n  },\n}\n",
	},
	looks: []look{
		{at: []aspect{servers}, ask: askOpenCodeServers},
		{at: []aspect{skills}, ask: askOpenCodeSkills},
		{at: []aspect{agents}, ask: askOpenCodeAgents},
		{at: []aspect{commands}, ask: func(s *session, got *seen) error { return askACP(s, got, "acp") }},
		{at: []aspect{talk}, ask: func(s *session, _ *seen) error {
			_, err := s.runWith([]string{"OPENCODE_CONFIG_CONTENT=" + openCodeModel(s.model)}, "run", "-m", "standin/local", "Begin.")
			return err
		}},
	},
	unset:   empty,
	second:  ".config/opencode/skills",
	foreign: [2]string{"Bearer {env:" + keyEnv + "}", "Bearer ${" + keyEnv + "}"},
}

// openCodeModel is a configuration with the stand-in for the model.
func openCodeModel(url string) string {
	return `{"provider":{"standin":{"npm":"@ai-sdk/openai-compatible","name":"standin","options":{"baseURL":"` + url + `/v1","apiKey":"none"},` +
		`"models":{"local":{"name":"local","tool_call":true}}}},"model":"standin/local","small_model":"standin/local"}`
}

func askOpenCodeServers(s *session, got *seen) error {
	o, err := s.run("mcp", "list")
	if err == nil && o.code != 0 {
		err = fmt.Errorf("%s mcp list ends with %d:\n%s", s.subject.id, o.code, tail(o.all()))
	}
	if err == nil {
		got.servers, err = openCodeServers(o.all())
	}
	return err
}

func askOpenCodeSkills(s *session, got *seen) error {
	text, err := s.answer("debug", "skill")
	if err == nil {
		got.skills, err = openCodeSkills(text)
	}
	return err
}

func askOpenCodeAgents(s *session, got *seen) error {
	text, err := s.answer("agent", "list")
	if err == nil {
		got.agents, err = openCodeAgents(text)
	}
	return err
}

var openCodeServer = regexp.MustCompile(`^[●▲■○◇│] +(\S) (\S+) (.+)$`)

var openCodeCount = regexp.MustCompile(`(\d+) server\(s\)`)

// openCodeServers reads opencode mcp list, whose lines of servers are
//
//	●  ✓ fullstory connected
func openCodeServers(text string) ([]server, error) {
	if !strings.Contains(text, "MCP Servers") {
		return nil, fmt.Errorf("no list of servers in:\n%s", tail(text))
	}
	var all []server
	for line := range strings.Lines(text) {
		m := openCodeServer.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		state := failed
		switch said := m[3]; {
		case strings.HasPrefix(said, "connected"):
			state = connected
		case strings.HasPrefix(said, "needs authentication"):
			state = signIn
		case strings.HasPrefix(said, "disabled"):
			state = off
		case !strings.HasPrefix(said, "failed"):
			return nil, fmt.Errorf("the state of %s is called %q", m[2], said)
		}
		all = append(all, server{name: m[2], state: state, said: m[3]})
	}
	if m := openCodeCount.FindStringSubmatch(text); (m == nil && !strings.Contains(text, "No MCP servers")) || (m != nil && m[1] != strconv.Itoa(len(all))) {
		return nil, fmt.Errorf("not as many servers as it says in:\n%s", tail(text))
	}
	return all, nil
}

// openCodeSkills reads opencode debug skill.
func openCodeSkills(text string) ([]skill, error) {
	var list []struct{ Name, Location string }
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("%w in:\n%s", err, tail(text))
	}
	var all []skill
	for _, one := range list {
		if one.Location != "<built-in>" {
			all = append(all, skill{one.Name, one.Location})
		}
	}
	return all, nil
}

var openCodeAgent = regexp.MustCompile(`(?m)^(\S+) \((\w+)\)$`)

// openCodeAgents reads opencode agent list.
func openCodeAgents(text string) ([]string, error) {
	found := openCodeAgent.FindAllStringSubmatch(text, -1)
	if len(found) == 0 {
		return nil, fmt.Errorf("no list of agents in:\n%s", tail(text))
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\n"); line != "" && line != "]" && line[0] != ' ' && !openCodeAgent.MatchString(line) {
			return nil, fmt.Errorf("an agent in a new form: %s", line)
		}
	}
	var all []string
	for _, m := range found {
		all = append(all, m[1])
	}
	return all, nil
}

func TestOpenCode(t *testing.T) {
	t.Parallel()
	got, err := openCodeServers("┌  MCP Servers\n│\n●  ✓ fullstory connected\n│      http://127.0.0.1:1/mcp\n│\n●  ⚠ one needs authentication\n│\n●  ✗ two failed\n│\n└  3 server(s)\n")
	want := []server{{"fullstory", connected, "connected"}, {"one", signIn, "needs authentication"}, {"two", failed, "failed"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(server{})); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	for _, text := range []string{"┌  MCP Servers\n●  ✓ fullstory resting\n└  1 server(s)\n", "┌  MCP Servers\nfullstory: connected\n└  1 server(s)\n", "Servers"} {
		if got, err := openCodeServers(text); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
	skills, err := openCodeSkills(`[{"name": "own", "location": "<built-in>"}, {"name": "one", "location": "/one"}, {"name": "one", "location": "/two"}]`)
	if diff := cmp.Diff([]skill{{"one", "/one"}, {"one", "/two"}}, skills, cmp.AllowUnexported(skill{})); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if got, err := openCodeSkills("one, two"); err == nil {
		t.Errorf("a list that is no JSON is read as %v", got)
	}
	agents, err := openCodeAgents("build (primary)\n  [\n  ]\none (subagent)\n  [\n  ]\n")
	if diff := cmp.Diff([]string{"build", "one"}, agents); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	for _, text := range []string{"build, one", "build (primary)\none, a subagent\n"} {
		if got, err := openCodeAgents(text); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}
