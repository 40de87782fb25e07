package cmd

import (
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// memoryLimit is beyond what a source of ten thousand files needs. Near it, room is
	// made for new objects more often, where else the heap would grow to twice what is
	// in it. It is no bound: who needs more gets it.
	memoryLimit = 57 << 20
	// heldWithin is how much may be in use for this limit to do. With more, making room
	// would soon be all that is done: what a config file of 10 MB becomes takes more
	// than the limit by itself.
	heldWithin = 53 << 20
	// garbagePercent is how much may come to what is in use before garbage is
	// collected, where 100 is usual. To install for 45 clients, it spares a tenth of the
	// processors' time for 1 MiB more at the most.
	garbagePercent = 150
)

// limitMemory sets the limit, unless the user has, with GOMEMLIMIT, and when to
// collect, unless the user has, with GOGC.
func limitMemory() {
	if was := debug.SetGCPercent(garbagePercent); was != 100 {
		debug.SetGCPercent(was)
	}
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(memoryLimit)
		followMemory()
	}
}

// followMemory raises the limit after a collection of garbage that leaves much in use,
// and after all that come.
func followMemory() {
	// An object that nobody has is gone with the next collection.
	gone := new([2]*int)
	runtime.AddCleanup(gone, func(struct{}) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		if live[0].Value.Kind() == metrics.KindUint64 {
			if limit := limitFor(live[0].Value.Uint64()); limit > debug.SetMemoryLimit(-1) {
				debug.SetMemoryLimit(limit)
			}
		}
		followMemory()
	}, struct{}{})
}

// limitFor is the limit for so many bytes in use: with more than the usual ones it soon
// is twice as many, which is where no limit at all would lead to.
func limitFor(live uint64) int64 {
	if live <= heldWithin {
		return memoryLimit
	}
	live = min(live, math.MaxInt64/4)
	return min(memoryLimit+4*int64(live-heldWithin), 2*int64(live))
}
