package main

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"fsskills/.ci/bench/measure"
)

var columns = []string{
	"job", "what", "fsskills", "other", "ratio", "at most", "aim",
	"requests", "bytes down", "CPU ms", "peak MiB", "verdict",
}

// write writes the rows as a table in Markdown.
func write(w io.Writer, rows []row) {
	line(w, columns)
	rule := make([]string, len(columns))
	for i := range rule {
		rule[i] = "---"
	}
	line(w, rule)
	for _, r := range rows {
		line(w, r.cells())
	}
}

func line(w io.Writer, cells []string) {
	for _, cell := range cells {
		fmt.Fprintf(w, "| %s ", strings.NewReplacer("|", `\|`, "\n", " ").Replace(cell))
	}
	fmt.Fprintln(w, "|")
}

func (r row) cells() []string {
	limit := func(n float64) string {
		switch {
		case n == 0:
			return ""
		case r.what.ratio:
			return number(n)
		}
		return number(n) + unit(r.what.unit)
	}
	atMost, aim := limit(r.atMost), limit(r.aim)
	if r.atMostZero {
		atMost = "0"
	}
	ratio := ""
	if r.what.ratio && r.judged.N > 0 {
		ratio = fmt.Sprintf("%s [%s, %s] (%s–%s)", number(r.judged.Median), number(r.judged.Low), number(r.judged.High), number(r.judged.Least), number(r.judged.Most))
	}
	verdict := string(r.verdict)
	if r.why != "" {
		verdict += ": " + r.why
	}
	other := summary(r.peer, r.what.unit)
	if r.target.peer != "" {
		other = strings.TrimSpace(r.target.peer + ": " + other)
	}
	both := func(of func(measure.Run) float64) string {
		text := median(r.oursRuns, of)
		if r.peerRuns != nil {
			text += " / " + median(r.peerRuns, of)
		}
		if strings.Trim(text, "0 /") == "" {
			return "" // it is not about that
		}
		return text
	}
	processors := both(measure.CPU)
	if r.peerRuns != nil && processors != "" {
		processors += " = " + number(measure.Summarize(measure.Ratios(measure.CPU, r.oursRuns, r.peerRuns)).Median)
	}
	ours := summary(r.ours, r.what.unit)
	if r.oursRuns != nil && r.oursRuns.Name != r.target.ours && !r.what.slope {
		ours += ", " + r.oursRuns.Name
	}
	return []string{
		r.job, r.says, ours, other, ratio, atMost, aim,
		both(requests.of), both(down.of), processors, both(measure.Peak), verdict,
	}
}

// summary is a median with its unit, and the range if there is one.
func summary(s measure.Summary, of string) string {
	switch {
	case s.N == 0:
		return ""
	case s.Least == s.Most:
		return number(s.Median) + unit(of)
	}
	return fmt.Sprintf("%s%s (%s–%s)", number(s.Median), unit(of), number(s.Least), number(s.Most))
}

func median(s *measure.Series, of func(measure.Run) float64) string {
	if s == nil {
		return ""
	}
	return number(measure.Summarize(s.Values(of)).Median)
}

func unit(name string) string {
	if name == "" {
		return ""
	}
	return " " + name
}

// number is n with three digits that say something, or all of them if it is whole.
func number(n float64) string {
	if n == math.Trunc(n) {
		return strconv.FormatFloat(n, 'f', 0, 64)
	}
	digits := 2 - int(math.Floor(math.Log10(math.Abs(n))))
	return strconv.FormatFloat(n, 'f', min(max(digits, 0), 6), 64)
}
