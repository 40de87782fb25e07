package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"fsskills/registry"
)

// asBug is the mistake of fsskills' own that err comes from, nil if it comes from
// what a user has or does.
func asBug(err error) *registry.BugError {
	if bug, ok := errors.AsType[*registry.BugError](err); ok {
		return bug
	}
	// What is encoded is made here, and what the runtime complains of is our code.
	if ofType[runtime.Error](err) || ofType[*json.UnsupportedTypeError](err) || ofType[*json.UnsupportedValueError](err) || ofType[*json.MarshalerError](err) {
		return &registry.BugError{What: err.Error()}
	}
	return nil
}

// caught executes the command that args name. A panic in it becomes an error, when
// its deferred calls, which restore a terminal and give back a lock, are done.
func caught(ctx context.Context, env *Env, root *cobra.Command, args []string) (c *cobra.Command, err error) {
	defer func() {
		if value := recover(); value != nil {
			if c, _, err = root.Find(args); err != nil {
				c = root
			}
			err = &registry.BugError{What: fmt.Sprint(value), Stack: debug.Stack()}
		}
	}()
	if c, err = root.ExecuteContextC(ctx); err == nil {
		env.tracing.finish(int(exitDone))
	}
	return c, err
}

// reportBug tells of a mistake of fsskills' own, so that nobody looks for it
// among their files: what it is, in what state it leaves things, and how to report
// it. Nothing is written to a file, and the details are printed with --verbose
// only.
func reportBug(env *Env, root *cobra.Command, command string, bug *registry.BugError, asked request) exitCode {
	st := env.errStyle()
	message := cleanLines("this is a bug in fsskills: " + bug.What)
	for line := range strings.SplitSeq(message, "\n") {
		env.tell(st.red("fsskills:") + " " + env.brief(line))
	}
	env.tell(env.brief(stateAfter(env)))
	info := readBuildInfo()
	env.tell(fmt.Sprintf("To report it, tell the maintainers: fsskills %s, %s/%s, called as: %s", info.Version, env.GOOS, runtime.GOARCH, env.brief(masked(root, env.args))))
	hint := "run it again with --verbose for the details, and report them too"
	if env.tracing != nil {
		hint = "report all that is above too; look through it for what is private first"
		for line := range strings.Lines(string(bug.Stack)) {
			fmt.Fprintln(env.Err, "trace:", env.brief(untab(line)))
		}
	}
	env.tell(st.bold("hint:") + " " + hint)
	if asked.asJSON {
		writeErrorDocument(env, command, asked, errorBody{Message: message, Hint: hint, Code: exitFailed})
	}
	return exitFailed
}

// stateAfter says in what state a command has left things that did not come to
// its end.
func stateAfter(env *Env) (text string) {
	unknown := "Whether something was left half done is not known: 'fsskills doctor" + env.at.flags() + "' tells."
	defer func() {
		if recover() != nil { // it may be what the bug is in
			text = unknown
		}
	}()
	if env.guardState(env.at) != nil {
		return unknown
	}
	op, err := env.store(env.at).Interrupted()
	switch {
	case err != nil:
		return unknown
	case op != nil:
		return "The " + op.Command + " was interrupted: the next command that writes undoes it, such as 'fsskills doctor --fix" + env.at.flags() + "'."
	}
	return "Nothing was left half done."
}
