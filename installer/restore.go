package installer

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Operations returns what is backed up, newest first. One that cannot be read
// is an error, since it stands for bytes that a user may look for.
func (s *Store) Operations() ([]Operation, error) {
	entries, err := os.ReadDir(s.path(backupsName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var ops []Operation
	for _, e := range slices.Backward(entries) {
		id, ok := strings.CutSuffix(e.Name(), ".tar")
		if !ok || strings.HasSuffix(id, undoneSuffix) {
			continue
		}
		op, err := readHeader(s.backupPath(id))
		if err != nil {
			return nil, err
		}
		ops = append(ops, *op)
	}
	return ops, nil
}

// An UnknownOperationError says that there is no backup of an operation.
type UnknownOperationError struct {
	ID   string
	Near []string // those whose id begins so
}

func (e *UnknownOperationError) Error() string {
	if len(e.Near) > 1 {
		return fmt.Sprintf("%q is the beginning of %s", e.ID, strings.Join(e.Near, " and "))
	}
	return fmt.Sprintf("no operation %q is backed up", e.ID)
}

// Hint says where the ids are.
func (e *UnknownOperationError) Hint() string { return "run 'fsskills restore' for the list" }

// find returns the id of the operation that word means: its id, the beginning
// of it, or "last".
func (s *Store) find(word string) (string, error) {
	ops, err := s.Operations()
	if err != nil {
		return "", err
	}
	if word == "last" && len(ops) > 0 {
		return ops[0].ID, nil
	}
	var near []string
	for _, op := range ops {
		if op.ID == word {
			return op.ID, nil
		}
		if word != "" && strings.HasPrefix(op.ID, word) {
			near = append(near, op.ID)
		}
	}
	if len(near) == 1 {
		return near[0], nil
	}
	return "", &UnknownOperationError{ID: word, Near: near}
}

// NewRestore plans what puts the bytes back that an operation has replaced,
// and the records of them. What has changed since is kept, unless force.
func (s *Store) NewRestore(r Receipt, word string, force bool) (Plan, error) {
	id, err := s.find(word)
	if err != nil {
		return Plan{}, err
	}
	rec, err := readOperation(s.backupPath(id))
	if err != nil {
		return Plan{}, err
	}
	p := Plan{Command: "restore", Source: r.Source, was: r, receipt: r.clone(), prune: true}
	if r.Operation == id && rec.left(KindLock, r.Lock) {
		// Nothing has come after it: what was chosen then holds again.
		p.receipt.Choices, p.receipt.Source = rec.Was.Choices, rec.Was.Source
		p.Source = rec.Was.Source
		for i, item := range p.receipt.Items {
			// One whose files did not change is of the former commit again.
			if old := rec.Was.Item(item.Folder, item.Name); old != nil && slices.Equal(old.Files, item.Files) {
				p.receipt.Items[i] = *old
				p.receipt.Items[i].shared = item.shared
			}
		}
	}
	skills := map[string]int{} // from a skill's path to its action
	for i, c := range rec.Changes {
		before, keyed, lost := s.whole(rec, i)
		if c.Kind == KindLock {
			continue // it follows from what is there then
		}
		if c.Kind.isFile() {
			a := restoreServer(c, serverEdit{force: force, exact: &before, left: c.After, keyed: keyed, lost: lost}, rec.Was, r)
			p.Actions = append(p.Actions, a)
			p.Warnings = append(p.Warnings, a.keyWarnings()...)
			continue
		}
		rel, err := filepath.Rel(c.Folder, c.Path)
		if err != nil {
			return Plan{}, err
		}
		name, inside, _ := strings.Cut(filepath.ToSlash(rel), "/")
		dir := skillPath(c.Folder, name)
		n, known := skills[dir]
		if !known {
			n = len(p.Actions)
			skills[dir] = n
			p.Actions = append(p.Actions, rec.restoreSkill(r, c, name))
		}
		if p.Actions[n].State == StateFailed || c.From != "" {
			continue
		}
		if err := p.Actions[n].restoreFile(c, inside, before, force); err != nil {
			return Plan{}, err
		}
	}
	for _, n := range skills {
		p.Actions[n].settleRestore(r)
	}
	p.planLock(r.Project)
	return p, nil
}

// restoreSkill begins the action that puts a skill's files back, with the first
// of its changes.
func (r *record) restoreSkill(now Receipt, c Change, name string) Action {
	a := Action{
		Kind: c.Kind, Name: name, Path: skillPath(c.Folder, name), Op: OpNone, State: StateCurrent,
		item: &itemStep{folder: c.Folder},
	}
	if c.From != "" {
		// It gets its old name back.
		a.From, a.Path, a.Name, a.item.forgets = a.Path, c.From, filepath.Base(c.From), name
	}
	a.item.record = r.Was.Item(c.Folder, a.Name)
	if err := outside(now.Project, c.Folder); err != nil {
		return a.failed(err, now.Item(c.Folder, name), c.Folder)
	}
	return a
}

// left reports whether the operation left a file of the kind with these bytes,
// or had none.
func (r *record) left(kind Kind, sha256 string) bool {
	for _, c := range r.Changes {
		if c.Kind == kind {
			return c.After.SHA256 == sha256
		}
	}
	return true
}

// restoreFile adds one file of a skill to the action.
func (a *Action) restoreFile(c Change, rel string, before Content, force bool) error {
	dir, err := look(cmp.Or(a.From, a.Path))
	if err != nil {
		return err
	}
	have, err := dir.file(rel)
	if rel == "" {
		have, err = dir.content, nil
	}
	if err != nil {
		return err
	}
	f := FileChange{Path: rel, Before: have, After: before, State: StateCurrent}
	switch {
	case image(before).is(have):
		return nil
	case !c.After.is(have) && !force && rel != "":
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

// settleRestore draws the action's op from its files and keeps the present
// record where something stays as it is.
func (a *Action) settleRestore(r Receipt) {
	// What goes makes room for what comes back: a link or file that stood in
	// the skill's place is a change of the empty path.
	slices.SortStableFunc(a.Files, func(x, y FileChange) int { return cmp.Compare(order(x.Op), order(y.Op)) })
	kept := a.Kept()
	present := r.Item(a.item.folder, cmp.Or(a.item.forgets, a.Name))
	if rec := cmp.Or(a.item.record, present); rec != nil {
		a.Clients = rec.Clients
	}
	stuck := a.blockedMove()
	if len(kept) > 0 || stuck != "" {
		a.item.record, a.item.forgets = present, ""
		a.State = StateEdited
		if stuck != "" {
			a.Partial, a.Reason, a.Hint = true, stuck, "give the folder back the name "+filepath.Base(a.From)+" first"
		} else {
			a.Reason = keptReason(kept)
			a.Hint = "--diff shows the difference, --force overwrites after a backup"
		}
		for i := range a.Files {
			a.Files[i].Op = OpKeep
		}
		a.Op, a.From = OpKeep, ""
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
	case ops[OpRemove] && len(ops) == 1:
		a.Op = OpRemove
	default:
		a.Op = OpUpdate
	}
}

// blockedMove says why the skill's folder cannot get its old name back, empty
// if it can or keeps its name.
func (a *Action) blockedMove() string {
	if a.From == "" {
		return ""
	}
	if !isFolder(a.From) {
		return "its folder is not at " + a.From + " any more"
	}
	if there, err := look(a.Path); err != nil || there.kind != nothing {
		return "something else stands in its place"
	}
	return ""
}

// restoreServer plans the return of a config file's bytes.
func restoreServer(c Change, edit serverEdit, was, r Receipt) Action {
	a := Action{Kind: c.Kind, Path: c.Path}
	record := c.Server
	for _, known := range []Receipt{was, r} {
		for i := range known.Servers {
			if RealPath(known.Servers[i].Path) == c.Path {
				a.Path, record = known.Servers[i].Path, &known.Servers[i]
			}
		}
	}
	if record != nil {
		a.Name, a.Clients = record.Place.Name, record.Clients
		edit.file.Path, edit.file.Format, edit.file.Place = a.Path, record.Format, record.Place
	}
	edit.last = was.Server(a.Path)
	step := &serverStep{edit: edit, target: c.Path, record: r.Server(a.Path)}
	a.server = step
	have, err := readContent(c.Path)
	if out := outside(r.Project, c.Path); out != nil {
		err = out
	}
	if err != nil {
		return a.refused(err)
	}
	step.before = have
	step.edit.secrets = secrets{}
	for _, known := range []*Server{edit.last, step.record} {
		step.edit.secrets.lookFor(known, have.Data)
		step.edit.secrets.lookFor(known, edit.exact.Data)
	}
	out := edit.on(have)
	a.Op, a.State, a.Reason, a.Hint, a.Partial = out.op, out.state, out.reason, out.hint, out.partial
	if a.Op == OpKeep {
		return a
	}
	step.record, step.mode = out.record, out.mode
	step.replaces = edit.force && a.Changes()
	a.WritesKey = out.writesKey && a.Changes()
	if a.Changes() && !out.gone {
		step.after = Content{SHA256: out.sha256, Mode: edit.modeAfter(out, have), Data: out.data}
	}
	return a
}

// putBack works out the return of a file's bytes from before an operation.
func (e serverEdit) putBack(have Content) outcome {
	out := outcome{op: OpNone, state: StateCurrent, record: e.last}
	switch {
	case e.exact.SHA256 == have.SHA256:
		return out
	case !e.left.is(have) && !e.force:
		out.op, out.state, out.partial = OpKeep, StateEdited, true
		out.reason = "changed since"
		out.hint = "--diff shows the difference, --force overwrites after a backup"
		return out
	case e.lost != nil:
		out.op, out.state, out.partial = OpKeep, StateEdited, true
		out.reason = "the API key that was in it is not kept in the backup"
		out.hint = "set " + e.lost.variable + " to that key and run 'fsskills restore " + e.lost.operation + "'"
		return out
	case !e.exact.Exists():
		out.op, out.gone = OpRemove, true
	case have.Exists():
		out.op = OpUpdate
	default:
		out.op, out.state = OpCreate, StateAbsent
	}
	out.data, out.sha256 = e.exact.Data, e.exact.SHA256
	out.writesKey = e.keyed
	if !have.Exists() || have.Mode == e.left.Mode && !e.shared || out.writesKey {
		out.mode = e.exact.Mode
	}
	return out
}
