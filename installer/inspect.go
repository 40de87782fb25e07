package installer

import (
	"iter"
	"slices"
)

// Inspect compares a recorded skill or agent with the disk: current, edited, absent,
// foreign if something else stands in its place, or failed if it cannot be
// read. The files are those that are not as they were written.
func (i Item) Inspect() (State, []FileChange) {
	have, err := i.look()
	switch {
	case err != nil:
		return StateFailed, nil
	case have.kind == nothing:
		return StateAbsent, nil
	case have.strange():
		return StateForeign, nil
	}
	var changed []FileChange
	for _, f := range i.Files {
		c, err := have.file(f.Path)
		if err != nil {
			return StateFailed, nil
		}
		if f.is(c, i.shared) {
			continue
		}
		change := FileChange{Path: f.Path, Op: OpKeep, State: StateEdited, Reason: "edited by you", Before: c}
		switch {
		case !c.Exists():
			change.Reason = "deleted by you"
		case f.Kept == keptOverNothing:
			change.Reason = "edited, and gone upstream"
		case f.Kept != "":
			change.Reason = "edited by you, and changed upstream"
		}
		changed = append(changed, change)
	}
	if len(changed) > 0 {
		return StateEdited, changed
	}
	return StateCurrent, nil
}

// Recorded returns an action without changes for each recorded skill and agent
// of the clients, as a command reports it that found nothing to do. Names limit
// them; none means all.
func Recorded(r Receipt, ids, names []string) []Action {
	return slices.Collect(Standing(r, ids, names))
}

// Standing is Recorded one by one: each is looked at when its turn comes.
func Standing(r Receipt, ids, names []string) iter.Seq[Action] {
	return func(yield func(Action) bool) {
		for i := range r.Items {
			rec := &r.Items[i]
			here := without(rec.Clients, without(rec.Clients, ids))
			if rec.Left || len(here) == 0 || len(names) > 0 && !slices.Contains(names, rec.Name) {
				continue
			}
			if !yield(rec.standing(here)) {
				return
			}
		}
	}
}

// standing is the action of Recorded for some of its clients.
func (i *Item) standing(ids []string) Action {
	a := Action{Kind: i.Kind, Op: OpNone, Name: i.Name, Path: i.Path(), Clients: ids}
	a.State, a.Files = i.Inspect()
	switch a.State {
	case StateCurrent:
	case StateAbsent:
		a.Op, a.Reason, a.Hint = OpKeep, i.Kind.deleted(), "fsskills install puts it back"
	case StateEdited:
		a.Op, a.Reason = OpKeep, keptReason(a.Files)
		a.Hint = "--diff shows the difference, --force overwrites after a backup"
	default:
		a.Op, a.Reason = OpKeep, "something else stands in its place, or it cannot be read"
	}
	return a
}
