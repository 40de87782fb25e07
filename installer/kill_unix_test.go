//go:build unix

package installer

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
)

// A kill is tried in a process of its own: this test binary again, told by
// these variables what to do in which home and at which step to die.
const (
	killJob  = "FSSKILLS_TEST_KILL_JOB"
	killHome = "FSSKILLS_TEST_KILL_HOME"
	killStep = "FSSKILLS_TEST_KILL_STEP"
)

// killJobs are operations on a home that prepare has set up.
var killJobs = map[string]struct {
	prepare func(*world)
	run     func(*world) Plan
	// undo and redo are the keys that the variable needs to have for that.
	undo, redo string
}{
	"install": {prepare: seed, run: func(w *world) Plan {
		return must(NewInstall(w.receipt(), w.request(first(), "claude-code", "cursor", "codex")))
	}},
	"update": {prepare: func(w *world) {
		seed(w)
		w.install(w.request(first(), "claude-code", "cursor"))
	}, run: func(w *world) Plan {
		return must(NewUpdate(w.receipt(), w.request(second(), "claude-code", "cursor")))
	}},
	"rename": {prepare: renameSeed, run: func(w *world) Plan {
		return must(NewUpdate(w.receipt(), w.request(renamedTo(), "claude-code", "cursor")))
	}},
	"force": {prepare: func(w *world) {
		seed(w)
		w.install(w.request(first(), "claude-code", "cursor"))
		w.write(".agents/skills/alpha/SKILL.md", "# mine\n")
		w.write(".agents/skills/beta/SKILL.md", "# mine too\n")
	}, run: func(w *world) Plan {
		req := w.request(second(), "claude-code", "cursor")
		req.Force = true
		return must(NewUpdate(w.receipt(), req))
	}},
	"takeover": {prepare: func(w *world) {
		seed(w)
		w.write("mine/SKILL.md", "# mine\n")
		w.write(".agents/skills/beta", "a file of mine\n")
		if err := os.Symlink(filepath.Join("..", "..", "mine"), filepath.Join(w.home, ".agents", "skills", "alpha")); err != nil {
			panic(err)
		}
	}, run: func(w *world) Plan {
		req := w.request(first(), "cursor")
		req.Force = true
		return must(NewInstall(w.receipt(), req))
	}},
	"project install": {prepare: func(w *world) {
		w.write("web/.mcp.json", `{"mcpServers": {"other": {"command": "other"}}}`)
	}, run: func(w *world) Plan {
		w = w.inProject()
		return must(NewInstall(w.receipt(), w.request(first(), "claude-code", "codex")))
	}},
	"project update": {prepare: func(w *world) {
		w = w.inProject()
		w.install(w.request(first(), "claude-code", "codex"))
		w.write("web/.agents/skills/alpha/SKILL.md", "# mine\n")
	}, run: func(w *world) Plan {
		w = w.inProject()
		return must(NewUpdate(w.receipt(), w.request(second(), "claude-code", "codex")))
	}},
	"project uninstall": {prepare: func(w *world) {
		w.write("web/.mcp.json", `{"mcpServers": {"other": {"command": "other"}}}`)
		w = w.inProject()
		w.install(w.request(first(), "claude-code", "codex"))
	}, run: func(w *world) Plan {
		return NewUninstall(w.inProject().receipt(), Removal{Command: "uninstall"})
	}},
	"uninstall": {prepare: func(w *world) {
		seed(w)
		w.install(w.request(first(), "claude-code", "cursor", "codex"))
		w.write(".agents/skills/alpha/mine.md", "mine\n")
	}, run: func(w *world) Plan {
		return NewUninstall(w.receipt(), Removal{Command: "uninstall"})
	}},
	"agents install": {prepare: seedAgents, run: func(w *world) Plan {
		return must(NewInstall(w.receipt(), w.request(withAgent(first(), "one\n"), "claude-code", "codex", "qwen-code")))
	}},
	"agents update": {prepare: func(w *world) {
		seedAgents(w)
		w.install(w.request(withAgent(first(), "one\n"), "claude-code", "codex", "qwen-code"))
		w.write(".qwen/agents/helper.md", "mine\n")
	}, run: func(w *world) Plan {
		return must(NewUpdate(w.receipt(), w.request(withAgent(second(), "two\n"), "claude-code", "codex", "qwen-code")))
	}},
	"agents force": {prepare: func(w *world) {
		seedAgents(w)
		w.write(".claude/agents/helper.md", "mine\n")
		w.write(".qwen/agents/own.md", "mine too\n")
		if err := os.Symlink("own.md", filepath.Join(w.home, ".qwen", "agents", "helper.md")); err != nil {
			panic(err)
		}
	}, run: func(w *world) Plan {
		req := w.request(withAgent(first(), "one\n"), "claude-code", "qwen-code")
		req.Force = true
		return must(NewInstall(w.receipt(), req))
	}},
	"agents uninstall": {prepare: func(w *world) {
		seedAgents(w)
		w.install(w.request(withAgent(first(), "one\n"), "claude-code", "codex", "qwen-code"))
	}, run: func(w *world) Plan {
		return NewUninstall(w.receipt(), Removal{Command: "uninstall"})
	}},
	"agents project": {prepare: func(w *world) {
		w = w.inProject()
		w.install(w.request(withAgent(first(), "one\n"), "claude-code", "codex"))
	}, run: func(w *world) Plan {
		w = w.inProject()
		return must(NewUpdate(w.receipt(), w.request(withAgent(second(), "two\n"), "claude-code", "codex")))
	}},
	"write a key": {prepare: seedKeyed, run: func(w *world) Plan {
		return must(NewInstall(w.receipt(), w.keyed(oneKey, "zed", "cline", "cursor")))
	}, redo: oneKey},
	"change a key": {prepare: func(w *world) {
		seedKeyed(w)
		w.install(w.keyed(oneKey, "zed", "cline"))
	}, run: func(w *world) Plan {
		return must(NewInstall(w.receipt(), w.keyed(otherKey, "zed", "cline")))
	}, undo: oneKey, redo: otherKey},
	"sign in instead": {prepare: func(w *world) {
		seedKeyed(w)
		w.install(w.keyed(oneKey, "zed", "cline"))
	}, run: func(w *world) Plan {
		req := w.request(nil, "zed", "cline")
		for i := range req.Targets {
			req.Targets[i].Skills = false
		}
		return must(NewInstall(w.receipt(), req))
	}, undo: oneKey},
	"take a key out": {prepare: func(w *world) {
		seedKeyed(w)
		w.install(w.keyed(oneKey, "zed", "cline"))
	}, run: func(w *world) Plan {
		return NewUninstall(w.receipt(), Removal{Command: "uninstall"})
	}, undo: oneKey},
}

// TestKilledChild is the process that dies. It is nothing by itself.
func TestKilledChild(t *testing.T) {
	job := os.Getenv(killJob)
	if job == "" {
		t.Skip("only run by TestKill")
	}
	die, err := strconv.ParseInt(os.Getenv(killStep), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	w := openWorld(t, os.Getenv(killHome))
	plan := killJobs[job].run(w)
	var n atomic.Int64
	w.store.step = func(string) error {
		if n.Add(1) == die {
			if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
				panic(err)
			}
			select {}
		}
		return nil
	}
	w.try(plan)
	fmt.Printf("steps %d\n", n.Load())
}

// TestKill kills an operation at every step in turn. The next command must
// find every file as it was before or as it should be after, and nothing else.
func TestKill(t *testing.T) {
	for name, job := range killJobs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clean := newWorld(t)
			job.prepare(clean)
			before := clean.tree()
			clean.apply(job.run(clean))
			after := clean.tree()
			points := 0
			for step := 1; ; step++ {
				w := newWorld(t)
				job.prepare(w)
				if !killedAt(t, name, w.home, step) {
					break
				}
				points++
				finished := recovered(t, w)
				w.checkKeys()
				want := before
				if finished {
					want = after
				}
				if got := w.tree(); got != want {
					t.Fatalf("killed at step %d, finished %v, got:\n%s\nwant:\n%s", step, finished, got, want)
				}
				// And the job still works.
				if !finished {
					w.apply(job.run(w))
				}
				w.checkKeys()
				if got := w.tree(); got != after {
					t.Fatalf("killed at step %d and run again, got:\n%s\nwant:\n%s", step, got, after)
				}
			}
			if points < 5 {
				t.Errorf("only %d points to be killed at", points)
			}
			t.Logf("killed at %d points", points)
		})
	}
}

// killedAt reports whether the process died at the step; false means that it
// has fewer steps.
func killedAt(t *testing.T, job, home string, step int) bool {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledChild$", "-test.v")
	c.Env = append(os.Environ(), killJob+"="+job, killHome+"="+home, killStep+"="+strconv.Itoa(step))
	out, err := c.CombinedOutput()
	if err == nil {
		if !strings.Contains(string(out), "steps ") {
			t.Fatalf("the child did nothing: %s", out)
		}
		return false
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != -1 {
		t.Fatalf("the child failed by itself: %v\n%s", err, out)
	}
	return true
}

// TestFail makes every step in turn return an error. A failing action is put
// back as it was, and the others are done.
func TestFail(t *testing.T) {
	boom := errors.New("no space left on device")
	for name, job := range killJobs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clean := newWorld(t)
			job.prepare(clean)
			clean.apply(job.run(clean))
			after := clean.tree()
			for step := int64(1); ; step++ {
				w := newWorld(t)
				job.prepare(w)
				plan := job.run(w)
				var n atomic.Int64
				w.store.step = func(string) error {
					if n.Add(1) == step {
						return boom
					}
					return nil
				}
				results, err := w.store.Apply(t.Context(), plan)
				if n.Load() < step {
					break
				}
				failed := err != nil
				for _, r := range results {
					failed = failed || r.Err != nil
				}
				if !failed {
					t.Fatalf("step %d failed and nobody said so", step)
				}
				w.store.step = nil
				recovered(t, w)
				w.checkKeys()
				if strings.Contains(w.tree(), ".fsskills-") {
					t.Fatalf("step %d left something behind:\n%s", step, w.tree())
				}
				w.apply(job.run(w))
				if got := w.tree(); got != after {
					t.Fatalf("failed at step %d and run again, got:\n%s\nwant:\n%s", step, got, after)
				}
			}
		})
	}
}
