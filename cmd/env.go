package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"fsskills/installer"
)

// An Env is everything a command takes from the outside world. Tests make
// their own; nothing in this package asks the process behind its back.
type Env struct {
	In  io.Reader // answers to prompts
	Out io.Writer // results
	Err io.Writer // conversation: prompts, progress, warnings, errors

	Home string // the user's home folder, absolute
	Dir  string // the working folder, absolute
	GOOS string

	// Getenv returns an environment variable, empty if unset.
	Getenv func(string) string
	// LookPath returns the path of a program on PATH.
	LookPath func(string) (string, error)
	Now      func() time.Time

	StateDir  string // receipt, journal, lock, backups
	CacheDir  string // the last good snapshot
	ConfigDir string // the user's own file

	// Interactive says that a person can be asked: stdin and stderr are
	// terminals and CI is not set.
	Interactive bool
	// ReadHidden reads a line from the terminal without showing it. It ends
	// with io.EOF at the end of input and with ctx's error at the end of ctx.
	ReadHidden func(ctx context.Context) (string, error)
	// Forms says that questions can be drawn on the terminal.
	Forms   bool
	OutTTY  bool // Out is a terminal
	ErrTTY  bool // Err is a terminal
	Escapes bool // the terminal understands escape sequences
	Width   int  // of the terminal, in cells; 0 if there is none

	getwd      func() (string, error) // what Dir is, as long as that is not known
	broken     error                  // why there is no home or working folder
	documented bool                   // the one JSON document is written
	noColor    bool                   // --no-color
	typed      *lines                 // the one reader of In
	config     *config                // the user's own file, once it is read
	// findings are those of the last plan, for the document of an error.
	findings []installer.Finding

	args    []string // the command line
	at      site     // where the command works, once that is known
	tracing *tracer  // of --verbose, nil without
}

// OSEnv is the process's own environment. It looks at no file and no folder. Where
// one that commands need cannot be found, each command says so that needs it.
func OSEnv() Env {
	env := Env{
		In:       os.Stdin,
		Out:      os.Stdout,
		Err:      os.Stderr,
		GOOS:     runtime.GOOS,
		Getenv:   os.Getenv,
		LookPath: exec.LookPath,
		Now:      time.Now,

		ReadHidden: hiddenLines(os.Stdin),

		OutTTY: isTerminal(os.Stdout),
		ErrTTY: isTerminal(os.Stderr),
	}
	env.Interactive = canAnswer(isTerminal(os.Stdin), env.ErrTTY, os.Getenv("CI"))
	env.Width = terminalWidth(os.Stdout, os.Stderr)
	env.Escapes = enableEscapes(os.Stdout, os.Stderr)
	env.Forms = env.Interactive && env.draws()

	env.getwd = os.Getwd
	var err error
	if env.Home, err = os.UserHomeDir(); err != nil {
		env.broken = fmt.Errorf("find the home folder: %w", err)
	} else if !filepath.IsAbs(env.Home) {
		env.broken = fmt.Errorf("find the home folder: %q is not an absolute path", env.Home)
	}
	own := userFolders(env.GOOS, env.Home, localFolder(env.Home, env.Getenv), env.Getenv)
	env.StateDir, env.CacheDir, env.ConfigDir = own.state, own.cache, own.config
	return env
}

// findDir finds the working folder, for which the file system is asked. Whatever
// uses Dir comes after it.
func (e *Env) findDir() {
	if e.getwd == nil {
		return
	}
	dir, err := e.getwd()
	e.getwd = nil
	if err != nil {
		e.broken = errors.Join(e.broken, fmt.Errorf("find the working folder: %w", err))
	}
	e.Dir = dir
}

// homeVariable is where the system says what the home folder is.
func homeVariable(goos string) string {
	if goos == "windows" {
		return "USERPROFILE"
	}
	return "HOME"
}

// canAnswer reports whether somebody sees the questions on stderr and can
// answer them on stdin. A build machine may have terminals, but nobody there.
func canAnswer(stdin, stderr bool, ci string) bool { return stdin && stderr && ci == "" }

// draws reports whether something can be drawn anew on the terminal, and is wanted
// so. Windows does not say what its terminal is.
func (e *Env) draws() bool {
	term := e.Getenv("TERM")
	return e.Escapes && term != "dumb" && (term != "" || e.GOOS == "windows") && !e.readAloud()
}

// outStyle is how to dress results.
func (e *Env) outStyle() style { return style{on: e.color(e.OutTTY)} }

// errStyle is how to dress the conversation.
func (e *Env) errStyle() style { return style{on: e.color(e.ErrTTY)} }

// color decides whether a stream gets colours: a "no" from the user wins over
// a "yes", and only then does it matter what the stream is.
func (e *Env) color(tty bool) bool {
	force := e.Getenv("CLICOLOR_FORCE")
	switch {
	case e.noColor, e.Getenv("NO_COLOR") != "":
		return false
	case force != "" && force != "0":
		return true
	default:
		return tty && e.Escapes && e.Getenv("TERM") != "dumb"
	}
}

// columns is the width to lay out text for.
func (e *Env) columns() int {
	const usual, most = 80, 110 // wider lines are hard to read
	if e.Width <= 0 {
		return usual
	}
	return min(e.Width, most)
}
