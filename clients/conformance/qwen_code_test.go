package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// qwenCode says that a server is not connected, and not why. What it has in
// skills it tells an editor that speaks the Agent Client Protocol with it, with
// those that are no commands.
var qwenCode = &subject{
	id:      "qwen-code",
	pkg:     "@qwen-code/qwen-code",
	version: "0.24.4",
	program: ".bin/qwen",
	env: []string{
		"QWEN_USAGE_STATISTICS_ENABLED=false", "QWEN_CODE_SKIP_UPDATE_CHECK_ONCE=true", "QWEN_CODE_SUPPRESS_YOLO_WARNING=1",
		"OPENAI_API_KEY=none", "OPENAI_MODEL=local",
	},
	before: map[string]string{
		".qwen/settings.json": "{\n  // mine\n  \"mcpServers\": {\n    \"neighbour\": {\"httpUrl\": \"<other>\"}\n  }\n}\n",
	},
	beforeProject: map[string]string{
		".qwen/settings.json": "{\n  // ours\n  \"mcpServers\": {\n    \"neighbour\": {\"httpUrl\": \"<other>\"}\n  }\n}\n",
	},
	looks: []look{
		{at: []aspect{servers}, ask: func(s *session, got *seen) error {
			text, err := s.answer("mcp", "list")
			if err == nil {
				got.servers, err = qwenServers(text)
			}
			return err
		}},
		{at: []aspect{skills, commands}, ask: askQwenEditor},
		{at: []aspect{agents, talk}, ask: func(s *session, got *seen) error {
			text, err := s.answerWith([]string{qwenModel(s)}, "--yolo", "--auth-type", "openai", "--output-format", "stream-json", "Begin.")
			if err == nil {
				got.agents, err = qwenAgents(text)
			}
			return err
		}},
	},
	unset:   theText,
	hidden:  true,
	waiting: failed,
	second:  ".qwen/skills",
	foreign: [2]string{"Bearer ${" + keyEnv + "}", "Bearer {env:" + keyEnv + "}"},
	trust: func(s *session) error {
		_, err := s.answer("mcp", "approve", "--all")
		return err
	},
}

// qwenModel is where it finds its model.
func qwenModel(s *session) string { return "OPENAI_BASE_URL=" + s.model + "/v1" }

// askQwenEditor starts it as an editor does, which is told of the commands and
// skills as soon as there is a session.
func askQwenEditor(s *session, got *seen) error {
	d, err := s.dialog([]string{qwenModel(s)}, "--acp", "--auth-type", "openai")
	if err != nil {
		return err
	}
	defer d.close()
	if _, err := d.call(1, "initialize", map[string]any{"protocolVersion": 1, "clientCapabilities": map[string]any{}}); err != nil {
		return err
	}
	session := map[string]any{"cwd": s.dir, "mcpServers": []any{}}
	if err := d.send(map[string]any{"jsonrpc": "2.0", "id": 2, "method": "session/new", "params": session}); err != nil {
		return err
	}
	// What it tells may come before the answer.
	message, err := d.await(func(m map[string]any) bool {
		params, _ := m["params"].(map[string]any)
		update, _ := params["update"].(map[string]any)
		return m["error"] != nil || update["sessionUpdate"] == "available_commands_update"
	})
	if err != nil {
		return err
	}
	if message["error"] != nil {
		return fmt.Errorf("Qwen Code answers session/new with %v", message["error"])
	}
	for line := range strings.Lines(d.errs.String()) {
		// It says this of its own installation.
		if line = strings.TrimSpace(plain(line)); line != "" && !strings.HasPrefix(line, "Ripgrep not available") {
			got.warnings = append(got.warnings, line)
		}
	}
	got.commands, got.skills, err = qwenOffers(message)
	return err
}

// qwenOffers are the commands and skills of a message to the editor, without
// the skills that Qwen Code brings itself.
func qwenOffers(message map[string]any) ([]string, []skill, error) {
	var m struct {
		Params struct {
			Update struct {
				AvailableCommands []struct{ Name string }
				Meta              struct {
					AvailableSkillDetails []struct{ Name, FilePath, Level string }
				} `json:"_meta"`
			}
		}
	}
	if err := decode(message, &m); err != nil {
		return nil, nil, err
	}
	update := m.Params.Update
	if len(update.AvailableCommands) == 0 || len(update.Meta.AvailableSkillDetails) == 0 {
		return nil, nil, errors.New("Qwen Code tells of no commands, or of no skills, not even its own")
	}
	var names []string
	for _, one := range update.AvailableCommands {
		names = append(names, one.Name)
	}
	var all []skill
	for _, one := range update.Meta.AvailableSkillDetails {
		switch one.Level {
		case "bundled":
		case "user", "project", "extension":
			all = append(all, skill{one.Name, one.FilePath})
		default:
			return nil, nil, fmt.Errorf("Qwen Code has the skill %s from %q", one.Name, one.Level)
		}
	}
	return names, all, nil
}

// qwenServers reads qwen mcp list, whose lines of servers are
//
//	✓ fullstory: http://127.0.0.1:1/mcp (http) - Connected
func qwenServers(text string) ([]server, error) {
	text = strings.TrimSpace(text)
	if text == "No MCP servers configured." {
		return nil, nil
	}
	list, ok := strings.CutPrefix(text, "Configured MCP servers:\n")
	if !ok {
		return nil, fmt.Errorf("no list of servers in:\n%s", tail(text))
	}
	form := regexp.MustCompile(`^\S (\S+): .+ \(\w+\) - (Connected|Disconnected|Connecting|Pending approval|Rejected)(?: \(.+\))?$`)
	var all []server
	for line := range strings.Lines(list) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		m := form.FindStringSubmatch(line)
		if m == nil {
			return nil, fmt.Errorf("qwen mcp list says %q", line)
		}
		all = append(all, server{name: m[1], said: m[2], state: map[string]state{
			"Connected": connected, "Disconnected": failed, "Connecting": failed, "Pending approval": approval, "Rejected": off,
		}[m[2]]})
	}
	return all, nil
}

// qwenAgents are those of the first message of a conversation in lines of JSON.
func qwenAgents(text string) ([]string, error) {
	first, _, _ := strings.Cut(text, "\n")
	var m struct {
		Type, Subtype string
		Agents        []string
	}
	if err := json.Unmarshal([]byte(first), &m); err != nil {
		return nil, fmt.Errorf("%w in:\n%s", err, tail(text))
	}
	if m.Type != "system" || m.Subtype != "init" || len(m.Agents) == 0 {
		return nil, fmt.Errorf("Qwen Code begins with %s %s, not with its agents", m.Type, m.Subtype)
	}
	return m.Agents, nil
}

func TestQwenServers(t *testing.T) {
	t.Parallel()
	got, err := qwenServers("Configured MCP servers:\n\n" +
		"✓ one: http://127.0.0.1:1/mcp (http) - Connected\n" +
		"✗ two: npx -y it (stdio) - Disconnected\n" +
		"✗ three: http://127.0.0.1:1/mcp (sse) - Disconnected (timed out after 10000ms)\n" +
		"● four: http://127.0.0.1:1/mcp (http) - Pending approval\n")
	want := []server{
		{"one", connected, "Connected"},
		{"two", failed, "Disconnected"},
		{"three", failed, "Disconnected"},
		{"four", approval, "Pending approval"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(server{})); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if got, err := qwenServers("No MCP servers configured.\n"); len(got) > 0 || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	refuses(t, qwenServers,
		"", "Servers:\n",
		"Configured MCP servers:\n\n✓ one: http://127.0.0.1:1/mcp (http) - Asleep\n",
		"Configured MCP servers:\n\n✓ one: Connected\n",
	)
}

func TestQwenOffers(t *testing.T) {
	t.Parallel()
	message := func(text string) map[string]any {
		var m map[string]any
		if err := json.Unmarshal([]byte(`{"params": {"update": `+text+`}}`), &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	names, list, err := qwenOffers(message(`{"availableCommands": [{"name": "quit"}, {"name": "mine"}], "_meta": {"availableSkillDetails": [
		{"name": "own", "filePath": "/q/own", "level": "bundled"}, {"name": "mine", "filePath": "/s/mine", "level": "user"}]}}`))
	if diff := cmp.Diff([]any{[]string{"quit", "mine"}, []skill{{"mine", "/s/mine"}}}, []any{names, list}, cmp.AllowUnexported(skill{})); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	for _, text := range []string{
		`{}`,
		`{"availableCommands": [{"name": "quit"}]}`,
		`{"availableCommands": [{"name": "quit"}], "_meta": {"availableSkillDetails": [{"name": "mine", "level": "moon"}]}}`,
	} {
		if _, list, err := qwenOffers(message(text)); err == nil {
			t.Errorf("%s is taken for %v", text, list)
		}
	}
}

func TestQwenAgents(t *testing.T) {
	t.Parallel()
	got, err := qwenAgents(`{"type": "system", "subtype": "init", "agents": ["one", "two"]}` + "\n" + `{"type": "result"}` + "\n")
	if diff := cmp.Diff([]string{"one", "two"}, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	refuses(t, qwenAgents, "", "Hello.\n", `{"type": "result", "agents": ["one"]}`, `{"type": "system", "subtype": "init"}`)
}
