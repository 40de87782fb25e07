package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// cline has its servers and skills on pages of its settings, which need no
// sign-in. Whether a server let it in is in its log after a conversation, which
// here is as short as can be: the model refuses.
var cline = onTerminal(&subject{
	id:      "cline",
	pkg:     "cline",
	version: "3.0.65",
	program: ".bin/cline",
	before: map[string]string{
		clineSettings + "global-settings.json": `{"telemetryOptOut": true, "autoUpdateEnabled": false}` + "\n",
		clineSettings + "cline_mcp_settings.json": "{\n  \"mcpServers\": {\n" +
			"    \"neighbour\": {\"type\": \"streamableHttp\", \"url\": \"<other>\"}\n  }\n}\n",
	},
	looks: []look{
		{at: []aspect{servers}, ask: askClineServers},
		{at: []aspect{skills}, ask: askClineSkills},
		{at: []aspect{commands}, ask: askClineCommands},
	},
	cannot: map[aspect]string{
		agents: "Cline is given no agent",
		talk:   "Cline is given no agent, and tells its model no more of a skill than the name",
	},
	writeKey: true,
	keyless:  true,
	second:   ".cline/skills",
	foreign:  [2]string{"Bearer " + testKey, "Bearer ${" + keyEnv + "}"},
})

const (
	clineSettings = ".cline/data/settings/"
	clineLog      = ".cline/data/logs/cline.log"
)

// clineEnv keeps it from leaving a program behind that runs on: with data of
// its own, which here are in the place where they always are, it starts none. No
// notice is to take the first key.
func clineEnv(s *session) []string {
	return []string{"CLINE_SANDBOX=1", "CLINE_SANDBOX_DATA_DIR=" + s.file(".cline/data"), "CLINE_DISABLE_CLINE_PASS_NOTICE=1"}
}

// clineModel tells Cline where its model is.
func clineModel(s *session, url string) error {
	_, err := s.answerWith(clineEnv(s), "auth", "-p", "openai-compatible", "-k", "none", "-m", "local", "-b", url+"/v1")
	return err
}

func askClineServers(s *session, got *seen) error {
	complaints, err := clineTalks(s)
	if err != nil {
		return err
	}
	rows, err := clinePage(s, "MCP")
	if err != nil {
		return err
	}
	got.servers, err = clineServers(rows, complaints)
	return err
}

func askClineSkills(s *session, got *seen) error {
	rows, err := clinePage(s, "Skills")
	if err == nil {
		got.skills, err = clineSkills(rows)
	}
	return err
}

// clineTalks has Cline begin a conversation, before which it connects to the
// servers, and returns what it writes about them to its log.
func clineTalks(s *session) (map[string]string, error) {
	const refusal = "this model only refuses"
	model := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error": {"message": "` + refusal + `"}}`))
	}))
	defer model.Close()
	if err := clineModel(s, model.URL); err != nil {
		return nil, err
	}
	if err := os.Remove(s.file(clineLog)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	o, err := s.runWith(clineEnv(s), "--json", "--retries", "1", "Begin the work.")
	if err != nil {
		return nil, err
	}
	if !strings.Contains(o.out, refusal) {
		return nil, fmt.Errorf("Cline does not come as far as its model:\n%s", tail(o.all()))
	}
	log, err := os.ReadFile(s.file(clineLog))
	if err != nil {
		return nil, err
	}
	return clineComplaints(log)
}

// clinePage opens the settings at a page and returns its rows.
func clinePage(s *session, page string) ([]string, error) {
	t, err := s.terminal(clineEnv(s), "config")
	if err != nil {
		return nil, err
	}
	defer t.close()
	if err := t.await("switch tabs"); err != nil {
		return nil, err
	}
	for range map[string]int{"MCP": 1, "Skills": 2}[page] {
		if err := t.press("\x1b[C"); err != nil {
			return nil, err
		}
	}
	return readScreen(t, func(screen string) ([]string, error) { return clineRows(screen, page) })
}

// clineRows are the rows of a page of the settings, which stands among other
// things:
//
//	Settings
//	 General  MCP  Skills  Rules  Tools  Plugins  Agents  Hooks
//
//	MCP (1)
//	▸ ● fullstory    streamableHttp, no auth, timeout 60s
//
//	←/→ switch tabs, ↑/↓ navigate, Tab/Enter select, Space toggle, Esc close
func clineRows(screen, page string) ([]string, error) {
	_, rest, ok := strings.Cut(screen, "Plugins  Agents  Hooks\n")
	list, _, closed := strings.Cut(rest, "←/→ switch tabs")
	if !ok || !closed {
		return nil, errors.New("no settings")
	}
	var rows []string
	for line := range strings.Lines(list) {
		if line = strings.TrimSpace(line); line != "" {
			rows = append(rows, strings.TrimPrefix(line, "▸ "))
		}
	}
	if len(rows) == 0 {
		return nil, errors.New("an empty page of settings")
	}
	m := regexp.MustCompile(`^` + page + ` \((\d+)\)$`).FindStringSubmatch(rows[0])
	if m == nil {
		return nil, fmt.Errorf("the page %s begins with %q", page, rows[0])
	}
	var entries []string
	for _, row := range rows[1:] {
		switch {
		case strings.HasPrefix(row, "● ") || strings.HasPrefix(row, "○ "):
			entries = append(entries, row)
		case page == "MCP" && (row == "Manage MCP Servers..." || row == "No MCP servers configured."):
		case page == "Skills" && (row == "Detected" || row == "No skills found."):
		default:
			return nil, fmt.Errorf("the page %s has the row %q", page, row)
		}
	}
	if strconv.Itoa(len(entries)) != m[1] {
		return nil, fmt.Errorf("the page %s has %d rows, and says %s", page, len(entries), m[1])
	}
	return entries, nil
}

// clineServers are the servers of the rows of their page, with what the log
// says of them. Those of which it says nothing were asked.
func clineServers(rows []string, complaints map[string]string) ([]server, error) {
	form := regexp.MustCompile(`^([●○]) (\S+) {2,}(.+)$`)
	var all []server
	for _, row := range rows {
		m := form.FindStringSubmatch(row)
		if m == nil {
			return nil, fmt.Errorf("the page MCP has the row %q", row)
		}
		one := server{name: m[2], state: listed, said: m[3]}
		if why := complaints[one.name]; why != "" {
			one.said, one.state = why, failed
			if strings.Contains(why, "requires OAuth authorization") {
				one.state = signIn
			}
		}
		if m[1] == "○" {
			one.state = off
		}
		all = append(all, one)
	}
	return all, nil
}

// clineSkills are the skills of the rows of their page. It does not say where
// they are.
func clineSkills(rows []string) ([]skill, error) {
	var all []skill
	for _, row := range rows {
		name, ok := strings.CutPrefix(row, "● ")
		if !ok || strings.ContainsAny(name, " ") {
			return nil, fmt.Errorf("the page Skills has the row %q", row)
		}
		all = append(all, skill{name: name})
	}
	return all, nil
}

// clineComplaints are the servers of which Cline's log, in lines of JSON, says
// that they gave it no tools, and why.
func clineComplaints(log []byte) (map[string]string, error) {
	form := regexp.MustCompile(`(?s)^\[mcp\] Failed to load tools from MCP server "([^"]+)", skipping: (.+)$`)
	complaints := map[string]string{}
	for line := range bytes.Lines(log) {
		var entry struct{ Msg string }
		if err := json.Unmarshal(line, &entry); err != nil {
			return nil, fmt.Errorf("Cline's log: %w", err)
		}
		if !strings.HasPrefix(entry.Msg, "[mcp]") {
			continue
		}
		m := form.FindStringSubmatch(entry.Msg)
		if m == nil {
			return nil, fmt.Errorf("Cline's log says %q", entry.Msg)
		}
		complaints[m[1]] = strings.TrimSpace(m[2])
	}
	return complaints, nil
}

// clineScreen is a page of the settings as Cline shows it.
func clineScreen(rows string) string {
	return "  @@@@\n   Settings\n    General  MCP  Skills  Rules  Tools  Plugins  Agents  Hooks\n\n" + rows +
		"\n   ←/→ switch tabs, ↑/↓ navigate, Esc close\n   │ Sign in │\n"
}

func TestClineServers(t *testing.T) {
	t.Parallel()
	rows, err := clineRows(clineScreen("   MCP (4)\n   ▸ ● one       streamableHttp, no auth, timeout 60s\n"+
		"     ● two       streamableHttp, static headers, timeout 60s\n     ○ three     stdio\n     ● four      sse\n     Manage MCP Servers...\n"), "MCP")
	if err != nil {
		t.Fatal(err)
	}
	complaints, err := clineComplaints([]byte(`{"msg": "CLI run started"}` + "\n" +
		`{"msg": "[mcp] Failed to load tools from MCP server \"one\", skipping: MCP server \"one\" requires OAuth authorization. Do it."}` + "\n" +
		`{"msg": "[mcp] Failed to load tools from MCP server \"two\", skipping: it rejected\nthe header\n"}` + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := clineServers(rows, complaints)
	want := []server{
		{"one", signIn, `MCP server "one" requires OAuth authorization. Do it.`},
		{"two", failed, "it rejected\nthe header"},
		{"three", off, "stdio"},
		{"four", listed, "sse"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(server{})); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if got, err := clineServers([]string{"● one"}, nil); err == nil {
		t.Errorf("a row without more than a name is taken for %v", got)
	}
	for _, log := range []string{"started\n", `{"msg": "[mcp] one is asleep"}` + "\n"} {
		if got, err := clineComplaints([]byte(log)); err == nil {
			t.Errorf("%q is taken for %v", log, got)
		}
	}
}

func TestClineSkills(t *testing.T) {
	t.Parallel()
	rows, err := clineRows(clineScreen("   Skills (2)\n   Detected\n   ▸ ● one\n     ● two\n"), "Skills")
	if err != nil {
		t.Fatal(err)
	}
	got, err := clineSkills(rows)
	if diff := cmp.Diff([]skill{{"one", ""}, {"two", ""}}, got, cmp.AllowUnexported(skill{})); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	for _, row := range []string{"○ one", "● one two"} {
		if got, err := clineSkills([]string{row}); err == nil {
			t.Errorf("%q is taken for %v", row, got)
		}
	}
	for _, screen := range []string{
		"", clineScreen(""), clineScreen("   Rules (0)\n     No rules found.\n"),
		clineScreen("   Skills (1)\n   Hidden\n   ▸ ● one\n"),
		clineScreen("   Skills (3)\n   Detected\n   ▸ ● one\n     ● two\n     ▼ 1 more\n"),
		clineScreen("   Skills (2)\n   Detected\n   ▸ ● one\n"),
	} {
		if got, err := clineRows(screen, "Skills"); err == nil {
			t.Errorf("%q is taken for %v", screen, got)
		}
	}
}
