package cmd

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// testEnv is an Env with nothing behind it: no terminal, no variables, an
// empty home. What is written to it is in the two buffers.
func testEnv(t *testing.T) (env *Env, out, errOut *bytes.Buffer) {
	t.Helper()
	home := t.TempDir()
	out, errOut = new(bytes.Buffer), new(bytes.Buffer)
	in := strings.NewReader("")
	return &Env{
		In: in, Out: out, Err: errOut,
		Home: home, Dir: home, GOOS: "linux",
		Getenv:   func(string) string { return "" },
		LookPath: func(string) (string, error) { return "", exec.ErrNotFound },
		Now:      func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) },
		StateDir: filepath.Join(home, "state"),
		CacheDir: filepath.Join(home, "cache"),
		typed:    newLines(in),
	}, out, errOut
}

func TestColor(t *testing.T) {
	tests := []struct {
		name    string
		vars    map[string]string
		noColor bool
		tty     bool
		escapes bool
		want    bool
	}{
		{name: "a terminal", tty: true, escapes: true, want: true},
		{name: "a pipe", escapes: true, want: false},
		{name: "an old console", tty: true, want: false},
		{name: "the flag", tty: true, escapes: true, noColor: true, want: false},
		{name: "NO_COLOR", tty: true, escapes: true, vars: map[string]string{"NO_COLOR": "1"}, want: false},
		{name: "TERM=dumb", tty: true, escapes: true, vars: map[string]string{"TERM": "dumb"}, want: false},
		{name: "forced into a pipe", vars: map[string]string{"CLICOLOR_FORCE": "1"}, want: true},
		{name: "forced on a dumb terminal", tty: true, vars: map[string]string{"CLICOLOR_FORCE": "1", "TERM": "dumb"}, want: true},
		{name: "not forced", vars: map[string]string{"CLICOLOR_FORCE": "0"}, want: false},
		{name: "no wins over force", vars: map[string]string{"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, want: false},
		{name: "the flag wins over force", noColor: true, vars: map[string]string{"CLICOLOR_FORCE": "1"}, want: false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			env := Env{
				Getenv:  func(name string) string { return test.vars[name] },
				noColor: test.noColor,
				Escapes: test.escapes,
				OutTTY:  test.tty,
			}
			if got := env.outStyle().on; got != test.want {
				t.Errorf("colours = %t, want %t", got, test.want)
			}
		})
	}
}

func TestStyle(t *testing.T) {
	on := style{on: true}
	for _, test := range []struct{ got, want string }{
		{on.bold("x"), "\x1b[1mx\x1b[0m"},
		{on.dim("x"), "\x1b[2mx\x1b[0m"},
		{on.red("x"), "\x1b[31mx\x1b[0m"},
		{on.green("x"), "\x1b[32mx\x1b[0m"},
		{on.yellow("x"), "\x1b[33mx\x1b[0m"},
	} {
		if test.got != test.want {
			t.Errorf("dressed %q, want %q", test.got, test.want)
		}
	}
	if got, want := on.red(""), ""; got != want {
		t.Errorf("red, on, empty: %q, want %q", got, want)
	}
	if got, want := (style{}).red("no"), "no"; got != want {
		t.Errorf("red, off: %q, want %q", got, want)
	}
}

func TestCanAnswer(t *testing.T) {
	tests := []struct {
		stdin, stderr bool
		ci            string
		want          bool
	}{
		{true, true, "", true},
		{true, true, "true", false},
		{false, true, "", false},
		{true, false, "", false},
	}
	for _, test := range tests {
		if got := canAnswer(test.stdin, test.stderr, test.ci); got != test.want {
			t.Errorf("canAnswer(%t, %t, %q) = %t, want %t", test.stdin, test.stderr, test.ci, got, test.want)
		}
	}
}

func TestOSEnv(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	t.Chdir(home)
	env := OSEnv()
	if env.broken != nil {
		t.Fatal(env.broken)
	}
	if env.Home != home {
		t.Errorf("Home = %q, want %q", env.Home, home)
	}
	if env.Interactive {
		t.Error("interactive, but go test gives its tests no terminal on stdin")
	}
	for name, dir := range map[string]string{"StateDir": env.StateDir, "CacheDir": env.CacheDir, "ConfigDir": env.ConfigDir} {
		if !filepath.IsAbs(dir) || filepath.Base(dir) != "fsskills" {
			t.Errorf("%s = %q, want an absolute path that ends in fsskills", name, dir)
		}
	}

	t.Setenv("HOME", "here")
	t.Setenv("USERPROFILE", "here")
	if err := OSEnv().broken; err == nil || !strings.Contains(err.Error(), "home folder") {
		t.Errorf("with a relative home: error %v, want one about the home folder", err)
	}
}
