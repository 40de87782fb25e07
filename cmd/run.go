package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fsskills/clients"
	"fsskills/installer"
	"fsskills/registry"
)

// lockWait is how long a second fsskills waits for the first.
const lockWait = 10 * time.Second

// A run is one command that may write: the store, the receipt, and how to
// talk about it.
type run struct {
	env     *Env
	command string
	opts    runOptions
	at      site
	config  *config
	catalog clients.Catalog
	// everyone is the catalog, and stand-ins for clients that are recorded
	// and that it has no more.
	everyone clients.Catalog
	sys      clients.System
	store    *installer.Store
	receipt  installer.Receipt
	lock     *installer.Lock
	// lockfile is the project's, nil if there is none, and here is the receipt
	// of this machine alone.
	lockfile *installer.Lockfile
	here     installer.Receipt
	// notes are warnings that belong to the result.
	notes []string
	// skipped are chosen clients that are left out, with the reason. If that
	// leaves something undone that was asked for, the run is partial.
	skipped map[string]string
	partial bool
	outside []string         // the ids of those that have nothing in the scope
	chosen  []clients.Client // as they are in the scope
	// guided is true if the plan follows from questions that can be asked again.
	guided bool
	asked  bool // the user has agreed to the plan on the terminal
	// fetched are the snapshots that came from a source itself.
	fetched []*registry.Snapshot
	// installed is the snapshot of the recorded commit, once it was read.
	installed *registry.Snapshot
}

// system is the machine as the catalog sees it, with the project of a site.
func (e *Env) system(at site) clients.System {
	return e.traced(clients.System{
		GOOS: e.GOOS, Home: e.Home, Project: at.root, Getenv: e.Getenv, LookPath: e.LookPath,
		Stat: os.Stat, ReadFile: readRegular, Glob: filepath.Glob,
	})
}

// readRegular reads a file of which others decide what it is: a pipe would
// never end.
func readRegular(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("is not a regular file")}
	}
	return os.ReadFile(path)
}

func (e *Env) store(at site) *installer.Store {
	return &installer.Store{Dir: e.storeDir(at), Project: at.root, Version: readBuildInfo().Version, Now: e.Now, Key: e.keyIn}
}

// newRun looks at a site without writing anything. The receipt is read.
func newRun(env *Env, command string, at site, opts runOptions) (r *run, err error) {
	if r, err = enter(env, command, at, opts); err != nil {
		return nil, err
	}
	_, err = r.read()
	return r, err
}

// mendable leads from a file of fsskills' own that cannot be read to what mends
// it at the site: the installer knows no flags.
func mendable(err error, at site) error {
	if corrupt, ok := errors.AsType[*installer.CorruptError](err); ok && !corrupt.Newer() {
		return &hintedError{err: err, hint: "run 'fsskills doctor --fix" + at.flags() + "': it keeps the damaged file, and mends what it can"}
	}
	return err
}

// enter knows the user's own file and nothing of the site, but that its state
// may be read.
func enter(env *Env, command string, at site, opts runOptions) (*run, error) {
	if err := env.guardState(at); err != nil {
		return nil, err
	}
	return approach(env, command, at, opts)
}

// approach is enter for whoever does not read the state, or guards it.
func approach(env *Env, command string, at site, opts runOptions) (r *run, err error) {
	env.at = at
	r = &run{env: env, command: command, opts: opts, at: at, sys: env.system(at), store: env.store(at), skipped: map[string]string{}}
	if r.config, err = env.configured(); err != nil {
		return nil, err
	}
	r.catalog, err = env.catalog()
	return r, err
}

// read reads what is recorded of the site, which in a project is what the
// project's lock says. Warnings are for the user.
func (r *run) read() (warnings []string, err error) {
	defer func() {
		err = mendable(err, r.at)
		r.everyone = slices.Clone(r.catalog)
		r.admit(r.receipt.Recorded(true))
		r.traceReceipt()
	}()
	if r.receipt, err = r.store.Receipt(); err != nil || r.at.root == "" {
		return nil, err
	}
	r.here = r.receipt
	if r.lockfile, err = installer.ReadLockfile(r.at.root); err != nil {
		return nil, err
	}
	r.receipt, warnings, err = r.receipt.InProject(r.at.root, r.lockfile, r.catalog, r.sys)
	return warnings, err
}

// begin takes the lock, unless nothing will be written, repairs what an
// interrupted run has left, and reads the receipt. Close the run.
func begin(ctx context.Context, env *Env, command string, at site, opts runOptions) (_ *run, err error) {
	if err := env.guard(at); err != nil {
		return nil, err
	}
	r, err := approach(env, command, at, opts)
	if err != nil {
		return nil, err
	}
	// A receipt that cannot be read is found before the lock leaves its file.
	if err := r.store.Readable(); err != nil {
		return nil, mendable(err, at)
	}
	if opts.dryRun {
		if err := r.mentionInterrupted(); err != nil {
			return nil, mendable(err, at)
		}
	} else if err := r.takeOver(ctx); err != nil {
		return nil, mendable(err, at)
	}
	warnings, err := r.read()
	if err != nil {
		return nil, errors.Join(err, r.close())
	}
	for _, w := range warnings {
		r.warn(w)
	}
	return r, nil
}

// takeOver locks the store and recovers.
func (r *run) takeOver(ctx context.Context) error {
	if err := r.hold(ctx); err != nil {
		return err
	}
	recovered, err := r.store.Recover()
	if err != nil {
		return errors.Join(err, r.close())
	}
	if recovered != nil {
		for _, said := range recoveredText(recovered) {
			r.warn(said)
		}
	}
	return nil
}

// hold locks the store.
func (r *run) hold(ctx context.Context) (err error) {
	r.env.tracing.say("lock %s", r.store.Dir)
	r.lock, err = r.store.Lock(ctx, 0)
	if _, held := errors.AsType[*installer.LockedError](err); held {
		r.say("%s; waiting for it to finish …", clean(err.Error()))
		r.lock, err = r.store.Lock(ctx, lockWait)
	}
	r.env.tracing.say("the lock is taken: %t", err == nil)
	return err
}

// recoveredText says what was done about an interrupted operation.
func recoveredText(rec *installer.Recovery) []string {
	did := "undone"
	if rec.Finished {
		did = "complete but for its backup, which is filed now"
	}
	texts := []string{fmt.Sprintf("an interrupted %s of %s was %s", rec.Operation.Command, rec.Operation.Time.Local().Format(time.DateTime), did)}
	for _, left := range rec.Left {
		texts = append(texts, "left as it is: "+left+"; the bytes from before are in "+rec.Backup)
	}
	return texts
}

// mentionInterrupted warns of an operation that was not completed.
func (r *run) mentionInterrupted() error {
	op, err := r.store.Interrupted()
	if op != nil {
		r.warn(interruptedText(op))
	}
	return err
}

// interruptedText says that the operation was not completed, and what becomes
// of it.
func interruptedText(op *installer.Operation) string {
	return fmt.Sprintf("an interrupted %s of %s will be undone by the next command that writes", op.Command, op.Time.Local().Format(time.DateTime))
}

// interruptions are the warnings of a command that writes nothing and needs no
// receipt: of an operation in the site that was not completed.
func (e *Env) interruptions(at site) []string {
	if err := e.guardState(at); err != nil {
		return []string{withHint(err)}
	}
	op, err := e.store(at).Interrupted()
	switch {
	case err != nil:
		return []string{withHint(mendable(err, at))}
	case op != nil:
		return []string{interruptedText(op)}
	}
	return nil
}

// warn prints a warning.
func (e *Env) warn(text string) {
	e.tell(e.errStyle().yellow("warning:") + " " + e.brief(text))
}

func (r *run) close() error {
	if r.lock == nil {
		return nil
	}
	return r.lock.Unlock()
}

// warn keeps a warning for the result and prints it.
func (r *run) warn(text string) {
	r.notes = append(r.notes, clean(text))
	r.env.warn(text)
}

// note is a warning about nothing bad.
func (r *run) note(text string) {
	r.notes = append(r.notes, clean(text))
	r.say("%s %s", r.env.errStyle().dim("note:"), r.brief(text))
}

// brief is clean text with the paths in it written from the home.
func (r *run) brief(text string) string { return r.env.brief(text) }

func (e *Env) brief(text string) string {
	home := strings.TrimRight(e.Home, string(filepath.Separator)) + string(filepath.Separator)
	return strings.ReplaceAll(clean(text), home, "~"+string(filepath.Separator))
}

// forget drops what was said of a plan that is going to be made anew. The clients
// stay chosen, with those that have nothing in the scope.
func (r *run) forget() {
	r.notes, r.partial = nil, len(r.outside) > 0
	clear(r.skipped)
	for _, id := range r.outside {
		r.skipped[id] = r.nothingThere()
	}
}

// say tells the user how it goes, unless they want silence.
func (r *run) say(format string, args ...any) {
	if !r.opts.quiet {
		r.env.tell(fmt.Sprintf(format, args...))
	}
}

// carryOut shows the plan, asks, applies and reports. It is the second half
// of every command that writes.
func (r *run) carryOut(ctx context.Context, plan installer.Plan, rep *reporter) error {
	return r.carryOutWith(ctx, plan, rep, nil)
}

// carryOutWith is carryOut for a plan that can be made again, with upstream's
// version of the files that the user takes.
func (r *run) carryOutWith(ctx context.Context, plan installer.Plan, rep *reporter, again func(taken map[string]bool) (installer.Plan, error)) error {
	if again != nil && r.asks() {
		taken, err := r.settle(ctx, plan)
		if err != nil {
			return err
		}
		if len(taken) > 0 {
			if plan, err = again(taken); err != nil {
				return err
			}
		}
	}
	for _, ref := range rep.refused() {
		r.warn(leftOut(ref))
	}
	for _, w := range plan.Warnings {
		r.warn(w)
	}
	for _, n := range plan.Notes {
		r.note(n)
	}
	r.mentionAgentless(plan)
	r.mentionOpen(plan)
	if r.opts.dryRun {
		return rep.finish(plan, dryResults(plan))
	}
	if !plan.Empty() || r.opts.diff || rep.news != nil || slices.ContainsFunc(plan.Actions, r.refuses) {
		rep.showPlan(r.env.Err, r.env.errStyle(), plan)
	}
	if !plan.Empty() {
		if err := r.agree(ctx, rep, plan); err != nil {
			return err
		}
	}
	results, err := r.apply(ctx, plan)
	if err != nil {
		return err
	}
	r.tellOfKeys(results)
	r.traceResults(results)
	r.keep()
	over := func(res installer.Result) bool { return res.Err == nil && res.Action.Overwrites() }
	if slices.ContainsFunc(results, over) {
		note := "what --force has overwritten is in the backup: 'fsskills restore" + r.at.flags() + " last' brings it back"
		if slices.ContainsFunc(results, func(res installer.Result) bool { return over(res) && res.Action.WritesKey }) {
			note += " (a key that was overwritten has to be in its variable then: no backup holds one)"
		}
		r.note(note)
	}
	return rep.finish(plan, results)
}

// dryResults are a plan's actions as if they had been applied.
func dryResults(plan installer.Plan) []installer.Result {
	results := make([]installer.Result, len(plan.Actions))
	for i, a := range plan.Actions {
		results[i].Action = a
	}
	return results
}
