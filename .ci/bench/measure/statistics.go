package measure

import (
	"math"
	"slices"
)

// A Summary says where values lie. Low and High bound the median that endless
// rounds would give, at the confidence of interval: they are the noise of the run.
type Summary struct {
	N           int
	Median      float64
	Low, High   float64
	Least, Most float64
}

// Summarize summarizes values; none give a Summary whose N is 0.
func Summarize(values []float64) Summary {
	n := len(values)
	if n == 0 {
		return Summary{}
	}
	sorted := slices.Sorted(slices.Values(values))
	low, high := interval(n)
	return Summary{
		N: n, Median: (sorted[(n-1)/2] + sorted[n/2]) / 2, Low: sorted[low], High: sorted[high],
		Least: sorted[0], Most: sorted[n-1],
	}
}

// interval gives the two places, in n sorted values, between which the true median
// lies with a probability of 95 % or more, whatever the values are distributed like:
// each is below it with a probability of one half, as a coin falls, so the k-th
// smallest is above it only if fewer than k coins fell so. With fewer than six values
// there are no such places, and the interval is all of them.
// Source: https://dgbonett.github.io/statpsych/reference/ci.median.html
func interval(n int) (low, high int) {
	const outside = 0.025
	below, ways := 0.0, math.Pow(0.5, float64(n)) // ways: of exactly low coins
	for low = 0; low < n/2; low++ {
		if below+ways > outside {
			break
		}
		below += ways
		ways *= float64(n-low) / float64(low+1)
	}
	// The low-th smallest, counted from one, is the last that is sure enough.
	low = max(low-1, 0)
	return low, n - 1 - low
}

// A Verdict is what became of a target.
type Verdict string

// What can become of a target. Missed is one that was missed by more than the noise
// of the run, Noise one that was missed by less: more rounds would tell. Narrow is one
// that was held by less than the noise.
const (
	Held        Verdict = "held"
	Narrow      Verdict = "held narrowly"
	Noise       Verdict = "within noise"
	Missed      Verdict = "missed"
	NotMeasured Verdict = "not measured"
	Failed      Verdict = "failed"
	NoTarget    Verdict = ""
)

// Judge says whether values that were measured are at most limit.
func Judge(s Summary, limit float64) Verdict {
	switch {
	case s.N == 0:
		return NotMeasured
	case s.Low > limit:
		return Missed
	case s.Median > limit:
		return Noise
	case s.High > limit:
		return Narrow
	}
	return Held
}

// Slope is how much y grows with each unit of x: the straight line that lies closest
// to the points, by least squares.
func Slope(x, y []float64) float64 {
	n := float64(len(x))
	var sumX, sumY, sumXX, sumXY float64
	for i := range x {
		sumX += x[i]
		sumY += y[i]
		sumXX += x[i] * x[i]
		sumXY += x[i] * y[i]
	}
	return (n*sumXY - sumX*sumY) / (n*sumXX - sumX*sumX)
}
