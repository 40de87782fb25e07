package installer

import (
	"path/filepath"
	"slices"
	"time"
)

// operation describes the plan for the journal. before are the contents that
// its changes replace, by the same index.
func (s *Store) operation(plan Plan) (op Operation, before map[int][]byte, err error) {
	now := s.Now().UTC()
	op = Operation{ID: nextID(now, plan.was.Operation), Version: s.Version, Command: plan.Command, Time: now, Was: plan.was, Real: map[string]string{}}
	before = map[int][]byte{}
	missing, noted := map[string]bool{}, map[string]bool{}
	note := func(dir string) error {
		if noted[dir] {
			return nil
		}
		noted[dir] = true
		dirs, err := missingDirs(dir)
		for _, d := range dirs {
			missing[d] = true
		}
		return err
	}
	add := func(c Change, b Content) {
		c.Before = image(b)
		if b.Data != nil {
			before[len(op.Changes)] = b.Data
		}
		op.Changes = append(op.Changes, c)
	}
	stages, staged := map[string]bool{}, map[string]bool{} // by their own paths, by the folders'
	most := 0                                              // there may be a hundred thousand, and growing takes twice their memory
	for _, a := range plan.Actions {
		if a.Changes() {
			most += len(a.Files) + 2
		}
	}
	op.Changes = slices.Grow(op.Changes, most)
	for _, a := range plan.Actions {
		if !a.Changes() {
			continue
		}
		if a.server != nil {
			if err := note(filepath.Dir(a.server.target)); err != nil {
				return op, nil, err
			}
			add(Change{Kind: a.Kind, Path: a.server.target, After: image(a.server.after), User: a.server.replaces, Server: a.server.record}, a.server.before)
			continue
		}
		if err := note(a.item.folder); err != nil {
			return op, nil, err
		}
		if !staged[a.item.folder] {
			stage, err := stagePath(a.item.folder, op.ID)
			if err != nil {
				return op, nil, err
			}
			staged[a.item.folder], stages[stage] = true, true
		}
		if a.real != a.item.folder {
			op.Real[a.item.folder] = a.real
		}
		if d := a.item.displace; d != nil {
			add(Change{Kind: a.Kind, Path: a.Path, Folder: a.item.folder, User: true}, d.content)
		}
		if a.From != "" {
			add(Change{Kind: a.Kind, Path: a.Path, Folder: a.item.folder, From: a.From}, Content{})
		}
		for _, f := range a.Files {
			if f.Op == OpKeep || f.Op == OpNone {
				continue
			}
			user := f.State == StateEdited && f.Before.Exists()
			c := Change{Kind: a.Kind, Path: a.FilePath(f.Path), Folder: a.item.folder, After: image(f.After), User: user}
			if a.Kind == KindAgent {
				c.Name = a.Name
			}
			add(c, f.Before)
		}
	}
	op.Missing = sortedKeys(missing)
	op.Stages = sortedKeys(stages)
	return op, before, nil
}

// idFormat is the form of an operation's id, which sorts by time.
const idFormat = "20060102-150405.000000"

// nextID is the id of an operation that begins now and comes after last, even
// if the clock has been set back.
func nextID(now time.Time, last string) string {
	id := now.Format(idFormat)
	if id > last {
		return id
	}
	after, err := time.Parse(idFormat, last)
	if err != nil {
		return id // not an id of ours: there is no order to keep
	}
	return after.Add(time.Microsecond).Format(idFormat)
}
