package installer

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sort"
	"sync"

	"fsskills/registry"
)

// parallel is how many folders and files are written at a time: enough for the config
// files that wait for the disk to wait together, while folders are written.
const parallel = 24

// run writes everything, folder by folder and file by file, and returns the
// folders that it made. Agents come last: those whose server could not be
// written stay out.
func (s *Store) run(ctx context.Context, j *journal, results []Result) []string {
	made := s.runAll(ctx, j, results, func(a Action) bool { return a.Kind != KindAgent })
	serverless(results)
	made = append(made, s.runAll(ctx, j, results, func(a Action) bool { return a.Kind == KindAgent })...)
	// Those of a unit that failed are empty again.
	return removeEmpty(made)
}

// serverless fails the agents that would be new to clients whose server entry
// has just failed.
func serverless(results []Result) {
	failed := map[string]error{}
	for _, r := range results {
		if r.Action.Kind == KindServer && r.Err != nil {
			for _, id := range r.Action.Clients {
				failed[id] = r.Err
			}
		}
	}
	for i, r := range results {
		a := r.Action
		if a.Kind != KindAgent || a.Op != OpCreate && (a.Op != OpUpdate || !a.item.takeOver) {
			continue
		}
		if able := func(id string) bool { return failed[id] == nil }; !slices.ContainsFunc(a.Clients, able) {
			results[i].Err = fmt.Errorf("the agent can do nothing without the server, and its entry failed: %w", failed[a.Clients[0]])
		}
	}
}

// runAll writes the actions of one sort that have not failed yet.
func (s *Store) runAll(ctx context.Context, j *journal, results []Result, isOne func(Action) bool) []string {
	folders := map[string][]int{}
	var order []string
	for i, r := range results {
		if !r.Action.Changes() || r.Action.Kind == KindLock || r.Err != nil || !isOne(r.Action) {
			continue
		}
		key := r.Action.Path
		if r.Action.item != nil {
			key = r.Action.item.folder
		}
		if folders[key] == nil {
			order = append(order, key)
		}
		folders[key] = append(folders[key], i)
	}
	// Config files begin: the disk is waited for while the rest is written.
	first := func(key string) bool { return results[folders[key][0]].Action.Kind == KindServer }
	sort.SliceStable(order, func(i, j int) bool { return first(order[i]) && !first(order[j]) })
	made := make([][]string, len(order))
	var group sync.WaitGroup
	slots := make(chan struct{}, parallel)
	var telling sync.Mutex
	for n, key := range order {
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			defer catch(results, folders[key])
			made[n] = s.runOne(ctx, j, results, folders[key])
			if s.Wrote == nil {
				return
			}
			telling.Lock()
			defer telling.Unlock()
			done := make([]Result, len(folders[key]))
			for i, id := range folders[key] {
				done[i] = results[id]
			}
			s.Wrote(done)
		})
	}
	group.Wait()
	return slices.Concat(made...)
}

// catch makes a panic the error of the actions that it came from. It would end the
// process from here, in the middle of what others write.
func catch(results []Result, ids []int) {
	value := recover()
	if value == nil {
		return
	}
	bug := &registry.BugError{What: fmt.Sprint(value), Stack: debug.Stack()}
	for _, i := range ids {
		results[i].Err = bug
	}
}

// bugIn is a mistake of this program's own among results, nil if there is none.
func bugIn(results []Result) error {
	for _, r := range results {
		if bug, ok := errors.AsType[*registry.BugError](r.Err); ok {
			return bug
		}
	}
	return nil
}

// runLock writes the lock of a project when the rest is done: it says what
// there is, and so nothing of what has failed.
func (s *Store) runLock(ctx context.Context, j *journal, plan Plan, results []Result) {
	n := slices.IndexFunc(results, func(r Result) bool { return r.Action.Kind == KindLock && r.Action.Changes() })
	if n < 0 {
		return
	}
	a := &results[n].Action
	if plan.project != "" {
		var done []Action
		failed := false
		for i, r := range results {
			if r.Err == nil && i != n {
				done = append(done, r.Action)
			}
			failed = failed || r.Err != nil
		}
		if failed {
			step := *a.server
			if results[n].Err = step.lock(plan.after(done)); results[n].Err != nil {
				return
			}
			if step.after.SHA256 == step.before.SHA256 {
				a.Op = OpNone
				return
			}
			a.server = &step
			c := slices.IndexFunc(j.op.Changes, func(c Change) bool { return c.Kind == KindLock })
			if results[n].Err = j.placing(c, step.after.SHA256); results[n].Err != nil {
				return
			}
		}
	}
	results[n].Err = s.writeServer(ctx, j, a)
}

// runOne writes the actions of one folder of skills or agents, or one config
// file.
func (s *Store) runOne(ctx context.Context, j *journal, results []Result, ids []int) (made []string) {
	fail := func(err error) {
		for _, i := range ids {
			if results[i].Err == nil {
				results[i].Err = err
			}
		}
	}
	first := results[ids[0]].Action
	dir := filepath.Dir(first.Path)
	if first.server != nil {
		dir = filepath.Dir(first.server.target)
	}
	if err := s.at("folder " + dir); err != nil {
		fail(err)
		return nil
	}
	if err := first.stays(first.where()); err != nil {
		fail(err)
		return nil
	}
	made, err := makeDirs(dir)
	if err != nil {
		fail(err)
		return made
	}
	if first.server != nil {
		for _, i := range ids {
			results[i].Err = s.writeServer(ctx, j, &results[i].Action)
		}
		return made
	}
	t, err := s.openTree(first.item.folder, j.op.ID)
	if err != nil {
		fail(err)
		return made
	}
	if err := first.stays(t.where()); err != nil { // a link has come just now
		fail(err)
		t.close()
		return made
	}
	for _, i := range ids {
		if err := ctx.Err(); err != nil {
			fail(err)
			break
		}
		results[i].Err = t.do(results[i].Action)
	}
	t.close()
	removeEmpty(t.stuck)
	return made
}

// stays refuses to write what is not where the plan saw it.
func (a Action) stays(real string) error {
	if a.real != "" && real != a.real {
		return fmt.Errorf("%s: leads to %s now: %w", a.Path, real, ErrChanged)
	}
	return nil
}
