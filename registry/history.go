package registry

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// A History is what happened between two commits.
type History struct {
	Commits []Commit // newest first, at most 100
	// More says that there are others which are not listed: older ones, or
	// those beyond the end of a shallow clone.
	More bool
}

// ErrNoHistory says that the commits between two cannot be told: the older is
// none of the newer one's ancestors, for the history was rewritten or goes the
// other way; the server does not have or give them; there are far too many; or
// the source has no history at all.
var ErrNoHistory = errors.New("the commits between are not known")

const (
	// maxCommits bounds a History. Nobody reads a longer list.
	maxCommits = 100
	// maxBetween bounds the commits between two, which must all be known to
	// tell the newest: some 3 MB to download. A repository with that many
	// between two updates is not one of skills.
	maxBetween = 10_000
)

// Since tells the commits which the session's commit has and old, the full id
// of an earlier one, has not. A git remote is asked for them in one further
// request, for the commits alone where it can leave out the rest; a local
// repository is read, and for the session's own commit nothing is.
//
// The error is ErrNoHistory, one of this package, or the context's.
func (s *Session) Since(ctx context.Context, old string) (History, error) {
	if strings.EqualFold(old, s.commit) {
		return History{}, nil
	}
	if s.past == nil || len(old) != commitDigits || !isHex(old) {
		return History{}, ErrNoHistory
	}
	tip, bottom := plumbing.NewHash(s.commit), plumbing.NewHash(old)
	g, err := s.past.since(ctx, bottom)
	if err != nil {
		return History{}, noHistory(ctx, err)
	}
	w := newWalk(g)
	if err := w.between(ctx, tip, bottom, maxBetween); err != nil {
		return History{}, noHistory(ctx, sourceError(s.source, err))
	}
	if !w.reaches(bottom) {
		return History{}, ErrNoHistory
	}
	var h History
	for _, n := range w.found() {
		h.More = h.More || n.cut || len(h.Commits) == maxCommits
		if len(h.Commits) < maxCommits {
			h.Commits = append(h.Commits, Commit{n.id.String(), n.subject, n.date})
		}
	}
	return h, nil
}

// noHistory adds ErrNoHistory to a refusal and to what is too much.
func noHistory(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	_, tooLarge := errors.AsType[*LimitError](err)
	if tooLarge || isDenied(err) {
		return fmt.Errorf("%w: %w", ErrNoHistory, err)
	}
	return err
}

// A past knows where to read history.
type past interface {
	// since gives a graph with all commits that the session's commit has and
	// old has not.
	since(ctx context.Context, old plumbing.Hash) (graph, error)
	// recent gives a graph with the newest commits and what is in them.
	recent(ctx context.Context) (graph, error)
}

// A graph is commits and their parents.
type graph struct {
	objects objects
	// partial says that parents may be missing, as in what a server sends.
	partial bool
	// ends are the commits whose parents a shallow clone does not have.
	ends map[plumbing.Hash]bool
}

// since asks for all that old lacks. A bounded depth would not be exact: whether
// old has a commit may be known only by the ancestors that are cut off. If old
// is an ancestor at all, one of its children is in the answer.
func (r *remote) since(ctx context.Context, old plumbing.Hash) (graph, error) {
	p, err := r.ask(ctx, query{ids: r.wanted(), have: old, commitsOnly: true})
	return graph{objects: p, partial: true}, err
}

func (r *remote) recent(ctx context.Context) (graph, error) {
	p, err := r.ask(ctx, query{ids: r.wanted(), depth: maxVersionCommits})
	return graph{objects: p, partial: true}, err
}

// A localPast reads the history on the disk.
type localPast struct{ repo *repository }

func (l localPast) since(ctx context.Context, _ plumbing.Hash) (graph, error) { return l.recent(ctx) }

func (l localPast) recent(context.Context) (graph, error) {
	ids, err := l.repo.storage.Shallow()
	if err != nil {
		return graph{}, &SourceError{Where: l.repo.path, Err: err, Remedy: "check the repository with git -C " + l.repo.path + " fsck"}
	}
	g := graph{objects: l.repo, ends: map[plumbing.Hash]bool{}}
	for _, id := range ids {
		g.ends[id] = true
	}
	return g, nil
}
