package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"

	"github.com/charmbracelet/x/vt"

	"fsskills/clients/conformance/terminal"
)

// start runs the program, which sees the home and nothing else of the machine.
func start(ctx context.Context, program, home string, args []string) (*terminal.Terminal, error) {
	c := exec.CommandContext(ctx, program, args...)
	c.Dir = home
	c.Env = []string{"HOME=" + home, "PATH=" + home, "TERM=xterm-256color", "LANG=C.UTF-8"}
	return terminal.Start(c, columns, rows)
}

// wait waits until the program has ended, well.
func wait(ctx context.Context, t *terminal.Terminal) error {
	status, err := t.Wait(ctx)
	if err != nil {
		return err
	}
	if status != 0 {
		return fmt.Errorf("exit status %d:\n%s", status, t.Shows())
	}
	scrolled := 0
	t.Screen(func(e *vt.Emulator) { scrolled = e.ScrollbackLen() })
	if scrolled > 0 {
		return errors.New("the screen has scrolled: it needs more rows")
	}
	return nil
}

// prompt is the command line as somebody typed it, above what the program shows.
func prompt(args []string) (line, error) {
	e := vt.NewEmulator(columns, 1)
	if _, err := fmt.Fprintf(e, "\x1b[2m$\x1b[0m \x1b[1mfsskills %s\x1b[0m", strings.Join(args, " ")); err != nil {
		return nil, err
	}
	return lines(e, 1)[0], nil
}

// parallel begins the lines that tell of what is done at the same time: which of
// them comes first is chance. They are drawn in the order of the alphabet.
const parallel = "done "

// lines is what is on a screen, without empty lines at the end.
func lines(e *vt.Emulator, rows int) []line {
	var out []line
	for y := range rows {
		var l line
		for x := range columns {
			c := e.CellAt(x, y)
			if c == nil || c.Width == 0 {
				continue // the second half of a wide character
			}
			l = append(l, cell{column: x, width: c.Width, text: c.Content, look: lookOf(c.Style)})
		}
		out = append(out, l)
	}
	for len(out) > 0 && out[len(out)-1].blank() {
		out = out[:len(out)-1]
	}
	for from := 0; from < len(out); {
		to := from
		for to < len(out) && strings.HasPrefix(out[to].text(), parallel) {
			to++
		}
		slices.SortFunc(out[from:to], func(a, b line) int { return strings.Compare(a.text(), b.text()) })
		from = to + 1
	}
	return out
}
