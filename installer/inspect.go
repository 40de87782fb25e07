package installer

import (
	"os"
	"slices"

	"fsskills/clients/document"
)

// Inspect compares a recorded skill with the disk: current, edited, absent, or
// failed if it cannot be read.
func (i Item) Inspect() State {
	have, err := look(skillPath(i.Folder, i.Name))
	if err != nil {
		return StateFailed
	}
	switch have.kind {
	case nothing:
		return StateAbsent
	case link, otherFile:
		return StateForeign
	case folder:
	}
	for _, f := range i.Files {
		c, err := have.file(f.Path)
		if err != nil {
			return StateFailed
		}
		if c.SHA256 != f.SHA256 {
			return StateEdited
		}
	}
	return StateCurrent
}

// Inspect reports whether the recorded entry is in its file: current, absent,
// or failed if the file cannot be read.
func (s Server) Inspect() State {
	data, err := os.ReadFile(s.Path)
	if os.IsNotExist(err) {
		return StateAbsent
	}
	if err != nil {
		return StateFailed
	}
	if s.SHA256 != "" && digest(data) == s.SHA256 {
		return StateCurrent
	}
	doc, err := document.Parse(s.Format, data)
	if err != nil {
		return StateFailed
	}
	found, err := doc.Entries(s.Place)
	if err != nil {
		return StateFailed
	}
	for _, f := range found {
		if f.Name == s.Place.Name {
			return StateCurrent
		}
	}
	return StateAbsent
}

// Recorded returns an action without changes for each recorded skill of the
// clients, as a command reports it that found nothing to do. Names limit the
// skills; none means all.
func Recorded(r Receipt, ids, names []string) []Action {
	var out []Action
	for _, rec := range r.Items {
		here := without(rec.Clients, without(rec.Clients, ids))
		if rec.Left || len(here) == 0 || len(names) > 0 && !slices.Contains(names, rec.Name) {
			continue
		}
		a := Action{Kind: rec.Kind, Op: OpNone, State: rec.Inspect(), Name: rec.Name, Path: skillPath(rec.Folder, rec.Name), Clients: here}
		if a.State != StateCurrent {
			a.Op, a.Reason = OpKeep, "changed by you"
			if a.State == StateAbsent {
				a.Reason, a.Hint = "its folder was deleted", "fsskills install puts it back"
			}
		}
		out = append(out, a)
	}
	return out
}
