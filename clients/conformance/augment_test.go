package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// augment is asked by the protocol that editors speak with it. It wants a
// session, and takes one that nobody gave out, at an address where nobody
// answers. It says which commands it has only if there are any, so its user has
// one; skills are in the same list.
var augment = &subject{
	id:      "augment",
	pkg:     "@augmentcode/auggie",
	version: "0.36.0",
	program: ".bin/auggie",
	env: []string{
		"AUGMENT_DISABLE_AUTO_UPDATE=1", "NODE_USE_ENV_PROXY=1",
		`AUGMENT_SESSION_AUTH={"accessToken":"none","tenantURL":"http://127.0.0.1:9/","scopes":[]}`,
	},
	before: map[string]string{
		".augment/settings.json":     "{\n  // mine\n  \"mcpServers\": {\n    \"neighbour\": {\"type\": \"http\", \"url\": \"<other>\"}\n  }\n}\n",
		".augment/commands/hello.md": "Say hello.\n",
	},
	beforeProject: map[string]string{
		".augment/settings.json": `{"mcpServers": {"neighbour": {"type": "http", "url": "<other>"}}}` + "\n",
	},
	looks: []look{{at: []aspect{servers, skills, commands}, ask: askAuggie}},
	cannot: map[aspect]string{
		agents: "Auggie has no list of agents without a login",
		talk:   "Auggie talks to no model but its maker's",
	},
	writeKey: true,
	keyless:  true,
	second:   ".claude/skills",
	foreign:  [2]string{"Bearer " + testKey, "Bearer ${" + keyEnv + "}"},
}

// askAuggie begins a session as an editor would. What it says of servers is on
// its standard error, which is complete when it has ended.
func askAuggie(s *session, got *seen) error {
	d, err := s.dialog(nil, "--acp")
	if err != nil {
		return err
	}
	offered, err := d.auggieCommands(s.dir)
	d.close()
	if err != nil {
		return err
	}
	got.commands = append(got.commands, offered...)
	for _, name := range offered {
		got.skills = append(got.skills, skill{name: name})
	}
	got.servers, got.warnings, err = auggieServers(plain(d.errs.String()))
	return err
}

// auggieCommands are the names of what it offers after a slash.
func (d *dialog) auggieCommands(dir string) ([]string, error) {
	if _, err := d.call(1, "initialize", map[string]any{"protocolVersion": 1, "clientCapabilities": map[string]any{}}); err != nil {
		return nil, err
	}
	if _, err := d.call(2, "session/new", map[string]any{"cwd": dir, "mcpServers": []any{}}); err != nil {
		return nil, err
	}
	var failure error
	message, err := d.await(func(m map[string]any) bool {
		switch m["method"] {
		case "session/request_permission":
			failure = errors.Join(failure, d.refuseIndexing(m))
		case "session/update":
			params, _ := m["params"].(map[string]any)
			update, _ := params["update"].(map[string]any)
			return update["sessionUpdate"] == "available_commands_update"
		}
		return failure != nil
	})
	if err := errors.Join(failure, err); err != nil {
		return nil, err
	}
	var said struct {
		Update struct{ AvailableCommands []struct{ Name string } }
	}
	if err := decode(message["params"], &said); err != nil {
		return nil, err
	}
	var all []string
	for _, one := range said.Update.AvailableCommands {
		all = append(all, one.Name)
	}
	return all, nil
}

// refuseIndexing answers the only question that it may ask: it is not to send
// the folder away.
func (d *dialog) refuseIndexing(question map[string]any) error {
	option, err := auggieRefusal(question["params"])
	if err != nil {
		return err
	}
	return d.send(map[string]any{"jsonrpc": "2.0", "id": question["id"], "result": map[string]any{
		"outcome": map[string]any{"outcome": "selected", "optionId": option},
	}})
}

// auggieRefusal is the answer that indexes nothing.
func auggieRefusal(params any) (string, error) {
	var asked struct {
		ToolCall struct{ ToolCallID string }
		Options  []struct{ OptionID, Kind string }
	}
	if err := decode(params, &asked); err != nil {
		return "", err
	}
	if asked.ToolCall.ToolCallID == "workspace-indexing-permission" {
		for _, option := range asked.Options {
			if option.Kind == "reject_once" {
				return option.OptionID, nil
			}
		}
	}
	return "", fmt.Errorf("Auggie asks for %+v", asked)
}

// auggieServers reads what Auggie prints while it connects:
//
//	🔌 Waiting for 2 MCP server(s) to initialize...
//	   ✅ neighbour
//	   🔐 fullstory (auth required)
//
// with errors, which have any number of lines, between them.
func auggieServers(text string) (all []server, warnings []string, err error) {
	waited := 0
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		mark, rest, _ := strings.Cut(line, " ")
		switch mark {
		case "🔌":
			number := strings.TrimSuffix(strings.TrimPrefix(rest, "Waiting for "), " MCP server(s) to initialize...")
			n, err := strconv.Atoi(number)
			if err != nil {
				return nil, nil, fmt.Errorf("an unknown line %q", line)
			}
			waited += n
		case "✅":
			all = append(all, server{rest, connected, line})
		case "🔐":
			all = append(all, server{strings.TrimSuffix(rest, " (auth required)"), signIn, line})
		case "❌":
			all = append(all, server{strings.TrimSuffix(rest, " (failed)"), failed, line})
		case "⚠️":
			warnings = append(warnings, line)
		}
	}
	if waited != len(all) {
		return nil, nil, fmt.Errorf("it waits for %d servers, and says of %d how they are:\n%s", waited, len(all), tail(text))
	}
	return all, warnings, nil
}

func TestAuggieServers(t *testing.T) {
	t.Parallel()
	got, warnings, err := auggieServers("Warning: no configurations\n🔌 Waiting for 3 MCP server(s) to initialize...\n" +
		"   ✅ a\n⚠️ MCP server startup error: no bearer\n\n   Command: http://127.0.0.1:1/b  \n   🔐 b (auth required)\n   ❌ c (failed)\n")
	want := []server{{"a", connected, "✅ a"}, {"b", signIn, "🔐 b (auth required)"}, {"c", failed, "❌ c (failed)"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(server{})); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if diff := cmp.Diff([]string{"⚠️ MCP server startup error: no bearer"}, warnings); diff != "" {
		t.Error(diff)
	}
	if got, _, err := auggieServers("Warning: no configurations\n"); err != nil || len(got) != 0 {
		t.Errorf("no servers: %v %v", got, err)
	}
	for _, text := range []string{
		"🔌 Waiting for 2 MCP server(s) to initialize...\n   ✅ a\n   💤 b\n",
		"🔌 Waiting for some MCP servers\n", "   ✅ a\n",
	} {
		if got, _, err := auggieServers(text); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}

func TestAuggieRefusal(t *testing.T) {
	t.Parallel()
	const options = `"options": [{"optionId": "yes", "kind": "allow_once"}, {"optionId": "no", "kind": "reject_once"}]`
	for text, want := range map[string]string{
		`{"toolCall": {"toolCallId": "workspace-indexing-permission"}, ` + options + `}`: "no",
		`{"toolCall": {"toolCallId": "run-a-program"}, ` + options + `}`:                 "",
		`{"toolCall": {"toolCallId": "workspace-indexing-permission"}, "options": []}`:   "",
	} {
		var params any
		if err := json.Unmarshal([]byte(text), &params); err != nil {
			t.Fatal(err)
		}
		got, err := auggieRefusal(params)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
}
