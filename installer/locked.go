package installer

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"fsskills/clients"
	"fsskills/registry"
)

// A MismatchError says in what way a project cannot have exactly the bytes of
// its lock.
type MismatchError struct {
	Path   string // of the lock
	Differ []string
	// Local is true when the files that differ are on this machine, and false
	// when they are the source's.
	Local bool
}

func (e *MismatchError) Error() string {
	what := "the locked bytes cannot be had"
	if e.Local {
		what = "these are not as locked, and stay as they are"
	}
	return fmt.Sprintf("%s: %s: %s", e.Path, what, strings.Join(e.Differ, "; "))
}

// Hint says how to get out of it.
func (e *MismatchError) Hint() string {
	if e.Local {
		return "look at them with --dry-run --diff; --force puts the locked bytes there, after a backup"
	}
	return "check --source; if the change is meant, run fsskills update --scope project and commit the lock"
}

// Commits returns the commits that the locked skills and agents are from, the
// source's first.
func (l *Lockfile) Commits() []string {
	var commits []string
	for _, s := range slices.Concat(l.Skills, l.Agents) {
		if c := l.commit(s); !slices.Contains(commits, c) {
			commits = append(commits, c)
		}
	}
	if i := slices.Index(commits, l.Source.Commit); i > 0 {
		commits[0], commits[i] = commits[i], commits[0]
	}
	return commits
}

// On reports whether every locked skill and agent stands in its folders as
// locked, so that nothing has to be fetched.
func (l *Lockfile) On(root string) bool {
	for _, f := range l.Folders {
		for _, s := range l.of(f.kind()) {
			if !s.in(f.Path) {
				continue
			}
			item := Item{Kind: f.kind(), Name: s.Name, Folder: filepath.Join(root, filepath.FromSlash(f.Path)), Files: s.Files, shared: true}
			if state, _ := item.Inspect(); state != StateCurrent || !item.modes() {
				return false
			}
		}
	}
	return true
}

// modes reports whether the files can be run that should, and no others.
// Windows has no such mode.
func (i Item) modes() bool {
	return runtime.GOOS == "windows" || !slices.ContainsFunc(i.Files, func(f File) bool {
		info, err := os.Stat(filepath.Join(i.Folder, filepath.FromSlash(path.Join(i.Kind.within(i.Name), f.Path))))
		return err != nil || (info.Mode()&0o100 != 0) != f.Exec
	})
}

// A Locked is what a lock wants, with its bytes: the things of each folder, by
// the folder's path below the project.
type Locked struct{ things map[string][]thing }

// With takes the bytes of what is locked from snapshots, by commit. Agents are
// spelt for the catalog's clients. The error is a [*MismatchError] where they
// are not those that are locked.
func (l *Lockfile) With(snapshots map[string]*registry.Snapshot, root string, catalog clients.Catalog) (*Locked, error) {
	out := &Locked{things: map[string][]thing{}}
	mismatch := &MismatchError{Path: LockfilePath(root)}
	for _, f := range l.Folders {
		client, known := f.client(catalog)
		if f.kind() == KindAgent && !known {
			continue // others see to it
		}
		for _, s := range l.of(f.kind()) {
			if !s.in(f.Path) {
				continue
			}
			have, ok, err := s.from(snapshots[l.commit(s)], f.kind(), l.commit(s), client)
			switch {
			case err != nil:
				mismatch.add(err.Error())
			case !ok:
				mismatch.add(s.Name + " is not there")
			default:
				mismatch.add(s.differs(have)...)
			}
			out.things[f.Path] = append(out.things[f.Path], have)
		}
	}
	if len(mismatch.Differ) > 0 {
		return nil, mismatch
	}
	return out, nil
}

// add says once in what way it is not as locked.
func (e *MismatchError) add(what ...string) {
	for _, w := range what {
		if !slices.Contains(e.Differ, w) {
			e.Differ = append(e.Differ, w)
		}
	}
}

// client is one that reads the folder.
func (f LockedFolder) client(catalog clients.Catalog) (clients.Client, bool) {
	for _, id := range f.Clients {
		if c, ok := catalog.Find(id); ok {
			return c.In(clients.ProjectScope)
		}
	}
	return clients.Client{}, false
}

// from is the item as a snapshot has it for a client. It reports false if the
// snapshot has it not.
func (s LockedItem) from(snapshot *registry.Snapshot, kind Kind, commit string, client clients.Client) (thing, bool, error) {
	if snapshot == nil {
		return thing{}, false, nil
	}
	if kind == KindAgent {
		i := slices.IndexFunc(snapshot.Agents, func(a registry.Agent) bool { return a.Name == s.Name })
		if i < 0 {
			return thing{}, false, nil
		}
		have, err := anAgent(snapshot.Agents[i], commit, client)
		return have, true, err
	}
	i := slices.IndexFunc(snapshot.Skills, func(k registry.Skill) bool { return k.Name == s.Name })
	if i < 0 {
		return thing{}, false, nil
	}
	return aSkill(snapshot.Skills[i], commit), true, nil
}

// differs names the files of a skill or an agent that are not as locked.
func (s LockedItem) differs(have thing) []string {
	var differ []string
	locked := map[string]File{}
	for _, f := range s.Files {
		locked[f.Path] = f
	}
	for _, f := range have.files {
		l, ok := locked[f.Path]
		delete(locked, f.Path)
		if !ok || l.SHA256 != f.SHA256 || l.Exec != (f.Mode&0o100 != 0) {
			differ = append(differ, s.Name+"/"+f.Path)
		}
	}
	for _, f := range s.Files {
		if _, left := locked[f.Path]; left {
			differ = append(differ, s.Name+"/"+f.Path)
		}
	}
	return differ
}

// in returns what the lock has in a folder.
func (k *Locked) in(root, dir string) []thing {
	path, err := filepath.Rel(root, dir)
	if err != nil {
		return nil
	}
	return k.things[filepath.ToSlash(path)]
}

// HasServer reports whether the lock has an entry for a client.
func (l *Lockfile) HasServer(id string) bool {
	return slices.ContainsFunc(l.Servers, func(s LockedServer) bool { return slices.Contains(s.Clients, id) })
}

// Exact returns why a plan does not come to the locked bytes, nil if it does.
func (p Plan) Exact() error {
	mismatch := &MismatchError{Path: LockfilePath(p.project), Local: true}
	for _, a := range p.Actions {
		if a.Kind == KindServer && a.Partial {
			mismatch.Differ = append(mismatch.Differ, a.Path+" ("+a.Reason+")")
		}
		if a.item == nil {
			continue
		}
		for _, f := range a.Files {
			if f.Op == OpNone && f.Before.Exists() && f.Before.Exec() != f.After.Exec() && runtime.GOOS != "windows" {
				mismatch.Differ = append(mismatch.Differ, a.FilePath(f.Path)+" (its mode was changed by you)")
			}
		}
		kept := a.Kept()
		for _, f := range kept {
			mismatch.Differ = append(mismatch.Differ, a.FilePath(f.Path)+" ("+f.Reason+")")
		}
		if len(kept) == 0 && a.Op == OpKeep {
			mismatch.Differ = append(mismatch.Differ, a.Path+" ("+a.Reason+")")
		}
	}
	if len(mismatch.Differ) == 0 {
		return nil
	}
	return mismatch
}
