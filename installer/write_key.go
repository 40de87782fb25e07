package installer

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"fsskills/clients"
	"fsskills/clients/document"
)

// KeyFiles returns the files that the request has the key itself written into:
// those that lack one, and those that have one by an earlier request.
func (req Request) KeyFiles(r Receipt) (lacking, having []string) {
	for _, e := range req.edits(r) {
		if e.file.Unable != nil || !e.file.HoldsKey() {
			continue
		}
		have, err := readContent(e.file.Path)
		entry, _, _ := entryOf(e.file.Format, e.file.Place, have.Data)
		if _, ok := e.file.KeyIn(entry); ok && err == nil && e.last != nil && e.last.Key != nil {
			having = append(having, e.file.Path)
		} else {
			lacking = append(lacking, e.file.Path)
		}
	}
	return lacking, having
}

// serverFiles returns where a target's entry goes. A key that was written into
// a file stays there as long as the user signs in by key: no flag is needed.
func (req Request) serverFiles(r Receipt, t Target) []clients.ServerFile {
	files := t.Client.ServerFiles(req.System, *t.Server)
	holdsKey := func(s Server) bool { return s.Key != nil }
	if t.Server.Literal || t.Server.Auth != clients.APIKey || !slices.ContainsFunc(r.Servers, holdsKey) {
		return files
	}
	literal := *t.Server
	literal.Literal = true
	for i, file := range t.Client.ServerFiles(req.System, literal) {
		if last := r.live(file.Path); file.HoldsKey() && last != nil && last.Key != nil {
			files[i] = file
		}
	}
	return files
}

// key is the key for the entry: the user's or, without one, that which the
// file has.
func (e serverEdit) key(found []document.Found) (clients.Secret, bool) {
	if !e.want.Key.IsZero() {
		return e.want.Key, true
	}
	for _, f := range found {
		if f.Name == e.file.Place.Name {
			return e.file.KeyIn(f.Value)
		}
	}
	return clients.Secret{}, false
}

// keyless leaves an entry alone whose key is gone.
func (e serverEdit) keyless(out outcome) outcome {
	out.op, out.state, out.partial = OpKeep, StateEdited, true
	out.reason = "the API key that was written into the entry is not there any more"
	out.hint = "--write-key writes it again, --auth oauth does without"
	return out
}

// keyMode is the mode that the file gets for the key's sake, 0 if it keeps its own: a file with the
// key is closed to others, and opened again when the key goes, unless the user
// has changed it since.
func (e serverEdit) keyMode(have Content) fs.FileMode {
	switch {
	case !have.Exists():
		return 0
	case e.file.HoldsKey():
		return closed(have.Mode)
	case e.last != nil && e.last.Key != nil && have.Mode == closed(e.last.Key.Mode):
		return e.last.Key.Mode
	}
	return 0
}

// openWarning warns of a file with the key that others can read.
func (e serverEdit) openWarning(have Content) []string {
	if closed(have.Mode) == have.Mode {
		return nil
	}
	return []string{fmt.Sprintf("others can read %s, and the API key in it: chmod 600 %s", e.file.Path, e.file.Path)}
}

// keyWarnings say what it means that the action writes the key itself.
func (a Action) keyWarnings() []string {
	if !a.WritesKey {
		return nil
	}
	out := []string{fmt.Sprintf("the API key itself goes into %s: whoever can read or copy that file has the key", a.Path)}
	if root := repository(a.server.target); root != "" {
		out = append(out, fmt.Sprintf("%s is in the git repository %s: keep it out of every commit", a.server.target, root))
	}
	return out
}

// repository is the git repository that a file is in, empty if there is none.
func repository(path string) string {
	for dir := filepath.Dir(path); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
	}
	return ""
}
