package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"fsskills/clients"
	"fsskills/installer"
)

// checkWriteKey refuses --write-key where no key can be written.
func (o *entryOptions) checkWriteKey() error {
	switch {
	case !o.writeKey:
		return nil
	case o.skillsOnly:
		return contradiction("--skills-only", "--write-key")
	case o.auth == string(clients.OAuth):
		return contradiction("--write-key", "--auth oauth")
	}
	return nil
}

// errKeyInProject refuses --write-key in a project.
func errKeyInProject() error {
	return &usageError{
		msg:  "--write-key is for your own files: those of a project are committed, and a key with them",
		hint: "leave --write-key out, or use --scope user",
	}
}

// A keyNeed is a variable whose key itself is to be written into files: those
// that lack it, and those that have one already.
type keyNeed struct {
	variable        string
	lacking, having []string
}

// checkKey makes sure, before anything is written, that --write-key can be done.
func (r *run) checkKey(opts installOptions) error {
	var targets []installer.Target
	for _, c := range r.chosen {
		srv, err := opts.server(r.receipt, c.ID, r.config)
		if err != nil {
			return err
		}
		targets = append(targets, installer.Target{Client: c, Server: &srv})
	}
	needs, err := r.keyNeeds(targets)
	if err != nil {
		return err
	}
	for _, n := range needs {
		if _, err := r.env.keyOf(n); err != nil {
			return err
		}
	}
	return nil
}

// keyNeeds has the targets take the key itself, where they need to, and says
// what that takes.
func (r *run) keyNeeds(targets []installer.Target) ([]keyNeed, error) {
	var needs []keyNeed
	byKey := false
	for _, t := range targets {
		if t.Server == nil || t.Server.Auth != clients.APIKey {
			continue
		}
		byKey, t.Server.Literal = true, true
		lacking, having := installer.Request{System: r.sys, Targets: []installer.Target{t}}.KeyFiles(r.receipt)
		if len(lacking)+len(having) == 0 {
			continue
		}
		i := slices.IndexFunc(needs, func(n keyNeed) bool { return n.variable == t.Server.KeyEnv })
		if i < 0 {
			i = len(needs)
			needs = append(needs, keyNeed{variable: t.Server.KeyEnv})
		}
		needs[i].lacking = append(needs[i].lacking, lacking...)
		needs[i].having = append(needs[i].having, having...)
	}
	if !byKey {
		return nil, &usageError{msg: "--write-key needs --auth api-key", hint: "add --auth api-key, or leave --write-key out"}
	}
	return needs, nil
}

// takeKey gives the key itself to those targets that need it: the one in the
// variable or, on a terminal, one that is asked for. Without one, what is
// written already stays.
func (r *run) takeKey(ctx context.Context, targets []installer.Target) error {
	needs, err := r.keyNeeds(targets)
	if err != nil {
		return err
	}
	if len(needs) == 0 && !slices.ContainsFunc(targets, r.isUnable) {
		r.note("--write-key had nothing to do: the chosen clients read the key from its variable")
	}
	for _, n := range needs {
		key, err := r.env.keyOf(n)
		if err == nil && key.IsZero() && r.env.Interactive {
			key, err = r.env.askKey(ctx, len(n.lacking) == 0)
		}
		if err != nil {
			return err
		}
		for _, t := range targets {
			if t.Server != nil && t.Server.Literal && t.Server.KeyEnv == n.variable {
				t.Server.Key = key
			}
		}
	}
	return nil
}

// isUnable reports whether a target's client does not take the entry.
func (r *run) isUnable(t installer.Target) bool {
	if t.Server == nil {
		return false
	}
	_, err := t.Client.ServerFile(r.sys, *t.Server)
	return err != nil
}

// keyIn is the key in a variable, if there is one.
func (e *Env) keyIn(variable string) clients.Secret {
	key, err := clients.NewSecret(e.Getenv(variable))
	if err != nil {
		return clients.Secret{}
	}
	return key
}

// keyOf is the key in the variable. It is none if the variable is not set and a
// person can be asked, or none is needed.
func (e *Env) keyOf(n keyNeed) (clients.Secret, error) {
	text := e.Getenv(n.variable)
	if text == "" {
		if e.Interactive || len(n.lacking) == 0 {
			return clients.Secret{}, nil
		}
		which := n.variable
		if which != defaultKeyEnv { // it may be the key itself
			which = "the variable that is named for it"
		}
		return clients.Secret{}, &usageError{
			msg:  "--write-key needs the key: " + which + " is not set, and there is no terminal to ask on",
			hint: "set " + which + " to the key",
		}
	}
	key, err := clients.NewSecret(text)
	if err != nil {
		return key, &usageError{
			msg:  fmt.Sprintf("the key in %s %v", n.variable, err),
			hint: "set " + n.variable + " to the key as Fullstory shows it and nothing else",
		}
	}
	return key, nil
}

// askKey asks for the key and does not show it.
func (e *Env) askKey(ctx context.Context, mayKeep bool) (clients.Secret, error) {
	how := "it is not shown"
	if mayKeep {
		how += "; Enter keeps the one that is written"
	}
	for {
		fmt.Fprintf(e.Err, "%s (%s): ", e.errStyle().bold("Fullstory API key"), how)
		text, err := e.ReadHidden(ctx)
		fmt.Fprintln(e.Err) // nor is the line break
		switch {
		case errors.Is(err, io.EOF):
			return clients.Secret{}, errCancelled
		case err != nil:
			return clients.Secret{}, err
		case text == "" && mayKeep:
			return clients.Secret{}, nil
		}
		key, err := clients.NewSecret(strings.TrimSpace(text))
		if err == nil {
			return key, nil
		}
		fmt.Fprintf(e.Err, "That %v.\n", err)
	}
}

// tellOfKeys says of each key that is in a file now who can read it and how it
// goes away.
func (r *run) tellOfKeys(results []installer.Result) {
	for _, res := range results {
		a := res.Action
		if res.Err != nil || !a.WritesKey {
			continue
		}
		who := "only you and the administrator"
		info, err := os.Stat(a.Path)
		switch {
		case r.sys.GOOS == "windows":
			who = "whoever may open your folders"
		case err != nil || info.Mode().Perm()&0o077 != 0:
			who = "others, too,"
		}
		ids := strings.Join(slices.Sorted(slices.Values(a.Clients)), ",")
		r.warn(fmt.Sprintf("the API key is in %s now, where %s can read it; 'fsskills uninstall --mcp-only --client %s' takes it out, and so does 'fsskills install --mcp-only --client %s --auth oauth'", a.Path, who, ids, ids))
	}
}
