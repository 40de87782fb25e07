package installer

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fsskills/clients"
	"fsskills/clients/document"
	"fsskills/registry"
)

// LockfileName is the file in a project's root that says what the project has,
// and is committed with it.
const LockfileName = "fsskills.lock"

// lockfileVersion is the format that this program writes.
const lockfileVersion = 1

// A Lockfile is what a project has installed: the same bytes for everybody who
// works on it. It holds no times and no paths of a machine, and says nothing
// that depends on the system.
type Lockfile struct {
	Version int          `json:"version"`
	Source  LockedSource `json:"source"`
	// Skills and Agents are sorted by name. The files of agents are as they are
	// spelt for the clients of their folders.
	Skills []LockedItem `json:"skills"`
	Agents []LockedItem `json:"agents,omitempty"`
	// Only are the skills that were chosen by name; none means all of them.
	// Without are those that were taken out by name. NoAgents is true when none
	// are to come.
	Only     []string `json:"only,omitempty"`
	Without  []string `json:"without,omitempty"`
	NoAgents bool     `json:"noAgents,omitempty"`
	// Folders are the folders of skills and agents with the clients that read
	// them.
	Folders []LockedFolder `json:"folders"`
	Servers []LockedServer `json:"servers,omitempty"`

	sha256 string // of the file
}

// A LockedSource is where the skills came from. A source on somebody's own
// disk has no address here.
type LockedSource struct {
	URL    string `json:"url,omitempty"`
	Ref    string `json:"ref,omitempty"`
	Commit string `json:"commit,omitempty"`
	Pinned bool   `json:"pinned,omitempty"`
}

// A LockedItem is one skill or agent. Commit is there if it is not the source's,
// and Folders if it is not in all of those of its kind.
type LockedItem struct {
	Name    string   `json:"name"`
	Commit  string   `json:"commit,omitempty"`
	Folders []string `json:"folders,omitempty"`
	Files   []File   `json:"files"`
}

// A LockedFolder is a folder of skills or, if Kind says so, of agents, below the
// root and slash-separated.
type LockedFolder struct {
	Path    string   `json:"path"`
	Kind    Kind     `json:"kind,omitempty"`
	Clients []string `json:"clients"`
}

// kind is that of the things in the folder.
func (f LockedFolder) kind() Kind { return cmp.Or(f.Kind, KindSkill) }

// of are the items of a kind.
func (l *Lockfile) of(kind Kind) []LockedItem {
	if kind == KindAgent {
		return l.Agents
	}
	return l.Skills
}

// A LockedServer is the entry in one config file, below the root and
// slash-separated. Created says that the file, and MadeRoot how many of the
// maps above the entry, came with it.
type LockedServer struct {
	Path     string             `json:"path"`
	Clients  []string           `json:"clients"`
	URL      string             `json:"url"`
	Auth     clients.AuthMethod `json:"auth"`
	KeyEnv   string             `json:"keyEnv,omitempty"`
	Found    bool               `json:"found,omitempty"`
	Created  bool               `json:"created,omitempty"`
	MadeRoot int                `json:"madeRoot,omitempty"`
}

// A LockfileError says that a project's lock cannot be read. It is never taken
// for "nothing installed".
type LockfileError struct {
	Path string
	Err  error
	hint string
}

func (e *LockfileError) Error() string { return fmt.Sprintf("%s: %v", e.Path, e.Err) }
func (e *LockfileError) Unwrap() error { return e.Err }

// Hint says how to get out of it.
func (e *LockfileError) Hint() string { return e.hint }

// LockfilePath is where a project's lock is.
func LockfilePath(root string) string { return filepath.Join(root, LockfileName) }

// ReadLockfile reads the lock of the project in root, nil if it has none. The
// error is a [*LockfileError] if the file is there.
func ReadLockfile(root string) (*Lockfile, error) {
	path := LockfilePath(root)
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	refuse := func(err error) error {
		return &LockfileError{Path: path, Err: err, hint: "take the file back from the project's history (git checkout HEAD -- fsskills.lock), or remove it and run fsskills install --scope project: skills that are unchanged are taken over again"}
	}
	if !info.Mode().IsRegular() {
		return nil, refuse(errNotRegular)
	}
	if info.Size() > maxLockfile {
		return nil, refuse(fmt.Errorf("has %d bytes; %d is the limit", info.Size(), maxLockfile))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if line := conflict(data); line > 0 {
		return nil, &LockfileError{Path: fmt.Sprintf("%s:%d", path, line), Err: errors.New("a merge has left its marks"), hint: "take one side of the file whole, and run fsskills update --scope project"}
	}
	if _, err := document.Parse(document.JSON, data); err != nil {
		if syntax, ok := errors.AsType[*document.SyntaxError](err); ok {
			path += ":" + syntax.Error()
			return nil, refuse(errors.New("not valid JSON"))
		}
		return nil, refuse(err)
	}
	l := &Lockfile{sha256: digest(data)}
	err = json.Unmarshal(data, l)
	if l.Version > lockfileVersion {
		return nil, &LockfileError{Path: path, Err: fmt.Errorf("has format version %d, and this fsskills knows %d", l.Version, lockfileVersion), hint: "install a newer fsskills"}
	}
	if err := at(data, err); err != nil {
		if place, ok := errors.AsType[*placedError](err); ok {
			path, err = fmt.Sprintf("%s:%d:%d", path, place.line, place.column), place.err
		}
		return nil, refuse(err)
	}
	if err := l.check(); err != nil {
		return nil, refuse(err)
	}
	return l, nil
}

// maxLockfile is far more than a lock of a thousand skills takes.
const maxLockfile = 8 << 20

// conflict returns the line of a mark that git leaves in a file which it could
// not merge, 0 if there is none.
func conflict(data []byte) int {
	n := 0
	for line := range bytes.Lines(data) {
		n++
		if bytes.HasPrefix(line, []byte("<<<<<<< ")) || bytes.HasPrefix(line, []byte(">>>>>>> ")) {
			return n
		}
	}
	return 0
}

// isHex reports whether s is n digits of lower-case hex.
func isHex(s string, n int) bool {
	return len(s) == n && !strings.ContainsFunc(s, func(r rune) bool { return (r < '0' || r > '9') && (r < 'a' || r > 'f') })
}

// isCommit reports whether s is a full commit id or, of a source that has
// none, a digest; or nothing.
func isCommit(s string) bool {
	sum, isSum := strings.CutPrefix(s, "sha256:")
	return s == "" || isHex(s, 40) || isSum && isHex(sum, 64)
}

// isServerURL reports whether s can be the address of a server.
func isServerURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil &&
		!strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f })
}

// check refuses what a lock cannot have: it comes from a repository, and so
// from anybody.
func (l *Lockfile) check() error {
	if l.Version < 1 {
		return errors.New("has no version")
	}
	if !isCommit(l.Source.Commit) {
		return fmt.Errorf("source.commit: %q is no commit id", l.Source.Commit)
	}
	for _, kind := range []Kind{KindSkill, KindAgent} {
		if err := checkItems(l.of(kind), kind); err != nil {
			return fmt.Errorf("%ss: %w", kind, err)
		}
	}
	for _, path := range l.paths() {
		if !fs.ValidPath(path) || path == "." || strings.Contains(path, `\`) {
			return fmt.Errorf("%q is no path below the project", path)
		}
	}
	return l.checkPlaces()
}

// checkItems refuses skills or agents that cannot be.
func checkItems(items []LockedItem, kind Kind) error {
	seen := map[string]bool{}
	for _, s := range items {
		if err := registry.CheckSkillName(s.Name); err != nil {
			return err
		}
		if !isCommit(s.Commit) {
			return fmt.Errorf("%s: %q is no commit id", s.Name, s.Commit)
		}
		for _, dir := range append([]string{""}, s.Folders...) {
			if seen[dir+"/"+s.Name] {
				return fmt.Errorf("%s is there twice", s.Name)
			}
		}
		for _, dir := range s.Folders {
			seen[dir+"/"+s.Name] = true
		}
		if len(s.Folders) == 0 {
			seen["/"+s.Name] = true
		}
		if err := s.checkFiles(); err != nil {
			return err
		}
		if has := func(f File) bool { return f.Path == skillFile }; kind == KindSkill && !slices.ContainsFunc(s.Files, has) {
			return fmt.Errorf("%s has no %s", s.Name, skillFile)
		}
		if kind == KindAgent && (len(s.Files) != 1 || !isAgentFile(s.Files[0].Path, s.Name)) {
			return fmt.Errorf("%s is not one file of that name", s.Name)
		}
	}
	return nil
}

func (s LockedItem) checkFiles() error {
	paths := map[string]bool{}
	for _, f := range s.Files {
		if !fs.ValidPath(f.Path) || f.Path == "." || strings.Contains(f.Path, `\`) || paths[f.Path] {
			return fmt.Errorf("%s: %q is no path of a file, or is there twice", s.Name, f.Path)
		}
		paths[f.Path] = true
		for part := range strings.SplitSeq(f.Path, "/") {
			if err := registry.CheckFileName(part); err != nil {
				return fmt.Errorf("%s: %s: %w", s.Name, f.Path, err)
			}
		}
		if !isHex(f.SHA256, 64) {
			return fmt.Errorf("%s: %s: %q is no sha256", s.Name, f.Path, f.SHA256)
		}
	}
	return nil
}

// checkPlaces refuses folders and servers that cannot be.
func (l *Lockfile) checkPlaces() error {
	seen := map[string]bool{}
	place := func(path string, ids []string) error {
		if seen[path] {
			return fmt.Errorf("%q is there twice", path)
		}
		if seen[path] = true; len(ids) == 0 {
			return fmt.Errorf("%q has no clients", path)
		}
		return nil
	}
	for _, f := range l.Folders {
		if err := place(f.Path, f.Clients); err != nil {
			return fmt.Errorf("folders: %w", err)
		}
		if f.kind() != KindSkill && f.kind() != KindAgent {
			return fmt.Errorf("folders: %q: %q is no kind of things", f.Path, f.Kind)
		}
	}
	for _, s := range l.Servers {
		if err := place(s.Path, s.Clients); err != nil {
			return fmt.Errorf("servers: %w", err)
		}
		switch {
		case s.Auth != clients.OAuth && s.Auth != clients.APIKey:
			return fmt.Errorf("servers: %s: %q is no way to sign in", s.Path, s.Auth)
		case s.Auth == clients.APIKey && !clients.IsVariable(s.KeyEnv):
			return fmt.Errorf("servers: %s: %q is no name of a variable", s.Path, s.KeyEnv)
		case !isServerURL(s.URL):
			return fmt.Errorf("servers: %s: %q is no address", s.Path, s.URL)
		case s.MadeRoot < 0:
			return fmt.Errorf("servers: %s: madeRoot is negative", s.Path)
		}
	}
	return nil
}

// skillFile is the file that makes a folder a skill.
const skillFile = "SKILL.md"

// paths are all the places that the lock names.
func (l *Lockfile) paths() []string {
	var paths []string
	for _, f := range l.Folders {
		paths = append(paths, f.Path)
	}
	for _, s := range l.Servers {
		paths = append(paths, s.Path)
	}
	for _, s := range slices.Concat(l.Skills, l.Agents) {
		paths = append(paths, s.Folders...)
	}
	return paths
}

// Clients returns the ids of the clients that the lock serves.
func (l *Lockfile) Clients() []string {
	var ids []string
	for _, f := range l.Folders {
		ids = append(ids, f.Clients...)
	}
	for _, s := range l.Servers {
		ids = append(ids, s.Clients...)
	}
	return union(ids, nil)
}

// commit is where an item of the lock came from.
func (l *Lockfile) commit(s LockedItem) string {
	if s.Commit != "" {
		return s.Commit
	}
	return l.Source.Commit
}

// in reports whether an item of the lock is in a folder of its kind.
func (s LockedItem) in(folder string) bool {
	return len(s.Folders) == 0 || slices.Contains(s.Folders, folder)
}

// encode is the file's bytes: the same on every machine for the same project.
func (l *Lockfile) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(l); err != nil {
		return nil, fmt.Errorf("encode the lock: %w", err)
	}
	return b.Bytes(), nil
}
