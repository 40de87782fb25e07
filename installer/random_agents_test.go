package installer

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"fsskills/clients"
)

// agentNames are the agents that can be had.
func (u *upstream) agentNames() []string {
	return slices.DeleteFunc(slices.Clone(agentNames), func(n string) bool { return u.agents[n] == "" || u.refused[n] })
}

// has reports whether upstream has a recorded skill or agent still, in whatever
// form.
func (u *upstream) has(i Item) bool {
	if i.Kind == KindAgent {
		return u.agents[i.Name] != ""
	}
	return u.skills[i.Name] != nil
}

// speaks reports whether one of the skills names an agent.
func (u *upstream) speaks(skills []string, agent string) bool {
	for _, name := range skills {
		for _, f := range u.skills[name] {
			if strings.Contains(f.data, agent) {
				return true
			}
		}
	}
	return false
}

// spelt is an agent as a client has it.
func (u *upstream) spelt(name string, c clients.Client) string {
	a := agent(name, u.agents[name])
	_, data, err := c.AgentFile(clients.Agent{Name: name, Description: a.Description, Tools: a.Tools, Body: a.Body})
	if err != nil {
		panic(err)
	}
	return string(data)
}

// tell changes what an agent is told.
func (u *upstream) tell(name string) {
	u.agents[name], u.refused[name] = fmt.Sprintf("commit %d, for %s\n", u.commits, name), false
	for _, c := range u.readers {
		data := u.spelt(name, c)
		u.texts[digest([]byte(data))] = data
	}
}

func (t *trial) upstreamTells(m move) {
	name, _ := pick(agentNames, m.a)
	t.up.commits++
	t.up.tell(name)
	t.say("  upstream has the agent %s: %q", name, t.up.agents[name])
}

func (t *trial) upstreamDropsAgent(m move) {
	if name, ok := pick(t.up.agentNames(), m.a); ok {
		t.up.commits++
		delete(t.up.agents, name)
		t.say("  upstream drops the agent %s", name)
	}
}

// upstreamRefuses has upstream write an agent in a form that nobody knows.
func (t *trial) upstreamRefuses(m move) {
	if name, ok := pick(t.up.agentNames(), m.a); ok {
		t.up.commits++
		t.up.refused[name] = true
		t.say("  upstream has the agent %s in a form that is not known", name)
	}
}

// agentPlaces are where agents may be, of both sites.
func (t *trial) agentPlaces() []agentPlace {
	var out []agentPlace
	for _, s := range t.sites {
		out = append(out, s.agents...)
	}
	return out
}

// addAgent has the user put something where agents are, or in their places.
func (t *trial) addAgent(m move) {
	at, ok := pick(t.agentPlaces(), m.a)
	if !ok {
		return
	}
	p, text := at.path, t.fresh()
	switch m.b % 8 {
	case 0:
		p = path.Join(path.Dir(p), "own.md")
	case 1:
		p = path.Join(p, "mine.md")
	case 2, 3:
		found, _ := pick(t.found(at), m.c)
		p = found
	case 4:
		if t.up.agents[at.name] == "" || !t.calm() {
			return
		}
		if text = t.up.spelt(at.name, at.client); t.free(p) { // they have copied it by hand
			t.copied[p] = true
		}
	case 5:
		text = string(agent(at.name, t.up.agents[at.name]).File.Data)
	}
	if !t.free(p) {
		return
	}
	t.put(p, text)
	t.moveIn(p)
	t.say("  the user adds %s: %q", p, text)
}

// found are the files in which a client finds an agent, that of ours first.
func (t *trial) found(at agentPlace) []string {
	out := []string{at.path}
	for _, dir := range at.client.AgentFolders(at.site.sys) {
		for _, ending := range at.client.AgentEndings() {
			out = append(out, path.Join(t.rel(dir), at.name+ending))
		}
	}
	return out
}

// touchAgent has the user do something to an agent that is there.
func (t *trial) touchAgent(m move) {
	var there []string
	for _, at := range t.agentPlaces() {
		if n, ok := t.disk[at.path]; ok && n.mode.IsRegular() {
			there = append(there, at.path)
		}
	}
	p, ok := pick(there, m.a)
	if !ok {
		return
	}
	switch m.b % 8 {
	case 0:
		t.takeAway(p)
		t.say("  the user deletes %s", p)
	case 1:
		t.takeAway(p)
		t.put(path.Join(p, "mine.md"), t.fresh())
		t.moveIn(path.Join(p, "mine.md"))
		t.say("  the user has a folder at %s", p)
	case 2:
		t.takeAway(p)
		t.must(os.Mkdir(t.path(p), 0o755))
		t.touch(p)
		t.moveIn(path.Join(p, "mine.md"))
		t.say("  the user has an empty folder at %s", p)
	default:
		t.edit(p)
	}
}
