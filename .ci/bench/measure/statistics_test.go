package measure

import (
	"math"
	"testing"
)

func TestSummarize(t *testing.T) {
	for _, test := range []struct {
		name   string
		values []float64
		want   Summary
	}{
		{"none", nil, Summary{}},
		{"one", []float64{3}, Summary{N: 1, Median: 3, Low: 3, High: 3, Least: 3, Most: 3}},
		{"even", []float64{4, 1, 3, 2}, Summary{N: 4, Median: 2.5, Low: 1, High: 4, Least: 1, Most: 4}},
		{"nine leave one out at each end", []float64{9, 1, 2, 8, 3, 7, 4, 6, 5}, Summary{N: 9, Median: 5, Low: 2, High: 8, Least: 1, Most: 9}},
	} {
		if got := Summarize(test.values); got != test.want {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
	values := []float64{2, 1}
	Summarize(values)
	if values[0] != 2 {
		t.Error("it has sorted the caller's values")
	}
}

// The places are those of the tables of the sign test.
// Source: https://en.wikipedia.org/wiki/Sign_test
func TestInterval(t *testing.T) {
	for n, low := range map[int]int{1: 0, 5: 0, 6: 0, 7: 0, 8: 0, 9: 1, 11: 1, 12: 2, 15: 3, 20: 5, 25: 7} {
		if a, b := interval(n); a != low || b != n-1-low {
			t.Errorf("interval(%d) = %d, %d, want %d, %d", n, a, b, low, n-1-low)
		}
	}
}

// However many values there are, they surround the median with 95 %, and no
// narrower places would.
func TestIntervalIsAsSureAsItSays(t *testing.T) {
	for n := 6; n < 60; n++ {
		low, _ := interval(n)
		if p := atMost(low, n); p > 0.025 {
			t.Errorf("n = %d: the median is outside with %.3f on each side", n, p)
		}
		if p := atMost(low+1, n); p <= 0.025 {
			t.Errorf("n = %d: a narrower interval would do, with %.3f", n, p)
		}
	}
}

// atMost is the probability that of n coins at most k fall heads.
func atMost(k, n int) float64 {
	sum := 0.0
	for i := range k + 1 {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(i + 1))
		c, _ := math.Lgamma(float64(n - i + 1))
		sum += math.Exp(a - b - c - float64(n)*math.Ln2)
	}
	return sum
}

func TestJudge(t *testing.T) {
	ratios := Summary{N: 9, Median: 0.5, Low: 0.4, High: 0.6}
	for limit, want := range map[float64]Verdict{0.3: Missed, 0.39: Missed, 0.4: Noise, 0.45: Noise, 0.5: Narrow, 0.55: Narrow, 0.6: Held, 2: Held} {
		if got := Judge(ratios, limit); got != want {
			t.Errorf("at most %v: %q, want %q", limit, got, want)
		}
	}
	if got := Judge(Summary{}, 1); got != NotMeasured {
		t.Errorf("of nothing: %q", got)
	}
}

func TestSlope(t *testing.T) {
	if got := Slope([]float64{10, 20, 30, 40}, []float64{21, 41, 61, 81}); math.Abs(got-2) > 1e-9 {
		t.Errorf("slope %v of a straight line, want 2", got)
	}
	if got := Slope([]float64{10, 20, 30}, []float64{5, 5, 8}); math.Abs(got-0.15) > 1e-9 {
		t.Errorf("slope %v, want 0.15", got)
	}
}

func TestRatios(t *testing.T) {
	ours := &Series{Runs: []Run{{Peak: 2}, {Peak: 3}, {Peak: 4}}}
	theirs := &Series{Runs: []Run{{Peak: 4}, {Peak: 3}}}
	got := Ratios(Peak, ours, theirs)
	if len(got) != 2 || got[0] != 0.5 || got[1] != 1 {
		t.Errorf("ratios %v", got)
	}
}
