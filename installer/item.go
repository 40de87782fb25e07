package installer

import (
	"cmp"
	"maps"
	"math"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"fsskills/registry"
)

// An itemStep is what Apply needs beside an Action's files.
type itemStep struct {
	folder string // of the skills or the agents
	// record is what the receipt holds afterwards; nil forgets the thing.
	record *Item
	// displace is what must give way first: a link or file that --force
	// takes over.
	displace *present
	// linked is the skill that a link in this one's place leads to.
	linked string
	// forgets is the skill's name until now, if it has a new one: what is
	// recorded under it goes.
	forgets string
	// takeOver is true if the thing would be new in a place that is taken.
	takeOver bool
	// want is what the source has, nil if it has it no more.
	want *thing
}

// An itemPlanner compares one skill or agent in one folder.
type itemPlanner struct {
	folder string   // of the skills or the agents
	ids    []string // the chosen clients that read it
	force  bool
	// again puts a thing back that is gone as a whole.
	again bool
	// taken are the files of which the user wants upstream's version, by their
	// absolute paths.
	taken map[string]bool
	// owners are the recorded clients of the folder, who have a new skill too.
	owners []string
	// targets are the folders of all chosen clients, resolved: a link into one
	// of them is a copy of ours.
	targets []string
	// locked is true in a project: what upstream has is kept beside what was
	// written, and line ends that git has converted are no edit.
	locked bool
	// outside says why nothing may be written in the folder.
	outside error
	// from is the name under which the skill stands in the folder now, if it
	// has a new one.
	from string
	// versions are what the source had at other commits.
	versions []registry.Version
	once     onceOnly
}

// place plans what makes the thing in the folder as wanted.
func (ip itemPlanner) place(want thing, rec *Item) Action {
	a := ip.compareAll(want, rec)
	if a.item.forgets = ip.from; ip.from != "" && a.State != StateFailed {
		a.item.record.Formerly = union(rec.Formerly, []string{ip.from})
	}
	return a
}

func (ip itemPlanner) compareAll(want thing, rec *Item) Action {
	a := Action{Kind: want.kind, Name: want.name, Path: want.kind.place(ip.folder, want.name, mainFile(want.files)), Clients: ip.ids}
	have, err := want.kind.look(ip.folder, cmp.Or(ip.from, want.name), mainFile(want.files))
	if ip.outside != nil {
		err = ip.outside
	}
	if err != nil {
		return a.failed(err, rec, ip.folder)
	}
	if rec != nil && rec.Left && rec.Adopted {
		rec = nil // it is the user's again
	}
	if rec == nil {
		if rec, err = ip.copied(have, want); err != nil {
			return a.failed(err, nil, ip.folder)
		}
	}
	ids := union(ip.ids, ip.owners)
	last := map[string]File{}
	if rec != nil {
		for _, f := range rec.Files {
			last[f.Path] = f
		}
		if !rec.Left {
			ids = union(ids, rec.Clients)
		}
	}
	a.item = &itemStep{folder: ip.folder, want: &want, record: &Item{
		Kind: want.kind, Name: want.name, Folder: ip.folder, Clients: ids, Commit: want.commit,
		Description: want.description, UserInvocable: want.userInvocable,
	}}
	if rec != nil {
		a.item.record.Adopted, a.item.record.Formerly = rec.Adopted, rec.Formerly
	}
	if stays, err := ip.leave(&a, have, want, rec); err != nil {
		return a.failed(err, rec, ip.folder)
	} else if stays {
		return a
	}
	fresh := have.kind != folder
	a.item.takeOver = !fresh && (rec == nil || rec.Left)
	if err := ip.bring(&a, have, want, last); err != nil {
		return a.failed(err, rec, ip.folder)
	}
	if have.shared && len(a.item.record.Files) == 0 {
		// A folder of the user's is where the agent's one file should be.
		a.Files = nil
		a.foreign(rec, want.stranger(have))
		a.Hint = "move " + a.Path + " away"
		return a
	}
	if err := ip.drop(&a, have, last); err != nil {
		return a.failed(err, rec, ip.folder)
	}
	a.item.record.Upstream = ip.upstream(want, a.item.record.Files)
	if ip.from != "" && !fresh {
		a.From = skillPath(ip.folder, ip.from)
	}
	// What goes makes room for what comes. Another folder may have the same changes.
	byOrder := func(x, y *FileChange) int { return order(x.Op) - order(y.Op) }
	if !sortedFunc(a.Files, byOrder) {
		a.Files = slices.Clone(a.Files)
		sortStableFunc(a.Files, byOrder)
	}
	a.sum(fresh)
	return a
}

// upstream is what a project's lock says of a skill, if it is not what was
// written.
func (ip itemPlanner) upstream(want thing, written []File) []File {
	if !ip.locked {
		return nil
	}
	files := byPath(filesOf(want.files))
	if slices.Equal(files, byPath(written)) {
		return nil
	}
	return files
}

// byPath returns the files in the order of their paths.
func byPath(files []File) []File {
	files = slices.Clone(files)
	sortFunc(files, func(a, b *File) int { return strings.Compare(a.Path, b.Path) })
	return files
}

// order has removals before the rest.
func order(op Op) int {
	if op == OpRemove {
		return 0
	}
	return 1
}

// bring compares each wanted file and takes it out of last.
func (ip itemPlanner) bring(a *Action, have present, want thing, last map[string]File) error {
	untouched := have.kind == nothing && len(last) == 0 && len(want.files) > 0 && ip.once.fresh != nil
	if untouched {
		if f, known := ip.once.fresh[&want.files[0]]; known {
			a.Files, a.item.record.Files = f.changes, f.record
			return nil
		}
	}
	gone := map[string]File{} // upstream has these no more
	for path, l := range last {
		if !slices.ContainsFunc(want.files, func(w registry.File) bool { return w.Path == path }) {
			gone[path] = l
		}
	}
	a.Files = slices.Grow(a.Files, len(want.files))
	a.item.record.Files = slices.Grow(a.item.record.Files, len(want.files))
	for _, w := range want.files {
		after := ip.once.content(Content{SHA256: w.SHA256, Mode: w.Mode.Perm(), Data: w.Data})
		before, err := have.file(w.Path)
		before = ip.once.content(before)
		if err == nil && before.Exists() && have.blocked(w.Path) {
			before, err = ip.clear(have, w.Path, gone, before)
		}
		if err != nil {
			return err
		}
		l, known := last[w.Path]
		delete(last, w.Path)
		c := ip.compare(before, after, l, known && have.kind == folder, ip.takes(a, w.Path))
		if c.Path = w.Path; before.Exists() && have.blocked(w.Path) {
			c.Op, c.State, c.Reason, c.News = OpKeep, StateEdited, "something of yours is in the way: move it away", false
		}
		a.Files = append(a.Files, c)
		if c.Op == OpKeep {
			l.Kept = ""
			if after.SHA256 != l.SHA256 {
				l.Kept = after.SHA256
			}
		}
		switch {
		case c.Op != OpKeep:
			a.item.record.Files = append(a.item.record.Files, File{Path: w.Path, SHA256: after.SHA256, Exec: after.Exec()})
		case known:
			a.item.record.Files = append(a.item.record.Files, l)
		} // else it is the user's own file, and not ours to remember
	}
	if len(want.files) == 0 {
		return nil
	}
	planned := ip.once.files(&want.files[0], plannedFiles{a.Files, a.item.record.Files})
	a.Files, a.item.record.Files = planned.changes, planned.record
	if untouched {
		ip.once.fresh[&want.files[0]] = planned
	}
	return nil
}

// clear looks at what is in the way of a wanted file: a file where it needs a
// folder, or a folder in its own place, as when upstream has made one of the
// other. If all of that is ours, as we wrote it, and goes with this action,
// nothing is in the way.
func (ip itemPlanner) clear(have present, path string, gone map[string]File, before Content) (Content, error) {
	for old, l := range gone {
		if !strings.HasPrefix(path, old+"/") {
			continue
		}
		c, err := have.file(old)
		if err != nil || !l.is(c, ip.locked) && !ip.force {
			return before, err
		}
		return Content{}, nil
	}
	dir := present{kind: folder, dir: filepath.Join(have.dir, filepath.FromSlash(path))}
	if !isFolder(dir.dir) {
		return before, nil
	}
	inside, err := dir.others(nil, math.MaxInt)
	if err != nil {
		return before, err
	}
	for _, rel := range inside {
		l, ours := gone[path+"/"+rel]
		c, err := have.file(path + "/" + rel)
		if err != nil || !ours || !l.is(c, ip.locked) && !ip.force {
			return before, err
		}
	}
	return Content{}, nil
}

// drop plans the files that are left in last: upstream has them no more.
func (ip itemPlanner) drop(a *Action, have present, last map[string]File) error {
	for _, path := range slices.Sorted(maps.Keys(last)) {
		l := last[path]
		before, err := have.file(path)
		if err != nil {
			return err
		}
		f := FileChange{Path: path, Op: OpRemove, State: StateOrphaned, Before: before}
		switch {
		case !before.Exists(), ip.takes(a, path) && have.blocked(path):
			continue
		case l.is(before, ip.locked):
		case ip.takes(a, path):
			f.State = StateEdited
		default:
			f.Op, f.Reason, f.News = OpKeep, "edited, and gone upstream", l.Kept != keptOverNothing
			l.Kept = keptOverNothing
			a.item.record.Files = append(a.item.record.Files, l)
		}
		a.Files = append(a.Files, f)
	}
	return nil
}

// takes reports whether upstream's version of a file replaces the user's.
func (ip itemPlanner) takes(a *Action, path string) bool {
	return ip.force || ip.taken[a.FilePath(path)]
}

// compare decides about one wanted file from what is there and what was
// written last. With take, upstream's version wins.
func (ip itemPlanner) compare(before, after Content, last File, known, take bool) FileChange {
	if before.SHA256 != "" && before.SHA256 != notAFile && before.Exec() == after.Exec() {
		after.Mode = before.Mode // the user's own choice of who may read it
	}
	c := FileChange{Before: before, After: after}
	news := !known || after.SHA256 != last.SHA256 && after.SHA256 != last.Kept
	switch {
	case before.Link == "" && File{SHA256: after.SHA256}.is(before, ip.locked):
		c.Op, c.State = OpNone, StateCurrent
		// The mode follows upstream as long as it is the one we gave.
		if before.Exec() != after.Exec() && (known && before.Exec() == last.Exec || take) && runtime.GOOS != "windows" {
			c.Op, c.State = OpUpdate, StateOutdated
		}
	case !before.Exists() && (!known || take):
		c.Op, c.State = OpCreate, StateAbsent
	case !before.Exists():
		c.Op, c.State, c.Reason = OpKeep, StateEdited, "deleted by you"
	case known && last.is(before, ip.locked):
		c.Op, c.State = OpUpdate, StateOutdated
	case take:
		c.Op, c.State = OpUpdate, StateEdited
	case known && after.SHA256 == last.SHA256:
		c.Op, c.State, c.Reason = OpKeep, StateEdited, "edited by you"
	case known:
		c.Op, c.State, c.Reason = OpKeep, StateEdited, "edited by you, and changed upstream"
	default:
		c.Op, c.State, c.Reason = OpKeep, StateEdited, "your own file, where upstream has one of the same name"
	}
	c.News = c.Op == OpKeep && news
	return c
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
	case changes, a.From != "":
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
	if a.From != "" && slices.ContainsFunc(a.Files, func(f FileChange) bool { return f.Op == OpKeep && f.Path == "SKILL.md" }) {
		a.Hint = "the skill has a new name: in your SKILL.md, change the old one to " + a.Name + ", or let --force take upstream's after a backup"
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
