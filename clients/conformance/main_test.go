package conformance

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write what was seen to the page")

// What the tests are told by their environment.
var (
	// wanted is whether real clients are asked, which installs them.
	wanted = os.Getenv("FSSKILLS_CONFORMANCE") != ""
	// only are the ids of the clients to ask, all if empty.
	only = strings.FieldsFunc(os.Getenv("FSSKILLS_CONFORMANCE_CLIENTS"), func(r rune) bool { return r == ',' || r == ' ' })
	// newest takes the newest versions in place of those that are pinned.
	newest = os.Getenv("FSSKILLS_CONFORMANCE_NEWEST") != ""
	// fromSource is a repository to install from in place of the sample.
	fromSource = os.Getenv("FSSKILLS_CONFORMANCE_SOURCE")
	// keep leaves the homes and the logs of what was asked.
	keep = os.Getenv("FSSKILLS_CONFORMANCE_KEEP") != ""
	// minutes is the time after which no other client is begun; 0: there is
	// none.
	minutes int
)

var (
	started  = time.Now()
	workDir  string // of all stages
	program  string // fsskills itself
	shims    string // a folder of programs that open a browser elsewhere, and nothing here
	packages *npm
	errNoNPM error // why there are no packages
)

// subjects are the clients, in the order in which they are asked.
var subjects = []*subject{
	claudeCode, codex, geminiCLI, opencode, copilotCLI,
	qwenCode, kilo, droid, cline, continueDev, augment, pi, amp,
}

func TestMain(m *testing.M) {
	flag.Parse()
	if !wanted {
		os.Exit(m.Run())
	}
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// run builds the program, finds npm, and runs the tests.
func run(m *testing.M) (int, error) {
	ctx := context.Background()
	var err error
	if text := os.Getenv("FSSKILLS_CONFORMANCE_MINUTES"); text != "" {
		if minutes, err = strconv.Atoi(text); err != nil {
			return 1, fmt.Errorf("FSSKILLS_CONFORMANCE_MINUTES: %w", err)
		}
	}
	for _, id := range only {
		if !slices.ContainsFunc(subjects, func(c *subject) bool { return c.id == id }) {
			return 1, fmt.Errorf("FSSKILLS_CONFORMANCE_CLIENTS: no client here is called %s", id)
		}
	}
	if workDir, err = os.MkdirTemp("", "conformance-"); err != nil {
		return 1, err
	}
	defer func() { _ = os.Remove(workDir) }() // what failed is left for reading
	if workDir, err = filepath.EvalSymlinks(workDir); err != nil {
		return 1, err
	}
	program = filepath.Join(workDir, "bin", "fsskills")
	shims = filepath.Join(workDir, "bin", "shims")
	for _, name := range []string{"open", "xdg-open", "www-browser", "sensible-browser"} {
		if err := writeFile(filepath.Join(shims, name), "#!/bin/sh\n"); err != nil {
			return 1, err
		}
		if err := os.Chmod(filepath.Join(shims, name), 0o755); err != nil {
			return 1, err
		}
	}
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", program, "fsskills/cmd/fsskills").CombinedOutput(); err != nil {
		return 1, fmt.Errorf("%w: %s", err, out)
	}
	defer func() { _ = os.RemoveAll(filepath.Dir(program)) }()
	cache, err := os.UserCacheDir()
	if err != nil {
		return 1, err
	}
	packages, errNoNPM = newNPM(ctx, filepath.Join(cache, "fsskills-conformance"))
	return m.Run(), nil
}

// slowest is how long a client takes at most that has to wait for sign-ins.
const slowest = 5 * time.Minute

// outOfTime says why no other client is to be begun. Empty: it may.
func outOfTime(t *testing.T) string {
	t.Helper()
	if minutes > 0 && time.Since(started) > time.Duration(minutes)*time.Minute {
		return fmt.Sprintf("the %d minutes were over", minutes)
	}
	if end, ok := t.Deadline(); ok && time.Until(end) < slowest {
		return "too little was left of the time that go test gives: all of them want -timeout 60m"
	}
	return ""
}
