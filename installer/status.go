package installer

import (
	"slices"
	"strings"

	"fsskills/clients"
	"fsskills/clients/document"
)

// A Check is a recorded skill, agent or server entry compared with the disk and,
// but for the entry, with a snapshot. So is what an update would bring.
type Check struct {
	Kind    Kind
	Name    string   // of the skill, the agent or the server entry
	Path    string   // the skill's folder, the agent's file or the config file, absolute
	Clients []string // ids of the chosen clients that it serves
	State   State
	// Outdated is true when the snapshot has something newer, whatever the
	// State.
	Outdated bool
	// New is true when nothing is recorded yet: an update would bring the skill.
	New bool
	// Reason says more than the state, and Hint what to do, where there is
	// something to say.
	Reason, Hint string
	// Files are those of a skill that are not as written or not as the snapshot
	// has them.
	Files []FileChange
}

// Differs reports whether there is anything to be said about it.
func (c Check) Differs() bool { return c.State != StateCurrent || c.Outdated }

// NewStatus compares what is recorded of the request's targets with the disk
// and with the request's snapshot, if it has one: it is the plan of an update,
// and that of an install for the entries, told as states. Named skills are
// compared alone, without entries. It reads and writes nothing else. Warnings
// are for the user.
func NewStatus(r Receipt, req Request) (checks []Check, warnings []string) {
	actions := Recorded(r, req.ids(), req.Names)
	if req.Snapshot != nil {
		moves := req.renames(r)
		if err := req.checkMostGone(r, moves); err != nil {
			warnings = append(warnings, err.Error())
		}
		var p Plan
		p.receipt.Choices = r.Choices
		req.planUpdate(r, moves, &p)
		req.updateAgents(r, &p)
		actions = p.Actions
	}
	byPath, known := r.byPath(), r.index()
	for _, a := range actions {
		rec := byPath[a.Path]
		if rec == nil && a.From != "" {
			rec = byPath[a.From] // upstream has renamed it
		}
		if rec == nil && a.item != nil && a.item.forgets != "" {
			rec = known.item(a.item.folder, a.item.forgets)
		}
		c := newCheck(a, rec)
		if a.item != nil && a.item.want != nil && rec != nil && c.State != StateFailed {
			c.Outdated = c.Outdated || len(LockedItem{Files: rec.Files}.differs(*a.item.want)) > 0
		}
		checks = append(checks, c)
	}
	if len(req.Names) > 0 {
		return checks, warnings
	}
	for _, rec := range r.Servers {
		if here := without(rec.Clients, without(rec.Clients, req.ids())); !rec.Left && len(here) > 0 {
			c, notes := req.checkServer(rec)
			c.Clients = here
			checks, warnings = append(checks, c), append(warnings, notes...)
		}
	}
	return checks, warnings
}

// newCheck tells the action of an update as a state.
func newCheck(a Action, rec *Item) (c Check) {
	c = Check{Kind: a.Kind, Name: a.Name, Path: a.Path, Clients: a.Clients, State: a.State, Hint: a.Hint, New: rec == nil}
	for _, f := range a.Files {
		switch f.Op {
		case OpNone:
			continue
		case OpCreate:
			f.Reason = "new upstream"
		case OpUpdate:
			f.Reason = "newer upstream"
		case OpRemove:
			f.Reason = "gone upstream"
		case OpKeep:
		}
		c.Files = append(c.Files, f)
	}
	if rec != nil && rec.Name != a.Name {
		c.Name, c.Path, c.Outdated = rec.Name, rec.Path(), true
		defer func() { c.Reason = "upstream calls it " + a.Name + " now" }()
	}
	switch c.State {
	case StateAbsent:
		c.Reason = a.Reason
		switch {
		case rec == nil:
			c.Reason, c.Files, c.Outdated = "new upstream", nil, true
		case a.Op == OpNone:
			c.State, c.Reason = StateOrphaned, a.Kind.deleted()+", and it is gone upstream"
		}
	case StateOrphaned:
		c.Reason = a.Reason
		if a.Op == OpRemove {
			c.Reason, c.Files = "gone upstream", nil
		}
	case StateCurrent, StateForeign, StateFailed:
		c.Reason = a.Reason
	case StateOutdated:
		c.Outdated = true
	case StateEdited: // the files say why
		c.Hint = ""
	}
	return c
}

// checkServer compares a recorded entry with its file. It is planned as an
// install would have it, with what is recorded.
func (req Request) checkServer(rec Server) (Check, []string) {
	c := Check{Kind: KindServer, Name: rec.Place.Name, Path: rec.Path}
	e, known := req.recordedEdit(rec)
	if !known {
		c.State, c.Reason, c.Hint = rec.look()
		return c, nil
	}
	a, warnings := planServer(e)
	c.State, c.Reason, c.Hint = a.State, a.Reason, a.Hint
	switch {
	case a.Op == OpCreate && !a.server.before.Exists():
		c.Reason = "the file is gone"
	case a.Op == OpCreate:
		c.Reason = "the entry was taken out"
	case a.Op == OpUpdate && rec.SHA256 != "" && a.server.before.SHA256 == rec.SHA256:
		c.Outdated, c.Reason = true, "this fsskills writes it differently"
	case a.Op == OpUpdate:
		c.State, c.Reason = StateEdited, changedFields(a.server.change)
	}
	return c, warnings
}

// recordedEdit is what makes an entry as it is recorded. It is not known for a
// client that has no such file any more.
func (req Request) recordedEdit(rec Server) (serverEdit, bool) {
	want := clients.Server{Name: rec.Place.Name, URL: rec.URL, Auth: rec.Auth, KeyEnv: rec.KeyEnv, Literal: rec.Key != nil}
	for _, t := range req.Targets {
		if !slices.Contains(rec.Clients, t.Client.ID) {
			continue
		}
		for _, file := range t.Client.ServerFiles(req.System, want) {
			if file.Path == rec.Path && file.Unable == nil {
				return serverEdit{
					file: file, want: want, ids: rec.Clients, last: &rec,
					shared: req.System.Project != "", outside: req.outside(file.Path),
				}, true
			}
		}
	}
	return serverEdit{}, false
}

// look compares an entry with its file as far as the record alone says what
// should be there.
func (s Server) look() (state State, reason, hint string) {
	have, err := readContent(s.Path)
	if err != nil {
		return StateFailed, err.Error(), Remedy(err)
	}
	e := serverEdit{remove: true, file: clients.ServerFile{Path: s.Path, Format: s.Format, Place: s.Place}}
	if !e.reads(have) {
		_, err := document.Parse(s.Format, have.Data)
		out := e.unreadable(err)
		return StateFailed, out.reason, out.hint
	}
	entry, _, found := entryOf(s.Format, s.Place, have.Data)
	switch {
	case !have.Exists():
		return StateAbsent, "the file is gone", ""
	case !found:
		return StateAbsent, "the entry was taken out", ""
	case have.SHA256 != s.SHA256 && !sameServer(clients.EntryURL(entry), s.URL):
		return StateEdited, "the entry leads to another server", ""
	}
	return StateCurrent, "", ""
}

// changedFields says which fields of an entry are not as they were written.
func changedFields(change document.Change) string {
	var fields []string
	for _, p := range change.Prior {
		if len(p.Path) > 0 {
			fields = append(fields, strings.Join(p.Path, "."))
		}
	}
	if len(fields) == 0 {
		return "the entry was changed"
	}
	return "the entry was changed: " + strings.Join(fields, ", ")
}
