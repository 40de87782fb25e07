package cmd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"fsskills/clients"
)

func newClients(env *Env) *cobra.Command {
	var asJSON bool
	var opts scopeOptions
	c := &cobra.Command{
		Use:     "clients",
		GroupID: groupSkills,
		Short:   "Show the supported AI clients and which of them are here",
		Example: `  fsskills clients
  fsskills clients --json`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return runClients(env, opts, asJSON) },
	}
	opts.declare(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON document")
	return c
}

type (
	clientsDoc struct {
		SchemaVersion int             `json:"schemaVersion"`
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

func runClients(env *Env, opts scopeOptions, asJSON bool) error {
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
	doc := clientsDoc{SchemaVersion: schemaVersion, Scope: at.scope, Project: at.root, Clients: []catalogClient{}}
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
	if asJSON {
		return printJSON(env, doc)
	}
	if sys.WSL() {
		fmt.Fprintln(env.Err, env.errStyle().dim("note:"), "this is WSL: applications of Windows have their own home, for which fsskills has to be run in Windows")
	}
	return doc.print(env)
}

func (d clientsDoc) print(env *Env) error {
	st := env.outStyle()
	t := table{columns: []column{{title: "CLIENT"}, {title: "FOUND", paint: func(s string) string {
		if s == "yes" {
			return st.green(s)
		}
		return st.dim(s)
	}}, {title: "AUTH"}, {title: "SKILLS"}, {title: "CONFIG"}, {title: "WHY"}}}
	for _, c := range d.Clients {
		found := "no"
		if c.Detected {
			found = "yes"
		}
		why := c.Why
		if c.Plugin != "" {
			why += "; the Fullstory plugin is installed"
		}
		t.add(c.ID, found, strings.Join(c.Auth, ","), tilde(c.Skills, env.Home), tilde(c.Config, env.Home), why)
	}
	return t.print(env)
}
