package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// A terminal is a program with a screen and a keyboard.
type terminal struct {
	ctx    context.Context
	cmd    *exec.Cmd
	file   *os.File // what it draws on, and reads keys from
	ended  chan struct{}
	mu     sync.Mutex
	screen *vt.Emulator
}

// start runs the program, which sees the home and nothing else of the machine.
// The command line stands above what it shows.
func start(ctx context.Context, program, home string, args []string) (*terminal, error) {
	t := &terminal{ctx: ctx, cmd: exec.CommandContext(ctx, program, args...), ended: make(chan struct{}), screen: vt.NewEmulator(columns, rows)}
	t.screen.SetDefaultBackgroundColor(rgb(background))
	t.screen.SetDefaultForegroundColor(rgb(foreground))
	t.cmd.Dir = home
	t.cmd.Env = []string{"HOME=" + home, "PATH=" + home, "TERM=xterm-256color", "LANG=C.UTF-8"}
	if _, err := fmt.Fprintf(t.screen, "\x1b[2m$\x1b[0m \x1b[1mfsskills %s\x1b[0m\r\n", strings.Join(args, " ")); err != nil {
		return nil, err
	}
	file, err := pty.StartWithSize(t.cmd, &pty.Winsize{Rows: rows, Cols: columns})
	if err != nil {
		return nil, err
	}
	t.file = file
	go t.show()
	go t.answer()
	return t, nil
}

// show puts what the program writes on the screen until it has ended.
func (t *terminal) show() {
	defer close(t.ended)
	buf := make([]byte, 1<<16)
	for {
		n, err := t.file.Read(buf)
		t.mu.Lock()
		_, _ = t.screen.Write(buf[:n])
		t.mu.Unlock()
		if err != nil {
			break // there is no other way for it to end
		}
	}
	if answers, ok := t.screen.InputPipe().(io.Closer); ok {
		_ = answers.Close()
	}
}

// answer passes on what the screen says when the program asks where the cursor
// is, or what colours this terminal has.
func (t *terminal) answer() {
	buf := make([]byte, 1<<10)
	for {
		n, err := t.screen.Read(buf)
		if err != nil {
			return
		}
		_, _ = t.file.Write(buf[:n]) // a program that has ended does not hear it
	}
}

func (t *terminal) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.screen.String()
}

// press types keys.
func (t *terminal) press(keys string) error {
	_, err := t.file.WriteString(keys)
	return err
}

// await waits until the screen has the text and does not change any more.
func (t *terminal) await(text string) error {
	before := ""
	for {
		ended := false
		select {
		case <-t.ctx.Done():
			ended = true
		case <-t.ended:
			ended = true
		case <-time.After(150 * time.Millisecond):
		}
		now := t.text()
		if strings.Contains(now, text) && now == before {
			return nil
		}
		if before = now; ended {
			return fmt.Errorf("there is no %q on the screen:\n%s", text, strings.TrimSpace(now))
		}
	}
}

// wait waits until the program has ended, well.
func (t *terminal) wait() error {
	select {
	case <-t.ctx.Done():
		return fmt.Errorf("it does not end, and shows\n%s", strings.TrimSpace(t.text()))
	case <-t.ended:
	}
	if err := t.cmd.Wait(); err != nil {
		return fmt.Errorf("%w:\n%s", err, strings.TrimSpace(t.text()))
	}
	if !strings.HasPrefix(t.text(), "$ fsskills") {
		return errors.New("the screen has scrolled: it needs more rows")
	}
	return nil
}

func (t *terminal) close() {
	if t.cmd.ProcessState == nil {
		_ = t.cmd.Process.Kill()
		_ = t.cmd.Wait()
	}
	_ = t.file.Close()
}

// parallel begins the lines that tell of what is done at the same time: which of
// them comes first is chance. They are drawn in the order of the alphabet.
const parallel = "done "

// lines is what is on the screen, without empty lines at the end.
func (t *terminal) lines() []line {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []line
	for y := range rows {
		var l line
		for x := range columns {
			c := t.screen.CellAt(x, y)
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
