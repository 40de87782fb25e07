package cmd

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"fsskills/clients"
)

type clientsOptions struct {
	scopeOptions
	all    bool
	asJSON bool
}

func newClients(env *Env) *cobra.Command {
	var opts clientsOptions
	c := &cobra.Command{
		Use:     "clients",
		GroupID: groupSkills,
		Short:   "Show the supported AI clients and which of them are here",
		Long: `Shows on a terminal the clients that are here, where their skills and their server
entries go and which ways of signing in they know, and of the others the names.
Into a pipe, with --json and with --all it shows all of that for every client.`,
		Example: `  fsskills clients
  fsskills clients --all
  fsskills clients --json`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return runClients(env, opts) },
	}
	opts.declare(c)
	c.Flags().BoolVar(&opts.all, "all", false, "show everything of those that are not here too")
	c.Flags().BoolVar(&opts.asJSON, "json", false, "print one JSON document")
	return c
}

type (
	clientsDoc struct {
		SchemaVersion int             `json:"schemaVersion"`
		Command       string          `json:"command"`
		Scope         clients.Scope   `json:"scope"`
		Project       string          `json:"project,omitempty"`
		Clients       []catalogClient `json:"clients"`
	}
	catalogClient struct {
		ID         string   `json:"id"`
		Aliases    []string `json:"aliases"`
		Name       string   `json:"name"`
		Detected   bool     `json:"detected"`
		Why        string   `json:"why"`
		Skills     string   `json:"skills,omitempty"`
		Config     string   `json:"config,omitempty"`
		MoreConfig []string `json:"moreConfig,omitempty"` // a client with several files
		Auth       []string `json:"auth"`
		// Agents is the folder of its agents; NoAgents says why it is given none.
		Agents   string           `json:"agents,omitempty"`
		NoAgents string           `json:"noAgents,omitempty"`
		Plugin   string           `json:"plugin,omitempty"`
		Evidence clients.Evidence `json:"evidence"`
		Observed string           `json:"observed,omitempty"` // the version that was run
		Docs     []string         `json:"docs"`
	}
)

func runClients(env *Env, opts clientsOptions) error {
	catalog, err := env.catalog()
	if err != nil {
		return err
	}
	at, err := opts.site(env)
	if err != nil {
		return err
	}
	for _, w := range env.interruptions(at) {
		env.warn(w)
	}
	sys := env.system(at)
	doc := clientsDoc{SchemaVersion: schemaVersion, Command: "clients", Scope: at.scope, Project: at.root, Clients: []catalogClient{}}
	for _, c := range catalog {
		found := c.Detect(sys)
		c, ok := c.In(at.scope)
		if !ok && at.scope == clients.ProjectScope {
			found.Why = "reads nothing of a project; " + found.Why // being here is of no use there
		}
		cc := catalogClient{
			ID: c.ID, Aliases: append([]string{}, c.Aliases...), Name: c.Name, Detected: found.Found, Why: found.Why,
			Skills: c.SkillsDir(sys), Agents: c.AgentsDir(sys), NoAgents: c.NoAgents(), Auth: []string{}, Plugin: c.Plugin(sys), Evidence: c.Evidence, Observed: c.Version, Docs: append([]string{}, c.Docs...),
		}
		url, _ := clients.ServerURL("us")
		for i, file := range c.ServerFiles(sys, clients.Server{Name: clients.ServerName, URL: url, Auth: clients.OAuth}) {
			if i == 0 {
				cc.Config = file.Path
			} else {
				cc.MoreConfig = append(cc.MoreConfig, file.Path)
			}
		}
		for _, auth := range []clients.AuthMethod{clients.OAuth, clients.APIKey} {
			srv := clients.Server{Name: clients.ServerName, URL: url, Auth: auth, KeyEnv: defaultKeyEnv}
			able := func() bool {
				return slices.ContainsFunc(c.ServerFiles(sys, srv), func(f clients.ServerFile) bool { return f.Unable == nil })
			}
			if able() {
				cc.Auth = append(cc.Auth, string(auth))
				continue
			}
			if srv.Literal = auth == clients.APIKey; srv.Literal && able() {
				cc.Auth = append(cc.Auth, "write-key")
			}
		}
		doc.Clients = append(doc.Clients, cc)
	}
	if opts.asJSON {
		return printJSON(env, doc)
	}
	if sys.WSL() {
		fmt.Fprintln(env.Err, env.errStyle().dim("note:"), "this is WSL: applications of Windows have their own home, for which fsskills has to be run in Windows")
	}
	if !env.OutTTY || opts.all {
		t := doc.table(env, true)
		return t.print(env)
	}
	return doc.print(env)
}

// table has a row for each client; with found, a column says whether it is here.
func (d clientsDoc) table(env *Env, found bool) table {
	st := env.outStyle()
	t := table{columns: []column{
		{title: "CLIENT"},
		{title: "FOUND", paint: func(s string) string {
			if s == "yes" {
				return st.green(s)
			}
			return s
		}},
		{title: "AUTH", kind: cellNames},
		{title: "SKILLS", kind: cellLines},
		{title: "CONFIG", kind: cellLines},
		{title: "WHY", kind: cellLines},
	}}
	if !found {
		t.columns = slices.Delete(t.columns, 1, 2)
	}
	for _, c := range d.Clients {
		here := "no"
		if c.Detected {
			here = "yes"
		}
		why := c.Why
		if c.Plugin != "" {
			why += "; the Fullstory plugin is installed"
		}
		row := []string{c.ID, here, strings.Join(c.Auth, ","), tilde(c.Skills, env.Home), tilde(c.Config, env.Home), why}
		if !found {
			row = slices.Delete(row, 1, 2)
		}
		t.add(row...)
	}
	return t
}

// print shows people what is here, and the names of the rest.
func (d clientsDoc) print(env *Env) error {
	st := env.outStyle()
	var names []string
	here := d
	here.Clients = nil
	for _, c := range d.Clients {
		if c.Detected {
			here.Clients = append(here.Clients, c)
		} else {
			names = append(names, c.ID)
		}
	}
	var b strings.Builder
	t := here.table(env, false)
	for _, line := range wrap(fmt.Sprintf("Found: %d of %d clients", len(here.Clients), len(d.Clients)), env.columns()) {
		b.WriteString(st.bold(line) + "\n")
	}
	b.WriteByte('\n')
	if len(here.Clients) > 0 {
		fmt.Fprintf(&b, "%s\n", t.text(env))
	}
	if len(names) > 0 {
		fmt.Fprintf(&b, "%s\n", st.bold(fmt.Sprintf("Not found: %d", len(names))))
		for _, line := range fold(strings.Join(names, ", "), env.columns()-len("  ")) {
			fmt.Fprintf(&b, "  %s\n", line)
		}
	}
	if _, err := io.WriteString(env.Out, b.String()); err != nil {
		return err
	}
	if len(names) > 0 {
		fmt.Fprintln(env.Err)
		env.tell("'fsskills clients --all' shows where theirs would go. Any of them can be named with --client.")
	}
	return nil
}
