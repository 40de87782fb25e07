package installer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"fsskills/clients"
	"fsskills/registry"
)

// A Target is a chosen client and what it is to be given.
type Target struct {
	Client clients.Client
	// Server is the entry that it should have; nil leaves its entry alone.
	Server *clients.Server
	Skills bool
	// Agents is true if it is to have agents too. It gets them where it has the
	// server under its name, from its entry or, if Plugin is true, from
	// Fullstory's plugin: without the server they can do nothing.
	Agents, Plugin bool
}

// A Request is what an install or an update wants.
type Request struct {
	Command string
	System  clients.System
	Targets []Target
	// Snapshot holds the skills and agents; nil leaves those alone.
	Snapshot *registry.Snapshot
	// Before holds the skills and agents of the recorded commit; nil if they are
	// not known.
	Before *registry.Snapshot
	// Exact leaves the project's lock as it is. Locked, beside a snapshot of
	// the locked commit, gives each folder what the lock has there.
	Exact  bool
	Locked *Locked
	// Names are the skills and agents to place; empty means all. With a skill
	// come the agents that it speaks of.
	Names []string
	// Choices and the snapshot's source are recorded for later runs.
	Choices Choices
	// Versions are what the source had at other commits. Who has one of them,
	// byte for byte, has a copy of upstream's.
	Versions []registry.Version
	// Take are files of which the user wants upstream's version instead of
	// their own, by absolute path.
	Take map[string]bool
	// Force overwrites what the user edited or what is not ours.
	Force bool

	once onceOnly
}

// An UnknownSkillError says that the source has no skill of that name.
type UnknownSkillError struct {
	Name, Where string
	Have        []string
}

func (e *UnknownSkillError) Error() string { return fmt.Sprintf("%s has no skill %q", e.Where, e.Name) }

// A MostGoneError says that a source lacks most of what was installed from it,
// which is a wrong source more often than a tidy one.
type MostGoneError struct {
	Where string
	Names []string
}

func (e *MostGoneError) Error() string {
	return fmt.Sprintf("%s has most of the installed skills no more: %s", e.Where, strings.Join(e.Names, ", "))
}

// Hint says how to insist.
func (e *MostGoneError) Hint() string { return "check --source and --ref, or remove them with --force" }

// NewInstall plans what gives each target its skills and its entry. Nothing is
// removed. The error is an UnknownSkillError, or a [*registry.NoSkillsError] if
// all that is named is refused.
func NewInstall(r Receipt, req Request) (Plan, error) {
	req.once = newOnceOnly()
	p := req.plan(r)
	if req.Snapshot != nil {
		moves := req.renames(r)
		p.receipt.Choices = req.Choices.renamed(moves)
		skills, err := choose(req.Snapshot, renamed(req.Names, moves), p.receipt.Choices.Without)
		if err != nil {
			return Plan{}, err
		}
		folders := req.folders(r, KindSkill)
		targets, known := req.realFolders(folders), r.index()
		for _, f := range folders {
			here := req.items(f, targets, true)
			if len(req.Names) == 0 {
				here.owners = known.owners[f.dir]
			}
			for _, s := range req.skillsFor(f.dir, skills) {
				ip := here
				rec := known.item(f.dir, s.name)
				if was := known.item(f.dir, formerName(moves, s.name)); rec == nil && was != nil {
					followed, err := ip.follow(was, s.name)
					if err != nil {
						a := Action{Kind: KindSkill, Name: was.Name, Path: was.Path(), Clients: ip.ids}
						p.Actions = append(p.Actions, a.failed(err, was, f.dir))
						continue
					}
					rec = followed
				}
				p.Actions = append(p.Actions, ip.place(s, rec))
			}
		}
		shareLinked(p.Actions)
		p.Warnings = append(p.Warnings, req.refusals(skills)...)
	}
	if req.Exact && req.Snapshot == nil {
		p.Actions = Recorded(r, req.ids(), nil)
	}
	req.planServers(r, &p)
	if req.Snapshot != nil {
		req.planAgents(r, &p)
	}
	p.review()
	p.Notes = append(p.Notes, req.doubles(p.after(p.Actions))...)
	if req.Exact {
		p.project = req.System.Project
	} else {
		p.planLock(req.System.Project)
	}
	p.pin(req.once.real)
	return p, nil
}

// NewUpdate plans what brings the recorded skills of the targets to the
// snapshot. Skills that upstream has no more go; new ones come if all were
// chosen. Entries are left alone. The error is a MostGoneError.
func NewUpdate(r Receipt, req Request) (Plan, error) {
	req.once = newOnceOnly()
	p := req.plan(r)
	moves := req.renames(r)
	if err := req.checkMostGone(r, moves); err != nil {
		return Plan{}, err
	}
	p.receipt.Choices = req.Choices.renamed(moves)
	placed := req.planUpdate(r, moves, &p)
	req.updateAgents(r, &p)
	p.Warnings = append(p.Warnings, req.refusals(placed)...)
	p.review()
	p.planLock(req.System.Project)
	p.pin(req.once.real)
	return p, nil
}

// planUpdate plans the recorded skills, and returns those of the snapshot that
// have a place. moves leads from old names of skills to new ones.
func (req Request) planUpdate(r Receipt, moves map[string]string, p *Plan) (placed []registry.Skill) {
	have := setOf(req.Snapshot.Skills)
	choices := r.Choices.renamed(moves)
	folders := recordedFolders(r, KindSkill, req.ids())
	targets, all := req.realFolders(folders), r.index()
	for _, f := range folders {
		known := map[string]bool{}
		here, again := req.items(f, targets, false), req.items(f, targets, true)
		again.owners = all.owners[f.dir]
		for _, was := range all.folders[f.dir] {
			rec := *was
			if rec.Left {
				continue
			}
			known[rec.Name] = true
			if len(req.Names) > 0 && !slices.Contains(req.Names, rec.Name) {
				continue
			}
			ip := here
			if to := moves[rec.Name]; to != "" && all.item(f.dir, to) == nil {
				known[to] = true
				placed = append(placed, have[to])
				p.Actions = append(p.Actions, ip.rename(rec, aSkill(have[to], req.Snapshot.Commit))...)
			} else if s, ok := have[rec.Name]; ok {
				placed = append(placed, s)
				p.Actions = append(p.Actions, ip.place(aSkill(s, req.Snapshot.Commit), &rec))
			} else if refused := req.refusal(KindSkill, rec.Name); refused != nil {
				p.Actions = append(p.Actions, ip.refuse(rec, *refused))
			} else {
				p.Actions = append(p.Actions, ip.remove(rec, true))
			}
		}
		for _, s := range req.Snapshot.Skills {
			if len(choices.Skills) == 0 && len(req.Names) == 0 && !known[s.Name] && !slices.Contains(choices.Without, s.Name) {
				placed = append(placed, s)
				p.Actions = append(p.Actions, again.place(aSkill(s, req.Snapshot.Commit), all.item(f.dir, s.Name)))
			}
		}
	}
	return placed
}

// skillsFor are the skills for one folder: those that are locked there, else
// the chosen ones of the snapshot.
func (req Request) skillsFor(dir string, chosen []registry.Skill) []thing {
	if req.Locked != nil {
		return req.Locked.in(req.System.Project, dir)
	}
	out := make([]thing, len(chosen))
	for i, s := range chosen {
		out[i] = aSkill(s, req.Snapshot.Commit)
	}
	return out
}

func (req Request) plan(r Receipt) Plan {
	p := Plan{Command: req.Command, Source: r.Source, was: r, receipt: r.clone()}
	p.receipt.Version = receiptVersion
	p.receipt.Choices = req.Choices
	if s := req.Snapshot; s != nil {
		p.Source = Source{Kind: s.Source.Kind, URL: s.Source.URL, Ref: s.Source.Ref, Commit: s.Commit, Pinned: s.Pinned}
		if req.Locked != nil {
			// That of the lock, with its ref; the address may be known here only.
			at := p.Source
			p.Source = r.Source
			if p.Source.URL == "" {
				p.Source.Kind, p.Source.URL = at.Kind, at.URL
			}
		}
		p.receipt.Source = p.Source
		if was := r.Source; len(req.Names) > 0 && was.URL == p.Source.URL && was.Commit != "" {
			// Not everything is brought to this commit: the next update has to
			// look for what is new since the last one that was.
			p.receipt.Source.Commit = was.Commit
		}
		p.Warnings = slices.Clone(s.Warnings)
	}
	return p
}

func (req Request) ids() []string {
	ids := make([]string, len(req.Targets))
	for i, t := range req.Targets {
		ids[i] = t.Client.ID
	}
	return ids
}

// An itemFolder is one folder of skills or agents and the chosen clients that it
// serves.
type itemFolder struct {
	dir string
	ids []string
}

// choose returns the named skills of a snapshot, or all but those that were
// uninstalled by name.
func choose(s *registry.Snapshot, names, without []string) ([]registry.Skill, error) {
	if len(names) == 0 {
		return slices.DeleteFunc(slices.Clone(s.Skills), func(k registry.Skill) bool { return slices.Contains(without, k.Name) }), nil
	}
	var have, agents []string
	for _, skill := range s.Skills {
		have = append(have, skill.Name)
	}
	for _, agent := range s.Agents {
		agents = append(agents, agent.Name)
	}
	for _, refused := range s.Refused {
		agents = append(agents, refused.Agent) // the reason is said anyway
	}
	var chosen []registry.Skill
	var out []registry.Refusal // of those that are named
	for _, name := range names {
		i := slices.Index(have, name)
		if i < 0 && slices.Contains(agents, name) {
			continue
		}
		if no := slices.IndexFunc(s.Refused, func(r registry.Refusal) bool { return r.Skill == name }); i < 0 && no >= 0 {
			out = append(out, s.Refused[no])
			continue
		}
		if i < 0 {
			return nil, &UnknownSkillError{Name: name, Where: s.Source.URL, Have: append(have, agents[:len(s.Agents)]...)}
		}
		chosen = append(chosen, s.Skills[i])
	}
	if len(out) == len(names) {
		return nil, &registry.NoSkillsError{Source: s.Source.URL, Refused: out}
	}
	sortFunc(chosen, func(a, b *registry.Skill) int { return cmp.Compare(a.Name, b.Name) })
	return slices.CompactFunc(chosen, func(a, b registry.Skill) bool { return a.Name == b.Name }), nil
}

func (req Request) checkMostGone(r Receipt, moves map[string]string) error {
	have := setOf(req.Snapshot.Skills)
	all, gone := map[string]bool{}, map[string]bool{}
	for _, rec := range r.Items {
		if rec.Left || rec.Kind != KindSkill {
			continue
		}
		all[rec.Name] = true
		if !have.has(rec.Name) && moves[rec.Name] == "" && req.refusal(KindSkill, rec.Name) == nil {
			gone[rec.Name] = true
		}
	}
	if len(gone)*2 > len(all) && !req.Force {
		return &MostGoneError{Where: req.Snapshot.Source.URL, Names: sortedKeys(gone)}
	}
	return nil
}
