package cmd_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"fsskills/cmd"
)

var update = flag.Bool("update", false, "rewrite golden files and the golden sections of scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"fsskills": func() { os.Exit(checked(os.Args[1:], cmd.Main)) }})
}

// misfit is the exit status of a run whose document does not fit its schema.
const misfit = 99

// checked runs fsskills as this process. What a command prints to stdout with
// --json goes there and is held to its schema.
func checked(args []string, run func() int) int {
	help := slices.Contains(args, "--help") || slices.Contains(args, "-h")
	if help || !slices.Contains(args, "--json") {
		return run()
	}
	var out bytes.Buffer
	stdout := os.Stdout
	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	os.Stdout = w
	copied := make(chan error)
	go func() {
		_, err := io.Copy(io.MultiWriter(stdout, &out), r)
		copied <- err
	}()
	status := run()
	if err := errors.Join(w.Close(), <-copied, cmd.CheckDocument(out.Bytes())); err != nil {
		fmt.Fprintf(os.Stderr, "fsskills %q: exit status %d: %v\n", args, status, err)
		return misfit
	}
	return status
}

// TestScript runs testdata/script against the real binary, each script in a
// fresh home without a client, a git configuration or a terminal.
func TestScript(t *testing.T) {
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		if line := regexp.MustCompile(`(?m)^(\[\S+\] )?! exec fsskills.* --json.*$`).Find(text); line != nil {
			t.Errorf("%s: %s: a document that does not fit would pass, take exits", script, line)
		}
	}
	backend := gitBackend(t.Context())
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                scriptCommands(backend),
		Condition: func(cond string) (bool, error) {
			if cond == "git" {
				return backend != "", nil
			}
			return false, fmt.Errorf("unknown condition %s", cond)
		},
		Setup: setup,
	})
}

// setup leads every path by which a user's own files could be reached into the
// script's folder, and leaves nothing but fsskills on PATH.
func setup(e *testscript.Env) error {
	for name, value := range homeVariables(e.WorkDir) {
		e.Setenv(name, value)
	}
	e.Setenv("PATH", filepath.SplitList(e.Getenv("PATH"))[0]) // testscript puts its commands first
	return os.MkdirAll(e.Getenv("HOME"), 0o755)
}

// homeVariables is the environment of a user whose home is in the folder work.
func homeVariables(work string) map[string]string {
	home := filepath.Join(work, "home")
	return map[string]string{
		"HOME":         home,
		"USERPROFILE":  home,
		"APPDATA":      filepath.Join(home, "AppData", "Roaming"),
		"LOCALAPPDATA": filepath.Join(home, "AppData", "Local"),

		"XDG_CONFIG_HOME": filepath.Join(home, ".config"),
		"XDG_STATE_HOME":  filepath.Join(home, ".local", "state"),
		"XDG_CACHE_HOME":  filepath.Join(home, ".cache"),
		"XDG_DATA_HOME":   filepath.Join(home, ".local", "share"),

		"GIT_CONFIG_GLOBAL":   os.DevNull,
		"GIT_CONFIG_SYSTEM":   os.DevNull,
		"GIT_CONFIG_NOSYSTEM": "1",

		"NO_COLOR":       "1",
		"CLICOLOR_FORCE": "",
		"CI":             "",
	}
}
