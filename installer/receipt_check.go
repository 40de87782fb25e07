package installer

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"fsskills/clients"
	"fsskills/clients/document"
)

// check refuses what no fsskills has written. What it lets pass is safe to act
// upon: a skill that is there twice would be removed twice, and a relative
// path means another place for every command.
func (r Receipt) check() error {
	seen := map[string]bool{}
	for n, i := range r.Items {
		if err := i.check(); err != nil {
			return fmt.Errorf("items[%d]: %w", n, err)
		}
		if path := filepath.Clean(i.Path()); seen[path] {
			return fmt.Errorf("items[%d]: %s is there twice", n, path)
		} else {
			seen[path] = true
		}
	}
	for n, s := range r.Servers {
		if err := s.check(); err != nil {
			return fmt.Errorf("servers[%d]: %w", n, err)
		}
		if path := filepath.Clean(s.Path); seen[path] {
			return fmt.Errorf("servers[%d]: %s is there twice", n, path)
		} else {
			seen[path] = true
		}
	}
	for n, dir := range r.Made {
		if err := checkPath(dir); err != nil {
			return fmt.Errorf("made[%d]: %w", n, err)
		}
	}
	if r.Project != "" {
		if err := checkPath(r.Project); err != nil {
			return fmt.Errorf("project: %w", err)
		}
	}
	if t := r.Choices.Token; t != (SourceToken{}) && (t.Source == "" || !clients.IsVariable(t.Env)) {
		return errors.New("choices: token: is no name of a variable for a source") // what is there may be the token
	}
	if r.Lock != "" && !isHex(r.Lock, 64) {
		return fmt.Errorf("lock: %q is no sha256", r.Lock)
	}
	return nil
}

func checkPath(path string) error {
	switch {
	case path == "":
		return errors.New("has no path")
	case !filepath.IsAbs(path):
		return fmt.Errorf("%q is no absolute path", path)
	case strings.ContainsRune(path, 0):
		return fmt.Errorf("%q is no path", path)
	}
	return nil
}

// checkClients refuses what serves nobody: no command would ever come to it.
func checkClients(ids []string) error {
	if len(ids) == 0 || slices.Contains(ids, "") {
		return errors.New("has no clients")
	}
	return nil
}

func (i Item) check() error {
	if i.Kind == "" {
		return errors.New("has no kind")
	}
	if i.Kind != KindSkill && i.Kind != KindAgent {
		return fmt.Errorf("%q is no kind of things", i.Kind)
	}
	if !fs.ValidPath(i.Name) || i.Name == "." || strings.ContainsAny(i.Name, "/\\\x00") {
		return fmt.Errorf("%q is no name of a skill", i.Name)
	}
	if err := checkPath(i.Folder); err != nil {
		return fmt.Errorf("%s: folder: %w", i.Name, err)
	}
	if err := checkClients(i.Clients); err != nil {
		return fmt.Errorf("%s: %w", i.Name, err)
	}
	for _, list := range []struct {
		name  string
		files []File
	}{{"files", i.Files}, {"upstream", i.Upstream}} {
		seen := map[string]bool{}
		for _, f := range list.files {
			if err := f.check(); err != nil {
				return fmt.Errorf("%s: %s: %w", i.Name, list.name, err)
			}
			if seen[f.Path] {
				return fmt.Errorf("%s: %s: %s is there twice", i.Name, list.name, f.Path)
			}
			seen[f.Path] = true
		}
	}
	others := func(f File) bool { return !isAgentFile(f.Path, i.Name) }
	if i.Kind == KindAgent && (len(i.Files) == 0 || slices.ContainsFunc(i.Files, others)) {
		return fmt.Errorf("%s: an agent is a file of that name", i.Name)
	}
	return nil
}

// isAgentFile reports whether a path is that of the agent's file: its name and an
// extension. So no two agents of a folder have one file.
func isAgentFile(path, name string) bool {
	return !strings.Contains(path, "/") && strings.HasPrefix(path, name+".")
}

func (f File) check() error {
	switch {
	case !fs.ValidPath(f.Path) || f.Path == "." || strings.ContainsAny(f.Path, "\\\x00"):
		return fmt.Errorf("%q is no path of a file in a skill", f.Path)
	case !isHex(f.SHA256, 64):
		return fmt.Errorf("%s: %q is no sha256", f.Path, f.SHA256)
	case f.Kept != "" && f.Kept != keptOverNothing && !isHex(f.Kept, 64):
		return fmt.Errorf("%s: kept: %q is no sha256", f.Path, f.Kept)
	}
	return nil
}

func (s Server) check() error {
	if err := checkPath(s.Path); err != nil {
		return fmt.Errorf("path: %w", err)
	}
	if err := checkClients(s.Clients); err != nil {
		return fmt.Errorf("%s: %w", s.Path, err)
	}
	fail := func(format string, args ...any) error {
		return fmt.Errorf("%s: %w", s.Path, fmt.Errorf(format, args...))
	}
	switch {
	case s.Format < document.JSON || s.Format > document.YAML:
		return fail("format: %d is none", s.Format)
	case s.Place.Name == "":
		return fail("place: the entry has no name")
	case s.Auth != clients.OAuth && s.Auth != clients.APIKey:
		return fail("auth: %q is no way to sign in", s.Auth)
	case s.MadeRoot < 0 || s.MadeRoot > len(s.Place.Root):
		return fail("madeRoot: %d of %d maps", s.MadeRoot, len(s.Place.Root))
	case s.SHA256 != "" && !isHex(s.SHA256, 64):
		return fail("%q is no sha256", s.SHA256)
	case s.Key != nil && (!isHex(s.Key.SHA256, 64) || s.Key.Length < 1):
		return fail("key: %q is no sha256 of one", s.Key.SHA256)
	}
	end := 0
	for n, e := range s.Edits {
		// They are applied without a look once the digest of the file fits.
		if e.Off < end {
			return fail("edits[%d]: %d is not behind the one before", n, e.Off)
		}
		end = e.Off + len(e.Old)
	}
	for n, c := range s.Cuts {
		if !isHex(c.Of.SHA256, 64) || c.Off < 0 || c.Length < 1 || c.From < 0 {
			return fail("cuts[%d]: is none", n)
		}
	}
	return nil
}
