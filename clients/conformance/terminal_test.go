package conformance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"fsskills/clients/conformance/terminal"
)

// onTerminal is a client that can be asked on a terminal alone. Where there is
// none it cannot be asked, and says why.
func onTerminal(c *subject) *subject {
	if why := terminal.None(); why != "" {
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

// An onScreen is a client with a screen and a keyboard.
type onScreen struct {
	*terminal.Terminal
	session *session
	args    []string
	cmd     *exec.Cmd
	ctx     context.Context
	cancel  context.CancelFunc
	begun   time.Time
}

// terminal starts the client with args and leaves it running until close.
func (s *session) terminal(env []string, args ...string) (*onScreen, error) {
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	t := &onScreen{session: s, args: args, cmd: s.command(ctx, env, args...), ctx: ctx, cancel: cancel, begun: time.Now()}
	var err error
	if t.Terminal, err = terminal.Start(t.cmd, terminalColumns, terminalRows); err != nil {
		cancel()
		return nil, err
	}
	return t, nil
}

// shows is what is on the screen.
func (t *onScreen) shows() string { return t.Shows() }

// press types keys.
func (t *onScreen) press(keys string) error { return t.Press(keys) }

// await waits until the screen has the text.
func (t *onScreen) await(text string) error {
	_, err := readScreen(t, func(screen string) (bool, error) {
		if !strings.Contains(screen, text) {
			return false, fmt.Errorf("there is no %q", text)
		}
		return true, nil
	})
	return err
}

// soon reports whether the screen has the text after a few seconds at most.
func (t *onScreen) soon(text string) bool {
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
func readScreen[T any](t *onScreen, read func(string) (T, error)) (T, error) {
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
		case <-t.Ended():
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

// close ends the client.
func (t *onScreen) close() {
	t.cancel()
	t.Close()
	t.session.note(t.args, output{out: t.shows(), code: t.cmd.ProcessState.ExitCode()}, t.begun)
}

// terminalOf is a shell that obeys the script.
func terminalOf(t *testing.T, script string) *onScreen {
	t.Helper()
	if why := terminal.None(); why != "" {
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
