package cmd

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"fsskills/installer"
)

type restoreOptions struct {
	runOptions
	scopeOptions
}

func newRestore(env *Env) *cobra.Command {
	var opts restoreOptions
	c := &cobra.Command{
		Use:     "restore [operation]",
		GroupID: groupSkills,
		Short:   "Undo an operation: put the bytes from before back",
		Long: `Without an operation, lists the past ones, newest first. With one, its id, the
beginning of it or "last", every file that it changed gets its bytes from before
back. A file that has changed since stays and is reported; --force overwrites it,
after a backup. A restore is an operation too and can be undone.`,
		Example: `  fsskills restore
  fsskills restore last --dry-run --diff
  fsskills restore 20260401-120000`,
		Args: oneOperation,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return runOperations(env, opts)
			}
			return runRestore(c.Context(), env, opts, args[0])
		},
	}
	opts.scopeOptions.declare(c)
	opts.declareRun(c, "overwrite what has changed since, after a backup")
	c.ValidArgsFunction = completeOne(env.operationWords)
	return c
}

type (
	operationsDoc struct {
		SchemaVersion int            `json:"schemaVersion"`
		Command       string         `json:"command"`
		Operations    []operationDoc `json:"operations"`
	}
	operationDoc struct {
		ID      string    `json:"id"`
		Time    time.Time `json:"time"`
		Command string    `json:"command"`
		Version string    `json:"version"`
		Files   []string  `json:"files"`
	}
)

// runOperations lists what can be undone.
func runOperations(env *Env, opts restoreOptions) error {
	at, err := opts.site(env)
	if err != nil {
		return err
	}
	if err := env.guardState(at); err != nil {
		return err
	}
	store := env.store(at)
	if _, err := store.Receipt(); err != nil {
		return mendable(err, at) // what is in the list could not be undone
	}
	ops, err := store.Operations()
	if err != nil {
		return mendable(err, at)
	}
	doc := operationsDoc{SchemaVersion: schemaVersion, Command: "restore", Operations: []operationDoc{}}
	for _, op := range ops {
		d := operationDoc{ID: op.ID, Time: op.Time, Command: op.Command, Version: op.Version, Files: []string{}}
		for _, c := range op.Changes {
			d.Files = append(d.Files, c.Path)
		}
		doc.Operations = append(doc.Operations, d)
	}
	if opts.asJSON {
		return printJSON(env, doc)
	}
	if len(doc.Operations) == 0 {
		fmt.Fprintln(env.Err, "There is no operation to undo.")
		return nil
	}
	t := table{columns: []column{{title: "OPERATION"}, {title: "COMMAND"}, {title: "WHEN"}, {title: "FILES"}}}
	for _, d := range doc.Operations {
		t.add(d.ID, d.Command, d.Time.Local().Format(time.DateTime), strconv.Itoa(len(d.Files)))
	}
	return t.print(env)
}

func runRestore(ctx context.Context, env *Env, opts restoreOptions, word string) (err error) {
	if err := opts.check(env); err != nil {
		return misnamedOperation(env, opts, word, err)
	}
	at, err := opts.site(env)
	if err != nil {
		return err
	}
	if err := env.guard(at); err != nil {
		return err
	}
	if !env.store(at).Exists() {
		return listHint(env, &installer.UnknownOperationError{ID: word}, at)
	}
	r, err := begin(ctx, env, "restore", at, opts.runOptions)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()

	plan, err := r.store.NewRestore(r.receipt, word, opts.force)
	if err != nil {
		return listHint(env, err, at)
	}
	for _, a := range plan.Actions {
		r.admit(a.Clients)
	}
	var targets []installer.Target
	for _, c := range r.everyone {
		for _, a := range plan.Actions {
			if a.Serves(c.ID) {
				c, _ := c.In(at.scope)
				r.chosen = append(r.chosen, c)
				targets = append(targets, installer.Target{Client: c})
				break
			}
		}
	}
	r.traceChosen(nil)
	return r.carryOut(ctx, plan, newReporter(r, targets, nil))
}

// misnamedOperation is the complaint about an operation that there is not, which
// would come behind err; else it is err.
func misnamedOperation(env *Env, opts restoreOptions, word string, err error) error {
	at, broken := opts.site(env)
	if broken != nil || word == "last" || env.guardState(at) != nil {
		return err
	}
	receipt, broken := env.store(at).Receipt()
	if broken != nil {
		return err
	}
	if _, wrong := env.store(at).NewRestore(receipt, word, opts.force); ofType[*installer.UnknownOperationError](wrong) {
		return listHint(env, wrong, at)
	}
	return err
}

// oneOperation refuses more than one operation: the one before it is undone with
// it or not at all.
func oneOperation(_ *cobra.Command, args []string) error {
	if len(args) < 2 {
		return nil
	}
	return &usageError{msg: fmt.Sprintf("one operation is put back at a time, and there are %d", len(args)), hint: "name one: 'fsskills restore " + clean(args[0]) + "'"}
}

// listHint leads from an operation that the site does not have to the one that
// was probably meant, or to those that it has: the installer knows no flags.
func listHint(env *Env, err error, at site) error {
	err = mendable(err, at)
	unknown, ok := errors.AsType[*installer.UnknownOperationError](err)
	if !ok {
		return err
	}
	hint := "run 'fsskills restore" + at.flags() + "' for the list"
	words := []string{"last"}
	ops, _ := env.store(at).Operations() // what is wrong with them has been said
	for _, op := range ops {
		words = append(words, op.ID)
	}
	switch close := near(unknown.ID, words); {
	case len(unknown.Near) > 0:
		hint = "give more of the one that is meant, as in 'fsskills restore" + at.flags() + " " + unknown.Near[0] + "'"
	case len(ops) == 0:
		hint = "there is none to undo: 'fsskills status" + at.flags() + "' shows what is installed"
	case len(close) > 0:
		hint = didYouMean("'fsskills restore"+strings.ReplaceAll(at.flags(), "%", "%%")+" %s'", close)
	}
	return &hintedError{err: err, hint: hint}
}
