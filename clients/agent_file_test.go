package clients

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pelletier/go-toml/v2"
	"gopkg.in/yaml.v3"
)

// sampleAgents are what the goldens are made for.
var sampleAgents = []Agent{
	{
		Name:        "tide-reader",
		Description: "Reads one tide table with fullstory:get_tides and sums it up. Use it for every table.",
		Tools:       []string{"get_tides"},
		Body:        []byte("\n# Tides\n\nCall `fullstory:get_tides` once.\n\n---\n\nThen answer in three lines.\n"),
	},
	{
		Name:        "harbour",
		Description: `Knows the harbour: "open" or 'shut', in the café #2 \ quay`,
		Tools:       []string{"get_tides", "list-Boats_2"},
		Body:        []byte("Say \"ahoy\" to \\ and \"\"\"all\"\"\".\r\n\r\n\tThen wait.\r\nNo line break at the end: é\u2028"),
	},
}

// An agentBytes is the file of an agent.
type agentBytes struct{ Name, Data string }

func agentFile(t *testing.T, c Client, a Agent) agentBytes {
	t.Helper()
	name, data, err := c.AgentFile(a)
	if err != nil {
		t.Fatalf("%s: %v", c.ID, err)
	}
	return agentBytes{name, string(data)}
}

// TestAgentFile has the agents of each client in one file for each scope.
func TestAgentFile(t *testing.T) {
	t.Parallel()
	for _, scope := range scopes {
		for _, c := range withAgents(scope) {
			t.Run(c.ID+"/"+string(scope), func(t *testing.T) {
				t.Parallel()
				var out strings.Builder
				for _, a := range sampleAgents {
					file := agentFile(t, c, a)
					s := machine{}.system()
					fmt.Fprintf(&out, "-- %s --\n%s\n", s.clean(c.AgentsDir(s)+"/"+file.Name), file.Data)
				}
				name := "agents.golden"
				if scope == ProjectScope {
					name = "project.agents.golden"
				}
				checkGolden(t, c.ID, name, out.String())
			})
		}
	}
}

// A parsedAgent is what a reader of the file finds in it.
type parsedAgent struct {
	name, description, body string
	tools                   []string
	keys                    []string // in order, with the brackets of a list or map
}

// parseAgent reads a file as its client does, and knows the shape of each.
func parseAgent(t *testing.T, c Client, file agentBytes) parsedAgent {
	t.Helper()
	if c.Agents.Form == TOMLKeys {
		return parseTOMLAgent(t, c, file)
	}
	rest, ok := strings.CutPrefix(file.Data, "---\n")
	front, body, closed := strings.Cut(rest, "\n---\n")
	if !ok || !closed || strings.Contains(front, "\r") {
		t.Fatalf("%s: no front matter in:\n%q", c.ID, file.Data)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(front), &doc); err != nil {
		t.Fatalf("%s: %v in:\n%s", c.ID, err, front)
	}
	p := parsedAgent{name: strings.TrimSuffix(file.Name, c.Agents.Ext), body: body}
	seen := map[string]*yaml.Node{}
	for i := 0; i < len(doc.Content[0].Content); i += 2 {
		key, value := doc.Content[0].Content[i], doc.Content[0].Content[i+1]
		kinds := map[yaml.Kind]string{yaml.SequenceNode: "[]", yaml.MappingNode: "{}"}
		p.keys = append(p.keys, key.Value+kinds[value.Kind])
		seen[key.Value] = value
	}
	text := func(key string) string {
		if n := seen[key]; n != nil && n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" {
			return n.Value
		}
		t.Errorf("%s: %s is no string in:\n%s", c.ID, key, front)
		return ""
	}
	if seen["name"] != nil && text("name") != p.name {
		t.Errorf("%s: %s is called %s", c.ID, file.Name, text("name"))
	}
	p.description = text("description")
	switch n := seen["tools"]; {
	case n == nil:
		p.tools = parsePermission(t, c, seen["permission"])
	case n.Kind == yaml.SequenceNode:
		for _, item := range n.Content {
			p.tools = append(p.tools, item.Value)
		}
	default:
		p.tools = strings.Split(text("tools"), ", ")
	}
	return p
}

// parsePermission returns the tools that are allowed after all are denied.
func parsePermission(t *testing.T, c Client, n *yaml.Node) []string {
	t.Helper()
	if n == nil || n.Kind != yaml.MappingNode || n.Content[0].Value != "*" || n.Content[1].Value != "deny" {
		t.Fatalf("%s: the permission does not begin with a refusal: %+v", c.ID, n)
	}
	var tools []string
	for i := 2; i < len(n.Content); i += 2 {
		if n.Content[i+1].Value != "allow" || slices.Contains(tools, n.Content[i].Value) {
			t.Errorf("%s: %s is %s", c.ID, n.Content[i].Value, n.Content[i+1].Value)
		}
		tools = append(tools, n.Content[i].Value)
	}
	return tools
}

func parseTOMLAgent(t *testing.T, c Client, file agentBytes) parsedAgent {
	t.Helper()
	var m map[string]any
	if err := toml.Unmarshal([]byte(file.Data), &m); err != nil {
		t.Fatalf("%s: %v in:\n%s", c.ID, err, file.Data)
	}
	text := func(key string) string {
		s, _ := m[key].(string)
		delete(m, key)
		return s
	}
	p := parsedAgent{name: text("name"), description: text("description"), body: text("developer_instructions")}
	for key, value := range m {
		p.keys = append(p.keys, fmt.Sprintf("%s=%v", key, value))
	}
	return p
}

// allowedKeys are all that a client's file may have. A list or a line under
// "tools" keeps OpenCode from starting; Gemini CLI takes nothing but a list.
var allowedKeys = map[string]string{
	"claude-code":     "name description tools",
	"copilot-cli":     "name description tools[]",
	"vscode":          "name description tools[]",
	"vscode-insiders": "name description tools[]",
	"gemini-cli":      "name description tools[]",
	"qwen-code":       "name description tools[]",
	"opencode":        "description mode permission{}",
	"kilo":            "description mode permission{}",
	"codex":           "",
}

// checkAgent reads what is written for every client and compares.
func checkAgent(t *testing.T, a Agent) {
	t.Helper()
	for _, scope := range scopes {
		for _, c := range withAgents(scope) {
			file := agentFile(t, c, a)
			got := parseAgent(t, c, file)
			want := parsedAgent{a.Name, a.Description, string(a.Body), c.Agents.spelled(a), strings.Fields(allowedKeys[c.ID])}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(parsedAgent{}), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s (-want +got):\n%s\nin:\n%s", c.ID, diff, file.Data)
			}
		}
	}
}

func TestAgentReadsBack(t *testing.T) {
	t.Parallel()
	descriptions := []string{
		"x", "yes", "No", "null", "~", "1.5", "0x1F", "2026-01-02", "on", "y", "true ", " a", "a ", "a:", "a: b", "a :b", "a #b", "a#b",
		"- a", "? a", "[a]", "{a: b}", "&a", "*a", "!a", "| a", "> a", "%a", "@a", "`a`", "'a'", `"a"`, "#", "---", "...", "= a", "<<",
		"a\nb", "a\n---\nb", "a\tb", "a\r\nb", "a\u0085b", "a\u2028b", "a\u2029b", "\ufeffa", "a\ufeff", "a\x00b", "a\x7fb", "a\u009fb", "a\ufffe\uffff",
		"a\u00a0: b", "a\u00a0", "École: été", "a, b", "tools: [Read]", "a 'b' \"c\" \\d", "😀 a", "a 😀", "Use \\n here", strings.Repeat("long ", 400) + "end",
		"null and void", "y n", "a:\u00a0b", "a \u2003# b", "x\U000e0041",
	}
	for _, d := range descriptions {
		a := sampleAgents[0]
		a.Description = d
		checkAgent(t, a)
	}
	bodies := []string{
		"x", "\n", "\r\nx\r\n", "x\ry", "\ufeffx", "---\nx", "x\n---\n", `"""`, `x"""y""""`, `x"`, `x\`, "x\\\ny", "'''", "\x00x\x1f\x7f", "  x  \n\n\n", "x\u0085y\u2028z", "\nx", "\n\nx", "# a = 1\n[b]\n",
	}
	for _, b := range bodies {
		a := sampleAgents[1]
		if a.Body = []byte(b); strings.TrimSpace(b) != "" {
			checkAgent(t, a)
		}
	}
	for _, name := range []string{"null", "no", "y", "true", "a-b", "0", "1e3", "0x1f", "2026-01-02", "e-5", strings.Repeat("a", 64)} {
		a := sampleAgents[1]
		a.Name = name
		checkAgent(t, a)
	}
	for _, tool := range []string{"_", "-", "0", "null", "a-b_C"} {
		a := sampleAgents[0]
		a.Tools = []string{tool, "get_tides"}
		checkAgent(t, a)
	}
}

// An ordinary description stands as it is, any other one in quotes.
func TestAgentDescription(t *testing.T) {
	t.Parallel()
	lines := map[string]string{
		"Reads fullstory:get_tides, and more.": "Reads fullstory:get_tides, and more.",
		"Knows the café":                       "Knows the café",
		`Says "a" and 'b' at C:\x`:             `Says "a" and 'b' at C:\x`,
		"Reads: all":                           `"Reads: all"`,
		"Reads #1":                             `"Reads #1"`,
		"Été: \"a\\b\"":                        `"Été: \"a\\b\""`,
		"a\nb\tc\r":                            `"a\nb\tc\r"`,
		"a\u0085\u2028\ufeff":                  `"a\u0085\u2028\uFEFF"`,
		"Off":                                  `"Off"`,
		"7 seas":                               `"7 seas"`,
		"nothing":                              "nothing",
	}
	for _, word := range []string{"null", "True", "false", "YES", "no", "on", "y", "N"} {
		lines[word] = `"` + word + `"` // it is no string to some reader
	}
	for d, want := range lines {
		a := sampleAgents[0]
		a.Description = d
		c, _ := All().Find("gemini-cli")
		file := agentFile(t, c, a)
		if line := "\ndescription: " + want + "\n"; !strings.Contains(file.Data, line) {
			t.Errorf("%q is not %s in:\n%s", d, line, file.Data)
		}
	}
}

func TestAgentRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(a *Agent)
		want   string
	}{
		{"no name", func(a *Agent) { a.Name = "" }, "name"},
		{"a path", func(a *Agent) { a.Name = "../x" }, "name"},
		{"a Windows path", func(a *Agent) { a.Name = `..\x` }, "name"},
		{"dots", func(a *Agent) { a.Name = ".." }, "name"},
		{"a dot", func(a *Agent) { a.Name = "x.agent" }, "name"},
		{"a drive", func(a *Agent) { a.Name = "c:x" }, "name"},
		{"capitals", func(a *Agent) { a.Name = "Tide" }, "name"},
		{"a key in the name", func(a *Agent) { a.Name = "x\ntools: all" }, "name"},
		{"a quote in the name", func(a *Agent) { a.Name = `x"` }, "name"},
		{"an option", func(a *Agent) { a.Name = "-x" }, "name"},
		{"a letter that looks like another", func(a *Agent) { a.Name = "tіde" }, "name"},
		{"a long name", func(a *Agent) { a.Name = strings.Repeat("a", 65) }, "name"},
		{"a zero", func(a *Agent) { a.Name = "x\x00" }, "name"},
		{"no tools", func(a *Agent) { a.Tools = nil }, "no tools"},
		{"an empty tool", func(a *Agent) { a.Tools = []string{""} }, "tool"},
		{"all tools", func(a *Agent) { a.Tools = []string{"*"} }, "tool"},
		{"a second tool", func(a *Agent) { a.Tools = []string{"a, Bash"} }, "tool"},
		{"a key in a tool", func(a *Agent) { a.Tools = []string{"a: allow\n  bash"} }, "tool"},
		{"a quote in a tool", func(a *Agent) { a.Tools = []string{`a"`} }, "tool"},
		{"a path in a tool", func(a *Agent) { a.Tools = []string{"../a"} }, "tool"},
		{"a server in a tool", func(a *Agent) { a.Tools = []string{"other:a"} }, "tool"},
		{"a placeholder", func(a *Agent) { a.Tools = []string{"<server>"} }, "tool"},
		{"the second tool", func(a *Agent) { a.Tools = []string{"a", "b c"} }, `"b c"`},
		{"a tool twice", func(a *Agent) { a.Tools = []string{"a", "b", "a"} }, "a twice"},
		{"no description", func(a *Agent) { a.Description = "" }, "description"},
		{"a blank description", func(a *Agent) { a.Description = " \n\t" }, "description"},
		{"a description of other bytes", func(a *Agent) { a.Description = "a\xff" }, "not UTF-8"},
		{"no body", func(a *Agent) { a.Body = nil }, "told nothing"},
		{"a blank body", func(a *Agent) { a.Body = []byte("\r\n \n") }, "told nothing"},
		{"a body of other bytes", func(a *Agent) { a.Body = []byte("a\xc3") }, "not UTF-8"},
		{"a surrogate", func(a *Agent) { a.Body = []byte("a\xed\xa0\x80") }, "not UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, c := range withAgents(UserScope) {
				a := sampleAgents[0]
				tt.change(&a)
				name, data, err := c.AgentFile(a)
				if err == nil || !strings.Contains(err.Error(), tt.want) || name != "" || data != nil {
					t.Errorf("%s: %q, %q, %v", c.ID, name, data, err)
				}
			}
		})
	}
}

// An agent that is written is not the caller's to be changed by it.
func TestAgentFileKeepsTheAgent(t *testing.T) {
	t.Parallel()
	for _, c := range withAgents(UserScope) {
		a := sampleAgents[1]
		a.Body = append(make([]byte, 0, 1000), a.Body...)
		before := bytes.Clone(a.Body)
		_, data, err := c.AgentFile(a)
		if err != nil {
			t.Fatal(err)
		}
		for i := range data {
			data[i] = 'x'
		}
		if !bytes.Equal(a.Body, before) {
			t.Errorf("%s: the body has changed", c.ID)
		}
	}
}

// FuzzAgentFile: what is written is read back as it was, or refused by all.
func FuzzAgentFile(f *testing.F) {
	for _, a := range sampleAgents {
		f.Add(a.Name, a.Description, strings.Join(a.Tools, " "), a.Body)
	}
	f.Add("on", "on: off", "null", []byte("\"\"\"\r\n\\"))
	f.Add("a", "\u2028\ufeff\x7f", "_ -", []byte("\x00\r"))
	f.Fuzz(func(t *testing.T, name, description, tools string, body []byte) {
		a := Agent{Name: name, Description: description, Tools: strings.Split(tools, " "), Body: body}
		if err := a.check(); err == nil {
			checkAgent(t, a)
			return
		}
		for _, c := range withAgents(UserScope) {
			if _, data, err := c.AgentFile(a); err == nil {
				t.Errorf("%s has:\n%s", c.ID, data)
			}
		}
	})
}
