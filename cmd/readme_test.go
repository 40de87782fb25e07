package cmd_test

import (
	"cmp"
	"fmt"
	"os"
	"strings"
	"testing"

	"fsskills/clients"
)

// TestReadme holds the table of clients in the README to the catalog.
func TestReadme(t *testing.T) {
	const path = "../README.md"
	const begin, end = "-update -->\n", "<!-- end of clients -->"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(data), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("the README has lost the marks of its table")
	}
	want := head + begin + clientTable() + end + tail
	if want == string(data) {
		return
	}
	if !*update {
		t.Fatal("the table of clients in the README is not the catalog's: run go test ./cmd -run TestReadme -update")
	}
	if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// clientTable is the catalog as a table, with the paths of Linux: the clients
// that take an entry, and how many more there are.
func clientTable() string {
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
	var b strings.Builder
	b.WriteString("| client | `--client` | skills | server entry (on Linux) | in a project | a skill is called | API key |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	more := 0
	for _, c := range clients.All() {
		if len(c.Servers) == 0 {
			more++
			continue
		}
		srv := clients.Server{Name: clients.ServerName, URL: "https://example.com", Auth: clients.APIKey, KeyEnv: "KEY"}
		sys := linux
		file, err := c.ServerFile(sys, srv)
		if file.Path == "" { // it is for one system only
			sys = windows
			file, err = c.ServerFile(sys, srv)
		}
		key := "yes"
		if err != nil {
			key = "no"
			srv.Literal = true
			if _, err := c.ServerFile(sys, srv); err == nil {
				key = "`--write-key`"
			}
		}
		project := "–"
		if p, ok := c.In(clients.ProjectScope); ok {
			entry, _ := p.ServerFile(linux, srv)
			project = code(p.SkillsDir(linux), entry.Path)
		}
		call := c.Invoke("name", true)
		if c.Skills.Call == "" {
			call = code()
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s | %s | %s | %s |\n", c.Name, c.ID, code(c.SkillsDir(sys)), code(file.Path), project, call, key)
	}
	fmt.Fprintf(&b, "\n%d more are known by name, with their skills folders only; [clients/README.md](clients/README.md) has everything about all\nof them: how each entry is spelt, what else moves it, and the pages that it is from.\n", more)
	return b.String()
}
