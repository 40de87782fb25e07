package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"fsskills/clients"
	"fsskills/installer"
)

type doctorOptions struct {
	sourceOptions
	scopeOptions
	entryOptions
	fix    bool
	online bool
	asJSON bool
}

// check refuses what cannot be done, before anything is read.
func (o *doctorOptions) check() error {
	if o.online && o.offline {
		return contradiction("--online", "--offline")
	}
	for _, f := range []struct{ name, value string }{
		{"--auth", o.auth}, {"--api-key-env", o.keyEnv}, {"--region", o.region}, {"--mcp-url", o.url},
	} {
		if f.value != "" && !o.online {
			return &usageError{msg: f.name + " says which server --online asks", hint: "add --online, or leave " + f.name + " out"}
		}
	}
	if err := o.entryOptions.check(); err != nil {
		return err
	}
	return o.sourceOptions.check()
}

func newDoctor(env *Env) *cobra.Command {
	var opts doctorOptions
	c := &cobra.Command{
		Use:     "doctor",
		GroupID: groupOther,
		Short:   "Look for what is wrong, and mend what can be mended",
		Long: `Looks at what fsskills keeps for itself, at what it has installed, at the AI
clients that are here and their files, and asks the source once; and says of each
thing that is wrong what to do about it. Nothing is written without --fix, which
finishes or undoes what was interrupted, works out anew what is installed if the
record of it is damaged or gone, and keeps damaged files under another name. It
never touches what you edited. --offline leaves the source out.

With --online it asks the MCP server, too, as a client would: with an API key it
begins a session and lists the tools; without one it looks whether users can sign
in. The key goes to Fullstory's servers and to this machine, and elsewhere only
if --api-key-env names its variable.

It ends with status 0 if no error and no warning is left, with 4 if a key or a
token is refused or missing, else with 1.`,
		Example: `  fsskills doctor
  fsskills doctor --fix
  fsskills doctor --online
  fsskills doctor --scope project --json`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return runDoctor(c.Context(), env, opts) },
	}
	opts.sourceOptions.declare(c)
	opts.scopeOptions.declare(c)
	opts.declareServer(c)
	f := c.Flags()
	f.BoolVar(&opts.fix, "fix", false, "mend what is safe to mend")
	f.BoolVar(&opts.online, "online", false, "ask the MCP server, too")
	f.BoolVar(&opts.asJSON, "json", false, "print one JSON document")
	return c
}

// A doctorDoc is the document of doctor --json.
type doctorDoc struct {
	SchemaVersion int            `json:"schemaVersion"`
	Command       string         `json:"command"`
	Scope         clients.Scope  `json:"scope"`
	Project       string         `json:"project,omitempty"`
	Versions      doctorVersions `json:"versions"`
	Clients       []doctorClient `json:"clients"`           // that are here or have something of ours
	Source        *doctorSource  `json:"source,omitempty"`  // that was asked
	Servers       []doctorServer `json:"servers,omitempty"` // that were asked
	Findings      []finding      `json:"findings"`
	Warnings      []string       `json:"warnings"`
	OK            bool           `json:"ok"` // no error and no warning is left
}

// doctorVersions say which fsskills looked, and where.
type doctorVersions struct {
	Fsskills string `json:"fsskills"`
	Commit   string `json:"commit,omitempty"`
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
}

func runDoctor(ctx context.Context, env *Env, opts doctorOptions) (err error) {
	if err := opts.check(); err != nil {
		return err
	}
	at, err := opts.site(env)
	if err != nil {
		return err
	}
	c := &checkup{fix: opts.fix, where: opts.sourceOptions, server: opts.entryOptions}
	if _, c.configErr = env.configured(); c.configErr != nil {
		env.config = &config{} // what does not depend on the file is checked all the same
	}
	if c.run, err = approach(env, "doctor", at, runOptions{asJSON: opts.asJSON, quiet: opts.asJSON}); err != nil {
		return err
	}
	if opts.fix {
		if err := env.guard(at); err != nil {
			return err
		}
		if c.store.Exists() {
			if err := c.hold(ctx); err != nil {
				return err
			}
			defer func() { err = errors.Join(err, c.close()) }()
		}
	}
	all := checks()
	if opts.online {
		all = append(all, check{"online", (*checkup).checkOnline})
	}
	if env.guardState(at) != nil {
		all = all[:ownChecks] // the rest reads what the second of them refuses
		c.looked = true
	}
	if err := c.examine(ctx, all); err != nil {
		return err
	}
	build := readBuildInfo()
	doc := doctorDoc{
		SchemaVersion: schemaVersion, Command: c.command, Scope: at.scope, Project: at.root,
		Versions: doctorVersions{build.Version, build.Commit, build.Go, build.OS, build.Arch},
		Clients:  c.docs(), Source: c.asked, Servers: c.servers,
		Findings: append([]finding{}, c.findings...), Warnings: append([]string{}, c.notes...), OK: true,
	}
	code := exitFailed
	for _, f := range c.findings {
		doc.OK = doc.OK && !f.open()
		if f.open() && f.auth {
			code = exitAuth
		}
	}
	if opts.asJSON {
		err = printJSON(env, doc)
	} else {
		_, err = fmt.Fprint(env.Out, doc.text(env, at))
	}
	if err == nil && !doc.OK {
		err = &exitError{code: code}
	}
	return err
}

// text is what people read: each finding with what to do about it.
func (d doctorDoc) text(env *Env, at site) string {
	var b strings.Builder
	style := env.outStyle()
	open, fixable := 0, 0
	for line := range strings.SplitSeq(lay(d.headline(), 0, env.limit(env.Out)), "\n") {
		fmt.Fprintln(&b, style.dim(line))
	}
	for _, f := range d.Findings {
		word := string(f.Severity)
		switch {
		case f.Fixed:
			word = style.green("mended")
		case f.Severity == severityError:
			word = style.red(word)
		case f.Severity == severityWarning:
			word = style.yellow(word)
		}
		head, more, _ := strings.Cut(f.Message, "\n")
		fmt.Fprintln(&b, lay(word+": "+env.brief(f.Check+": "+head), 0, env.limit(env.Out)))
		for line := range strings.Lines(more) {
			fmt.Fprintln(&b, lay(env.brief(chop(line)), 2, env.limit(env.Out)))
		}
		for line := range strings.Lines(f.Remedy) {
			fmt.Fprintln(&b, lay(env.brief(chop(line)), 2, env.limit(env.Out)))
		}
		if f.open() {
			open++
			if f.Fixable {
				fixable++
			}
		}
	}
	switch {
	case open == 0:
		b.WriteString("All is well.\n")
	case fixable > 0:
		fmt.Fprintf(&b, "%s: 'fsskills doctor --fix%s' mends %d.\n", problems(open), at.flags(), fixable)
	default:
		fmt.Fprintf(&b, "%s.\n", problems(open))
	}
	return b.String()
}

func problems(n int) string {
	if n == 1 {
		return "1 problem"
	}
	return fmt.Sprintf("%d problems", n)
}

// ownChecks are the first checks, which say whose fsskills' own files are.
const ownChecks = 2

// checks are all that doctor looks at, in order: what is mended early is there
// for what comes behind.
func checks() []check {
	return []check{
		{"config", (*checkup).checkConfig},
		{"state", (*checkup).checkState},
		{"receipt", (*checkup).checkReceipt},
		{"operation", (*checkup).checkOperation},
		{"backups", (*checkup).checkBackups},
		{"lock", (*checkup).checkLock},
		{"leftovers", (*checkup).checkLeftovers},
		{"installed", (*checkup).checkInstalled},
		{"agents", (*checkup).checkAgents},
		{"clients", (*checkup).checkClients},
		{"files", (*checkup).checkFiles},
		{"entries", (*checkup).checkEntries},
		{"key", (*checkup).checkKey},
		{"duplicates", (*checkup).checkDoubles},
		{"approval", (*checkup).checkApproval},
		{"source", (*checkup).checkSource},
	}
}

// mendedNote says how a receipt was worked out anew.
func mendedNote(b *installer.Rebuilt) string {
	text := "worked out anew"
	switch {
	case b.Exact:
		text += ", all of it, from " + b.From
	case b.From != "":
		text += " from " + b.From + " and what was found"
	default:
		text += " from what was found"
	}
	if b.Aside != "" {
		text += "; the damaged file is kept as " + b.Aside
	}
	if !b.Exact {
		text += "\nwhat no record tells of counts as there before fsskills: uninstall leaves it, unless with --force"
	}
	return text
}
