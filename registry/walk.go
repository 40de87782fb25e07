package registry

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

// A side says from where a commit was reached.
type side uint8

const (
	fromTip side = 1 << iota
	fromOld
)

// A stop is a commit that a walk has seen.
type stop struct {
	commitObject
	id      plumbing.Hash
	sides   side
	missing bool // the graph does not have it
	cut     bool // nor its parents
	queued  bool
	listed  bool
}

// A walk goes through a graph from child to parent, the newest commit first.
type walk struct {
	graph
	stops  map[plumbing.Hash]*stop
	queue  queue
	order  []*stop // in the order of the first visit
	oldest time.Time
}

func newWalk(g graph) *walk { return &walk{graph: g, stops: map[plumbing.Hash]*stop{}} }

// skew is how far the clocks of committers are expected to differ: so much
// further back it is looked for a way from old to a commit that is dated later.
const skew = 24 * time.Hour

// between visits what is reachable from tip and not from old, which may be
// zero. The error is a *LimitError after more than limit commits.
func (w *walk) between(ctx context.Context, tip, old plumbing.Hash, limit int) error {
	for _, start := range []struct {
		id   plumbing.Hash
		side side
	}{{tip, fromTip}, {old, fromOld}} {
		if start.id.IsZero() {
			continue
		}
		if err := w.reach(start.id, start.side, true); err != nil {
			return err
		}
	}
	for visits := 0; len(w.queue) > 0 && !w.done(); visits++ {
		if visits == limit {
			return &LimitError{Where: "the history", What: fmt.Sprintf("%d commits", limit)}
		}
		if err := w.visit(ctx); err != nil {
			return err
		}
	}
	return nil
}

// newest visits up to count commits that are reachable from tip.
func (w *walk) newest(ctx context.Context, tip plumbing.Hash, count int) error {
	if err := w.reach(tip, fromTip, false); err != nil {
		return err
	}
	for visits := 0; len(w.queue) > 0 && visits < count; visits++ {
		if err := w.visit(ctx); err != nil {
			return err
		}
	}
	return nil
}

// visit takes the newest commit of the queue and reaches its parents.
func (w *walk) visit(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	n := heap.Pop(&w.queue).(*stop) //nolint:forcetypeassert // a queue holds nothing else
	n.queued = false
	if !n.listed {
		n.listed = true
		w.order = append(w.order, n)
	}
	if n.sides == fromTip && (w.oldest.IsZero() || n.date.Before(w.oldest)) {
		w.oldest = n.date
	}
	if n.cut {
		return nil
	}
	for _, parent := range n.parents {
		if err := w.reach(parent, n.sides, w.partial); err != nil {
			return err
		}
	}
	return nil
}

// reach notes that a commit was reached from a side, and if that is news, that
// its parents are to be told. It may be missing where mayMiss says so.
func (w *walk) reach(id plumbing.Hash, from side, mayMiss bool) error {
	n, seen := w.stops[id]
	if !seen {
		n = &stop{id: id, cut: w.ends[id]}
		data, err := w.objects.object(plumbing.CommitObject, id, maxManifestBytes)
		switch {
		case mayMiss && errors.Is(err, plumbing.ErrObjectNotFound):
			n.missing = true
		case err != nil:
			return fmt.Errorf("commit %s: %w", id, err)
		default:
			if n.commitObject, err = parseCommit(data); err != nil {
				return fmt.Errorf("commit %s: %w", id, err)
			}
		}
		w.stops[id] = n
	}
	if n.sides|from == n.sides {
		return nil
	}
	n.sides |= from
	if !n.missing && !n.queued {
		n.queued = true
		heap.Push(&w.queue, n)
	}
	return nil
}

// done says whether nothing that is left can change what was found.
func (w *walk) done() bool {
	if !w.oldest.IsZero() && !w.queue[0].date.Before(w.oldest.Add(-skew)) {
		return false
	}
	for _, n := range w.queue {
		if n.sides == fromTip {
			return false
		}
	}
	return true
}

// reaches says whether a commit is reachable from the tip.
func (w *walk) reaches(id plumbing.Hash) bool {
	n := w.stops[id]
	return n != nil && n.sides&fromTip != 0
}

// found are the visited commits that only the tip reaches, children first.
func (w *walk) found() []*stop {
	var found []*stop
	for _, n := range w.order {
		if n.sides == fromTip {
			found = append(found, n)
		}
	}
	return found
}

// A queue is a heap of stops with the newest on top.
type queue []*stop

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].date.After(q[j].date) }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(n any)        { *q = append(*q, n.(*stop)) } //nolint:forcetypeassert // only stops are pushed
func (q *queue) Pop() any {
	last := len(*q) - 1
	n := (*q)[last]
	*q = (*q)[:last]
	return n
}
