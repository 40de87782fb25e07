package cmd

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/spf13/cobra"

	"fsskills/installer"
	"fsskills/registry"
)

type listOptions struct {
	sourceOptions
	scopeOptions
	clients   []string
	available bool
	asJSON    bool
}

func newList(env *Env) *cobra.Command {
	var opts listOptions
	c := &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		GroupID: groupSkills,
		Short:   "Show the installed slash commands",
		Long: `Shows each installed skill, how to call it in each client, and whether it is as
it was installed. A skill that only the assistant calls is shown as automatic,
an agent, to which the assistant hands a part of its work, as agent.`,
		Example: `  fsskills list
  fsskills list --client codex --json
  fsskills list --available`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return runList(c.Context(), env, opts) },
	}
	opts.sourceOptions.declare(c)
	opts.scopeOptions.declare(c)
	f := c.Flags()
	f.SetNormalizeFunc(agentIsClient)
	f.StringSliceVarP(&opts.clients, "client", "a", nil, "only this `client` (repeatable)")
	f.BoolVar(&opts.available, "available", false, "show what the source offers instead")
	f.BoolVar(&opts.asJSON, "json", false, "print one JSON document")
	return c
}

type (
	listDoc struct {
		SchemaVersion int         `json:"schemaVersion"`
		Command       string      `json:"command"`
		Skills        []listSkill `json:"skills"`
		Agents        []listAgent `json:"agents"`
	}
	listAgent struct {
		Name        string        `json:"name"`
		Description string        `json:"description"`
		Commit      string        `json:"commit"`
		Clients     []agentClient `json:"clients"`
		Findings    []findingDoc  `json:"findings,omitempty"`
	}
	agentClient struct {
		ID    string          `json:"id"`
		Path  string          `json:"path"`
		State installer.State `json:"state"`
	}
	listSkill struct {
		Name          string       `json:"name"`
		Description   string       `json:"description"`
		UserInvocable bool         `json:"userInvocable"`
		Commit        string       `json:"commit"`
		Clients       []listClient `json:"clients"`
		Findings      []findingDoc `json:"findings,omitempty"` // of what is available
	}
	listClient struct {
		ID     string          `json:"id"`
		Invoke string          `json:"invoke"`
		Path   string          `json:"path"`
		State  installer.State `json:"state"`
	}
)

func runList(ctx context.Context, env *Env, opts listOptions) error {
	if err := opts.check(); err != nil {
		return err
	}
	at, err := opts.site(env)
	if err != nil {
		return err
	}
	r, err := newRun(env, "list", at, runOptions{quiet: opts.asJSON})
	if err != nil {
		return err
	}
	for _, w := range env.interruptions(at) {
		r.warn(w)
	}
	doc := listDoc{SchemaVersion: schemaVersion, Command: "list", Skills: []listSkill{}, Agents: []listAgent{}}
	if opts.available {
		err = doc.fill(ctx, r, opts)
	} else {
		err = doc.fillInstalled(r, opts)
	}
	if err != nil {
		return err
	}
	if opts.asJSON {
		return printJSON(env, doc)
	}
	if len(doc.Skills)+len(doc.Agents) == 0 {
		env.tell("No skills are installed. 'fsskills install" + at.flags() + "' sets them up.")
		return nil
	}
	if opts.available {
		return doc.printAvailable(env)
	}
	return doc.print(env)
}

// fillInstalled lists what is recorded and looks at each skill on disk.
func (d *listDoc) fillInstalled(r *run, opts listOptions) error {
	var only []string
	if len(opts.clients) > 0 {
		chosen, err := chooseClients(r.everyone, r.sys, opts.clients, nil)
		if err != nil {
			return err
		}
		for _, c := range chosen {
			only = append(only, c.ID)
		}
	}
	for _, item := range r.receipt.Items {
		if item.Left {
			continue
		}
		state, _ := item.Inspect()
		for _, id := range item.Clients {
			c, ok := r.everyone.Find(id)
			if !ok || only != nil && !slices.Contains(only, id) {
				continue
			}
			if item.Kind == installer.KindAgent {
				agent := d.agent(item)
				agent.Clients = append(agent.Clients, agentClient{ID: id, Path: item.Path(), State: state})
				continue
			}
			invoke := c.Invoke(item.Name, item.UserInvocable)
			if isLost(c) {
				invoke = "unknown"
			}
			d.skill(item).add(listClient{ID: id, Invoke: invoke, Path: item.Path(), State: state})
		}
	}
	order := map[string]int{}
	for i, id := range r.everyone.IDs() {
		order[id] = i
	}
	// slices.SortFunc would be 15 KB of code for each of these types.
	sort.Slice(d.Skills, func(i, j int) bool { return d.Skills[i].Name < d.Skills[j].Name })
	for _, s := range d.Skills {
		sort.Slice(s.Clients, func(i, j int) bool { return order[s.Clients[i].ID] < order[s.Clients[j].ID] })
	}
	sort.Slice(d.Agents, func(i, j int) bool { return d.Agents[i].Name < d.Agents[j].Name })
	for _, a := range d.Agents {
		sort.Slice(a.Clients, func(i, j int) bool { return order[a.Clients[i].ID] < order[a.Clients[j].ID] })
	}
	return nil
}

// skill returns the entry of an item's skill, made if need be.
func (d *listDoc) skill(i installer.Item) *listSkill {
	n := slices.IndexFunc(d.Skills, func(s listSkill) bool { return s.Name == i.Name })
	if n < 0 {
		n = len(d.Skills)
		d.Skills = append(d.Skills, listSkill{Name: i.Name, Description: i.Description, UserInvocable: i.UserInvocable, Commit: i.Commit, Clients: []listClient{}})
	}
	return &d.Skills[n]
}

// agent returns the entry of an item's agent, made if need be.
func (d *listDoc) agent(i installer.Item) *listAgent {
	n := slices.IndexFunc(d.Agents, func(a listAgent) bool { return a.Name == i.Name })
	if n < 0 {
		n = len(d.Agents)
		d.Agents = append(d.Agents, listAgent{Name: i.Name, Description: i.Description, Commit: i.Commit})
	}
	return &d.Agents[n]
}

func (s *listSkill) add(c listClient) { s.Clients = append(s.Clients, c) }

// fill lists what the source offers.
func (d *listDoc) fill(ctx context.Context, r *run, opts listOptions) (err error) {
	if err := r.trustSource(opts.sourceOptions); err != nil {
		return err
	}
	snapshot, err := r.fetch(ctx, opts.sourceOptions)
	if err != nil {
		return err
	}
	for _, s := range snapshot.Skills {
		found := findingsOf(installer.KindSkill, s.Name, s.Findings)
		d.Skills = append(d.Skills, listSkill{
			Name: s.Name, Description: s.Description, UserInvocable: s.UserInvocable, Commit: snapshot.Commit, Clients: []listClient{},
			Findings: findingDocs(found),
		})
		r.warnAll(installer.Alarms(found))
	}
	for _, a := range snapshot.Agents {
		found := findingsOf(installer.KindAgent, a.Name, a.Findings)
		d.Agents = append(d.Agents, listAgent{Name: a.Name, Description: a.Description, Commit: snapshot.Commit, Clients: []agentClient{}, Findings: findingDocs(found)})
		r.warnAll(installer.Alarms(found))
	}
	for _, ref := range snapshot.Refused {
		r.warn(leftOut(ref))
	}
	if len(d.Skills) == 0 {
		return errors.New("the source offers no skill that is safe to install")
	}
	return nil
}

// findingsOf says of which skill or agent the findings are.
func findingsOf(of installer.Kind, name string, found []registry.Finding) []installer.Finding {
	var out []installer.Finding
	for _, f := range found {
		out = append(out, installer.Finding{Of: of, Name: name, Finding: f})
	}
	return out
}

func (r *run) warnAll(texts []string) {
	for _, text := range texts {
		r.warn(text)
	}
}

// print shows one row for each way of calling a skill.
func (d *listDoc) print(env *Env) error {
	t := table{columns: []column{{title: "SKILL"}, {title: "CALL"}, {title: "CLIENTS", kind: cellNames}, {title: "STATE"}, {title: "DESCRIPTION", kind: cellProse}}}
	for _, s := range d.Skills {
		type row struct {
			invoke string
			state  installer.State
			ids    []string
		}
		var rows []row
		for _, c := range s.Clients {
			i := slices.IndexFunc(rows, func(r row) bool { return r.invoke == c.Invoke && r.state == c.State })
			if i < 0 {
				i = len(rows)
				rows = append(rows, row{invoke: c.Invoke, state: c.State})
			}
			rows[i].ids = append(rows[i].ids, c.ID)
		}
		for _, r := range rows {
			t.add(s.Name, r.invoke, strings.Join(r.ids, ","), string(r.state), s.Description)
		}
	}
	for _, a := range d.Agents {
		states := map[installer.State][]string{}
		for _, c := range a.Clients {
			states[c.State] = append(states[c.State], c.ID)
		}
		for _, state := range slices.Sorted(maps.Keys(states)) {
			t.add(a.Name, "agent", strings.Join(states[state], ","), string(state), a.Description)
		}
	}
	return t.print(env)
}

func (d *listDoc) printAvailable(env *Env) error {
	t := table{columns: []column{{title: "SKILL"}, {title: "CALL"}, {title: "DESCRIPTION", kind: cellProse}}}
	for _, s := range d.Skills {
		call := "slash command"
		if !s.UserInvocable {
			call = "automatic"
		}
		t.add(s.Name, call, s.Description)
	}
	for _, a := range d.Agents {
		t.add(a.Name, "agent", a.Description)
	}
	return t.print(env)
}
