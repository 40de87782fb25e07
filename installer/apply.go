package installer

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// A Result is what became of an action.
type Result struct {
	Action Action
	Err    error
}

// Status is the result in one word: changed, unchanged, kept or failed.
func (r Result) Status() string {
	switch {
	case r.Err != nil || r.Action.State == StateFailed:
		return "failed"
	case r.Action.Changes():
		return "changed"
	case r.Action.Op == OpKeep:
		return "kept"
	}
	return "unchanged"
}

// Apply carries the plan out and returns a result for each action, in order.
// One that fails is put back as it was and does not stop the others. The error
// is about the operation as a whole, which is then undone: no journal or
// receipt could be written, or ctx has ended. The lock must be held.
func (s *Store) Apply(ctx context.Context, plan Plan) ([]Result, error) {
	results := make([]Result, len(plan.Actions))
	for i, a := range plan.Actions {
		results[i].Action = a
	}
	if plan.stale != nil {
		return results, plan.stale
	}
	if plan.Empty() {
		return results, s.record(plan)
	}
	if err := ctx.Err(); err != nil {
		return results, err
	}
	op, before, err := s.operation(plan)
	if err != nil {
		return results, err
	}
	surplus, err := s.Surplus()
	if err != nil {
		return results, err
	}
	j, err := s.begin(op, func(i int) []byte { return before[i] })
	if err != nil {
		return results, fmt.Errorf("write the journal: %w", err)
	}
	made := s.run(ctx, j, results)
	if bug := bugIn(results); bug != nil {
		return results, errors.Join(bug, s.rollBack(j)) // nobody knows what it has left undone
	}
	s.runLock(ctx, j, plan, results)
	after, err := s.settle(ctx, plan, results, op.ID, made)
	if err != nil || after == nil {
		if back := s.rollBack(j); err == nil || back != nil {
			return results, errors.Join(err, back)
		}
		return results, &UndoneError{err}
	}
	// If a stage stays, so does the journal, for the next command to try again.
	if err := removeStages(op); err != nil {
		return results, fmt.Errorf("all is done, but a folder of fsskills stays: %w", err)
	}
	if err := j.finish(s, *after); err != nil {
		return results, fmt.Errorf("file the backup: %w", err)
	}
	for _, old := range surplus {
		if err := remove(old.File); err != nil {
			return results, err
		}
	}
	return results, nil
}

// An UndoneError is why an operation was undone as a whole. Everything is as it
// was before.
type UndoneError struct{ err error }

func (e *UndoneError) Error() string { return e.err.Error() }
func (e *UndoneError) Unwrap() error { return e.err }

// rollBack undoes an operation that cannot be completed.
func (s *Store) rollBack(j *journal) error {
	r, err := readOperation(j.path)
	if err != nil {
		return err
	}
	left, err := s.undo(r)
	if err != nil {
		return err
	}
	if len(left) == 0 {
		return j.drop()
	}
	backup := s.backupPath(r.ID + undoneSuffix)
	return errors.Join(s.file(r.Operation, backup), fmt.Errorf("left as it is: %s; the bytes from before are in %s", strings.Join(left, ", "), backup))
}

// record saves the receipt of a plan that writes nothing else, if it says
// anything new.
func (s *Store) record(plan Plan) error {
	after := plan.after(plan.Actions)
	plan.sweep(plan.Actions)
	if plan.prune {
		after.Made = removeEmpty(after.Made)
	}
	if after.equal(plan.was) {
		return nil
	}
	after.Operation = plan.was.Operation
	if err := s.create(); err != nil {
		return err
	}
	if err := s.saveReceipt(after); err != nil {
		return err
	}
	// No backup tells of it.
	return s.write(recordedName, after, unsynced)
}

// sweep removes the folders that we made for files which are recorded no more,
// as far as they are empty: a user who has deleted the files leaves them.
func (p Plan) sweep(done []Action) {
	known, real := p.was.index(), realPaths{}
	for i := range done {
		a := &done[i]
		if a.item == nil || a.State == StateFailed {
			continue
		}
		was := known.item(a.item.folder, a.Name)
		if was == nil || was.Kind == KindAgent { // nothing is made for it inside the folder
			continue
		}
		ours := map[string]bool{}
		root, above := real.of(a.item.folder), a.Name
		if a.item.record != nil {
			root, above = filepath.Join(root, a.Name), "." // the skill's own folder is known still
			for _, f := range a.item.record.Files {
				ours[f.Path] = true
			}
		}
		if !isFolder(root) {
			continue
		}
		for _, f := range was.Files {
			if !ours[f.Path] {
				removeEmpty(below(root, foldersTo(root, path.Join(above, path.Dir(f.Path)))))
			}
		}
	}
}

// foldersTo follows a path down from at as far as there are folders, and no
// links, and returns where that ends.
func foldersTo(at, rel string) string {
	for part := range strings.SplitSeq(rel, "/") {
		next := filepath.Join(at, part)
		if part != "." && !isFolder(next) {
			break
		}
		at = next
	}
	return at
}

// settle saves the receipt of what was done, and returns it. It is nil when
// every action failed, so that there is nothing to record.
func (s *Store) settle(ctx context.Context, plan Plan, results []Result, id string, made []string) (*Receipt, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var kept []Action
	done := false
	for _, r := range results {
		if r.Err == nil {
			kept = append(kept, r.Action)
			done = done || r.Action.Changes()
		}
	}
	if !done {
		return nil, nil
	}
	after := plan.after(kept)
	after.Operation = id
	after.Made = append(after.Made, made...)
	after.sort()
	plan.sweep(kept)
	if plan.prune {
		after.Made = removeEmpty(after.Made)
	}
	if err := s.at("receipt"); err != nil {
		return nil, err
	}
	if err := s.saveReceipt(after); err != nil {
		return nil, fmt.Errorf("write the receipt: %w", err)
	}
	return &after, nil
}

// do writes one skill or agent, or puts it back as it was.
func (t *tree) do(a Action) (err error) {
	if a.Op == OpCreate && a.Kind == KindSkill {
		if err := t.create(a.Name, a.Files, a.item.displace); err != nil {
			return err
		}
		if err := t.verify(a.Name, a.Files); err != nil {
			return errors.Join(err, t.withdraw(a.Name, a.item.displace))
		}
		return nil
	}
	if a.From != "" {
		from := filepath.Base(a.From)
		if err := t.move(from, a.Name); err != nil {
			return err
		}
		defer func() {
			if err != nil {
				err = errors.Join(err, t.move(a.Name, from))
			}
		}()
	}
	t.keep = ""
	if a.item.record != nil {
		t.keep = a.Kind.within(a.Name)
	}
	var done []FileChange
	defer func() {
		if err == nil {
			return
		}
		t.keep = "" // it may be new
		for _, f := range slices.Backward(done) {
			err = errors.Join(err, t.revert(a.rel(f.Path), image(f.After), f.Before))
		}
	}()
	for _, f := range a.Files {
		rel := a.rel(f.Path)
		switch f.Op {
		case OpCreate, OpUpdate:
			err = t.put(rel, image(f.Before), f.After)
		case OpRemove:
			err = t.remove(rel, image(f.Before))
		default:
			continue
		}
		if err != nil {
			return err
		}
		done = append(done, f)
	}
	return t.verify(a.Kind.within(a.Name), done)
}

// revert puts back what was there, if what we left is still there.
func (t *tree) revert(rel string, after Image, before Content) error {
	if before.Exists() {
		return t.put(rel, after, before)
	}
	return t.remove(rel, after)
}

// writeServer writes one config file and notes what became of it.
func (s *Store) writeServer(ctx context.Context, j *journal, a *Action) error {
	if err := outside(s.Project, a.server.target); err != nil {
		return err
	}
	if err := a.stays(a.where()); err != nil {
		return err
	}
	n := j.files[a.server.target]
	w := configWriter{
		store: s, step: a.server, draft: draftName(a.server.target, j.op.ID),
		found:   func(c Content) error { return j.found(n, c) },
		placing: func(sha256 string) error { return j.placing(n, sha256) },
	}
	out, err := w.write(ctx)
	if err != nil {
		r, read := readOperation(j.path)
		if read != nil {
			return errors.Join(err, read)
		}
		return errors.Join(err, s.undoServer(r, n))
	}
	step := *a.server
	step.record = out.record
	a.server = &step
	if out.state != "" { // it was worked out anew
		a.Op, a.State, a.Reason, a.Hint, a.Partial = out.op, out.state, out.reason, out.hint, out.partial
		a.WritesKey = out.writesKey && a.Changes()
	}
	return nil
}
