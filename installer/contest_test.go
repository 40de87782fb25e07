package installer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	contestFile  = "FSSKILLS_TEST_CONTEST_FILE"
	contestCount = "FSSKILLS_TEST_CONTEST_COUNT"
	contestHow   = "FSSKILLS_TEST_CONTEST_HOW"
)

// TestContestChild is a client that rewrites its config file all the time, as
// Claude Code does, each time with the next number and without our entry.
func TestContestChild(t *testing.T) {
	path := os.Getenv(contestFile)
	if path == "" {
		t.Skip("only run by TestContest")
	}
	count, err := strconv.Atoi(os.Getenv(contestCount))
	if err != nil {
		t.Fatal(err)
	}
	inPlace := os.Getenv(contestHow) == "in place"
	history := strings.Repeat("a line of history, ", 5000)
	for i := 1; i <= count; i++ {
		data := fmt.Appendf(nil, "{\n  \"count\": %d,\n  \"mcpServers\": {},\n  \"history\": %q\n}\n", i, history)
		next := path
		if !inPlace {
			next = filepath.Join(filepath.Dir(path), "next")
		}
		if err := os.WriteFile(next, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if inPlace {
			time.Sleep(time.Millisecond)
			continue
		}
		if err := os.Rename(next, path); err != nil {
			t.Fatal(err)
		}
	}
}

// TestContest installs and uninstalls while a client rewrites the file from
// another process, by a rename or in place. What the client wrote last must be
// in the file at the end, and an entry that the client has dropped must be
// reported or made again.
func TestContest(t *testing.T) {
	if !canExchange(t) {
		t.Skip("this file system cannot exchange two files in one step")
	}
	for how, rewrites := range map[string]int{"by rename": 10000, "in place": 2000} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			if testing.Short() {
				rewrites /= 10
			}
			contest(t, how, rewrites)
		})
	}
}

func contest(t *testing.T, how string, rewrites int) {
	t.Helper()
	w := newWorld(t)
	w.write(".claude.json", "{\n  \"count\": 0,\n  \"mcpServers\": {}\n}\n")
	path := filepath.Join(w.home, ".claude.json")
	req := w.request(nil, "claude-code")
	req.Targets[0].Skills = false

	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestContestChild$")
	child.Env = append(os.Environ(), contestFile+"="+path, contestCount+"="+strconv.Itoa(rewrites), contestHow+"="+how)
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- child.Wait() }()

	rounds, contested := 0, 0
	for done := false; !done; rounds++ {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatal(err)
			}
			done = true
		default:
		}
		for _, plan := range []func() Plan{
			func() Plan { return must(NewInstall(w.receipt(), req)) },
			func() Plan { return NewUninstall(w.receipt(), Removal{Command: "uninstall"}) },
		} {
			for _, r := range w.try(plan()) {
				switch {
				case errors.Is(r.Err, errContested):
					contested++
				case r.Err != nil:
					t.Fatal(r.Err)
				}
			}
			if how == "by rename" {
				w.count(t)
			}
		}
		w.dropBackups()
	}
	if last := w.count(t); last != rewrites {
		t.Errorf("the client wrote %d last, the file has %d", rewrites, last)
	}
	if strings.Contains(w.tree(), ".fsskills-") {
		t.Errorf("drafts are left behind:\n%s", w.tree())
	}
	t.Logf("%d rewrites against %d rounds, %d given up", rewrites, rounds, contested)
}

// count reads the number that the client wrote, which needs the whole file.
func (w *world) count(t *testing.T) int {
	t.Helper()
	var file struct{ Count int }
	if err := json.Unmarshal([]byte(w.read(".claude.json")), &file); err != nil {
		t.Fatalf("the file is not whole: %v", err)
	}
	return file.Count
}

// canExchange tries it.
func canExchange(t *testing.T) bool {
	t.Helper()
	a, b := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	for _, p := range []string{a, b} {
		if err := os.WriteFile(p, []byte(p), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return exchange(a, b) == nil
}

// TestLock has two at once: the second waits, or says who is there.
func TestLock(t *testing.T) {
	w := newWorld(t)
	one, err := w.store.Lock(t.Context(), time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if err := one.Announce(Holder{PID: 42, Command: "fsskills install"}); err != nil {
		t.Fatal(err)
	}
	_, err = w.store.Lock(t.Context(), 10*time.Millisecond)
	var locked *LockedError
	if !errors.As(err, &locked) || locked.Holder.PID != 42 {
		t.Fatalf("got %v", err)
	}
	got := make(chan error, 1)
	go func() {
		two, err := w.store.Lock(t.Context(), 10*time.Second)
		if err == nil {
			err = two.Unlock()
		}
		got <- err
	}()
	time.Sleep(20 * time.Millisecond)
	if err := one.Unlock(); err != nil {
		t.Fatal(err)
	}
	if err := <-got; err != nil {
		t.Fatal(err)
	}
}

// TestSwap has the client write between the last look and the exchange, and
// once more before its bytes are put back.
func TestSwap(t *testing.T) {
	if !canExchange(t) {
		t.Skip("this file system cannot exchange two files in one step")
	}
	content := func(s string) Content { return Content{SHA256: digest([]byte(s)), Data: []byte(s)} }
	for _, test := range []struct {
		name, there, later, want string
		ok                       bool
	}{
		{name: "nothing new", there: "base", want: "ours", ok: true},
		{name: "newer bytes", there: "newer", want: "newer"},
		{name: "newer bytes twice", there: "newer", later: "newest", want: "newest"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			draft, target := filepath.Join(dir, "draft"), filepath.Join(dir, "target")
			write := func(path, s string) {
				if err := os.WriteFile(path, []byte(s), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			write(draft, "ours")
			write(target, test.there)
			saw := ""
			ok, err := swap(draft, target, content("base"), content("ours"), func(c Content) error {
				saw = string(c.Data)
				if test.later != "" {
					write(target+".new", test.later)
					return os.Rename(target+".new", target)
				}
				return nil
			})
			if err != nil || ok != test.ok || saw != test.there {
				t.Errorf("got %v, %v, saw %q", ok, err, saw)
			}
			if got, err := os.ReadFile(target); err != nil || string(got) != test.want {
				t.Errorf("the target holds %q, %v, want %q", got, err, test.want)
			}
			if _, err := os.Stat(draft); err == nil {
				t.Error("the draft is left")
			}
		})
	}
}

// A lock under which nothing was done leaves nothing behind, and is a lock all the
// same while it comes and goes.
func TestLocksThatLeaveNothing(t *testing.T) {
	home := t.TempDir()
	store := &Store{Dir: filepath.Join(home, "a", "b")}
	lock, err := store.Lock(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(lock.Announce(Holder{PID: 1}), lock.Unlock()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(filepath.Join(home, "a")); runtime.GOOS != "windows" && !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is there: %v", err)
	}

	// Who waits for a lock that goes has it, and nobody else.
	first, err := store.Lock(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	second := make(chan *Lock)
	go func() {
		l, err := store.Lock(t.Context(), time.Minute)
		if err != nil {
			t.Error(err)
		}
		second <- l
	}()
	time.Sleep(3 * lockPoll) // it has looked at the first one's by then
	if err := first.Unlock(); err != nil {
		t.Fatal(err)
	}
	waited := <-second
	_, err = store.Lock(t.Context(), 0)
	if _, locked := errors.AsType[*LockedError](err); !locked {
		t.Errorf("two have the lock: %v", err)
	}
	if err := waited.Unlock(); err != nil {
		t.Fatal(err)
	}

	lock, err = store.Lock(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(store.path(receiptName), nil, 0o600), lock.Unlock()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(store.path(lockName)); err != nil {
		t.Errorf("something was done under it: %v", err)
	}
}

// What stands in the place of the lock is no lock, unless it can become one.
func TestLockInTheWay(t *testing.T) {
	store := &Store{Dir: t.TempDir()}
	path := store.path(lockName)
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Lock(t.Context(), 0); !errors.Is(err, syscall.EISDIR) {
		t.Errorf("a folder: %v, want that it is one", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	target := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.Symlink(target, path); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	lock, err := store.Lock(t.Context(), 0)
	if err != nil {
		t.Fatalf("a link to nothing: %v", err)
	}
	if err := errors.Join(lock.Announce(Holder{PID: 1}), lock.Unlock()); err != nil {
		t.Error(err)
	}
}
