package cmd

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"

	"golang.org/x/term"
)

// A style dresses words for a terminal that shows colours and leaves them as
// they are elsewhere. What is said must be clear without it.
type style struct{ on bool }

func (s style) bold(t string) string   { return s.sgr("1", t) }
func (s style) dim(t string) string    { return s.sgr("2", t) }
func (s style) red(t string) string    { return s.sgr("31", t) }
func (s style) green(t string) string  { return s.sgr("32", t) }
func (s style) yellow(t string) string { return s.sgr("33", t) }
func (s style) cyan(t string) string   { return s.sgr("36", t) }

func (s style) sgr(code, t string) string {
	if !s.on || t == "" {
		return t
	}
	return "\x1b[" + code + "m" + t + "\x1b[0m"
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// terminalWidth is the width in cells of the first of files that is a
// terminal, 0 if none is.
func terminalWidth(files ...*os.File) int {
	for _, f := range files {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil {
			return w
		}
	}
	return 0
}

// typedKeys is what is typed on a raw terminal. Ctrl-C and Escape alone are the end
// of it: to the library, Escape begins the name of a key, and whatever comes next,
// Ctrl-C and Enter too, is the rest of it until a letter.
type typedKeys struct{ io.Reader }

// Read reads what was typed since.
func (k typedKeys) Read(b []byte) (int, error) {
	const escape, ctrlC = "\x1b", 3
	n, err := k.Reader.Read(b)
	if bytes.IndexByte(b[:n], ctrlC) >= 0 || string(b[:n]) == escape {
		return 0, io.EOF
	}
	return n, err
}

// hiddenLines returns what reads a line from a terminal without showing it.
// Ctrl-C, Ctrl-D and Escape are the end of input. A read cannot be called off: at the
// end of ctx it stays behind, and the terminal is as it was.
func hiddenLines(f *os.File) func(context.Context) (string, error) {
	return func(ctx context.Context) (_ string, err error) {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		before, err := term.MakeRaw(int(f.Fd()))
		if err != nil {
			return "", err
		}
		defer func() { err = errors.Join(err, term.Restore(int(f.Fd()), before)) }()
		type answer struct {
			text string
			err  error
		}
		read := make(chan answer, 1)
		go func() {
			silent := struct {
				io.Reader
				io.Writer
			}{typedKeys{f}, io.Discard}
			text, err := term.NewTerminal(silent, "").ReadPassword("")
			read <- answer{text, err}
		}()
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case a := <-read:
			return a.text, a.err
		}
	}
}
