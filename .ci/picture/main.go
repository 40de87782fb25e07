// Command picture draws docs/install.svg: what a terminal shows when somebody
// installs. It builds fsskills, runs it on a terminal in a home of its own, types
// the answers, and draws what is on the screen then. No network, nothing of this
// machine's, and the same bytes each time.
//
//	go run ./.ci/picture         draw it
//	go run ./.ci/picture -check  end with status 1 if it is not current
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/vt"
)

const (
	columns  = 96
	rows     = 80 // as many as never scroll; what is empty is not drawn
	patience = time.Minute
)

// A step waits until the screen has a text and then presses keys. What is on the
// screen before that is drawn too if it is kept: a form, say, that is gone when it
// has been answered.
type step struct {
	await string
	keys  string
	keep  bool
}

// The session that is drawn. Keys are as a terminal sends them: "\r" is Enter,
// "\x1b[B" is the arrow down.
var (
	arguments = []string{"install", "--source", "example-skills"}
	steps     = []step{
		{await: "Which clients", keys: "\r", keep: true},
		{await: "How should they", keys: "\r", keep: true},
		{await: "Go on?", keys: "\r", keep: true},
	}
	title       = "fsskills install, on a terminal"
	description = "Somebody runs fsskills install, chooses AI clients and how they sign in, reads what is going to be written " +
		"for each of them, says yes, and is told what was done and what is left to do. The text of the picture is the text of the screen."
)

func main() {
	check := flag.Bool("check", false, "compare, and write nothing")
	out := flag.String("o", filepath.Join("docs", "install.svg"), "the picture")
	flag.Parse()
	if err := run(context.Background(), *out, *check); err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out string, check bool) (err error) {
	if runtime.GOOS != "linux" {
		return errors.New("it has the paths of Linux: draw it there")
	}
	dir, err := os.MkdirTemp("", "picture")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	program := filepath.Join(dir, "fsskills")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", program, "./cmd/fsskills")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build fsskills: %w", err)
	}
	home := filepath.Join(dir, "home")
	if err := furnish(ctx, home); err != nil {
		return err
	}
	parts, err := play(ctx, program, home)
	if err != nil {
		return err
	}
	picture := draw(parts)
	for _, told := range []string{dir, filepath.Base(dir)} {
		if strings.Contains(picture, told) {
			return fmt.Errorf("the screen tells of the folder %s, which is another one each time", told)
		}
	}
	if !check {
		return os.WriteFile(out, []byte(picture), 0o644)
	}
	old, err := os.ReadFile(out)
	if err != nil {
		return err
	}
	if !bytes.Equal(old, []byte(picture)) {
		return fmt.Errorf("%s is not what the program shows: run make picture", out)
	}
	return nil
}

// play runs the session and returns what is to be drawn, from top to bottom: of a
// screen what was not on the one before.
func play(ctx context.Context, program, home string) ([][]line, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	t, err := start(ctx, program, home, arguments)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	typed, err := prompt(arguments)
	if err != nil {
		return nil, err
	}
	var parts [][]line
	var before []line
	keep := func() {
		now := []line{typed}
		t.Screen(func(e *vt.Emulator) { now = append(now, lines(e, rows)...) })
		if rest := since(before, now); len(rest) > 0 {
			parts = append(parts, rest)
		}
		before = now
	}
	for _, s := range steps {
		if err := t.Await(ctx, s.await); err != nil {
			return nil, err
		}
		if s.keep {
			keep()
		}
		if err := t.Press(s.keys); err != nil {
			return nil, err
		}
	}
	if err := wait(ctx, t); err != nil {
		return nil, err
	}
	keep()
	return parts, nil
}

// since are the lines of a screen that come after those that it has in common with
// the one before.
func since(before, now []line) []line {
	n := 0
	for n < len(now) && (n < len(before) && slices.Equal(now[n], before[n]) || now[n].blank() && n >= len(before)) {
		n++
	}
	return now[n:]
}
