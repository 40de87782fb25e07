package cmd_test

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// A beginner is somebody who asks fsskills about itself, with every system call on
// a file or the network seen.
type beginner struct {
	t    *testing.T
	bin  string
	home string
}

// runs returns what fsskills prints on a terminal and the calls that it makes, but
// for those of the Go runtime and those to print.
func (b *beginner) runs(args ...string) (string, []call) {
	b.t.Helper()
	master, terminal, err := pty.Open()
	if err != nil {
		b.t.Fatal(err)
	}
	defer master.Close() //nolint:errcheck // all of it was read
	said := make(chan string)
	go func() {
		text, _ := io.ReadAll(master) // a terminal that is closed is an error here
		said <- strings.ReplaceAll(string(text), "\r\n", "\n")
	}()
	env := []string{"HOME=" + b.home, "PWD=" + b.home, "PATH=/usr/bin:/bin", "TERM=xterm-256color", "LANG=C.UTF-8"}
	trace := &tracer{all: true}
	ws, err := trace.run(append([]string{b.bin}, args...), env, b.home, terminal)
	printed := call{"write", terminal.Name()}
	if err := errors.Join(err, terminal.Close()); err != nil {
		b.t.Fatal(err)
	}
	text := <-said
	if !ws.Exited() || ws.ExitStatus() != 0 || text == "" {
		b.t.Errorf("fsskills %q: %v\n%s", args, ws, text)
	}
	return text, slices.DeleteFunc(trace.calls, func(c call) bool {
		return c == printed || c.reads() && runtimeReads(c.path) || c.name == "close" && (c.path == "" || runtimeReads(c.path))
	})
}

// runtimeReads reports whether a path is one at which Go looks by itself for how
// many processors and how large pages there are.
func runtimeReads(path string) bool {
	return strings.HasPrefix(path, "/sys/kernel/mm/transparent_hugepage/") || strings.HasPrefix(path, "/sys/fs/cgroup/") ||
		strings.HasPrefix(path, "/proc/")
}

// topics are the commands below some command, as completion offers them.
func (b *beginner) topics(of ...string) []string {
	b.t.Helper()
	said, _ := b.runs(slices.Concat([]string{"__complete", "help"}, of, []string{""})...)
	var topics []string
	for line := range strings.Lines(said) {
		if topic, _, described := strings.Cut(line, "\t"); described {
			topics = append(topics, topic)
		}
	}
	return topics
}

// TestStartupTouchesNothing asks for the version, for all help and for completion:
// no file and no folder is looked at, and no socket is made.
func TestStartupTouchesNothing(t *testing.T) {
	t.Parallel()
	b := &beginner{t: t, bin: builtFsskills(t), home: t.TempDir()}
	calls := [][]string{
		{"--version"},
		{"version"},
		{"version", "--json"},
		{"--help"},
		{"help"},
		{"__complete", ""},
		{"__complete", "install", "--"},
		{"__complete", "install", "--auth", ""},
		{"__complete", "nosuch", ""},
	}
	topics := b.topics()
	if len(topics) < 10 {
		t.Fatalf("there are too few commands: %q", topics)
	}
	for _, topic := range topics {
		calls = append(calls, []string{topic, "--help"}, []string{"help", topic}, []string{"__complete", topic, "-"})
	}
	for _, shell := range b.topics("completion") {
		calls = append(calls, []string{"completion", shell}, []string{"completion", shell, "--no-descriptions"}, []string{"completion", shell, "--help"})
	}
	for _, args := range calls {
		if _, touched := b.runs(args...); len(touched) > 0 {
			t.Errorf("fsskills %q touches files or the network: %v", args, touched)
		}
	}
}

// TestCompletionReads completes the names of what is installed. They are in the
// receipt, and completion reads that and nothing else, but for the time zone in which
// it tells when something was done. Which clients there are has to be looked up, too.
// Nothing is written or locked.
func TestCompletionReads(t *testing.T) {
	t.Parallel()
	b := &beginner{t: t, bin: builtFsskills(t), home: t.TempDir()}
	source := filepath.Join(t.TempDir(), "source")
	if err := os.MkdirAll(filepath.Join(source, "skills", "alpha"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(source, "skills", "alpha", "SKILL.md"), []byte(alphaText("first")), 0o644); err != nil {
		t.Fatal(err)
	}
	b.runs("install", "--yes", "--skills-only", "--client", "cursor", "--source", source)

	state := filepath.Join(b.home, ".local", "state", "fsskills")
	for _, test := range []struct {
		args   []string
		offers string
		only   string // below this
	}{
		{[]string{"__complete", "update", ""}, "alpha\t", state},
		{[]string{"__complete", "restore", ""}, "last\t", state},
		{[]string{"__complete", "install", "--client", ""}, "cursor\tCursor, ", ""},
	} {
		said, touched := b.runs(test.args...)
		if !strings.Contains(said, test.offers) || len(touched) == 0 {
			t.Errorf("fsskills %q does not offer %q after %v:\n%s", test.args, test.offers, touched, said)
		}
		for _, c := range touched {
			look := slices.Contains([]string{"getcwd", "newfstatat", "stat", "lstat", "readlinkat", "statx", "faccessat", "faccessat2"}, c.name)
			switch {
			case !look && !c.reads() && c.name != "close":
				t.Errorf("fsskills %q does not only read: %s", test.args, c)
			case !look && test.only != "" && !strings.HasPrefix(c.path, test.only) && c.path != "/etc/localtime" && !strings.HasPrefix(c.path, "/usr/share/zoneinfo/"):
				t.Errorf("fsskills %q reads more than it has to: %s", test.args, c)
			}
		}
	}
}

// TestTracerLeavesOthers traces a program on a thread that has started another one.
// That is not the tracer's to wait for.
func TestTracerLeavesOthers(t *testing.T) {
	t.Parallel()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	other := exec.CommandContext(t.Context(), "true")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	b := &beginner{t: t, bin: builtFsskills(t), home: t.TempDir()}
	b.runs("--version")
	if err := other.Wait(); err != nil {
		t.Errorf("the end of another program is gone: %v", err)
	}
}
