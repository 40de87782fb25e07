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

// kilo was made from OpenCode and is asked the same. Its file in a project
// takes nothing from the environment.
var kilo = &subject{
	id:      "kilo",
	pkg:     "@kilocode/cli",
	version: "7.7.7",
	program: ".bin/kilo",
	env: []string{
		"KILO_DISABLE_MODELS_FETCH=1", "KILO_DISABLE_AUTOUPDATE=1", "KILO_DISABLE_LSP_DOWNLOAD=1", "KILO_TELEMETRY_LEVEL=off",
		"KILO_DISABLE_SESSION_INGEST=1", "KILO_DISABLE_SHARE=1", "KILO_API_URL=http://127.0.0.1:9",
	},
	before: map[string]string{
		".config/kilo/kilo.jsonc": "{\n  // mine\n  \"mcp\": {\n    \"neighbour\": {\"type\": \"remote\", \"url\": \"<other>\"},\n  },\n}\n",
	},
	beforeProject: map[string]string{
		"kilo.json": "{\n  // ours\n  \"mcp\": {\n    \"neighbour\": {\"type\": \"remote\", \"url\": \"<other>\"},\n  },\n}\n",
	},
	looks: []look{
		{at: []aspect{servers}, ask: func(s *session, got *seen) error {
			text, err := s.answer("mcp", "list")
			if err == nil {
				got.servers, err = kiloServers(text)
			}
			return err
		}},
		{at: []aspect{skills}, ask: func(s *session, got *seen) error {
			text, err := s.answer("debug", "skill")
			if err == nil {
				got.skills, err = kiloSkills(text)
			}
			return err
		}},
		{at: []aspect{agents}, ask: askOpenCodeAgents},
		{at: []aspect{commands}, ask: func(s *session, got *seen) error { return askACP(s, got, "acp") }},
		{at: []aspect{talk}, ask: func(s *session, _ *seen) error {
			_, err := s.answerWith([]string{"KILO_CONFIG_CONTENT=" + openCodeModel(s.model)}, "run", "--auto", "-m", "standin/local", "Begin.")
			return err
		}},
	},
	unset:   empty,
	keyless: true,
	second:  ".kilo/skills",
	foreign: [2]string{"Bearer {env:" + keyEnv + "}", "Bearer ${" + keyEnv + "}"},
}

// kiloServers reads kilo mcp list, of which a server is
//
//	●  ✓ fullstory connected
//	│      http://127.0.0.1:1/mcp
//	│
func kiloServers(text string) ([]server, error) {
	_, list, ok := strings.Cut(text, "┌  MCP Servers\n")
	if !ok {
		return nil, fmt.Errorf("no list of servers in:\n%s", tail(text))
	}
	var (
		form  = regexp.MustCompile(`^●  \S (\S+) (connected|needs authentication|needs client registration|failed|disabled)(?: .*)?$`)
		end   = regexp.MustCompile(`^└  (\d+) server\(s\)$`)
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
		case line == "└  Add servers with: kilo mcp add" && len(all) == 0:
			ended = true
		case end.MatchString(line):
			ended = strconv.Itoa(len(all)) == end.FindStringSubmatch(line)[1]
		default:
			return nil, fmt.Errorf("kilo mcp list says %q", line)
		}
	}
	if !ended {
		return nil, fmt.Errorf("kilo mcp list does not end as a list of %d:\n%s", len(all), tail(list))
	}
	return all, nil
}

// kiloSkills reads kilo debug skill, without the skill that Kilo brings itself.
func kiloSkills(text string) ([]skill, error) {
	var list []struct{ Name, Location string }
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("%w in:\n%s", err, tail(text))
	}
	var all []skill
	for _, one := range list {
		switch {
		case one.Name == "" || one.Location == "":
			return nil, fmt.Errorf("a skill without a name or a place in:\n%s", tail(text))
		case one.Location != "builtin":
			all = append(all, skill{one.Name, one.Location})
		}
	}
	return all, nil
}

func TestKiloServers(t *testing.T) {
	t.Parallel()
	got, err := kiloServers("\n┌  MCP Servers\n│\n" +
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
	got, err = kiloServers("┌  MCP Servers\n│\n▲  No MCP servers configured\n│\n└  Add servers with: kilo mcp add\n")
	if len(got) > 0 || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	for _, text := range []string{
		"", "┌  MCP Servers\n│\n",
		"┌  MCP Servers\n│\n●  ✓ one asleep\n│\n└  1 server(s)\n",
		"┌  MCP Servers\n│\n◆  one connected\n│\n└  1 server(s)\n",
		"┌  MCP Servers\n│\n●  ✓ one connected\n│\n└  2 server(s)\n",
	} {
		if got, err := kiloServers(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}

func TestKiloSkills(t *testing.T) {
	t.Parallel()
	got, err := kiloSkills(`[{"name": "own", "location": "builtin"}, {"name": "mine", "location": "/s/mine/SKILL.md"}]`)
	if diff := cmp.Diff([]skill{{"mine", "/s/mine/SKILL.md"}}, got, cmp.AllowUnexported(skill{})); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	for _, text := range []string{"", "none\n", `{"name": "mine"}`, `[{"name": "mine"}]`} {
		if got, err := kiloSkills(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}
