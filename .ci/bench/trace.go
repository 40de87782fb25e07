package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"fsskills/.ci/bench/measure"
)

// opens counts the files and connections that c asks the system for and that hello
// world does not: Go itself looks at some files when it starts.
func (b *bench) opens(ctx context.Context, hello, c measure.Command) *measure.Series {
	s := &measure.Series{Name: "opens: " + c.Name}
	known, err := b.trace(ctx, "%file,%network", hello)
	if err != nil {
		s.Failure = err
		return s
	}
	calls, err := b.trace(ctx, "%file,%network", c)
	if err != nil {
		s.Failure = err
		return s
	}
	calls = slices.DeleteFunc(calls, func(call string) bool { return slices.Contains(known, call) })
	if len(calls) > 0 {
		b.note("%s: the first of what it opens is `%s`.", c.Name, calls[0])
	}
	s.Runs = []measure.Run{{Count: float64(len(calls))}}
	return s
}

// unsynced is how many of the files that c writes it does not wait for until they
// are on the disk.
func (b *bench) unsynced(ctx context.Context, c measure.Command, files int) *measure.Series {
	s := &measure.Series{Name: "unsynced"}
	calls, err := b.trace(ctx, "fsync,fdatasync,syncfs", c, "-y") // which names the files
	if err != nil {
		s.Failure = err
		return s
	}
	s.Runs = []measure.Run{{Count: float64(max(0, files-syncs(calls, files)))}}
	return s
}

// syncs counts the files, of some that are a program's work, that it waits for. Those
// in which it keeps its own state are no work.
func syncs(calls []string, files int) int {
	n := 0
	for _, call := range calls {
		switch {
		case strings.HasPrefix(call, "syncfs("):
			return files
		case !strings.Contains(call, "<~/.local/state/"):
			n++
		}
	}
	return n
}

// trace gives the calls of some kinds that c makes, without what the system answers,
// and with ~ for the home. Options are strace's.
func (b *bench) trace(ctx context.Context, kinds string, c measure.Command, options ...string) ([]string, error) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		return nil, absent{"strace is not installed, which sees what a program asks the system for"}
	}
	if out, err := exec.CommandContext(ctx, strace, "-o", os.DevNull, strace, "-V").CombinedOutput(); err != nil {
		return nil, absent{fmt.Sprintf("strace may not look at programs here: %v: %s", err, bytes.TrimSpace(out))}
	}
	var calls []string
	after := c.After
	c.Args = slices.Concat([]string{strace}, options,
		[]string{"-f", "-qq", "-s", "400", "-e", "signal=none", "-e", "trace=execve," + kinds, "-o", "trace"}, c.Args)
	c.After = func(home string, r *measure.Run) error {
		text, err := os.ReadFile(filepath.Join(home, "trace"))
		if err != nil {
			return err
		}
		calls, err = traced(strings.ReplaceAll(string(text), home, "~"))
		return errors.Join(err, after(home, r))
	}
	_, err = b.runner.Once(ctx, c)
	return calls, err
}

// traced reads what strace has written. The start of the program has to be in it.
func traced(text string) ([]string, error) {
	var calls []string
	started := false
	for line := range strings.Lines(text) {
		_, call, _ := strings.Cut(strings.TrimSpace(line), " ") // behind the number of the process
		call = strings.TrimSpace(call)
		switch {
		case strings.HasPrefix(call, "execve("):
			started = true
		case strings.HasPrefix(call, "<... "), strings.HasPrefix(call, "+++"), strings.HasPrefix(call, "---"), strings.HasPrefix(call, "???("):
			// The other half of a call that has been seen, no call, or what a thread may
			// have asked for when the program ended.
		default:
			call, _, _ = strings.Cut(call, ") = ")
			call, _, _ = strings.Cut(call, " <unfinished")
			calls = append(calls, strings.TrimSpace(call))
		}
	}
	if !started {
		return nil, errors.New("strace saw nothing: it may not be allowed to")
	}
	return calls, nil
}
