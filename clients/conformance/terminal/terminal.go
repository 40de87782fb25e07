// Package terminal runs a program on a pseudo-terminal, reads what it shows there
// and types keys: for tests of programs that talk to people, and for pictures of
// them. It is not part of fsskills itself.
package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// None says why no program can be started on a terminal here: on Windows, or where
// the system gives none. It is empty if one can.
func None() string {
	ours, theirs, err := pty.Open()
	if err != nil {
		return fmt.Sprintf("it needs a terminal, and there is none: %v", err)
	}
	_ = errors.Join(ours.Close(), theirs.Close())
	return ""
}

// A Terminal is a running program with a screen and a keyboard.
type Terminal struct {
	cmd    *exec.Cmd
	file   *os.File // what it draws on, and reads keys from
	ended  chan struct{}
	reap   func() error // waits for its end, the first time
	mu     sync.Mutex
	screen *vt.Emulator
	raw    strings.Builder
}

// Start starts a program on a terminal of columns by rows cells. It ends when the
// context of cmd does, or with Close. cmd gets a session of its own.
func Start(cmd *exec.Cmd, columns, rows int) (*Terminal, error) {
	t := &Terminal{cmd: cmd, ended: make(chan struct{}), screen: vt.NewEmulator(columns, rows)}
	// The leader of a session cannot ask for a process group of its own: it has one.
	cmd.SysProcAttr = nil
	file, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: uint16(rows), Cols: uint16(columns)}) //nolint:gosec // a screen is small
	if err != nil {
		return nil, err
	}
	t.file = file
	t.reap = sync.OnceValue(cmd.Wait)
	go t.draw()
	go t.answer()
	return t, nil
}

// draw puts what the program writes on the screen until it has ended.
func (t *Terminal) draw() {
	defer close(t.ended)
	buf := make([]byte, 1<<16)
	for {
		n, err := t.file.Read(buf)
		t.mu.Lock()
		_, _ = t.screen.Write(buf[:n])
		t.raw.Write(buf[:n])
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
// is, or what sort of terminal this is.
func (t *Terminal) answer() {
	buf := make([]byte, 1<<10)
	for {
		n, err := t.screen.Read(buf)
		if err != nil {
			return
		}
		_, _ = t.file.Write(buf[:n]) // a program that has ended does not hear it
	}
}

// Shows is what is on the screen: lines without blanks at their ends, and without
// empty ones at the end.
func (t *Terminal) Shows() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimRight(t.screen.String(), "\n") + "\n"
}

// Written is all that the program has written, as it was written.
func (t *Terminal) Written() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.raw.String()
}

// Screen gives the screen to look at, while nothing is drawn.
func (t *Terminal) Screen(look func(*vt.Emulator)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	look(t.screen)
}

// Press types keys.
func (t *Terminal) Press(keys string) error {
	_, err := t.file.WriteString(keys)
	return err
}

// Resize gives the terminal another size, of which the program is told.
func (t *Terminal) Resize(columns, rows int) error {
	t.mu.Lock()
	t.screen.Resize(columns, rows)
	t.mu.Unlock()
	return pty.Setsize(t.file, &pty.Winsize{Rows: uint16(rows), Cols: uint16(columns)}) //nolint:gosec // a screen is small
}

// Ended is closed when the program has ended and everything that it wrote is
// drawn.
func (t *Terminal) Ended() <-chan struct{} { return t.ended }

// settling is how long a screen must stay as it is to count as drawn.
const settling = 150 * time.Millisecond

// Await waits until the screen has the text and does not change any more. The
// error, at the end of ctx or of the program, has the screen.
func (t *Terminal) Await(ctx context.Context, text string) error {
	before := ""
	for {
		over := false
		select {
		case <-ctx.Done():
			over = true
		case <-t.ended:
			over = true
		case <-time.After(settling):
		}
		now := t.Shows()
		if strings.Contains(now, text) && (now == before || over) {
			return nil
		}
		if before = now; over {
			return fmt.Errorf("there is no %q on the screen:\n%s", text, now)
		}
	}
}

// Wait waits until the program has ended, and returns its exit status.
func (t *Terminal) Wait(ctx context.Context) (int, error) {
	select {
	case <-ctx.Done():
		return 0, fmt.Errorf("it does not end, and shows\n%s", t.Shows())
	case <-t.ended:
	}
	err := t.reap()
	if t.cmd.ProcessState == nil {
		return 0, fmt.Errorf("nobody knows how it ended: %w", err)
	}
	return t.cmd.ProcessState.ExitCode(), nil
}

// Signal sends a signal to the program.
func (t *Terminal) Signal(signal os.Signal) error { return t.cmd.Process.Signal(signal) }

// Close ends the program. What it has started may go on and keep the terminal,
// which is not waited for long.
func (t *Terminal) Close() {
	if t.cmd.ProcessState == nil {
		_ = t.cmd.Process.Kill()
		_ = t.reap()
	}
	_ = t.file.Close()
	select {
	case <-t.ended:
	case <-time.After(3 * time.Second):
	}
}
