package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"fsskills/installer"
)

type uninstallOptions struct {
	runOptions
	scopeOptions
	skills     []string
	skillsOnly bool
	mcpOnly    bool
	purge      bool
}

func newUninstall(env *Env) *cobra.Command {
	var opts uninstallOptions
	c := &cobra.Command{
		Use:     "uninstall [skill]...",
		Aliases: []string{"remove", "rm"},
		GroupID: groupSkills,
		Short:   "Take out exactly what was put in",
		Long: `Removes the skills and server entries that fsskills wrote, and the folders that
it made if they are empty. Config files get their own bytes back. Files that
you edited or added stay and are reported; --force removes edited ones too,
after a backup.`,
		Example: `  fsskills uninstall
  fsskills uninstall --client cursor
  fsskills uninstall session-review --yes`,
		RunE: func(c *cobra.Command, args []string) error {
			opts.skills = append(opts.skills, args...)
			return runUninstall(c.Context(), env, opts)
		},
	}
	opts.runOptions.declare(c)
	opts.scopeOptions.declare(c)
	declareSkills(c, env, &opts.skills, "only this `skill` (repeatable)")
	f := c.Flags()
	f.BoolVar(&opts.skillsOnly, "skills-only", false, "leave the MCP server entry alone")
	f.BoolVar(&opts.mcpOnly, "mcp-only", false, "leave skills alone")
	f.BoolVar(&opts.purge, "purge", false, "also remove fsskills' own state, backups and cache")
	return c
}

func (o *uninstallOptions) check(env *Env) error {
	switch {
	case o.skillsOnly && o.mcpOnly:
		return contradiction("--skills-only", "--mcp-only")
	case o.mcpOnly && len(o.skills) > 0:
		return contradiction("--mcp-only", "a named skill")
	case o.purge && (o.skillsOnly || o.mcpOnly || len(o.skills) > 0 || len(o.clients) > 0):
		return contradiction("--purge", "a part of the installation")
	}
	if err := o.runOptions.check(env); err != nil {
		return misnamed(env, o.scopeOptions, o.clients, o.skills, err)
	}
	return nil
}

func runUninstall(ctx context.Context, env *Env, opts uninstallOptions) (err error) {
	if err := opts.check(env); err != nil {
		return err
	}
	at, err := opts.site(env)
	if err != nil {
		return err
	}
	look, err := newRun(env, "uninstall", at, runOptions{quiet: true})
	if err != nil {
		return err
	}
	if err := checkClients(look.everyone, opts.clients); err != nil {
		return err
	}
	if locked := at.root != "" && isThere(installer.LockfilePath(at.root)); !locked && !env.store(at).Exists() {
		return nothingInstalled(env, at, opts)
	}
	r, err := begin(ctx, env, "uninstall", at, opts.runOptions)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()

	names := namedSkills(opts.skills)
	if err := r.checkInstalled(names); err != nil {
		return err
	}
	recorded := r.receipt.Recorded(opts.force)
	ids := recorded
	if len(ids) == 0 && !opts.purge {
		return nothingInstalled(env, at, opts)
	}
	if len(opts.clients) > 0 && !slices.Contains(opts.clients, "all") {
		if r.chosen, err = chooseClients(r.everyone, r.sys, opts.clients, nil); err != nil {
			return err
		}
		ids = nil
		for _, c := range r.chosen {
			ids = append(ids, c.ID)
		}
	} else {
		for _, c := range r.everyone {
			if slices.Contains(recorded, c.ID) {
				r.chosen = append(r.chosen, c)
			}
		}
	}
	r.traceChosen(opts.clients)
	plan := installer.NewUninstall(r.receipt, installer.Removal{
		Command: "uninstall", Clients: ids, Names: names,
		SkillsOnly: opts.skillsOnly, ServersOnly: opts.mcpOnly, Force: opts.force,
	})
	targets := make([]installer.Target, len(r.chosen))
	for i, c := range r.chosen {
		r.chosen[i], _ = c.In(at.scope)
		targets[i] = installer.Target{Client: r.chosen[i]}
	}
	if err := r.carryOut(ctx, plan, newReporter(r, targets, nil)); err != nil || !opts.purge || opts.dryRun {
		return err
	}
	return r.purge()
}

func isThere(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// purge removes what fsskills keeps for itself. It stops while something of
// the user's is only there.
func (r *run) purge() error {
	only, err := r.store.OnlyHere()
	if err != nil {
		return mendable(err, r.at)
	}
	if len(only) > 0 {
		for i, path := range only {
			only[i] = tilde(path, r.env.Home)
		}
		return &exitError{code: exitPartly, err: &hintedError{
			err:  fmt.Errorf("the backups stay: only they hold what you wrote in %s", strings.Join(only, ", ")),
			hint: "take it out with 'fsskills restore" + r.at.flags() + "', or remove " + r.store.Dir + " yourself",
		}}
	}
	if err := r.lock.Unlock(); err != nil {
		return err
	}
	r.lock = nil
	projects, err := r.store.Purge(configName)
	if err != nil {
		return err
	}
	if r.at.root == "" {
		// Not the folder as a whole: XDG_CACHE_HOME may lead anywhere.
		if err := r.env.cache().Remove(); err != nil {
			return err
		}
	}
	r.say("Removed %s with its backups.", tilde(r.store.Dir, r.env.Home))
	for _, root := range projects {
		r.note("what is known of the project " + root + " stays: 'fsskills uninstall --purge --dir " + root + "' takes it out")
	}
	return nil
}

func nothingInstalled(env *Env, at site, opts uninstallOptions) error {
	if opts.asJSON {
		return printJSON(env, resultDoc{SchemaVersion: schemaVersion, Command: "uninstall", DryRun: opts.dryRun, Scope: at.scope, Project: at.root, Clients: []clientDoc{}, Findings: []findingDoc{}, Warnings: []string{}})
	}
	if !opts.quiet {
		fmt.Fprintln(env.Out, "Nothing is installed.")
	}
	return nil
}
