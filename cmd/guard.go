package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// guard refuses to write where the user cannot mean it: as root in somebody's
// home, into a state folder of another user, or into one that a project has
// brought along.
func (e *Env) guard(at site) error {
	if user := e.Getenv("SUDO_USER"); user != "" && user != "root" {
		return &usageError{
			msg:  "under sudo, fsskills would leave files in the home that only root may change",
			hint: "run it again without sudo",
		}
	}
	info, err := os.Stat(e.StateDir)
	switch {
	case err == nil && !ownedByUser(info):
		return &usageError{
			msg:  fmt.Sprintf("the state folder %s belongs to another user", e.StateDir),
			hint: "run fsskills as its owner, or point XDG_STATE_HOME to a folder of yours",
		}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	for _, project := range []string{e.project(), at.root} {
		if project != "" && isBelow(e.StateDir, project) {
			return &usageError{
				msg:  fmt.Sprintf("the state folder %s lies inside the project %s, which could have brought it along", e.StateDir, project),
				hint: "unset XDG_STATE_HOME, or run fsskills from outside the project",
			}
		}
	}
	return nil
}

// project is the git root at or above the working folder, empty if there is
// none. A home that is itself a repository, as some keep their dotfiles, is no
// project.
func (e *Env) project() string {
	for dir := e.Dir; ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil && !isSame(dir, e.Home) {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
}

// isSame reports whether two paths say the same, in capitals or not where
// the system makes no difference: a shell's working folder is spelt as typed.
func isSame(a, b string) bool {
	rel, err := filepath.Rel(a, b)
	return err == nil && rel == "."
}

// isBelow reports whether path is dir or lies in it.
func isBelow(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
