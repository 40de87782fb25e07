package installer

import (
	"slices"
	"strings"

	"fsskills/registry"
)

// remove plans what takes the thing out again. orphaned says that upstream
// has it no more, otherwise the user wants it gone.
func (ip itemPlanner) remove(rec Item, orphaned bool) Action {
	a := Action{Kind: rec.Kind, Name: rec.Name, Path: rec.Path(), Clients: ip.ids, State: StateCurrent}
	if orphaned {
		a.State = StateOrphaned
	}
	a.item = &itemStep{folder: ip.folder}
	if rest := without(rec.Clients, ip.ids); !orphaned && len(rest) > 0 {
		rec.Clients = rest
		a.item.record = &rec
		a.Op, a.Reason = OpKeep, "still used by "+strings.Join(rest, ", ")
		return a
	}
	if rec.Adopted && !ip.force {
		a.Op, a.Reason = OpKeep, "it was there before fsskills"
		a.Hint = "--force removes it, after a backup"
		rec.Left = true
		a.item.record = &rec
		return a
	}
	have, err := rec.look()
	if ip.outside != nil {
		err = ip.outside
	}
	if err != nil {
		return a.failed(err, &rec, ip.folder)
	}
	if have.strange() {
		a.Op, a.State, a.Reason = OpKeep, StateForeign, describe(have)
		return a
	}
	left, err := ip.take(&a, have, rec)
	if err != nil {
		return a.failed(err, &rec, ip.folder)
	}
	if orphaned && len(left) > 0 {
		// It goes on working with the user's edits: leave it whole.
		for i := range a.Files {
			a.Files[i].Op, a.Files[i].Reason = OpKeep, "gone upstream, and the "+string(rec.Kind)+" has edits of yours"
		}
		a.Op, a.Reason, a.Hint = OpKeep, "gone upstream, kept because you edited it", "fsskills uninstall "+rec.Name+" takes it out"
		a.item.record = &rec
		return a
	}
	if len(left) > 0 {
		rec.Files, rec.Left = left, true
		a.item.record = &rec
	}
	a.sumRemoval(len(left) > 0)
	return a
}

// mostNamed is how many files of the user's a report names: as many as a
// person would read.
const mostNamed = 20

// take plans the files of a thing that goes, and returns those that stay
// because the user has edited them. Files that the user added are named.
func (ip itemPlanner) take(a *Action, have present, rec Item) (left []File, err error) {
	for _, l := range rec.Files {
		before, err := have.file(l.Path)
		if err != nil {
			return nil, err
		}
		before = ip.once.content(before)
		f := FileChange{Path: l.Path, Op: OpRemove, State: a.State, Before: before}
		switch {
		case !before.Exists():
			continue
		case l.is(before, ip.locked):
		case ip.force && !have.blocked(l.Path):
			f.State = StateEdited
		default:
			f.Op, f.State, f.Reason = OpKeep, StateEdited, "edited by you"
			left = append(left, l)
		}
		a.Files = append(a.Files, f)
	}
	own, err := have.others(rec.Files, mostNamed)
	for _, path := range own {
		a.Files = append(a.Files, FileChange{Path: path, Op: OpKeep, State: StateEdited, Reason: "your own file"})
	}
	return left, err
}

// sumRemoval draws the op of a removal from those of its files.
func (a *Action) sumRemoval(edited bool) {
	a.Op = OpNone
	if slices.ContainsFunc(a.Files, func(f FileChange) bool { return f.Op == OpRemove }) {
		a.Op = OpRemove
	}
	if kept := a.Kept(); len(kept) > 0 {
		a.Reason = keptReason(kept)
	}
	switch {
	case edited:
		a.State = StateEdited
		a.Hint = "--force removes what you edited, after a backup"
		if a.Op == OpNone {
			a.Op = OpKeep
		}
	case a.Op == OpNone:
		a.State = StateAbsent
	}
}

// refusal is why the snapshot leaves a skill or an agent out that its source
// has, nil if it does not: such a one is not gone.
func (req Request) refusal(kind Kind, name string) *registry.Refusal {
	for i, refused := range req.Snapshot.Refused {
		if kind == KindSkill && refused.Skill == name || kind == KindAgent && (refused.Agent == name || refused.Agent == registry.AllAgents) {
			return &req.Snapshot.Refused[i]
		}
	}
	return nil
}

// refuse leaves a thing as it is of which upstream's newest cannot be used.
func (ip itemPlanner) refuse(rec Item, why registry.Refusal) Action {
	return Action{
		Kind: rec.Kind, Op: OpKeep, State: StateOutdated, Name: rec.Name, Path: rec.Path(), Clients: ip.ids, Partial: !why.Unclear,
		Reason: "upstream's newest cannot be installed (" + why.Path + ": " + why.Reason + ")",
		Hint:   "it stays as it is; tell those who keep the source",
		item:   &itemStep{folder: ip.folder, record: &rec},
	}
}
