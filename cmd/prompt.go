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

// An answer is a key to press and the word that means the same.
type answer struct{ key, word string }

// confirm asks a question whose default answer is no.
func (e *Env) confirm(ctx context.Context, question, flag string) (bool, error) {
	key, err := e.pick(ctx, question, flag, 1, answer{"y", "yes"}, answer{"n", "no"})
	return key == "y", err
}

// pick asks a question and returns the key of the answer; Enter means the one
// at usual. It asks people only: an answer from a pipe was written for some
// other question. flag decides in their absence. The error is errCancelled at
// the end of input.
func (e *Env) pick(ctx context.Context, question, flag string, usual int, answers ...answer) (string, error) {
	if err := e.canAsk(flag); err != nil {
		return "", err
	}
	keys, plain := make([]string, len(answers)), make([]string, len(answers))
	for i, a := range answers {
		keys[i], plain[i] = a.key, a.key
	}
	keys[usual] = strings.ToUpper(keys[usual])
	last := len(plain) - 1
	for {
		fmt.Fprintf(e.Err, "%s [%s] ", e.errStyle().bold(question), strings.Join(keys, "/"))
		text, err := e.prompt.line(ctx)
		if err != nil {
			fmt.Fprintln(e.Err) // what follows must not stand behind the question
			return "", err
		}
		if text == "" {
			return answers[usual].key, nil
		}
		for _, a := range answers {
			if text = strings.ToLower(text); text == a.key || text == a.word {
				return a.key, nil
			}
		}
		fmt.Fprintf(e.Err, "Please answer %s or %s.\n", strings.Join(plain[:last], ", "), plain[last])
	}
}
