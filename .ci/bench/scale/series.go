package main

import (
	"context"

	"fsskills/.ci/bench/measure"
)

// A series is one thing that grows, in steps.
type series struct {
	name, title string
	unit, units string // what grows: one, and more
	sizes       []int  // at least three, in rising order
	rounds      int    // more where a run takes little
	judged      []judged
	// prepare makes what the runs of one size share, and returns the commands that
	// are run one after the other in one home. The names are the same for each size.
	prepare func(ctx context.Context, l *lab, n int) ([]measure.Command, error)
}

// A judged measure is one whose growth has a verdict.
type judged struct {
	quantity
	growth growth
}

// A quantity is something that each run took.
type quantity struct {
	name, unit string
	of         func(measure.Run) float64
}

var (
	wall     = quantity{"wall", "ms", measure.Wall}
	cpu      = quantity{"CPU", "ms", measure.CPU}
	peak     = quantity{"peak", "MiB", measure.Peak}
	requests = quantity{"requests", "", func(r measure.Run) float64 { return float64(r.Traffic.Requests) }}
	down     = quantity{"bytes down", "B", func(r measure.Run) float64 { return float64(r.Traffic.Down) }}
)

var (
	processor = []judged{{cpu, perUnit}}
	all       = []series{
		{
			name: "clients", title: "Clients", unit: "client", units: "clients", rounds: 7, judged: processor,
			sizes: []int{10, 20, 40, 80, 120, 200}, prepare: clients,
		},
		{
			name: "skills-1", title: "Skills of ten files, to one client", unit: "skill", units: "skills", rounds: 7, judged: processor,
			sizes: []int{1, 10, 100, 1000}, prepare: skillsTo(1),
		},
		{
			name: "skills-20", title: "Skills of ten files, to 20 clients", unit: "skill", units: "skills", rounds: 3, judged: processor,
			sizes: []int{1, 10, 100, 1000}, prepare: skillsTo(20),
		},
		{
			name: "json", title: "A config file of JSON", unit: "kB", units: "kB", rounds: 5, judged: processor,
			sizes: []int{1, 10, 100, 1000, 10_000, 100_000}, prepare: configs("claude-code", jsonText),
		},
		{
			name: "toml", title: "A config file of TOML", unit: "kB", units: "kB", rounds: 7, judged: processor,
			sizes: []int{1, 10, 100, 1000, 10_000}, prepare: configs("codex", tomlText),
		},
		{
			name: "yaml", title: "A config file of YAML", unit: "kB", units: "kB", rounds: 7, judged: processor,
			sizes: []int{1, 10, 100, 1000, 10_000}, prepare: configs("goose", yamlText),
		},
		{
			name: "history", title: "Commits, over HTTP", unit: "commit", units: "commits", rounds: 15,
			judged: []judged{{cpu, never}, {down, never}, {requests, never}},
			sizes:  []int{1, 10, 100, 1000, 5000}, prepare: history(overHTTP),
		},
		{
			name: "history-local", title: "Commits, from the disk", unit: "commit", units: "commits", rounds: 15,
			judged: []judged{{cpu, never}},
			sizes:  []int{1, 10, 100, 1000, 5000}, prepare: history(fromDisk),
		},
		{
			name: "refs", title: "Refs, over HTTP", unit: "ref", units: "refs", rounds: 15,
			judged: []judged{{cpu, perUnit}, {down, perUnit}, {requests, never}},
			sizes:  []int{1, 10, 100, 1000, 10_000}, prepare: refs(overHTTP),
		},
		{
			name: "refs-local", title: "Refs, from the disk", unit: "ref", units: "refs", rounds: 15, judged: processor,
			sizes: []int{1, 10, 100, 1000, 10_000}, prepare: refs(fromDisk),
		},
	}
)
