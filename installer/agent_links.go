package installer

import (
	"fmt"
	"slices"
	"strings"

	"fsskills/clients"
)

// misled says which client would find the agents of a folder in a spelling that
// is not its own, since links lead from its folder to this one; nil if there is
// none. Some clients do not start any more over such a file.
func (req Request) misled(f itemFolder) error {
	i := slices.IndexFunc(req.Targets, func(t Target) bool { return slices.Contains(f.ids, t.Client.ID) })
	if i < 0 {
		return nil // there is nobody to spell it for
	}
	speller, real := req.Targets[i].Client, req.once.real.of(f.dir)
	own := speller.AgentsDir(req.System)
	for _, c := range clients.All() {
		if req.System.Project != "" {
			c, _ = c.In(clients.ProjectScope)
		}
		served := slices.Contains(f.ids, c.ID)
		reads := func(ending string) bool { return strings.HasSuffix(speller.Agents.Ext, ending) }
		if c.NoAgents() != "" || c.SpellsAs(speller) || !served && !slices.ContainsFunc(c.AgentEndings(), reads) {
			continue
		}
		// What clients share without a link, the catalog has thought of.
		for _, dir := range c.AgentFolders(req.System) {
			if dir != own && req.once.real.of(dir) == real {
				return fmt.Errorf("%s finds the agents of %s too, through a link from %s, and each wants them spelt in its own way", c.Name, speller.Name, dir)
			}
		}
	}
	return nil
}
