package installer

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Recovery says what was done about an interrupted operation.
type Recovery struct {
	Operation Operation
	// Finished is true when the operation had been completed but for its
	// backup; otherwise it was undone.
	Finished bool
}

// Recover finishes or undoes the operation that was interrupted. It returns
// nil if there is none. The lock must be held.
func (s *Store) Recover() (*Recovery, error) {
	r, err := readOperation(s.path(journalName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	receipt, err := s.Receipt()
	if err != nil {
		return nil, err
	}
	rec := &Recovery{Operation: r.Operation, Finished: receipt.Operation == r.ID}
	if rec.Finished {
		err = s.tidy(r)
	} else {
		err = s.undo(r)
	}
	if err != nil {
		return nil, fmt.Errorf("undo the interrupted %s: %w", r.Command, err)
	}
	// The backup stays even when the operation was undone: it costs little,
	// and no byte from before can be lost that way.
	backup := s.backupPath(r.ID)
	if !rec.Finished {
		backup = s.backupPath(r.ID + undoneSuffix)
	}
	if err := os.Rename(s.path(journalName), backup); err != nil {
		return nil, err
	}
	return rec, nil
}

// undoneSuffix marks the backup of an operation that was undone.
const undoneSuffix = ".undone"

// tidy removes what a completed operation may have left beside its files.
func (s *Store) tidy(r *record) error {
	var errs []error
	for _, stage := range r.Stages {
		errs = append(errs, os.RemoveAll(stage))
	}
	for _, c := range r.Changes {
		if c.Kind != KindServer {
			continue
		}
		if err := os.Remove(draftName(c.Path, r.ID)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// undo puts every file back as it was before the operation. What has been
// changed by somebody else since stays. It may be run again after a failure.
func (s *Store) undo(r *record) error {
	var errs []error
	trees := map[string]*tree{}
	for i, c := range slices.Backward(r.Changes) {
		before := Content{SHA256: c.Before.SHA256, Mode: c.Before.Mode, Link: c.Before.Link, Data: r.before[i]}
		if before.SHA256 != "" {
			before.SHA256 = digest(before.Data) // the last bytes seen, see journal.again
		}
		var err error
		if c.Kind == KindServer {
			err = s.undoServer(c, before, draftName(c.Path, r.ID))
		} else {
			err = s.undoFile(trees, r.ID, c, before)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", c.Path, err))
		}
	}
	for _, folder := range slices.Sorted(maps.Keys(trees)) {
		errs = append(errs, trees[folder].close())
	}
	for _, stage := range r.Stages {
		errs = append(errs, os.RemoveAll(stage))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	removeEmpty(r.Missing)
	return nil
}

// undoFile puts one file of a skill back.
func (s *Store) undoFile(trees map[string]*tree, id string, c Change, before Content) error {
	t := trees[c.Folder]
	if t == nil {
		var err error
		t, err = s.openTree(c.Folder, id)
		if errors.Is(err, fs.ErrNotExist) {
			if !before.Exists() {
				return nil // it was never made
			}
			// An uninstall had removed the folder already.
			if _, err := makeDirs(c.Folder); err != nil {
				return err
			}
			t, err = s.openTree(c.Folder, id)
		}
		if err != nil {
			return err
		}
		// The stage may be there from before the kill.
		_, err = t.root.Lstat(t.stage)
		t.made = err == nil
		trees[c.Folder] = t
	}
	rel, err := filepath.Rel(c.Folder, c.Path)
	if err != nil {
		return err
	}
	rel = filepath.ToSlash(rel)
	have, err := t.read(rel)
	if err != nil {
		return err
	}
	switch {
	case image(before).is(have):
		return nil
	case c.After.is(have) && before.Exists():
		t.n += undoOffset
		return t.put(rel, c.After, before)
	case c.After.is(have):
		return t.remove(rel, c.After)
	}
	return nil // somebody has changed it since
}

// undoOffset keeps the names of files that an undo stages apart from those of
// the operation.
const undoOffset = 1 << 20

// undoServer puts one config file back. If the client has written it since,
// only our entry is taken out.
func (s *Store) undoServer(c Change, before Content, draft string) error {
	if err := s.undoDraft(c, before, draft); err != nil {
		return err
	}
	for range maxTries {
		have, err := readContent(c.Path, before)
		if err != nil {
			return err
		}
		out := c.back(have, before)
		if !out.changes() {
			return nil
		}
		if _, err := makeDirs(filepath.Dir(c.Path)); err != nil {
			return err
		}
		w := configWriter{store: s, step: &serverStep{target: c.Path}, draft: draft, again: func(Content) error { return nil }}
		if ok, err := w.replace(have, out); ok || err != nil {
			return err
		}
	}
	return errContested
}

// back works out how the file that is now have gets rid of the change.
func (c Change) back(have, before Content) outcome {
	switch {
	case image(before).is(have):
		return outcome{op: OpNone}
	case c.After.is(have) && before.Exists():
		return outcome{op: OpUpdate, data: before.Data, sha256: before.SHA256, mode: before.Mode}
	case c.After.is(have):
		return outcome{op: OpRemove, gone: true}
	case !have.Exists() || c.Server == nil:
		return outcome{op: OpNone}
	}
	edit := serverEdit{remove: true, last: c.Server, ids: c.Server.Clients}
	edit.file.Path, edit.file.Format, edit.file.Place = c.Path, c.Server.Format, c.Server.Place
	return edit.on(have)
}

// undoDraft looks at the draft that a kill has left. If it came between the
// exchange and the look at what came out, the client's newest bytes are in it.
func (s *Store) undoDraft(c Change, before Content, draft string) error {
	stray, err := readContent(draft)
	if err != nil || !stray.Exists() {
		return err
	}
	have, err := readContent(c.Path)
	if err != nil {
		return err
	}
	if stray.SHA256 != c.After.SHA256 && stray.SHA256 != before.SHA256 && c.After.is(have) {
		return os.Rename(draft, c.Path)
	}
	return os.Remove(draft)
}

// missingDirs returns dir and its parents as far as they do not exist,
// outermost first.
func missingDirs(dir string) ([]string, error) {
	var missing []string
	for {
		_, err := os.Stat(dir)
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		missing = append(missing, dir)
		up := filepath.Dir(dir)
		if up == dir {
			break
		}
		dir = up
	}
	slices.Reverse(missing)
	return missing, nil
}

// stagePath is the stage of an operation for a skills folder, which may not
// exist yet.
func stagePath(folder, id string) (string, error) {
	real, err := filepath.EvalSymlinks(folder)
	if errors.Is(err, fs.ErrNotExist) {
		real, err = folder, nil
	}
	return filepath.Join(filepath.Dir(real), stageName(id)), err
}

func sortedKeys(m map[string]bool) []string {
	return slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(a, string(filepath.Separator)), strings.Count(b, string(filepath.Separator))), cmp.Compare(a, b))
	})
}
