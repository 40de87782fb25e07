package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"fsskills/.ci/bench/fixture"
	"fsskills/.ci/bench/measure"
)

// A journey makes the commands of a series for one repository and the home that is
// wanted.
type journey struct {
	l       *lab
	r       *repository
	w       wanted
	furnish func(home string) error // makes the home what it is before; nil: empty
}

// command is fsskills with args, after which check has to hold.
func (j journey) command(name string, check func(home string, r *measure.Run) error, args ...string) measure.Command {
	c := measure.Command{Name: name, Args: append([]string{j.l.program}, args...), After: check}
	if j.r != nil {
		c.Server = j.r.server
	}
	return c
}

// install is the first command, in a home that is as it was before.
func (j journey) install() measure.Command {
	c := j.command("install", func(home string, _ *measure.Run) error { return j.w.installed(home) },
		"install", "--yes", "--quiet", "--client", j.w.names(), "--source", j.r.source)
	c.Before = func(ctx context.Context, home string) error {
		if j.furnish != nil {
			if err := j.furnish(home); err != nil {
				return err
			}
		}
		return j.r.at(ctx, j.r.old)
	}
	return c
}

// noop is an update when there is nothing new.
func (j journey) noop() measure.Command {
	return j.command("no-op update", func(home string, r *measure.Run) error {
		if j.r.server != nil && r.Traffic.Requests != 1 {
			return fmt.Errorf("%d requests, not 1", r.Traffic.Requests)
		}
		return j.w.installed(home)
	}, "update", "--yes", "--quiet")
}

// update is one when a line of a skill is new.
func (j journey) update() measure.Command {
	c := j.command("update of one file", func(home string, _ *measure.Run) error {
		for _, client := range j.w.clients {
			if err := contains(filepath.Join(home, client.Skills, j.w.skills[0], changed), line); err != nil {
				return err
			}
		}
		return j.w.installed(home)
	}, "update", "--yes", "--quiet")
	c.Before = func(ctx context.Context, _ string) error { return j.r.at(ctx, j.r.new) }
	return c
}

func (j journey) list() measure.Command {
	return j.command("list", func(_ string, r *measure.Run) error { return names(r.Stdout, j.w.skills) }, "list")
}

func (j journey) status() measure.Command {
	return j.command("status --offline", func(_ string, r *measure.Run) error { return names(r.Stdout, j.w.skills) }, "status", "--offline")
}

func (j journey) uninstall() measure.Command {
	return j.command("uninstall", func(home string, _ *measure.Run) error { return j.w.gone(home) }, "uninstall", "--yes", "--quiet")
}

// names looks whether what was said names the first and the last skill.
func names(said []byte, skills []string) error {
	for _, name := range []string{skills[0], skills[len(skills)-1]} {
		if !bytes.Contains(said, []byte(name)) {
			return fmt.Errorf("it does not name %s", name)
		}
	}
	return nil
}

func skillNames(shape fixture.Shape) []string {
	var list []string
	for _, s := range shape.Skills {
		list = append(list, s.Name)
	}
	return list
}

// some are n clients that share no folder, and the home that they are in: known ones of
// the catalog, and for the rest the user's own, in config.yaml, whose files have another
// server already.
func (l *lab) some(n, known int) (list []measure.Place, furnish func(home string) error, err error) {
	if known > len(l.catalog) {
		return nil, nil, fmt.Errorf("the catalog has %d clients with a folder of their own, not %d", len(l.catalog), known)
	}
	list = l.catalog[:known:known]
	if n == known {
		return list, nil, nil
	}
	var config strings.Builder
	config.WriteString("own-clients:\n")
	for i := range n - known {
		c := measure.Place{ID: fmt.Sprintf("own-%03d", i)}
		c.Skills, c.Config = "."+c.ID+"/skills", "."+c.ID+"/mcp.json"
		list = append(list, c)
		fmt.Fprintf(&config, "  - id: %s\n    skills: ~/%s\n    server: {file: ~/%s, format: json, root: mcpServers, entry: {type: http, url: <url>}}\n", c.ID, c.Skills, c.Config)
	}
	return list, func(home string) error {
		for _, c := range list[known:] {
			if err := write(filepath.Join(home, c.Config), []byte(another)); err != nil {
				return err
			}
		}
		return write(filepath.Join(home, ".config", "fsskills", "config.yaml"), []byte(config.String()))
	}, nil
}

// clients installs for n clients. One in twenty is of the catalog, whatever n is: all
// sizes have the same mixture.
func clients(ctx context.Context, l *lab, n int) ([]measure.Command, error) {
	list, furnish, err := l.some(n, n/20)
	if err != nil {
		return nil, err
	}
	shape := fixture.Upstream()
	r, err := l.repository(ctx, fmt.Sprintf("clients-%d.git", n), shape, overHTTP)
	if err != nil {
		return nil, err
	}
	j := journey{l, r, wanted{list, skillNames(shape)}, furnish}
	return []measure.Command{j.install(), j.noop(), j.status(), j.uninstall()}, nil
}

// another is a file that has a server of somebody else's.
const another = `{
  "mcpServers": {
    "tracker": { "type": "http", "url": "https://mcp.example.com/tracker" }
  }
}
`

// skillsTo installs n skills of ten files for some clients, of the catalog as far as
// that goes.
func skillsTo(clients int) func(context.Context, *lab, int) ([]measure.Command, error) {
	return func(ctx context.Context, l *lab, n int) ([]measure.Command, error) {
		list, furnish, err := l.some(clients, min(clients, len(l.catalog)))
		if err != nil {
			return nil, err
		}
		shape := fixture.Many(n, 10, 1900)
		r, err := l.repository(ctx, fmt.Sprintf("skills-%d.git", n), shape, overHTTP)
		if err != nil {
			return nil, err
		}
		j := journey{l, r, wanted{list, skillNames(shape)}, furnish}
		return []measure.Command{j.install(), j.noop(), j.update(), j.list(), j.status(), j.uninstall()}, nil
	}
}

// history installs from a repository with n commits.
func history(by transport) func(context.Context, *lab, int) ([]measure.Command, error) {
	return func(ctx context.Context, l *lab, n int) ([]measure.Command, error) {
		shape := fixture.Upstream()
		shape.Commits, shape.Refs = n, 0
		return upstream(ctx, l, fmt.Sprintf("history-%d.git", n), shape, by)
	}
}

// refs installs from a repository with n branches.
func refs(by transport) func(context.Context, *lab, int) ([]measure.Command, error) {
	return func(ctx context.Context, l *lab, n int) ([]measure.Command, error) {
		shape := fixture.Upstream()
		shape.Refs = n - 1
		return upstream(ctx, l, fmt.Sprintf("refs-%d.git", n), shape, by)
	}
}

// upstream installs a few skills for one client, and updates them.
func upstream(ctx context.Context, l *lab, name string, shape fixture.Shape, by transport) ([]measure.Command, error) {
	r, err := l.repository(ctx, name, shape, by)
	if err != nil {
		return nil, err
	}
	j := journey{l, r, wanted{l.catalog[:1], skillNames(shape)}, nil}
	return []measure.Command{j.install(), j.noop(), j.update()}, nil
}

// configs installs the entry of a client whose file has n kB already.
func configs(client string, text func(size int) []byte) func(context.Context, *lab, int) ([]measure.Command, error) {
	return func(_ context.Context, l *lab, n int) ([]measure.Command, error) {
		at, err := l.place(client)
		if err != nil {
			return nil, err
		}
		before := text(n * 1000)
		w := wanted{clients: []measure.Place{at}}
		j := journey{l: l, w: w}
		installed := func(home string, _ *measure.Run) error { return w.installed(home) }
		args := []string{"install", "--yes", "--quiet", "--mcp-only", "--client", client}
		install := j.command("install", installed, args...)
		install.Before = func(_ context.Context, home string) error { return write(filepath.Join(home, at.Config), before) }
		doctor := j.command("doctor --offline", installed, "doctor", "--offline")
		doctor.Statuses = []int{0, 1} // the client's program is not there
		uninstall := j.command("uninstall", func(home string, _ *measure.Run) error {
			now, err := os.ReadFile(filepath.Join(home, at.Config))
			if err == nil && !bytes.Equal(now, before) {
				err = fmt.Errorf("%s is not as it was", at.Config)
			}
			return err
		}, "uninstall", "--yes", "--quiet")
		return []measure.Command{install, j.command("no-op install", installed, args...), doctor, uninstall}, nil
	}
}
