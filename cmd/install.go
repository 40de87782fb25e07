package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"fsskills/clients"
	"fsskills/installer"
	"fsskills/registry"
)

type installOptions struct {
	runOptions
	entryOptions
	sourceOptions
	scopeOptions
	agentOptions
	reviewOptions
	skills []string
	locked bool
}

func newInstall(env *Env) *cobra.Command {
	var opts installOptions
	c := &cobra.Command{
		Use:     "install [skill]...",
		Aliases: []string{"add"},
		GroupID: groupSkills,
		Short:   "Install skills and the MCP server into your AI clients",
		Long: `Finds the AI clients on this machine, fetches Fullstory's skills, copies them
into each client's skills folder and adds the MCP server "fullstory" to its
configuration. An agent that the skills rely on goes, in the client's spelling, to
those that are known to run it so. What is right already is not touched, nothing
is removed, and what you do not name stays as you chose it last. What you never
chose is taken from config.yaml, your own file, if you have one.

On a terminal it asks what is still open, which clients and how they sign in, and
then whether to carry out the plan; elsewhere, and with --yes, it takes every client
that is found and OAuth.`,
		Example: `  fsskills install
  fsskills install --client claude-code,cursor --auth api-key --yes
  fsskills install general-analysis --dry-run --diff
  fsskills install --scope project --client claude-code,cursor
  fsskills install --locked --yes`,
		RunE: func(c *cobra.Command, args []string) error {
			opts.skills = append(opts.skills, args...)
			return runInstall(c.Context(), env, opts)
		},
	}
	opts.runOptions.declare(c)
	opts.entryOptions.declare(c)
	opts.sourceOptions.declare(c)
	opts.scopeOptions.declare(c)
	opts.agentOptions.declare(c)
	opts.reviewOptions.declare(c)
	c.Flags().BoolVar(&opts.locked, "locked", false, "install exactly what the project's "+installer.LockfileName+" says, or end with status 5")
	declareSkills(c, env, &opts.skills, "only this `skill` (repeatable; all: every skill)")
	return c
}

func (o *installOptions) check(env *Env) error {
	if o.mcpOnly {
		switch {
		case len(o.skills) > 0:
			return contradiction("--mcp-only", "a named skill")
		case o.source != "":
			return contradiction("--mcp-only", "--source")
		case o.ref != "":
			return contradiction("--mcp-only", "--ref")
		case o.tokenEnv != "":
			return contradiction("--mcp-only", "--token-env")
		}
	}
	if o.locked {
		scope, err := o.word()
		switch {
		case err != nil:
			return err
		case scope == clients.UserScope:
			return contradiction("--locked", "--scope user")
		case len(o.skills) > 0:
			return contradiction("--locked", "a named skill")
		case o.ref != "":
			return contradiction("--locked", "--ref")
		case o.mcpOnly:
			return contradiction("--locked", "--mcp-only")
		}
		for _, flag := range []struct {
			name  string
			given bool
		}{
			{"--auth", o.auth != ""},
			{"--region", o.region != ""},
			{"--mcp-url", o.url != ""},
			{"--api-key-env", o.keyEnv != ""},
			{"--write-key", o.writeKey},
			{"--no-agents", o.noAgents != nil},
		} {
			if flag.given {
				return contradiction("--locked", flag.name)
			}
		}
	}
	if err := o.entryOptions.check(); err != nil {
		return err
	}
	if err := o.sourceOptions.check(); err != nil {
		return err
	}
	err := o.runOptions.check(env)
	if _, wrong := o.word(); wrong != nil {
		return wrong
	}
	if err != nil {
		// A client that there is not would be the next complaint.
		if catalog, broken := env.catalog(); broken == nil {
			if wrong := checkClients(catalog, o.clients); wrong != nil {
				return wrong
			}
		}
	}
	return err
}

func runInstall(ctx context.Context, env *Env, opts installOptions) (err error) {
	if err := opts.check(env); err != nil {
		return err
	}
	opts.project = opts.project || opts.locked // a lock is a project's
	at, err := opts.site(env)
	if err != nil {
		return err
	}
	if opts.writeKey && at.scope == clients.ProjectScope {
		return errKeyInProject()
	}
	look, err := newRun(env, "install", at, runOptions{quiet: true})
	if err != nil {
		return err
	}
	if err := look.check(opts); err != nil {
		return err
	}
	r, err := begin(ctx, env, "install", at, opts.runOptions)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()

	if err := r.check(opts); err != nil {
		return err
	}
	in := &installation{run: r, opts: opts}
	defer func() { err = errors.Join(err, in.close()) }()
	g := r.guide(&in.opts)
	for from := 0; ; from = g.last() {
		if err := g.ask(ctx, from); err != nil {
			return err
		}
		r.guided = len(g.questions) > 0
		if err = in.carryOut(ctx); !errors.Is(err, errBack) {
			return err
		}
		r.forget()
	}
}

// An installation is one install, which may be planned more than once.
type installation struct {
	*run
	opts installOptions
	// session and snapshot are fetched once.
	session  *registry.Session
	snapshot *registry.Snapshot
}

// close leaves the source, and then what the run holds.
func (in *installation) close() error {
	if in.session == nil {
		return nil
	}
	return in.session.Close()
}

// fetch gives the request the skills.
func (in *installation) fetch(ctx context.Context, req *installer.Request) (err error) {
	switch {
	case in.opts.mcpOnly:
		return nil
	case in.opts.locked:
		return in.fetchLocked(ctx, req, in.opts.sourceOptions)
	case in.snapshot == nil:
		if in.session, err = in.open(ctx, in.opts.sourceOptions); err != nil {
			return err
		}
		if in.snapshot, err = in.run.snapshot(ctx, in.session); err != nil {
			return err
		}
	}
	req.Snapshot = in.snapshot
	return nil
}

// carryOut plans what the options ask for, and does it. The error is errBack if
// the user wants to change an answer.
func (in *installation) carryOut(ctx context.Context) error {
	r, opts := in.run, in.opts
	req, err := r.request(ctx, opts)
	if err != nil {
		return err
	}
	if err := in.fetch(ctx, &req); err != nil {
		return err
	}
	r.trust(&req.Choices, opts.sourceOptions, opts.entryOptions, req.Snapshot)
	if req.Before, err = r.before(ctx, req.Snapshot); err != nil {
		return err
	}
	plan, err := r.plan(&req, opts.strict, installer.NewInstall)
	if unknown, ok := errors.AsType[*installer.UnknownSkillError](err); ok {
		return unknownSkill(unknown.Error(), unknown.Name, unknown.Have)
	}
	if err != nil {
		return err
	}
	if req.Versions, err = r.versions(ctx, in.session, plan); err != nil {
		return err
	}
	if len(req.Versions) > 0 {
		if plan, err = r.plan(&req, opts.strict, installer.NewInstall); err != nil {
			return err
		}
	}
	rep := newReporter(r, req.Targets, req.Snapshot)
	if opts.locked {
		if rep.exact = plan.Exact(); rep.exact != nil && !opts.dryRun {
			return rep.exact
		}
	}
	r.mentionOwnCopies()
	r.mentionLost()
	return r.carryOutWith(ctx, plan, rep, func(taken map[string]bool) (installer.Plan, error) {
		req.Take = taken
		plan, err := r.plan(&req, opts.strict, installer.NewInstall)
		rep.snapshot = req.Snapshot
		return plan, err
	})
}

// check makes sure that there is a client to install into and, in a project, a
// source that may be used, before anything is written or waited for.
func (r *run) check(opts installOptions) error {
	named := r.wanted(opts.clients)
	if opts.locked {
		named = opts.clients
		if r.lockfile == nil {
			return &hintedError{
				err:  fmt.Errorf("%s has no %s", r.at.root, installer.LockfileName),
				hint: "run 'fsskills install" + r.at.flags() + "' first, and commit the file",
			}
		}
		if len(named) == 0 {
			var err error
			if named, err = r.lockedClients(); err != nil {
				return err
			}
			if len(named) == 0 {
				return fmt.Errorf("%s serves no client", installer.LockfilePath(r.at.root))
			}
		}
	}
	if err := r.choose(named, r.receipt.Recorded(false)); err != nil {
		return err
	}
	r.traceChosen(named)
	for _, c := range r.chosen {
		if opts.locked && !slices.Contains(r.lockfile.Clients(), c.ID) {
			return &usageError{msg: installer.LockfileName + " has nothing for " + c.Name, hint: "run 'fsskills install" + r.at.flags() + " --client " + c.ID + "' first, and commit the file"}
		}
	}
	if opts.writeKey {
		if err := r.checkKey(opts); err != nil {
			return err
		}
	}
	if opts.mcpOnly || opts.locked && r.hasLocked() {
		return nil
	}
	return r.trustSource(opts.sourceOptions)
}

// plan makes a plan of the request. With strict, what it would write of skills
// and agents that have findings is taken out of the request's snapshot first.
func (r *run) plan(req *installer.Request, strict bool, make func(installer.Receipt, installer.Request) (installer.Plan, error)) (installer.Plan, error) {
	r.env.tracing.phase("plan")
	r.traceSnapshot(req.Snapshot)
	plan, err := make(r.receipt, *req)
	findings := plan.Findings
	for strict && err == nil {
		var rest *registry.Snapshot
		if rest, err = req.Strict(plan); err != nil || rest == nil {
			break
		}
		req.Snapshot = rest
		plan, err = make(r.receipt, *req)
	}
	plan.Findings = findings
	r.env.findings = findings
	if none, ok := errors.AsType[*registry.NoSkillsError](err); ok {
		for _, ref := range none.Refused { // the error names the first
			r.warn(leftOut(ref))
		}
	}
	return plan, err
}

// unknownSkill is the complaint about a skill that is not among have.
func unknownSkill(msg, name string, have []string) error {
	hint := "run 'fsskills list --available' for those that there are"
	switch near := nearSkills(name, have); {
	case len(near) > 0:
		hint = didYouMean("%s", near)
	case len(have) > 0:
		hint = "there are " + strings.Join(have, ", ")
	}
	return &usageError{msg: clean(msg), hint: clean(hint)}
}

// namedSkills are the names asked for; none means all.
func namedSkills(words []string) []string {
	var names []string
	for _, w := range words {
		w = strings.TrimSpace(w)
		if w == "all" || w == "*" {
			return nil
		}
		if w != "" && !slices.Contains(names, w) {
			names = append(names, w)
		}
	}
	return names
}
