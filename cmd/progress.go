package cmd

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"fsskills/installer"
)

// A progress is one step of a command that may take a while. On a terminal it has
// a line that says how long it has taken already, and that goes away or gives its
// place to the one that says what came of it. Elsewhere both are plain lines.
type progress struct {
	env   *Env
	out   io.Writer // nil: say nothing
	live  bool
	begun time.Time
	stop  chan struct{}
	over  sync.WaitGroup

	mu    sync.Mutex
	doing string
}

// patience is how long a step goes on before its seconds are counted.
const patience = 2 * time.Second

// start begins a step. End it with done or drop.
func (r *run) start(doing string) *progress {
	p := &progress{env: r.env, doing: doing}
	if r.opts.quiet || r.opts.asJSON {
		return p
	}
	p.out, p.begun = r.env.Err, r.env.Now()
	// A line that is drawn anew is for eyes, and needs a terminal that can.
	p.live = r.env.ErrTTY && r.env.draws()
	// What --verbose says comes in between.
	p.live = p.live && !r.opts.verbose
	if !p.live {
		p.env.wrapped(p.out, 0, r.env.errStyle().dim(clean(doing)+" …"), "\n")
		return p
	}
	p.stop = make(chan struct{})
	p.draw()
	p.over.Go(func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-p.stop:
				return
			case <-tick.C:
				p.draw()
			}
		}
	})
	return p
}

// now says what the step is at.
func (p *progress) now(doing string) {
	p.mu.Lock()
	p.doing = doing
	p.mu.Unlock()
	if p.live {
		p.draw()
	}
}

// draw writes the line of the step, short enough not to be broken.
func (p *progress) draw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	line := clean(p.doing) + " …"
	if took := p.env.Now().Sub(p.begun); took >= patience {
		line += fmt.Sprintf(" %d s", int(took.Seconds()))
	}
	limit := p.env.Width
	if limit <= 0 {
		limit = p.env.columns()
	}
	fmt.Fprint(p.out, erase+p.env.errStyle().dim(shorten(line, limit-1)))
}

// erase takes what is on the cursor's line away, and goes to its beginning.
const erase = "\r\x1b[K"

// drop ends the step without a word.
func (p *progress) drop() {
	if !p.live {
		return
	}
	close(p.stop)
	p.over.Wait()
	p.live = false
	fmt.Fprint(p.out, erase)
}

// line writes a line that stays, above that of the step.
func (p *progress) line(text string) {
	if p.out == nil {
		return
	}
	p.mu.Lock()
	if p.live {
		fmt.Fprint(p.out, erase)
	}
	p.env.wrapped(p.out, 0, text, "\n")
	p.mu.Unlock()
	if p.live {
		p.draw()
	}
}

// done ends the step, and says what came of it.
func (p *progress) done(said string) {
	p.drop()
	if p.out != nil && strings.TrimSpace(said) != "" {
		p.env.wrapped(p.out, 0, said, "\n")
	}
}

// apply carries a plan out, and says of each folder and file when it is done. They
// are done in no order, and told in that of the plan.
func (r *run) apply(ctx context.Context, plan installer.Plan) ([]installer.Result, error) {
	order := writtenPlaces(plan)
	if len(order) == 0 {
		return r.store.Apply(ctx, plan)
	}
	of := fmt.Sprintf("%d %s", len(order), plural(len(order), "place"))
	p := r.start("Writing to " + of)
	defer p.drop()
	done := map[string]string{}
	told := 0
	r.store.Wrote = func(results []installer.Result) {
		if !p.live {
			return
		}
		if ctx.Err() != nil { // what is done is going to be undone
			p.now("Putting back what was written")
			return
		}
		done[placeOf(results[0].Action)] = r.wrote(results)
		for ; told < len(order) && done[order[told]] != ""; told++ {
			p.line(done[order[told]])
		}
		p.now(fmt.Sprintf("Writing: %d of %s done", len(done), of))
	}
	results, err := r.store.Apply(ctx, plan)
	r.store.Wrote = nil
	p.drop()
	if ofType[*installer.UndoneError](err) {
		r.say("What was written is undone.")
	}
	return results, err
}

// writtenPlaces are the folders and files that a plan writes to, agents last as
// they are written.
func writtenPlaces(plan installer.Plan) []string {
	var first, agents []string
	for _, a := range plan.Actions {
		place := placeOf(a)
		switch {
		case !a.Changes() || a.Kind == installer.KindLock:
		case a.Kind == installer.KindAgent:
			agents = append(agents, place)
		default:
			first = append(first, place)
		}
	}
	var order []string
	for _, place := range append(first, agents...) {
		if !slices.Contains(order, place) {
			order = append(order, place)
		}
	}
	return order
}

// wrote is what became of a folder or file, on one line.
func (r *run) wrote(results []installer.Result) string {
	st := r.env.errStyle()
	word := st.green("done")
	var failed error
	counts := map[installer.Op]int{}
	for _, res := range results {
		if failed == nil && res.Err != nil {
			failed = res.Err
		}
		counts[res.Action.Op]++
	}
	a := results[0].Action
	place := tilde(placeOf(a), r.env.Home)
	if failed != nil {
		return st.red("failed") + "  " + place
	}
	var parts []string
	for _, op := range []installer.Op{installer.OpCreate, installer.OpUpdate, installer.OpRemove} {
		switch n := counts[op]; {
		case n == 0:
		case a.Kind == installer.KindServer:
			parts = append(parts, fmt.Sprintf("server entry %sd", op))
		default:
			parts = append(parts, fmt.Sprintf("%d %s %sd", n, plural(n, string(a.Kind)), op))
		}
	}
	return word + "  " + place + "  " + st.dim(strings.Join(parts, ", "))
}
