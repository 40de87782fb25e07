package installer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
)

// ErrChanged reports that something changed between the plan and the write.
var ErrChanged = errors.New("changed since the plan was made")

// errThroughLink reports a link or file where a folder has to be.
var errThroughLink = errors.New("is not a folder, nothing is written through it")

// A tree writes skills or agents into one folder. Everything goes through an
// os.Root on the folder's real parent, and every component below is entered by
// itself, so that nothing is written through a link, wherever it leads and
// whenever it comes. New files are
// made in a stage beside the folder, since clients load what they find inside
// it, hidden or not, and are renamed into place.
type tree struct {
	root  *os.Root
	base  string // the skills folder inside root
	stage string
	made  bool // the stage exists
	// stuck are the folders that should have gone and could not, absolute,
	// parents first.
	stuck []string
	// keep is the folder of a skill that stays, empty or not: it is recorded
	// still.
	keep string
	// open is the folder of the stage, of this name inside root, that was the
	// last to be written to.
	open    *os.Root
	openDir string
	n       int
	at      func(string) error
}

// openTree opens the skills folder, which must exist, for the operation id.
func (s *Store) openTree(folder, id string) (*tree, error) {
	if err := outside(s.Project, folder); err != nil {
		return nil, err
	}
	real, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(filepath.Dir(real))
	if err != nil {
		return nil, err
	}
	return &tree{root: root, base: filepath.Base(real), stage: stageName(filepath.Base(real), id), at: s.at}, nil
}

// stageName is the folder in which an operation makes ready what goes into the
// folder called base, beside which it lies: there may be one for skills and one
// for agents.
func stageName(base, id string) string { return stagePrefix + id + "-" + base }

const stagePrefix = ".fsskills-"

// where is the skills folder, with links resolved.
func (t *tree) where() string { return filepath.Join(t.root.Name(), t.base) }

// close removes the stage, as far as that works: what is done does not depend
// on it, and the operation looks after its stages once more at its end.
func (t *tree) close() {
	t.unstage()
	if t.made {
		_ = t.root.RemoveAll(t.stage)
	}
	_ = t.root.Close() // a folder, nothing was written to it
}

func (t *tree) openStage() error {
	if t.made {
		return nil
	}
	if err := t.at("stage"); err != nil {
		return err
	}
	if err := t.root.Mkdir(t.stage, privateDir); err != nil {
		return err
	}
	t.made = true
	return nil
}

// create makes a whole skill appear by one rename. displace is a link or file
// that gives way.
func (t *tree) create(name string, files []FileChange, displace *present) error {
	if err := t.openStage(); err != nil {
		return err
	}
	top := path.Join(t.stage, name)
	for _, f := range files {
		if err := t.write(path.Join(top, f.Path), f.After, 0); err != nil {
			return err
		}
	}
	t.unstage()
	place := path.Join(t.base, name)
	if err := t.at("place " + name); err != nil {
		return err
	}
	if _, err := t.root.Lstat(place); displace == nil && !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(fmt.Errorf("%s: %w", name, ErrChanged), err)
	}
	if displace == nil {
		return t.rename(top, place)
	}
	// What gives way is kept in the stage until the skill is in its place. It
	// has to be what the plan saw, and the journal has: the stage goes.
	if err := t.expect(name, image(displace.content)); err != nil {
		return err
	}
	aside := path.Join(t.stage, "aside-"+name)
	if err := t.rename(place, aside); err != nil {
		return err
	}
	if c, err := t.content(aside); err != nil || !image(displace.content).is(c) {
		return errors.Join(fmt.Errorf("%s: %w", name, ErrChanged), err, t.rename(aside, place))
	}
	if err := t.at("displace " + name); err != nil {
		return errors.Join(err, t.rename(aside, place))
	}
	if err := t.rename(top, place); err != nil {
		return errors.Join(err, t.rename(aside, place))
	}
	return nil
}

// withdraw takes a skill that create has placed away again, and puts back what
// it displaced.
func (t *tree) withdraw(name string, displace *present) error {
	place := path.Join(t.base, name)
	if err := t.rename(place, path.Join(t.stage, "withdrawn-"+name)); err != nil {
		return err
	}
	if displace == nil {
		return nil
	}
	return t.rename(path.Join(t.stage, "aside-"+name), place)
}

// move gives a skill's folder another name, by one rename. Files of the user's
// in it come along.
func (t *tree) move(from, to string) error {
	if err := t.at("move " + from); err != nil {
		return err
	}
	info, err := t.root.Lstat(path.Join(t.base, from))
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s: %w", from, errThroughLink)
	}
	if _, err := t.root.Lstat(path.Join(t.base, to)); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(fmt.Errorf("%s: %w", to, ErrChanged), err)
	}
	return t.rename(path.Join(t.base, from), path.Join(t.base, to))
}

// put replaces or makes one file. before is what must be there.
func (t *tree) put(rel string, before Image, after Content) error {
	place := path.Join(t.base, rel)
	err := t.expect(rel, before)
	if errors.Is(err, ErrChanged) && before == (Image{}) && t.vacate(place) {
		err = t.expect(rel, before)
	}
	if err != nil {
		return err
	}
	if err := t.openStage(); err != nil {
		return err
	}
	if err := t.at("put " + rel); err != nil {
		return err
	}
	t.n++
	tmp := path.Join(t.stage, strconv.Itoa(t.n))
	if after.Link != "" {
		stage, err := t.staged(t.stage)
		if err == nil {
			err = stage.Symlink(after.Link, path.Base(tmp))
		}
		if err != nil {
			return err
		}
		return t.land(tmp, place)
	}
	// A new file has the mode that the user's umask leaves of it; one that was
	// there, or comes back, has the mode that it had.
	var exact fs.FileMode
	if before.SHA256 != "" || after.Mode.Perm()&0o022 != 0 {
		exact = after.Mode.Perm()
	}
	if err := t.write(tmp, after, exact); err != nil {
		return err
	}
	return t.land(tmp, place)
}

// vacate removes a folder with nothing but empty folders in it, which is nothing
// in the way of a file.
func (t *tree) vacate(place string) bool {
	dir, _, err := t.enter(place, false)
	if err != nil {
		return false
	}
	list, err := dir.Open(".")
	if err != nil {
		t.leave(dir)
		return false
	}
	entries, err := list.ReadDir(-1)
	err = errors.Join(err, list.Close())
	t.leave(dir)
	if err != nil {
		return false
	}
	for _, e := range entries {
		if !t.vacate(path.Join(place, e.Name())) {
			return false
		}
	}
	return t.removeIn(place) == nil
}

// land gives a file that is ready its place. The folders above it that are new
// go again if that fails.
func (t *tree) land(tmp, place string) error {
	dir, made, err := t.enter(path.Dir(place), true)
	if err == nil {
		t.leave(dir)
		err = t.rename(tmp, place)
	}
	if err != nil {
		for _, dir := range slices.Backward(made) {
			_ = t.removeIn(dir)
		}
	}
	return err
}

// remove takes one file out, and the folders that are then empty.
func (t *tree) remove(rel string, before Image) error {
	if err := t.expect(rel, before); err != nil {
		return err
	}
	if err := t.at("remove " + rel); err != nil {
		return err
	}
	if err := patiently(func() error { return t.removeIn(path.Join(t.base, rel)) }); err != nil {
		return err
	}
	t.prune(path.Dir(rel))
	return nil
}

// prune removes dir and its parents up to the skills folder, or to keep, as long as they
// are empty. A folder that is not empty stays, which is no error. One that
// stays for another reason is noted with its parents, to be tried once more.
func (t *tree) prune(dir string) {
	for ; dir != "." && dir != "/" && dir != t.keep; dir = path.Dir(dir) {
		err := t.removeIn(path.Join(t.base, dir))
		if err == nil {
			continue
		}
		if errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, errThroughLink) {
			return
		}
		var stuck []string
		for ; dir != "." && dir != "/"; dir = path.Dir(dir) {
			stuck = append(stuck, filepath.Join(t.root.Name(), t.base, filepath.FromSlash(dir)))
		}
		slices.Reverse(stuck)
		t.stuck = append(t.stuck, stuck...)
		return
	}
}

// expect checks that rel is what the plan saw, reached through no link.
func (t *tree) expect(rel string, before Image) error {
	c, err := t.read(rel)
	if err != nil {
		return err
	}
	if !before.is(c) {
		return fmt.Errorf("%s: %w", rel, ErrChanged)
	}
	return nil
}

// read reads a file below the skills folder, refusing to pass through a link.
func (t *tree) read(rel string) (Content, error) {
	// From the top, so that no component is looked at through another.
	for i, c := range rel {
		if c != '/' {
			continue
		}
		dir := rel[:i]
		info, err := t.root.Lstat(path.Join(t.base, dir))
		if errors.Is(err, fs.ErrNotExist) {
			return Content{}, nil
		}
		if err != nil {
			return Content{}, err
		}
		if !info.IsDir() {
			return Content{}, fmt.Errorf("%s: %w", dir, errThroughLink)
		}
	}
	return t.content(path.Join(t.base, rel))
}

// content reads what is at a place inside root: a file, or where a link leads.
func (t *tree) content(place string) (Content, error) {
	info, err := t.root.Lstat(place)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Content{}, nil
	case err != nil:
		return Content{}, err
	case info.Mode()&fs.ModeSymlink != 0:
		target, err := t.root.Readlink(place)
		return Content{Link: target}, err
	case !info.Mode().IsRegular():
		return Content{SHA256: notAFile}, nil
	}
	data, err := t.root.ReadFile(place)
	if err != nil {
		return Content{}, err
	}
	return Content{SHA256: digest(data), Mode: info.Mode().Perm(), Data: data}, nil
}

// write makes a new file in the stage, and the folders above it. exact is a mode
// that it must have whatever the umask, or 0. It is not synced: what a kill of
// the machine takes can be fetched again.
func (t *tree) write(name string, c Content, exact fs.FileMode) error {
	dir, err := t.staged(path.Dir(name))
	if err != nil {
		return err
	}
	if err := t.at("write " + name); err != nil {
		return err
	}
	f, err := dir.OpenFile(path.Base(name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, c.Mode.Perm())
	if err != nil {
		return err
	}
	if err := fill(f, c.Data, unsynced); err != nil || exact == 0 {
		return err
	}
	return dir.Chmod(path.Base(name), exact)
}

// verify reads the files back and compares.
func (t *tree) verify(name string, files []FileChange) error {
	for _, f := range files {
		if f.Op == OpKeep {
			continue
		}
		c, err := t.read(path.Join(name, f.Path))
		if f.Op == OpRemove && (errors.Is(err, errThroughLink) || c.SHA256 == notAFile) {
			continue // upstream has made a folder of the file, or the reverse
		}
		if err != nil {
			return err
		}
		if c.SHA256 != f.After.SHA256 {
			return fmt.Errorf("%s: read back after writing, it is not what was written", f.Path)
		}
		if f.Op == OpUpdate && c.Exec() != f.After.Exec() && runtime.GOOS != "windows" {
			return fmt.Errorf("%s: the mode did not take", f.Path)
		}
	}
	return nil
}
