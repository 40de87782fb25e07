package cmd

import (
	"context"
	"fmt"
	"os"
	"strings"

	"fsskills/installer"
)

// agree asks whether to go on, unless --yes has said so.
func (r *run) agree(ctx context.Context, rep *reporter, plan installer.Plan) error {
	if err := r.announce(); err != nil {
		return err
	}
	r.env.tracing.phase("ask")
	defer r.env.tracing.phase("write")
	surplus, err := r.store.Surplus()
	if err != nil {
		return err
	}
	for _, old := range surplus {
		if len(old.Only) > 0 {
			r.warn(fmt.Sprintf("the backups are full: %s goes, and with it what only it has of yours, of %s", old.File, strings.Join(old.Only, ", ")))
		}
	}
	if r.opts.yes {
		return nil
	}
	for {
		key, err := r.env.pick(ctx, r.consent(plan))
		switch {
		case err != nil:
			return err
		case key == "y":
			r.asked = true
			return nil
		case key == "n":
			return &exitError{code: exitFailed, err: errDeclined}
		}
		rep.showDiffs(plan, func(a installer.Action) bool { return key == "d" || a.Kind == installer.KindServer })
	}
}

// consent is the question whether to carry out a plan. Enter means yes only
// where nothing is replaced, taken out or doubtful.
func (r *run) consent(plan installer.Plan) question {
	verb := strings.ToUpper(r.command[:1]) + r.command[1:]
	q := question{title: "Go on?", flag: "--yes", back: r.guided, usual: 1, options: []option{
		{key: "y", word: "yes", label: verb},
		{key: "n", word: "no", label: "Cancel, and change nothing"},
	}}
	adds := r.command == "install" && len(installer.Alarms(plan.Findings)) == 0
	entries, others := false, false
	for _, a := range plan.Actions {
		if !a.Changes() {
			continue
		}
		adds = adds && (a.Op == installer.OpCreate || a.Kind == installer.KindLock) && !a.Overwrites() && !a.WritesKey
		entries = entries || a.Kind == installer.KindServer
		others = others || a.Kind != installer.KindServer
	}
	if adds {
		q.usual = 0
	}
	if entries && others && !r.opts.diff {
		q.options = append(q.options, option{key: "c", word: "config", label: "Show the changes to config files"})
	}
	if !r.opts.diff {
		q.options = append(q.options, option{key: "d", word: "diff", label: "Show the text of all changes"})
	}
	return q
}

// announce says who holds the lock, for a second fsskills to tell its user: a
// person may take their time to answer.
func (r *run) announce() error {
	return r.lock.Announce(installer.Holder{PID: os.Getpid(), Command: "fsskills " + r.command, Since: r.env.Now()})
}

// asks reports whether the user is there to be asked and has not answered yet.
func (r *run) asks() bool { return r.env.Interactive && !r.opts.yes && !r.opts.dryRun && !r.opts.force }
