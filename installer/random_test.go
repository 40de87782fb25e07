package installer

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// The flags look at one sequence again, or at more of them.
var (
	randomSeed  = flag.Uint64("random.seed", 0, "run only the random sequence of this `seed`")
	randomCount = flag.Int("random.count", 0, "run this `number` of random sequences")
	randomFrom  = flag.Uint64("random.from", 1, "the first of their seeds")
)

// A move is one step of a sequence: what is done and to what, as far as bytes
// can say. What it means depends on what is there, so that a sequence with
// some moves left out is one too.
type move struct{ kind, a, b, c, fault, at byte }

const moveBytes = 6

// moveKinds are all moves, as often as they should come.
var moveKinds = weighed([]moveKind{
	{12, "install", (*trial).install},
	{12, "update", (*trial).update},
	{8, "uninstall", (*trial).uninstall},
	{7, "restore", (*trial).restore},

	{8, "edit", (*trial).editFile},
	{3, "delete", (*trial).deleteFile},
	{2, "delete skill", (*trial).deleteSkill},
	{6, "add", (*trial).addFile},
	{4, "take back", (*trial).takeBack},
	{2, "link", (*trial).replaceByLink},
	{2, "file", (*trial).replaceByFile},
	{2, "chmod", (*trial).changeMode},
	{5, "own agent", (*trial).addAgent},
	{4, "touch agent", (*trial).touchAgent},

	{8, "change", (*trial).upstreamWrites},
	{3, "remove", (*trial).upstreamRemoves},
	{2, "mode", (*trial).upstreamMode},
	{3, "new skill", (*trial).upstreamAdds},
	{2, "drop skill", (*trial).upstreamDrops},
	{5, "change agent", (*trial).upstreamTells},
	{2, "drop agent", (*trial).upstreamDropsAgent},
	{1, "refused agent", (*trial).upstreamRefuses},

	{4, "around", (*trial).editAround},
	{2, "rewrite", (*trial).rewriteConfig},
	{2, "our entry", (*trial).editEntry},
	{2, "drop entry", (*trial).dropEntry},
	{2, "break", (*trial).breakConfig},
	{2, "mend", (*trial).mendConfig},
	{1, "delete config", (*trial).deleteConfig},
})

// A moveKind is what a move does.
type moveKind struct {
	weight int
	name   string
	do     func(*trial, move)
}

func weighed(kinds []moveKind) []moveKind {
	var out []moveKind
	for _, k := range kinds {
		out = append(out, slices.Repeat([]moveKind{k}, k.weight)...)
	}
	return out
}

// sequenceOf makes the sequence of a seed.
func sequenceOf(seed uint64) []move {
	random := rand.New(rand.NewPCG(seed, 0xf5))
	b := func() byte { return byte(random.UintN(256)) }
	moves := make([]move, 5+random.IntN(21))
	for i := range moves {
		moves[i] = move{kind: b(), a: b(), b: b(), c: b(), fault: b(), at: b()}
	}
	return moves
}

// TestRandom plays random sequences of what a user, upstream and fsskills do,
// with kills and failures in between, and compares the disk with a model of
// what it must be after each.
//
//	go test ./installer -run TestRandom -random.seed 17 -v
//	go test ./installer -run TestRandom -random.count 100000
func TestRandom(t *testing.T) {
	t.Parallel()
	from, count := *randomFrom, *randomCount
	base, quick := memoryDir(t)
	switch {
	case *randomSeed != 0:
		from, count = *randomSeed, 1
	case count > 0:
	case testing.Short() || raceEnabled:
		count = 60
	case quick:
		count = 2000
	default:
		count = 250 // each operation waits for the disk
	}
	var total tally
	var next atomic.Uint64
	next.Store(from)
	for n := range min(runtime.GOMAXPROCS(0), count) {
		t.Run(fmt.Sprintf("player %d", n), func(t *testing.T) {
			t.Parallel()
			dir, err := os.MkdirTemp(base, "p") //nolint:usetesting // in memory where that can be had
			if err != nil {
				t.Fatal(err)
			}
			for !t.Failed() {
				seed := next.Add(1) - 1
				if seed >= from+uint64(count) {
					break
				}
				moves := sequenceOf(seed)
				tr := play(t, dir, moves, len(moves))
				total.add(tr)
				if *randomSeed != 0 {
					t.Log(strings.Join(tr.script, "\n"))
				}
				if tr.failure == "" {
					continue
				}
				next.Store(from + uint64(count)) // one failure is enough to read
				tr = shrink(t, dir, moves, tr)
				t.Errorf("-random.seed %d:\n%s\n\n%s", seed, strings.Join(tr.script, "\n"), tr.failure)
			}
		})
	}
	t.Cleanup(func() { t.Log(total.String()) })
}

// FuzzRandom plays the sequences that a fuzzer thinks of.
func FuzzRandom(f *testing.F) {
	for seed := range uint64(20) {
		var data []byte
		for _, m := range sequenceOf(seed + 1) {
			data = append(data, m.kind, m.a, m.b, m.c, m.fault, m.at)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var moves []move
		for ; len(data) >= moveBytes && len(moves) < 40; data = data[moveBytes:] {
			moves = append(moves, move{data[0], data[1], data[2], data[3], data[4], data[5]})
		}
		base, _ := memoryDir(t)
		if tr := play(t, base, moves, len(moves)); tr.failure != "" {
			t.Errorf("%s\n\n%s", strings.Join(tr.script, "\n"), tr.failure)
		}
	})
}

// play plays the moves in a new home below dir, until one shows a mistake.
// chance says what is in the home.
func play(t *testing.T, dir string, moves []move, chance int) (tr *trial) {
	t.Helper()
	home, err := os.MkdirTemp(dir, "h") //nolint:usetesting // there may be thousands
	if err != nil {
		t.Fatal(err)
	}
	tr = newTrial(home)
	synctest.Test(t, func(t *testing.T) {
		defer func() {
			switch f := recover().(type) {
			case nil:
			case mismatch:
				tr.failure = string(f)
			default:
				tr.failure = fmt.Sprint("panic: ", f)
			}
		}()
		tr.begin(t, chance)
		for _, m := range moves {
			kind := moveKinds[int(m.kind)*len(moveKinds)/256]
			tr.tally.moves++
			tr.say("%s", kind.name)
			kind.do(tr, m)
		}
	})
	if err := os.RemoveAll(home); err != nil {
		t.Fatal(err)
	}
	return tr
}

// shrink leaves out what a failure does not need.
func shrink(t *testing.T, dir string, moves []move, failed *trial) *trial {
	t.Helper()
	deadline, chance := time.Now().Add(time.Minute), len(moves)
	try := func(fewer []move) bool {
		tr := play(t, dir, fewer, chance)
		if tr.failure == "" {
			return false
		}
		moves, failed = fewer, tr
		return true
	}
	for smaller := true; smaller && time.Now().Before(deadline); {
		smaller = false
		for n := len(moves) / 2; n > 0; n /= 2 {
			for at := 0; at+n <= len(moves); {
				if try(slices.Delete(slices.Clone(moves), at, at+n)) {
					smaller = true
				} else {
					at += n
				}
			}
		}
		for i := 0; i < len(moves); i++ {
			calm := slices.Clone(moves)
			calm[i].fault = noFault
			if moves[i].faultOf() != noFault {
				try(calm)
			}
		}
	}
	return failed
}

// memoryDir is a folder for homes: in memory, where a write need not wait for
// a disk, if there is such a thing.
func memoryDir(t *testing.T) (dir string, quick bool) {
	t.Helper()
	if runtime.GOOS == "linux" {
		if dir, err := os.MkdirTemp("/dev/shm", "fsskills-random-"); err == nil { //nolint:usetesting // t.TempDir is on a disk
			t.Cleanup(func() {
				if err := os.RemoveAll(dir); err != nil {
					t.Error(err)
				}
			})
			return dir, true
		}
	}
	return t.TempDir(), false
}

// A tally counts what was tried.
type tally struct {
	mu                                                          sync.Mutex
	sequences, moves, operations, kills, failures, full, undone int
}

func (c *tally) add(t *trial) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sequences++
	c.moves += t.tally.moves
	c.operations += t.tally.operations
	c.kills += t.tally.kills
	c.failures += t.tally.failures
	c.full += t.tally.full
	c.undone += t.tally.undone
}

func (c *tally) String() string {
	return fmt.Sprintf("%d sequences, %d moves, of which %d operations; %d killed, %d with a failing step, %d with a full disk; %d undone later",
		c.sequences, c.moves, c.operations, c.kills, c.failures, c.full, c.undone)
}
