package installer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
)

// A link can come between a look at a folder and what is then done in it, and an
// os.Root follows links that stay inside. So each folder on the way is opened by
// its name alone, and has to be the one that was looked at: what is then done in
// it is done in that very folder, wherever its name leads by now.

// enter opens a folder inside root, component by component. Those that are missing
// are made, and returned, if so wanted. Close what is opened with leave.
func (t *tree) enter(dir string, create bool) (at *os.Root, made []string, err error) {
	at = t.root
	if dir == "." {
		return at, nil, nil
	}
	done := "."
	for step := range strings.SplitSeq(dir, "/") {
		done = path.Join(done, step)
		next, err := stepInto(at, step)
		if create && errors.Is(err, fs.ErrNotExist) {
			if err = at.Mkdir(step, 0o755); err == nil {
				made = append(made, done)
				next, err = stepInto(at, step)
			}
		}
		t.leave(at)
		if errors.Is(err, errThroughLink) {
			err = fmt.Errorf("%s: %w", strings.TrimPrefix(done, t.base+"/"), err)
		}
		if err != nil {
			return nil, made, err
		}
		at = next
	}
	return at, made, nil
}

// leave closes a folder that was entered.
func (t *tree) leave(dir *os.Root) {
	if dir != t.root {
		_ = dir.Close() // a folder, nothing was written to it
	}
}

// stepInto opens the folder of this name in another, and nothing that a link
// leads to.
func stepInto(dir *os.Root, name string) (*os.Root, error) {
	seen, err := dir.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !seen.IsDir() {
		return nil, errThroughLink
	}
	next, err := dir.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	opened, err := next.Stat(".")
	if err == nil && !os.SameFile(seen, opened) {
		err = errThroughLink
	}
	if err != nil {
		return nil, errors.Join(err, next.Close())
	}
	return next, nil
}

// rename renames inside the root, with patience.
func (t *tree) rename(from, to string) error {
	old, _, err := t.enter(path.Dir(from), false)
	if err != nil {
		return err
	}
	defer t.leave(old)
	into, _, err := t.enter(path.Dir(to), false)
	if err != nil {
		return err
	}
	defer t.leave(into)
	return patiently(func() error { return t.renameIn(old, from, into, to) })
}

// removeIn removes a file or an empty folder inside the root.
func (t *tree) removeIn(place string) error {
	dir, _, err := t.enter(path.Dir(place), false)
	if err != nil {
		return err
	}
	defer t.leave(dir)
	return dir.Remove(path.Base(place))
}

// staged opens a folder of the stage, which is made if it is missing. It stays
// open until another one is asked for: files come folder by folder.
func (t *tree) staged(dir string) (*os.Root, error) {
	if t.open != nil && t.openDir == dir {
		return t.open, nil
	}
	t.unstage()
	at, _, err := t.enter(dir, true)
	if err != nil {
		return nil, err
	}
	t.open, t.openDir = at, dir
	return at, nil
}

// unstage closes what staged has left open.
func (t *tree) unstage() {
	if t.open != nil {
		t.leave(t.open)
		t.open = nil
	}
}
