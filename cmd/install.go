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
configuration. What is right already is not touched, nothing is removed, and
what you do not name stays as you chose it last. What you never chose is taken
from config.yaml, your own file, if you have one.`,
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
	opts.runOptions.declare(c, env)
	opts.entryOptions.declare(c)
	opts.sourceOptions.declare(c)
	opts.scopeOptions.declare(c)
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
	return o.runOptions.check(env)
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
	req, err := r.request(ctx, opts)
	if err != nil {
		return err
	}
	switch {
	case opts.mcpOnly:
	case opts.locked:
		err = r.fetchLocked(ctx, &req, opts.sourceOptions)
	default:
		req.Snapshot, err = r.fetch(ctx, opts.sourceOptions)
	}
	if err != nil {
		return err
	}
	r.trust(&req.Choices, opts.sourceOptions, opts.entryOptions, req.Snapshot)
	plan, err := installer.NewInstall(r.receipt, req)
	if unknown, ok := errors.AsType[*installer.UnknownSkillError](err); ok {
		return unknownSkill(unknown.Error(), unknown.Name, unknown.Have)
	}
	if err != nil {
		return err
	}
	rep := newReporter(r, req.Targets, req.Snapshot)
	if opts.locked {
		if rep.exact = plan.Exact(); rep.exact != nil && !opts.dryRun {
			return rep.exact
		}
	}
	r.mentionOwnCopies()
	r.mentionLost()
	return r.carryOut(ctx, plan, rep)
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

// unknownSkill is the complaint about a skill that is not among have.
func unknownSkill(msg, name string, have []string) error {
	hint := "run 'fsskills list --available' for those that there are"
	switch near := nearest(name, have); {
	case near != "":
		hint = "did you mean " + near + "?"
	case len(have) > 0:
		hint = "there are " + strings.Join(have, ", ")
	}
	return &usageError{msg: clean(msg), hint: clean(hint)}
}

// request turns the options and what is recorded into what is wanted.
func (r *run) request(ctx context.Context, opts installOptions) (installer.Request, error) {
	req := installer.Request{Command: r.command, System: r.sys, Force: opts.force, Choices: r.receipt.Choices}
	for _, c := range r.chosen {
		if r.skipped[c.ID] != "" {
			continue
		}
		if file := c.Plugin(r.sys); file != "" && !opts.force && !opts.locked {
			r.skipped[c.ID] = "the Fullstory plugin is installed there (" + file + "); --force installs beside it"
			continue
		}
		if opts.skillsOnly && c.SkillsDir(r.sys) == "" {
			r.skipped[c.ID], r.partial = "has no skills folder", true
			continue
		}
		t := installer.Target{Client: c, Skills: !opts.mcpOnly}
		if !opts.skillsOnly {
			srv, err := opts.server(r.receipt, c.ID, r.config)
			if opts.locked {
				locked := r.lockfile.ServerOf(c.ID)
				if locked == nil {
					req.Targets = append(req.Targets, t)
					continue
				}
				srv, err = *locked, nil
			}
			if err == nil {
				err = r.trustServer(opts.entryOptions, srv)
			}
			if err != nil {
				return req, err
			}
			t.Server = &srv
		}
		req.Targets = append(req.Targets, t)
	}
	if opts.writeKey {
		if err := r.takeKey(ctx, req.Targets); err != nil {
			return req, err
		}
	}
	if len(req.Targets) == 0 && r.partial {
		var reasons []string
		for _, c := range r.chosen {
			reasons = append(reasons, c.Name+": "+r.skipped[c.ID])
		}
		return req, &hintedError{err: errors.New(strings.Join(reasons, "; ")), hint: "choose another client with --client, or leave --skills-only out"}
	}
	r.warnOfRegion(req.Targets)
	r.mentionRecorded(opts.entryOptions, req.Targets)
	req.Choices = opts.choices(r.receipt.Choices)
	req.Names = req.Choices.Skills
	if names := namedSkills(opts.skills); len(names) > 0 {
		req.Names = names
	}
	return req, nil
}

// regionNote says what is not sure about the address for the EU.
func regionNote(srv clients.Server) string {
	if eu, _ := clients.ServerURL("eu"); srv.URL != eu {
		return ""
	}
	return "the address for the EU, " + srv.URL + ", follows the pattern of Fullstory's other services; it is not documented"
}

// warnOfRegion says what may be wrong with the address: the EU's is inferred,
// and a key begins with the region that it is for.
func (r *run) warnOfRegion(targets []installer.Target) {
	eu, _ := clients.ServerURL("eu")
	us, _ := clients.ServerURL("us")
	said := map[string]bool{}
	for _, t := range targets {
		srv := t.Server
		if srv == nil || said[srv.URL] {
			continue
		}
		said[srv.URL] = true
		if note := regionNote(*srv); note != "" {
			r.note(note)
		}
		if srv.Auth != clients.APIKey {
			continue
		}
		key, what := r.env.Getenv(srv.KeyEnv), "the key in "+srv.KeyEnv
		if !srv.Key.IsZero() {
			key, what = srv.Key.Reveal(), "the key"
		}
		if strings.HasPrefix(key, "eu1.") && srv.URL == us {
			r.warn(what + " begins with eu1., so it is for the EU: use --region eu")
		}
		if strings.HasPrefix(key, "na1.") && srv.URL == eu {
			r.warn(what + " begins with na1., so it is for North America: use --region us")
		}
	}
}

// choices are what a later run takes over.
func (o *installOptions) choices(c installer.Choices) installer.Choices {
	if o.auth != "" {
		c.Auth = clients.AuthMethod(o.auth)
	}
	if o.keyEnv != "" {
		c.KeyEnv = o.keyEnv
	}
	if o.region != "" {
		c.URL, _ = clients.ServerURL(o.region)
	}
	if o.url != "" {
		c.URL = o.url
	}
	switch names := namedSkills(o.skills); {
	case o.mcpOnly:
	case len(o.skills) > 0 && len(names) == 0:
		c.Skills, c.SkillsSet, c.Without = nil, true, nil // all, in so many words
	case len(names) > 0 && (!c.SkillsSet || len(c.Skills) > 0):
		c.Skills = append(slices.Clone(c.Skills), names...)
		slices.Sort(c.Skills)
		c.Skills, c.SkillsSet = slices.Compact(c.Skills), true
	default:
		c.SkillsSet = true
	}
	c.Without = slices.DeleteFunc(slices.Clone(c.Without), func(name string) bool { return slices.Contains(o.skills, name) })
	return c
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

// source is where skills come from: what the flags say, else what is
// recorded, else what the user's own file says, else Fullstory's repository.
func (r *run) source(opts sourceOptions) (registry.Source, error) {
	rec := r.receipt.Source
	ref := opts.ref
	if opts.source == "" && rec.URL != "" {
		if ref == "" {
			ref = rec.Ref
		}
		if opts.ref == "HEAD" {
			ref = ""
		}
		if ref != rec.Ref {
			return registry.ParseSource(rec.URL, ref, r.env.Dir)
		}
		return registry.Source{Kind: rec.Kind, URL: rec.URL, Ref: ref}, nil
	}
	if opts.source == "" {
		return r.config.skills(r.env, ref)
	}
	if ref == "HEAD" {
		ref = ""
	}
	return registry.ParseSource(opts.source, ref, r.env.Dir)
}

// fetch brings the snapshot.
func (r *run) fetch(ctx context.Context, opts sourceOptions) (_ *registry.Snapshot, err error) {
	session, err := r.open(ctx, opts)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	return session.Snapshot(ctx)
}

// open asks the source for its commit.
func (r *run) open(ctx context.Context, opts sourceOptions) (*registry.Session, error) {
	src, err := r.source(opts)
	if err != nil {
		return nil, err
	}
	remote, err := r.env.remote(opts)
	if err != nil {
		return nil, err
	}
	r.mentionOtherSource(opts, src)
	r.say("%s", r.env.errStyle().dim("Reading "+clean(src.URL)+" …"))
	return remote.Open(ctx, src)
}

// installedSkills are the names that completion offers.
func (e *Env) installedSkills() []string {
	receipt, err := e.store(site{}).Receipt()
	if err != nil {
		return nil // completion has nowhere to say so
	}
	var names []string
	for _, i := range receipt.Items {
		names = append(names, i.Name+"\t"+i.Description)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
