package installer

import (
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"

	"fsskills/clients"
)

// pick chooses one of those there are.
func pick[T any](of []T, by byte) (T, bool) {
	if len(of) == 0 {
		var none T
		return none, false
	}
	return of[int(by)%len(of)], true
}

// siteOf chooses a scope.
func (t *trial) siteOf(m move) *site {
	if m.a&3 == 0 {
		return t.sites[1]
	}
	return t.sites[0]
}

// targets are the named clients in the scope.
func (s *site) targets(ids []string) []Target {
	var out []Target
	for _, id := range ids {
		if target, ok := s.everyone[id]; ok {
			out = append(out, target)
		}
	}
	return out
}

// clients are all of them.
func (s *site) clients() []clients.Client {
	var out []clients.Client
	for _, target := range s.targets(s.ids) {
		out = append(out, target.Client)
	}
	return out
}

func (t *trial) install(m move) {
	s := t.siteOf(m)
	a := &attempt{site: s, command: "install", installs: true, force: m.b&7 == 0, mayChange: m.b&7 == 0}
	a.entriesOnly, a.skillsOnly = m.b>>5 == 0, m.b>>5 == 1
	for i, id := range s.ids {
		if m.c>>i&1 == 1 {
			a.ids = append(a.ids, id)
		}
	}
	if len(a.ids) == 0 {
		a.ids = s.ids
	}
	var named []string
	if m.b>>3&3 == 0 && !a.entriesOnly {
		one, _ := pick(append(t.up.names(), t.up.agentNames()...), m.a>>2)
		named = []string{one}
	}
	a.plan = func(r Receipt) (Plan, error) {
		c := r.Choices
		if len(named) > 0 && (!c.SkillsSet || len(c.Skills) > 0) {
			c.Skills = union(c.Skills, named)
		}
		c.SkillsSet = c.SkillsSet || !a.entriesOnly
		c.Without = without(c.Without, named)
		if a.names = c.Skills; len(named) > 0 {
			a.names = named
		}
		a.wantsAgents(m, &c)
		req := Request{
			Command: a.command, System: s.sys, Targets: a.targets(a.ids), Snapshot: t.up.snapshot(),
			Names: a.names, Choices: c, Force: a.force,
		}
		if a.entriesOnly {
			req.Snapshot = nil
		}
		return NewInstall(r, req)
	}
	t.operate(a, m)
}

// wantsAgents decides whether agents are wanted, as is recorded or by a flag.
func (a *attempt) wantsAgents(m move, c *Choices) {
	if m.b>>5 == 2 || m.b>>5 == 3 {
		c.NoAgents = m.b>>5 == 2
	}
	a.noAgents = c.NoAgents
}

// targets are the named clients with what the attempt has for them.
func (a *attempt) targets(ids []string) []Target {
	targets := a.site.targets(ids)
	for i := range targets {
		t := &targets[i]
		t.Agents = !a.entriesOnly && !a.noAgents
		if a.entriesOnly {
			t.Skills = false
		}
		if a.skillsOnly {
			t.Server = nil
		}
	}
	return targets
}

var errNothing = errors.New("nothing is installed")

func (t *trial) update(m move) {
	s := t.siteOf(m)
	a := &attempt{site: s, command: "update", installs: true, force: m.b&7 == 0, mayChange: m.b&7 == 0}
	a.plan = func(r Receipt) (Plan, error) {
		var ids, names []string
		for _, i := range r.Items {
			if !i.Left {
				ids, names = union(ids, i.Clients), union(names, []string{i.Name})
			}
		}
		if len(ids) == 0 {
			return Plan{}, errNothing
		}
		if a.names == nil && m.b>>3&3 == 0 {
			one, _ := pick(names, m.c)
			a.names = []string{one}
		}
		a.ids, a.skillsOnly = ids, true
		c := r.Choices
		a.wantsAgents(m, &c)
		return NewUpdate(r, Request{
			Command: a.command, System: s.sys, Targets: a.targets(ids), Snapshot: t.up.snapshot(),
			Names: a.names, Choices: c, Force: a.force,
		})
	}
	t.operate(a, m)
}

func (t *trial) uninstall(m move) {
	s := t.siteOf(m)
	a := &attempt{site: s, command: "uninstall", force: m.c&7 == 0, mayChange: m.c&7 == 0, whole: m.b&3 < 2}
	if a.whole && m.c>>3&3 < 2 {
		a.whole, a.entriesOnly, a.skillsOnly = false, m.c>>3&1 == 0, m.c>>3&1 == 1
	}
	a.plan = func(r Receipt) (Plan, error) {
		ids := r.Recorded(a.force)
		if len(ids) == 0 {
			return Plan{}, errNothing
		}
		rem := Removal{Command: a.command, Clients: ids, Force: a.force, ServersOnly: a.entriesOnly, SkillsOnly: a.skillsOnly}
		switch m.b & 3 {
		case 2:
			if a.ids == nil {
				one, _ := pick(ids, m.b>>2)
				a.ids = []string{one}
			}
			rem.Clients = a.ids
		case 3:
			if a.names == nil {
				one, _ := pick(union(skillNames, agentNames), m.b>>2)
				a.names = []string{one}
			}
			rem.Names = a.names
		}
		return NewUninstall(r, rem), nil
	}
	t.operate(a, m)
}

func (t *trial) restore(m move) {
	s := t.siteOf(m)
	a := &attempt{site: s, command: "restore", restores: true, mayChange: true, force: m.b&3 == 0}
	a.plan = func(r Receipt) (Plan, error) {
		ops, err := s.store.Operations()
		t.must(err)
		op, ok := pick(ops, m.c&3)
		if !ok {
			return Plan{}, errNothing
		}
		a.names = []string{op.ID + " " + op.Command}
		a.undoes = &op
		return s.store.NewRestore(r, op.ID, a.force)
	}
	t.operate(a, m)
}

// folders are the skills folders that an install or update is about.
func (a *attempt) folders(*trial) []string {
	var dirs []string
	if a.command == "install" {
		for _, target := range a.site.targets(a.ids) {
			dirs = append(dirs, target.Client.SkillsDir(a.site.sys))
		}
	} else {
		for _, i := range a.was.Items {
			if !i.Left && i.Kind == KindSkill {
				dirs = append(dirs, i.Folder)
			}
		}
	}
	return union(dirs, nil)
}

// wants reports whether a skill of upstream's is to be in a folder, given what
// is recorded of it there.
func (a *attempt) wants(name string, was *Item) bool {
	c := a.was.Choices
	switch {
	case len(a.names) > 0:
		return slices.Contains(a.names, name) && (a.command == "install" || was != nil && !was.Left)
	case a.command == "update" && was != nil && !was.Left:
		return true
	}
	return len(c.Skills) == 0 && !slices.Contains(c.Without, name)
}

// write puts a file of the user's somewhere.
func (t *trial) write(rel, data string) {
	for dir := path.Dir(rel); dir != "."; dir = path.Dir(dir) {
		if _, err := os.Lstat(t.path(dir)); err != nil {
			t.folders[dir] = false
		}
	}
	t.must(os.MkdirAll(filepath.Dir(t.path(rel)), 0o755))
	t.must(os.WriteFile(t.path(rel), []byte(data), 0o644))
	t.touch(rel)
}
