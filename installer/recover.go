package installer

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
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
	// Left are the files that could not be put back, with the reason: somebody
	// has changed them since. Their bytes from before are in Backup.
	Left   []string
	Backup string
}

// Recover finishes or undoes the operation that was interrupted. It returns
// nil if there is none. What is not ours any more is left as it is and does
// not stop the next command. The lock must be held.
func (s *Store) Recover() (*Recovery, error) {
	r, err := readOperation(s.path(journalName))
	if errors.Is(err, fs.ErrNotExist) {
		s.sweep()
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	receipt, err := s.Receipt()
	if err != nil {
		return nil, err
	}
	s.sweep()
	rec := &Recovery{Operation: r.Operation, Finished: receipt.Operation == r.ID}
	if rec.Finished {
		err = errors.Join(s.tidy(r), s.complete(r, receipt))
	} else {
		rec.Left, err = s.undo(r)
	}
	if err != nil {
		return nil, fmt.Errorf("undo the interrupted %s: %w", r.Command, err)
	}
	// The backup stays even when the operation was undone: it costs little,
	// and no byte from before can be lost that way.
	rec.Backup = s.backupPath(r.ID)
	if !rec.Finished {
		rec.Backup = s.backupPath(r.ID + undoneSuffix)
	}
	if err := s.file(r.Operation, rec.Backup); err != nil {
		return nil, err
	}
	return rec, nil
}

// complete gives the journal of a completed operation the receipt that it has
// left. It is written anew: the kill may have cut off its end.
func (s *Store) complete(r *record, after Receipt) error {
	if r.after != nil {
		return nil
	}
	data, err := json.Marshal(after)
	if err != nil {
		return fmt.Errorf("encode the receipt: %w", err)
	}
	r.members = append(r.members, member{afterName, privateFile, data})
	draft := s.path(journalName) + ".new"
	if err := r.write(draft); err != nil {
		return err
	}
	return rename(draft, s.path(journalName))
}

// sweep removes the drafts that a kill has left in the state folder. One that
// stays harms nobody.
func (s *Store) sweep() {
	for _, pattern := range []string{"." + receiptName + ".*", "." + recordedName + ".*", "." + lockName + ".json.*", journalName + ".new"} {
		drafts, err := filepath.Glob(s.path(pattern))
		if err != nil {
			continue
		}
		for _, draft := range drafts {
			_ = os.Remove(draft)
		}
	}
}

// undoneSuffix marks the backup of an operation that was undone.
const undoneSuffix = ".undone"

// tidy removes what a completed operation may have left beside its files.
func (s *Store) tidy(r *record) error {
	var errs []error
	errs = append(errs, removeStages(r.Operation))
	for _, c := range r.Changes {
		if !c.Kind.isFile() {
			continue
		}
		for _, name := range []string{draftName(c.Path, r.ID), unfinished(draftName(c.Path, r.ID))} {
			if err := remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}

// removeStages removes the folders in which the operation made skills ready.
func removeStages(op Operation) error {
	var errs []error
	for _, stage := range op.Stages {
		errs = append(errs, removeAll(stage))
	}
	return errors.Join(errs...)
}

// undo puts every file back as it was before the operation. What has been
// changed by somebody else since stays; left names what could not be put back
// though it should be. The error is one that may go by itself, such as a full
// disk: undo may then be run again.
func (s *Store) undo(r *record) (left []string, err error) {
	var errs []error
	trees := map[string]*tree{}
	unmoved := r.unmoved()
	for i, c := range slices.Backward(r.Changes) {
		var err error
		switch {
		case c.Kind.isFile():
			err = s.undoServer(r, i)
		case slices.ContainsFunc(unmoved, func(dir string) bool { return isIn(c.Path, dir) }):
			// The skill has its old name: nothing of it was changed yet.
		case c.From != "":
			err = s.undoMove(trees, r, c)
		default:
			err = s.undoFile(trees, r, i)
		}
		switch {
		case err == nil:
		case isFull(err) || isIO(err):
			errs = append(errs, fmt.Errorf("%s: %w", c.Path, err))
		default:
			left = append(left, fmt.Sprintf("%s: %v", c.Path, err))
		}
	}
	for _, folder := range slices.Sorted(maps.Keys(trees)) {
		trees[folder].close()
	}
	errs = append(errs, removeStages(r.Operation))
	if err := errors.Join(errs...); err != nil {
		return left, err
	}
	removeEmpty(r.Missing)
	return left, nil
}

// was is what the i-th change found, going by the last bytes that were seen.
func (r *record) was(i int) Content {
	b := r.Changes[i].Before
	c := Content{SHA256: b.SHA256, Mode: b.Mode, Link: b.Link, Data: r.before[i]}
	if data, ok := r.before[i]; ok {
		c.SHA256 = digest(data)
	}
	return c
}

// placedBy reports whether the i-th change put these bytes there.
func (r *record) placedBy(i int, c Content) bool {
	return r.Changes[i].After.is(c) || c.SHA256 != "" && slices.Contains(r.placed[i], c.SHA256)
}

// unmoved are the new folders of skills that still have their old names, or
// that are in neither place.
func (r *record) unmoved() []string {
	var dirs []string
	for _, c := range r.Changes {
		if c.From != "" && (!isFolder(c.Path) || isFolder(c.From) && r.stands(c)) {
			dirs = append(dirs, c.Path)
		}
	}
	return dirs
}

// stands reports whether the files of a skill are under its old name as the
// operation found them: what is under the new one is somebody else's.
func (r *record) stands(move Change) bool {
	old := present{kind: folder, dir: move.From}
	for i, c := range r.Changes {
		if c.From != "" || c.Folder != move.Folder || !isIn(c.Path, move.Path) {
			continue
		}
		rel, err := filepath.Rel(move.Path, c.Path)
		if err != nil {
			return false
		}
		if have, err := old.file(filepath.ToSlash(rel)); err != nil || !image(r.was(i)).is(have) {
			return false
		}
	}
	return true
}

// isIn reports whether path is dir or lies in it.
func isIn(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}

// undoMove gives a skill's folder its old name back.
func (s *Store) undoMove(trees map[string]*tree, r *record, c Change) error {
	t, err := s.undoTree(trees, r, c, false)
	if t == nil || err != nil {
		return err
	}
	return t.move(filepath.Base(c.Path), filepath.Base(c.From))
}

// undoTree opens the skills folder of a change. It returns nil if there is
// none and it need not be made.
func (s *Store) undoTree(trees map[string]*tree, r *record, c Change, make bool) (*tree, error) {
	if t := trees[c.Folder]; t != nil {
		return t, nil
	}
	t, err := s.openTree(c.Folder, r.ID)
	if errors.Is(err, fs.ErrNotExist) {
		if !make {
			return nil, nil
		}
		// An uninstall had removed the folder already.
		if _, err := makeDirs(c.Folder); err != nil {
			return nil, err
		}
		t, err = s.openTree(c.Folder, r.ID)
	}
	if err != nil {
		return nil, err
	}
	if real := cmp.Or(r.Real[c.Folder], c.Folder); t.where() != real {
		t.close()
		return nil, fmt.Errorf("%s leads to %s: %w", c.Folder, t.where(), ErrChanged)
	}
	// The stage may be there from before the kill.
	_, err = t.root.Lstat(t.stage)
	t.made = err == nil
	trees[c.Folder] = t
	return t, nil
}

// undoFile puts one file of a skill back.
func (s *Store) undoFile(trees map[string]*tree, r *record, i int) error {
	c, before := r.Changes[i], r.was(i)
	t, err := s.undoTree(trees, r, c, before.Exists())
	if t == nil || err != nil {
		return err // without a folder, the file was never made
	}
	rel, err := filepath.Rel(c.Folder, c.Path)
	if err != nil {
		return err
	}
	rel = filepath.ToSlash(rel)
	have, err := t.read(rel)
	if errors.Is(err, errThroughLink) && !before.Exists() {
		return nil // what we make would not be there: it was not made, or is gone
	}
	if err != nil {
		return err
	}
	switch {
	case c.undone(before, have):
		if !before.Exists() {
			t.prune(path.Dir(rel)) // of folders that were made for it
		}
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
	return filepath.Join(filepath.Dir(real), stageName(filepath.Base(real), id)), err
}

func sortedKeys(m map[string]bool) []string {
	return slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(a, string(filepath.Separator)), strings.Count(b, string(filepath.Separator))), cmp.Compare(a, b))
	})
}
