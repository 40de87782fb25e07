package installer

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
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
}

// A Request is what an install or an update wants.
type Request struct {
	Command string
	System  clients.System
	Targets []Target
	// Snapshot holds the skills; nil leaves skills alone.
	Snapshot *registry.Snapshot
	// Names are the skills to place; empty means all.
	Names []string
	// Choices and the snapshot's source are recorded for later runs.
	Choices Choices
	// Force overwrites what the user edited or what is not ours.
	Force bool
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
// removed. The error is an UnknownSkillError.
func NewInstall(r Receipt, req Request) (Plan, error) {
	p := req.plan(r)
	if req.Snapshot != nil {
		skills, err := choose(req.Snapshot, req.Names, req.Choices.Without)
		if err != nil {
			return Plan{}, err
		}
		folders := req.folders(r)
		targets := realFolders(folders)
		for _, f := range folders {
			for _, s := range skills {
				ip := req.items(f, targets, true)
				if len(req.Names) == 0 {
					ip.owners = owners(r, f.dir)
				}
				p.Actions = append(p.Actions, ip.place(s, req.Snapshot.Commit, r.Item(f.dir, s.Name)))
			}
		}
		p.Warnings = append(p.Warnings, req.refusals(skills)...)
	}
	req.planServers(r, &p)
	p.Notes = req.doubles(p.after(p.Actions))
	return p, nil
}

// NewUpdate plans what brings the recorded skills of the targets to the
// snapshot. Skills that upstream has no more go; new ones come if all were
// chosen. Entries are left alone. The error is a MostGoneError.
func NewUpdate(r Receipt, req Request) (Plan, error) {
	p := req.plan(r)
	have := map[string]registry.Skill{}
	for _, s := range req.Snapshot.Skills {
		have[s.Name] = s
	}
	if err := req.checkMostGone(r, have); err != nil {
		return Plan{}, err
	}
	var placed []registry.Skill
	folders := recordedFolders(r, req.ids())
	targets := realFolders(folders)
	for _, f := range folders {
		known := map[string]bool{}
		for _, rec := range r.Items {
			if rec.Folder != f.dir || rec.Left {
				continue
			}
			known[rec.Name] = true
			if len(req.Names) > 0 && !slices.Contains(req.Names, rec.Name) {
				continue
			}
			ip := req.items(f, targets, false)
			if s, ok := have[rec.Name]; ok {
				placed = append(placed, s)
				p.Actions = append(p.Actions, ip.place(s, req.Snapshot.Commit, &rec))
			} else {
				p.Actions = append(p.Actions, ip.remove(rec, true))
			}
		}
		for _, s := range req.Snapshot.Skills {
			if len(r.Choices.Skills) == 0 && len(req.Names) == 0 && !known[s.Name] && !slices.Contains(r.Choices.Without, s.Name) {
				placed = append(placed, s)
				ip := req.items(f, targets, true)
				ip.owners = owners(r, f.dir)
				p.Actions = append(p.Actions, ip.place(s, req.Snapshot.Commit, r.Item(f.dir, s.Name)))
			}
		}
	}
	p.Warnings = append(p.Warnings, req.refusals(placed)...)
	return p, nil
}

// A Removal is what an uninstall takes out.
type Removal struct {
	Command string
	// Clients are the ids; empty means all that are recorded.
	Clients []string
	// Names are the skills; empty means all, and the entries too.
	Names []string
	// SkillsOnly leaves the entries, ServersOnly the skills.
	SkillsOnly, ServersOnly bool
	Force                   bool
}

// NewUninstall plans what takes out exactly what was put in.
func NewUninstall(r Receipt, req Removal) Plan {
	p := Plan{Command: req.Command, Source: r.Source, was: r, receipt: r.clone(), prune: true}
	chosen := func(ids []string) []string {
		if len(req.Clients) == 0 {
			return ids
		}
		return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !slices.Contains(req.Clients, id) })
	}
	for _, rec := range r.Items {
		ids := chosen(rec.Clients)
		named := len(req.Names) == 0 || slices.Contains(req.Names, rec.Name)
		if req.ServersOnly || !named || len(ids) == 0 || rec.Left && !req.Force {
			continue
		}
		ip := itemPlanner{folder: rec.Folder, ids: ids, force: req.Force}
		p.Actions = append(p.Actions, ip.remove(rec, false))
	}
	p.receipt.Choices = req.lessChoices(r)
	for _, rec := range r.Servers {
		ids := chosen(rec.Clients)
		if req.SkillsOnly || len(req.Names) > 0 || len(ids) == 0 || rec.Left && !req.Force {
			continue
		}
		edit := serverEdit{remove: true, force: req.Force, ids: ids, last: &rec}
		edit.file.Path, edit.file.Format, edit.file.Place = rec.Path, rec.Format, rec.Place
		a, warnings := planServer(edit)
		p.Actions = append(p.Actions, a)
		p.Warnings = append(p.Warnings, warnings...)
	}
	return p
}

// lessChoices are the choices once named skills have gone for good, that is
// for every client.
func (req Removal) lessChoices(r Receipt) Choices {
	c := r.Choices
	for _, name := range req.Names {
		stays := slices.ContainsFunc(r.Items, func(i Item) bool {
			return i.Name == name && !i.Left && len(req.Clients) > 0 && len(without(i.Clients, req.Clients)) > 0
		})
		if stays {
			continue
		}
		if named := without(c.Skills, []string{name}); len(named) > 0 {
			c.Skills = named
		}
		c.Without = union(c.Without, []string{name})
	}
	return c
}

func (req Request) plan(r Receipt) Plan {
	p := Plan{Command: req.Command, Source: r.Source, was: r, receipt: r.clone()}
	p.receipt.Version = receiptVersion
	p.receipt.Choices = req.Choices
	if s := req.Snapshot; s != nil {
		p.Source = Source{Kind: s.Source.Kind, URL: s.Source.URL, Ref: s.Source.Ref, Commit: s.Commit, Pinned: s.Pinned}
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

// A skillsFolder is one folder and the chosen clients that it serves.
type skillsFolder struct {
	dir string
	ids []string
}

// owners are the clients that have something in the folder.
func owners(r Receipt, dir string) []string {
	var ids []string
	for _, rec := range r.Items {
		if rec.Folder == dir && !rec.Left {
			ids = append(ids, rec.Clients...)
		}
	}
	return union(ids, nil)
}

// folders returns the skills folders of the targets, in the order of the
// catalog, each once: two paths that links lead to one folder are one, under
// the name that the receipt has.
func (req Request) folders(r Receipt) []skillsFolder {
	known := map[string]string{} // from the real folder to its name
	for _, rec := range r.Items {
		known[realPath(rec.Folder)] = rec.Folder
	}
	var out []skillsFolder
	for _, t := range req.Targets {
		dir := t.Client.SkillsDir(req.System)
		if !t.Skills || dir == "" {
			continue
		}
		real := realPath(dir)
		if known[real] == "" {
			known[real] = dir
		}
		dir = known[real]
		i := slices.IndexFunc(out, func(f skillsFolder) bool { return f.dir == dir })
		if i < 0 {
			i = len(out)
			out = append(out, skillsFolder{dir: dir})
		}
		out[i].ids = append(out[i].ids, t.Client.ID)
	}
	return out
}

// realPath is path with its links resolved as far as it exists.
func realPath(path string) string {
	real, err := filepath.EvalSymlinks(path)
	if err == nil {
		return real
	}
	up := filepath.Dir(path)
	if up == path {
		return path
	}
	return filepath.Join(realPath(up), filepath.Base(path))
}

// recordedFolders returns the skills folders in which the clients have
// something.
func recordedFolders(r Receipt, ids []string) []skillsFolder {
	var out []skillsFolder
	for _, rec := range r.Items {
		here := slices.DeleteFunc(slices.Clone(rec.Clients), func(id string) bool { return !slices.Contains(ids, id) })
		if rec.Left || len(here) == 0 {
			continue
		}
		i := slices.IndexFunc(out, func(f skillsFolder) bool { return f.dir == rec.Folder })
		if i < 0 {
			i = len(out)
			out = append(out, skillsFolder{dir: rec.Folder})
		}
		out[i].ids = union(out[i].ids, here)
	}
	return out
}

// items plans one of the folders.
func (req Request) items(f skillsFolder, targets []string, again bool) itemPlanner {
	return itemPlanner{folder: f.dir, ids: f.ids, force: req.Force, again: again, targets: targets}
}

// realFolders are the folders with links resolved.
func realFolders(folders []skillsFolder) []string {
	real := make([]string, len(folders))
	for i, f := range folders {
		real[i] = realPath(f.dir)
	}
	return real
}

// choose returns the named skills of a snapshot, or all but those that were
// uninstalled by name.
func choose(s *registry.Snapshot, names, without []string) ([]registry.Skill, error) {
	if len(names) == 0 {
		return slices.DeleteFunc(slices.Clone(s.Skills), func(k registry.Skill) bool { return slices.Contains(without, k.Name) }), nil
	}
	var have []string
	for _, skill := range s.Skills {
		have = append(have, skill.Name)
	}
	var chosen []registry.Skill
	for _, name := range names {
		i := slices.Index(have, name)
		if i < 0 {
			return nil, &UnknownSkillError{Name: name, Where: s.Source.URL, Have: have}
		}
		chosen = append(chosen, s.Skills[i])
	}
	slices.SortFunc(chosen, func(a, b registry.Skill) int { return cmp.Compare(a.Name, b.Name) })
	return slices.CompactFunc(chosen, func(a, b registry.Skill) bool { return a.Name == b.Name }), nil
}

func (req Request) checkMostGone(r Receipt, have map[string]registry.Skill) error {
	all, gone := map[string]bool{}, map[string]bool{}
	for _, rec := range r.Items {
		if rec.Left {
			continue
		}
		all[rec.Name] = true
		if _, ok := have[rec.Name]; !ok {
			gone[rec.Name] = true
		}
	}
	if len(gone)*2 > len(all) && !req.Force {
		return &MostGoneError{Where: req.Snapshot.Source.URL, Names: sortedKeys(gone)}
	}
	return nil
}

// planServers plans the entries, one for each file.
func (req Request) planServers(r Receipt, p *Plan) {
	type job struct {
		edit   serverEdit
		real   string
		unable error
	}
	var jobs []job
	for _, t := range req.Targets {
		if t.Server == nil {
			continue
		}
		file, err := t.Client.ServerFile(req.System, *t.Server)
		real := realPath(file.Path)
		i := slices.IndexFunc(jobs, func(j job) bool {
			return err == nil && j.unable == nil && j.real == real && reflect.DeepEqual(j.edit.file.Entry, file.Entry)
		})
		if i >= 0 {
			jobs[i].edit.ids = append(jobs[i].edit.ids, t.Client.ID)
			continue
		}
		jobs = append(jobs, job{unable: err, real: real, edit: serverEdit{
			force: req.Force, file: file, want: *t.Server, ids: []string{t.Client.ID}, last: r.live(file.Path),
		}})
	}
	for _, j := range jobs {
		if j.unable != nil {
			p.Actions = append(p.Actions, j.edit.unable(j.unable))
			continue
		}
		a, warnings := planServer(j.edit)
		p.Actions = append(p.Actions, a)
		p.Warnings = append(p.Warnings, warnings...)
	}
}

// refusals warns of skills that a chosen client is known not to load.
func (req Request) refusals(skills []registry.Skill) []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range skills {
		for _, w := range s.Warnings {
			if msg := fmt.Sprintf("%s: %s", s.Name, w); !seen[msg] {
				seen[msg] = true
				out = append(out, msg)
			}
		}
		if len(s.Traits) == 0 || seen[s.Name] {
			continue
		}
		seen[s.Name] = true
		traits := make([]clients.SkillTrait, len(s.Traits))
		for i, t := range s.Traits {
			traits[i] = clients.SkillTrait(t)
		}
		var names []string
		for _, t := range req.Targets {
			if t.Skills && len(t.Client.Refuses(traits)) > 0 {
				names = append(names, t.Client.Name)
			}
		}
		if len(names) > 0 {
			out = append(out, fmt.Sprintf("%s: %s may not load it as it is (%s)", s.Name, strings.Join(names, ", "), joinTraits(traits)))
		}
	}
	return out
}

func joinTraits(traits []clients.SkillTrait) string {
	words := make([]string, len(traits))
	for i, t := range traits {
		words[i] = string(t)
	}
	return strings.Join(words, ", ")
}

// doubles tells which clients find the same skills in two of our folders.
func (req Request) doubles(after Receipt) []string {
	used := map[string]bool{}
	for _, rec := range after.Items {
		used[rec.Folder] = used[rec.Folder] || !rec.Left
	}
	both := map[string][]string{}
	for _, t := range req.Targets {
		dir := t.Client.SkillsDir(req.System)
		if !t.Skills || !used[dir] {
			continue
		}
		for _, also := range t.Client.AlsoReads(req.System) {
			if used[also] {
				key := dir + " and " + also
				both[key] = append(both[key], t.Client.Name)
			}
		}
	}
	var out []string
	for _, key := range slices.Sorted(maps.Keys(both)) {
		verb := "read"
		if len(both[key]) == 1 {
			verb = "reads"
		}
		out = append(out, fmt.Sprintf("%s %s both %s; the copies are the same and are updated together", strings.Join(both[key], ", "), verb, key))
	}
	return out
}
