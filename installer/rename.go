package installer

import (
	"slices"

	"fsskills/registry"
)

// A skillSet is skills by name.
type skillSet map[string]registry.Skill

func setOf(skills []registry.Skill) skillSet {
	set := skillSet{}
	for _, s := range skills {
		set[s.Name] = s
	}
	return set
}

func (s skillSet) has(name string) bool {
	_, ok := s[name]
	return ok
}

// before is what is known of the recorded commit.
func (req Request) before() registry.Snapshot {
	if req.Before == nil {
		return registry.Snapshot{}
	}
	return *req.Before
}

// former are the recorded skills for which want holds as the source had them,
// as far as that is known: from the snapshot of the recorded commit, else from
// the folder that has most of it as it was. Bytes that the user has changed
// there, too, come with the digest that was recorded.
func (req Request) former(r Receipt, want func(name string) bool) []registry.Skill {
	former := slices.DeleteFunc(slices.Clone(req.before().Skills), func(s registry.Skill) bool { return !want(s.Name) })
	known := setOf(former)
	best := map[string]int{} // how many files of a skill are as they were
	at := map[string]int{}   // where it is among the former ones
	for n := range r.Items {
		rec := &r.Items[n]
		if rec.Kind != KindSkill || rec.Left || known.has(rec.Name) || !want(rec.Name) {
			continue
		}
		s, pristine := rec.former()
		if i, there := at[rec.Name]; !there {
			at[rec.Name] = len(former)
			former, best[rec.Name] = append(former, s), pristine
		} else if pristine > best[rec.Name] {
			former[i], best[rec.Name] = s, pristine
		}
	}
	return former
}

// former is a recorded skill as the source had it, with the bytes that are on
// disk, and how many of its files are as they were written.
func (i Item) former() (s registry.Skill, pristine int) {
	s = registry.Skill{Name: i.Name, Description: i.Description, UserInvocable: i.UserInvocable}
	have, err := i.look()
	if err != nil {
		have = present{} // it resembles nothing
	}
	for _, f := range i.upstream() {
		c, err := have.file(f.Path)
		if err != nil {
			c = Content{}
		}
		if f.is(c, i.shared) {
			pristine++
		}
		s.Files = append(s.Files, registry.File{Path: f.Path, SHA256: f.SHA256, Mode: c.Mode, Data: c.Data})
	}
	return s, pristine
}

// upstream are the files as the commit had them, as far as that is known.
func (i Item) upstream() []File {
	if i.Upstream != nil {
		return i.Upstream
	}
	return i.Files
}

// renames leads from the recorded skills that the snapshot has under another
// name to that name.
func (req Request) renames(r Receipt) map[string]string {
	if req.Snapshot == nil || req.Locked != nil {
		return nil
	}
	now, before := setOf(req.Snapshot.Skills), setOf(req.before().Skills)
	gone := req.former(r, func(name string) bool { return !now.has(name) && req.refusal(KindSkill, name) == nil })
	if len(gone) == 0 {
		return nil
	}
	recorded := map[string]bool{}
	for i := range r.Items {
		if rec := &r.Items[i]; rec.Kind == KindSkill && !rec.Left {
			recorded[rec.Name] = true
		}
	}
	var fresh []registry.Skill
	for _, s := range req.Snapshot.Skills {
		if !before.has(s.Name) && !recorded[s.Name] {
			fresh = append(fresh, s)
		}
	}
	moves := registry.Renamed(gone, fresh)
	for _, rec := range r.Items {
		for _, from := range rec.Formerly {
			// Another folder was ahead.
			if now.has(rec.Name) && !now.has(from) && !rec.Left {
				moves[from] = rec.Name
			}
		}
	}
	known := r.index()
	for _, rec := range r.Items {
		for from, to := range moves {
			// Both in one folder: they are two skills.
			if rec.Name == to && !rec.Left && known.item(rec.Folder, from) != nil {
				delete(moves, from)
			}
		}
	}
	return moves
}

// formerName is the name that a skill had, empty if it has had no other.
func formerName(moves map[string]string, name string) string {
	for from, to := range moves {
		if to == name {
			return from
		}
	}
	return ""
}

// renamed are the choices once skills have other names.
func (c Choices) renamed(moves map[string]string) Choices {
	c.Skills, c.Without = renamed(c.Skills, moves), renamed(c.Without, moves)
	return c
}

func renamed(names []string, moves map[string]string) []string {
	out := slices.Clone(names)
	for i, name := range out {
		if to := moves[name]; to != "" {
			out[i] = to
		}
	}
	return out
}

// rename plans the way of a recorded skill to its new name. If something stands
// in the new place that is not upstream's, the skill stays where it is.
func (ip itemPlanner) rename(rec Item, to thing) []Action {
	stays := Action{Kind: KindSkill, Name: rec.Name, Path: rec.Path(), Clients: ip.ids}
	followed, err := ip.follow(&rec, to.name)
	if err != nil {
		return []Action{stays.failed(err, &rec, ip.folder)}
	}
	if followed != nil {
		return []Action{ip.place(to, &rec)}
	}
	there := ip.place(to, nil)
	if there.State != StateForeign && there.State != StateFailed {
		return []Action{there, ip.remove(rec, true)}
	}
	stays.Op, stays.State, stays.item = OpKeep, StateOrphaned, &itemStep{folder: ip.folder, record: &rec}
	stays.Reason = "upstream calls it " + to.name + " now, and something else stands in that place"
	return []Action{there, stays}
}

// follow makes the planner take a recorded skill of the folder along under its
// new name, and returns what is recorded of it. It returns nil if it is only left
// there, or if something stands in the new place: then the old one stays.
func (ip *itemPlanner) follow(rec *Item, to string) (*Item, error) {
	if rec.Left {
		return nil, nil
	}
	for _, place := range []struct {
		name string
		may  []presentKind
	}{{rec.Name, []presentKind{folder, nothing}}, {to, []presentKind{nothing}}} {
		there, err := look(skillPath(ip.folder, place.name))
		if err != nil || !slices.Contains(place.may, there.kind) {
			return nil, err
		}
	}
	ip.from = rec.Name
	return rec, nil
}
