package conformance

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// continueDev answers commands of a conversation before the first question to
// its model. A server that does not let it in it tries once more by a program
// from npm, which it is not to download here: that ends the trial.
var continueDev = onTerminal(&subject{
	id:      "continue",
	pkg:     "@continuedev/cli",
	version: "1.5.47",
	program: ".bin/cn",
	env: []string{
		"CONTINUE_TELEMETRY_ENABLED=0", "CONTINUE_METRICS_ENABLED=0", "CONTINUE_CLI_ENABLE_TELEMETRY=0", "CONTINUE_CLI_AUTO_UPDATED=true",
		"CONTINUE_API_BASE=http://127.0.0.1:9/", "NODE_USE_ENV_PROXY=1", "npm_config_offline=true",
	},
	before: map[string]string{
		".continue/.onboarding_complete": "",
		".continue/config.yaml": "name: Mine\nversion: 1.0.0\nmodels:\n" +
			"  - name: local\n    provider: openai\n    model: local\n    apiKey: none\n    apiBase: http://127.0.0.1:9/v1\n" +
			"mcpServers:\n  # mine\n  - name: neighbour\n    type: streamable-http\n    url: <other>\n",
	},
	looks: []look{
		{at: []aspect{servers}, ask: func(s *session, got *seen) error {
			var err error
			got.servers, err = askContinue(s, "/mcp", "Manage MCP server connections", continueServers)
			return err
		}},
		{at: []aspect{skills}, ask: func(s *session, got *seen) error {
			all, err := askContinue(s, "/skills", "List all available skills", continueSkills)
			for _, one := range all {
				if strings.HasPrefix(one.path, ".") {
					one.path = s.dir + "/" + one.path
				}
				got.skills = append(got.skills, one)
			}
			return err
		}},
		{at: []aspect{commands}, ask: func(s *session, got *seen) error {
			t, err := continueMenu(s, "List all available skills")
			if err != nil {
				return err
			}
			defer t.close()
			got.commands, err = readScreen(t, continueCommands)
			return err
		}},
	},
	cannot: map[aspect]string{
		agents: "Continue is given no agent",
		talk:   "Continue is given no agent",
	},
	unset:   noKey,
	waiting: failed,
	foreign: [2]string{"Bearer ${{ secrets." + keyEnv + " }}", "Bearer ${" + keyEnv + "}"},
})

// continueMenu starts Continue and opens the menu of its commands, one of which
// does that.
func continueMenu(s *session, does string) (*onScreen, error) {
	t, err := s.terminal(nil)
	if err != nil {
		return nil, err
	}
	if err := openContinueMenu(t, does); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

func openContinueMenu(t *onScreen, does string) error {
	if err := t.await("Ask anything"); err != nil {
		return err
	}
	// It may take keys before it knows its commands. Then it shows none.
	for {
		if err := t.press("/"); err != nil {
			return err
		}
		if t.soon(does) {
			return nil
		}
		if err := t.press("\x7f"); err != nil {
			return err
		}
		if err := t.await("Ask anything"); err != nil {
			return err
		}
	}
}

// askContinue gives the command of which Continue says what it does, and reads
// the answer.
func askContinue[T any](s *session, command, does string, read func(string) (T, error)) (T, error) {
	var none T
	t, err := continueMenu(s, does)
	if err != nil {
		return none, err
	}
	defer t.close()
	if err := t.press(strings.TrimPrefix(command, "/")); err != nil {
		return none, err
	}
	if err := t.await("● " + command); err != nil {
		return none, err
	}
	if err := t.press("\r"); err != nil {
		return none, err
	}
	return readScreen(t, read)
}

// continueCommands reads the menu of commands, which stands below the question:
//
//	╭──────╮
//	│ ● /  │
//	╰──────╯
//
//	    /mcp             Manage MCP server connections
//	    /skill-report    Writes the report.
//
//	  ↑/↓ to navigate, Enter to select, Tab to complete
func continueCommands(screen string) ([]string, error) {
	_, menu, ok := strings.Cut(screen, "│ ● / ")
	_, menu, whole := strings.Cut(menu, "╯\n")
	menu, _, closed := strings.Cut(menu, "↑/↓ to navigate")
	if !ok || !whole || !closed {
		return nil, errors.New("no menu of commands")
	}
	form := regexp.MustCompile(`^/(\S+)(?: {2,}|$)`)
	var all []string
	for line := range strings.Lines(menu) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		m := form.FindStringSubmatch(line)
		if m == nil {
			return nil, fmt.Errorf("the menu of commands has the line %q", line)
		}
		all = append(all, m[1])
	}
	if len(all) == 0 {
		return nil, errors.New("an empty menu of commands")
	}
	return all, nil
}

// continueServers reads the answer to /mcp, a menu:
//
//	│  MCP Servers
//	│
//	│  ➤ 🟢 fullstory (🔧3)
//	│    🔄 Restart all servers
//	│    Back
func continueServers(screen string) ([]server, error) {
	_, menu, ok := strings.Cut(screen, "│  MCP Servers ")
	_, menu, whole := strings.Cut(menu, "\n")
	menu, _, closed := strings.Cut(menu, " Back ")
	if !ok || !whole || !closed {
		return nil, errors.New("no menu of servers")
	}
	form := regexp.MustCompile(`^(🟢|🔴|⚪) (\S+)(?: \(.+\))?$`)
	var all []server
	for line := range strings.Lines(menu) {
		line = strings.TrimSpace(strings.Trim(strings.TrimSpace(line), "│"))
		line = strings.TrimSpace(strings.TrimPrefix(line, "➤"))
		switch m := form.FindStringSubmatch(line); {
		case m != nil:
			state := map[string]state{"🟢": connected, "🔴": failed, "⚪": off}[m[1]]
			all = append(all, server{name: m[2], state: state, said: line})
		case strings.HasPrefix(line, "🟡 "):
			return nil, fmt.Errorf("it is still at it: %s", line)
		case line == "", line == "No servers configured",
			strings.HasSuffix(line, " Restart all servers"), strings.HasSuffix(line, " Stop all servers"), strings.HasSuffix(line, " Explore MCP Servers"):
		default:
			return nil, fmt.Errorf("the menu of servers has the line %q", line)
		}
	}
	return all, nil
}

// continueSkills reads the answer to /skills. A skill is
//
//	report - Writes the report. (/home/me/.continue/skills/report/SKILL.md)
//
// in one line or more.
func continueSkills(screen string) ([]skill, error) {
	if strings.Contains(screen, "No skills found. Add skills under") {
		return nil, nil
	}
	_, list, ok := strings.Cut(screen, "Available skills:\n")
	list, _, closed := strings.Cut(list, "╭──")
	if !ok || !closed {
		return nil, errors.New("no list of skills")
	}
	list = strings.Join(strings.Fields(list), " ")
	form := regexp.MustCompile(`^(\S+) - .*? \((\S+/SKILL\.md)\)(?: |$)`)
	var all []skill
	for list != "" {
		m := form.FindStringSubmatch(list)
		if m == nil {
			return nil, fmt.Errorf("the list of skills goes on with %q", list)
		}
		all = append(all, skill{m[1], m[2]})
		list = list[len(m[0]):]
	}
	if len(all) == 0 {
		return nil, errors.New("an empty list of skills")
	}
	return all, nil
}

// continueScreen is a menu of servers as Continue shows it.
func continueScreen(lines ...string) string {
	lines = append(lines, "  🔄 Restart all servers", "  ⏹  Stop all servers", "  🔍 Explore MCP Servers", "  Back")
	return " MCP Servers:\n - one\n\n╭──────╮\n│      │\n│  MCP Servers      │\n│      │\n│  " +
		strings.Join(lines, "      │\n│  ") + "      │\n╰──────╯\n"
}

func TestContinueServers(t *testing.T) {
	t.Parallel()
	got, err := continueServers(continueScreen("➤ 🟢 one (🔧3)", "  🔴 two", "  ⚪ three"))
	want := []server{{"one", connected, "🟢 one (🔧3)"}, {"two", failed, "🔴 two"}, {"three", off, "⚪ three"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(server{})); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if got, err := continueServers(continueScreen("No servers configured")); len(got) > 0 || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	for _, screen := range []string{
		"", " MCP Servers:\n - one\n", "│  MCP Servers    │\n│  ➤ 🟢 one     │\n",
		continueScreen("➤ 🟡 one"), continueScreen("➤ 🟣 one"), continueScreen("one"),
	} {
		if got, err := continueServers(screen); err == nil {
			t.Errorf("%q is taken for %v", screen, got)
		}
	}
}

func TestContinueSkills(t *testing.T) {
	t.Parallel()
	got, err := continueSkills("Config\nAvailable skills:\n\none - Does (some) one\nthing. (/h/skills/one/SKILL.md)\n" +
		"two - Does two things.\n(.claude/skills/two/SKILL.md)\n\n╭──────╮\n│ ● Ask │\n")
	want := []skill{{"one", "/h/skills/one/SKILL.md"}, {"two", ".claude/skills/two/SKILL.md"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(skill{})); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if got, err := continueSkills("No skills found. Add skills under somewhere.\n"); len(got) > 0 || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	for _, screen := range []string{
		"", "Available skills:\n\none - One. (/h/one/SKILL.md)\n", "Available skills:\n\n╭──────╮\n",
		"Available skills:\n\none - One. (/h/one/SKILL.md)\nand more\n╭──────╮\n",
		"Available skills:\n\none - One.\n╭──────╮\n",
	} {
		if got, err := continueSkills(screen); err == nil {
			t.Errorf("%q is taken for %v", screen, got)
		}
	}
}

func TestContinueCommands(t *testing.T) {
	t.Parallel()
	const box, end = "╭───╮\n│ ● /   │\n╰───╯\n\n", "\n  ↑/↓ to navigate, Enter to select, Tab to complete\n\n  /a/folder\n"
	got, err := continueCommands("Config\n" + box + "    /mcp          Manage servers\n    /skill-one    Does one /thing  well.\n    /bare\n" + end)
	if diff := cmp.Diff([]string{"mcp", "skill-one", "bare"}, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	for _, screen := range []string{
		"", box, box + "    /mcp    Manage servers\n", "    /mcp    Manage servers\n" + end, box + end,
		box + "    /mcp    Manage servers\n    and more\n" + end, box + "    No matching commands found\n",
		"╭───╮\n│ ● /   │\n    /mcp    Manage servers\n" + end, "╭───╮\n│ ● Ask │\n╰───╯\n\n    /mcp    Manage servers\n" + end,
	} {
		if got, err := continueCommands(screen); err == nil {
			t.Errorf("%q is taken for %v", screen, got)
		}
	}
}
