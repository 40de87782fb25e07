// Package measure runs commands side by side, in rounds, each in a fresh home with
// a clean environment, and compares what they took.
package measure

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"fsskills/.ci/bench/gitserver"
)

// A Command is a program to be measured.
type Command struct {
	Name     string
	Args     []string // the program, an absolute path, and its arguments
	Env      []string // besides the clean environment
	Dir      string   // where it runs; its home if empty
	Statuses []int    // exit statuses that are right; none: 0 alone

	// Before makes the home what the command finds. It is not measured.
	Before func(ctx context.Context, home string) error
	// After looks whether the command has done its work, and may add to the run.
	After func(home string, r *Run) error
	// Server is asked what went over the wire, if it is there. Trip is how far away it is.
	Server *gitserver.Server
	Trip   time.Duration

	Size float64 // how much of something it is given, to see how it grows
}

// A Run is what a command took once.
type Run struct {
	Wall    time.Duration
	CPU     time.Duration // of all its processes
	Peak    int64         // bytes of memory of its largest process
	Traffic gitserver.Traffic
	Count   float64 // what After has counted
	Stdout  []byte
	Stderr  []byte
}

// A Runner runs commands.
type Runner struct {
	Work   string   // a folder for the homes
	Launch string   // the program launch
	Env    []string // the clean environment, without HOME

	// Keep leaves the homes to whoever removes Work. A file system may pay later for
	// what is removed: where ext4 makes files, it passes over those that are gone since
	// less than some minutes, one by one, which doubled the time of what came next.
	// https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/fs/ext4/ialloc.c
	Keep bool
}

// home makes a home. leave removes it, unless homes are kept.
func (r *Runner) home() (path string, leave func() error, err error) {
	path, err = os.MkdirTemp(r.Work, "home")
	return path, func() error {
		if r.Keep {
			return nil
		}
		return os.RemoveAll(path)
	}, err
}

// Launcher builds the program that starts what is measured, into dir.
func Launcher(ctx context.Context, dir string) (string, error) {
	path := filepath.Join(dir, "launch")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, "fsskills/.ci/bench/launch")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build launch: %w: %s", err, bytes.TrimSpace(out))
	}
	return path, nil
}

// Once runs c once in a new home.
func (r *Runner) Once(ctx context.Context, c Command) (run Run, err error) {
	home, leave, err := r.home()
	if err != nil {
		return run, err
	}
	defer func() { err = errors.Join(err, leave()) }()
	if c.Before != nil {
		if err := c.Before(ctx, home); err != nil {
			return run, fmt.Errorf("prepare: %w", err)
		}
	}
	return r.In(ctx, home, c)
}

// In runs c in a home that is there.
func (r *Runner) In(ctx context.Context, home string, c Command) (Run, error) {
	// What others have left to be written is written now: no fsync of c pays for it.
	flush()
	if c.Server != nil {
		c.Server.Take()
		c.Server.Delay(c.Trip)
		defer c.Server.Delay(0)
	}
	run, status, err := r.launch(ctx, home, c)
	if err != nil {
		return run, err
	}
	if c.Server != nil {
		run.Traffic = c.Server.Take()
	}
	if !slices.Contains(c.Statuses, status) && (status != 0 || len(c.Statuses) > 0) {
		said := bytes.TrimSpace(append(run.Stdout, run.Stderr...))
		return run, fmt.Errorf("exit status %d: %s", status, said[max(0, len(said)-400):])
	}
	if c.After != nil {
		if err := c.After(home, &run); err != nil {
			return run, fmt.Errorf("it has not done its work: %w", err)
		}
	}
	return run, nil
}

// launch starts c below the launcher and reads what that reports.
func (r *Runner) launch(ctx context.Context, home string, c Command) (run Run, status int, err error) {
	said, err := os.MkdirTemp(r.Work, "said")
	if err != nil {
		return run, 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(said)) }()
	// Files, not pipes: a reader would take processor time at the same time.
	stdout, err := os.Create(filepath.Join(said, "stdout"))
	if err != nil {
		return run, 0, err
	}
	defer func() { err = errors.Join(err, stdout.Close()) }()
	stderr, err := os.Create(filepath.Join(said, "stderr"))
	if err != nil {
		return run, 0, err
	}
	defer func() { err = errors.Join(err, stderr.Close()) }()
	report, err := os.Create(filepath.Join(said, "report"))
	if err != nil {
		return run, 0, err
	}
	defer func() { err = errors.Join(err, report.Close()) }()

	launch := exec.CommandContext(ctx, r.Launch, c.Args...)
	together(launch)
	launch.Dir = c.Dir
	if launch.Dir == "" {
		launch.Dir = home
	}
	launch.Env = slices.Concat(r.Env, []string{"HOME=" + home}, c.Env)
	launch.Stdout, launch.Stderr, launch.ExtraFiles = stdout, stderr, []*os.File{report}
	ended := launch.Run()
	if run.Stdout, err = os.ReadFile(stdout.Name()); err != nil {
		return run, 0, err
	}
	if run.Stderr, err = os.ReadFile(stderr.Name()); err != nil {
		return run, 0, err
	}
	if ended != nil {
		return run, 0, fmt.Errorf("%w: %s", ended, bytes.TrimSpace(run.Stderr))
	}
	text, err := os.ReadFile(report.Name())
	if err != nil {
		return run, 0, err
	}
	if _, err := fmt.Sscan(string(text), &status, &run.Wall, &run.CPU, &run.Peak); err != nil {
		// A duration scans as the number that it is.
		return run, 0, fmt.Errorf("the report of launch is %q: %w", text, err)
	}
	return run, status, nil
}
