package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"fsskills/installer"
)

// guard refuses to write where the user cannot mean it: as root in somebody's
// home, or into a folder of ours that is not the user's.
func (e *Env) guard(at site) error {
	if user := e.Getenv("SUDO_USER"); user != "" && user != "root" {
		return &usageError{
			msg:  "under sudo, fsskills would leave files in the home that only root may change",
			hint: "run it again without sudo",
		}
	}
	if err := e.guardFolder(at, "state", e.StateDir, "XDG_STATE_HOME"); err != nil {
		return err
	}
	return e.guardCache(at)
}

// guardCache refuses a cache folder that somebody else may have filled: the
// skills in it instruct an agent. It comes before the folder is read or written.
// One that cannot be looked at stops nobody: who needs it will say why not.
func (e *Env) guardCache(at site) error {
	if refused, ok := errors.AsType[*usageError](e.guardFolder(at, "cache", e.CacheDir, "XDG_CACHE_HOME")); ok {
		return refused
	}
	return nil
}

// guardFolder refuses a folder of ours, which the variable leads to, that
// belongs to another user or that a project has brought along.
func (e *Env) guardFolder(at site, what, dir, variable string) error {
	info, err := os.Stat(dir)
	switch {
	case err == nil && !ownedByUser(info):
		return &usageError{
			msg:  fmt.Sprintf("the %s folder %s belongs to another user", what, dir),
			hint: "run fsskills as its owner, or point " + variable + " to a folder of yours",
		}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	for _, project := range []string{e.project(), at.root} {
		if project == "" {
			continue
		}
		// A link, or /proc/self/cwd, may lead there by another name.
		if isBelow(dir, project) || isBelow(installer.RealPath(dir), installer.RealPath(project)) {
			return &usageError{
				msg:  fmt.Sprintf("the %s folder %s lies inside the project %s, which could have brought it along", what, dir, project),
				hint: "unset " + variable + ", or run fsskills from outside the project",
			}
		}
	}
	return nil
}

// guardConfig refuses a file of the user's own that somebody else may have
// written: it redirects the source and the server. A link to it is fine if it
// leads to a file of the user's.
func (e *Env) guardConfig(path string) error {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return &usageError{msg: path + " is a link that leads nowhere", hint: "mend the link, or remove it: the file is optional"}
	}
	places := []string{filepath.Dir(path), filepath.Dir(real), real}
	if project := e.project(); project != "" {
		root, err := filepath.EvalSymlinks(project)
		if err != nil {
			return err
		}
		for _, place := range append([]string{path, real}, places...) {
			if isBelow(place, project) || isBelow(place, root) {
				return &usageError{
					msg:  fmt.Sprintf("%s lies inside the project %s, which could have brought it along", place, project),
					hint: "unset XDG_CONFIG_HOME, or run fsskills from outside the project",
				}
			}
		}
	}
	for _, place := range places {
		info, err := os.Stat(place)
		switch {
		case err != nil:
			return err
		case !ownedByUser(info):
			return &usageError{msg: place + " belongs to another user", hint: "use a file and a folder of your own"}
		case openToOthers(info):
			return &usageError{msg: place + " can be written by other users", hint: "chmod go-w " + place}
		}
	}
	return nil
}

// project is the git root at or above the working folder, empty if there is
// none. A repository that holds the home, as some keep their dotfiles, is no
// project.
func (e *Env) project() string {
	for dir := e.Dir; ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil && !isBelow(e.Home, dir) {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
}

// isBelow reports whether path is dir or lies in it.
func isBelow(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
