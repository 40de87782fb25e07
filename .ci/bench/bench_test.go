package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fsskills/.ci/bench/measure"
)

func TestTraced(t *testing.T) {
	calls, err := traced(`7  execve("/x", ["/x"], 0x1 /* 3 vars */) = 0
7  openat(AT_FDCWD, "~/.config/a b", O_RDONLY) = -1 ENOENT (No such file or directory)
8  newfstatat(AT_FDCWD, "/tmp",  <unfinished ...>
7  socket(AF_INET, SOCK_STREAM, 0) = 3
8  <... newfstatat resumed>{st_mode=S_IFDIR}, 0) = 0
8  ???( <detached ...>
7  +++ exited with 0 +++
`)
	want := []string{`openat(AT_FDCWD, "~/.config/a b", O_RDONLY`, `newfstatat(AT_FDCWD, "/tmp",`, `socket(AF_INET, SOCK_STREAM, 0`}
	if err != nil || !slices.Equal(calls, want) {
		t.Errorf("%q, %v", calls, err)
	}
	if _, err := traced(""); err == nil {
		t.Error("a trace of nothing passes")
	}
}

// What opens files is seen to, and hello world opens none that it does not open.
func TestOpens(t *testing.T) {
	b, hello, writes := traceable(t)
	for name, test := range map[string]struct {
		program string
		want    float64
	}{"hello world": {hello, 0}, "one that writes a file": {writes, 1}} {
		s := b.opens(t.Context(), command(hello), command(test.program))
		if s.Failure != nil || s.Runs[0].Count != test.want {
			t.Errorf("%s: %+v, want %v", name, s, test.want)
		}
	}
	if s := b.unsynced(t.Context(), command(writes), 3); s.Failure != nil || s.Runs[0].Count != 2 {
		t.Errorf("one file is synced of three: %+v", s)
	}
}

func TestCount(t *testing.T) {
	home := t.TempDir()
	for name, text := range map[string]string{
		"a/skills/one/SKILL.md": "x", "b/skills/one/SKILL.md": address, "b/skills/two/SKILL.md": "x", "b/skills/two/other.md": "x",
		"a/mcp.json": `{"url": "` + address + `"}`, "b/mcp.json": `{}`,
	} {
		path := filepath.Join(home, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if skills, entries, err := count(home); skills != 3 || entries != 1 || err != nil {
		t.Errorf("%d skills, %d entries, %v", skills, entries, err)
	}
	b := &bench{skills: []string{"one", "two"}, catalog: map[string]measure.Place{
		"a": {Skills: "/a/skills", Config: "/a/mcp.json"}, "b": {Skills: "/b/skills", Config: "/b/mcp.json"}, "c": {Skills: "/b/skills", Config: "/a/mcp.json"},
	}}
	for _, test := range []struct {
		clients         []string
		skills, entries bool
		folders         int
		ok              bool
	}{
		{[]string{"b", "c"}, true, false, 1, true},
		{[]string{"a", "c"}, false, true, 0, true},
		{[]string{"a"}, true, false, 0, false},
		{[]string{"b"}, false, true, 0, false},
		{[]string{"d"}, false, false, 0, false},
	} {
		folders, err := b.installed(home, test.clients, test.skills, test.entries)
		if folders != test.folders || (err == nil) != test.ok {
			t.Errorf("%v: %d folders, %v", test, folders, err)
		}
	}
}

func TestClientsAreNamedOnce(t *testing.T) {
	for name, list := range map[string][]string{"named": named, "servers": servers, "with unnamed": append(ours(named), unnamed...)} {
		for _, words := range [][]string{ours(list), theirs(list)} {
			slices.Sort(words)
			if all := len(words); len(slices.Compact(words)) != all {
				t.Errorf("%s has a client twice", name)
			}
		}
	}
	if len(named) != 40 || len(servers) != 21 || len(named)+len(unnamed) != 50 {
		t.Errorf("%d, %d and %d clients", len(named), len(servers), len(named)+len(unnamed))
	}
	if got := theirs([]string{"a=b", "c"}); !slices.Equal(got, []string{"b", "c"}) {
		t.Errorf("theirs are %q", got)
	}
}

func TestCleanEnvironment(t *testing.T) {
	t.Setenv("FULLSTORY_API_KEY", "secret")
	env := clean("/opt/git/bin/git", "", "/usr/bin/node")
	if env[0] != "PATH=/opt/git/bin:/usr/bin:/usr/local/bin:/bin" {
		t.Errorf("%s", env[0])
	}
	if slices.ContainsFunc(env, func(s string) bool { return strings.Contains(s, "secret") }) {
		t.Errorf("what is in this environment is in %q", env)
	}
}

func TestHistory(t *testing.T) {
	text, err := history(1_000_000)
	if err != nil || !json.Valid(text) || len(text) < 900_000 || len(text) > 1_100_000 {
		t.Errorf("%d bytes, %v", len(text), err)
	}
}

func TestFirstError(t *testing.T) {
	for said, want := range map[string]string{
		"npm error code E404\nnpm error syscall connect\nnpm error 404 Not Found\nnpm error more and more\n": "404 Not Found",
		" other \n": "other",
	} {
		if got := firstError(said); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A run of two jobs, from the build to the table. It needs no network but loopback.
func TestRun(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skipf("git is not installed: %v", err)
	}
	t.Setenv("BENCH_SOURCE", "")
	t.Setenv("TMPDIR", t.TempDir())
	var out bytes.Buffer
	file := filepath.Join(t.TempDir(), "table.md")
	status, err := run(t.Context(), &out, options{jobs: []string{"update", "size"}, rounds: 1, out: file, noPeers: true})
	if status != allHeld && status != someMissed && status != notMeasured {
		t.Fatalf("status %d, %v\n%s", status, err, out.String())
	}
	for _, want := range []string{
		"| update | its requests | 1 requests | git ls-remote: 2 requests |",
		"| update | files and folders that it writes | 0 |",
		"| not measured: ", "| size | bytes of the program",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "failed: ") || strings.Contains(out.String(), "| first |") {
		t.Errorf("a failure, or a job that was not asked for:\n%s", out.String())
	}
	if written, err := os.ReadFile(file); err != nil || !bytes.Equal(written, out.Bytes()) {
		t.Errorf("the file differs: %v", err)
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
