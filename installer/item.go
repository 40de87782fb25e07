package installer

import (
	"fmt"
	"iter"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"fsskills/registry"
)

// An itemStep is what Apply needs beside an Action's files.
type itemStep struct {
	folder string
	// record is what the receipt holds afterwards; nil forgets the skill.
	record *Item
	// displace is what must give way first: a link or file that --force
	// takes over.
	displace *present
}

// An itemPlanner compares one skill in one folder.
type itemPlanner struct {
	folder string   // the skills folder
	ids    []string // the chosen clients that read it
	force  bool
	// again puts a skill back whose whole folder is gone.
	again bool
	// owners are the recorded clients of the folder, who have a new skill too.
	owners []string
	// targets are the skills folders of all chosen clients, resolved: a link
	// into one of them is a copy of ours.
	targets []string
}

// place plans what makes the skill in the folder as wanted.
func (ip itemPlanner) place(want registry.Skill, commit string, rec *Item) Action {
	dir := skillPath(ip.folder, want.Name)
	a := Action{Kind: KindSkill, Name: want.Name, Path: dir, Clients: ip.ids}
	have, err := look(dir)
	if err != nil {
		return a.failed(err, rec, ip.folder)
	}
	if rec != nil && rec.Left && rec.Adopted {
		rec = nil // it is the user's again
	}
	last := map[string]File{}
	ids := union(ip.ids, ip.owners)
	if rec != nil {
		for _, f := range rec.Files {
			last[f.Path] = f
		}
		if !rec.Left {
			ids = union(ids, rec.Clients)
		}
	}
	step := &itemStep{folder: ip.folder, record: &Item{
		Kind: KindSkill, Name: want.Name, Folder: ip.folder, Clients: ids, Commit: commit,
		Description: want.Description, UserInvocable: want.UserInvocable,
		Adopted: rec != nil && rec.Adopted,
	}}
	a.item = step
	switch {
	case have.kind == link && !ip.force && ip.leadsHome(dir, want):
		a.Op, a.State, a.Reason = OpNone, StateCurrent, "a link to a folder that holds the same skill"
		step.record = rec
		return a
	case have.kind == link || have.kind == otherFile:
		if !ip.force {
			return a.foreign(rec, describe(have))
		}
		step.displace = &have
	case have.kind == folder && have.skill && rec == nil:
		same, err := identical(have, want)
		if err != nil {
			return a.failed(err, rec, ip.folder)
		}
		if !same && !ip.force {
			return a.foreign(rec, "a skill of this name that fsskills did not install")
		}
		step.record.Adopted = same
	case have.kind == nothing && rec != nil && !rec.Left && !ip.again && !ip.force:
		a.Op, a.State, a.Reason = OpKeep, StateAbsent, "its folder was deleted"
		a.Hint = "fsskills install puts it back"
		gone := *rec
		gone.Commit = commit
		step.record = &gone
		return a
	}
	fresh := have.kind != folder
	for _, w := range want.Files {
		after := Content{SHA256: w.SHA256, Mode: w.Mode.Perm(), Data: w.Data}
		before, err := have.file(w.Path)
		if err != nil {
			return a.failed(err, rec, ip.folder)
		}
		l, known := last[w.Path]
		delete(last, w.Path)
		c := ip.compare(before, after, l, known && !fresh)
		c.Path = w.Path
		a.Files = append(a.Files, c)
		written := File{Path: w.Path, SHA256: after.SHA256, Exec: after.Exec()}
		if c.Op == OpKeep {
			if !known {
				continue // the user's own file: not ours to remember
			}
			written = l
		}
		step.record.Files = append(step.record.Files, written)
	}
	for _, l := range slices.Collect(sortedValues(last)) { // upstream has these no more
		before, err := have.file(l.Path)
		if err != nil {
			return a.failed(err, rec, ip.folder)
		}
		switch {
		case !before.Exists():
			continue
		case before.SHA256 == l.SHA256:
			a.Files = append(a.Files, FileChange{Path: l.Path, Op: OpRemove, State: StateOrphaned, Before: before})
		case ip.force:
			a.Files = append(a.Files, FileChange{Path: l.Path, Op: OpRemove, State: StateEdited, Before: before})
		default:
			a.Files = append(a.Files, FileChange{Path: l.Path, Op: OpKeep, State: StateOrphaned, Before: before, Reason: "edited, and gone upstream"})
			step.record.Files = append(step.record.Files, l)
		}
	}
	a.sum(fresh)
	return a
}

// compare decides about one wanted file from what is there and what was
// written last.
func (ip itemPlanner) compare(before, after Content, last File, known bool) FileChange {
	if before.Exists() && before.Exec() == after.Exec() {
		after.Mode = before.Mode // the user's own choice of who may read it
	}
	c := FileChange{Before: before, After: after}
	switch {
	case before.SHA256 == after.SHA256 && before.Link == "":
		c.Op, c.State = OpNone, StateCurrent
		// The mode follows upstream as long as it is the one we gave.
		if known && before.Exec() != after.Exec() && before.Exec() == last.Exec && runtime.GOOS != "windows" {
			c.Op, c.State = OpUpdate, StateOutdated
		}
	case !before.Exists() && (!known || ip.force):
		c.Op, c.State = OpCreate, StateAbsent
	case !before.Exists():
		c.Op, c.State, c.Reason = OpKeep, StateEdited, "deleted by you"
	case known && before.SHA256 == last.SHA256:
		c.Op, c.State = OpUpdate, StateOutdated
	case ip.force:
		c.Op, c.State = OpUpdate, StateEdited
	case known && after.SHA256 == last.SHA256:
		c.Op, c.State, c.Reason = OpKeep, StateEdited, "edited by you"
	case known:
		c.Op, c.State, c.Reason = OpKeep, StateEdited, "edited by you, and changed upstream"
	default:
		c.Op, c.State, c.Reason = OpKeep, StateEdited, "your own file, where upstream has one of the same name"
	}
	return c
}

// remove plans what takes the skill out again. orphaned says that upstream
// has it no more, otherwise the user wants it gone.
func (ip itemPlanner) remove(rec Item, orphaned bool) Action {
	dir := skillPath(ip.folder, rec.Name)
	a := Action{Kind: KindSkill, Name: rec.Name, Path: dir, Clients: ip.ids, State: StateCurrent}
	if orphaned {
		a.State = StateOrphaned
	}
	step := &itemStep{folder: ip.folder}
	a.item = step
	if rest := without(rec.Clients, ip.ids); !orphaned && len(rest) > 0 {
		rec.Clients = rest
		step.record = &rec
		a.Op, a.Reason = OpKeep, "still used by "+strings.Join(rest, ", ")
		return a
	}
	if rec.Adopted && !ip.force {
		a.Op, a.Reason = OpKeep, "it was there before fsskills"
		a.Hint = "--force removes it, after a backup"
		rec.Left = true
		step.record = &rec
		return a
	}
	have, err := look(dir)
	if err != nil {
		return a.failed(err, &rec, ip.folder)
	}
	if have.kind == link || have.kind == otherFile {
		a.Op, a.State, a.Reason = OpKeep, StateForeign, describe(have)
		return a
	}
	var left []File
	for _, l := range rec.Files {
		before, err := have.file(l.Path)
		if err != nil {
			return a.failed(err, &rec, ip.folder)
		}
		switch {
		case !before.Exists():
			continue
		case before.SHA256 == l.SHA256:
			a.Files = append(a.Files, FileChange{Path: l.Path, Op: OpRemove, State: a.State, Before: before})
		case ip.force && before.Link == "":
			a.Files = append(a.Files, FileChange{Path: l.Path, Op: OpRemove, State: StateEdited, Before: before})
		default:
			a.Files = append(a.Files, FileChange{Path: l.Path, Op: OpKeep, State: StateEdited, Before: before, Reason: "edited by you"})
			left = append(left, l)
		}
	}
	if orphaned && len(left) > 0 {
		// The skill goes on working with the user's edits: leave it whole.
		for i := range a.Files {
			a.Files[i].Op, a.Files[i].Reason = OpKeep, "gone upstream, and the skill has edits of yours"
		}
		a.Op, a.Reason, a.Hint = OpKeep, "gone upstream, kept because you edited it", "fsskills uninstall "+rec.Name+" takes it out"
		step.record = &rec
		return a
	}
	if len(left) > 0 {
		rec.Files, rec.Left = left, true
		step.record = &rec
	}
	a.Op = OpNone
	if slices.ContainsFunc(a.Files, func(f FileChange) bool { return f.Op == OpRemove }) {
		a.Op = OpRemove
	}
	own, err := have.others(rec.Files)
	if err != nil {
		return a.failed(err, &rec, ip.folder)
	}
	for _, path := range own {
		a.Files = append(a.Files, FileChange{Path: path, Op: OpKeep, State: StateEdited, Reason: "your own file"})
	}
	if kept := a.Kept(); len(kept) > 0 {
		a.Reason = keptReason(kept)
	}
	switch {
	case len(left) > 0:
		a.State = StateEdited
		a.Hint = "--force removes what you edited, after a backup"
		if a.Op == OpNone {
			a.Op = OpKeep
		}
	case a.Op == OpNone:
		a.State = StateAbsent
	}
	return a
}

// sum draws the action's op and state from those of its files.
func (a *Action) sum(fresh bool) {
	a.Op, a.State = OpNone, StateCurrent
	var changes, kept, edited bool
	for _, f := range a.Files {
		changes = changes || f.Op != OpNone && f.Op != OpKeep
		kept = kept || f.Op == OpKeep
		edited = edited || f.State == StateEdited || f.Op == OpKeep
	}
	switch {
	case fresh:
		a.Op, a.State = OpCreate, StateAbsent
	case changes:
		a.Op, a.State = OpUpdate, StateOutdated
	case kept:
		a.Op = OpKeep
	}
	if edited {
		a.State = StateEdited
	}
	if kept {
		a.Reason = keptReason(a.Kept())
		a.Hint = "--diff shows the difference, --force overwrites after a backup"
	}
}

func keptReason(kept []FileChange) string {
	names := make([]string, len(kept))
	for i, f := range kept {
		names[i] = f.Path + " (" + f.Reason + ")"
	}
	return "kept " + strings.Join(names, ", ")
}

// failed gives up on the action and leaves the record as it was.
func (a Action) failed(err error, rec *Item, dir string) Action {
	a.Op, a.State, a.Partial, a.Files = OpKeep, StateFailed, true, nil
	a.Reason, a.Hint = err.Error(), Remedy(err)
	a.item = &itemStep{folder: dir, record: rec}
	return a
}

// foreign leaves alone what is not ours.
func (a Action) foreign(rec *Item, what string) Action {
	a.Op, a.State, a.Partial = OpKeep, StateForeign, true
	a.Reason = what
	a.Hint = "move " + a.Path + " away, or let --force take over after a backup"
	a.item.record = rec
	return a
}

func describe(p present) string {
	if p.kind == link {
		return fmt.Sprintf("a link to %s stands in its place", p.link)
	}
	return "a file stands in its place"
}

// identical reports whether every wanted file is there, byte for byte. Files
// of the user's own beside them do not matter.
func identical(have present, want registry.Skill) (bool, error) {
	for _, w := range want.Files {
		c, err := have.file(w.Path)
		if err != nil {
			return false, err
		}
		if c.SHA256 != w.SHA256 {
			return false, nil
		}
	}
	return true, nil
}

// leadsHome reports whether the link at dir leads to the same skill in the
// folder of another chosen client, with the wanted bytes.
func (ip itemPlanner) leadsHome(dir string, want registry.Skill) bool {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil || filepath.Base(real) != want.Name || !slices.Contains(ip.targets, filepath.Dir(real)) {
		return false
	}
	have, err := look(real)
	if err != nil || have.kind != folder {
		return false
	}
	same, err := identical(have, want)
	return err == nil && same
}

// sortedValues yields the records of a map in path order.
func sortedValues(m map[string]File) iter.Seq[File] {
	return func(yield func(File) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(m[k]) {
				return
			}
		}
	}
}
