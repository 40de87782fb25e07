package clients

import (
	"slices"
	"strings"
)

// A Client is one AI client: what it is called, how to tell that it is there,
// and where and how it keeps what is written for it. Skills, Agents, Plugins,
// Servers and Steps hold for the user's own scope, as they stand in the catalog; [Client.In]
// puts those of another scope in their place.
type Client struct {
	// ID is the name that users know from other tools; Aliases are others of
	// their names for it. All are in lower case.
	ID      string
	Aliases []string
	// Name is what the vendor calls it.
	Name string
	// Docs are the vendor's pages, or pages that show its source, from which
	// the entry was written.
	Docs []string
	// Evidence says how the entry's spelling and places are known.
	Evidence Evidence
	// Version is the one that was run last, if Evidence is Observed.
	Version string

	Signs   Signs
	Skills  Skills
	Agents  Agents
	Plugins []Marker
	// Servers are the places for server entries, in order of preference. It
	// has more than one element where versions of the client differ.
	Servers []Config
	// More are further places that count beside the first of Servers, each of
	// them that applies.
	More []Config
	// Unread are places in which users or other tools put servers, and in which
	// the client was seen to look for none.
	Unread []Config
	Steps  Steps
	// Project is what a team commits for this client; nil if there is no such
	// thing.
	Project *Project
}

// A Project says where a client looks in the root of a project. Its paths
// begin with "./".
type Project struct {
	// Dir is the skills folder and Also are the others that the client reads.
	// How a skill is called is the same as elsewhere.
	Dir     Path
	Also    []Path
	Plugins []Marker
	Servers []Config
	// Local is where the client keeps servers of this project for its user
	// alone. In its Root, "<project>" stands for the project's root.
	Local  *Config
	Unread []Config
	// Agents is the folder of agents and AlsoAgents are the others that the
	// client reads; an agent is spelled as elsewhere. Accept are the steps by
	// which a member of the team lets the client use the project's agents.
	Agents     Path
	AlsoAgents []Path
	Accept     []string
	// Approve are the steps by which a member of the team lets the client use
	// what the project brings, before those of signing in.
	Approve []string
	// Approved tells by the client's own files whether that was done; nil where
	// it is not known how to.
	Approved func(s System) Approval
}

// In returns the client as it is in a scope. It reports false if the client
// has nothing there, and then has no places at all.
func (c Client) In(scope Scope) (Client, bool) {
	if scope != ProjectScope {
		return c, c.Skills.Dir != (Paths{}) || len(c.Servers) > 0
	}
	p := c.Project
	c.Agents = c.Agents.in(p)
	switch {
	case c.NoAgents() != "":
		c.Steps.Agents = nil
	case len(p.Accept) > 0:
		c.Steps.Agents = slices.Concat(c.Steps.Agents, p.Accept)
	}
	if p == nil {
		c.Skills, c.Plugins, c.Servers, c.More, c.Unread = Skills{}, nil, nil, nil, nil
		return c, false
	}
	c.Skills.Dir, c.Skills.Also = everywhere(p.Dir), nil
	for _, also := range p.Also {
		c.Skills.Also = append(c.Skills.Also, everywhere(also))
	}
	if len(p.Servers) == 0 && len(c.Servers) > 0 {
		c.Steps.ByHand = []string{c.Name + " takes no server from a project: everybody adds it for themselves with fsskills install --mcp-only --client " + c.ID}
	}
	c.Plugins, c.Servers, c.More, c.Unread = p.Plugins, p.Servers, nil, p.Unread
	c.Steps.Approve = p.Approve
	return c, true
}

// A Catalog is a list of clients, in the order in which users see them.
type Catalog []Client

// All returns the clients that fsskills knows by itself. The list is the
// caller's.
func All() Catalog {
	all := make(Catalog, 0, len(catalog)+len(reported))
	for _, c := range catalog {
		all = append(all, *c)
	}
	for i := range reported {
		all = append(all, reported[i].client())
	}
	return all
}

// Find returns the client whose ID or alias is id, in any case.
func (all Catalog) Find(id string) (Client, bool) {
	id = strings.ToLower(strings.TrimSpace(id))
	for i := range all {
		if all[i].ID == id || slices.Contains(all[i].Aliases, id) {
			return all[i], true
		}
	}
	return Client{}, false
}

// IDs returns the ids of the clients, in their order.
func (all Catalog) IDs() []string {
	ids := make([]string, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	return ids
}

// catalog is all of them but the reported ones. Nothing changes it. The
// compiler lays out the data, so that it takes next to no time when the program
// starts. It works out [everywhere] and [inEditor], and no larger call; and where
// a struct is shared, such as dotMCP, its lists have names of their own.
var catalog = [...]*Client{
	&claudeCode, &claudeDesktop,
	&cursor, &vscode, &vscodeInsiders, &visualStudio, &jetbrainsCopilot, &copilotCLI,
	&codex, &geminiCLI, &opencode,
	&windsurf, &zed, &cline, &roo, &kilo, &junie, &goose,
	&amp, &antigravity, &qwenCode, &droid, &crush, &mistralVibe, &continueDev, &trae, &traeCN,
	&openclaw, &hermes, &qoder, &qoderCN, &mastraCode, &rovoDev,
	&codebuddy, &tabnine, &cortex, &bob, &firebender, &iflow, &replit,
	&devinCLI, &kiro, &warp, &augment, &grok, &kimi, &pi, &openHands,
	&lmStudio, &mcporter,
}

// everywhere is p on every system.
func everywhere(p Path) Paths { return Paths{p, p, p} }
