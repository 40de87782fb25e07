package installer

import "slices"

// A Removal is what an uninstall takes out.
type Removal struct {
	Command string
	// Clients are the ids; empty means all that are recorded.
	Clients []string
	// Names are the skills; empty means all, and the entries too.
	Names []string
	// SkillsOnly leaves the entries, ServersOnly the skills. Agents can do
	// nothing without the server, and go with either.
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
	once := newOnceOnly()
	for _, rec := range r.Items {
		ids := chosen(rec.Clients)
		named := len(req.Names) == 0 || slices.Contains(req.Names, rec.Name)
		if req.ServersOnly && rec.Kind != KindAgent || !named || len(ids) == 0 || rec.Left && !req.Force {
			continue
		}
		ip := itemPlanner{folder: rec.Folder, ids: ids, force: req.Force, locked: r.Project != "", outside: outside(r.Project, rec.Folder), once: once}
		p.Actions = append(p.Actions, ip.remove(rec, false))
	}
	p.receipt.Choices = req.lessChoices(r)
	for _, rec := range r.Servers {
		ids := chosen(rec.Clients)
		if req.SkillsOnly || len(req.Names) > 0 || len(ids) == 0 || rec.Left && !req.Force {
			continue
		}
		edit := serverEdit{outside: outside(r.Project, rec.Path), remove: true, force: req.Force, ids: ids, last: &rec}
		edit.file.Path, edit.file.Format, edit.file.Place = rec.Path, rec.Format, rec.Place
		a, warnings := planServer(edit)
		p.Actions = append(p.Actions, a)
		p.Warnings = append(p.Warnings, warnings...)
	}
	p.planLock(r.Project)
	p.pin(once.real)
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
