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
	looks: openCodeLooks(func(s *session) error {
		_, err := s.runWith([]string{"OPENCODE_CONFIG_CONTENT=" + openCodeModel(s.model)}, "run", "-m", "standin/local", "Begin.")
		return err
	}),
	unset:   empty,
	second:  ".config/opencode/skills",
	foreign: [2]string{"Bearer {env:" + keyEnv + "}", "Bearer ${" + keyEnv + "}"},
}

// openCodeLooks are the ways to ask OpenCode, and what was made from it. Only
// how a conversation is begun differs.
func openCodeLooks(begin func(*session) error) []look {
	return []look{
		{at: []aspect{servers}, ask: askOpenCodeServers},
		{at: []aspect{skills}, ask: askOpenCodeSkills},
		{at: []aspect{agents}, ask: askOpenCodeAgents},
		{at: []aspect{commands}, ask: func(s *session, got *seen) error { return askACP(s, got, "acp") }},
		{at: []aspect{talk}, ask: func(s *session, _ *seen) error { return begin(s) }},
	}
}

// openCodeModel is a configuration with the stand-in for the model.
func openCodeModel(url string) string {
	return `{"provider":{"standin":{"npm":"@ai-sdk/openai-compatible","name":"standin","options":{"baseURL":"` + url + `/v1","apiKey":"none"},` +
		`"models":{"local":{"name":"local","tool_call":true}}}},"model":"standin/local","small_model":"standin/local"}`
}

func askOpenCodeServers(s *session, got *seen) error {
	text, err := s.answer("mcp", "list")
	if err == nil {
		got.servers, err = openCodeServers(text)
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

// openCodeServers reads opencode mcp list, of which a server is
//
//	●  ✓ fullstory connected
//	│      http://127.0.0.1:1/mcp
//	│
func openCodeServers(text string) ([]server, error) {
	_, list, ok := strings.Cut(text, "┌  MCP Servers\n")
	if !ok {
		return nil, fmt.Errorf("no list of servers in:\n%s", tail(text))
	}
	var (
		form  = regexp.MustCompile(`^●  \S (\S+) (connected|needs authentication|needs client registration|failed|disabled)(?: .*)?$`)
		end   = regexp.MustCompile(`^└  (\d+) server\(s\)$`)
		hint  = regexp.MustCompile(`^└  Add servers with: \w+ mcp add$`)
		all   []server
		ended = false
	)
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		switch m := form.FindStringSubmatch(line); {
		case m != nil:
			all = append(all, server{name: m[1], said: m[2], state: map[string]state{
				"connected": connected, "needs authentication": signIn, "needs client registration": signIn, "failed": failed, "disabled": off,
			}[m[2]]})
		case line == "│" || line == "":
		case strings.HasPrefix(line, "│  ") && len(all) > 0:
			all[len(all)-1].said += " " + strings.TrimSpace(strings.TrimPrefix(line, "│"))
		case line == "▲  No MCP servers configured" && len(all) == 0:
		case hint.MatchString(line) && len(all) == 0:
			ended = true
		case end.MatchString(line):
			ended = strconv.Itoa(len(all)) == end.FindStringSubmatch(line)[1]
		default:
			return nil, fmt.Errorf("the list of servers says %q", line)
		}
	}
	if !ended {
		return nil, fmt.Errorf("it does not end as a list of %d:\n%s", len(all), tail(list))
	}
	return all, nil
}

// openCodeSkills reads opencode debug skill, without the skill that the client
// brings itself.
func openCodeSkills(text string) ([]skill, error) {
	var list []struct{ Name, Location string }
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("%w in:\n%s", err, tail(text))
	}
	var all []skill
	for _, one := range list {
		switch {
		case one.Name == "" || one.Location == "":
			return nil, fmt.Errorf("a skill without a name or a place in:\n%s", tail(text))
		case one.Location != "builtin" && one.Location != "<built-in>":
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

func TestOpenCodeServers(t *testing.T) {
	t.Parallel()
	got, err := openCodeServers("\n┌  MCP Servers\n│\n" +
		"●  ✓ one connected\n│      http://127.0.0.1:1/mcp\n│\n" +
		"●  ⚠ two needs authentication\n│      http://127.0.0.1:1/mcp\n│\n" +
		"●  ✗ three failed\n│      SSE error: no\n│      http://127.0.0.1:1/mcp\n│\n" +
		"●  ○ four disabled\n│      http://127.0.0.1:1/mcp\n│\n└  4 server(s)\n\n")
	want := []server{
		{"one", connected, "connected http://127.0.0.1:1/mcp"},
		{"two", signIn, "needs authentication http://127.0.0.1:1/mcp"},
		{"three", failed, "failed SSE error: no http://127.0.0.1:1/mcp"},
		{"four", off, "disabled http://127.0.0.1:1/mcp"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(server{})); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	got, err = openCodeServers("┌  MCP Servers\n│\n▲  No MCP servers configured\n│\n└  Add servers with: kilo mcp add\n")
	if len(got) > 0 || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	refuses(t, openCodeServers,
		"", "┌  MCP Servers\n│\n",
		"┌  MCP Servers\n│\n●  ✓ one asleep\n│\n└  1 server(s)\n",
		"┌  MCP Servers\n│\n◆  one connected\n│\n└  1 server(s)\n",
		"┌  MCP Servers\n│\n●  ✓ one connected\n│\n└  2 server(s)\n",
		"┌  MCP Servers\n│\n●  ✓ one connected\n│\n◆  two connected\n│\n└  1 server(s)\n",
	)
}

func TestOpenCodeSkills(t *testing.T) {
	t.Parallel()
	got, err := openCodeSkills(`[{"name": "own", "location": "builtin"}, {"name": "theirs", "location": "<built-in>"}, {"name": "mine", "location": "/s/mine/SKILL.md"}]`)
	if diff := cmp.Diff([]skill{{"mine", "/s/mine/SKILL.md"}}, got, cmp.AllowUnexported(skill{})); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	refuses(t, openCodeSkills, "", "none\n", `{"name": "mine"}`, `[{"name": "mine"}]`)
}

func TestOpenCodeAgents(t *testing.T) {
	t.Parallel()
	agents, err := openCodeAgents("build (primary)\n  [\n  ]\none (subagent)\n  [\n  ]\n")
	if diff := cmp.Diff([]string{"build", "one"}, agents); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	refuses(t, openCodeAgents, "build, one", "build (primary)\none, a subagent\n")
}
