package cmd_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode"

	"fsskills/cmd"
)

// A hostile is a source that somebody means ill with, or that is broken.
type hostile struct {
	name string
	list []thing
	// alone leaves out the skill good, which is beside what is in the list.
	alone bool
	// forms are those that can have such a thing: git, http, zip, tar, folder.
	// Without them it is git, zip, tar and folder.
	forms string
	// raw makes the source of what a list cannot have. It returns its address,
	// and a ref or nothing.
	raw func(t *testing.T, dir string) (where, ref string)
	// want is what must happen.
	want fate
	// says are words that the user must read: the path at least.
	says string
}

// A fate is what becomes of a source.
type fate int

const (
	installed fate = 0 // all of it: there is no harm in it
	refused   fate = 1 // nothing of it
	leftOut   fate = 3 // the good skill is installed, and something is not
)

// goldenHostile is what became of each source, to be read.
const goldenHostile = "testdata/hostile.golden"

// TestHostile installs every hostile source, in every form that can have what is
// hostile in it, into a home of its own. Whatever it is, nothing but the folders
// and files of the two clients and of fsskills itself may be there afterwards.
func TestHostile(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("most of these names cannot be made here")
	}
	peak, stop := watchHeap()
	var mu sync.Mutex
	var lines []string
	tried := 0
	t.Run("sources", func(t *testing.T) {
		for _, h := range hostiles() {
			for _, form := range h.all() {
				tried++
				t.Run(strings.ReplaceAll(h.name, "/", "_")+"/"+form, func(t *testing.T) {
					t.Parallel()
					line := h.try(t, form)
					mu.Lock()
					lines = append(lines, line)
					mu.Unlock()
				})
			}
		}
	})
	stop()
	// Two run at a time, or as many as there are processors.
	if most := uint64(512 << 20); peak.Load() > most {
		t.Errorf("%d MiB of memory were used at once", peak.Load()>>20)
	}
	if tried < 80 {
		t.Errorf("only %d sources", tried)
	}
	if t.Failed() {
		return
	}
	slices.Sort(lines)
	got := strings.Join(lines, "")
	if *update {
		if err := os.WriteFile(goldenHostile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(goldenHostile)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; see what became of the sources with -update:\n%s", goldenHostile, firstDifference(string(want), got))
	}
}

// all are the forms in which a source is tried.
func (h hostile) all() []string {
	switch {
	case h.forms != "":
		return strings.Fields(h.forms)
	case h.raw != nil:
		return []string{"raw"}
	}
	return []string{"git", "zip", "tar", "folder"}
}

// watchHeap notes how much memory is in use at most until stop is called.
func watchHeap() (peak *atomic.Uint64, stop func()) {
	peak = new(atomic.Uint64)
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		for {
			metrics.Read(sample)
			peak.Store(max(peak.Load(), sample[0].Value.Uint64()))
			select {
			case <-end:
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	return peak, func() { close(end); <-ended }
}

// firstDifference is the first line in which two texts differ.
func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		var a, b string
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			return "was " + a + "\nnow " + b
		}
	}
	return ""
}

// A hostileHome is the home of a user, in a folder with others that must stay
// as they are.
type hostileHome struct {
	t      *testing.T
	parent string
	home   string
}

func newHostileHome(t *testing.T) hostileHome {
	t.Helper()
	parent, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h := hostileHome{t, parent, filepath.Join(parent, "home")}
	for name, data := range map[string]string{
		"home/.bashrc":           "mine\n",
		"home/.claude/mine.json": "{}\n",
		"outside/secret":         "a secret\n",
		"outside/skills/x":       "not to be touched\n",
		"SKILL.md":               "beside the home\n",
		"work/notes":             "where I am\n",
	} {
		path := filepath.Join(parent, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(data), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// run runs fsskills in this process, as this user.
func (h hostileHome) run(args ...string) (status int, out, said string) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), time.Minute) // it takes milliseconds
	defer cancel()
	var stdout, stderr bytes.Buffer
	status = cmd.Run(ctx, cmd.Env{
		In: strings.NewReader(""), Out: &stdout, Err: &stderr,
		Home: h.home, Dir: filepath.Join(h.parent, "work"), GOOS: runtime.GOOS,
		Getenv:    func(string) string { return "" },
		LookPath:  func(string) (string, error) { return "", exec.ErrNotFound },
		Now:       func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) },
		StateDir:  filepath.Join(h.home, ".local", "state", "fsskills"),
		CacheDir:  filepath.Join(h.home, ".cache", "fsskills"),
		ConfigDir: filepath.Join(h.home, ".config", "fsskills"),
	}, args)
	if ctx.Err() != nil {
		h.t.Errorf("%q has not ended by itself", args)
	}
	if slices.Contains(args, "--json") {
		if err := cmd.CheckDocument(stdout.Bytes()); err != nil {
			h.t.Errorf("%q: %v", args, err)
		}
	}
	for _, text := range []string{stdout.String(), stderr.String()} {
		if i := strings.IndexFunc(text, isUnprintable); i >= 0 {
			h.t.Errorf("unprintable: %q", text[i:min(len(text), i+40)])
		}
		if len(text) > 64<<10 {
			h.t.Errorf("%d bytes are said", len(text))
		}
	}
	return status, stdout.String(), stderr.String()
}

// isUnprintable recognises what must never reach a terminal.
func isUnprintable(r rune) bool {
	return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r))
}

// describe is all that is there, times and all.
func (h hostileHome) describe(name string) string {
	h.t.Helper()
	state, err := describeTree(filepath.Join(h.parent, name), true)
	if err != nil {
		h.t.Fatal(err)
	}
	return state
}

// clientFiles are what two clients and fsskills have in a home.
var clientFiles = []string{
	".bashrc", ".claude/mine.json", ".claude.json", ".codex/config.toml",
	".claude/skills/", ".claude/agents/", ".agents/skills/", ".codex/agents/",
	".local/state/fsskills/", ".cache/fsskills/",
}

// onlyOurs checks that every file of the home is in a place that is meant for
// it, and is a file.
func (h hostileHome) onlyOurs() {
	h.t.Helper()
	err := filepath.WalkDir(h.home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(h.home, path)
		if err != nil {
			return err
		}
		if !d.Type().IsRegular() {
			h.t.Errorf("%s is no file", rel)
		}
		meant := func(place string) bool {
			return rel == place || strings.HasSuffix(place, "/") && strings.HasPrefix(rel, place)
		}
		if !slices.ContainsFunc(clientFiles, meant) {
			h.t.Errorf("%s has no business there", rel)
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// skills are the names of what Codex has, in order.
func (h hostileHome) skills() []string {
	h.t.Helper()
	entries, err := os.ReadDir(filepath.Join(h.home, ".agents", "skills"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		h.t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// A hostileDocument is what is looked at of what is said to programs.
type hostileDocument struct {
	Warnings []string
	Error    struct{ Message, Hint string }
}

// try installs the source twice and uninstalls it. It returns a line about it.
func (h hostile) try(t *testing.T, form string) string {
	t.Helper()
	home := newHostileHome(t)
	source := t.TempDir()
	where, ref := h.build(t, form, source)
	mine, others := home.withoutOurs(), home.others()
	args := []string{"install", "--yes", "--client", "codex,claude-code", "--source", where}
	if ref != "" {
		args = append(args, "--ref", ref)
	}
	status, out, _ := home.run(append(args, "--json")...)
	if fate(status) != h.want {
		t.Errorf("exit status %d, want %d: %.400s", status, h.want, out)
	}
	var doc hostileDocument
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	for _, warning := range append(doc.Warnings, doc.Error.Message) {
		if len(warning) > 700 {
			t.Errorf("%d bytes are said: %.200s", len(warning), warning)
		}
	}
	words := strings.Join(doc.Warnings, "; ")
	if h.want == refused {
		words = doc.Error.Message
		if doc.Error.Hint == "" {
			t.Errorf("no hint: %s", words)
		}
		if _, err := os.Stat(filepath.Join(home.home, ".cache")); err == nil {
			t.Error("refused, and yet kept")
		}
	}
	if !strings.Contains(words, h.says) {
		t.Errorf("no %q in %q", h.says, words)
	}
	have := home.skills()
	if h.want != refused && !slices.Contains(have, "good") {
		t.Errorf("the good skill is missing: %q", have)
	}
	home.onlyOurs()
	after := home.describe("home")
	again, out, said := home.run(args...)
	if again != status {
		t.Errorf("exit status %d the second time:\n%s%s", again, out, said)
	}
	if now := home.describe("home"); now != after {
		t.Errorf("the second run has written:\n%s\nwas\n%s", now, after)
	}
	if !strings.Contains(out+said, h.says) {
		t.Errorf("no %q in %q", h.says, out+said)
	}
	if h.want != refused {
		if status, out, said := home.run("uninstall", "--yes"); status != 0 {
			t.Errorf("uninstall: exit status %d:\n%s%s", status, out, said)
		}
	}
	if now := home.withoutOurs(); now != mine {
		t.Errorf("left in the home:\n%s\nwas\n%s", now, mine)
	}
	if now := home.others(); now != others {
		t.Errorf("touched outside of the home:\n%s\nwas\n%s", now, others)
	}
	for _, private := range []string{where, filepath.Dir(where), source} {
		words = strings.ReplaceAll(words, private, "SOURCE")
	}
	if parts := strings.SplitAfterN(words, "; ", 4); len(parts) > 3 {
		words = strings.Join(parts[:3], "") + "…"
	}
	return fmt.Sprintf("%s · %s · %d · %s · %s\n", h.name, form, status, strings.Join(have, " "), words)
}

// withoutOurs is the home but for fsskills' own state.
func (h hostileHome) withoutOurs() string {
	h.t.Helper()
	state, err := describeTree(h.home, false)
	if err != nil {
		h.t.Fatal(err)
	}
	return state
}

// others is what is beside the home.
func (h hostileHome) others() string {
	return h.describe("outside") + h.describe("work") + h.describe("SKILL.md")
}
