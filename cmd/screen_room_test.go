package cmd_test

import (
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestScreenLow asks on terminals of few rows: the option that Enter chooses is
// always seen, and with more rows there is more to read.
func TestScreenLow(t *testing.T) {
	t.Parallel()
	for _, rows := range []int{10, 5, 3} {
		u := newSitter(t)
		s := u.sit(80, "install", "--source", u.plainSource("first")).sees("Which clients").sees("Others can be named")
		if err := s.Resize(40, rows); err != nil {
			t.Fatal(err)
		}
		s.sees("> [x] Claude Code").press(keyDown).sees("> [x] Cursor").press(keySpace).sees("> [ ] Cursor")
		if err := s.Resize(60, rows); err != nil {
			t.Fatal(err)
		}
		s.sees("> [ ] Cursor").press(keyEnter)
		s.sees("> OAuth").press(keyDown).sees("> API key")
		if err := s.Resize(80, 30); err != nil {
			t.Fatal(err)
		}
		s.sees("For an account in the EU").sees("  OAuth: each client").sees("is enough").press(keyCtrlC)
		s.ends(130)
	}
}

// TestScreenHangup ends fsskills as a terminal that is closed does. Nothing is left
// behind, and a terminal that is still there is as it was.
func TestScreenHangup(t *testing.T) {
	t.Parallel()
	if signal.Ignored(syscall.SIGHUP) {
		t.Skip("SIGHUP is ignored here, as nohup does, and so fsskills ignores it")
	}
	for _, drawn := range []string{"xterm-256color", "dumb"} {
		t.Run(drawn, func(t *testing.T) {
			t.Parallel()
			u := newSitter(t).set("TERM", drawn)
			source := u.plainSource("first")
			before := u.snapshot()
			s := u.sit(80, "install", "--source", source).sees("Which clients").sees("Codex: found")
			if err := s.Signal(syscall.SIGHUP); err != nil {
				t.Fatal(err)
			}
			s.ends(130)
			u.unchanged(before)
		})
	}
}

// TestScreenEndOfInput cancels with Ctrl-D, which in plain lines is the end of
// input.
func TestScreenEndOfInput(t *testing.T) {
	t.Parallel()
	u := newSitter(t)
	source := u.plainSource("first")
	before := u.snapshot()
	u.sit(80, "install", "--source", source).sees("Which clients").press("\x04").ends(130)
	u.unchanged(before)
}

// TestScreenOutside comes back from the plan, and a client that has nothing in the
// project is left out as before.
func TestScreenOutside(t *testing.T) {
	t.Parallel()
	u := newSitter(t)
	root := filepath.Join(u.home, "work")
	if err := os.MkdirAll(root, 0o755); err != nil {
		t.Fatal(err)
	}
	s := u.sit(100, "install", "--dir", root, "--client", "claude-code,claude-desktop", "--source", u.plainSource("first"))
	s.sees("How should they").press(keyEnter).sees("Go on?").press(keyEscape)
	s.sees("How should they").press(keyEnter).sees("Go on?").press("y")
	holds(t, s.ends(3), "Claude Desktop  skipped: reads nothing of a project")
}

// TestScreenDeclined says no, and is told of nothing to mend.
func TestScreenDeclined(t *testing.T) {
	t.Parallel()
	u := newSitter(t)
	s := u.sit(80, "install", "--auth", "oauth", "--client", "cursor", "--source", u.plainSource("first")).sees("Go on?").press("n")
	if shown := s.ends(1); strings.Contains(shown, "hint:") {
		t.Errorf("there is a hint for who does not want to go on:\n%s", shown)
	}
}

// TestScreenNarrow prints on 40 columns what has long lines: news, a dry run, what
// was kept, and errors. No word of theirs is cut in two.
func TestScreenNarrow(t *testing.T) {
	t.Parallel()
	u := newSitter(t)
	source := u.plainSource("first")
	u.run("install", "--yes", "--skills-only", "--client", "cursor", "--source", source).exits(0)
	u.plainSource("second")
	u.write(".agents/skills/alpha/SKILL.md", alphaText("mine"))
	for _, test := range []struct {
		args   []string
		status int
		says   []string
	}{
		{[]string{"update", "--dry-run"}, 0, []string{"changed: alpha: SKILL.md (1 line\n", "(edited by you, and changed\n", "--diff shows the difference, --force\n      overwrites after a backup\n"}},
		{[]string{"install", "--mcp-url", "http://example.com/"}, 2, []string{"fsskills: --mcp-url is not encrypted:\n  http"}},
		{[]string{"update"}, 130, []string{"(1 of 1): edited by you,\n  and changed"}},
	} {
		s := u.sit(40, test.args...)
		if test.status == 130 {
			s.sees("Keep yours (k)").press(keyCtrlC)
		}
		s.ends(test.status)
		written := strings.ReplaceAll(anyColor.ReplaceAllString(strings.ReplaceAll(s.Written(), "\x1b[0m", ""), ""), "\r", "")
		holds(t, written, test.says...)
	}
}

// TestScreenHidden leaves the question for the key, which is not shown, with Escape,
// and with Ctrl-C behind a key that begins with it.
func TestScreenHidden(t *testing.T) {
	t.Parallel()
	for _, keys := range [][]string{{keyEscape}, {keyDown, keyCtrlC}, {"\x1b[", keyCtrlC}} {
		u := newSitter(t)
		before := u.snapshot()
		s := u.sit(80, "install", "--mcp-only", "--client", "zed", "--auth", "api-key", "--write-key").sees("it is not shown")
		s.press(keys...).ends(130)
		u.unchanged(before)
	}
}
