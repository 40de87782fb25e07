package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"fsskills/installer"
	"fsskills/registry"
)

// An exitError ends fsskills with a status of its own. Without an err the
// command has said everything already and nothing more is printed.
type exitError struct {
	code exitCode
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// A usageError is a command line that asks for something impossible, or that
// leaves open what only the user can decide.
type usageError struct {
	msg  string
	hint string // one concrete step
}

func (e *usageError) Error() string { return e.msg }

// Hint says what to type instead.
func (e *usageError) Hint() string { return e.hint }

// A hintedError is an error with the way out.
type hintedError struct {
	err  error
	hint string
}

func (e *hintedError) Error() string { return e.err.Error() }
func (e *hintedError) Unwrap() error { return e.err }

// Hint is the one thing to do.
func (e *hintedError) Hint() string { return e.hint }

// A hinter is an error that knows the way out.
type hinter interface {
	error
	Hint() string
}

// An errorClass gives every error that is one of its kind an exit status.
type errorClass struct {
	is   func(error) bool
	code exitCode
}

// errorClasses is the table from errors to exit statuses. The first class
// that fits wins; what fits none has failed.
func errorClasses() []errorClass {
	return []errorClass{
		{ofType[*usageError], exitUsage},
		{ofType[*registry.UsageError], exitUsage},
		{ofType[*installer.UnknownOperationError], exitUsage},
		{ofType[*installer.MismatchError], exitDiffers},
		{func(err error) bool { return errors.Is(err, registry.ErrAuth) }, exitAuth},
	}
}

func ofType[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// exitFor is the exit status for err. An interruption wins over whatever
// error it led to.
func exitFor(ctx context.Context, err error) exitCode {
	if err == nil {
		return exitDone
	}
	if interrupted(ctx, err) {
		return exitInterrupted
	}
	if e, ok := errors.AsType[*exitError](err); ok {
		return e.code
	}
	for _, class := range errorClasses() {
		if class.is(err) {
			return class.code
		}
	}
	return exitFailed
}

// interrupted is about the user's will, so a deadline does not count.
func interrupted(ctx context.Context, err error) bool {
	return errors.Is(err, errCancelled) || errors.Is(err, context.Canceled) || errors.Is(ctx.Err(), context.Canceled)
}

// fallbackHint is for an error of which nobody knows the way out.
const fallbackHint = "run it again with --verbose to see what was tried"

// report prints err for people on the conversation stream and, with --json, for
// programs as the one document on the result stream.
func report(env *Env, command string, err error, code exitCode, asked request) {
	if e, ok := errors.AsType[*exitError](err); ok && e.err == nil {
		return
	}
	message, hint := err.Error(), cleanLines(installer.Remedy(err))
	if errors.Is(err, context.Canceled) {
		message = strings.Join(append([]string{"interrupted"}, besides(err, context.Canceled)...), "\n")
	}
	if h, ok := errors.AsType[hinter](err); ok {
		hint = first(clean(h.Hint()), hint)
	}
	message = cleanLines(message)
	if hint == "" && code != exitInterrupted && !errors.Is(err, errDeclined) {
		hint = fallbackHint
	}
	for line := range strings.SplitSeq(message, "\n") {
		env.tell(env.errStyle().red("fsskills:") + " " + env.brief(line))
	}
	if hint != "" {
		env.tell(env.errStyle().bold("hint:") + " " + env.brief(hint))
	}
	if asked.asJSON {
		writeErrorDocument(env, command, asked, errorBody{Message: message, Hint: hint, Code: code})
	}
}

// besides are the messages of what errors.Join has put beside an error that is
// known.
func besides(err, known error) []string {
	if !errors.Is(err, known) {
		return []string{err.Error()}
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok { // one layer is taken off at a time
		var all, messages []string
		for _, part := range joined.Unwrap() {
			all = append(all, part.Error())
			messages = append(messages, besides(part, known)...)
		}
		if err.Error() == strings.Join(all, "\n") { // else they are parts of one sentence
			return messages
		}
		return nil
	}
	if inner := errors.Unwrap(err); inner != nil {
		return besides(inner, known)
	}
	return nil
}

// An errorBody is an error in a JSON document.
type errorBody struct {
	Message string   `json:"message"`
	Hint    string   `json:"hint,omitempty"`
	Code    exitCode `json:"code"` // the exit status
}

// writeErrorDocument writes the one document of a command that has not come to
// write its own.
func writeErrorDocument(env *Env, command string, asked request, body errorBody) {
	if env.documented {
		return
	}
	err := printJSON(env, resultDoc{
		SchemaVersion: schemaVersion, Command: command, DryRun: asked.dryRun, Scope: asked.scope,
		Clients: []clientDoc{}, Findings: findingDocs(env.findings), Warnings: []string{}, Error: &body,
	})
	if err != nil {
		fmt.Fprintln(env.Err, env.errStyle().red("fsskills:"), "write the error to stdout:", err)
	}
}
