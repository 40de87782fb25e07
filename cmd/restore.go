package cmd

import (
	"context"
	"errors"
	"fmt"
	"strconv"
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
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return runOperations(env, opts)
			}
			return runRestore(c.Context(), env, opts, args[0])
		},
	}
	opts.scopeOptions.declare(c)
	opts.declareRun(c, "overwrite what has changed since, after a backup")
	c.ValidArgsFunction = completeArgs(env.operations)
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
		return err
	}
	at, err := opts.site(env)
	if err != nil {
		return err
	}
	if err := env.guard(at); err != nil {
		return err
	}
	if !env.store(at).Exists() {
		return listHint(&installer.UnknownOperationError{ID: word}, at)
	}
	r, err := begin(ctx, env, "restore", at, opts.runOptions)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()

	plan, err := r.store.NewRestore(r.receipt, word, opts.force)
	if err != nil {
		return listHint(err, at)
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
	return r.carryOut(ctx, plan, newReporter(r, targets, nil))
}

// listHint leads from an operation that the site does not have to those that it
// has: the installer knows no flags.
func listHint(err error, at site) error {
	err = mendable(err, at)
	if !ofType[*installer.UnknownOperationError](err) {
		return err
	}
	return &hintedError{err: err, hint: "run 'fsskills restore" + at.flags() + "' for the list"}
}

// operations are the ids that completion offers.
func (e *Env) operations() []string {
	if e.guardState(site{}) != nil {
		return nil
	}
	ops, err := e.store(site{}).Operations()
	if err != nil {
		return nil // completion has nowhere to say so
	}
	words := []string{"last"}
	for _, op := range ops {
		words = append(words, op.ID+"\t"+op.Command+", "+op.Time.Local().Format(time.DateTime))
	}
	return words
}
