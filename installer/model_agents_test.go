package installer

import (
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"fsskills/clients"
)

// An agentPlace is the file in which the clients of a folder are given an agent.
type agentPlace struct {
	site      *site
	path, dir string // the file, as the model has it, and its folder
	name      string
	client    clients.Client // one of them: they all want the same bytes
	ids       []string
}

// agentPlaces are where fsskills may put agents.
func (s *site) agentPlaces(t *trial) []agentPlace {
	var out []agentPlace
	for _, c := range s.clients() {
		dir := c.AgentsDir(s.sys)
		if dir == "" {
			continue
		}
		for _, name := range agentNames {
			p := t.rel(filepath.Join(dir, name+c.Agents.Ext))
			if i := slices.IndexFunc(out, func(at agentPlace) bool { return at.path == p }); i >= 0 {
				out[i].ids = append(out[i].ids, c.ID)
				continue
			}
			out = append(out, agentPlace{s, p, dir, name, c, []string{c.ID}})
		}
	}
	return out
}

// fileOf is where a recorded file is.
func (t *trial) fileOf(i Item, f File) string {
	return t.rel(filepath.Join(i.Folder, i.Kind.within(i.Name), filepath.FromSlash(f.Path)))
}

// thingAt is the place of the skill or agent of which a path is a file.
func thingAt(p string) string {
	dir, below, ok := strings.Cut(p, "/skills/")
	if !ok {
		return p
	}
	name, _, _ := strings.Cut(below, "/")
	return dir + "/skills/" + name
}

// served reports whether a client has the server: our entry, or the one that is
// recorded, whatever the user has made of it.
func (t *trial) served(a *attempt, id string) bool {
	return slices.ContainsFunc(t.configs, func(c *config) bool {
		_, entry, err := c.split(t.disk[c.path].data)
		return c.site == a.site && slices.Contains(c.ids, id) && err == nil && entry != nil &&
			(clients.Ours(clients.EntryURL(entry)) || a.was.live(t.path(c.path)) != nil)
	})
}

// checkNewAgents finds no new agent where it could do nothing or where none is
// wanted.
func (t *trial) checkNewAgents(a *attempt, r Receipt) {
	for _, i := range r.Items {
		if was := a.was.Item(i.Folder, i.Name); i.Kind != KindAgent || i.Left || was != nil && !was.Left {
			continue
		}
		p := t.fileOf(i, i.Files[0])
		n, ok := t.disk[p]
		if was, stood := a.before[p]; !ok || stood && was.is(n) || digest([]byte(n.data)) != i.Files[0].SHA256 {
			continue
		}
		if !t.wanted(a, i) {
			t.fail("%s is new, and nobody wants it", p)
		}
		if !slices.ContainsFunc(i.Clients, func(id string) bool { return t.served(a, id) }) {
			t.fail("%s is new, and none of its clients has the server: %v", p, i.Clients)
		}
	}
}

// wanted reports whether any client is to have an agent that is new.
func (t *trial) wanted(a *attempt, i Item) bool {
	return !a.entriesOnly && slices.ContainsFunc(a.site.agents, func(at agentPlace) bool {
		return at.dir == i.Folder && at.name == i.Name &&
			slices.ContainsFunc(at.ids, func(id string) bool { return t.wantsAgent(a, at, id, nil) })
	})
}

// wantsAgent reports whether an agent is to be brought to its newest for a
// client, given what is recorded of it.
func (t *trial) wantsAgent(a *attempt, at agentPlace, id string, was *Item) bool {
	c := a.was.Choices
	if a.command == "update" && was != nil && !was.Left && slices.Contains(was.Clients, id) {
		return len(a.names) == 0 || slices.Contains(a.names, at.name)
	}
	if a.noAgents || !slices.Contains(a.ids, id) || !t.served(a, id) {
		return false
	}
	names := a.names
	if len(names) == 0 {
		names = c.Skills
	}
	switch {
	case slices.Contains(names, at.name):
		return true
	case slices.Contains(c.Without, at.name):
		return false
	}
	return len(names) == 0 || t.up.speaks(names, at.name)
}

// rival reports whether a client of the place had another agent of the name that
// is the user's, and is not found where it would be put.
func (t *trial) rival(a *attempt, at agentPlace) bool {
	return slices.ContainsFunc(t.found(at), func(p string) bool {
		n, stood := a.before[p]
		recorded := slices.ContainsFunc(a.was.Items, func(i Item) bool { return t.rel(i.Path()) == p })
		found := slices.ContainsFunc(a.site.agents, func(o agentPlace) bool {
			served := func(id string) bool { return slices.Contains(a.ids, id) && t.served(a, id) }
			return o.path == p && slices.ContainsFunc(o.ids, served) && t.up.spelt(o.name, o.client) == n.data
		})
		return p != at.path && !found && stood && n.mode.IsRegular() && !recorded
	})
}

// checkAgents finds every wanted agent as upstream has it now, but for what is
// the user's.
func (t *trial) checkAgents(a *attempt, r Receipt) {
	for _, at := range a.site.agents {
		was, is := a.was.Item(at.dir, at.name), r.Item(at.dir, at.name)
		before, stood := a.before[at.path]
		same := func(why string) {
			if n, ok := t.disk[at.path]; ok != stood || !n.is(before) {
				t.fail("%s: %s, and was changed: %v", at.path, why, n)
			}
		}
		if t.up.refused[at.name] {
			same("upstream's cannot be had")
			continue
		}
		ids := slices.DeleteFunc(slices.Clone(at.ids), func(id string) bool { return !t.wantsAgent(a, at, id, was) })
		if len(ids) == 0 || t.up.agents[at.name] == "" {
			continue
		}
		want, live := t.up.spelt(at.name, at.client), was != nil && !was.Left
		switch {
		case !live && !a.force && t.rival(a, at):
			same("there is another one")
			continue
		case stood && !before.mode.IsRegular():
			continue // the user's link or folder
		case live && !stood && a.command == "update" && !a.force:
			continue // deleted, and reported
		case (was == nil || was.Left && was.Adopted) && !a.force && stood && before.data != want:
			same("it is another's")
			continue
		}
		if is == nil || is.Left || is.Commit != t.up.commit() || len(without(ids, is.Clients)) > 0 {
			t.fail("%s is not recorded as of the newest commit for %v: %+v", at.path, ids, is)
		}
		n, ok := t.disk[at.path]
		switch {
		case ok && n.data == want:
			if n.mode&0o100 != 0 && modeMask != 0 && !t.modes[at.path] {
				t.fail("%s may be run", at.path)
			}
		case a.force || !t.excused(at.path):
			t.fail("%s is not upstream's newest %q: %v", at.path, want, n)
		}
	}
}

// rest are the clients that have a recorded skill or agent after an uninstall,
// whatever the user has made of it.
func (a *attempt) rest(i Item) []string {
	switch {
	case len(a.names) > 0 && !slices.Contains(a.names, i.Name), a.entriesOnly && i.Kind == KindSkill:
		return i.Clients
	case len(a.ids) == 0:
		return nil
	}
	return without(i.Clients, a.ids)
}

// checkRemoved finds nothing recorded of what an uninstall was to take out, and
// all of what it was to leave.
func (t *trial) checkRemoved(a *attempt, r Receipt) {
	for _, was := range a.was.Items {
		is, rest := r.Item(was.Folder, was.Name), a.rest(was)
		if !was.Left && len(rest) > 0 {
			if is == nil || is.Left || !slices.Equal(is.Clients, rest) {
				t.fail("%s is to stay for %v, and is recorded as %+v", was.Path(), rest, is)
			}
			continue
		}
		if len(rest) == 0 && is != nil && !is.Left {
			t.fail("%s is to be out, and is recorded still", was.Path())
		}
		for _, f := range was.Files {
			p := t.fileOf(was, f)
			n, ok := t.disk[p]
			if before, stood := a.before[p]; ok && n.mode.IsRegular() && len(rest) == 0 && stood && before.is(n) {
				if a.force {
					t.fail("%s is to be out by force, and is there: %v", p, n)
				} else if is == nil {
					t.fail("%s is left, and recorded no more", p)
				}
			}
		}
	}
	skills := func(r Receipt) (out []Item) {
		for _, i := range r.Items {
			if i.Kind == KindSkill {
				out = append(out, i)
			}
		}
		return out
	}
	if a.entriesOnly && !reflect.DeepEqual(skills(a.was), skills(r)) {
		t.fail("the skills were to stay as they are")
	}
	if a.skillsOnly && !reflect.DeepEqual(a.was.Servers, r.Servers) {
		t.fail("the entries were to stay as they are")
	}
}
