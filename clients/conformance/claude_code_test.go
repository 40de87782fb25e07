package conformance

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// claudeCode is asked by what programs use that embed it: messages on its
// standard input. It has no word for skills that are no commands; those are
// seen in what it offers its model.
var claudeCode = &subject{
	id:      "claude-code",
	pkg:     "@anthropic-ai/claude-code",
	version: "2.1.332",
	program: ".bin/claude",
	env: []string{
		"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1", "DISABLE_AUTOUPDATER=1", "DISABLE_TELEMETRY=1",
		"IS_SANDBOX=1", "MCP_CONNECTION_NONBLOCKING=0",
	},
	before: map[string]string{
		".claude.json": `{
    "numStartups": 3,
    "mcpServers": {
        "neighbour": {"type": "http", "url": "<other>"}
    }
}
`,
	},
	beforeProject: map[string]string{
		".mcp.json": `{"mcpServers": {"neighbour": {"type": "http", "url": "<other>"}}}` + "\n",
	},
	looks: []look{
		{at: []aspect{servers}, ask: askClaudeServers},
		{at: []aspect{commands, agents}, ask: askClaudeCode},
		{at: []aspect{skills, talk}, ask: func(s *session, _ *seen) error {
			_, err := s.runWith(claudeModel(s), "-p", "Begin.", "--permission-mode", "bypassPermissions", "--model", "claude-sonnet-4-5")
			return err
		}},
	},
	unset:   theText,
	hidden:  true,
	foreign: [2]string{"Bearer ${" + keyEnv + "}", "Bearer {env:" + keyEnv + "}"},
	trust: func(s *session) error {
		return s.write(".claude/settings.json", `{"enabledMcpjsonServers": ["fullstory", "neighbour"]}`+"\n")
	},
}

// claudeModel points Claude Code at the stand-in. With a key and no such
// address it tries for 18 seconds to send off what it has counted.
func claudeModel(s *session) []string {
	return []string{"ANTHROPIC_API_KEY=none", "ANTHROPIC_BASE_URL=" + s.model}
}

func askClaudeCode(s *session, got *seen) error {
	d, err := s.dialog(claudeModel(s), "-p", "--input-format", "stream-json", "--output-format", "stream-json", "--verbose")
	if err != nil {
		return err
	}
	defer d.close()
	var start struct {
		Commands []struct {
			Name    string
			Builtin bool
		}
		Agents []struct{ Name string }
	}
	if err := d.control("initialize", &start); err != nil {
		return err
	}
	for _, c := range start.Commands {
		if !c.Builtin {
			got.commands = append(got.commands, c.Name)
		}
	}
	for _, a := range start.Agents {
		got.agents = append(got.agents, a.Name)
	}
	return nil
}

// askClaudeServers asks as a user does. A program that embeds Claude Code is
// given the servers of a project without approval.
func askClaudeServers(s *session, got *seen) error {
	text, err := s.answer("mcp", "list")
	if err == nil {
		got.servers, err = claudeServers(text)
	}
	return err
}

var claudeServer = regexp.MustCompile(`^(\S+): \S+ \(\w+\) - (\S) (.+)$`)

// claudeServers reads claude mcp list, whose lines of servers are
//
//	fullstory: http://127.0.0.1:1/mcp (HTTP) - ✔ Connected
func claudeServers(text string) ([]server, error) {
	var all []server
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		m := claudeServer.FindStringSubmatch(line)
		switch {
		case m != nil:
		case line == "" || strings.HasPrefix(line, "Checking MCP server health") || strings.HasPrefix(line, "No MCP servers configured"):
			continue
		case strings.Contains(line, " - "), strings.Contains(line, "://") && !strings.HasPrefix(line, "For help"):
			return nil, fmt.Errorf("Claude Code says of a server: %s", line)
		default:
			continue
		}
		var found state
		for words, known := range map[string]state{
			"Connected": connected, "Needs authentication": signIn, "Failed to connect": failed, "Pending approval": approval, "Disabled": off,
		} {
			if strings.HasPrefix(m[3], words) {
				found = known
			}
		}
		if found == "" {
			return nil, fmt.Errorf("Claude Code calls the state of %s %q", m[1], m[3])
		}
		all = append(all, server{name: m[1], state: found, said: m[3]})
	}
	return all, nil
}

// control asks Claude Code one question beside the conversation.
func (d *dialog) control(subtype string, into any) error {
	id := "ask-" + subtype
	if err := d.send(map[string]any{"type": "control_request", "request_id": id, "request": map[string]any{"subtype": subtype}}); err != nil {
		return err
	}
	answer, err := d.await(func(m map[string]any) bool {
		response, _ := m["response"].(map[string]any)
		return m["type"] == "control_response" && response["request_id"] == id
	})
	if err != nil {
		return err
	}
	response, _ := answer["response"].(map[string]any)
	if response["subtype"] != "success" {
		return fmt.Errorf("Claude Code answers %s with %v", subtype, response)
	}
	return decode(response["response"], into)
}

// decode puts what was read as JSON into a type.
func decode(from, into any) error {
	data, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

func TestClaudeServers(t *testing.T) {
	t.Parallel()
	got, err := claudeServers(`Checking MCP server health…

fullstory: http://127.0.0.1:1/mcp (HTTP) - ! Needs authentication
one: http://127.0.0.1:1/one (HTTP) - ✔ Connected
two: http://127.0.0.1:1/two (HTTP) - ✘ Failed to connect — the reason
three: http://127.0.0.1:1/three (HTTP) - ⏸ Pending approval (run it)
`)
	want := []server{
		{"fullstory", signIn, "Needs authentication"},
		{"one", connected, "Connected"},
		{"two", failed, "Failed to connect — the reason"},
		{"three", approval, "Pending approval (run it)"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(server{})); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	refuses(t, claudeServers,
		"fullstory: http://127.0.0.1:1/mcp (HTTP) - ✔ Resting",
		"fullstory - in a new form",
		"fullstory: http://127.0.0.1:1/mcp (HTTP) ✔ Connected",
	)
}
