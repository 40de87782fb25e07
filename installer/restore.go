package installer

import (
	"fmt"
	"slices"
	"strings"
)

// Operations returns what is backed up, newest first. One that cannot be read
// is an error, since it stands for bytes that a user may look for.
func (s *Store) Operations() ([]Operation, error) {
	backups, err := s.backedUp()
	if err != nil {
		return nil, err
	}
	var ops []Operation
	for _, b := range slices.Backward(backups) {
		if b.undone {
			continue
		}
		op, err := readHeader(b.path)
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
// of it, or "last". next is the one that came after it, nil if there is none.
func (s *Store) find(word string) (id string, next *Operation, err error) {
	ops, err := s.Operations()
	if err != nil {
		return "", nil, err
	}
	if word == "last" && len(ops) > 0 {
		return ops[0].ID, nil, nil
	}
	var near []string
	for i, op := range ops {
		if op.ID != word && (word == "" || !strings.HasPrefix(op.ID, word)) {
			continue
		}
		next = nil
		if i > 0 {
			next = &ops[i-1]
		}
		if op.ID == word {
			return op.ID, next, nil
		}
		near = append(near, op.ID)
	}
	if len(near) == 1 {
		return near[0], next, nil
	}
	return "", nil, &UnknownOperationError{ID: word, Near: near}
}

// NewRestore plans what puts the bytes back that an operation has replaced,
// and the records of them. What has changed since is kept, unless force.
func (s *Store) NewRestore(r Receipt, word string, force bool) (Plan, error) {
	id, next, err := s.find(word)
	if err != nil {
		return Plan{}, err
	}
	rec, err := readOperation(s.backupPath(id))
	if err != nil {
		return Plan{}, err
	}
	after := r // what was recorded after the operation
	if next != nil {
		after = next.Was
	}
	p := Plan{Command: "restore", Source: r.Source, was: r, receipt: r.clone(), prune: true}
	if r.Operation == id && rec.left(KindLock, r.Lock) {
		// Nothing has come after it: what was chosen then holds again.
		p.receipt.Choices, p.receipt.Source = rec.Was.Choices, rec.Was.Source
		p.Source = rec.Was.Source
		for i, item := range p.receipt.Items {
			// One whose files did not change is of the former commit again, and
			// what was decided about upstream's version is open.
			if old := rec.Was.Item(item.Folder, item.Name); old != nil && slices.EqualFunc(old.Files, item.Files, File.same) {
				p.receipt.Items[i] = *old
				p.receipt.Items[i].shared = item.shared
			}
		}
	}
	things := map[string]int{} // from the path of a skill or agent to its action
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
		name, inside, err := c.thing()
		if err != nil {
			return Plan{}, err
		}
		place := c.Kind.place(c.Folder, name, inside)
		n, known := things[place]
		if !known {
			n = len(p.Actions)
			things[place] = n
			p.Actions = append(p.Actions, rec.restoreThing(c, name, place, force, r))
		}
		a := &p.Actions[n]
		if a.State == StateFailed || a.State == StateForeign || c.From != "" {
			continue
		}
		if err := a.restoreFile(rec, c, inside, before, force); err != nil {
			return Plan{}, err
		}
	}
	for _, n := range things {
		a := &p.Actions[n]
		if a.State != StateFailed && a.State != StateForeign && !sameItem(after.Item(a.item.folder, a.knownAs()), r.Item(a.item.folder, a.knownAs())) {
			if err := a.overtaken(r, force); err != nil {
				return Plan{}, err
			}
		}
		a.settleRestore(r)
	}
	p.planLock(r.Project)
	p.pin(realPaths{})
	return p, nil
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
