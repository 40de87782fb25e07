// Command scale measures how what fsskills takes grows: with clients, with skills,
// with the size of config files, with a repository's history and with its refs. For
// each of these series it writes a Markdown table and a plot (SVG), and says of each
// command whether the cost of one more unit stays the same.
//
//	go run ./.ci/bench/scale                        all series, into dist/scale
//	go run ./.ci/bench/scale -series history,refs   these
//	go run ./.ci/bench/scale -program fsskills      of a program that is built already
//
// It ends with status 1 if a cost is not flat by more than the noise of the run, or
// if something could not be measured.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

type options struct {
	names   []string // of series; none: all
	rounds  int      // 0: as many as each series has
	out     string
	program string
}

func main() {
	var o options
	var names []string
	for _, s := range all {
		names = append(names, s.name)
	}
	chosen := flag.String("series", "", "only these, by commas: "+strings.Join(names, ", "))
	flag.IntVar(&o.rounds, "rounds", 0, "rounds of each series (default as many as it has)")
	flag.StringVar(&o.out, "out", filepath.Join("dist", "scale"), "the folder for table and plots")
	flag.StringVar(&o.program, "program", "", "fsskills (default: built here)")
	flag.Parse()
	if *chosen != "" {
		o.names = strings.Split(*chosen, ",")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	flat, err := run(ctx, o)
	stop()
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(2)
	case !flat:
		os.Exit(1)
	}
}

// run measures the series that are chosen and reports whether all of them are flat.
func run(ctx context.Context, o options) (flat bool, err error) {
	list, err := choose(o.names)
	if err != nil {
		return false, err
	}
	if o.rounds != 0 && o.rounds < leastRounds {
		return false, fmt.Errorf("-rounds %d tells nothing of noise: give %d or more", o.rounds, leastRounds)
	}
	l, err := newLab(ctx, o.program)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return false, err
	}
	report, err := heading(ctx, l, time.Now())
	if err != nil {
		return false, err
	}
	flat = true
	for _, s := range list {
		if o.rounds > 0 {
			s.rounds = o.rounds
		}
		r, err := l.measure(ctx, s)
		if err != nil {
			return false, fmt.Errorf("%s: %w", s.name, err)
		}
		section, good := table(r)
		flat = flat && good
		fmt.Println(section)
		report += "\n" + section
		// After each series, since the next one may take long.
		if err := os.WriteFile(filepath.Join(o.out, "scale.md"), []byte(report), 0o644); err != nil {
			return false, err
		}
		if err := os.WriteFile(filepath.Join(o.out, s.name+".svg"), []byte(draw(r)), 0o644); err != nil {
			return false, err
		}
	}
	return flat, nil
}

// choose gives the series of these names, or all.
func choose(names []string) ([]series, error) {
	if len(names) == 0 {
		return all, nil
	}
	var list []series
	for _, name := range names {
		found := false
		for _, s := range all {
			if s.name == name {
				list, found = append(list, s), true
			}
		}
		if !found {
			return nil, fmt.Errorf("there is no series %q: -help names them", name)
		}
	}
	return list, nil
}
