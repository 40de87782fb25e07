package installer

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// An attempt is an operation with what came of it.
type attempt struct {
	site      *site
	command   string
	plan      func(Receipt) (Plan, error)
	force     bool
	names     []string // of skills; none means all
	ids       []string // of the clients
	installs  bool     // or updates
	whole     bool     // an uninstall of everything
	restores  bool
	undoes    *Operation // what it restores from
	mayChange bool       // bytes of the user may go, into a backup

	// What a flag leaves out: skills and agents, entries, or agents.
	entriesOnly, skillsOnly, noAgents bool

	late bool // seen only after the user has gone on

	before forest // after recovery
	was    Receipt
	made   Plan
	res    []Result
	ready  bool // planned
	err    error
}

// operate does a and checks all that there is to check.
func (t *trial) operate(a *attempt, m move) {
	s := &scheduler{
		t: t, random: rand.New(rand.NewPCG(uint64(m.at), uint64(m.fault))),
		fault: m.faultOf(), at: 1 + int(m.at)%(8<<(m.fault>>3&3)),
	}
	if runtime.GOOS == "windows" && s.fault == killFault {
		s.fault = failFault // a home with an open file cannot be put out of reach
	}
	t.tally.operations++
	store := a.site.store
	var lock *Lock
	a.before = t.disk
	store.step = s.step
	killed := s.run(func() {
		if lock, a.err = store.Lock(t.ctx, 0); a.err != nil {
			return
		}
		var r *Recovery
		if r, a.err = store.Recover(); a.err != nil {
			return
		}
		t.recovered(a, r)
		a.was = t.receipt(a.site)
		if a.made, a.err = a.plan(a.was); a.err != nil {
			return
		}
		a.ready = true
		a.res, a.err = store.Apply(t.ctx, a.made)
	})
	store.step = nil
	t.must(lock.Unlock())
	t.note(a, s, killed)
	t.disk = t.scan()
	op, err := store.Interrupted()
	t.must(err)
	if op != nil && !s.hit {
		t.fail("%s leaves a journal: %v", a.command, a.err)
	}
	if op != nil && a.ready {
		a.site.pending = &pending{attempt: a, touched: map[string]bool{}, deleted: map[string]node{}}
	}
	t.checkOwn(a)
	switch {
	case op != nil:
		return // to be recovered
	case killed:
		t.fail("killed, and there is no journal")
	case !a.ready:
		t.wants(a.before, t.disk, "%s was refused: %v", a.command, a.err)
		return
	}
	if a.err != nil {
		if !s.hit {
			t.fail("%s: %v", a.command, a.err)
		}
		t.wants(a.before, t.disk, "%s failed: %v", a.command, a.err)
		return
	}
	for _, r := range a.res {
		if r.Err != nil && !s.hit {
			t.fail("%s: %s %s: %v", a.command, r.Action.Op, r.Action.Path, r.Err)
		}
	}
	t.wants(a.predicted(t), t.disk, "the plan of %s said something else", a.command)
	if s.hit {
		t.settle(a, false)
		return
	}
	t.settle(a, true)
	t.checkUndone(a)
	t.again(a)
}

// note writes what came of an attempt into the script.
func (t *trial) note(a *attempt, s *scheduler, killed bool) {
	what := a.command + " in the " + a.site.name
	if a.force {
		what += " by force"
	}
	switch {
	case a.entriesOnly:
		what += " of entries only"
	case a.skillsOnly && a.command != "update":
		what += " without entries"
	}
	if a.noAgents {
		what += " without agents"
	}
	if len(a.ids) > 0 && a.command != "update" {
		what += " for " + strings.Join(a.ids, ",")
	}
	if len(a.names) > 0 {
		what += " of " + strings.Join(a.names, ",")
	}
	switch {
	case killed:
		t.tally.kills++
		what += fmt.Sprintf(", killed at step %d", s.steps)
	case s.hit && s.fault == failFault:
		t.tally.failures++
		what += fmt.Sprintf(", with step %d failing", s.at)
	case s.hit:
		t.tally.full++
		what += fmt.Sprintf(", with a full disk from step %d", s.at)
	}
	if a.err != nil {
		what += ": " + a.err.Error()
	}
	t.say("  %s", what)
	for _, r := range a.res {
		if (r.Action.Op != OpNone || r.Err != nil) && !killed {
			what := fmt.Sprintf("%s %s %s", r.Action.Op, r.Action.State, strings.TrimPrefix(r.Action.Path, t.home+"/"))
			if r.Action.Reason != "" {
				what += ": " + r.Action.Reason
			}
			if r.Err != nil {
				what += fmt.Sprintf(": failed: %v", r.Err)
			}
			t.say("    %s", what)
		}
	}
}

// again does the same once more: there must be nothing to do and nothing that
// is written, which times and the files' identities tell.
func (t *trial) again(a *attempt) {
	if a.restores {
		return
	}
	r := t.receipt(a.site)
	plan, err := a.plan(r)
	if errors.Is(err, errNothing) {
		return // all of it is out
	}
	if err != nil {
		t.fail("the same again: %v", err)
	}
	if !plan.Empty() || plan.Records() {
		for _, c := range plan.Actions {
			t.say("    again: %s %s %s %s", c.Op, c.State, c.Path, c.Reason)
		}
		t.fail("the same again has something to do (only to record: %v)", plan.Empty())
	}
	before := t.stamps(a.site)
	if _, err := a.site.store.Apply(t.ctx, plan); err != nil {
		t.fail("the same again: %v", err)
	}
	if after := t.stamps(a.site); after != before {
		t.fail("the same again has written something; before:\n%s\nafter:\n%s", before, after)
	}
}

// stamps tells each file with its time, the receipt among them.
func (t *trial) stamps(s *site) string {
	var b strings.Builder
	for p := range t.disk {
		info, err := os.Lstat(t.path(p))
		t.must(err)
		fmt.Fprintf(&b, "%s %d\n", p, info.ModTime().UnixNano())
	}
	lines := strings.Split(b.String(), "\n")
	slices.Sort(lines)
	receipt := ""
	if info, err := os.Lstat(s.store.path(receiptName)); err == nil {
		receipt = strconv.FormatInt(info.ModTime().UnixNano(), 10)
	}
	return strings.Join(append(lines, receipt), "\n")
}

// A pending operation was interrupted and not yet recovered from.
type pending struct {
	*attempt
	touched map[string]bool // what the user has written since
	deleted map[string]node // what they have deleted of theirs
}

// recovered checks what the next command has made of an interrupted one.
func (t *trial) recovered(a *attempt, r *Recovery) {
	p := a.site.pending
	if (r != nil) != (p != nil) {
		t.fail("recovered %v, interrupted %v", r != nil, p != nil)
	}
	if p == nil {
		return
	}
	t.tally.undone++
	want := p.before
	if r.Finished {
		want = p.predicted(t)
	}
	t.say("  recovered: finished %v, left %v", r.Finished, r.Left)
	left := func(path string) bool {
		for touched := range p.touched {
			if within(path, touched) || within(touched, path) {
				return true
			}
		}
		return false
	}
	for _, l := range r.Left {
		path, _, _ := strings.Cut(filepath.ToSlash(strings.TrimPrefix(l, t.home+string(filepath.Separator))), ":")
		if !left(path) {
			t.fail("left as it is, though nobody has touched it: %s", l)
		}
	}
	now := t.scan()
	for path := range now {
		if left(path) || !a.site.owns(path) {
			delete(now, path)
		}
	}
	want = want.clone()
	for path := range want {
		if left(path) || !a.site.owns(path) {
			delete(want, path)
		}
	}
	t.wants(want, now, "recovered from %s (finished %v)", p.command, r.Finished)
	t.disk = t.scan()
	a.site.pending = nil
	for path := range t.disk {
		delete(t.gone, path) // what was deleted meanwhile has come back
	}
	for path, n := range p.deleted {
		if h, ok := t.disk[path]; ok && n.is(h) {
			t.own[path] = n
		}
	}
	p.mayChange = p.mayChange && r.Finished
	t.checkOwn(p.attempt)
	if r.Finished {
		p.err, p.res = nil, nil
		p.late = true
		t.settle(p.attempt, false)
	} else {
		t.notedConfigs(p)
	}
	a.before = t.disk
}
