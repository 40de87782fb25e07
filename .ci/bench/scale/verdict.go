package main

import "fsskills/.ci/bench/measure"

// A growth is how a cost may grow.
type growth int

const (
	// perUnit: each further unit costs as much as the one before.
	perUnit growth = iota
	// never: it costs the same, however much there is.
	never
)

const (
	// steeper is how much more a unit may cost at the largest size than at the one in
	// the middle. A cost that grows with the square is ten times as high after ten
	// times as much; memory that no longer fits a cache is good for some tenths.
	steeper = 1.5
	// little is what a cost may grow by in all before anybody calls it growth.
	little = 1.1
	// leastRounds are as many as have a spread.
	leastRounds = 3
)

// costs are what a command took: at each size, in each round.
type costs [][]float64

// unitCosts is what one more unit costs at the nth size, in each round: what was taken
// there more than at the smallest size, for each unit that there is more.
func unitCosts(sizes []int, c costs, n int) []float64 {
	units := float64(sizes[n] - sizes[0])
	list := make([]float64, min(len(c[n]), len(c[0])))
	for i := range list {
		list[i] = (c[n][i] - c[0][i]) / units
	}
	return list
}

// middle is the place of the size in the middle of those behind the smallest; of two,
// the larger one, which has less noise. It is never the largest of all.
func middle(sizes []int) int { return min(1+(len(sizes)-1)/2, len(sizes)-2) }

// A finding is what became of one cost. Mid and last are medians: of the unit costs at
// the size in the middle and at the largest one; or, for a cost that never grows, of the
// costs at the smallest and at the largest size. Excess is what the last is above its
// limit, with its noise.
type finding struct {
	mid, last float64
	excess    measure.Summary
	verdict   measure.Verdict
}

// judge says whether a cost grows as it may. The costs of a round were measured soon
// after each other, so they are compared within it: a round's excess is the last cost
// minus the limit that the other one sets. The noise is what bounds the median of these
// excesses with 95 % (see [measure.Summarize]): a cost is missed if all of that is above
// zero, and within noise if the median is but the lower bound is not.
//
// A cost per unit that is a tenth larger at most, in all and but for the noise, is held
// whatever its unit costs: a unit that costs next to nothing has a ratio of noise to
// noise. One that seems to cost less than nothing costs nothing.
func judge(g growth, sizes []int, c costs) finding {
	last := len(sizes) - 1
	lesser, latter, limit := c[0], c[last], little
	if g == perUnit {
		lesser, latter, limit = unitCosts(sizes, c, middle(sizes)), unitCosts(sizes, c, last), steeper
	}
	excess := make([]float64, min(len(lesser), len(latter)))
	for i := range excess {
		excess[i] = latter[i] - limit*max(lesser[i], 0)
	}
	f := finding{
		mid: measure.Summarize(lesser).Median, last: measure.Summarize(latter).Median,
		excess: measure.Summarize(excess),
	}
	f.verdict = measure.Judge(f.excess, 0)
	if g == perUnit && f.excess.N > 0 && judge(never, sizes, c).verdict != measure.Missed {
		f.verdict = measure.Held
	}
	return f
}

// words say a verdict as that of a growth.
func words(v measure.Verdict) string {
	switch v {
	case measure.Held:
		return "flat"
	case measure.Narrow:
		return "flat, narrowly"
	case measure.Noise:
		return "within noise"
	case measure.Missed:
		return "NOT FLAT"
	default:
		return string(v)
	}
}
