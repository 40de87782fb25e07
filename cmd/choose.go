package cmd

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"fsskills/clients"
)

// chooseClients turns --client into clients. Without it they are the detected
// and the recorded ones.
func chooseClients(catalog clients.Catalog, sys clients.System, named, recorded []string) ([]clients.Client, error) {
	if err := checkClients(catalog, named); err != nil {
		return nil, err
	}
	all := len(named) == 0
	chosen := map[string]bool{}
	for _, name := range named {
		all = all || isAll(name)
		if c, ok := catalog.Find(name); ok {
			chosen[c.ID] = true
		}
	}
	if len(named) == 0 {
		for _, id := range recorded {
			chosen[id] = true
		}
	}
	var out []clients.Client
	for _, c := range catalog {
		if chosen[c.ID] || all && c.Detect(sys).Found {
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		return nil, errNoClient(catalog)
	}
	return out, nil
}

// choose sets the chosen clients, as they are in the scope. One that was named
// and has nothing in the scope is skipped.
func (r *run) choose(named, recorded []string) error {
	all, err := chooseClients(r.catalog, r.sys, named, recorded)
	if err != nil {
		return err
	}
	r.chosen, r.outside = nil, nil
	asked := map[string]bool{}
	for _, name := range named {
		if c, ok := r.catalog.Find(name); ok {
			asked[c.ID] = true
		}
	}
	able := 0
	var out []string
	for _, c := range all {
		c, ok := c.In(r.at.scope)
		switch {
		case ok:
			able++
			r.chosen = append(r.chosen, c)
		case asked[c.ID]:
			r.partial = true
			r.skipped[c.ID] = r.nothingThere()
			r.outside = append(r.outside, c.ID)
			r.chosen = append(r.chosen, c)
			out = append(out, c.Name)
		}
	}
	if able > 0 {
		return nil
	}
	if len(out) == 0 {
		return errNoClient(r.catalog)
	}
	return &hintedError{err: errors.New(strings.Join(out, ", ") + ": " + r.nothingThere()), hint: r.otherScope()}
}

// nothingThere says that a client has nothing in the scope.
func (r *run) nothingThere() string {
	if r.at.scope == clients.ProjectScope {
		return "reads nothing of a project"
	}
	return "reads skills in a project only"
}

func (r *run) otherScope() string {
	if r.at.scope == clients.ProjectScope {
		return "leave --scope project out to install for yourself"
	}
	return "install with --scope project"
}

// wanted are the clients of --client or, where it is not given, those of the
// user's own file, as far as they have something in the scope.
func (r *run) wanted(named []string) []string {
	if len(named) > 0 {
		return named
	}
	var fit []string
	for _, id := range r.config.clients {
		c, _ := r.catalog.Find(id)
		if _, ok := c.In(r.at.scope); ok || isAll(id) {
			fit = append(fit, id)
		}
	}
	if len(fit) == 0 {
		return r.config.clients
	}
	return fit
}

// admit adds stand-ins for those of ids that nobody knows any more, such as own
// clients that were taken out of config.yaml: what is recorded of them can be
// listed and taken out all the same.
func (r *run) admit(ids []string) {
	for _, id := range ids {
		if _, ok := r.everyone.Find(id); !ok {
			r.everyone = append(r.everyone, clients.Client{ID: id, Name: id})
		}
	}
}

// isLost reports whether c is a stand-in.
func isLost(c clients.Client) bool { return c.Evidence == "" }

// mentionLost says what is left of clients that nobody knows any more.
func (r *run) mentionLost() {
	for _, c := range r.everyone[len(r.catalog):] {
		if slices.Contains(r.receipt.Recorded(false), c.ID) {
			r.note(fmt.Sprintf("%s has something installed, and %s defines it no more: 'fsskills uninstall%s --client %s' takes it out", c.ID, configName, r.at.flags(), c.ID))
		}
	}
}

// checkClients refuses a name that no client has.
func checkClients(catalog clients.Catalog, named []string) error {
	for _, name := range named {
		if _, ok := catalog.Find(name); ok || isAll(name) {
			continue
		}
		hint := didYouMean("%s", nearClients(catalog, name))
		return &usageError{msg: fmt.Sprintf("no client is called %q", clean(name)), hint: first(hint, "run 'fsskills clients' for the list")}
	}
	return nil
}

// misnamed is the complaint about a client that nobody knows, or a skill that is not
// installed, which would come behind err; else it is err.
func misnamed(env *Env, scope scopeOptions, named, skills []string, err error) error {
	at, broken := scope.site(env)
	if broken != nil {
		return err
	}
	look, broken := newRun(env, "", at, runOptions{quiet: true})
	if broken != nil {
		return err
	}
	wrong := checkClients(look.everyone, named)
	if wrong == nil && len(look.receipt.Items) > 0 {
		wrong = look.checkInstalled(namedSkills(skills))
	}
	if wrong != nil {
		return wrong
	}
	return err
}

// isAll reports whether a name stands for every detected client.
func isAll(name string) bool { return strings.EqualFold(strings.TrimSpace(name), "all") }

// errNoClient says that there is nothing to install into. Of the clients it
// lists those that are looked for; the others are many, and known by few.
func errNoClient(catalog clients.Catalog) error {
	var ids []string
	for _, c := range catalog {
		if c.Evidence != clients.Reported {
			ids = append(ids, c.ID)
		}
	}
	return &hintedError{
		err:  errors.New("no AI client was found on this machine"),
		hint: "name one with --client: " + strings.Join(ids, ", ") + " ('fsskills clients' shows all of them)",
	}
}
