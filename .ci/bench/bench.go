package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"fsskills/.ci/bench/fixture"
	"fsskills/.ci/bench/gitserver"
	"fsskills/.ci/bench/measure"
)

// bench is what all jobs work with.
type bench struct {
	options
	work    string // a folder that is removed at the end
	runner  *measure.Runner
	program string // fsskills
	git     string
	peers   peers
	server  *gitserver.Server
	source  string // a bare repository, below the folder that the server serves
	skills  []string
	catalog map[string]measure.Place
	load    string // of the machine before it began
	notes   []string
}

// prepare builds and installs what is measured, and makes the repository.
func prepare(ctx context.Context, o options) (b *bench, err error) {
	b = &bench{options: o, load: load()}
	if b.git, err = exec.LookPath("git"); err != nil {
		return nil, errors.New("git is not on PATH, and nothing can be measured without: install it from https://git-scm.com/downloads")
	}
	work, err := os.MkdirTemp("", "fsskills-bench")
	if err != nil {
		return nil, err
	}
	// Programs give paths without links in them.
	if b.work, err = filepath.EvalSymlinks(work); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.close())
		}
	}()
	b.say("building")
	launch, err := measure.Launcher(ctx, b.work)
	if err != nil {
		return nil, err
	}
	if b.program, err = b.build(ctx); err != nil {
		return nil, err
	}
	if b.noPeers {
		b.peers.missing = absent{"-no-peers leaves it out"}
	} else if slices.ContainsFunc(b.chosen(), func(j job) bool { return j.peers }) {
		b.say("installing other programs")
		b.peers = findPeers(ctx)
	}
	b.runner = &measure.Runner{Work: b.work, Launch: launch, Env: clean(b.git, b.peers.node), Keep: true}
	b.say("making a repository")
	root := filepath.Join(b.work, "served")
	b.source = filepath.Join(root, "skills.git")
	if err := b.repository(ctx); err != nil {
		return nil, err
	}
	if b.server, err = gitserver.Start(ctx, root); err != nil {
		return nil, err
	}
	b.catalog, err = b.clients(ctx)
	return b, err
}

// chosen are the jobs that are asked for.
func (o options) chosen() []job {
	if len(o.jobs) == 0 {
		return jobs
	}
	var list []job
	for _, j := range jobs {
		if slices.Contains(o.jobs, j.name) {
			list = append(list, j)
		}
	}
	return list
}

// close removes all that was made.
func (b *bench) close() error {
	var err error
	if b.server != nil {
		err = b.server.Close()
	}
	return errors.Join(err, os.RemoveAll(b.work))
}

func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...)
}

func (b *bench) note(format string, args ...any) {
	b.notes = append(b.notes, fmt.Sprintf(format, args...))
}

// build builds fsskills as it is released: .goreleaser.yaml has the flags.
func (b *bench) build(ctx context.Context) (string, error) {
	if b.options.program != "" {
		return filepath.Abs(b.options.program)
	}
	path := filepath.Join(b.work, "fsskills")
	return path, golang(ctx, nil, "build", "-trimpath", "-ldflags", release, "-o", path, "fsskills/cmd/fsskills")
}

const release = "-s -w -X fsskills/cmd.version=0.0.0-bench"

func golang(ctx context.Context, env []string, args ...string) error {
	c := exec.CommandContext(ctx, "go", args...)
	c.Env = slices.Concat(os.Environ(), []string{"CGO_ENABLED=0"}, env)
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w: %s", args[0], err, bytes.TrimSpace(out))
	}
	return nil
}

// repository makes the repository that is installed from, or copies the one that
// BENCH_SOURCE names, and says which skills it has.
func (b *bench) repository(ctx context.Context) error {
	if from := os.Getenv("BENCH_SOURCE"); from != "" {
		if err := b.gitRun(ctx, "clone", "--quiet", "--mirror", from, b.source); err != nil {
			return err
		}
		b.note("The skills are those of BENCH_SOURCE.")
	} else if err := fixture.Make(ctx, b.source, fixture.Upstream()); err != nil {
		return err
	}
	c := exec.CommandContext(ctx, b.git, "-c", "safe.directory=*", "-C", b.source, "ls-tree", "-r", "--name-only", "HEAD")
	list, err := c.Output()
	if err != nil {
		return fmt.Errorf("list what is in the repository: %w", err)
	}
	for name := range strings.Lines(string(list)) {
		if dir, ok := strings.CutSuffix(strings.TrimSpace(name), "/SKILL.md"); ok {
			b.skills = append(b.skills, filepath.Base(dir))
		}
	}
	if len(b.skills) == 0 {
		return errors.New("the repository has no skills in it")
	}
	return nil
}

func (b *bench) gitRun(ctx context.Context, args ...string) error {
	c := exec.CommandContext(ctx, b.git, append([]string{"-c", "safe.directory=*"}, args...)...)
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("git %s: %w: %s", args[0], err, bytes.TrimSpace(out))
	}
	return nil
}

// local and remote are the addresses of the repository.
func (b *bench) local() string  { return "file://" + filepath.ToSlash(b.source) }
func (b *bench) remote() string { return b.server.URL + "/" + filepath.Base(b.source) }

// clean is the environment of all that is measured. It asks the others to report
// nothing to anybody and to draw nothing.
func clean(programs ...string) []string {
	var path []string
	for _, program := range append(programs, "/usr/local/bin/", "/usr/bin/", "/bin/") {
		if dir := filepath.Dir(program); program != "" && !slices.Contains(path, dir) {
			path = append(path, dir)
		}
	}
	return []string{
		"PATH=" + strings.Join(path, string(os.PathListSeparator)), "LANG=C.UTF-8", "CI=1", "NO_COLOR=1",
		"DO_NOT_TRACK=1", "DISABLE_TELEMETRY=1", "SKILLS_TELEMETRY=0",
		"GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0", "NO_PROXY=127.0.0.1",
	}
}

// heading says what was measured on what.
func (b *bench) heading(ctx context.Context) string {
	first := func(program string, args ...string) string {
		c := exec.CommandContext(ctx, program, args...)
		c.Dir, c.Stderr = ".", nil
		out, err := c.Output()
		if err != nil {
			return "unknown"
		}
		line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
		return line
	}
	commit := first(b.git, "rev-parse", "--short", "HEAD")
	if b.options.program != "" {
		commit = "of " + first(b.program, "--version")
	} else if first(b.git, "status", "--porcelain", "--untracked-files=no") != "" {
		commit += " with changes"
	}
	versions := []string{first(b.git, "--version"), runtime.Version()}
	if b.peers.node != "" {
		versions = append(versions, "node "+first(b.peers.node, "--version"))
	}
	versions = append(versions, b.peers.versions()...)
	return fmt.Sprintf(`# fsskills beside others

- fsskills: %s, %s
- machine: %s, %d processors, %s %s, %s; load %s before, %s after
- others: %s
- %d rounds, interleaved, each in a fresh home, after one that does not count

Times are medians (least–most). A ratio is the median of the ratios of each round [within which the true one lies,
with 95 %%] (least–most). Requests, bytes, CPU and memory: fsskills / the other.
`, commit, time.Now().UTC().Format(time.DateOnly), processor(), runtime.NumCPU(), runtime.GOOS, first("uname", "-r"),
		disk(b.work, first), b.load, load(), strings.Join(versions, ", "), b.rounds)
}

// processor is its name, where the system says it.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

// load is how many processes wanted to run in the last minute, on average.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	one, _, _ := strings.Cut(string(text), " ")
	return one
}

// disk is the file system that the homes are on.
func disk(dir string, first func(string, ...string) string) string {
	if runtime.GOOS != "linux" {
		return "unknown file system"
	}
	return first("stat", "-f", "-c", "%T", dir)
}
