package installer

import (
	"cmp"
	"maps"
	"math"
	"path/filepath"
	"slices"
)

// restoreThing is the action for the skill or agent that a change is about, as
// yet without files.
func (r *record) restoreThing(c Change, name, place string, force bool, now Receipt) Action {
	a := Action{
		Kind: c.Kind, Name: name, Path: place, Op: OpNone, State: StateCurrent,
		item: &itemStep{folder: c.Folder},
	}
	if c.From != "" {
		// It gets its old name back.
		a.From, a.Path, a.Name, a.item.forgets = a.Path, c.From, filepath.Base(c.From), name
	}
	a.item.record = r.Was.Item(c.Folder, a.Name)
	present := now.Item(c.Folder, name)
	if err := outside(now.Project, c.Folder); err != nil {
		return a.failed(err, present, c.Folder)
	}
	have, err := a.present()
	if err != nil {
		return a.failed(err, present, c.Folder)
	}
	if a.From != "" || !have.strange() {
		return a
	}
	// A link or file in the skill's place is a change of the empty path.
	n := slices.IndexFunc(r.Changes, func(c Change) bool { return c.Path == a.Path })
	switch {
	case n >= 0 && r.Changes[n].After.is(have.content):
	case !force:
		a.foreign(present, describe(have))
	case n < 0:
		a.item.displace = &have
	}
	return a
}

// makesWay reports whether what is in the way of a file is all of the
// operation's making, and so goes with it.
func (r *record) makesWay(c Change, skill present) (bool, error) {
	made := map[string]Image{}
	for _, o := range r.Changes {
		if rel, err := filepath.Rel(skill.dir, o.Path); err == nil && o.Before == (Image{}) {
			made[filepath.ToSlash(rel)] = o.After
		}
	}
	rel, err := filepath.Rel(skill.dir, c.Path)
	if err != nil {
		return false, err
	}
	rel = filepath.ToSlash(rel)
	// A file or link is above the place, or a folder with files is there.
	at := rel
	for i, c := range rel {
		if c == '/' && !isFolder(filepath.Join(skill.dir, filepath.FromSlash(rel[:i]))) {
			at = rel[:i]
			break
		}
	}
	inWay := []string{at}
	if inside := (present{kind: folder, dir: filepath.Join(skill.dir, filepath.FromSlash(at))}); isFolder(inside.dir) {
		files, err := inside.others(nil, math.MaxInt)
		if err != nil {
			return false, err
		}
		inWay = nil
		for _, f := range files {
			inWay = append(inWay, at+"/"+f)
		}
	}
	for _, f := range inWay {
		have, err := skill.file(f)
		if left, ok := made[f]; err != nil || !ok || !left.is(have) {
			return false, err
		}
	}
	return true, nil
}

// restoreFile adds one file of a skill or an agent to the action.
func (a *Action) restoreFile(r *record, c Change, rel string, before Content, force bool) error {
	dir, err := a.present()
	if err != nil {
		return err
	}
	have, err := dir.file(rel)
	blocked := false
	if rel == "" {
		have, err = dir.content, nil
	} else if err == nil && dir.blocked(rel) {
		var way bool
		if way, err = r.makesWay(c, dir); way || !before.Exists() {
			have = Content{} // nothing is there, or will be
		} else {
			blocked = true
		}
	}
	if err != nil {
		return err
	}
	f := FileChange{Path: rel, Before: have, After: before, State: StateCurrent}
	switch {
	case c.undone(before, have):
		return nil
	case blocked, !c.After.is(have) && !force && rel != "":
		f.Op, f.State, f.Reason = OpKeep, StateEdited, "changed since"
		a.Partial = true
	case !before.Exists():
		f.Op = OpRemove
	case have.Exists():
		f.Op = OpUpdate
	default:
		f.Op, f.State = OpCreate, StateAbsent
	}
	if !c.After.is(have) {
		f.State = StateEdited
	}
	a.Files = append(a.Files, f)
	return nil
}

// sameItem reports whether two records of a skill have the same files for the
// same clients.
func sameItem(a, b *Item) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Left == b.Left && slices.Equal(a.Files, b.Files) && slices.Equal(a.Clients, b.Clients)
}

// overtaken is about a skill that a later operation has changed too: as it was
// before the earlier one it cannot be without the backup of the later one. So
// it stays, or by force gets the bytes that there are, with a record of that.
func (a *Action) overtaken(now Receipt, force bool) error {
	is := now.Item(a.item.folder, a.knownAs())
	if !force {
		a.Op, a.State, a.Partial, a.Files = OpKeep, StateEdited, true, nil
		a.Reason = "a later operation has changed it"
		a.Hint = "restore that one first"
		a.item.record, a.item.forgets, a.From = is, "", ""
		return nil
	}
	if is == nil {
		is = &Item{}
	}
	last := map[string]File{}
	for _, f := range is.Files {
		last[f.Path] = f
	}
	restored := map[string]bool{}
	for _, f := range a.Files {
		restored[f.Path] = true
	}
	if was := a.item.record; was != nil {
		record := *was
		record.Files = nil
		for _, f := range was.Files {
			l, known := last[f.Path]
			delete(last, f.Path)
			switch {
			case restored[f.Path]:
				record.Files = append(record.Files, f)
			case known:
				record.Files = append(record.Files, l)
			}
		}
		if a.item.record = &record; len(record.Files) == 0 {
			a.item.record = nil // nothing of it comes back
		}
	}
	have, err := a.present()
	if err != nil {
		return err
	}
	// What the later ones have added, and the user has not touched, goes.
	for _, path := range slices.Sorted(maps.Keys(last)) {
		c, err := have.file(path)
		if err != nil {
			return err
		}
		if l := last[path]; !restored[path] && c.Exists() && l.is(c, is.shared) {
			a.Files = append(a.Files, FileChange{Path: path, Op: OpRemove, State: StateOrphaned, Before: c})
		}
	}
	return nil
}

// settleRestore draws the action's op from its files and keeps the present
// record where something stays as it is.
func (a *Action) settleRestore(r Receipt) {
	// What goes makes room for what comes back: a link or file that stood in
	// the skill's place is a change of the empty path.
	sortStableFunc(a.Files, func(x, y *FileChange) int { return cmp.Compare(order(x.Op), order(y.Op)) })
	kept := a.Kept()
	present := r.Item(a.item.folder, a.knownAs())
	if rec := cmp.Or(a.item.record, present); rec != nil {
		a.Clients = rec.Clients
	}
	if a.Op == OpKeep {
		return
	}
	stuck := a.blockedMove()
	if len(kept) > 0 || stuck != "" {
		a.State, a.Reason = StateEdited, keptReason(kept)
		a.Hint = "--diff shows the difference, --force overwrites after a backup"
		if stuck != "" {
			a.Partial, a.Reason, a.Hint = true, stuck, "move the skill's folder back to "+a.From+" first"
		}
		for i := range a.Files {
			a.Files[i].Op = OpKeep
		}
		a.Op, a.From = OpKeep, ""
		a.item.record, a.item.forgets = present, ""
		return
	}
	ops := map[Op]bool{}
	for _, f := range a.Files {
		ops[f.Op] = true
	}
	switch {
	case a.From != "":
		a.Op = OpUpdate
	case len(ops) == 0:
		a.item.displace = nil
	case a.item.displace != nil:
		a.Op = OpCreate
	case ops[OpRemove] && len(ops) == 1:
		a.Op = OpRemove
	default:
		a.Op = OpUpdate
	}
}

// standsAt is where the skill is until the action is done, and knownAs the name
// that is recorded of it.
func (a *Action) standsAt() string { return cmp.Or(a.From, a.Path) }
func (a *Action) knownAs() string  { return cmp.Or(a.item.forgets, a.Name) }

// present is what stands there until then.
func (a *Action) present() (present, error) {
	if a.Kind == KindAgent {
		return a.Kind.look(a.item.folder, a.Name, filepath.Base(a.Path))
	}
	return look(a.standsAt())
}

// blockedMove says why the skill's folder cannot get its old name back, empty
// if it can or keeps its name.
func (a *Action) blockedMove() string {
	if a.From == "" {
		return ""
	}
	if !isFolder(a.From) {
		return "its folder is not there any more"
	}
	if there, err := look(a.Path); err != nil || there.kind != nothing {
		return "something else stands in its place"
	}
	return ""
}
