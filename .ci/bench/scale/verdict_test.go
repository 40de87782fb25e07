package main

import (
	"math"
	"slices"
	"testing"

	"fsskills/.ci/bench/measure"
)

var tens = []int{1, 10, 100, 1000}

// grown is what takes base, and for n units as much as of says, in as many rounds as
// there are factors, each of which is another machine's speed.
func grown(sizes []int, base float64, of func(n float64) float64, factors ...float64) costs {
	c := make(costs, len(sizes))
	for i, n := range sizes {
		for _, factor := range factors {
			c[i] = append(c[i], factor*(base+of(float64(n))))
		}
	}
	return c
}

func linear(n float64) float64 { return n }
func square(n float64) float64 { return n * n }
func nlogn(n float64) float64  { return n * math.Log2(n+1) }
func none(float64) float64     { return 0 }

func TestUnitCosts(t *testing.T) {
	c := costs{{5, 6}, {14, 24}, {104, 204, 304}}
	if got := unitCosts([]int{1, 10, 100}, c, 1); !slices.Equal(got, []float64{1, 2}) {
		t.Errorf("at 10: %v", got)
	}
	if got := unitCosts([]int{1, 10, 100}, c, 2); !slices.Equal(got, []float64{1, 2}) {
		t.Errorf("at 100: %v, want one for each round that the smallest has too", got)
	}
}

func TestMiddle(t *testing.T) {
	for _, test := range []struct {
		sizes []int
		want  int
	}{
		{[]int{1, 10, 100}, 10},
		{[]int{1, 10, 100, 1000}, 100},
		{[]int{1, 10, 100, 1000, 5000}, 1000},
		{[]int{10, 20, 40, 80, 120, 200}, 80},
	} {
		if got := test.sizes[middle(test.sizes)]; got != test.want {
			t.Errorf("of %v: %d, want %d", test.sizes, got, test.want)
		}
	}
}

func TestJudge(t *testing.T) {
	steady := []float64{1, 1.01, 0.99, 1.02, 0.98, 1, 1}
	for _, test := range []struct {
		name   string
		growth growth
		costs  costs
		want   measure.Verdict
	}{
		{"a line", perUnit, grown(tens, 10, linear, steady...), measure.Held},
		{"a line on a machine that is slow at times", perUnit, grown(tens, 10, linear, 1, 5, 2, 1, 9, 1, 3), measure.Held},
		{"with the logarithm, which sorting takes", perUnit, grown(tens, 10, nlogn, steady...), measure.Held},
		{"with the root", perUnit, grown(tens, 10, func(n float64) float64 { return n * math.Sqrt(n) }, steady...), measure.Missed},
		{"a square", perUnit, grown(tens, 10, square, steady...), measure.Missed},
		{"a square below the rest", perUnit, grown(tens, 1e5, square, steady...), measure.Missed},
		{"a square that is lost in the rest", perUnit, grown(tens, 1e8, square, steady...), measure.Held},
		{"nothing", perUnit, grown(tens, 10, none, steady...), measure.Held},
		{"nothing may grow and nothing does", never, grown(tens, 10, none, steady...), measure.Held},
		{"nothing may grow, a tenth does", never, grown(tens, 10, func(n float64) float64 { return n / 1100 }, steady...), measure.Held},
		{"nothing may grow and something does", never, grown(tens, 10, func(n float64) float64 { return n / 500 }, steady...), measure.Missed},
		{"not measured", perUnit, make(costs, len(tens)), measure.NotMeasured},
	} {
		if got := judge(test.growth, tens, test.costs); got.verdict != test.want {
			t.Errorf("%s: %q, want %q: %+v", test.name, got.verdict, test.want, got)
		}
	}
}

// What is above the limit in most rounds and below it in some is within noise.
func TestJudgeKnowsNoise(t *testing.T) {
	c := grown(tens, 10, linear, 1, 1, 1, 1, 1, 1, 1)
	for i, factor := range []float64{1, 1.2, 1.6, 1.7, 1.8, 1.9, 2.3} {
		c[len(tens)-1][i] *= factor
	}
	if got := judge(perUnit, tens, c); got.verdict != measure.Noise {
		t.Errorf("%q: %+v", got.verdict, got)
	}
}

// What costs nothing is flat, though it seems to cost less in the middle.
func TestJudgeNothing(t *testing.T) {
	c := costs{{19.5, 19.8, 24.6}, {20, 20, 25}, {19.5, 19, 23}, {22.6, 19.9, 23.1}}
	if f := judge(perUnit, tens, c); f.verdict != measure.Held {
		t.Errorf("%s, %+v", words(f.verdict), f)
	}
	c[3] = []float64{40, 41, 47}
	if f := judge(perUnit, tens, c); f.verdict != measure.Missed {
		t.Errorf("twice as much is %s, %+v", words(f.verdict), f)
	}
}
