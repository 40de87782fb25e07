package installer

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"fsskills/clients"
	"fsskills/registry"
)

// planAgents plans the agents of an install. The plan has the entries already:
// an agent goes only to clients that have the server.
func (req Request) planAgents(r Receipt, p *Plan) {
	all := req
	req = all.reaching(r, p)
	all.agentless(p, req)
	folders := req.folders(r, KindAgent)
	targets, known, chosen := req.realFolders(folders), r.index(), req.companions(req.Names)
	for _, f := range folders {
		ip := req.items(f, targets, true)
		if len(req.Names) == 0 {
			ip.owners = known.owners[f.dir]
		}
		for _, a := range req.agentsFor(r, f, chosen) {
			p.placeAgent(ip, a, known.item(f.dir, a.name))
		}
	}
}

// shareAgent makes the clients of a folder owners of an agent for which the plan
// has an action already. It reports false if there is none.
func (p *Plan) shareAgent(f itemFolder, name string) bool {
	for i, a := range p.Actions {
		if a.Kind == KindAgent && a.Name == name && a.item.folder == f.dir {
			p.Actions[i].Clients = union(a.Clients, f.ids)
			if a.item.record != nil {
				a.item.record.Clients = union(a.item.record.Clients, f.ids)
			}
			return true
		}
	}
	return false
}

// updateAgents plans the recorded agents of the targets, and those that come
// with the recorded skills and are not there yet.
func (req Request) updateAgents(r Receipt, p *Plan) {
	have := map[string]registry.Agent{}
	for _, a := range req.Snapshot.Agents {
		have[a.Name] = a
	}
	recorded, known := recordedFolders(r, KindAgent, req.ids()), r.index()
	targets := req.realFolders(recorded)
	for _, f := range recorded {
		ip := req.items(f, targets, false)
		for _, was := range known.folders[f.dir] {
			rec := *was
			if rec.Left || len(req.Names) > 0 && !slices.Contains(req.Names, rec.Name) {
				continue
			}
			if a, ok := have[rec.Name]; ok {
				p.placeAgent(ip, req.spell(r, f, a), was)
			} else if refused := req.refusal(KindAgent, rec.Name); refused != nil {
				p.Actions = append(p.Actions, ip.refuse(rec, *refused))
			} else {
				p.Actions = append(p.Actions, ip.remove(rec, true))
			}
		}
	}
	fresh := req.companions(req.expected())
	missing := func(dir, id string, a registry.Agent) bool {
		rec := known.item(dir, a.Name)
		return rec == nil || rec.Left || !slices.Contains(rec.Clients, id)
	}
	req.Targets = slices.DeleteFunc(slices.Clone(req.Targets), func(t Target) bool {
		dir := t.folder(KindAgent, req.System)
		return dir == "" || !slices.ContainsFunc(fresh, func(a registry.Agent) bool { return missing(dir, t.Client.ID, a) })
	})
	req = req.reaching(r, p)
	folders := req.folders(r, KindAgent)
	targets = req.realFolders(folders)
	for _, f := range folders {
		for _, a := range fresh {
			if p.shareAgent(f, a.Name) {
				continue
			}
			if slices.ContainsFunc(f.ids, func(id string) bool { return missing(f.dir, id, a) }) {
				ip := req.items(f, targets, true)
				ip.owners = known.owners[f.dir]
				p.placeAgent(ip, req.spell(r, f, a), known.item(f.dir, a.Name))
			}
		}
	}
}

// placeAgent adds what brings an agent into a folder. rec is what is recorded of
// it there.
func (p *Plan) placeAgent(ip itemPlanner, a spelt, rec *Item) {
	if a.err == nil && a.rival != "" && !ip.force {
		action := Action{Kind: KindAgent, Name: a.name, Path: KindAgent.place(ip.folder, a.name, mainFile(a.files)), Clients: ip.ids}
		action.item = &itemStep{folder: ip.folder}
		action.foreign(rec, "an agent of this name that fsskills did not install is in "+a.rival)
		action.Hint = "move " + a.rival + " away, or let --force place another beside it"
		p.Actions = append(p.Actions, action)
		return
	}
	if a.err == nil {
		p.Actions = append(p.Actions, ip.place(a.thing, rec))
		return
	}
	// It is no failure that could go by itself: the next update need not try.
	action := Action{
		Kind: KindAgent, Op: OpKeep, State: StateAbsent, Name: a.name, Path: ip.folder, Clients: ip.ids, Partial: true,
		Reason: a.err.Error(), Hint: cmp.Or(a.hint, "tell those who keep the source"), item: &itemStep{folder: ip.folder, record: rec},
	}
	if rec != nil {
		action.Path, action.State = rec.Path(), StateOutdated
	}
	p.Actions = append(p.Actions, action)
}

// A spelt is an agent as the clients of a folder have it, or why they cannot.
type spelt struct {
	thing
	err  error
	hint string // what to do about err, if that is not for the source's keepers
	// rival is another file in which one of the clients finds an agent of the
	// name, and that is not ours, where ours would be new: which of the two the
	// client takes is its own affair.
	rival string
}

// spell gives an agent the form that the clients of a folder want. The catalog
// sees to it that they all want the same.
func (req Request) spell(r Receipt, f itemFolder, a registry.Agent) spelt {
	if err := req.misled(f); err != nil {
		return spelt{thing: thing{name: a.Name}, err: err, hint: ownFolder}
	}
	for _, t := range req.Targets {
		if slices.Contains(f.ids, t.Client.ID) {
			out, err := anAgent(a, req.Snapshot.Commit, t.Client)
			out.name = a.Name
			s := spelt{thing: out, err: err}
			if rec := r.Item(f.dir, a.Name); rec == nil || rec.Left {
				s.rival = req.rival(r, f, a, mainFile(out.files))
			}
			return s
		}
	}
	return spelt{thing: thing{name: a.Name}, err: fmt.Errorf("no client of %s is known", f.dir)}
}

// ownFolder is what to do where links make one folder of two.
const ownFolder = "give each client a folder of its own instead of the link, and run this again"

// rival is a file, not ours, in which a client of the folder finds another agent
// of that name; "" if there is none. file is that of ours in the folder.
func (req Request) rival(r Receipt, f itemFolder, a registry.Agent, file string) string {
	for _, t := range req.Targets {
		if !slices.Contains(f.ids, t.Client.ID) {
			continue
		}
		for _, dir := range t.Client.AgentFolders(req.System) {
			for _, ending := range t.Client.AgentEndings() {
				path := filepath.Join(dir, a.Name+ending)
				if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && !r.isAgent(path, KindAgent.place(f.dir, a.Name, file)) && !req.adopts(path, a) {
					return path
				}
			}
		}
	}
	return ""
}

// isAgent reports whether a file is own or a recorded agent, under whatever name
// links give it.
func (r Receipt) isAgent(path, own string) bool {
	real := RealPath(path)
	return real == RealPath(own) || slices.ContainsFunc(r.Items, func(i Item) bool { return i.Kind == KindAgent && RealPath(i.Path()) == real })
}

// adopts reports whether a file is the agent as another target is to have it in
// that place: it counts as found there.
func (req Request) adopts(path string, a registry.Agent) bool {
	return slices.ContainsFunc(req.Targets, func(t Target) bool {
		if t.folder(KindAgent, req.System) != filepath.Dir(path) {
			return false
		}
		want, err := anAgent(a, req.Snapshot.Commit, t.Client)
		have, readErr := readContent(path)
		return err == nil && readErr == nil && mainFile(want.files) == filepath.Base(path) && want.files[0].SHA256 == have.SHA256
	})
}

// agentsFor are the agents for one folder: those that are locked there, else the
// chosen ones.
func (req Request) agentsFor(r Receipt, f itemFolder, chosen []registry.Agent) []spelt {
	var out []spelt
	if req.Locked != nil {
		err := req.misled(f)
		for _, t := range req.Locked.in(req.System.Project, f.dir) {
			out = append(out, spelt{thing: t, err: err, hint: ownFolder})
		}
		return out
	}
	for _, a := range chosen {
		out = append(out, req.spell(r, f, a))
	}
	return out
}

// companions are the agents of the snapshot that come with the named skills, or
// are named themselves. No name means all, but for those that were taken out by
// name.
func (req Request) companions(names []string) []registry.Agent {
	return slices.DeleteFunc(slices.Clone(req.Snapshot.Agents), func(a registry.Agent) bool {
		switch {
		case slices.Contains(names, a.Name):
			return false
		case slices.Contains(req.Choices.Without, a.Name):
			return true
		case len(names) == 0:
			return false
		}
		return !slices.ContainsFunc(req.Snapshot.Skills, func(s registry.Skill) bool {
			return slices.Contains(names, s.Name) && speaksOf(s, a.Name)
		})
	})
}

// speaksOf reports whether a skill names an agent.
func speaksOf(s registry.Skill, agent string) bool {
	return slices.ContainsFunc(s.Files, func(f registry.File) bool { return bytes.Contains(f.Data, []byte(agent)) })
}

// reaching is the request without agents for targets that will not have the
// server: there they could do nothing, and some clients fail over them.
func (req Request) reaching(r Receipt, p *Plan) Request {
	req.Targets = slices.Clone(req.Targets)
	for i, t := range req.Targets {
		if t.folder(KindAgent, req.System) != "" && !t.Plugin && !req.reaches(t, r, p) {
			req.Targets[i].Agents = false
		}
	}
	return req
}

// reaches reports whether the client has the server under its name once the plan
// is carried out.
func (req Request) reaches(t Target, r Receipt, p *Plan) bool {
	for _, a := range p.Actions {
		if a.Kind == KindServer && a.Serves(t.Client.ID) && (a.State == StateCurrent || a.Op == OpCreate || a.Op == OpUpdate) {
			return true
		}
	}
	return req.HasServer(t, r)
}

// HasServer reports whether the client of a target has the server under its name
// now, in its own file.
func (req Request) HasServer(t Target, r Receipt) bool {
	srv := clients.Server{Name: clients.ServerName, Auth: clients.OAuth}
	if t.Server != nil {
		srv = *t.Server
	}
	for _, file := range t.Client.ServerFiles(req.System, srv) {
		if file.Path == "" {
			continue
		}
		have, err := readContent(file.Path)
		if err != nil {
			continue
		}
		entry, _, found := entryOf(file.Format, file.Place, have.Data)
		if url := clients.EntryURL(entry); found && (clients.Ours(url) || r.live(file.Path) != nil || sameServer(url, srv.URL)) {
			return true
		}
	}
	return false
}

// agentless notes which clients are given no agents though the source has some,
// and why.
func (req Request) agentless(p *Plan, reaching Request) {
	if len(req.Snapshot.Agents) == 0 {
		return
	}
	p.Agentless = map[string]string{}
	for i, t := range req.Targets {
		switch {
		case !t.Agents:
		case t.Client.NoAgents() != "":
			p.Agentless[t.Client.ID] = t.Client.NoAgents()
		case !reaching.Targets[i].Agents:
			p.Agentless[t.Client.ID] = "has no server " + clients.ServerName
		}
	}
}
