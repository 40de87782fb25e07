package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"fsskills/.ci/bench/fixture"
	"fsskills/.ci/bench/measure"
)

// slope installs to 10, 20, 30 and 40 clients that share nothing: each has a folder
// and a server file of its own, as config.yaml describes them.
func slope(ctx context.Context, b *bench) ([]*measure.Series, error) {
	const most = 40
	var config strings.Builder
	var ids []string
	config.WriteString("own-clients:\n")
	for i := range most {
		id := fmt.Sprintf("own-%02d", i)
		ids = append(ids, id)
		fmt.Fprintf(&config, `  - id: %s
    skills: ~/.%[1]s/skills
    server: {file: ~/.%[1]s/mcp.json, format: json, root: mcpServers, entry: {type: http, url: <url>}}
`, id)
		b.catalog[id] = measure.Place{ID: id, Skills: "/." + id + "/skills", Config: "/." + id + "/mcp.json"}
	}
	var commands []measure.Command
	for n := 10; n <= most; n += 10 {
		c := b.installing(fmt.Sprintf("install: %d", n), b.local(), ids[:n])
		c.Size = float64(n)
		c.Before = func(_ context.Context, home string) error {
			dir := filepath.Join(home, ".config", "fsskills")
			if err := os.MkdirAll(dir, 0o700); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(dir, "config.yaml"), []byte(config.String()), 0o600)
		}
		commands = append(commands, c)
	}
	return b.runner.Rounds(ctx, b.rounds, commands)
}

// large writes the entry into a config file as somebody has it who has worked with
// Claude Code for long: most of it is what was typed in each project.
func large(ctx context.Context, b *bench) ([]*measure.Series, error) {
	text, err := history(10_000_000)
	if err != nil {
		return nil, err
	}
	const name = ".claude.json"
	return b.runner.Rounds(ctx, b.rounds, []measure.Command{{
		Name: "entry",
		Args: []string{b.program, "install", "--mcp-only", "--client", "claude-code", "--yes", "--quiet"},
		Before: func(_ context.Context, home string) error {
			return os.WriteFile(filepath.Join(home, name), text, 0o600)
		},
		After: func(home string, _ *measure.Run) error {
			now, err := os.ReadFile(filepath.Join(home, name))
			if err != nil {
				return err
			}
			if !json.Valid(now) || len(now) < len(text) || len(now) > len(text)+1000 || !bytes.Contains(now, []byte(address)) {
				return fmt.Errorf("the file has %d bytes, %d before", len(now), len(text))
			}
			return nil
		},
	}})
}

// history is such a file, of about size bytes.
func history(size int) ([]byte, error) {
	type entry struct {
		Display        string         `json:"display"`
		PastedContents map[string]any `json:"pastedContents"`
	}
	type project struct {
		AllowedTools           []string       `json:"allowedTools"`
		History                []entry        `json:"history"`
		MCPServers             map[string]any `json:"mcpServers"`
		HasTrustDialogAccepted bool           `json:"hasTrustDialogAccepted"`
	}
	type file struct {
		NumStartups int                `json:"numStartups"`
		Theme       string             `json:"theme"`
		Projects    map[string]project `json:"projects"`
		MCPServers  map[string]any     `json:"mcpServers"`
	}
	whole := file{NumStartups: 412, Theme: "dark", Projects: map[string]project{}, MCPServers: map[string]any{
		"tracker": map[string]any{"type": "http", "url": "https://mcp.example.com/tracker"},
	}}
	const perProject, perEntry = 100, 500
	for i := range size / (perProject * (perEntry + 90)) {
		p := project{AllowedTools: []string{"Bash(make:*)"}, MCPServers: map[string]any{}, HasTrustDialogAccepted: true}
		for n := range perProject {
			line := fmt.Sprintf("Look at \"part %d\" of project %d, é and all.\n", n, i)
			p.History = append(p.History, entry{strings.Repeat(line, perEntry/len(line)), map[string]any{}})
		}
		whole.Projects[fmt.Sprintf("/home/ada/project-%03d", i)] = p
	}
	return json.MarshalIndent(whole, "", "  ")
}

// memory runs all commands that work on what is installed, for 50 clients.
func memory(ctx context.Context, b *bench) ([]*measure.Series, error) {
	clients := append(ours(named), unnamed...)
	commands := []measure.Command{b.installing("50 clients: install", b.remote(), clients)}
	for _, args := range [][]string{
		{"install", "--yes"},
		{"update", "--yes"},
		{"list"},
		{"status"},
		{"status", "--offline"},
		{"doctor", "--offline"},
		{"clients"},
	} {
		c := b.command("50 clients: "+strings.Join(args, " "), args...)
		if args[0] == "doctor" {
			c.Statuses = []int{0, 1} // it finds that no client is here
		}
		commands = append(commands, c)
	}
	commands = append(commands, leaving(0, b.command("50 clients: uninstall", "uninstall", "--yes")))
	return b.noted(b.runner.Chain(ctx, b.rounds, commands))
}

// command is a call of fsskills whose exit status says enough.
func (b *bench) command(name string, args ...string) measure.Command {
	return measure.Command{Name: name, Args: append([]string{b.program}, args...)}
}

// leaving says that c leaves so many skills in the home.
func leaving(n int, c measure.Command) measure.Command {
	c.After = func(home string, _ *measure.Run) error {
		made, _, err := count(home)
		if err == nil && made != n {
			err = fmt.Errorf("there are %d skills, not %d", made, n)
		}
		return err
	}
	return c
}

// noted notes how much memory each command had at most.
func (b *bench) noted(all []*measure.Series, err error) ([]*measure.Series, error) {
	for _, s := range all {
		if len(s.Runs) > 0 {
			b.note("%s: at most %s MiB.", s.Name, number(measure.Summarize(s.Values(measure.Peak)).Most))
		}
	}
	return all, err
}

// many installs ten thousand files, three times at most: it takes long, and memory
// is about the same each time.
func many(ctx context.Context, b *bench) ([]*measure.Series, error) {
	const name = "many: "
	if b.quick {
		return without(absent{"-quick leaves it out"}, name+"install over HTTP"), nil
	}
	shape := fixture.Many(1000, 10, 1900)
	dir := filepath.Join(filepath.Dir(b.source), "many.git")
	if err := fixture.Make(ctx, dir, shape); err != nil {
		return nil, err
	}
	from := func(how, source string) measure.Command {
		return b.command(name+how, "install", "--client", "claude-code", "--source", source, "--yes", "--quiet")
	}
	all := len(shape.Skills)
	return b.noted(b.runner.Chain(ctx, min(b.rounds, 3), []measure.Command{
		leaving(all, from("install over HTTP", b.server.URL+"/many.git")),
		leaving(all, b.command(name+"update", "update", "--yes", "--quiet")),
		leaving(all, b.command(name+"status", "status")),
		leaving(0, b.command(name+"uninstall", "uninstall", "--purge", "--yes", "--quiet")),
		leaving(all, from("install from the disk", "file://"+filepath.ToSlash(dir))),
	}))
}
