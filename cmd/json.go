package cmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"fsskills/clients"
	"fsskills/installer"
	"fsskills/registry"
)

// The documents of --json. Field names and words are a promise.
type (
	resultDoc struct {
		SchemaVersion int           `json:"schemaVersion"`
		Command       string        `json:"command"`
		DryRun        bool          `json:"dryRun"`
		Source        *sourceDoc    `json:"source,omitempty"`
		Scope         clients.Scope `json:"scope"`
		Project       string        `json:"project,omitempty"`
		Lock          *lockDoc      `json:"lock,omitempty"`
		News          *newsDoc      `json:"news,omitempty"`
		Clients       []clientDoc   `json:"clients"`
		Summary       summaryDoc    `json:"summary"`
		// Findings are what is in the chosen skills and agents for a user to see.
		Findings []findingDoc `json:"findings"`
		Warnings []string     `json:"warnings"`
		Error    *errorBody   `json:"error,omitempty"`
	}
	lockDoc struct {
		Path   string          `json:"path"`
		State  installer.State `json:"state"`
		Action installer.Op    `json:"action"`
	}
	sourceDoc struct {
		URL    string `json:"url"`
		Ref    string `json:"ref"`
		Commit string `json:"commit"`
	}
	clientDoc struct {
		ID       string     `json:"id"`
		Name     string     `json:"name"`
		Detected bool       `json:"detected"`
		Status   string     `json:"status"`
		Skipped  string     `json:"skipped,omitempty"`
		Skills   []skillDoc `json:"skills"`
		Agents   []agentDoc `json:"agents"`
		// NoAgents says why the client is given none though the source has some.
		NoAgents string      `json:"noAgents,omitempty"`
		MCP      *mcpDoc     `json:"mcp,omitempty"`
		MoreMCP  []mcpDoc    `json:"moreMcp,omitempty"` // a client with several files
		Next     []string    `json:"next"`
		Error    *problemDoc `json:"error,omitempty"`
	}
	skillDoc struct {
		Name   string          `json:"name"`
		Invoke string          `json:"invoke"`
		Path   string          `json:"path"`
		From   string          `json:"from,omitempty"` // its path until now
		State  installer.State `json:"state"`
		Action installer.Op    `json:"action"`
		Reason string          `json:"reason,omitempty"`
		Files  []fileDoc       `json:"files,omitempty"`
		Diff   string          `json:"diff,omitempty"`
	}
	agentDoc struct {
		Name   string          `json:"name"`
		Path   string          `json:"path"`
		State  installer.State `json:"state"`
		Action installer.Op    `json:"action"`
		Reason string          `json:"reason,omitempty"`
		Diff   string          `json:"diff,omitempty"`
	}
	fileDoc struct {
		Path   string          `json:"path"`
		State  installer.State `json:"state"`
		Action installer.Op    `json:"action"`
		Reason string          `json:"reason,omitempty"`
	}
	mcpDoc struct {
		Path   string          `json:"path"`
		State  installer.State `json:"state"`
		Action installer.Op    `json:"action"`
		Auth   string          `json:"auth,omitempty"`
		URL    string          `json:"url,omitempty"`
		// KeyInFile is true when the API key itself is in the file.
		KeyInFile bool   `json:"keyInFile,omitempty"`
		Reason    string `json:"reason,omitempty"`
		Diff      string `json:"diff,omitempty"`
	}
	problemDoc struct {
		Message string `json:"message"`
		Hint    string `json:"hint,omitempty"`
	}
	findingDoc struct {
		// Skill or Agent is its name; the other is absent.
		Skill string               `json:"skill,omitempty"`
		Agent string               `json:"agent,omitempty"`
		Path  string               `json:"path"` // inside it
		Line  int                  `json:"line"` // 0: the whole file
		Kind  registry.FindingKind `json:"kind"`
		Text  string               `json:"text"`
	}
	summaryDoc struct {
		Changed   int `json:"changed"`
		Unchanged int `json:"unchanged"`
		Kept      int `json:"kept"`
		Failed    int `json:"failed"`
	}
)

// printJSON writes the one document of a command. It may be read on a terminal:
// what that would obey, hide or turn round is written as an escape.
func printJSON(env *Env, doc any) error {
	env.documented = true
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(doc); err != nil {
		return err
	}
	_, err := env.Out.Write(escapeJSON(b.Bytes()))
	return err
}

// escapeJSON writes the characters of a JSON text that clean would take out as
// \u and four digits, two of those beyond U+FFFF. They are in strings only.
func escapeJSON(text []byte) []byte {
	if !bytes.ContainsFunc(text, isUnshown) {
		return text
	}
	var b bytes.Buffer
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if isUnshown(r) {
			for _, unit := range utf16.AppendRune(nil, r) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
		} else {
			b.Write(text[:n])
		}
		text = text[n:]
	}
	return b.Bytes()
}

// findingDocs are the findings of a plan.
func findingDocs(all []installer.Finding) []findingDoc {
	docs := []findingDoc{}
	for _, f := range all {
		d := findingDoc{Path: f.Path, Line: f.Line, Kind: f.Kind, Text: clean(f.Text)}
		if f.Of == installer.KindAgent {
			d.Agent = f.Name
		} else {
			d.Skill = f.Name
		}
		docs = append(docs, d)
	}
	return docs
}

func (rep *reporter) writeJSON(plan installer.Plan, accounts []account) error {
	r := rep.run
	doc := resultDoc{
		SchemaVersion: schemaVersion, Command: r.command, DryRun: r.opts.dryRun, Scope: r.at.scope,
		Clients: []clientDoc{}, Findings: findingDocs(plan.Findings), Warnings: append([]string{}, r.notes...),
	}
	if plan.Source.URL != "" {
		doc.Source = &sourceDoc{URL: plan.Source.URL, Ref: plan.Source.Ref, Commit: plan.Source.Commit}
	}
	doc.Project, doc.News = r.at.root, rep.news.doc()
	if lock := rep.lockResult(); lock != nil {
		doc.Lock = &lockDoc{Path: lock.Action.Path, State: lock.Action.State, Action: lock.Action.Op}
		if lock.Err != nil {
			doc.Lock.State = installer.StateFailed
		}
	}
	for _, a := range accounts {
		c := rep.clientDoc(a)
		c.NoAgents = plan.Agentless[c.ID]
		doc.Clients = append(doc.Clients, c)
		switch a.status() {
		case "changed":
			doc.Summary.Changed++
		case "kept":
			doc.Summary.Kept++
		case "failed":
			doc.Summary.Failed++
		default:
			doc.Summary.Unchanged++
		}
	}
	return printJSON(r.env, doc)
}

func (rep *reporter) clientDoc(a account) clientDoc {
	r := rep.run
	c := clientDoc{
		ID: a.client.ID, Name: a.client.Name, Detected: rep.detected[a.client.ID], Status: a.status(),
		Skipped: a.skipped, Skills: []skillDoc{}, Agents: []agentDoc{}, Next: append([]string{}, a.next...),
	}
	for _, res := range a.skills {
		s := skillDoc{Name: res.Action.Name, Path: res.Action.Path, From: res.Action.From, State: res.Action.State, Action: res.Action.Op, Reason: res.Action.Reason}
		s.Invoke = a.client.Invoke(s.Name, rep.userInvocable(s.Name))
		for _, f := range res.Action.Files {
			if f.Op != installer.OpNone {
				s.Files = append(s.Files, fileDoc{Path: f.Path, State: f.State, Action: f.Op, Reason: f.Reason})
			}
		}
		if r.opts.diff {
			s.Diff = res.Action.Diff()
		}
		c.note(res, &s.State)
		c.Skills = append(c.Skills, s)
	}
	for _, res := range a.agents {
		s := agentDoc{Name: res.Action.Name, Path: res.Action.Path, State: res.Action.State, Action: res.Action.Op, Reason: res.Action.Reason}
		if r.opts.diff {
			s.Diff = res.Action.Diff()
		}
		c.note(res, &s.State)
		c.Agents = append(c.Agents, s)
	}
	for i := range a.servers {
		m := rep.mcpDoc(&c, a, a.servers[i])
		if c.MCP == nil {
			c.MCP = &m
		} else {
			c.MoreMCP = append(c.MoreMCP, m)
		}
	}
	return c
}

// mcpDoc is one of the entries of a client.
func (rep *reporter) mcpDoc(c *clientDoc, a account, res installer.Result) mcpDoc {
	m := mcpDoc{
		Path: res.Action.Path, State: res.Action.State, Action: res.Action.Op, Reason: res.Action.Reason,
		KeyInFile: res.Action.HoldsKey(),
	}
	if a.target != nil && a.target.Server != nil {
		m.Auth, m.URL = string(a.target.Server.Auth), a.target.Server.URL
	}
	if rep.run.opts.diff {
		m.Diff = res.Action.Diff()
	}
	c.note(res, &m.State)
	return m
}

// note keeps the first problem of a client.
func (c *clientDoc) note(res installer.Result, state *installer.State) {
	p := problemDoc{Message: res.Action.Reason, Hint: res.Action.Hint}
	switch {
	case res.Err != nil:
		p = problemDoc{Message: res.Err.Error(), Hint: installer.Remedy(res.Err)}
		*state = installer.StateFailed
	case !res.Action.Partial:
		return
	}
	if c.Error == nil {
		c.Error = &p
	}
}

// userInvocable looks a skill up in the snapshot or the receipt.
func (rep *reporter) userInvocable(name string) bool {
	if rep.snapshot != nil {
		for _, s := range rep.snapshot.Skills {
			if s.Name == name {
				return s.UserInvocable
			}
		}
	}
	for _, i := range rep.run.receipt.Items {
		if i.Name == name {
			return i.UserInvocable
		}
	}
	return true
}
