// Command bench measures fsskills beside other programs that do the same work, in
// one run, and says whether it is as fast as it is meant to be: targets.go has what
// is promised, CONTRIBUTING.md how to read the result.
//
//	go run ./.ci/bench                     all jobs
//	go run ./.ci/bench -jobs start,list    some of them
//	go run ./.ci/bench -quick              a rough answer, in a minute
//
// It needs git; Node.js and npm for the other programs, which come from npm's
// registry into the user's cache. Everything else is in a folder for temporary
// files, and removed. BENCH_SOURCE names a repository on this disk to be installed
// from, in place of one that is made up.
//
// It ends with status 0 if all targets are held, 1 if one is missed by more than the
// noise of the run or a program has failed, 2 if it cannot measure at all, 3 if some
// target was not measured.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// Exit statuses.
const (
	allHeld     = 0
	someMissed  = 1
	cannot      = 2
	notMeasured = 3
)

// options are what a run is asked for.
type options struct {
	jobs    []string
	rounds  int
	quick   bool
	out     string
	program string // measured in place of what is built
	noPeers bool
}

func main() {
	var o options
	var names []string
	for _, j := range jobs {
		names = append(names, j.name)
	}
	only := flag.String("jobs", "", "measure only these, by commas: "+strings.Join(names, ", "))
	flag.IntVar(&o.rounds, "rounds", 9, "how often each command is measured; below six, no difference is sure")
	flag.BoolVar(&o.quick, "quick", false, "three rounds unless -rounds says otherwise, and leave out what takes long")
	flag.StringVar(&o.out, "out", "", "write the table into this file too")
	flag.StringVar(&o.program, "program", "", "measure this fsskills in place of the one that is built from here")
	flag.BoolVar(&o.noPeers, "no-peers", false, "leave out the programs from npm")
	flag.Parse()
	set := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { set[f.Name] = true })
	if o.quick && !set["rounds"] {
		o.rounds = 3
	}
	o.jobs = strings.FieldsFunc(*only, func(r rune) bool { return r == ',' || r == ' ' })
	for _, name := range o.jobs {
		if !slices.Contains(names, name) {
			fmt.Fprintf(os.Stderr, "bench: no job %q; there are: %s\n", name, strings.Join(names, ", "))
			os.Exit(cannot)
		}
	}
	if o.rounds < 1 || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "bench: -rounds is 1 or more, and there are flags only: see -help")
		os.Exit(cannot)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	status, err := run(ctx, os.Stdout, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
	os.Exit(status)
}

// run measures, writes the table to w, and says with which status to end.
func run(ctx context.Context, w io.Writer, o options) (status int, err error) {
	b, err := prepare(ctx, o)
	if err != nil {
		return cannot, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	var rows []row
	for _, j := range b.chosen() {
		b.say("measuring %s", j.name)
		all, err := j.run(ctx, b)
		if err != nil {
			return cannot, fmt.Errorf("%s: %w", j.name, err)
		}
		rows = append(rows, judge(j.name, all)...)
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s\n", b.heading(ctx))
	write(&text, rows)
	fmt.Fprintln(&text)
	for _, note := range b.notes {
		fmt.Fprintf(&text, "- %s\n", note)
	}
	if _, err := w.Write(text.Bytes()); err != nil {
		return cannot, err
	}
	if o.out != "" {
		if err := os.WriteFile(o.out, text.Bytes(), 0o644); err != nil {
			return cannot, err
		}
	}
	return outcome(rows)
}
