package main

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"fsskills/.ci/bench/gitserver"
	"fsskills/.ci/bench/measure"
)

// growing is a result whose only command takes as many milliseconds as of says.
func growing(g growth, of func(n float64) float64) *result {
	r := &result{
		series: series{
			name: "things", title: "Things & more", unit: "thing", units: "things", sizes: tens, rounds: 3,
			judged: []judged{{cpu, g}},
		},
		commands: []string{"install <all>"},
		runs:     map[string][][]measure.Run{},
		failures: make([]error, len(tens)),
	}
	for _, n := range tens {
		took := time.Duration((10 + of(float64(n))) * float64(time.Millisecond))
		run := measure.Run{Wall: 2 * took, CPU: took, Peak: 16 << 20, Traffic: gitserver.Traffic{Requests: 1, Down: 4711}}
		r.runs["install <all>"] = append(r.runs["install <all>"], []measure.Run{run, run, run})
	}
	return r
}

func TestTable(t *testing.T) {
	text, flat := table(growing(perUnit, linear))
	if !flat {
		t.Errorf("a line is not flat:\n%s", text)
	}
	for _, want := range []string{
		"| command | things |", "| install <all> | 1,000 | 2,020 (2,020–2,020) | 1,010 (1,010–1,010) | 1,000 | 16 | 0 | 1 | 4,711 | 0 |",
		"at 1,000, with that at 100 | 1,000 µs | 1.5 × 1,000 µs | -500 (-500 to -500) | flat |",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	text, flat = table(growing(perUnit, square))
	if flat || !strings.Contains(text, "| NOT FLAT |") {
		t.Errorf("a square is flat:\n%s", text)
	}
	columns := 0
	for line := range strings.Lines(text) {
		switch n := strings.Count(line, "|"); {
		case n == 0:
			columns = 0
		case columns > 0 && n != columns:
			t.Errorf("%d lines between cells, not %d: %s", n, columns, line)
		default:
			columns = n
		}
	}
}

// What failed is no success, and says why.
func TestTableOfAFailure(t *testing.T) {
	r := growing(perUnit, linear)
	r.failures[3] = errors.New("install: exit status 1:\nno room")
	text, flat := table(r)
	if flat || !strings.Contains(text, "Failed: 1,000 things: install: exit status 1: no room\n") || strings.Contains(text, "| flat |") {
		t.Errorf("flat is %v:\n%s", flat, text)
	}
	r = growing(never, none)
	r.runs["install <all>"][3] = nil
	if text, flat := table(r); flat || !strings.Contains(text, "not measured") || !strings.Contains(text, "| install <all> | 1,000 | – |") {
		t.Errorf("what was not measured is flat:\n%s", text)
	}
}

func TestNumber(t *testing.T) {
	for x, want := range map[float64]string{0: "0", 0.01234: "0.0123", 1: "1", 1.5: "1.5", 12.34: "12.3", -99.96: "-100", 1234.5: "1,234", -1234567: "-1,234,567", 100: "100"} {
		if got := number(x); got != want {
			t.Errorf("%v is %q, want %q", x, got, want)
		}
	}
}

func TestDraw(t *testing.T) {
	r := growing(perUnit, linear)
	picture := draw(r)
	marked := 0
	for d := xml.NewDecoder(strings.NewReader(picture)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, picture)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "circle" {
			marked++
		}
	}
	// Four sizes in three panels, three in that of units, and one in the legend.
	if marked != 4*3+3+1 {
		t.Errorf("%d marks in\n%s", marked, picture)
	}
	for _, want := range []string{">Things &amp; more</title>", ">install &lt;all&gt;</text>", ">Bytes down</text>"} {
		if !strings.Contains(picture, want) {
			t.Errorf("no %q in\n%s", want, picture)
		}
	}
	if strings.Contains(picture, "NaN") || strings.Contains(picture, "Inf") {
		t.Errorf("there is no such place:\n%s", picture)
	}
	for i := range r.runs["install <all>"] {
		for k := range r.runs["install <all>"][i] {
			r.runs["install <all>"][i][k] = measure.Run{}
		}
	}
	if picture := draw(r); !strings.Contains(picture, "Nothing above zero.") || strings.Contains(picture, "NaN") {
		t.Errorf("zeros:\n%s", picture)
	}
}

// On both axes, ten times as much is as far away everywhere.
func TestDrawIsLogarithmic(t *testing.T) {
	p := panel{title: "x", lines: []curve{{"a", []point{{1, 10}, {10, 100}, {100, 1000}, {1000, 10_000}}}}}
	var b strings.Builder
	p.draw(&b, growing(perUnit, linear))
	if want := "M62.0 194.0L145.3 140.7L228.7 87.3L312.0 34.0"; !strings.Contains(b.String(), want) {
		t.Errorf("no %s in\n%s", want, b.String())
	}
}
