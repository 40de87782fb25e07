package cmd

import (
	"context"
	"errors"
)

var (
	// errCancelled is the answer of a user who left the question: Ctrl-C, or the
	// end of input.
	errCancelled = errors.New("cancelled")
	// errDeclined is how a command ends for a user who does not want the plan:
	// there is nothing to mend.
	errDeclined = errors.New("nothing was changed, as you wished")
	// errBack is the answer of a user who wants to change what they said before.
	errBack = errors.New("back to the question before")
)

// A question is one that a person answers by choosing among options.
type question struct {
	title   string   // the question itself, on one line
	text    []string // what to know first, a paragraph each
	options []option
	usual   int  // the option of Enter, where one is chosen
	none    bool // none may be chosen, where several can be
	back    bool // there is a question before it
	// flag decides in the absence of a person.
	flag string
	// said begins the line that stays when the question is answered; none stays
	// without it.
	said string
}

// An option is one of the answers.
type option struct {
	// key is a letter, and word the word that means the same. An option without
	// them is chosen by its number.
	key, word string
	label     string
	text      string // what more there is to say of it
	chosen    bool   // beforehand, where several can be chosen
}

// A prompter asks a person. Its errors are errCancelled, errBack, and that of
// ctx when ctx ends.
type prompter interface {
	// one returns the index of the option chosen.
	one(ctx context.Context, q question) (int, error)
	// several returns the indexes of the options chosen, in order.
	several(ctx context.Context, q question) ([]int, error)
}

// prompter is how to ask: with forms where the terminal can draw them, else line
// by line.
func (e *Env) prompter() prompter {
	if e.Forms {
		return &formPrompter{env: e}
	}
	return &linePrompter{env: e}
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

// one asks a question of which one option is the answer, and returns its index.
// It asks people only: an answer from a pipe was written for some other question.
func (e *Env) one(ctx context.Context, q question) (int, error) {
	if err := e.canAsk(q.flag); err != nil {
		return 0, err
	}
	return e.prompter().one(ctx, q)
}

// several is one for a question of which several options are the answer.
func (e *Env) several(ctx context.Context, q question) ([]int, error) {
	if err := e.canAsk(q.flag); err != nil {
		return nil, err
	}
	return e.prompter().several(ctx, q)
}

// pick asks a question and returns the key of the answer.
func (e *Env) pick(ctx context.Context, q question) (string, error) {
	i, err := e.one(ctx, q)
	if err != nil {
		return "", err
	}
	return q.options[i].key, nil
}
