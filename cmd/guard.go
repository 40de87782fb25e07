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

// guard refuses to work where the user cannot mean it: as root in somebody's
// home, or with a folder of ours that is not the user's.
func (e *Env) guard(at site) error {
	if err := e.guardState(at); err != nil {
		return err
	}
	return e.guardCache(at)
}

// guardState refuses what guard does, but for the cache. It comes before anything
// of the state folder is read: a receipt says what may be overwritten and taken
// out, and where the skills are from.
func (e *Env) guardState(at site) error {
	if user := e.Getenv("SUDO_USER"); user != "" && user != "root" {
		return &usageError{
			msg:  "under sudo, fsskills would leave files in the home that only root may change",
			hint: "run it again without sudo",
		}
	}
	const what, variable = "state", "XDG_STATE_HOME"
	if err := e.guardFolder(at, what, e.StateDir, variable); err != nil {
		return err
	}
	dir := e.storeDir(at)
	if dir != e.StateDir {
		if err := e.guardFolder(at, what, dir, variable); err != nil {
			return err
		}
	}
	for _, folder := range []string{dir, filepath.Join(dir, "backups")} {
		entries, err := os.ReadDir(folder)
		if err != nil {
			continue // what reads it says why it cannot
		}
		for _, entry := range entries {
			path := filepath.Join(folder, entry.Name())
			info, err := entry.Info()
			switch {
			case err != nil: // it has just gone
			case !ownedByUser(info):
				return notYours("file", path, variable)
			case info.Mode()&(fs.ModeNamedPipe|fs.ModeDevice|fs.ModeSocket) != 0:
				return &usageError{msg: "the state file " + path + " is not a regular file", hint: "move it away"}
			case info.Mode().IsRegular() && openToOthers(info):
				return writable(path)
			}
		}
	}
	return nil
}

// writable complains of what others may have written. Doctor closes what others
// may only read.
func writable(path string) error {
	return &usageError{msg: path + " can be written by other users", hint: "chmod go-w " + path}
}

func notYours(what, path, variable string) error {
	return &usageError{
		msg:  fmt.Sprintf("the %s %s belongs to another user", what, path),
		hint: "run fsskills as its owner, or point " + variable + " to a folder of yours",
	}
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
		return notYours(what+" folder", dir, variable)
	case err == nil && openToOthers(info):
		return writable(dir)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if project := e.broughtBy(at, dir); project != "" {
		return &usageError{
			msg:  fmt.Sprintf("the %s folder %s lies inside the project %s, which could have brought it along", what, dir, project),
			hint: "unset " + variable + ", or run fsskills from outside the project",
		}
	}
	return nil
}

// broughtBy is the project that path, which may begin at the working folder, lies
// in, of those at or above that folder and that of a site. It is empty if there is
// none.
func (e *Env) broughtBy(at site, path string) (project string) {
	projects := e.projects()
	if at.root != "" {
		projects = append(projects, at.root)
	}
	if len(projects) == 0 {
		return ""
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(e.Dir, path)
	}
	real := installer.RealPath(path)
	for _, project := range projects {
		// A link, or /proc/self/cwd, may lead there by another name.
		if isBelow(path, project) || isBelow(real, project) || isBelow(real, installer.RealPath(project)) {
			return project
		}
	}
	return ""
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
	for _, place := range append([]string{path}, places...) {
		if project := e.broughtBy(site{}, place); project != "" {
			return &usageError{
				msg:  fmt.Sprintf("%s lies inside the project %s, which could have brought it along", place, project),
				hint: "unset XDG_CONFIG_HOME, or run fsskills from outside the project",
			}
		}
	}
	for _, place := range places {
		info, err := os.Stat(place)
		switch {
		case err != nil:
			return err
		case !info.IsDir() && !info.Mode().IsRegular():
			return &usageError{msg: place + " is not a regular file", hint: "move " + path + " away: the file is optional"}
		case !ownedByUser(info):
			return &usageError{msg: place + " belongs to another user", hint: "use a file and a folder of your own"}
		case openToOthers(info):
			return writable(place)
		}
	}
	return nil
}

// project is the git root at or above the working folder, empty if there is
// none. A repository that holds the home, as some keep their dotfiles, is no
// project.
func (e *Env) project() string {
	if all := e.projects(); len(all) > 0 {
		return all[0]
	}
	return ""
}

// projects are that git root and those around it, innermost first: what an outer
// one has set counts in the inner one.
func (e *Env) projects() []string {
	var all []string
	for dir := e.Dir; ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil && !isBelow(e.Home, dir) {
			all = append(all, dir)
		}
		if dir == filepath.Dir(dir) {
			return all
		}
	}
}

// isBelow reports whether path is dir or lies in it.
func isBelow(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
