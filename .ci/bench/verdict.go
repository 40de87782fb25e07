package main

import (
	"errors"
	"fmt"
	"strings"

	"fsskills/.ci/bench/measure"
)

// A row is a target and what became of it.
type row struct {
	target
	ours, peer measure.Summary // the quantity itself
	judged     measure.Summary // what the target is about: a ratio, a slope, or ours
	oursRuns   *measure.Series // whose other numbers are shown
	peerRuns   *measure.Series
	verdict    measure.Verdict
	why        string
}

// judge makes a row of each target of a job.
func judge(job string, all []*measure.Series) []row {
	var rows []row
	for _, t := range targets {
		if t.job == job {
			rows = append(rows, newRow(t, all))
		}
	}
	return rows
}

func newRow(t target, all []*measure.Series) row {
	r := row{target: t}
	ours, peers := of(all, t.ours), of(all, t.peer)
	if len(ours) == 0 || t.peer != "" && len(peers) != 1 {
		r.verdict, r.why = measure.Failed, "there are no such commands"
		return r
	}
	if r.verdict, r.why = missing(ours); r.verdict != "" {
		return r
	}
	values := ours[0].Values(t.what.of)
	r.oursRuns = ours[0]
	switch {
	case t.what.slope:
		values = slopes(t.what.of, ours)
	default:
		// The largest of several counts.
		for _, s := range ours[1:] {
			if these := s.Values(t.what.of); measure.Summarize(these).Most > measure.Summarize(values).Most {
				values, r.oursRuns = these, s
			}
		}
	}
	r.ours = measure.Summarize(values)
	if r.verdict, r.why = missing(peers); r.verdict != "" {
		return r
	}
	if len(peers) > 0 {
		r.peerRuns = peers[0]
		r.peer = measure.Summarize(peers[0].Values(t.what.of))
	}
	if t.what.ratio {
		values = measure.Ratios(t.what.of, ours[0], peers[0])
	}
	r.judged = measure.Summarize(values)
	if t.atMost > 0 || t.atMostZero {
		r.verdict = t.verdict(r.judged)
	}
	return r
}

// verdict judges a summary. What has to hold each time leaves no room for noise.
func (t target) verdict(s measure.Summary) measure.Verdict {
	if t.what.every && s.N > 0 {
		s.Low, s.Median, s.High = s.Most, s.Most, s.Most
	}
	return measure.Judge(s, t.atMost)
}

// slopes are, for each round, by how much a number grows with what a command is given.
func slopes(number func(measure.Run) float64, all []*measure.Series) []float64 {
	var list []float64
	for round := range all[0].Runs {
		var x, y []float64
		for _, s := range all {
			x, y = append(x, s.Size), append(y, number(s.Runs[round]))
		}
		list = append(list, measure.Slope(x, y))
	}
	return list
}

// absent is why something cannot be measured here. It is no failure of anybody's.
type absent struct{ why string }

func (a absent) Error() string { return a.why }

// without stands for commands that cannot be measured.
func without(why error, names ...string) []*measure.Series {
	var list []*measure.Series
	for _, name := range names {
		list = append(list, &measure.Series{Name: name, Failure: absent{why.Error()}})
	}
	return list
}

// missing says what is wrong if one of the commands was not measured.
func missing(all []*measure.Series) (measure.Verdict, string) {
	for _, s := range all {
		var a absent
		switch {
		case errors.As(s.Failure, &a):
			return measure.NotMeasured, a.why
		case s.Failure != nil:
			return measure.Failed, fmt.Sprintf("%s: %v", s.Name, s.Failure)
		}
	}
	return "", ""
}

// outcome is the status to end with, and which targets are to blame.
func outcome(rows []row) (int, error) {
	var missed, unknown []string
	for _, r := range rows {
		name := fmt.Sprintf("%s (%s)", r.says, r.job)
		switch r.verdict {
		case measure.Missed, measure.Failed:
			missed = append(missed, name+": "+strings.TrimSpace(string(r.verdict)+" "+r.why))
		case measure.NotMeasured:
			if r.atMost > 0 || r.atMostZero {
				unknown = append(unknown, name+": "+r.why)
			}
		case measure.Held, measure.Narrow, measure.Noise, measure.NoTarget:
		}
	}
	switch {
	case len(missed) > 0:
		return someMissed, fmt.Errorf("missed:\n  %s", strings.Join(missed, "\n  "))
	case len(unknown) > 0:
		return notMeasured, fmt.Errorf("not measured:\n  %s", strings.Join(unknown, "\n  "))
	}
	return allHeld, nil
}
