package conformance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// noTerminal says why no client can be started on a terminal here: on Windows,
// or where the system gives none. Empty: it can.
func noTerminal() string {
	ours, theirs, err := pty.Open()
	if err != nil {
		return fmt.Sprintf("it is asked on a terminal, and there is none: %v", err)
	}
	_ = errors.Join(ours.Close(), theirs.Close())
	return ""
}

// onTerminal is a client that can be asked on a terminal alone. Where there is
// none it cannot be asked, and says why.
func onTerminal(c *subject) *subject {
	if why := noTerminal(); why != "" {
		c.looks, c.cannot = nil, map[aspect]string{}
		for _, a := range aspects {
			c.cannot[a] = why
		}
	}
	return c
}

// The size of a terminal is such that nothing scrolls away and few lines are
// broken.
const (
	terminalRows    = 120
	terminalColumns = 400
)

// A terminal is a client with a screen and a keyboard.
type terminal struct {
	session *session
	args    []string
	cmd     *exec.Cmd
	ctx     context.Context
	cancel  context.CancelFunc
	file    *os.File // what it draws on, and reads keys from
	begun   time.Time
	ended   chan struct{}
	mu      sync.Mutex
	screen  *vt.Emulator
}

// terminal starts the client with args and leaves it running until close.
func (s *session) terminal(env []string, args ...string) (*terminal, error) {
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	t := &terminal{
		session: s, args: args, cmd: s.command(ctx, env, args...), ctx: ctx, cancel: cancel,
		begun: time.Now(), ended: make(chan struct{}), screen: vt.NewEmulator(terminalColumns, terminalRows),
	}
	// It gets a session of its own, whose leader cannot ask for a process group
	// of its own too: it has one.
	t.cmd.SysProcAttr = nil
	file, err := pty.StartWithSize(t.cmd, &pty.Winsize{Rows: terminalRows, Cols: terminalColumns})
	if err != nil {
		cancel()
		return nil, err
	}
	t.file = file
	go t.draw()
	go t.answer()
	return t, nil
}

// draw puts what the client writes on the screen until the client has ended.
func (t *terminal) draw() {
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

// answer passes on what the screen says when the client asks where the cursor
// is, or what sort of terminal this is.
func (t *terminal) answer() {
	buf := make([]byte, 1<<10)
	for {
		n, err := t.screen.Read(buf)
		if err != nil {
			return
		}
		_, _ = t.file.Write(buf[:n]) // a client that has ended does not hear it
	}
}

// shows is what is on the screen: lines without spaces at their ends, and
// without empty ones at the end.
func (t *terminal) shows() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimRight(t.screen.String(), "\n") + "\n"
}

// press types keys.
func (t *terminal) press(keys string) error {
	_, err := t.file.WriteString(keys)
	return err
}

// await waits until the screen has the text.
func (t *terminal) await(text string) error {
	_, err := readScreen(t, func(screen string) (bool, error) {
		if !strings.Contains(screen, text) {
			return false, fmt.Errorf("there is no %q", text)
		}
		return true, nil
	})
	return err
}

// soon reports whether the screen has the text after a few seconds at most.
func (t *terminal) soon(text string) bool {
	for range 30 {
		if strings.Contains(t.shows(), text) {
			return true
		}
		time.Sleep(100 * time.Millisecond)
	}
	return false
}

// readScreen waits until the screen can be read, and reads the same twice: it
// may have been half drawn the first time. After a time the error is that of
// the last reading.
func readScreen[T any](t *terminal, read func(string) (T, error)) (T, error) {
	const pause = 250 * time.Millisecond
	var (
		before  T
		settled bool
		failure = errors.New("it shows nothing")
	)
	for {
		ended := false
		select {
		case <-t.ctx.Done():
			ended = true
		case <-t.ended:
			ended = true
		case <-time.After(pause):
		}
		now, err := read(t.shows())
		if err == nil && settled && reflect.DeepEqual(now, before) {
			return now, nil
		}
		if err != nil {
			failure = err
		}
		if before, settled = now, err == nil; ended {
			var none T
			return none, fmt.Errorf("%s %s: %w on the screen\n%s", t.session.subject.id, strings.Join(t.args, " "), failure, tail(t.shows()))
		}
	}
}

// close ends the client. What it has started may go on and keep the terminal,
// which is not waited for long.
func (t *terminal) close() {
	t.cancel()
	_ = t.cmd.Wait()
	_ = t.file.Close()
	select {
	case <-t.ended:
	case <-time.After(3 * time.Second):
	}
	t.session.note(t.args, output{out: t.shows(), code: t.cmd.ProcessState.ExitCode()}, t.begun)
}

// terminalOf is a shell that obeys the script.
func terminalOf(t *testing.T, script string) *terminal {
	t.Helper()
	if why := noTerminal(); why != "" {
		t.Skip(why)
	}
	s := &session{ctx: t.Context(), subject: &subject{id: "sh"}, program: "/bin/sh", dir: t.TempDir(), env: []string{"TERM=xterm"}, log: t.Output()}
	shell, err := s.terminal(nil, "-c", script)
	if err != nil {
		t.Fatal(err)
	}
	return shell
}

// TestTerminal asks a shell as a client is asked.
func TestTerminal(t *testing.T) {
	t.Parallel()
	script := `stty size; test -t 0 && test -t 1 && true </dev/tty && printf '\033[5;3Hready'; read line; printf '\033[2J\033[Hgot %s' "$line"; read line
stty -icanon -echo; printf '\033[2;5H\033[6n'; answer=$(dd bs=1 count=6 2>/dev/null); printf 'at %s' "${answer#?}"; read line`
	shell := terminalOf(t, script)
	defer shell.close()
	if err := shell.await("ready"); err != nil {
		t.Fatal(err)
	}
	if shown := shell.shows(); !strings.HasPrefix(shown, fmt.Sprintf("%d %d\n", terminalRows, terminalColumns)) || !strings.Contains(shown, "\n  ready") {
		t.Errorf("it shows\n%s", shown)
	}
	answers := func(keys, text string) error {
		if err := shell.press(keys); err != nil {
			return err
		}
		return shell.await(text)
	}
	if err := answers("one\r", "got one"); err != nil {
		t.Fatal(err)
	}
	if shown := shell.shows(); strings.Contains(shown, "ready") {
		t.Errorf("it still shows\n%s", shown)
	}
	read := 0
	settled, err := readScreen(shell, func(string) (int, error) {
		read++
		return min(read, 3), nil
	})
	if settled != 3 || err != nil {
		t.Errorf("a screen that has not settled is read as %d, %v", settled, err)
	}
	if err := answers("two\r", "at [2;5R"); err != nil {
		t.Error(err)
	}
	if err := answers("three\r", "four"); err == nil || !strings.Contains(err.Error(), `no "four"`) || !strings.Contains(err.Error(), "at [2;5R") {
		t.Errorf("a shell that has ended is awaited with %v", err)
	}
}

// TestTerminalKept ends a shell that has started what keeps its terminal.
func TestTerminalKept(t *testing.T) {
	t.Parallel()
	shell := terminalOf(t, `set -m; sleep 600 & echo "started $! here"; read line`)
	started, err := readScreen(shell, func(screen string) (pid int, err error) {
		_, err = fmt.Sscanf(screen, "started %d here", &pid)
		return pid, err
	})
	shell.close()
	if err != nil {
		t.Fatal(err)
	}
	process, err := os.FindProcess(started)
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Kill(); err != nil {
		t.Errorf("its end was waited for: %v", err)
	}
}
