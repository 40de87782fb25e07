package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"fsskills/installer"
	"fsskills/registry"
)

type updateOptions struct {
	runOptions
	sourceOptions
	scopeOptions
	agentOptions
	reviewOptions
	skills []string
}

func newUpdate(env *Env) *cobra.Command {
	var opts updateOptions
	c := &cobra.Command{
		Use:     "update [skill]...",
		Aliases: []string{"upgrade"},
		GroupID: groupSkills,
		Short:   "Bring installed skills to their newest version",
		Long: `Fetches what is new and brings every installed skill up to date. Files that
you edited stay as they are and are reported, files that you added are never
touched, and skills that upstream has no more go, into the backup, unless you
edited them. A tag or commit that --ref pinned stays; --ref moves it.`,
		Example: `  fsskills update
  fsskills update --dry-run --diff
  fsskills update --ref main --yes`,
		RunE: func(c *cobra.Command, args []string) error {
			opts.skills = append(opts.skills, args...)
			return runUpdate(c.Context(), env, opts)
		},
	}
	opts.runOptions.declare(c)
	opts.sourceOptions.declare(c)
	opts.scopeOptions.declare(c)
	opts.agentOptions.declare(c)
	opts.reviewOptions.declare(c)
	declareSkills(c, env, &opts.skills, "only this `skill` (repeatable)")
	return c
}

func runUpdate(ctx context.Context, env *Env, opts updateOptions) (err error) {
	if err := opts.sourceOptions.check(); err != nil {
		return err
	}
	if err := opts.runOptions.check(env); err != nil {
		return misnamed(env, opts.scopeOptions, opts.clients, opts.skills, err)
	}
	at, err := opts.site(env)
	if err != nil {
		return err
	}
	r, err := begin(ctx, env, "update", at, opts.runOptions)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()

	choices := r.receipt.Choices
	if opts.noAgents != nil {
		choices.NoAgents = *opts.noAgents
	}
	targets, err := r.recordedTargets(opts, choices)
	if err != nil {
		return err
	}
	r.traceChosen(opts.clients)
	names := namedSkills(opts.skills)
	if err := r.checkInstalled(names); err != nil {
		return err
	}
	if err := r.trustSource(opts.sourceOptions); err != nil {
		return err
	}
	r.mentionLost()
	rep := newReporter(r, targets, nil)
	look, leave := r.lookAround(ctx, rep.ids(), names)
	defer leave()
	session, err := r.open(ctx, opts.sourceOptions)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()

	r.mentionPin(session, opts.ref)
	var snapshot *registry.Snapshot
	missed := false // nothing is new but, maybe, an agent
	nothingNew := func() error {
		seen := look()
		if err := ctx.Err(); err != nil {
			return err
		}
		r.mentionFresh(seen.fresh)
		rep.snapshot = nil
		return rep.finish(installer.Plan{Command: r.command, Source: r.receipt.Source, Actions: seen.installed}, nil)
	}
	if session.Commit() == r.receipt.Source.Commit && opts.source == "" && opts.ref == "" && !opts.force && !opts.diff && r.upToDate(targets, names) {
		if snapshot, err = r.missed(ctx, session, targets); err != nil {
			return err
		}
		renamed := opts.tokenEnv != "" && opts.tokenEnv != choices.Token.Env
		if missed = snapshot != nil; !missed && !renamed && choices.NoAgents == r.receipt.Choices.NoAgents {
			return nothingNew()
		}
	}
	if snapshot == nil {
		leave()
		if snapshot, err = r.snapshot(ctx, session); err != nil {
			return err
		}
	}
	r.trust(&choices, opts.sourceOptions, entryOptions{}, snapshot)
	req := installer.Request{
		Command: r.command, System: r.sys, Targets: targets, Snapshot: snapshot,
		Names: names, Choices: choices, Force: opts.force,
	}
	if req.Before, err = r.before(ctx, snapshot); err != nil {
		return err
	}
	plan, err := r.plan(&req, opts.strict, installer.NewUpdate)
	if err != nil {
		return err
	}
	if missed && plan.Empty() && req.Snapshot == snapshot {
		return nothingNew()
	}
	if req.Versions, err = r.versions(ctx, session, plan); err != nil {
		return err
	}
	if len(req.Versions) > 0 {
		if plan, err = r.plan(&req, opts.strict, installer.NewUpdate); err != nil {
			return err
		}
	}
	rep.snapshot = req.Snapshot
	if rep.news, err = r.news(ctx, session, req); err != nil {
		return err
	}
	leave()
	r.mentionFresh(r.fresh())
	return r.carryOutWith(ctx, plan, rep, func(taken map[string]bool) (installer.Plan, error) {
		req.Take = taken
		plan, err := r.plan(&req, opts.strict, installer.NewUpdate)
		rep.snapshot = req.Snapshot
		return plan, err
	})
}

// mentionPin says that a pinned ref hides news.
func (r *run) mentionPin(session *registry.Session, ref string) {
	if head := session.Head(); session.Pinned() && head != "" && head != session.Commit() {
		r.note(fmt.Sprintf("pinned to %s, while the source is at %.12s: 'fsskills update%s --ref HEAD' follows it", first(ref, r.receipt.Source.Ref), head, r.at.flags()))
	}
}

// recordedTargets are the clients that have skills of ours.
func (r *run) recordedTargets(opts updateOptions, choices installer.Choices) ([]installer.Target, error) {
	var with []string
	for _, i := range r.receipt.Items {
		if !i.Left {
			with = append(with, i.Clients...)
		}
	}
	if len(with) == 0 {
		return nil, &hintedError{err: errors.New("no skills are installed yet"), hint: "run 'fsskills install" + r.at.flags() + "' first"}
	}
	named := opts.clients
	if len(named) == 0 {
		named = with
	}
	chosen, err := chooseClients(r.everyone, r.sys, named, nil)
	if err != nil {
		return nil, err
	}
	var targets []installer.Target
	for _, c := range chosen {
		if slices.Contains(with, c.ID) {
			c, _ := c.In(r.at.scope)
			targets = append(targets, r.target(c, choices))
			r.chosen = append(r.chosen, c)
		} else if !slices.Contains(opts.clients, "all") {
			return nil, &hintedError{
				err:  fmt.Errorf("%s has no skills of fsskills yet", c.Name),
				hint: "run 'fsskills install" + r.at.flags() + " --client " + c.ID + "' first",
			}
		}
	}
	return targets, nil
}

// checkInstalled refuses a named skill that is not there to be updated.
func (r *run) checkInstalled(names []string) error {
	var have []string
	for _, i := range r.receipt.Items {
		have = append(have, i.Name)
	}
	slices.Sort(have)
	have = slices.Compact(have)
	for _, name := range names {
		if !slices.Contains(have, name) {
			return unknownSkill(fmt.Sprintf("no skill %q is installed", name), name, have)
		}
	}
	return nil
}

// upToDate reports whether every recorded skill stands on disk at the recorded
// commit, so that there is nothing to fetch.
func (r *run) upToDate(targets []installer.Target, names []string) bool {
	for _, i := range r.receipt.Items {
		if i.Left || !slices.ContainsFunc(targets, func(t installer.Target) bool { return slices.Contains(i.Clients, t.Client.ID) }) {
			continue
		}
		if len(names) > 0 && !slices.Contains(names, i.Name) {
			continue
		}
		if i.Commit != r.receipt.Source.Commit {
			return false
		}
	}
	return true
}

// surroundings are what there is to say where nothing is new upstream.
type surroundings struct {
	fresh     []string           // clients, see fresh
	installed []installer.Action // how it stands on the disk
}

// lookAround looks at the surroundings while the source is asked, which takes as
// long. look waits for what was seen; leave ends it, if it is of no use. After leave
// no file is open, so that they can be replaced on Windows too.
func (r *run) lookAround(ctx context.Context, ids, names []string) (look func() surroundings, leave func()) {
	looking, cancel := context.WithCancel(ctx)
	look = sync.OnceValue(func() surroundings {
		seen := surroundings{fresh: r.fresh()}
		for a := range installer.Standing(r.receipt, ids, names) {
			if looking.Err() != nil {
				break
			}
			seen.installed = append(seen.installed, a)
		}
		return seen
	})
	var group sync.WaitGroup
	group.Go(func() {
		defer func() { _ = recover() }() // whoever calls look gets the panic
		look()
	})
	return look, func() {
		cancel()
		group.Wait()
	}
}

// fresh are clients that an install would choose and that have nothing of ours
// yet.
func (r *run) fresh() []string {
	recorded := r.receipt.Recorded(false)
	chosen, err := chooseClients(r.catalog, r.sys, r.wanted(nil), recorded)
	if err != nil {
		return nil // an install would choose none
	}
	var fresh []string
	for _, c := range chosen {
		c, ok := c.In(r.at.scope)
		if ok && !slices.Contains(recorded, c.ID) && c.Plugin(r.sys) == "" {
			fresh = append(fresh, c.ID)
		}
	}
	return fresh
}

// mentionFresh names fresh clients.
func (r *run) mentionFresh(ids []string) {
	if len(ids) > 0 {
		r.say("%s %s", "Found since: "+strings.Join(ids, ", ")+".", "'fsskills install"+r.at.flags()+"' sets them up.")
	}
}
