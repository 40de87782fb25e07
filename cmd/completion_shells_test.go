//go:build unix

package cmd_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fsskills/clients/conformance/terminal"
)

// A completingShell is a shell that has fsskills' script, installed as its help
// says.
type completingShell struct {
	name    string
	program string
	needs   string // a file without which it cannot be tried
	args    []string
	prepare func(t *testing.T, home, script string) // writes what the shell reads when it starts
}

func completingShells() []completingShell {
	bash := func(place, reads string) func(t *testing.T, home, script string) {
		return func(t *testing.T, home, script string) {
			t.Helper()
			putFile(t, filepath.Join(home, place), script)
			putFile(t, filepath.Join(home, ".bashrc"), "PS1='> '\nbind 'set show-all-if-ambiguous on'\nbind 'set completion-query-items 0'\nbind 'set page-completions off'\nbind 'set bell-style none'\nsource "+reads+"\n")
		}
	}
	const ofBash = "/usr/share/bash-completion/bash_completion"
	return []completingShell{
		{name: "bash", program: "bash", args: []string{"--noprofile", "-i"}, prepare: bash("fsskills.bash", "~/fsskills.bash")},
		{name: "bash_with_package", program: "bash", needs: ofBash, args: []string{"--noprofile", "-i"}, prepare: bash(".local/share/bash-completion/completions/fsskills", ofBash)},
		{
			name: "zsh", program: "zsh", args: []string{"-d", "-i"},
			prepare: func(t *testing.T, home, script string) {
				t.Helper()
				putFile(t, filepath.Join(home, ".zfunc", "_fsskills"), script)
				putFile(t, filepath.Join(home, ".zshrc"), "PS1='> '\nLISTMAX=1000\nsetopt no_beep\nfpath=(~/.zfunc $fpath)\nautoload -Uz compinit && compinit -u -D\n")
			},
		},
		{
			name: "fish", program: "fish", args: []string{"-i"},
			prepare: func(t *testing.T, home, script string) {
				t.Helper()
				putFile(t, filepath.Join(home, ".config", "fish", "completions", "fsskills.fish"), script)
				// Without this folder fish begins to fill it from the man pages, in the
				// background: also while the home is being removed.
				putFile(t, filepath.Join(home, ".local", "share", "fish", "generated_completions", "none.fish"), "")
				putFile(t, filepath.Join(home, ".config", "fish", "config.fish"), "set -g fish_greeting\nset -g fish_autosuggestion_enabled 0\nfunction fish_prompt; echo -n '> '; end\n")
			},
		},
	}
}

func putFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestCompletionInShells types lines with a Tab at their end into real shells, and
// reads their screens.
func TestCompletionInShells(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		typed  string
		want   []string // on the screen
		absent []string
	}{
		{name: "a command", typed: "fsskills inst", want: []string{"> fsskills install"}},
		{name: "what commands do", typed: "fsskills u", want: []string{"> fsskills u", "uninstall", "Take out exactly"}},
		{name: "clients with their names", typed: "fsskills install --client co", want: []string{"codex", "Codex, not found", "copilot-cli", "GitHub Copilot CLI"}},
		{name: "a client that is found", typed: "fsskills status --client claude-", want: []string{"claude-code", "Claude Code, found", "claude-desktop"}},
		{name: "behind a comma", typed: "fsskills install --client claude-code,curs", want: []string{"--client claude-code,cursor"}},
		{name: "behind a comma and an equals sign", typed: "fsskills install --client=claude-code,curs", want: []string{"--client=claude-code,cursor"}},
		{name: "the third of a list", typed: "fsskills install --client claude-code,cursor,gem", want: []string{"--client claude-code,cursor,gemini-cli"}},
		{name: "what is in a list", typed: "fsskills install --client claude-code,co", want: []string{"code,codex", "Codex, not found"}},
		{name: "short flag", typed: "fsskills install -a curs", want: []string{"-a cursor"}},
		{name: "an installed skill", typed: "fsskills uninstall al", want: []string{"> fsskills uninstall alpha"}},
		{name: "what skills are for", typed: "fsskills update ", want: []string{"alpha", "An example of a skill", "bravo"}, absent: []string{"project"}},
		{name: "a skill behind a comma", typed: "fsskills update --skill alpha,br", want: []string{"--skill alpha,bravo"}},
		{name: "operations", typed: "fsskills restore ", want: []string{"last", "install, 20"}, absent: []string{"project"}},
		{name: "values", typed: "fsskills install --region ", want: []string{"us", "eu", "api.eu1.fullstory.com"}},
		{name: "forms", typed: "fsskills snippet --form ser", want: []string{"--form servers"}},
		{name: "a topic of help", typed: "fsskills help completion z", want: []string{"help completion zsh"}},
		{name: "a folder", typed: "fsskills install --dir proj", want: []string{"--dir project/"}},
		{name: "an archive", typed: "fsskills install --source skills.z", want: []string{"--source skills.zip"}},
		{name: "a certificate", typed: "fsskills install --ca-file compa", want: []string{"--ca-file company.pem"}},
		{name: "the name of a variable", typed: "fsskills install --api-key-env F", want: []string{"--api-key-env FULLSTORY_API_KEY"}},
		{name: "no file where none is meant", typed: "fsskills list comp", want: []string{"> fsskills list comp"}, absent: []string{"company"}},
		{name: "behind a word with an equals sign", typed: "fsskills update --scope=user ", want: []string{"alpha", "bravo"}},
		{name: "a word with a colon", typed: "fsskills install --mcp-url https://api.example.com:443/mcp --client curs", want: []string{"443/mcp --client cursor"}},
		{name: "a redirection", typed: "fsskills list --json >company.pem --cl", want: []string{"> fsskills list"}},
		{name: "a redirection with a space", typed: "fsskills list --json > company.pem ", want: []string{"> fsskills list"}},
		{name: "a command in the line", typed: "fsskills install --source $(touch ran) ", want: []string{"> fsskills install"}},
		{name: "a command as fish has it", typed: "fsskills install --source (touch ran) ", want: []string{"> fsskills install"}},
		{name: "a command between backticks", typed: "fsskills install --source `touch ran` ", want: []string{"> fsskills install"}},
		{name: "a command that picks files", typed: "fsskills install --source *(e:'touch ran':) --client curs", want: []string{"> fsskills install"}},
		{name: "a variable", typed: "fsskills install --dir \"$HOME/project\" --client curs", want: []string{"--client cursor"}},
		{name: "no file for a word", typed: "fsskills install --ref comp", want: []string{"--ref comp"}, absent: []string{"company"}},
	}
	for _, sh := range completingShells() {
		t.Run(sh.name, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(sh.program); err != nil {
				t.Skipf("%s is not installed", sh.program)
			}
			if old := exec.CommandContext(t.Context(), "bash", "-c", "((BASH_VERSINFO[0] < 4))"); sh.program == "bash" && old.Run() == nil {
				t.Skip("bash is older than 4")
			}
			if sh.needs != "" {
				if _, err := os.Stat(sh.needs); err != nil {
					t.Skipf("what %s completes with is not installed: %v", sh.program, err)
				}
			}
			home := completingHome(t)
			script := printedBy(t, home, "completion", sh.program)
			sh.prepare(t, home, script)
			before := listing(t, filepath.Join(home, ".local", "state", "fsskills"))
			for _, test := range cases {
				t.Run(test.name, func(t *testing.T) {
					s := startShell(t, sh, home)
					defer s.Close()
					s.await(t, "> ")
					s.press(t, test.typed+"\t")
					for _, want := range test.want {
						s.await(t, want)
					}
					if len(test.absent) > 0 || strings.ContainsAny(test.typed, ">(`") {
						time.Sleep(300 * time.Millisecond) // nothing tells that a shell will do no more
					}
					screen := s.shows()
					for _, bad := range append(test.absent, "not found:", "command not found", "Completion ended", "[Error]") {
						if strings.Contains(screen, bad) {
							t.Errorf("%q is on the screen\n%s", bad, screen)
						}
					}
				})
			}
			if data, err := os.ReadFile(filepath.Join(home, "company.pem")); err != nil || string(data) != "certificate\n" {
				t.Errorf("the Tab key has written to a file that the line names: %q %v", data, err)
			}
			if _, err := os.Stat(filepath.Join(home, "ran")); err == nil {
				t.Error("the Tab key has run a command of the line")
			}
			if after := listing(t, filepath.Join(home, ".local", "state", "fsskills")); after != before {
				t.Errorf("completion has written:\n%s\nbefore:\n%s", after, before)
			}
		})
	}
}

// completingHome is a home with a client and installed skills, and some files to
// be offered.
func completingHome(t *testing.T) string {
	t.Helper()
	home := t.TempDir()
	putFile(t, filepath.Join(home, "project", "notes.txt"), "")
	putFile(t, filepath.Join(home, "skills.zip"), "")
	putFile(t, filepath.Join(home, "company.pem"), "certificate\n")
	putFile(t, filepath.Join(home, ".claude", "settings.json"), "{}\n")
	putFile(t, filepath.Join(home, ".claude.json"), "{}\n")
	for _, name := range []string{"alpha", "bravo"} {
		putFile(t, filepath.Join(home, ".source", "skills", name, "SKILL.md"), "---\nname: "+name+"\ndescription: An example of a skill.\n---\nText.\n")
	}
	printedBy(t, home, "install", "--yes", "--source", filepath.Join(home, ".source"), "--client", "claude-code")
	return home
}

// printedBy is what fsskills prints in a home.
func printedBy(t *testing.T, home string, args ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), "fsskills", args...)
	c.Env, c.Dir = shellEnv(home), home
	out, err := c.Output()
	if err != nil {
		t.Fatalf("fsskills %s: %v", strings.Join(args, " "), err)
	}
	return string(out)
}

func shellEnv(home string) []string {
	env := []string{"PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "LC_ALL=C.UTF-8", "ZDOTDIR=" + home, "INPUTRC=" + os.DevNull, "SHELL=/bin/sh"}
	for name, value := range homeVariables(filepath.Dir(home)) {
		env = append(env, name+"="+strings.Replace(value, filepath.Join(filepath.Dir(home), "home"), home, 1))
	}
	return env
}

// listing is what is in a folder, with sizes and times.
func listing(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil {
			b.WriteString(path + " " + info.Mode().String() + " " + info.ModTime().String() + "\n")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A shellScreen is a shell with a screen and a keyboard.
type shellScreen struct{ *terminal.Terminal }

func startShell(t *testing.T, sh completingShell, home string) *shellScreen {
	t.Helper()
	if why := terminal.None(); why != "" {
		t.Skip(why)
	}
	const rows, columns = 60, 120
	cmd := exec.CommandContext(t.Context(), sh.program, sh.args...)
	cmd.Env, cmd.Dir = shellEnv(home), home
	screen, err := terminal.Start(cmd, columns, rows)
	if err != nil {
		t.Fatal(err)
	}
	return &shellScreen{screen}
}

func (s *shellScreen) shows() string { return strings.TrimRight(s.Shows(), "\n ") }

func (s *shellScreen) press(t *testing.T, keys string) {
	t.Helper()
	if err := s.Press(keys); err != nil {
		t.Fatal(err)
	}
}

// await waits until the text is on the screen.
func (s *shellScreen) await(t *testing.T, text string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		screen := s.shows()
		if strings.Contains(screen+" ", text) { // spaces at the end are lost
			return
		}
		select {
		case <-s.Ended():
			t.Fatalf("the shell has ended: there is no %q on the screen\n%s", text, screen)
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("there is no %q on the screen\n%s", text, screen)
		}
	}
}
