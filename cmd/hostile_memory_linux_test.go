package cmd_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// maxMemory is what the program may take of the machine's memory, in KiB, whatever
// the source has.
const maxMemory = 80 << 10

// TestMemory installs ten thousand files in a process of its own and looks at
// how much of the memory it had at most.
func TestMemory(t *testing.T) {
	var list []thing
	for skill := range 100 {
		name := fmt.Sprintf("skill-%d", skill)
		list = append(list, in(name)...)
		for file := range 99 {
			list = append(list, thing{name: fmt.Sprintf("skills/%s/references/%d.md", name, file), data: fmt.Sprintf("# %d of %s\n\n%s\n", file, name, noise(400+file))})
		}
	}
	sources := map[string]func(t *testing.T) string{
		"git":    func(t *testing.T) string { return packedSource(t, list) },
		"http":   func(t *testing.T) string { return httpSource(t, list) },
		"zip":    func(t *testing.T) string { return written(t, t.TempDir(), "source.zip", zipOf(t, list)) },
		"tar":    func(t *testing.T) string { return written(t, t.TempDir(), "source.tar.gz", gzipped(t, tarOf(t, list))) },
		"folder": func(t *testing.T) string { return folderSource(t, t.TempDir(), list) },
	}
	for form, build := range sources {
		t.Run(form, func(t *testing.T) {
			work := t.TempDir()
			if err := os.MkdirAll(filepath.Join(work, "home"), 0o755); err != nil {
				t.Fatal(err)
			}
			commands := [][]string{{"install", "--skills-only", "--client", "codex,claude-code", "--source", build(t)}}
			if form == "git" {
				commands = append(commands, []string{"install"}, []string{"status"}, []string{"uninstall"})
			}
			for _, args := range commands {
				if args[0] != "status" {
					args = append(args, "--yes")
				}
				measure(t, work, append(args, "--quiet")...)
			}
		})
	}
}

// measure runs a command and looks at the memory that it takes.
func measure(t *testing.T, work string, args ...string) {
	t.Helper()
	run := exec.CommandContext(t.Context(), "fsskills", args...)
	run.Dir = t.TempDir()
	for name, value := range homeVariables(work) {
		run.Env = append(run.Env, name+"="+value)
	}
	var out bytes.Buffer
	run.Stdout, run.Stderr = &out, &out
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	peak := watchProcess(run.Process.Pid)
	err := run.Wait()
	if most := <-peak; most == 0 || most > maxMemory {
		t.Errorf("%s: %d KiB of memory, %d are the limit", args[0], most, maxMemory)
	} else {
		t.Logf("%s: %d KiB", args[0], most)
	}
	if err != nil {
		t.Errorf("%s: %v\n%.1000s", args[0], err, out.String())
	}
}

// watchProcess gives how much memory a process had at most, in KiB, once it has
// ended. What wait4 says of it would have this process's own in it, from before
// the other program was loaded.
func watchProcess(pid int) <-chan int {
	peak := make(chan int, 1)
	go func() {
		most := 0
		for {
			// A process that has ended has no memory, and then no file.
			status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
			_, rest, found := strings.Cut(string(status), "VmHWM:")
			if err != nil || !found {
				peak <- most
				return
			}
			var now int
			if _, err := fmt.Sscan(rest, &now); err == nil {
				most = max(most, now)
			}
			time.Sleep(2 * time.Millisecond)
		}
	}()
	return peak
}
