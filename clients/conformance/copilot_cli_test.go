package conformance

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// copilotCLI connects to servers in a session alone: one is opened over the
// Agent Client Protocol, as an editor does. It does not say there whether it
// is connected; the judge knows.
var copilotCLI = &subject{
	id:      "copilot-cli",
	pkg:     "@github/copilot",
	version: "1.0.102",
	program: ".bin/copilot",
	env:     []string{"COPILOT_OFFLINE=true", "COPILOT_MODEL=local", "COPILOT_AUTO_UPDATE=false"},
	before: map[string]string{
		".copilot/mcp-config.json": "{\n  // mine\n  \"mcpServers\": {\n    \"neighbour\": {\"type\": \"http\", \"url\": \"<other>\", \"tools\": [\"*\"]}\n  }\n}\n",
	},
	looks: []look{
		{at: []aspect{servers, commands, agents}, ask: askCopilotCLI},
		{at: []aspect{skills}, ask: askCopilotSkills},
		{at: []aspect{talk}, ask: func(s *session, _ *seen) error {
			_, err := s.runWith(copilotModel(s), "--allow-all-tools", "--allow-all-paths", "-p", "Begin.")
			return err
		}},
	},
	unset:   theText,
	hidden:  true,
	second:  ".copilot/skills",
	foreign: [2]string{"Bearer ${" + keyEnv + "}", "Bearer {env:" + keyEnv + "}"},
	trust: func(s *session) error {
		data, err := json.Marshal(map[string]any{"trustedFolders": []string{s.dir}})
		if err != nil {
			return err
		}
		return s.write(".copilot/config.json", string(data)+"\n")
	},
}

func copilotModel(s *session) []string {
	return []string{"COPILOT_PROVIDER_BASE_URL=" + s.model + "/v1"}
}

func askCopilotCLI(s *session, got *seen) error {
	text, err := s.answerWith(copilotModel(s), "mcp", "list", "--json")
	if err != nil {
		return err
	}
	if got.servers, err = copilotServers(text); err != nil {
		return err
	}
	d, err := s.dialog(copilotModel(s), "--acp")
	if err != nil {
		return err
	}
	defer d.close()
	if err := d.openSession(s, got); err != nil {
		return err
	}
	s.settle()
	return nil
}

// askACP opens a session over the Agent Client Protocol and reads what it
// offers.
func askACP(s *session, got *seen, args ...string) error {
	d, err := s.dialog(nil, args...)
	if err != nil {
		return err
	}
	defer d.close()
	return d.openSession(s, got)
}

// openSession opens a session over the Agent Client Protocol and reads the
// commands and agents that it offers.
func (d *dialog) openSession(s *session, got *seen) error {
	if _, err := d.call(1, "initialize", map[string]any{"protocolVersion": 1, "clientCapabilities": map[string]any{}}); err != nil {
		return err
	}
	if err := d.send(map[string]any{"jsonrpc": "2.0", "id": 2, "method": "session/new", "params": map[string]any{"cwd": s.dir, "mcpServers": []any{}}}); err != nil {
		return err
	}
	var opened, offered map[string]any
	_, err := d.await(func(m map[string]any) bool {
		if m["id"] == float64(2) {
			opened = m
		}
		params, _ := m["params"].(map[string]any)
		if update, _ := params["update"].(map[string]any); update["sessionUpdate"] == "available_commands_update" {
			offered = update
		}
		return opened != nil && (offered != nil || opened["error"] != nil)
	})
	if err != nil {
		return err
	}
	if opened["error"] != nil {
		return fmt.Errorf("%s opens no session: %v", s.subject.id, opened["error"])
	}
	var session struct {
		Result struct {
			ConfigOptions []struct {
				ID      string
				Options []struct{ Value string }
			}
		}
	}
	if err := decode(opened, &session); err != nil {
		return err
	}
	for _, option := range session.Result.ConfigOptions {
		if option.ID != "agent" {
			continue
		}
		for _, one := range option.Options {
			if one.Value != "" {
				got.agents = append(got.agents, one.Value)
			}
		}
	}
	var list struct {
		AvailableCommands []struct{ Name string }
	}
	if err := decode(offered, &list); err != nil {
		return err
	}
	for _, one := range list.AvailableCommands {
		got.commands = append(got.commands, one.Name)
	}
	return nil
}

// copilotServers reads copilot mcp list --json, which says what is configured.
func copilotServers(text string) ([]server, error) {
	var list struct {
		MCPServers map[string]struct {
			Source  string
			Enabled bool
		}
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil || list.MCPServers == nil {
		return nil, fmt.Errorf("no list of servers in:\n%s", tail(text))
	}
	var all []server
	for name, one := range list.MCPServers {
		state := listed
		if !one.Enabled {
			state = off
		}
		all = append(all, server{name: name, state: state, said: "from " + one.Source})
	}
	slices.SortFunc(all, func(a, b server) int { return strings.Compare(a.name, b.name) })
	return all, nil
}

func askCopilotSkills(s *session, got *seen) error {
	text, err := s.answerWith(copilotModel(s), "skill", "list", "--json")
	if err != nil {
		return err
	}
	var list []struct {
		Name, Source, Path string
		Enabled            bool
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return fmt.Errorf("%w in:\n%s", err, tail(text))
	}
	for _, one := range list {
		if one.Enabled && one.Source != "builtin" {
			got.skills = append(got.skills, skill{one.Name, one.Path})
		}
	}
	return nil
}

func TestCopilotServers(t *testing.T) {
	t.Parallel()
	got, err := copilotServers(`{"mcpServers": {"one": {"source": "user", "enabled": false}, "fullstory": {"source": "workspace", "enabled": true}}}`)
	want := []server{{"fullstory", listed, "from workspace"}, {"one", off, "from user"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(server{})); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	refuses(t, copilotServers, "fullstory", "{}")
}
