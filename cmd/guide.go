package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"fsskills/clients"
	"fsskills/installer"
)

// A guide asks a person, one question after the other, for what an install
// leaves open, and puts the answers where flags would have put them.
type guide struct {
	r    *run
	opts *installOptions
	// found are the clients that may be chosen, and kept those that have
	// something of ours already: an install takes none out.
	found, kept []clients.Client
	questions   []func(context.Context) error
}

// guide is what is open. What flags, an earlier install or the user's own file
// have decided is not asked again.
func (r *run) guide(opts *installOptions) *guide {
	g := &guide{r: r, opts: opts}
	if !r.env.Interactive || opts.yes || opts.dryRun || opts.asJSON || opts.quiet || opts.locked {
		return g
	}
	if len(opts.clients) == 0 && len(r.config.clients) == 0 {
		recorded := r.receipt.Recorded(false)
		for _, c := range r.chosen {
			if slices.Contains(recorded, c.ID) {
				g.kept = append(g.kept, c)
			} else {
				g.found = append(g.found, c)
			}
		}
		if len(g.found) > 1 || len(g.found) == 1 && len(g.kept) > 0 {
			g.questions = append(g.questions, g.askClients)
		}
	}
	if opts.auth == "" && opts.keyEnv == "" && !opts.skillsOnly && r.receipt.Choices.Auth == "" && r.config.auth == "" {
		g.questions = append(g.questions, g.askAuth)
	}
	return g
}

// ask asks the questions from the one at from on. The error is errCancelled for a
// user who goes back from the first.
func (g *guide) ask(ctx context.Context, from int) error {
	if len(g.questions) > 0 {
		if err := g.r.announce(); err != nil {
			return err
		}
	}
	for i := from; i < len(g.questions); {
		switch err := g.questions[i](ctx); {
		case errors.Is(err, errBack):
			i--
		case err != nil:
			return err
		default:
			i++
		}
	}
	return nil
}

// last is the question to go back to from the plan.
func (g *guide) last() int { return len(g.questions) - 1 }

// askClients asks which of the clients that were found are to be served.
func (g *guide) askClients(ctx context.Context) error {
	should := "have Fullstory's skills"
	if g.opts.mcpOnly {
		should = "be connected to Fullstory"
	}
	q := question{title: "Which clients should " + should + "?", said: "Clients", flag: "--client"}
	when := "on this machine"
	if len(g.kept) > 0 {
		q.title = "Which of these should " + should + ", too?"
		when = "since the last install"
	}
	found := fmt.Sprintf("%d clients were", len(g.found))
	if len(g.found) == 1 {
		found = "1 client was"
	}
	q.text = []string{found + " found " + when + ". Others can be named with --client; 'fsskills clients' lists them."}
	q.none = len(g.kept) > 0
	for _, c := range g.found {
		q.options = append(q.options, option{
			label: c.Name, text: g.why(c),
			// Those of an earlier answer, if the user has come back.
			chosen: len(g.opts.clients) == 0 || slices.Contains(g.opts.clients, c.ID),
		})
	}
	picked, err := g.r.env.several(ctx, q)
	if err != nil {
		return err
	}
	g.opts.clients = nil
	for _, c := range g.kept {
		g.opts.clients = append(g.opts.clients, c.ID)
	}
	for _, i := range picked {
		g.opts.clients = append(g.opts.clients, g.found[i].ID)
	}
	return g.r.choose(g.opts.clients, nil)
}

// why says how a client was found.
func (g *guide) why(c clients.Client) string {
	why := g.r.brief(c.Detect(g.r.sys).Why)
	if c.Plugin(g.r.sys) != "" {
		why += "; has the Fullstory plugin, and is left as it is"
	}
	return why
}

// askAuth asks how the clients are to sign in.
func (g *guide) askAuth(ctx context.Context) error {
	key := defaultKeyEnv
	if g.r.receipt.Choices.KeyEnv != "" {
		key = g.r.receipt.Choices.KeyEnv
	} else if g.r.config.keyEnv != "" {
		key = g.r.config.keyEnv
	}
	set := "not set here yet"
	if g.r.env.Getenv(key) != "" {
		set = "set here"
	}
	byKey := fmt.Sprintf("each client reads it from the variable %s (%s); you make one in Fullstory under Settings, Integrations, API Keys, where the level Standard is enough", key, set)
	if unable := g.withoutVariable(key); len(unable) > 0 {
		byKey += "; " + strings.Join(unable, ", ") + " cannot, and would be left out"
	}
	q := question{
		title: "How should they sign in to Fullstory?", said: "Sign in", flag: "--auth", back: len(g.questions) > 1,
		options: []option{
			{label: "OAuth", text: "each client opens your browser when it first uses Fullstory, and there is nothing to prepare"},
			{label: "API key", text: byKey},
		},
	}
	if g.opts.region == "" && g.opts.url == "" && g.r.receipt.Choices.URL == "" && g.r.config.url == "" {
		q.text = []string{"For an account in the EU, leave with Ctrl-C and add --region eu."}
	}
	if g.opts.auth == string(clients.APIKey) {
		q.usual = 1
	}
	picked, err := g.r.env.one(ctx, q)
	if err != nil {
		return err
	}
	g.opts.auth = string(clients.OAuth)
	if picked == 1 {
		g.opts.auth = string(clients.APIKey)
	}
	return nil
}

// withoutVariable are the names of the chosen clients that cannot read the key
// from a variable.
func (g *guide) withoutVariable(key string) []string {
	url, _ := clients.ServerURL("us")
	t := installer.Target{Server: &clients.Server{Name: clients.ServerName, URL: url, Auth: clients.APIKey, KeyEnv: key}}
	var names []string
	for _, c := range g.r.chosen {
		if t.Client = c; g.r.isUnable(t) {
			names = append(names, c.Name)
		}
	}
	return names
}
