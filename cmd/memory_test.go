package cmd

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

func TestLimitFor(t *testing.T) {
	for live, want := range map[uint64]int64{
		0: memoryLimit, heldWithin: memoryLimit, heldWithin + 1<<20: memoryLimit + 4<<20, 200 << 20: 400 << 20,
	} {
		if got := limitFor(live); got != want {
			t.Errorf("with %d in use: %d, want %d", live, got, want)
		}
	}
	if got := limitFor(math.MaxUint64); got <= memoryLimit {
		t.Errorf("with all in use: %d", got)
	}
}

// The limit is above what is in use, again and again.
func TestMemoryIsFollowed(t *testing.T) {
	before := debug.SetMemoryLimit(memoryLimit)
	defer debug.SetMemoryLimit(before)
	followMemory()
	var held [][]byte
	for _, size := range []int64{100 << 20, 300 << 20} {
		held = append(held, make([]byte, size))
		for begin := time.Now(); debug.SetMemoryLimit(-1) < 2*size; time.Sleep(time.Millisecond) {
			if time.Since(begin) > time.Minute {
				t.Fatalf("with %d in use the limit is %d", size, debug.SetMemoryLimit(-1))
			}
			runtime.GC()
		}
	}
	runtime.KeepAlive(held)
}
