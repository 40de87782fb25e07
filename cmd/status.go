package cmd

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"fsskills/clients"
	"fsskills/installer"
	"fsskills/registry"
)

type statusOptions struct {
	sourceOptions
	scopeOptions
	clients []string
	skills  []string
	asJSON  bool
	quiet   bool
	verbose bool
}

func newStatus(env *Env) *cobra.Command {
	var opts statusOptions
	c := &cobra.Command{
		Use:     "status [skill]...",
		GroupID: groupSkills,
		Short:   "Compare what is installed with the disk and with upstream",
		Long: `Compares what is recorded with what is on the disk and with what upstream has
now, and writes nothing. Skills are current, edited, absent, outdated, orphaned
(upstream has them no more) or foreign (something else stands in their place);
server entries are current, edited or absent. It ends with status 5 if anything
differs, and with 1 if upstream is out of reach: what can be told without it is
told. --offline leaves upstream out.`,
		Example: `  fsskills status
  fsskills status --offline --client cursor
  fsskills status --json`,
		RunE: func(c *cobra.Command, args []string) error {
			opts.skills = append(opts.skills, args...)
			return runStatus(c.Context(), env, opts)
		},
	}
	opts.sourceOptions.declare(c)
	opts.scopeOptions.declare(c)
	declareSkills(c, env, &opts.skills, "only this `skill` (repeatable)")
	f := c.Flags()
	f.SetNormalizeFunc(agentIsClient)
	f.StringSliceVarP(&opts.clients, "client", "a", nil, "only this `client` (repeatable)")
	f.BoolVar(&opts.asJSON, "json", false, "print one JSON document")
	f.BoolVarP(&opts.quiet, "quiet", "q", false, "print warnings only, and end with the status")
	f.BoolVarP(&opts.verbose, "verbose", "v", false, "print a line for each folder and file")
	return c
}

// upstream is what is known of the source at the time of a status.
type upstream struct {
	commit   string
	snapshot *registry.Snapshot // nil if nothing is new, or nobody could say
	same     bool               // the snapshot is of the recorded commit
	err      error              // why the source could not be asked
}

func runStatus(ctx context.Context, env *Env, opts statusOptions) error {
	if opts.quiet && opts.verbose {
		return contradiction("--quiet", "--verbose")
	}
	if err := opts.check(); err != nil {
		return err
	}
	at, err := opts.site(env)
	if err != nil {
		return err
	}
	r, err := enter(env, "status", at, runOptions{quiet: opts.quiet || opts.asJSON, asJSON: opts.asJSON})
	if err != nil {
		return err
	}
	warnings, err := r.read()
	if err != nil {
		return err
	}
	interruptions := env.interruptions(at)
	for _, w := range slices.Concat(warnings, interruptions) {
		r.warn(w)
	}
	targets, err := r.statusTargets(opts.clients)
	if err != nil {
		return err
	}
	for _, target := range targets {
		env.tracing.say("client %s: %s", target.Client.ID, target.Client.Detect(r.sys).Why)
	}
	env.tracing.phase("compare")
	names := namedSkills(opts.skills)
	if err := r.checkInstalled(names); err != nil {
		return err
	}
	var up upstream
	if len(targets) > 0 && !opts.offline {
		if up, err = r.askUpstream(ctx, opts, targets, names); err != nil {
			return err
		}
	}
	req := installer.Request{Command: r.command, System: r.sys, Targets: targets, Names: names, Choices: r.receipt.Choices, Snapshot: up.snapshot}
	if up.snapshot != nil {
		if req.Before, err = r.before(ctx, up.snapshot); err != nil {
			return err
		}
	}
	checks, notes := installer.NewStatus(r.receipt, req)
	for _, w := range notes {
		r.warn(w)
	}
	if up.same {
		// That something else is in the way of an agent was said when it was not
		// installed: it is no news.
		checks = slices.DeleteFunc(checks, func(c installer.Check) bool { return c.New && c.State == installer.StateForeign })
	}
	code := exitDone
	switch {
	case up.err != nil:
		// What was told without upstream is no mistake of the command line.
		if code = exitFor(ctx, up.err); code == exitUsage {
			code = exitFailed
		}
	case len(interruptions) > 0 || slices.ContainsFunc(checks, installer.Check.Differs):
		code = exitDiffers
	}
	if err := r.printStatus(opts, up, checks, len(interruptions) > 0); err != nil {
		return err
	}
	if code != exitDone {
		return &exitError{code: code}
	}
	return nil
}

// statusTargets are the clients that have anything of ours.
func (r *run) statusTargets(named []string) ([]installer.Target, error) {
	recorded := r.receipt.Recorded(false)
	if len(recorded) == 0 {
		return nil, nil
	}
	if len(named) == 0 {
		named = recorded
	}
	chosen, err := chooseClients(r.everyone, r.sys, named, nil)
	if err != nil {
		return nil, err
	}
	var targets []installer.Target
	for _, c := range chosen {
		if slices.Contains(recorded, c.ID) {
			c, _ := c.In(r.at.scope)
			targets = append(targets, r.target(c, r.receipt.Choices))
		}
	}
	return targets, nil
}

// askUpstream asks the source for its commit and, if that is another than the
// recorded one, for its skills. Errors of the source are part of the answer; the
// error is one of the command line.
func (r *run) askUpstream(ctx context.Context, opts statusOptions, targets []installer.Target, names []string) (upstream, error) {
	if !slices.ContainsFunc(r.receipt.Items, func(i installer.Item) bool { return !i.Left }) {
		return upstream{}, nil // entries alone have no source
	}
	up, err := r.ask(ctx, opts, targets, names)
	asked := opts.source != "" || opts.ref != ""
	if code := exitFor(ctx, err); code == exitInterrupted || code == exitUsage && asked && !ofType[*usageError](err) {
		return up, err
	}
	if err != nil {
		up.err = err
		r.warn("upstream is not compared: " + withHint(err))
	}
	return up, nil
}

func (r *run) ask(ctx context.Context, opts statusOptions, targets []installer.Target, names []string) (up upstream, err error) {
	if err := r.trustSource(opts.sourceOptions); err != nil {
		return up, err
	}
	session, err := r.open(ctx, opts.sourceOptions)
	if err != nil {
		return up, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	up.commit = session.Commit()
	r.mentionPin(session, opts.ref)
	if session.Commit() == r.receipt.Source.Commit && opts.source == "" && opts.ref == "" && r.upToDate(targets, names) {
		up.snapshot, err = r.missed(ctx, session, targets)
		up.same = true
		return up, err
	}
	up.snapshot, err = session.Snapshot(ctx)
	return up, err
}

// The document of status --json.
type (
	statusDoc struct {
		SchemaVersion int           `json:"schemaVersion"`
		Command       string        `json:"command"`
		Scope         clients.Scope `json:"scope"`
		Project       string        `json:"project,omitempty"`
		Source        *sourceDoc    `json:"source,omitempty"`
		Upstream      *upstreamDoc  `json:"upstream,omitempty"`
		// Differs is true when the exit status would be 5, were upstream in reach.
		Differs     bool        `json:"differs"`
		Interrupted bool        `json:"interrupted"`
		Skills      []statusOne `json:"skills"`
		Agents      []statusOne `json:"agents"`
		Servers     []statusOne `json:"servers"`
		Warnings    []string    `json:"warnings"`
	}
	upstreamDoc struct {
		Commit    string `json:"commit,omitempty"`
		Reachable bool   `json:"reachable"`
		Offline   bool   `json:"offline"`
	}
	statusOne struct {
		Name    string          `json:"name"`
		Clients []string        `json:"clients"`
		Path    string          `json:"path"`
		State   installer.State `json:"state"`
		// Outdated is true when upstream has something newer, whatever the state,
		// New when an update would bring the skill.
		Outdated bool      `json:"outdated"`
		New      bool      `json:"new,omitempty"`
		Reason   string    `json:"reason,omitempty"`
		Hint     string    `json:"hint,omitempty"`
		Files    []fileDoc `json:"files,omitempty"`
	}
)

func (r *run) printStatus(opts statusOptions, up upstream, checks []installer.Check, interrupted bool) error {
	switch {
	case opts.asJSON:
		return printJSON(r.env, r.statusDoc(opts, up, checks, interrupted))
	case opts.quiet:
		return nil
	case len(checks) == 0:
		r.env.tell("Nothing is installed. 'fsskills install" + r.at.flags() + "' sets it up.")
		return nil
	}
	if err := r.statusTable(checks, opts.verbose); err != nil {
		return err
	}
	r.adviseOn(checks)
	return nil
}

func (r *run) statusDoc(opts statusOptions, up upstream, checks []installer.Check, interrupted bool) statusDoc {
	doc := statusDoc{
		SchemaVersion: schemaVersion, Command: r.command, Scope: r.at.scope, Project: r.at.root,
		Differs:     interrupted || slices.ContainsFunc(checks, installer.Check.Differs),
		Interrupted: interrupted, Skills: []statusOne{}, Agents: []statusOne{}, Servers: []statusOne{}, Warnings: append([]string{}, r.notes...),
	}
	if src := r.receipt.Source; src.URL != "" {
		doc.Source = &sourceDoc{URL: src.URL, Ref: src.Ref, Commit: src.Commit}
		doc.Upstream = &upstreamDoc{Commit: up.commit, Reachable: up.commit != "" && up.err == nil, Offline: opts.offline}
	}
	for _, c := range checks {
		one := statusOne{
			Name: c.Name, Clients: append([]string{}, c.Clients...), Path: c.Path, State: c.State,
			Outdated: c.Outdated, New: c.New, Reason: clean(c.Reason), Hint: clean(c.Hint),
		}
		for _, f := range c.Files {
			one.Files = append(one.Files, fileDoc{Path: f.Path, State: f.State, Action: f.Op, Reason: f.Reason})
		}
		switch c.Kind {
		case installer.KindServer:
			doc.Servers = append(doc.Servers, one)
		case installer.KindAgent:
			doc.Agents = append(doc.Agents, one)
		default:
			doc.Skills = append(doc.Skills, one)
		}
	}
	return doc
}

// statusTable shows one row for each skill or entry in one state, or with
// verbose for each place of it.
func (r *run) statusTable(checks []installer.Check, verbose bool) error {
	t := table{columns: []column{{title: "NAME"}, {title: "STATE"}, {title: "CLIENTS", kind: cellNames}, {title: "DETAILS", kind: cellLines}}}
	if verbose {
		t.columns = slices.Insert(t.columns, 3, column{title: "PATH", kind: cellLines})
	}
	type row struct {
		kind                       installer.Kind
		name, state, details, path string
	}
	ids := map[row][]string{}
	var order []row
	for _, c := range checks {
		key := row{kind: c.Kind, name: titled(c.Kind, c.Name), state: stateWords(c), details: r.details(c)}
		if verbose {
			key.path = tilde(c.Path, r.env.Home)
		}
		if ids[key] == nil {
			order = append(order, key)
		}
		ids[key] = append(ids[key], c.Clients...)
	}
	slices.SortStableFunc(order, func(a, b row) int {
		kinds := []installer.Kind{installer.KindSkill, installer.KindAgent, installer.KindServer}
		return cmp.Or(slices.Index(kinds, a.kind)-slices.Index(kinds, b.kind), strings.Compare(a.name, b.name))
	})
	all := r.everyone.IDs()
	for _, key := range order {
		slices.SortFunc(ids[key], func(a, b string) int { return slices.Index(all, a) - slices.Index(all, b) })
		cells := []string{key.name, key.state, strings.Join(ids[key], ","), key.details}
		if verbose {
			cells = slices.Insert(cells, 3, key.path)
		}
		t.add(cells...)
	}
	return t.print(r.env)
}

// stateWords is the state of a check as people read it.
func stateWords(c installer.Check) string {
	switch {
	case c.New && c.State == installer.StateAbsent:
		return "new"
	case c.Outdated && c.State != installer.StateOutdated && c.State != installer.StateCurrent:
		return string(c.State) + ", outdated"
	case c.Outdated:
		return string(installer.StateOutdated)
	}
	return string(c.State)
}

// details is why a check is not current, on one line.
func (r *run) details(c installer.Check) string {
	var parts []string
	if c.Reason != "" {
		parts = append(parts, r.brief(c.Reason))
	}
	for _, f := range c.Files {
		switch {
		case f.Reason == "":
		case c.Kind == installer.KindAgent:
			parts = append(parts, f.Reason)
		default:
			parts = append(parts, clean(f.Path)+" ("+f.Reason+")")
		}
	}
	return strings.Join(parts, ", ")
}

// adviseOn says which command makes up the differences.
func (r *run) adviseOn(checks []installer.Check) {
	var update, edited, install, failed bool
	for _, c := range checks {
		server := c.Kind == installer.KindServer
		update = update || !server && (c.Outdated || c.State == installer.StateOrphaned)
		edited = edited || !server && c.State == installer.StateEdited
		install = install || server && c.Differs() && c.State != installer.StateFailed || !server && c.State == installer.StateAbsent && !c.New
		failed = failed || c.State == installer.StateFailed || c.State == installer.StateForeign
	}
	flags := r.at.flags()
	for _, advice := range []struct {
		applies bool
		text    string
	}{
		{update, "'fsskills update" + flags + "' brings what is new, --dry-run --diff shows it first."},
		{install, "'fsskills install" + flags + "' puts back what is gone, and the entries as they were."},
		{edited, "What you edited stays: 'fsskills update" + flags + " --diff' shows how it differs, --force overwrites it after a backup."},
		{failed, "What is foreign or failed has to be moved away or mended by hand first."},
	} {
		if advice.applies {
			r.env.tell(advice.text)
		}
	}
}
