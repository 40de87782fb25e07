package cmd_test

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"fsskills/clients"
)

// wellKnown are the clients in the README's table; docs/clients.md has all.
var wellKnown = []string{
	"claude-code", "claude-desktop", "cursor", "vscode", "copilot-cli", "codex", "gemini-cli", "opencode",
	"windsurf", "zed", "cline", "kilo", "goose", "amp", "kiro",
}

// TestReadme holds the tables of clients in the README and in docs/clients.md
// to the catalog.
func TestReadme(t *testing.T) {
	for path, table := range map[string]string{"../README.md": shortClientTable(t), "../docs/clients.md": clientTable()} {
		const begin, end = "-update -->\n", "<!-- end of clients -->"
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		head, rest, ok := strings.Cut(string(data), begin)
		_, tail, ok2 := strings.Cut(rest, end)
		if !ok || !ok2 {
			t.Fatalf("%s has lost the marks of its table", path)
		}
		want := head + begin + table + end + tail
		if want == string(data) {
			continue
		}
		if !*update {
			t.Fatalf("the table of clients in %s is not the catalog's: run go test ./cmd -run TestReadme -update", path)
		}
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestReadmeNumbers holds the numbers of clients in the README to the catalog.
func TestReadmeNumbers(t *testing.T) {
	data, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var servers, skills, agents int
	for _, c := range clients.All() {
		r := rowOf(c)
		if len(c.Servers) > 0 {
			servers++
		}
		if r.skills != "–" || len(c.Servers) == 0 { // some read those of a project only
			skills++
		}
		if r.agent {
			agents++
		}
	}
	want := fmt.Sprintf("skills for %d clients, the server entry for %d, the agent for %d", skills, servers, agents)
	if !strings.Contains(strings.Join(strings.Fields(string(data)), " "), want) {
		t.Errorf("the README does not say that there are %s", want)
	}
}

// A clientRow is what the tables say of a client, the paths being those of Linux.
type clientRow struct {
	name, id, skills, server, project, call, key string
	agent                                        bool
}

// rowOf looks at a client as it is on a system without anything.
func rowOf(c clients.Client) clientRow {
	onSystem := func(goos, home string) clients.System {
		return clients.System{
			GOOS: goos, Home: home, Project: "/work/web",
			Getenv:   func(string) string { return "" },
			LookPath: func(string) (string, error) { return "", os.ErrNotExist },
			Stat:     func(string) (os.FileInfo, error) { return nil, os.ErrNotExist },
			ReadFile: func(string) ([]byte, error) { return nil, os.ErrNotExist },
			Glob:     func(string) ([]string, error) { return nil, nil },
		}
	}
	linux, windows := onSystem("linux", "/home/you"), onSystem("windows", `C:\Users\you`)
	short := strings.NewReplacer("/home/you", "~", `C:\Users\you`, "~", "/work/web/", "")
	code := func(paths ...string) string {
		var out []string
		for _, path := range paths {
			if path != "" {
				out = append(out, "`"+short.Replace(path)+"`")
			}
		}
		return cmp.Or(strings.Join(out, ", "), "–")
	}
	srv := clients.Server{Name: clients.ServerName, URL: "https://example.com", Auth: clients.APIKey, KeyEnv: "KEY"}
	sys := linux
	file, err := c.ServerFile(sys, srv)
	if file.Path == "" && len(c.Servers) > 0 { // it is for one system only
		sys = windows
		file, err = c.ServerFile(sys, srv)
	}
	r := clientRow{name: c.Name, id: c.ID, skills: code(c.SkillsDir(sys)), server: code(file.Path), project: "–", call: c.Invoke("name", true), key: "yes", agent: c.AgentsDir(linux) != ""}
	if err != nil {
		r.key = "no"
		srv.Literal = true
		if _, err := c.ServerFile(sys, srv); err == nil {
			r.key = "`--write-key`"
		}
	}
	if p, ok := c.In(clients.ProjectScope); ok {
		entry, _ := p.ServerFile(linux, srv)
		r.project = code(p.SkillsDir(linux), entry.Path)
	}
	if c.Skills.Call == "" {
		r.call = code()
	}
	return r
}

// shortClientTable has the clients that are known best.
func shortClientTable(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("| client | `--client` | skills | server entry (on Linux) | a skill is called | API key |\n| --- | --- | --- | --- | --- | --- |\n")
	all := clients.All()
	for _, id := range wellKnown {
		i := slices.IndexFunc(all, func(c clients.Client) bool { return c.ID == id })
		if i < 0 {
			t.Fatalf("no client is called %s", id)
		}
		r := rowOf(all[i])
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s | %s | %s |\n", r.name, r.id, r.skills, r.server, r.call, r.key)
	}
	fmt.Fprintf(&b, "\n[docs/clients.md](docs/clients.md) has all %d, and what each of them reads in a project.\n", len(all))
	return b.String()
}

// clientTable has the clients that take an entry, and the names of the others.
func clientTable() string {
	var b strings.Builder
	b.WriteString("| client | `--client` | skills | server entry (on Linux) | in a project | a skill is called | API key |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	var others []clients.Client
	for _, c := range clients.All() {
		if len(c.Servers) == 0 {
			others = append(others, c)
			continue
		}
		r := rowOf(c)
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s | %s | %s | %s |\n", r.name, r.id, r.skills, r.server, r.project, r.call, r.key)
	}
	fmt.Fprintf(&b, "\nOf %d more their folders of skills are known, and nothing else:\n\n", len(others))
	b.WriteString("| client | `--client` | skills | in a project |\n| --- | --- | --- | --- |\n")
	for _, c := range others {
		r := rowOf(c)
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", r.name, r.id, r.skills, r.project)
	}
	return b.String()
}
