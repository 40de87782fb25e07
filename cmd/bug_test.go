package cmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"fsskills/registry"
)

// crash runs a command that has a bug.
func crash(t *testing.T, broken func() error, args ...string) (code int, out, errOut string) {
	t.Helper()
	env, stdout, stderr := testEnv(t)
	root := newRoot(env)
	fail := &cobra.Command{Use: "fail", RunE: func(*cobra.Command, []string) error { return broken() }}
	fail.Flags().Bool("json", false, "")
	root.AddCommand(fail)
	code = execute(t.Context(), env, root, append([]string{"fail"}, args...))
	return code, stdout.String(), stderr.String()
}

// TestBug has mistakes of our own: each is called one, and none is mistaken for a
// user's.
func TestBug(t *testing.T) {
	t.Parallel()
	var none []int
	for name, broken := range map[string]func() error{
		"a panic":                func() error { panic("no such thing") },
		"an index":               func() error { return fmt.Errorf("%d", none[len(os.Args)+7]) },
		"a panic elsewhere":      func() error { return fmt.Errorf("fetch: %w", &registry.BugError{What: "lost"}) },
		"what cannot be encoded": func() error { _, err := json.Marshal(map[string]any{"x": func() {}}); return err },
	} {
		code, out, said := crash(t, broken, "--json")
		if code != int(exitFailed) {
			t.Errorf("%s: exit status %d, want %d", name, code, exitFailed)
		}
		for _, want := range []string{"fsskills: this is a bug in fsskills: ", "\nNothing was left half done.\n", "called as: fsskills fail --json\n", "\nhint: run it again with --verbose"} {
			if !strings.Contains(said, want) {
				t.Errorf("%s: no %q in\n%s", name, want, said)
			}
		}
		if strings.Contains(said, "goroutine") || strings.Contains(said, ".go:") {
			t.Errorf("%s: details that nobody asked for:\n%s", name, said)
		}
		var doc struct {
			Command string
			Error   struct {
				Message, Hint string
				Code          int
			}
		}
		if err := json.Unmarshal([]byte(out), &doc); err != nil || !strings.HasPrefix(doc.Error.Message, "this is a bug in fsskills: ") || doc.Error.Hint == "" || doc.Error.Code != 1 || doc.Command != "fail" {
			t.Errorf("%s: %v: %s", name, err, out)
		}
	}
	if code, _, said := crash(t, func() error { return os.ErrPermission }); code != 1 || strings.Contains(said, "bug") {
		t.Errorf("what is no bug: %d, %s", code, said)
	}
}

// TestBugInTheMiddle has the clock break at each of its uses in an install, some
// of them in the middle of writing: it is said what is left, the lock is free, and
// the next command cleans up. The details are for who asks for them, and what was
// given in the place of a variable's name is not repeated.
func TestBugInTheMiddle(t *testing.T) {
	t.Parallel()
	env, _, _ := testEnv(t)
	path := filepath.Join(env.Home, "source", "skills", "alpha", "SKILL.md")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("---\nname: alpha\ndescription: An example.\n---\nText.\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	install := func(breaks int, more ...string) (int, string) {
		e := *env
		var errOut bytes.Buffer
		e.Out, e.Err = new(bytes.Buffer), &errOut
		calls := 0
		e.Now = func() time.Time {
			if calls++; calls == breaks {
				panic("the clock stands still")
			}
			return env.Now()
		}
		args := []string{"install", "--yes", "--client", "cursor", "--source", filepath.Join(env.Home, "source")}
		return Run(t.Context(), e, append(args, more...)), errOut.String()
	}
	bugs := 0
	for n := 1; ; n++ {
		code, said := install(n)
		if code == 0 {
			break
		}
		bugs++
		if code != 1 || !strings.Contains(said, "fsskills: this is a bug in fsskills: the clock stands still\n") {
			t.Fatalf("at call %d: exit status %d: %s", n, code, said)
		}
		half := strings.Contains(said, "The install was interrupted: the next command that writes undoes it")
		if half == strings.Contains(said, "Nothing was left half done.") {
			t.Errorf("at call %d it is not said what is left:\n%s", n, said)
		}
		op, err := env.store(site{}).Interrupted()
		if err != nil || half != (op != nil) {
			t.Errorf("at call %d: interrupted is %v, %v, and it is said:\n%s", n, op, err, said)
		}
	}
	if bugs == 0 {
		t.Fatal("the clock is not asked")
	}
	// A journal that was not filed is what a bug in the middle of writing leaves.
	backups, err := filepath.Glob(filepath.Join(env.StateDir, "backups", "*"))
	if err != nil || len(backups) != 1 {
		t.Fatalf("%q, %v", backups, err)
	}
	if err := os.Rename(backups[0], filepath.Join(env.StateDir, "journal.tar")); err != nil {
		t.Fatal(err)
	}
	if _, said := install(20, "--dry-run", "--verbose"); !strings.Contains(said, "\nThe install was interrupted: the next command that writes undoes it, such as 'fsskills doctor --fix'.\n") {
		t.Errorf("it is not said what is left:\n%s", said)
	}
	_, said := install(3, "--verbose", "--api-key-env", "na1.secretsecret")
	for _, want := range []string{"trace: goroutine", "bug_test.go", "--api-key-env [value]"} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in\n%s", want, said)
		}
	}
	if strings.Contains(said, "secretsecret") {
		t.Errorf("it repeats a secret:\n%s", said)
	}
}
