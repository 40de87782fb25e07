package installer

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

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

// Commits returns the commits that the locked skills are from, the source's
// first.
func (l *Lockfile) Commits() []string {
	var commits []string
	for _, s := range l.Skills {
		if c := l.commit(s); !slices.Contains(commits, c) {
			commits = append(commits, c)
		}
	}
	if i := slices.Index(commits, l.Source.Commit); i > 0 {
		commits[0], commits[i] = commits[i], commits[0]
	}
	return commits
}

// On reports whether every locked skill stands in its folders as locked, so
// that nothing has to be fetched.
func (l *Lockfile) On(root string) bool {
	for _, f := range l.Folders {
		for _, s := range l.Skills {
			if !s.in(f.Path) {
				continue
			}
			item := Item{Name: s.Name, Folder: filepath.Join(root, filepath.FromSlash(f.Path)), Files: s.Files, shared: true}
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
		info, err := os.Stat(filepath.Join(i.Path(), filepath.FromSlash(f.Path)))
		return err != nil || (info.Mode()&0o100 != 0) != f.Exec
	})
}

// A lockedSkill is a skill with the commit that it is from.
type lockedSkill struct {
	registry.Skill
	commit string
}

// A Locked is what a lock wants, with its bytes.
type Locked struct {
	lock   *Lockfile
	skills []lockedSkill // by the index of the lock's
}

// With takes the bytes of the locked skills from snapshots, by commit. The
// error is a [*MismatchError] where they are not those that are locked.
func (l *Lockfile) With(snapshots map[string]*registry.Snapshot, root string) (*Locked, error) {
	out := &Locked{lock: l, skills: make([]lockedSkill, len(l.Skills))}
	mismatch := &MismatchError{Path: LockfilePath(root)}
	for n, s := range l.Skills {
		commit := l.commit(s)
		snapshot := snapshots[commit]
		i := -1
		if snapshot != nil {
			i = slices.IndexFunc(snapshot.Skills, func(k registry.Skill) bool { return k.Name == s.Name })
		}
		if i < 0 {
			mismatch.Differ = append(mismatch.Differ, s.Name+" is not there")
			continue
		}
		have := snapshot.Skills[i]
		mismatch.Differ = append(mismatch.Differ, s.differs(have)...)
		out.skills[n] = lockedSkill{Skill: have, commit: commit}
	}
	if len(mismatch.Differ) > 0 {
		return nil, mismatch
	}
	return out, nil
}

// differs names the files of a skill that are not as locked.
func (s LockedSkill) differs(have registry.Skill) []string {
	var differ []string
	locked := map[string]File{}
	for _, f := range s.Files {
		locked[f.Path] = f
	}
	for _, f := range have.Files {
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

// in returns the skills that the lock has in a folder.
func (k *Locked) in(root, dir string) []lockedSkill {
	path, err := filepath.Rel(root, dir)
	if err != nil {
		return nil
	}
	var out []lockedSkill
	for n, s := range k.lock.Skills {
		if s.in(filepath.ToSlash(path)) {
			out = append(out, k.skills[n])
		}
	}
	return out
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
				mismatch.Differ = append(mismatch.Differ, filepath.Join(a.Path, filepath.FromSlash(f.Path))+" (its mode was changed by you)")
			}
		}
		kept := a.Kept()
		for _, f := range kept {
			mismatch.Differ = append(mismatch.Differ, filepath.Join(a.Path, filepath.FromSlash(f.Path))+" ("+f.Reason+")")
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
