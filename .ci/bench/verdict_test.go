package main

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fsskills/.ci/bench/gitserver"
	"fsskills/.ci/bench/measure"
)

// series is what a command took, in milliseconds.
func series(name string, size float64, ms ...int) *measure.Series {
	s := &measure.Series{Name: name, Size: size}
	for _, n := range ms {
		s.Runs = append(s.Runs, measure.Run{Wall: time.Duration(n) * time.Millisecond, Peak: int64(n) << 20, Count: float64(n)})
	}
	return s
}

func TestVerdicts(t *testing.T) {
	fast, slow := series("ours", 0, 10, 11, 12, 10, 11, 12, 11), series("peer", 0, 100, 100, 100, 100, 100, 100, 100)
	for _, test := range []struct {
		name   string
		target target
		all    []*measure.Series
		want   measure.Verdict
		why    string
	}{
		{"held", target{ours: "ours", peer: "peer", what: wallRatio, atMost: 0.2}, []*measure.Series{fast, slow}, measure.Held, ""},
		{"narrowly", target{ours: "ours", peer: "peer", what: wallRatio, atMost: 0.11}, []*measure.Series{fast, slow}, measure.Narrow, ""},
		{"noise", target{ours: "ours", peer: "peer", what: wallRatio, atMost: 0.105}, []*measure.Series{fast, slow}, measure.Noise, ""},
		{"missed", target{ours: "ours", peer: "peer", what: wallRatio, atMost: 0.05}, []*measure.Series{fast, slow}, measure.Missed, ""},
		{"nothing promised", target{ours: "ours", peer: "peer", what: wallRatio, aim: 0.05}, []*measure.Series{fast, slow}, measure.NoTarget, ""},
		{"the other was not measured", target{ours: "ours", peer: "peer", what: wallRatio, atMost: 1}, append(without(errors.New("no node"), "peer"), fast), measure.NotMeasured, "no node"},
		{"the other failed", target{ours: "ours", peer: "peer", what: wallRatio, atMost: 1}, []*measure.Series{fast, {Name: "peer", Failure: errors.New("status 1")}}, measure.Failed, "peer: status 1"},
		{"ours failed", target{ours: "ours", what: wall, atMost: 1}, []*measure.Series{{Name: "ours", Failure: errors.New("status 1")}}, measure.Failed, "ours: status 1"},
		{"forgotten", target{ours: "ours", what: wall, atMost: 1}, []*measure.Series{slow}, measure.Failed, "there are no such commands"},
		{"never measured", target{ours: "ours", what: wall, atMost: 1}, []*measure.Series{{Name: "ours"}}, measure.NotMeasured, ""},
		{"every run counts", target{ours: "ours", what: peak, atMost: 11}, []*measure.Series{fast}, measure.Missed, ""},
		{"every run is below", target{ours: "ours", what: peak, atMost: 12}, []*measure.Series{fast}, measure.Held, ""},
		{"none at all", target{ours: "ours", what: counted, atMostZero: true}, []*measure.Series{series("ours", 0, 0, 0)}, measure.Held, ""},
		{"not none", target{ours: "ours", what: counted, atMostZero: true}, []*measure.Series{series("ours", 0, 0, 1)}, measure.Missed, ""},
		{"the largest of several", target{ours: "ours", what: peak, atMost: 20}, []*measure.Series{series("ours: a", 0, 5), series("ours: b", 0, 30), series("ours: c", 0, 6)}, measure.Missed, ""},
		{"others do not count", target{ours: "ours", what: peak, atMost: 20}, []*measure.Series{series("ours: a", 0, 5), series("ours too", 0, 30)}, measure.Held, ""},
		{"slope", target{ours: "ours", what: growth, atMost: 1.9}, []*measure.Series{series("ours: 1", 10, 30, 40), series("ours: 2", 20, 50, 60), series("ours: 3", 30, 70, 80)}, measure.Missed, ""},
		{"gentle slope", target{ours: "ours", what: growth, atMost: 2.1}, []*measure.Series{series("ours: 1", 10, 30, 40), series("ours: 2", 20, 50, 60), series("ours: 3", 30, 70, 80)}, measure.Held, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRow(test.target, test.all)
			if r.verdict != test.want || r.why != test.why {
				t.Errorf("%q, %q, want %q, %q; judged %+v", r.verdict, r.why, test.want, test.why, r.judged)
			}
		})
	}
}

func TestOutcome(t *testing.T) {
	promised, wanted := target{atMost: 1}, target{aim: 1}
	for _, test := range []struct {
		name string
		rows []row
		want int
	}{
		{"all held", []row{{target: promised, verdict: measure.Held}, {target: wanted}}, allHeld},
		{"noise is no failure", []row{{target: promised, verdict: measure.Noise}, {target: promised, verdict: measure.Narrow}}, allHeld},
		{"missed", []row{{target: promised, verdict: measure.NotMeasured}, {target: promised, verdict: measure.Missed}}, someMissed},
		{"failed, though nothing is promised", []row{{target: wanted, verdict: measure.Failed}}, someMissed},
		{"not measured", []row{{target: promised, verdict: measure.NotMeasured}}, notMeasured},
		{"not measured, none promised", []row{{target: target{atMostZero: true}, verdict: measure.NotMeasured}}, notMeasured},
		{"not measured, nothing promised", []row{{target: wanted, verdict: measure.NotMeasured}}, allHeld},
	} {
		got, err := outcome(test.rows)
		if got != test.want || (err == nil) != (test.want == allHeld) {
			t.Errorf("%s: %d, %v, want %d", test.name, got, err, test.want)
		}
	}
}

// Each target is of a job that there is, and each job has one.
func TestTargetsHaveJobs(t *testing.T) {
	var with []string
	for _, target := range targets {
		with = append(with, target.job)
	}
	with = slices.Compact(with) // those of a job stand together
	var names []string
	for _, j := range jobs {
		names = append(names, j.name)
	}
	if !slices.Equal(with, names) {
		t.Errorf("jobs with targets %q, jobs %q", with, names)
	}
}

func TestTable(t *testing.T) {
	ours := &measure.Series{Name: "ours", Runs: []measure.Run{
		{Wall: 12 * time.Millisecond, CPU: 5 * time.Millisecond, Peak: 3 << 20, Traffic: gitserver.Traffic{Requests: 2, Down: 700}},
		{Wall: 14 * time.Millisecond, CPU: 5 * time.Millisecond, Peak: 3 << 20, Traffic: gitserver.Traffic{Requests: 2, Down: 700}},
	}}
	var out bytes.Buffer
	write(&out, []row{
		newRow(target{job: "one", says: "a | b", ours: "ours", peer: "peer", what: wallRatio, atMost: 0.25}, []*measure.Series{ours, series("peer", 0, 120, 140)}),
		newRow(target{job: "two", says: "c", ours: "ours", peer: "peer", what: wall, atMost: 20}, append(without(errors.New("no\nnode"), "peer"), ours)),
	})
	want := `| one | a \| b | 13 ms (12–14) | peer: 130 ms (120–140) | 0.100 [0.100, 0.100] (0.100–0.100) | 0.250 |  | 2 / 0 | 700 / 0 |`
	if !strings.Contains(out.String(), want) {
		t.Errorf("no %s in\n%s", want, out.String())
	}
	for line := range strings.Lines(out.String()) {
		if n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|"); n != len(columns)+1 {
			t.Errorf("%d columns in %s", n-1, line)
		}
	}
	// What is ours is shown all the same, and the reason on one line.
	if !strings.Contains(out.String(), "| two | c | 13 ms (12–14) | peer: |") || !strings.HasSuffix(out.String(), "not measured: no node |\n") {
		t.Errorf("what was not measured:\n%s", out.String())
	}
}

func TestNumber(t *testing.T) {
	for n, want := range map[float64]string{0: "0", 12: "12", 13e6: "13000000", 1234.5: "1234", 123.4: "123", 12.34: "12.3", 1.234: "1.23", 0.1234: "0.123", 0.01234: "0.0123"} {
		if got := number(n); got != want {
			t.Errorf("%v: %s, want %s", n, got, want)
		}
	}
}
