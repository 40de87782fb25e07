package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"fsskills/.ci/bench/gitserver"
	"fsskills/.ci/bench/measure"
)

// A lab has what all series use.
type lab struct {
	work    string // a folder that is gone at the end
	program string
	runner  *measure.Runner
	root    string // where the repositories are that are served
	server  *gitserver.Server
	known   []measure.Place // all clients of the catalog
	catalog []measure.Place // those of them that share no folder
}

// newLab builds the program, unless it is given, and starts the server.
func newLab(ctx context.Context, program string) (l *lab, err error) {
	work, err := os.MkdirTemp("", "fsskills-scale")
	if err != nil {
		return nil, err
	}
	l = &lab{}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.close())
		}
	}()
	// Programs give paths without links in them.
	l.work = work
	if work, err = filepath.EvalSymlinks(work); err != nil {
		return l, err
	}
	l.work, l.root = work, filepath.Join(work, "served")
	launch, err := measure.Launcher(ctx, work)
	if err != nil {
		return l, err
	}
	if l.program, err = build(ctx, work, program); err != nil {
		return l, err
	}
	l.runner = &measure.Runner{Work: work, Launch: launch, Env: []string{
		"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "NO_COLOR=1", "CI=1", "NO_PROXY=127.0.0.1", "GIT_CONFIG_NOSYSTEM=1",
	}}
	if err := os.Mkdir(l.root, 0o755); err != nil {
		return l, err
	}
	if l.server, err = gitserver.Start(ctx, l.root); err != nil {
		return l, err
	}
	if l.known, err = l.runner.Places(ctx, l.program); err != nil {
		return l, err
	}
	l.catalog = apart(l.known)
	return l, nil
}

// build builds fsskills as it is released, unless program is there already.
func build(ctx context.Context, dir, program string) (string, error) {
	if program != "" {
		return filepath.Abs(program)
	}
	path := filepath.Join(dir, "fsskills")
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, "fsskills/cmd/fsskills")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build fsskills: %w: %s", err, bytes.TrimSpace(said))
	}
	return path, nil
}

func (l *lab) close() error {
	var err error
	if l.server != nil {
		err = l.server.Close()
	}
	return errors.Join(err, os.RemoveAll(l.work))
}

func (l *lab) say(format string, args ...any) { fmt.Fprintf(os.Stderr, "scale: "+format+"\n", args...) }

// A result is what a series took: each command at each size, in each round.
type result struct {
	series
	commands []string
	runs     map[string][][]measure.Run // by command, then size, then round
	failures []error
}

// measure runs a series. In each round every size comes once, in another order each
// time, in a new home, in which its commands run one after the other.
func (l *lab) measure(ctx context.Context, s series) (*result, error) {
	r := &result{series: s, runs: map[string][][]measure.Run{}, failures: make([]error, len(s.sizes))}
	journeys := make([][]measure.Command, len(s.sizes))
	for i, n := range s.sizes {
		l.say("%s: preparing %d", s.name, n)
		commands, err := s.prepare(ctx, l, n)
		if err != nil {
			return nil, fmt.Errorf("prepare %d: %w", n, err)
		}
		journeys[i] = commands
		for _, c := range commands {
			if i == 0 {
				r.commands = append(r.commands, c.Name)
				r.runs[c.Name] = make([][]measure.Run, len(s.sizes))
			}
		}
	}
	// Once without counting: the program is read from the disk then.
	if _, err := l.journey(ctx, journeys[0]); err != nil {
		return nil, err
	}
	for round := range s.rounds {
		begin := time.Now()
		for _, i := range order(len(s.sizes), round) {
			if r.failures[i] != nil {
				continue
			}
			runs, err := l.journey(ctx, journeys[i])
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if err != nil {
				r.failures[i] = err
				continue
			}
			for k, run := range runs {
				name := journeys[i][k].Name
				r.runs[name][i] = append(r.runs[name][i], run)
			}
		}
		l.say("%s: round %d of %d took %v", s.name, round+1, s.rounds, time.Since(begin).Round(time.Millisecond))
	}
	// The repositories of this series are not asked for any more.
	list, err := os.ReadDir(l.root)
	if err != nil {
		return nil, err
	}
	for _, entry := range list {
		if err := os.RemoveAll(filepath.Join(l.root, entry.Name())); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// journey runs commands one after the other in a new home.
func (l *lab) journey(ctx context.Context, commands []measure.Command) (runs []measure.Run, err error) {
	home, err := os.MkdirTemp(l.work, "home")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(home)) }()
	for _, c := range commands {
		if c.Before != nil {
			if err := c.Before(ctx, home); err != nil {
				return nil, fmt.Errorf("%s: prepare: %w", c.Name, err)
			}
		}
		run, err := l.runner.In(ctx, home, c)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		run.Stdout, run.Stderr = nil, nil // nobody reads them any more
		runs = append(runs, run)
	}
	return runs, nil
}

// order is which size comes when in a round: each begins with another one, and every
// second round goes backwards.
func order(n, round int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = (i + round) % n
	}
	if round%2 != 0 {
		slices.Reverse(list)
	}
	return list
}

// of gives what a command took, as a quantity.
func (r *result) of(command string, q quantity) costs {
	c := make(costs, len(r.sizes))
	for i, runs := range r.runs[command] {
		for _, run := range runs {
			c[i] = append(c[i], q.of(run))
		}
	}
	return c
}

// failure is the first size at which something failed, and what.
func (r *result) failure() error {
	for i, err := range r.failures {
		if err != nil {
			return fmt.Errorf("%s %s: %w", count(r.sizes[i]), r.units, err)
		}
	}
	return nil
}

// heading says what was measured, when and on what.
func heading(ctx context.Context, l *lab, now time.Time) (string, error) {
	version, err := exec.CommandContext(ctx, l.program, "--version").Output()
	if err != nil {
		return "", fmt.Errorf("ask %s for its version: %w", l.program, err)
	}
	return fmt.Sprintf(`# How fsskills scales

%s, %s, %s/%s, %d processors, %s.

Each size is measured in every round, in a fresh home, its commands one after the other. Times, memory and bytes are
medians; CPU is user and system time of all of a command's processes; the peak is that of its largest process. A unit
costs what a size takes more than the smallest one, for each unit that it has more.

A cost per unit is flat if it is, at the largest size, at most %v times that at the size in the middle; a cost that must
not grow is flat if it is, at the largest size, at most %v times that at the smallest. Both are compared within each
round. NOT FLAT is what is above its limit by more than the noise, which is where the median lies with 95 %%. What grows
by less than a tenth in all is flat.
`, strings.TrimSpace(string(version)), runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(),
		now.UTC().Format(time.DateOnly), steeper, little), nil
}
