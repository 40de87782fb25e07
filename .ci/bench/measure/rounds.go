package measure

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// A Series is what a command took in each round, or why there is no telling.
type Series struct {
	Name    string
	Size    float64
	Runs    []Run
	Failure error // of the first run that failed; none came after it
}

// Rounds runs all commands once per round, in another order each time, and once
// before that without counting. They come back in the order in which they were given.
func (r *Runner) Rounds(ctx context.Context, rounds int, commands []Command) ([]*Series, error) {
	all := make([]*Series, len(commands))
	for i, c := range commands {
		all[i] = &Series{Name: c.Name, Size: c.Size}
	}
	for round := -1; round < rounds; round++ {
		for _, i := range order(len(commands), round) {
			if all[i].Failure != nil {
				continue
			}
			run, err := r.Once(ctx, commands[i])
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			switch {
			case err != nil:
				all[i].Failure = err
			case round >= 0:
				all[i].Runs = append(all[i].Runs, run)
			}
		}
	}
	return all, nil
}

// Chain runs commands one after the other in the same home, which is a new one each
// round: what one leaves is what the next finds. Nothing is warmed up before, so
// that this is for what does not depend on it, as memory does not.
func (r *Runner) Chain(ctx context.Context, rounds int, commands []Command) ([]*Series, error) {
	all := make([]*Series, len(commands))
	for i, c := range commands {
		all[i] = &Series{Name: c.Name, Size: c.Size}
	}
	for range rounds {
		if err := r.link(ctx, commands, all); err != nil || all[len(all)-1].Failure != nil {
			return all, err
		}
	}
	return all, nil
}

// link is one round of a chain. The failure of one is that of all after it.
func (r *Runner) link(ctx context.Context, commands []Command, all []*Series) (err error) {
	home, leave, err := r.home()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, leave()) }()
	for i, c := range commands {
		run, err := r.In(ctx, home, c)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			for _, s := range all[i:] {
				s.Failure = fmt.Errorf("%s: %w", c.Name, err)
			}
			return nil
		}
		all[i].Runs = append(all[i].Runs, run)
	}
	return nil
}

// order is who comes when in a round: each round begins with another command, and
// every second one goes backwards, so that nobody always follows the same neighbour.
func order(n, round int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = (i + max(round, 0)) % n
	}
	if round%2 != 0 {
		slices.Reverse(list)
	}
	return list
}

// Values are one number of each run.
func (s *Series) Values(of func(Run) float64) []float64 {
	list := make([]float64, len(s.Runs))
	for i, run := range s.Runs {
		list[i] = of(run)
	}
	return list
}

// Wall is a run's time on the clock, in milliseconds.
func Wall(r Run) float64 { return r.Wall.Seconds() * 1e3 }

// CPU is a run's time of processors, in milliseconds.
func CPU(r Run) float64 { return r.CPU.Seconds() * 1e3 }

// Peak is a run's memory, in MiB.
func Peak(r Run) float64 { return float64(r.Peak) / (1 << 20) }

// Ratios divides what one command took by what another took in the same round.
func Ratios(of func(Run) float64, ours, theirs *Series) []float64 {
	list := make([]float64, min(len(ours.Runs), len(theirs.Runs)))
	for i := range list {
		list[i] = of(ours.Runs[i]) / of(theirs.Runs[i])
	}
	return list
}
