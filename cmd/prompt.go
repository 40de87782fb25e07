package cmd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// errCancelled is the answer of a user who left the question: end of input.
var errCancelled = errors.New("cancelled")

// A prompter reads answers. There is one for each run, because a second
// buffer would swallow what was typed for the first.
type prompter struct{ in *bufio.Reader }

func newPrompter(in io.Reader) *prompter { return &prompter{in: bufio.NewReader(in)} }

// line waits for one line of input or for the end of ctx. A read cannot be
// called off, so at the end of ctx it stays behind; ctx being over, nobody
// reads after it.
func (p *prompter) line(ctx context.Context) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	type answer struct {
		text string
		err  error
	}
	read := make(chan answer, 1)
	go func() {
		text, err := p.in.ReadString('\n')
		read <- answer{text, err}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case a := <-read:
		if errors.Is(a.err, io.EOF) {
			return "", errCancelled // even after some letters: Enter was not pressed
		}
		if a.err != nil {
			return "", fmt.Errorf("read the answer: %w", a.err)
		}
		return strings.TrimSpace(a.text), nil
	}
}

// canAsk reports whether a person can be asked, as an error that names the
// flag which decides instead. Commands call it before they touch anything.
func (e *Env) canAsk(flag string) error {
	if e.Interactive {
		return nil
	}
	return &usageError{
		msg:  "a decision is missing and there is no terminal to ask on",
		hint: "decide with " + flag,
	}
}

// confirm asks a question whose default answer is no. It asks people only: an
// answer from a pipe was written for some other question. flag decides in
// their absence. The error is errCancelled at the end of input.
func (e *Env) confirm(ctx context.Context, question, flag string) (bool, error) {
	if err := e.canAsk(flag); err != nil {
		return false, err
	}
	for {
		fmt.Fprintf(e.Err, "%s %s ", e.errStyle().bold(question), "[y/N]")
		text, err := e.prompt.line(ctx)
		if err != nil {
			fmt.Fprintln(e.Err) // what follows must not stand behind the question
			return false, err
		}
		switch strings.ToLower(text) {
		case "y", "yes":
			return true, nil
		case "", "n", "no":
			return false, nil
		}
		fmt.Fprintln(e.Err, "Please answer y or n.")
	}
}
