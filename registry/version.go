package registry

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
)

// A Version is a skill as its source had it at some commit.
type Version struct {
	Commit string // the newest one that has it so
	Skill  Skill
}

// maxVersionCommits bounds the history in which versions are looked for. It
// goes back for years in a repository of skills, and its trees and files stay
// within what is downloaded and held anyway.
const maxVersionCommits = 200

// Versions finds what the skills of these names were in the newest 200 commits
// of the history of the session's commit, that one included. Two versions of a
// skill differ in the path, bytes or mode of some file; the newest comes first.
// A skill counts wherever the finder of skills saw it at its time, and is left
// out where it was unsafe or unreadable. A git remote is asked once, for all of
// this history. A folder or archive has no versions, and none is no error.
//
// The error is one of this package, a *LimitError if the history is too large
// to look through, or the context's.
func (s *Session) Versions(ctx context.Context, names []string) ([]Version, error) {
	if s.past == nil || len(names) == 0 {
		return nil, nil
	}
	g, err := s.past.recent(ctx)
	if err != nil {
		return nil, err
	}
	tip := plumbing.NewHash(s.commit)
	w := newWalk(g)
	if err := w.newest(ctx, tip, maxVersionCommits); err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, notACommit(err, tip, s.source.URL)
	}
	f := versionFinder{
		names: names,
		meter: &meter{objects: g.objects, where: s.source.URL, left: maxUnpackedBytes},
		known: map[string]bool{},
	}
	return f.find(ctx, w.order)
}

// A meter bounds what is read of some objects, however often: a few large
// folders can be in every commit.
type meter struct {
	objects objects
	where   string
	left    int64
}

func (m *meter) object(kind plumbing.ObjectType, id plumbing.Hash, limit int64) ([]byte, error) {
	data, err := m.objects.object(kind, id, limit)
	if m.left -= int64(len(data)); m.left < 0 {
		return nil, m.spent()
	}
	return data, err
}

// spent is the error of a meter that has run out.
func (m *meter) spent() error {
	if m.left >= 0 {
		return nil
	}
	return &LimitError{Where: m.where, What: fmt.Sprintf("%d MiB of history", maxUnpackedBytes>>20)}
}

// A versionFinder looks through commits and remembers what it has seen.
type versionFinder struct {
	names  []string
	meter  *meter
	reader collector // its sum of bytes goes through all versions
	known  map[string]bool
	found  []Version
}

// isNew says whether a key is met for the first time.
func (f *versionFinder) isNew(key string) bool {
	if f.known[key] {
		return false
	}
	f.known[key] = true
	return true
}

func (f *versionFinder) find(ctx context.Context, commits []*stop) ([]Version, error) {
	for _, c := range commits {
		if !f.isNew("root " + c.tree.String()) {
			continue
		}
		t := &gitTree{objects: f.meter, folders: map[string]plumbing.Hash{"": c.tree}}
		dir, entries, _, _, err := findSkills(ctx, t)
		if err := f.fatal(ctx); err != nil {
			return nil, err
		}
		if err != nil {
			continue // a commit that cannot be read says nothing
		}
		f.reader.tree = t
		for _, e := range entries {
			if !slices.Contains(f.names, e.name) || !f.isNew("skill "+e.name+" "+e.id.String()) {
				continue
			}
			if err := f.add(ctx, c.id, dir, e); err != nil {
				return nil, err
			}
		}
	}
	return f.found, nil
}

// add reads the skill e in dir, and keeps it if it is another version.
func (f *versionFinder) add(ctx context.Context, commit plumbing.Hash, dir string, e entry) error {
	skill, err := f.reader.skill(ctx, dir, e)
	if err := f.fatal(ctx); err != nil {
		return err
	}
	if limit, ok := errors.AsType[*LimitError](err); ok {
		return limit
	}
	if err != nil {
		return nil //nolint:nilerr // an unsafe or unreadable version was never installed
	}
	if f.isNew(digest([]Skill{skill}, nil)) {
		f.found = append(f.found, Version{commit.String(), skill})
	}
	return nil
}

// fatal gives the errors after which no other commit can be read either.
func (f *versionFinder) fatal(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return f.meter.spent()
}
