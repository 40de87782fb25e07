package main

import (
	"strings"

	"fsskills/.ci/bench/measure"
)

// A target is one thing that is promised, or worth knowing.
type target struct {
	job  string
	says string
	// The commands that are compared, by their names. Of several whose names begin
	// with ours and a colon all count.
	ours, peer string
	what       quantity
	atMost     float64 // 0: nothing is promised
	aim        float64 // 0: as promised
	atMostZero bool    // promised is none at all
}

// A quantity is what is measured of a run.
type quantity struct {
	unit string
	of   func(measure.Run) float64
	// ratio: by how much ours differs from the peer's in the same round.
	ratio bool
	// every: it is the same each time or is a bound, so each run has to be below it.
	every bool
	// slope: by how much it grows with a command's Size.
	slope bool
}

// The quantities.
var (
	wallRatio   = quantity{unit: "ms", of: measure.Wall, ratio: true}
	wall        = quantity{unit: "ms", of: measure.Wall}
	peak        = quantity{unit: "MiB", of: measure.Peak, every: true}
	requests    = quantity{unit: "requests", of: func(r measure.Run) float64 { return float64(r.Traffic.Requests) }, every: true}
	connections = quantity{unit: "connections", of: func(r measure.Run) float64 { return float64(r.Traffic.Connections) }, every: true}
	down        = quantity{unit: "B", of: func(r measure.Run) float64 { return float64(r.Traffic.Down) }, every: true}
	downRatio   = quantity{unit: "B", of: func(r measure.Run) float64 { return float64(r.Traffic.Down) }, ratio: true}
	growth      = quantity{unit: "ms", of: measure.Wall, slope: true}
	growthCPU   = quantity{unit: "ms", of: measure.CPU, slope: true}
	counted     = quantity{unit: "", of: func(r measure.Run) float64 { return r.Count }, every: true}
)

// mb is a million bytes, in MiB.
const mb = 1e6 / (1 << 20)

// targets are in the order of the table.
var targets = []target{
	{job: "install", says: "install to 20 clients, skills and entries, local source", ours: "20 clients", peer: "npx skills, 20", what: wallRatio, atMost: 1. / 10},
	{job: "install", says: "the same beside `skills` without npx", ours: "20 clients", peer: "skills, 20", what: wallRatio, atMost: 1. / 6},
	{job: "install", says: "install to all clients", ours: "all clients", peer: "skills, all", what: wallRatio, aim: 1. / 6},

	{job: "first", says: "first install over HTTP, 40 clients, beside `git clone --depth 1` alone", ours: "40 clients", peer: "git clone", what: wallRatio, atMost: 1.3, aim: 1},
	{job: "first", says: "its requests", ours: "40 clients", peer: "git clone", what: requests, atMost: 2},
	{job: "first", says: "its connections", ours: "40 clients", peer: "git clone", what: connections, aim: 1},
	{job: "first", says: "its bytes down", ours: "40 clients", peer: "git clone", what: downRatio, atMost: 1.05},
	{job: "first", says: "the same, a round trip taking 50 ms", ours: "40 clients, 50 ms", peer: "git clone, 50 ms", what: wallRatio, aim: 0.8},

	{job: "update", says: "update without news over HTTP, 40 clients, beside `git ls-remote`", ours: "update", peer: "git ls-remote", what: wallRatio, atMost: 0.5},
	{job: "update", says: "its requests", ours: "update", peer: "git ls-remote", what: requests, atMost: 1},
	{job: "update", says: "its bytes down", ours: "update", peer: "git ls-remote", what: down, atMost: 2000},
	{job: "update", says: "files and folders that it writes", ours: "update", what: counted, atMostZero: true},
	{job: "update", says: "beside `openskills update`", ours: "update", peer: "openskills update", what: wallRatio},

	{job: "start", says: "`--version` beside hello world", ours: "--version", peer: "hello world", what: wallRatio, atMost: 4},
	{job: "start", says: "`--help` beside hello world", ours: "--help", peer: "hello world", what: wallRatio, atMost: 4},
	{job: "start", says: "a completion beside hello world", ours: "completion", peer: "hello world", what: wallRatio, atMost: 4},
	{job: "start", says: "files and connections that `--version` opens and hello world does not", ours: "opens: --version", what: counted, atMostZero: true},
	{job: "start", says: "those that `--help` opens", ours: "opens: --help", what: counted, atMostZero: true},
	{job: "start", says: "those that the completion of a flag opens", ours: "opens: completion", what: counted, atMostZero: true},

	{job: "list", says: "`list`, 40 clients", ours: "list", peer: "skills list", what: wallRatio, atMost: 1. / 8},
	{job: "list", says: "`status --offline`, 40 clients", ours: "status", peer: "skills list", what: wallRatio, atMost: 1. / 8},

	{job: "entries", says: "21 server entries, synced to the disk", ours: "entries", peer: "add-mcp", what: wallRatio, atMost: 1. / 4, aim: 1. / 6},
	{job: "entries", says: "files of servers that it does not sync", ours: "unsynced", what: counted, atMostZero: true},
	{job: "entries", says: "the same again, nothing to do", ours: "entries again", peer: "add-mcp again", what: wallRatio, aim: 1. / 6},
	{job: "entries", says: "files and folders that it writes then", ours: "entries again", what: counted, atMostZero: true},

	{job: "slope", says: "one more client, with a folder and a file of its own", ours: "install", what: growth, atMost: 1.5},
	{job: "slope", says: "the same in time of processors", ours: "install", what: growthCPU},

	{job: "large", says: "an entry in a `~/.claude.json` of 10 MB", ours: "entry", what: wall, atMost: 150},
	{job: "large", says: "its memory", ours: "entry", what: peak, atMost: 80 * mb},

	{job: "memory", says: "most memory of any command, 50 clients", ours: "50 clients", what: peak, atMost: 24},
	{job: "many", says: "most memory with 1,000 skills of 10 files", ours: "many", what: peak, atMost: 80},

	{job: "size", says: "bytes of the program for Linux on amd64", ours: "program", what: counted, atMost: 13e6},
}

// of are the commands that count for a target under a name.
func of(all []*measure.Series, name string) []*measure.Series {
	var list []*measure.Series
	for _, s := range all {
		if name != "" && (s.Name == name || strings.HasPrefix(s.Name, name+": ")) {
			list = append(list, s)
		}
	}
	return list
}
