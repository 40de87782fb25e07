package cmd

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A mishap is something that a user does or has, of which nothing can come.
type mishap struct {
	name string
	// arrange prepares the home, and says when it cannot be had here.
	arrange func(*victim)
	args    []string
	code    exitCode
	// told says that the result tells of it, beside what went well.
	told bool
}

// A victim is the user whom it happens to.
type victim struct {
	t    *testing.T
	env  *Env
	vars map[string]string
}

func newVictim(t *testing.T) *victim {
	t.Helper()
	env, _, _ := testEnv(t)
	env.ConfigDir = filepath.Join(env.Home, "config")
	v := &victim{t: t, env: env, vars: map[string]string{}}
	env.Getenv = func(name string) string { return v.vars[name] }
	v.write("source/skills/alpha/SKILL.md", "---\nname: alpha\ndescription: An example.\n---\nText.\n")
	return v
}

func (v *victim) path(rel string) string { return filepath.Join(v.env.Home, filepath.FromSlash(rel)) }

func (v *victim) check(err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
}

func (v *victim) write(rel, text string) {
	v.t.Helper()
	v.check(os.MkdirAll(filepath.Dir(v.path(rel)), 0o700))
	v.check(os.WriteFile(v.path(rel), []byte(text), 0o600))
}

func (v *victim) mkdir(rel string) {
	v.t.Helper()
	v.check(os.MkdirAll(v.path(rel), 0o700))
}

// run runs fsskills; a word beginning with ~ is a path in the home.
func (v *victim) run(args ...string) (code int, out, errOut string) {
	v.t.Helper()
	e := *v.env
	var stdout, stderr bytes.Buffer
	if e.Err, e.config = &stderr, nil; e.Out == nil || fmt.Sprintf("%T", e.Out) == "*bytes.Buffer" {
		e.Out = &stdout
	}
	words := slices.Clone(args)
	for i, w := range words {
		if rest, ok := strings.CutPrefix(w, "~/"); ok {
			words[i] = v.path(rest)
		}
	}
	code = Run(v.t.Context(), e, words)
	return code, stdout.String(), stderr.String()
}

// installed has the skills and the entry in Cursor.
func (v *victim) installed() {
	v.t.Helper()
	if code, _, said := v.run("install", "--yes", "--client", "cursor", "--source", "~/source"); code != 0 {
		v.t.Fatalf("exit status %d: %s", code, said)
	}
}

// normal is a text without what differs from run to run.
func (v *victim) normal(text string) string {
	text = strings.ReplaceAll(text, v.env.Home, "HOME")
	for _, change := range [][2]string{
		{`\b2026\d{4}-\d{6}(-[0-9a-f]+)?\b`, "OPERATION"},
		{`HOME/state/projects/[a-z]+-[0-9a-f]{16}`, "HOME/state/projects/PROJECT"},
		{`~/state/projects/[a-z]+-[0-9a-f]{16}`, "~/state/projects/PROJECT"},
		{`\b[0-9a-f]{40}\b`, "COMMIT"},
		{`snapshot-[0-9a-f]{32}`, "snapshot-DIGEST"},
	} {
		text = regexp.MustCompile(change[0]).ReplaceAllString(text, change[1])
	}
	return text
}

// goNoise is what a Go programmer understands and nobody else.
var goNoise = regexp.MustCompile(`%!|0x[0-9a-f]|\*[a-z]+\.[A-Z]|&\{|\[\]byte|<nil>|\bnil\b|goroutine|strconv\.|\s(json|yaml|toml): |go-git|pflag|cobra|unmarshal|syscall|(\b\w+ \S+: )\w* ?(\S+: )?\b(open|stat|lstat|read|mkdir|rename) \S+: (open|stat|lstat|read|mkdir) `)

const (
	failuresGolden = "testdata/failures.golden"
	mostLines      = 6 // of what is said about a failure
)

// TestFailures has what users meet, and writes down what they are told:
// testdata/failures.golden is that table, for a person to read. Every failure has
// its exit status, says what and where, and has one hint.
func TestFailures(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has other words for what is wrong with a file")
	}
	rewrite := flag.Lookup("update").Value.String() == "true"
	want := readFailures(t)
	got := map[string]string{}
	var names []string
	for _, m := range mishaps() {
		if slices.Contains(names, m.name) {
			t.Fatalf("two are called %s", m.name)
		}
		names = append(names, m.name)
		t.Run(m.name, func(t *testing.T) { got[m.name] = m.meet(t) })
	}
	if len(names) < 60 {
		t.Errorf("there are %d only", len(names))
	}
	if rewrite {
		maps.DeleteFunc(want, func(name, _ string) bool { return !slices.Contains(names, name) })
		maps.Copy(want, got)
		var b strings.Builder
		for _, name := range names {
			if want[name] != "" {
				fmt.Fprintf(&b, "# %s\n%s\n", name, want[name])
			}
		}
		if err := os.WriteFile(failuresGolden, []byte(strings.TrimRight(b.String(), "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range names {
		if text, met := got[name]; met && text != "" && text != want[name] {
			t.Errorf("%s:\n%s\nwant\n%s", name, text, want[name])
		}
	}
}

// readFailures reads the table: what each mishap comes to, by its name.
func readFailures(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile(failuresGolden)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	table := map[string]string{}
	for _, entry := range strings.Split("\n"+string(data), "\n# ")[1:] {
		name, text, _ := strings.Cut(entry, "\n")
		table[name] = strings.TrimRight(text, "\n") + "\n"
	}
	return table
}

// meet has a user meet it twice, once with --json, and returns what is said.
func (m mishap) meet(t *testing.T) string {
	t.Helper()
	v := newVictim(t)
	if m.arrange != nil {
		m.arrange(v)
	}
	code, out, said := v.run(m.args...)
	if code != int(m.code) {
		t.Errorf("exit status %d, want %d\n%s%s", code, m.code, said, out)
	}
	var lines []string
	for line := range strings.Lines(said) {
		if !isProgress(line) {
			lines = append(lines, line)
		}
	}
	if m.told {
		if said, _, _ = strings.Cut(out, "\nNext\n"); !regexp.MustCompile(`(?m)^(Failed|Left out|Kept)\n  \S.*\n    \S`).MatchString(out) {
			t.Errorf("the result does not say what is wrong and what to do:\n%s", out)
		}
	} else {
		said = strings.Join(lines, "")
		m.checkText(t, v, said)
	}
	if !m.told {
		m.checkDocument(t, v, said)
	}
	return fmt.Sprintf("exit %d\n", code) + v.normal(strings.TrimRight(said, "\n")) + "\n"
}

// isProgress tells a line about how it goes from those about what is wrong.
func isProgress(line string) bool {
	return slices.ContainsFunc([]string{"Reading ", "Read ", "Fetching ", "Fetched ", "note: "}, func(begin string) bool { return strings.HasPrefix(line, begin) })
}

// checkText holds what is said to the rules for every failure.
func (m mishap) checkText(t *testing.T, v *victim, said string) {
	t.Helper()
	if !strings.HasPrefix(strings.TrimLeft(said, "\n"), "fsskills: ") && !strings.HasPrefix(said, "warning: ") {
		t.Errorf("it does not begin with fsskills: %s", said)
	}
	if strings.Count(said, "\nhint: ") != 1 || strings.Contains(said, "hint: \n") || strings.Contains(said, fallbackHint) {
		t.Errorf("there is not one hint that leads on:\n%s", said)
	}
	if found := goNoise.FindString(said); found != "" {
		t.Errorf("%q is for programmers:\n%s", found, said)
	}
	if n := strings.Count(said, "\n"); n > mostLines {
		t.Errorf("it has %d lines:\n%s", n, said)
	}
	if strings.Contains(said, v.env.Home+"/") {
		t.Errorf("a path in the home is not written from ~:\n%s", said)
	}
}

// checkDocument holds the document to what was said.
func (m mishap) checkDocument(t *testing.T, v *victim, said string) {
	t.Helper()
	if v.env.Out != nil && fmt.Sprintf("%T", v.env.Out) != "*bytes.Buffer" {
		return
	}
	code, out, again := v.run(slices.Insert(slices.Clone(m.args), 1, "--json")...)
	if strings.Contains(again, "unknown flag: --json") {
		return
	}
	var doc struct {
		Error struct {
			Message, Hint string
			Code          int
		}
	}
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Errorf("stdout is not one document: %v\n%s", err, out)
		return
	}
	if doc.Error.Code != code || doc.Error.Code != int(m.code) || doc.Error.Message == "" || doc.Error.Hint == "" {
		t.Errorf("the document has another error: %+v", doc.Error)
	}
	if hint := v.env.brief(doc.Error.Hint); !strings.Contains(said, "\nhint: "+hint+"\n") {
		t.Errorf("the document has another hint, %q, than\n%s", hint, said)
	}
}

// unable writes nothing, as a full disk and a closed pipe.
type unable struct{}

func (unable) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.ENOSPC}
}

// notAsRoot leaves out what root may do.
func (v *victim) notAsRoot() {
	v.t.Helper()
	if os.Getuid() == 0 {
		v.t.Skip("root may do everything")
	}
}

// forbid makes the path one that its owner may not write in.
func (v *victim) forbid(rel string, mode os.FileMode) {
	v.t.Helper()
	v.notAsRoot()
	v.check(os.Chmod(v.path(rel), mode))
	v.t.Cleanup(func() { _ = os.Chmod(v.path(rel), 0o700) })
}

// project has a project, and works in it.
func (v *victim) project() {
	v.t.Helper()
	v.mkdir("work/.git")
	v.env.Dir = v.path("work")
}

func install(more ...string) []string {
	return append([]string{"install", "--yes", "--client", "cursor", "--source", "~/source"}, more...)
}

func words(line string) []string { return strings.Fields(line) }

func later() time.Time { return time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC) }
