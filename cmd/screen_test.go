package cmd_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"fsskills/clients/conformance/terminal"
)

// A sitting is somebody who runs fsskills on a terminal.
type sitting struct {
	*terminal.Terminal
	t   *testing.T
	ctx context.Context
}

// Keys, as a terminal sends them.
const (
	keyEnter  = "\r"
	keyEscape = "\x1b"
	keyCtrlC  = "\x03"
	keyDown   = "\x1b[B"
	keySpace  = " "
)

// newSitter is a user with three clients, who has colours.
func newSitter(t *testing.T) *netUser {
	t.Helper()
	if why := terminal.None(); why != "" {
		t.Skip(why)
	}
	u := newNetUser(t)
	delete(u.vars, "NO_COLOR")
	u.set("TERM", "xterm-256color").set("LANG", "C.UTF-8")
	u.write(".claude.json", "{\n  \"numStartups\": 41\n}\n")
	u.write(".cursor/mcp.json", "{}\n")
	u.write(".codex/config.toml", "# mine\nmodel = \"large\"\n")
	return u
}

// plainSource is a folder with two skills, alpha as line says.
func (u *netUser) plainSource(line string) string {
	u.t.Helper()
	dir := filepath.Join(filepath.Dir(u.home), "source")
	for name, text := range map[string]string{
		"alpha": alphaText(line),
		"beta":  "---\nname: beta\ndescription: Looks twice. Use when once is not enough.\nuser-invocable: false\n---\n\nLook again.\n",
	} {
		path := filepath.Join(dir, "skills", name, "SKILL.md")
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			u.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			u.t.Fatal(err)
		}
	}
	return dir
}

// sit runs fsskills on a terminal of some columns.
func (u *netUser) sit(columns int, args ...string) *sitting {
	u.t.Helper()
	ctx, cancel := context.WithTimeout(u.t.Context(), time.Minute)
	u.t.Cleanup(cancel)
	command := exec.CommandContext(ctx, "fsskills", args...)
	for name, value := range u.vars {
		command.Env = append(command.Env, name+"="+value)
	}
	command.Dir = u.home
	screen, err := terminal.Start(command, columns, 100)
	if err != nil {
		u.t.Fatal(err)
	}
	u.t.Cleanup(screen.Close)
	return &sitting{Terminal: screen, t: u.t, ctx: ctx}
}

// sees waits for a text on the screen.
func (s *sitting) sees(text string) *sitting {
	s.t.Helper()
	if err := s.Await(s.ctx, text); err != nil {
		s.t.Fatal(err)
	}
	return s
}

// press types keys, one after the other as fingers do.
func (s *sitting) press(keys ...string) *sitting {
	s.t.Helper()
	for _, k := range keys {
		if err := s.Press(k); err != nil {
			s.t.Fatal(err)
		}
		time.Sleep(20 * time.Millisecond)
	}
	return s
}

// ends waits for the end, with an exit status, and returns what is on the screen
// then. The cursor is to be seen, and the terminal as it was.
func (s *sitting) ends(status int) string {
	s.t.Helper()
	got, err := s.Wait(s.ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	shown := s.Shows()
	if got != status {
		s.t.Fatalf("exit status %d, want %d:\n%s", got, status, shown)
	}
	written := s.Written()
	if hidden, seen := strings.LastIndex(written, "\x1b[?25l"), strings.LastIndex(written, "\x1b[?25h"); hidden > seen {
		s.t.Error("the cursor stays hidden")
	}
	return shown
}

func (u *netUser) reads(name string) string {
	u.t.Helper()
	data, err := os.ReadFile(filepath.Join(u.home, filepath.FromSlash(name)))
	if err != nil {
		u.t.Fatal(err)
	}
	return string(data)
}

func holds(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("there is no %q in\n%s", part, text)
		}
	}
}

// TestScreenInstall goes through a first install: clients, sign-in, the plan, the
// changes to config files, and on; then again, when there is nothing to choose.
func TestScreenInstall(t *testing.T) {
	t.Parallel()
	u := newSitter(t)
	source := u.plainSource("first")
	s := u.sit(80, "install", "--source", source)
	s.sees("Which clients should have Fullstory's skills?").sees("[x] Codex: found ~/.codex/config.toml")
	s.press(keyDown, keySpace).sees("[ ] Cursor") // without Cursor
	s.press(keyEnter).sees("How should they sign in to Fullstory?").sees("Integrations,").sees("is enough")
	s.press(keyEnter).sees("Go on?")
	holds(t, s.Shows(), "Clients: Claude Code, Codex", "Sign in: OAuth", "  Claude Code\n    ~/.claude/skills", "  Codex\n    ~/.agents/skills", "> Install (y)")
	s.press("c").sees(`+    "fullstory": {`).sees("Go on?")
	s.press(keyEnter)
	shown := s.ends(0)
	holds(t, shown, "done  ~/.claude.json  server entry created", "Claude Code  changed", "Next\n", "codex mcp login fullstory", "Call a skill\n", "Claude Code: /alpha; the assistant calls beta", "Codex: $alpha")
	if strings.Contains(shown, "Which clients") || strings.Contains(shown, "How should they") {
		t.Errorf("a question that is answered stays on the screen:\n%s", shown)
	}
	holds(t, u.reads(".claude.json"), `"fullstory"`, `"numStartups": 41`)
	holds(t, u.reads(".codex/config.toml"), "# mine\n", "[mcp_servers.fullstory]")
	if got := u.reads(".cursor/mcp.json"); got != "{}\n" {
		t.Errorf("Cursor was not chosen, and has %s", got)
	}

	before := u.snapshot()
	again := u.sit(80, "install", "--client", "claude-code,codex").ends(0)
	holds(t, again, "Everything is up to date: nothing was written.")
	u.unchanged(before)

	// What was not chosen then can be chosen now, and nothing else.
	s = u.sit(80, "install").sees("Which of these should have Fullstory's skills, too?")
	if shown := s.Shows(); strings.Contains(shown, "Codex") {
		t.Errorf("what has skills is offered again:\n%s", shown)
	}
	s.press(keyEnter).sees("Go on?").press("y")
	holds(t, s.ends(0), "Cursor       changed")
	holds(t, u.reads(".cursor/mcp.json"), `"fullstory"`)
}

// TestScreenBack changes answers, from the plan back to the first question.
func TestScreenBack(t *testing.T) {
	t.Parallel()
	u := newSitter(t)
	u.set("FULLSTORY_API_KEY", "na1.typed-nowhere-123")
	s := u.sit(100, "install", "--source", u.plainSource("first"))
	s.sees("Which clients").press(keySpace, keyEnter).sees("How should they")
	holds(t, s.Shows(), "FULLSTORY_API_KEY (set here)")
	s.press(keyEnter).sees("Go on?").sees("> Install (y)")
	if strings.Contains(s.Shows(), "claude") {
		t.Errorf("Claude Code was not chosen:\n%s", s.Shows())
	}
	s.press(keyEscape).sees("How should they")
	s.press(keyEscape).sees("Which clients").sees("[ ] Claude Code")
	s.press(keySpace, keyEnter).sees("How should they").sees("> OAuth")
	s.press(keyDown).sees("> API key").press(keyEnter).sees("  Claude Code\n    ~/.claude/skills").sees("> Install (y)")
	s.press("y")
	shown := s.ends(0)
	holds(t, shown, "Sign in: API key")
	holds(t, u.reads(".claude.json"), "${FULLSTORY_API_KEY}")
	for path, data := range u.snapshot() {
		if strings.Contains(data, "typed-nowhere") {
			t.Errorf("%s has the key", path)
		}
	}
	if strings.Contains(s.Written(), "typed-nowhere") {
		t.Error("the key was shown")
	}
}

// TestScreenCancel leaves at each question, in each way. Nothing is written, and
// nothing of a question stays on the screen.
func TestScreenCancel(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		until  []string // texts to wait for, Enter between
		keys   string
		status int
		says   string
	}{
		{"Ctrl-C at the clients", []string{"Which clients"}, keyCtrlC, 130, "cancelled"},
		{"Escape at the clients", []string{"Which clients"}, keyEscape, 130, "cancelled"},
		{"Ctrl-C at the sign-in", []string{"Which clients", "How should they"}, keyCtrlC, 130, "cancelled"},
		{"Ctrl-C at the plan", []string{"Which clients", "How should they", "Go on?"}, keyCtrlC, 130, "cancelled"},
		{"no at the plan", []string{"Which clients", "How should they", "Go on?"}, "n", 1, "nothing was changed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			u := newSitter(t)
			source := u.plainSource("first")
			before := u.snapshot()
			s := u.sit(80, "install", "--source", source)
			for i, text := range test.until {
				if i > 0 {
					s.press(keyEnter)
				}
				s.sees(text)
			}
			shown := s.press(test.keys).ends(test.status)
			holds(t, shown, test.says)
			if strings.Contains(shown, "Esc ") {
				t.Errorf("the question stays on the screen:\n%s", shown)
			}
			u.unchanged(before)
		})
	}
	for _, until := range []string{"Which clients", "How should they", "Go on?"} {
		t.Run("killed softly at "+until, func(t *testing.T) {
			t.Parallel()
			u := newSitter(t)
			source := u.plainSource("first")
			before := u.snapshot()
			s := u.sit(80, "install", "--source", source).sees("Which clients")
			for !strings.Contains(s.Shows(), until) {
				s.press(keyEnter)
				time.Sleep(300 * time.Millisecond)
			}
			s.sees(until)
			if err := s.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			s.ends(130)
			u.unchanged(before)
		})
	}
}

// TestScreenUpdate updates, with an edited file that upstream changes, too.
func TestScreenUpdate(t *testing.T) {
	t.Parallel()
	u := newSitter(t)
	source := u.plainSource("first")
	u.run("install", "--yes", "--client", "cursor", "--skills-only", "--source", source).exits(0)

	// Nothing new, nothing asked.
	holds(t, u.sit(80, "update").ends(0), "Everything is up to date")

	u.plainSource("second")
	s := u.sit(80, "update").sees("> Cancel, and change nothing (n)") // what replaces is no default
	holds(t, s.Shows(), "changed: alpha", "update  alpha")
	s.press("d").sees("+second").press("y")
	holds(t, s.ends(0), "1 skill updated")
	holds(t, u.reads(".agents/skills/alpha/SKILL.md"), "second")

	u.write(".agents/skills/alpha/SKILL.md", alphaText("mine"))
	u.plainSource("third")
	s = u.sit(80, "update").sees("Keep yours, take upstream's")
	s.press("d").sees("+third").sees("> Keep yours (k)")
	s.press(keyEnter)
	s.ends(0)
	holds(t, u.reads(".agents/skills/alpha/SKILL.md"), "mine")

	u.plainSource("fourth")
	s = u.sit(80, "update").sees("Keep yours, take upstream's").press("t").sees("Go on?").press("y")
	s.ends(0)
	holds(t, u.reads(".agents/skills/alpha/SKILL.md"), "fourth")
}

var (
	anyEscape = regexp.MustCompile(`\x1b`)
	anyColor  = regexp.MustCompile(`\x1b\[[0-9;]*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m`)
)

// TestScreenPlain answers in plain lines, where nothing can be drawn or nobody
// looks at it.
func TestScreenPlain(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, variable, value string }{
		{"a terminal that cannot draw", "TERM", "dumb"},
		{"a screen that is read aloud", "ACCESSIBLE", "1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			u := newSitter(t).set(test.variable, test.value).set("NO_COLOR", "1")
			source := u.plainSource("first")
			before := u.snapshot()
			s := u.sit(40, "install", "--source", source).sees("or Enter for all of them:")
			s.press("\x04") // the end of input
			s.ends(130)
			u.unchanged(before)

			s = u.sit(40, "install", "--source", source).sees("or Enter for all of them:").press("1,9\r").sees("Please answer all").press("1,3\r")
			s.sees("or Enter for 1").press("b\r").sees("or Enter for 1,3")
			s.press("\r").sees("to go back:").press("2\r").sees("[Y/n/c/d/b]")
			s.press("b\r").sees("or Enter for 2").press("1\r").sees("[Y/n/c/d/b]").press("what\r").sees("Please answer y, n, c, d or b.")
			s.press("yes\r")
			shown := s.ends(0)
			holds(t, shown, "Fetched 2 skills", "Call a skill")
			holds(t, u.reads(".codex/config.toml"), "[mcp_servers.fullstory]")
			written := s.Written()
			if anyEscape.MatchString(written) {
				t.Errorf("there are escape sequences: %q", written)
			}
			for line := range strings.Lines(written) {
				line = strings.Trim(line, "\r\n")
				if len([]rune(line)) > 40 && len(strings.Fields(line)) > 1 && !strings.Contains(line, source) {
					t.Errorf("longer than the terminal is wide: %q", line)
				}
			}
		})
	}
}

// TestScreenColor has no colours where they are not wanted, and has them else.
func TestScreenColor(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, variable string
		want           bool
	}{{"as it is", "", true}, {"NO_COLOR", "NO_COLOR", false}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			u := newSitter(t)
			if test.variable != "" {
				u.set(test.variable, "1")
			}
			s := u.sit(80, "install", "--source", u.plainSource("first")).sees("Which clients").press(keyEnter).sees("How should").press(keyEnter).sees("Go on?").press(keyEnter)
			s.ends(0)
			if got := anyColor.MatchString(s.Written()); got != test.want {
				t.Errorf("colours: %v, want %v\n%q", got, test.want, s.Written())
			}
		})
	}
}

// TestScreenResize makes the terminal narrower while a question stands.
func TestScreenResize(t *testing.T) {
	t.Parallel()
	u := newSitter(t)
	s := u.sit(100, "install", "--source", u.plainSource("first")).sees("Which clients").press(keyDown).sees("> [x] Cursor")
	if err := s.Resize(60, 100); err != nil {
		t.Fatal(err)
	}
	s.sees("Ctrl-A all or none, Enter\n").press(keySpace).sees("> [ ] Cursor").press(keyEnter).sees("How should they")
	if err := s.Resize(40, 100); err != nil {
		t.Fatal(err)
	}
	s.sees("  the variable FULLSTORY_API_KEY\n").press(keyDown).sees("> API key").press(keyEnter).sees("Go on?")
	holds(t, s.Shows(), "Install from\n  /") // what is said then fits, too
	s.press("n").ends(1)
}

// TestScreenUnasked asks nobody on a build machine's terminal.
func TestScreenUnasked(t *testing.T) {
	t.Parallel()
	u := newSitter(t).set("CI", "true")
	source := u.plainSource("first")
	before := u.snapshot()
	holds(t, u.sit(80, "install", "--source", source).ends(2), "there is no terminal to ask on", "--yes")
	u.unchanged(before)
}
