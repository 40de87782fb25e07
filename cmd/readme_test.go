package cmd_test

import (
	"fmt"
	"os"
	"path/filepath"
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

// clientTable is the catalog as a table, with the paths of Linux.
func clientTable() string {
	sys := clients.System{
		GOOS: "linux", Home: "/home/you", Getenv: func(string) string { return "" },
		LookPath: func(string) (string, error) { return "", os.ErrNotExist },
		Stat:     func(string) (os.FileInfo, error) { return nil, os.ErrNotExist },
		ReadFile: func(string) ([]byte, error) { return nil, os.ErrNotExist },
		Glob:     func(string) ([]string, error) { return nil, nil },
	}
	tilde := func(path string) string {
		if path == "" {
			return "none: upload by hand"
		}
		return "`" + strings.Replace(filepath.ToSlash(path), "/home/you", "~", 1) + "`"
	}
	var b strings.Builder
	b.WriteString("| client | `--client` | skills | server entry (on Linux) | a skill is called | API key |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, c := range clients.All() {
		srv := clients.Server{Name: clients.ServerName, URL: "https://example.com", Auth: clients.APIKey, KeyEnv: "KEY"}
		file, err := c.ServerFile(sys, srv)
		key := "yes"
		if err != nil {
			key = "no"
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s | %s | %s |\n", c.Name, c.ID, tilde(c.SkillsDir(sys)), tilde(file.Path), c.Invoke("name", true), key)
	}
	return b.String()
}
