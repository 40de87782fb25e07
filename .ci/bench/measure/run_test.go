package measure

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// What this binary does when a test starts it as a program to be measured.
func TestMain(m *testing.M) {
	switch os.Getenv("MEASURED") {
	case "":
		os.Exit(m.Run())
	case "memory":
		held := make([]byte, 100<<20)
		for i := range held {
			held[i] = byte(i)
		}
		fmt.Println(held[len(held)-1])
	case "work":
		for begin := time.Now(); time.Since(begin) < 300*time.Millisecond; {
		}
	case "sleep":
		time.Sleep(300 * time.Millisecond)
	case "long":
		pipe, err := os.OpenFile(os.Getenv("PIPE"), os.O_WRONLY, 0)
		if err != nil {
			os.Exit(1)
		}
		fmt.Fprint(pipe, "here")
		time.Sleep(time.Minute)
	case "environment":
		fmt.Println(strings.Join(os.Environ(), "\n"))
	case "fail":
		fmt.Fprintln(os.Stderr, "no such thing")
		os.Exit(7)
	}
	os.Exit(0)
}

func runner(t *testing.T) *Runner {
	t.Helper()
	dir := t.TempDir()
	launch, err := Launcher(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return &Runner{Work: dir, Launch: launch, Env: []string{"PATH=/nowhere"}}
}

// measured is a command that runs this binary.
func measured(t *testing.T, what string) Command {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Command{Name: what, Args: []string{self}, Env: []string{"MEASURED=" + what}}
}

func TestWhatARunTook(t *testing.T) {
	r := runner(t)
	run := func(what string) Run {
		got, err := r.Once(t.Context(), measured(t, what))
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	memory, work, sleep := run("memory"), run("work"), run("sleep")
	if memory.Peak < 100<<20 || memory.Peak > 200<<20 {
		t.Errorf("peak %d of a process that has 100 MiB", memory.Peak)
	}
	if sleep.Peak > 50<<20 {
		t.Errorf("peak %d of a process that has next to nothing", sleep.Peak)
	}
	if work.Wall < 300*time.Millisecond || sleep.Wall < 300*time.Millisecond {
		t.Errorf("%v and %v on the clock", work.Wall, sleep.Wall)
	}
	if work.CPU <= sleep.CPU {
		t.Errorf("work took %v of the processor, sleep %v", work.CPU, sleep.CPU)
	}
}

// The memory of whoever measures is nobody else's.
func TestPeakIsNotOurs(t *testing.T) {
	r := runner(t)
	held := make([]byte, 200<<20)
	for i := range held {
		held[i] = byte(i)
	}
	got, err := r.Once(t.Context(), measured(t, "sleep"))
	if err != nil {
		t.Fatal(err)
	}
	if got.Peak > 100<<20 {
		t.Errorf("peak %d while the one who measures has %d", got.Peak, len(held))
	}
}

func TestEnvironmentIsClean(t *testing.T) {
	t.Setenv("SECRET", "of this machine")
	r := runner(t)
	c := measured(t, "environment")
	var home string
	c.Before = func(_ context.Context, dir string) error {
		home = dir
		return os.WriteFile(filepath.Join(dir, "here"), nil, 0o600)
	}
	c.After = func(dir string, _ *Run) error {
		_, err := os.Stat(filepath.Join(dir, "here"))
		return err
	}
	got, err := r.Once(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"HOME=" + home, "MEASURED=environment", "PATH=/nowhere"}
	if lines := slices.Sorted(strings.Lines(strings.TrimSpace(string(got.Stdout)))); !slices.EqualFunc(lines, want, func(a, b string) bool { return strings.TrimSpace(a) == b }) {
		t.Errorf("environment %q, want %q", lines, want)
	}
	if _, err := os.Stat(home); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the home is still there: %v", err)
	}
	r.Keep = true
	if _, err := r.Once(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(home); err != nil {
		t.Errorf("the home is to be kept: %v", err)
	}
}

func TestFailuresAreSeen(t *testing.T) {
	r := runner(t)
	if _, err := r.Once(t.Context(), measured(t, "fail")); err == nil || !strings.Contains(err.Error(), "7: no such thing") {
		t.Errorf("status 7: %v", err)
	}
	c := measured(t, "fail")
	c.Statuses = []int{0, 7}
	if _, err := r.Once(t.Context(), c); err != nil {
		t.Errorf("status 7, which is right: %v", err)
	}
	c = measured(t, "sleep")
	c.Statuses = []int{7}
	if _, err := r.Once(t.Context(), c); err == nil {
		t.Error("status 0, which is not right, passes")
	}
	c = measured(t, "sleep")
	c.After = func(string, *Run) error { return errors.New("nothing there") }
	if _, err := r.Once(t.Context(), c); err == nil || !strings.Contains(err.Error(), "nothing there") {
		t.Errorf("work that was not done: %v", err)
	}
	if _, err := r.Once(t.Context(), Command{Args: []string{filepath.Join(t.TempDir(), "none")}}); err == nil {
		t.Error("a program that is not there passes")
	}
}

func TestRounds(t *testing.T) {
	r := runner(t)
	var came []string
	named := func(name, what string) Command {
		c := measured(t, what)
		c.Name, c.Before = name, func(context.Context, string) error {
			came = append(came, name)
			return nil
		}
		return c
	}
	all, err := r.Rounds(t.Context(), 4, []Command{named("a", "quick"), named("b", "quick"), named("c", "fail")})
	if err != nil {
		t.Fatal(err)
	}
	if len(all[0].Runs) != 4 || len(all[1].Runs) != 4 || all[0].Failure != nil {
		t.Errorf("%d and %d runs, failure %v", len(all[0].Runs), len(all[1].Runs), all[0].Failure)
	}
	if len(all[2].Runs) != 0 || all[2].Failure == nil {
		t.Errorf("what fails has %d runs and the failure %v", len(all[2].Runs), all[2].Failure)
	}
	if got := strings.Join(came, ""); got != "cba"+"ab"+"ab"+"ab"+"ba" {
		t.Errorf("the order was %s", got)
	}
}

// When it is interrupted, nothing goes on in a home that is being removed.
func TestNothingGoesOn(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("a process looks for the pipe of another in /proc, as on Linux")
	}
	r := runner(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c := measured(t, "long")
	pipe, other, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pipe.Close(); err != nil {
			t.Error(err)
		}
	})
	c.Env = append(c.Env, "PIPE="+filepath.Join("/proc", strconv.Itoa(os.Getpid()), "fd", strconv.Itoa(int(other.Fd()))))
	ended := make(chan error, 1)
	go func() {
		_, err := r.Once(ctx, c)
		ended <- err
	}()
	// It says one word when it runs, and has the pipe open until it ends.
	if _, err := pipe.Read(make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; err == nil {
		t.Error("it has ended well")
	}
	if err := pipe.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := pipe.Read(make([]byte, 10)); !errors.Is(err, io.EOF) {
		t.Errorf("it goes on: %v", err)
	}
}

func TestChain(t *testing.T) {
	r := runner(t)
	homes := map[string]int{}
	named := func(name, what string) Command {
		c := measured(t, what)
		c.Name, c.After = name, func(home string, _ *Run) error {
			homes[home]++
			return nil
		}
		return c
	}
	all, err := r.Chain(t.Context(), 2, []Command{named("a", "quick"), named("b", "quick")})
	if err != nil {
		t.Fatal(err)
	}
	if len(homes) != 2 || len(all[0].Runs) != 2 || len(all[1].Runs) != 2 {
		t.Errorf("homes %v, %d and %d runs", homes, len(all[0].Runs), len(all[1].Runs))
	}
	for home, times := range homes {
		if _, err := os.Stat(home); times != 2 || !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s was used %d times, and is there still: %v", home, times, err)
		}
	}
	all, err = r.Chain(t.Context(), 2, []Command{named("a", "quick"), named("b", "fail"), named("c", "quick")})
	if err != nil {
		t.Fatal(err)
	}
	if all[0].Failure != nil || all[1].Failure == nil || all[2].Failure == nil || len(all[0].Runs) != 1 || len(all[2].Runs) != 0 {
		t.Errorf("failures %v, %v, %v, and %d runs of the first", all[0].Failure, all[1].Failure, all[2].Failure, len(all[0].Runs))
	}
}

func TestOrder(t *testing.T) {
	first, after := map[int]bool{}, map[[2]int]bool{}
	for round := range 6 {
		list := order(3, round)
		if sorted := slices.Sorted(slices.Values(list)); !slices.Equal(sorted, []int{0, 1, 2}) {
			t.Errorf("round %d: %v", round, list)
		}
		first[list[0]] = true
		for i := range 2 {
			after[[2]int{list[i], list[i+1]}] = true
		}
	}
	if len(first) != 3 || len(after) != 6 {
		t.Errorf("first came %v, pairs were %v", first, after)
	}
}
