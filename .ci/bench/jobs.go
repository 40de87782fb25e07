package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"fsskills/.ci/bench/measure"
)

// A job runs the commands of some targets, and gives what they took.
type job struct {
	name  string
	run   func(context.Context, *bench) ([]*measure.Series, error)
	peers bool // it measures programs from npm too
}

var jobs = []job{
	{"install", install, true},
	{"first", first, false},
	{"update", update, true},
	{"start", start, false},
	{"list", list, true},
	{"entries", entries, true},
	{"slope", slope, false},
	{"large", large, false},
	{"memory", memory, false},
	{"many", many, false},
	{"size", size, false},
}

// installing is fsskills install for some clients, from source.
func (b *bench) installing(name, source string, clients []string) measure.Command {
	return measure.Command{
		Name: name,
		Args: []string{b.program, "install", "--client", strings.Join(clients, ","), "--source", source, "--yes", "--quiet"},
		After: func(home string, r *measure.Run) error {
			folders, err := b.installed(home, clients, true, true)
			r.Count = float64(folders)
			return err
		},
	}
}

// having is a Before: a home in which a command has been run.
func (b *bench) having(c measure.Command) func(context.Context, string) error {
	return func(ctx context.Context, home string) error {
		if c.Before != nil {
			if err := c.Before(ctx, home); err != nil {
				return err
			}
		}
		_, err := b.runner.In(ctx, home, c)
		return err
	}
}

// untouched makes c fail the target of files that are written: it counts those that
// are not as they were before c.
func untouched(c measure.Command) measure.Command {
	var before measure.Files
	prepare, after := c.Before, c.After
	c.Before = func(ctx context.Context, home string) (err error) {
		if err := prepare(ctx, home); err != nil {
			return err
		}
		before, err = measure.Look(home)
		return err
	}
	c.After = func(home string, r *measure.Run) error {
		now, err := measure.Look(home)
		if err != nil {
			return err
		}
		if after != nil {
			if err := after(home, r); err != nil {
				return err
			}
		}
		r.Count = float64(len(measure.Changed(before, now)))
		return nil
	}
	return c
}

// adding is skills add, which copies as fsskills does. It has to make as many
// folders as it is asked for, or it would seem fast: at least folders.
func (b *bench) adding(name string, agents []string, folders int) measure.Command {
	args := []string{"add", b.local(), "--global", "--yes", "--skill", "*", "--copy", "--agent"}
	return measure.Command{
		Name: name, Args: b.peers.run(skillsFile, append(args, agents...)...),
		After: func(home string, r *measure.Run) error {
			made, _, err := count(home)
			r.Count = float64(made / len(b.skills))
			if err == nil && made < folders*len(b.skills) {
				err = fmt.Errorf("there are %d skills, not %d", made, folders*len(b.skills))
			}
			return err
		},
	}
}

func install(ctx context.Context, b *bench) ([]*measure.Series, error) {
	var all []string
	for id, at := range b.catalog {
		if at.Skills != "" {
			all = append(all, id)
		}
	}
	commands := []measure.Command{
		b.installing("20 clients", b.local(), ours(named[:20])),
		b.installing("all clients", b.local(), all),
	}
	var absent []*measure.Series
	if b.peers.missing != nil {
		absent = without(b.peers.missing, "skills, 20", "npx skills, 20", "skills, all")
	} else {
		byNode := b.adding("skills, 20", theirs(named[:20]), 13)
		byNPX := byNode
		byNPX.Name, byNPX.Dir = "npx skills, 20", b.peers.dir
		byNPX.Args = append([]string{b.peers.npx, "--no-install", "skills"}, byNode.Args[2:]...)
		commands = append(commands, byNode, byNPX, b.adding("skills, all", []string{"*"}, 40))
	}
	series, err := b.runner.Rounds(ctx, b.rounds, commands)
	if err != nil {
		return nil, err
	}
	for _, s := range series {
		if len(s.Runs) > 0 {
			b.note("%s: copies into %.0f folders.", s.Name, s.Runs[0].Count)
		}
	}
	return append(series, absent...), nil
}

// cloning is git clone --depth 1 and nothing else.
func (b *bench) cloning(name string) measure.Command {
	return leaving(len(b.skills), measure.Command{
		Name: name, Args: []string{b.git, "clone", "--quiet", "--depth", "1", b.remote(), "clone"}, Server: b.server,
	})
}

func first(ctx context.Context, b *bench) ([]*measure.Series, error) {
	install := b.installing("40 clients", b.remote(), ours(named))
	install.Server = b.server
	clone := b.cloning("git clone")
	far, farClone := install, clone
	far.Name, far.Trip = "40 clients, 50 ms", 50*time.Millisecond
	farClone.Name, farClone.Trip = "git clone, 50 ms", 50*time.Millisecond
	return b.runner.Rounds(ctx, b.rounds, []measure.Command{install, clone, far, farClone})
}

func update(ctx context.Context, b *bench) ([]*measure.Series, error) {
	commands := []measure.Command{
		untouched(measure.Command{
			Name: "update", Args: []string{b.program, "update", "--yes"}, Server: b.server,
			Before: b.having(b.installing("", b.remote(), ours(named))),
			After: func(home string, _ *measure.Run) error {
				_, err := b.installed(home, ours(named), true, true)
				return err
			},
		}),
		{
			Name: "git ls-remote", Args: []string{b.git, "ls-remote", b.remote(), "HEAD"}, Server: b.server,
			After: func(_ string, r *measure.Run) error {
				if !strings.Contains(string(r.Stdout), "\tHEAD") {
					return errors.New("it has not said what HEAD is")
				}
				return nil
			},
		},
	}
	if b.peers.missing != nil {
		all, err := b.runner.Rounds(ctx, b.rounds, commands)
		return append(all, without(b.peers.missing, "openskills update")...), err
	}
	have := leaving(len(b.skills), measure.Command{Args: b.peers.run(openskillsFile, "install", b.remote(), "--global", "--yes")})
	commands = append(commands, leaving(len(b.skills), measure.Command{
		Name: "openskills update", Args: b.peers.run(openskillsFile, "update"), Server: b.server, Before: b.having(have),
	}))
	return b.runner.Rounds(ctx, b.rounds, commands)
}

func list(ctx context.Context, b *bench) ([]*measure.Series, error) {
	// Each skill is named in what they say.
	said := func(_ string, r *measure.Run) error {
		for _, name := range b.skills {
			if !strings.Contains(string(r.Stdout), name) {
				return fmt.Errorf("it does not name the skill %s", name)
			}
		}
		return nil
	}
	have := b.having(b.installing("", b.local(), ours(named)))
	commands := []measure.Command{
		{Name: "list", Args: []string{b.program, "list"}, Before: have, After: said},
		{Name: "status", Args: []string{b.program, "status", "--offline", "--verbose"}, Before: have, After: said},
	}
	if b.peers.missing != nil {
		all, err := b.runner.Rounds(ctx, b.rounds, commands)
		return append(all, without(b.peers.missing, "skills list")...), err
	}
	commands = append(commands, measure.Command{
		Name: "skills list", Args: b.peers.run(skillsFile, "list", "--global"), After: said,
		Before: b.having(b.adding("", theirs(named), 20)),
	})
	return b.runner.Rounds(ctx, b.rounds, commands)
}

func entries(ctx context.Context, b *bench) ([]*measure.Series, error) {
	write := measure.Command{
		Name: "entries",
		Args: []string{b.program, "install", "--mcp-only", "--client", strings.Join(ours(servers), ","), "--yes", "--quiet"},
		After: func(home string, _ *measure.Run) error {
			_, err := b.installed(home, ours(servers), false, true)
			return err
		},
	}
	again := write
	again.Name, again.Before = "entries again", b.having(write)
	commands := []measure.Command{write, untouched(again)}
	unsynced := b.unsynced(ctx, write, len(servers))
	if b.peers.missing != nil {
		all, err := b.runner.Rounds(ctx, b.rounds, commands)
		return append(append(all, unsynced), without(b.peers.missing, "add-mcp", "add-mcp again")...), err
	}
	args := []string{address, "--name", "fullstory", "--global", "--yes"}
	for _, agent := range theirs(servers) {
		args = append(args, "--agent", agent)
	}
	add := measure.Command{
		Name: "add-mcp", Args: b.peers.run(addMCPFile, args...),
		After: func(home string, _ *measure.Run) error {
			_, entries, err := count(home)
			if err == nil && entries != len(servers) {
				err = fmt.Errorf("it has written %d entries, not %d", entries, len(servers))
			}
			return err
		},
	}
	addAgain := add
	addAgain.Name, addAgain.Before = "add-mcp again", b.having(add)
	all, err := b.runner.Rounds(ctx, b.rounds, append(commands, add, addAgain))
	return append(all, unsynced), err
}

// size is that of the program as it is released for Linux on amd64.
func size(ctx context.Context, b *bench) ([]*measure.Series, error) {
	path := b.options.program
	if path == "" {
		path = filepath.Join(b.work, "fsskills-linux-amd64")
		if err := golang(ctx, []string{"GOOS=linux", "GOARCH=amd64"}, "build", "-trimpath", "-ldflags", release, "-o", path, "fsskills/cmd/fsskills"); err != nil {
			return nil, err
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	return []*measure.Series{{Name: "program", Runs: []measure.Run{{Count: float64(info.Size())}}}}, nil
}
