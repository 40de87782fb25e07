package cmd

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// A plainStep is a command of a user's day, and what happens before it.
type plainStep struct {
	args   string
	before func(t *testing.T, home string)
}

// plainDay has every command, and every kind of thing that commands have to say:
// what is new, changed, gone, edited, foreign, broken, left out and wrong.
func plainDay() []plainStep {
	skill := func(name, text string) func(*testing.T, string) {
		return withFiles(map[string]string{"source/skills/" + name + "/SKILL.md": "---\nname: " + name + "\ndescription: Example " + name + ".\n---\n" + text + "\n"})
	}
	const some = " --client claude-code,codex,cursor,zed"
	return []plainStep{
		{args: "version"},
		{args: "help"},
		{args: "help install"},
		{args: ""},
		{args: "list"},
		{args: "status"},
		{args: "restore"},
		{args: "doctor --offline"},
		{args: "uninstall --yes"},
		{args: "clients"},
		{args: "clients --all"},
		{args: "clients", before: withFiles(map[string]string{".claude/projects/x": "", ".codex/history.jsonl": "{}"})},
		{args: "instal"},
		{args: "install --clint x"},
		{args: "install --client nobody --yes"},
		{args: "update --quiet --verbose"},
		{args: "snippet"},
		{args: "snippet --client zed --auth api-key"},
		{args: "snippet --client windsurf"},
		{args: "list --available --source source", before: func(t *testing.T, home string) {
			t.Helper()
			skill("alpha", "See https://evil.example/ for more.")(t, home)
			skill("beta", "Text.")(t, home)
			skill("gamma", "Text.")(t, home)
			withFiles(map[string]string{"source/agents/helper.md": "---\nname: helper\ndescription: Helps.\ntools:\n  - fullstory:demo\n---\nRead.\n"})(t, home)
		}},
		{args: "install --dry-run --diff --source source" + some},
		{args: "install --yes --auth api-key --source source" + some, before: withFiles(map[string]string{
			".cursor/mcp.json": "{broken", ".agents/skills/beta/SKILL.md": "Somebody else's.\n",
		})},
		{args: "install --yes"},
		{args: "install --yes --verbose"},
		{args: "install --yes --quiet"},
		{args: "list"},
		{args: "status --offline"},
		{args: "status --offline --verbose"},
		{args: "doctor --offline"},
		{args: "status", before: func(t *testing.T, home string) {
			t.Helper()
			withFiles(map[string]string{".claude/skills/alpha/SKILL.md": "Mine.\n"})(t, home)
			skill("alpha", "Newer text.")(t, home)
			skill("delta", "Text.")(t, home)
			if err := errors.Join(os.RemoveAll(filepath.Join(home, "source", "skills", "gamma")), os.RemoveAll(filepath.Join(home, ".claude", "skills", "beta"))); err != nil {
				t.Fatal(err)
			}
		}},
		{args: "update --dry-run --diff"},
		{args: "update --yes --diff"},
		{args: "list"},
		{args: "restore"},
		{args: "restore last --dry-run --diff"},
		{args: "restore nothing"},
		{args: "restore last --yes"},
		{args: "uninstall alpha --dry-run --diff"},
		{args: "uninstall --yes"},
		{args: "doctor --offline", before: withFiles(map[string]string{"state/receipt.json": "broken"})},
		{args: "status"},
		{args: "doctor --offline --fix"},
	}
}

// withFiles writes files into a home.
func withFiles(texts map[string]string) func(*testing.T, string) {
	return func(t *testing.T, home string) {
		t.Helper()
		for name, text := range texts {
			path := filepath.Join(home, filepath.FromSlash(name))
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A plainRun is what a command has said on either stream.
type plainRun struct {
	code     int
	out, err string
}

// spend runs the commands of a day at a terminal of some width, with variables.
func spend(t *testing.T, width int, vars map[string]string) []plainRun {
	t.Helper()
	env, _, _ := testEnv(t)
	env.OutTTY, env.ErrTTY, env.Escapes, env.Width = true, true, true, width
	env.ConfigDir = filepath.Join(env.Home, "config")
	env.Getenv = func(name string) string {
		if name == "TERM" {
			return "xterm"
		}
		return vars[name]
	}
	var runs []plainRun
	for _, step := range plainDay() {
		if step.before != nil {
			step.before(t, env.Home)
		}
		var out, errOut bytes.Buffer
		env.Out, env.Err = &out, &errOut
		code := Run(t.Context(), *env, strings.Fields(step.args))
		home := strings.NewReplacer(env.Home, "HOME")
		runs = append(runs, plainRun{code, home.Replace(out.String()), home.Replace(settled(errOut.String()))})
	}
	return runs
}

// settled is what stays of a conversation: not what is on a line for a moment only,
// which depends on the machine, nor which variables were asked for.
func settled(text string) string {
	var b strings.Builder
	parts := strings.Split(text, erase)
	for i, part := range parts {
		if i+1 == len(parts) || strings.Contains(part, "\n") {
			b.WriteString(part)
		}
	}
	return regexp.MustCompile(`(?m)^.*variables that are .*\n`).ReplaceAllString(b.String(), "")
}

// TestNothingByColourAlone: what is said in colour is said without it, word for
// word, and two lines that differ in colour or in symbols differ in their words.
func TestNothingByColourAlone(t *testing.T) {
	t.Parallel()
	sgr := regexp.MustCompile("\x1b\\[[0-9;]*m")
	coloured := spend(t, 100, nil)
	plain := spend(t, 100, map[string]string{"NO_COLOR": "1"})
	steps := plainDay()
	dressed := 0
	colours := map[string]string{} // of each text that has one
	span := regexp.MustCompile("\x1b\\[(3[0-7])m([^\x1b]*)\x1b")
	for i, run := range coloured {
		stripped := plainRun{run.code, sgr.ReplaceAllString(run.out, ""), sgr.ReplaceAllString(run.err, "")}
		if diff := cmp.Diff(plain[i], stripped, cmp.AllowUnexported(plainRun{})); diff != "" {
			t.Errorf("fsskills %s (-NO_COLOR +colours):\n%s", steps[i].args, diff)
		}
		for _, text := range []string{run.out, run.err} {
			dressed += len(sgr.FindAllString(text, -1))
			if strings.ContainsFunc(text, isDrawing) {
				t.Errorf("fsskills %s draws lines:\n%s", steps[i].args, text)
			}
			for _, found := range span.FindAllStringSubmatch(text, -1) {
				colour, said := found[1], found[2]
				if before, ok := colours[said]; ok && before != colour {
					t.Errorf("fsskills %s: %q has colour %s, and had %s", steps[i].args, said, colour, before)
				}
				colours[said] = colour
			}
			for a, b := range alike(text, sgr) {
				t.Errorf("fsskills %s: %q and %q are told apart by their looks alone", steps[i].args, a, b)
			}
		}
	}
	if dressed < 100 {
		t.Errorf("%d words are in colour", dressed)
	}
	if codes := codesOf(coloured); !slices.Contains(codes, 0) || !slices.Contains(codes, 1) || !slices.Contains(codes, 2) || !slices.Contains(codes, 3) || !slices.Contains(codes, 5) {
		t.Errorf("the commands end with %v only", codes)
	}
}

func codesOf(runs []plainRun) []int {
	var codes []int
	for _, run := range runs {
		codes = append(codes, run.code)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// alike are pairs of different lines that are the same without colours and
// symbols.
func alike(text string, sgr *regexp.Regexp) map[string]string {
	first, pairs := map[string]string{}, map[string]string{}
	for line := range strings.Lines(text) {
		words := strings.Join(strings.Fields(strings.Map(func(r rune) rune {
			if r > unicode.MaxASCII && unicode.IsSymbol(r) {
				return -1
			}
			return r
		}, sgr.ReplaceAllString(line, ""))), " ")
		line = strings.Join(strings.Fields(line), " ")
		if other, ok := first[words]; ok && other != line && sgr.ReplaceAllString(other, "") != "" {
			pairs[other] = line
		}
		first[words] = line
	}
	return pairs
}

// isDrawing recognises the characters that boxes and bars are made of.
func isDrawing(r rune) bool { return 0x2500 <= r && r <= 0x259f }

// TestAlike shows what the test above would find.
func TestAlike(t *testing.T) {
	sgr := regexp.MustCompile("\x1b\\[[0-9;]*m")
	for text, want := range map[string]int{
		"\x1b[31malpha\x1b[0m\n\x1b[32malpha\x1b[0m\n":            1,
		"✓ alpha\n✗ alpha\n":                                      1,
		"\x1b[31malpha\x1b[0m\n  \x1b[31malpha\x1b[0m\n":          0,
		"\x1b[31mgone: alpha\x1b[0m\n\x1b[32mnew: alpha\x1b[0m\n": 0,
	} {
		if got := alike(text, sgr); len(got) != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// TestTablesFitAllDay: what the tables and the sentences below them say fits the
// terminal, and to be heard it has a name for each thing.
func TestTablesFitAllDay(t *testing.T) {
	t.Parallel()
	steps := plainDay()
	for _, width := range []int{120, 80, 60, 40, 20} {
		for _, accessible := range []string{"", "1"} {
			for i, run := range spend(t, width, map[string]string{"NO_COLOR": "1", "ACCESSIBLE": accessible}) {
				word, _, _ := strings.Cut(steps[i].args, " ")
				isList := slices.Contains([]string{"list", "status", "clients", "restore"}, word)
				if !isList || strings.Contains(steps[i].args, "restore ") {
					continue
				}
				for line := range strings.Lines(run.out) {
					line = strings.TrimRight(line, "\n")
					if cells(line) > width {
						t.Errorf("fsskills %s: %d cells of %d: %q", steps[i].args, cells(line), width, line)
					}
					if accessible != "" && regexp.MustCompile(`\S {2,}\S`).MatchString(line) {
						t.Errorf("fsskills %s: by its place alone: %q", steps[i].args, line)
					}
				}
			}
		}
	}
}
