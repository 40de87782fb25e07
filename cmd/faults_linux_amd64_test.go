package cmd_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A faultJob is a command to be disturbed, in a place that was made ready.
type faultJob struct {
	name    string
	prepare func(*faultPlace)
	args    func(*faultPlace) []string
	// forgets is true if it does not bring the source's commit back at the
	// second try. It only saves the next update a look.
	forgets bool
}

func faultJobs() []faultJob {
	words := func(args ...string) func(*faultPlace) []string {
		return func(*faultPlace) []string { return args }
	}
	installed := func(p *faultPlace) { p.must("install", "--yes", "--source", p.path("source")) }
	edited := func(p *faultPlace) {
		installed(p)
		p.write("home/.agents/skills/alpha/SKILL.md", "# edited by the user\n")
		p.write("home/.agents/skills/beta/own.md", "the user's own\n")
		p.write("home/.claude/skills/mine/SKILL.md", "a skill of the user's own\n")
	}
	keyed := func(p *faultPlace) {
		p.write("home/.config/zed/settings.json", "{\n  // mine\n  \"theme\": \"x\",\n}\n")
		p.write("home/.cline/data/settings/cline_mcp_settings.json", "{\"mcpServers\": {}}\n")
		p.must(writeKey("OTHER_KEY")...)
	}
	return []faultJob{
		{name: "install", prepare: func(*faultPlace) {}, args: func(p *faultPlace) []string {
			return []string{"install", "--yes", "--source", p.path("source")}
		}},
		{name: "update", prepare: func(p *faultPlace) {
			edited(p)
			p.write("source/skills/alpha/SKILL.md", skillText("alpha", "newer"))
			p.write("source/skills/beta/SKILL.md", skillText("beta", "newer"))
			p.write("source/skills/beta/more/new.md", "new upstream\n")
			p.write("source/skills/gamma/SKILL.md", skillText("gamma", "new"))
			p.check(os.Remove(p.path("source/skills/beta/old.md")))
		}, args: words("update", "--yes")},
		{name: "rename", prepare: func(p *faultPlace) {
			edited(p)
			p.write("source/skills/omega/SKILL.md", skillText("omega", "old"))
			p.write("source/skills/omega/more/new.md", "new upstream\n")
			p.check(os.RemoveAll(p.path("source/skills/beta")))
		}, args: words("update", "--yes")},
		{name: "uninstall", prepare: edited, args: words("uninstall", "--yes")},
		{name: "restore", forgets: true, prepare: func(p *faultPlace) {
			edited(p)
			p.must("uninstall", "--yes", "--force")
		}, args: func(p *faultPlace) []string {
			backups, err := os.ReadDir(p.path(faultState + "/backups"))
			p.check(err)
			id := strings.TrimSuffix(backups[len(backups)-1].Name(), ".tar")
			return []string{"restore", id, "--yes"}
		}},
		{name: "change a key", prepare: keyed, args: words(writeKey("FULLSTORY_API_KEY")...)},
		{name: "take a key out", prepare: keyed, args: words("uninstall", "--yes")},
	}
}

// writeKey is the command that writes the key of a variable into files.
func writeKey(variable string) []string {
	return []string{"install", "--yes", "--mcp-only", "--client", "zed,cline", "--auth", "api-key", "--write-key", "--api-key-env", variable}
}

func skillText(name, text string) string {
	return "---\nname: " + name + "\ndescription: An example.\n---\n" + text + "\n"
}

// faultHome is what there is before the first install.
func faultHome() map[string]string {
	return map[string]string{
		"source/skills/alpha/SKILL.md":   skillText("alpha", "old"),
		"source/skills/alpha/run/a.sh":   "#!/bin/sh\n",
		"source/skills/beta/SKILL.md":    skillText("beta", "old"),
		"source/skills/beta/old.md":      "gone upstream later\n",
		"home/.claude.json":              "{\n  \"numStartups\": 7,\n  \"projects\": {}\n}\n",
		"home/.cursor/mcp.json":          "// servers\n{\n\t\"mcpServers\": {\n\t\t\"mine\": {\"command\": \"mine\"}, // keep\n\t},\n}\n",
		"home/.codex/config.toml":        "# models\nmodel = \"x\" # the good one\n\n[mcp_servers.mine]\ncommand = \"mine\"\n",
		"home/.config/goose/config.yaml": "# goose\nextensions:\n  mine: # keep\n    type: stdio\n",
	}
}

const faultState = "home/.local/state/fsskills"

// TestFaults makes each system call on a file of the home go wrong in turn, in
// each of several ways, while a command is at work, and kills the command at
// each. Every file must be whole and as it was before or should be after, and
// the same command, run again, must mend what there is to mend and end as if
// nothing had happened.
func TestFaults(t *testing.T) {
	if os.Getenv("FSSKILLS_FAULTS") == "" {
		t.Skip("takes minutes: set FSSKILLS_FAULTS=1, or run 'make faults'")
	}
	bin := filepath.Join(t.TempDir(), "fsskills")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", bin, "./fsskills")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	only := regexp.MustCompile(os.Getenv("FSSKILLS_FAULTS_ONLY")) // to look at one again
	for _, job := range faultJobs() {
		t.Run(job.name, func(t *testing.T) { job.test(t, bin, only) })
	}
}

func (job faultJob) test(t *testing.T, bin string, only *regexp.Regexp) {
	t.Helper()
	root := t.TempDir()
	template := &faultPlace{t, filepath.Join(root, "000000"), bin}
	for rel, text := range faultHome() {
		template.write(rel, text)
	}
	job.prepare(template)
	clean := template.copyTo(filepath.Join(root, "000001"))
	trace, ws, out := clean.disturbed(fault{}, job.args(clean))
	if !ws.Exited() || ws.ExitStatus() != 0 {
		t.Fatalf("undisturbed: %v\n%s", ws, out)
	}
	want := expectation{before: template.files(), after: clean.files(), state: clean.state(job.forgets)}
	if maps.Equal(want.before, want.after) {
		t.Fatal("the command does nothing")
	}

	var faults []fault
	seen := map[call]int{}
	for _, c := range trace.calls {
		seen[c]++
		for _, kind := range faultKinds(c) {
			f := fault{c, seen[c], kind}
			// A file that is read again and again fails at the first time only,
			// unless all is asked for.
			if c.reads() && seen[c] > 1 && os.Getenv("FSSKILLS_FAULTS") != "all" {
				continue
			}
			if only.MatchString(f.String()) {
				faults = append(faults, f)
			}
		}
	}

	type verdict struct {
		fault fault
		err   error
		fired bool
	}
	todo, verdicts := make(chan int), make(chan verdict)
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) + 1 {
		group.Go(func() {
			runtime.LockOSThread() // or a tracer waits for what another has started
			for i := range todo {
				dir := filepath.Join(root, fmt.Sprintf("%06d", i+2))
				fired, err := want.try(template, dir, job, faults[i])
				verdicts <- verdict{faults[i], err, fired}
			}
		})
	}
	go func() {
		for i := range faults {
			todo <- i
		}
		close(todo)
		group.Wait()
		close(verdicts)
	}()
	tried, losses, missed := map[faultKind]int{}, 0, 0
	for v := range verdicts {
		switch {
		case v.err != nil:
			losses++
			t.Errorf("%s: %v", v.fault, v.err)
		case !v.fired:
			missed++
			t.Logf("%s: the call did not come", v.fault)
		}
		if v.fired {
			tried[v.fault.kind]++
		}
	}
	t.Logf("%d calls, %d faults, %d losses, %d faults not met, tried: %v", len(trace.calls), len(faults), losses, missed, tried)
	if missed*100 > len(faults) {
		t.Errorf("%d of %d faults were never met", missed, len(faults))
	}
}

// faultKinds are the faults that make sense for a call.
func faultKinds(c call) []faultKind {
	kinds := []faultKind{"EIO", "EINTR"}
	if c.name != "close" && c.name != "read" && c.name != "write" && c.name != "fsync" && c.name != "getdents64" {
		kinds = append(kinds, "EACCES")
	}
	if c.name == "write" {
		kinds = append(kinds, torn)
	}
	if !c.reads() {
		// To be killed at a reading call is to be killed at the writing one
		// that comes next.
		kinds = append(kinds, killed, "ENOSPC")
	}
	if c.needsRoom() {
		kinds = append(kinds, full)
	}
	if c.changes() {
		kinds = append(kinds, readOnly)
	}
	return kinds
}

// An expectation is how things are before and after an undisturbed command.
type expectation struct {
	before, after map[string]string
	state         string
}

// try disturbs the command once and then runs it again. fired is false if the
// call never came.
func (want expectation) try(template *faultPlace, dir string, job faultJob, f fault) (fired bool, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
		if err == nil {
			err = os.RemoveAll(dir)
		}
	}()
	p := template.copyTo(dir)
	args := job.args(p)
	trace, ws, out := p.disturbed(f, args)
	if !trace.fired {
		return false, nil
	}
	fail := func(format string, a ...any) (bool, error) {
		return true, fmt.Errorf("%s\nthe command had said (%v):\n%s", fmt.Sprintf(format, a...), ws, out)
	}
	if strings.Contains(out, "goroutine ") {
		return fail("it crashed")
	}
	deadly := f.kind == killed || f.kind == torn
	if deadly != ws.Signaled() {
		return fail("ended by itself: %v", !ws.Signaled())
	}
	now := p.files()
	if bad := want.wrong(now); bad != "" {
		return fail("%s", bad)
	}
	if ws.Exited() && ws.ExitStatus() == 0 {
		if diff := difference(now, want.after); diff != "" {
			return fail("it exits with 0 and has not done it all: %s", diff)
		}
	}
	_, err = os.Stat(p.path(faultState + "/journal.tar"))
	interrupted := err == nil
	status, again := p.plain(args...)
	if status != 0 {
		return fail("again, it ends with %d:\n%s", status, again)
	}
	if interrupted != strings.Contains(again, "an interrupted ") {
		return fail("interrupted %v, and again it says:\n%s", interrupted, again)
	}
	if diff := difference(p.files(), want.after); diff != "" {
		return fail("again, %s:\n%s", diff, again)
	}
	if path := p.keptKey(); path != "" {
		return fail("again, a key is in %s", path)
	}
	if state := p.state(job.forgets); state != want.state {
		return fail("again, the state is (+) other than expected (-):\n%s\n%s", cmp.Diff(want.state, state), again)
	}
	return true, nil
}

// wrong says which file is neither as before nor as after.
func (want expectation) wrong(now map[string]string) string {
	for path, data := range now {
		before, was := want.before[path]
		after, will := want.after[path]
		switch {
		case strings.Contains(path, ".fsskills-"): // nobody reads it
		case was && data == before, will && data == after:
		case !was && !will:
			return path + " is new and nobody wanted it"
		default:
			return path + " is torn: " + data
		}
	}
	for path := range want.before {
		if _, will := want.after[path]; will && now[path] == "" {
			return path + " is missing"
		}
	}
	return ""
}

// difference names the files that are not the same.
func difference(got, want map[string]string) string {
	var names []string
	for path, data := range got {
		if want[path] != data {
			names = append(names, path)
		}
	}
	for path := range want {
		if got[path] == "" {
			names = append(names, path)
		}
	}
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	return "other than expected: " + strings.Join(slices.Compact(names), ", ")
}
