package cmd

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func TestCompleteArgs(t *testing.T) {
	words := func(*cobra.Command) []string { return []string{"one\tthe \x1b[1mfirst", "two", "three"} }
	got, directive := completeArgs(words)(nil, []string{"two"}, "")
	if diff := cmp.Diff([]string{"one\tthe first", "three"}, got); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
	if directive != cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveKeepOrder {
		t.Errorf("directive %d, want no files", directive)
	}
}

func TestCompleteList(t *testing.T) {
	words := func(*cobra.Command) []string { return []string{"codex", "cursor\tCursor", "zed"} }
	tests := []struct {
		typed string
		want  []string
	}{
		{"", []string{"codex", "cursor\tCursor", "zed"}},
		{"c", []string{"codex", "cursor\tCursor", "zed"}}, // the shell leaves those that fit
		{"zed,", []string{"zed,codex", "zed,cursor\tCursor"}},
		{"zed,codex,cu", []string{"zed,codex,cursor\tCursor"}},
	}
	for _, test := range tests {
		got, _ := completeList(words)(nil, nil, test.typed)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("words after %q (-want +got):\n%s", test.typed, diff)
		}
	}
}

// TestCompleteEveryFlag asks for the values of each flag of each command: files
// are offered where one is meant only, and nothing is said besides.
func TestCompleteEveryFlag(t *testing.T) {
	env, out, stderr := testEnv(t)
	root := newRoot(env)
	addCompletion(root)
	places := map[string]bool{"dir": true, "source": true, "ca-file": true}
	seen := map[string]bool{}
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		path := strings.Fields(c.CommandPath())[1:]
		ask := func(words ...string) []string {
			out.Reset()
			stderr.Reset()
			args := append(append([]string{cobra.ShellCompRequestCmd}, path...), words...)
			if code := Run(t.Context(), *env, args); code != int(exitDone) || stderr.Len() > 0 {
				t.Errorf("%v: exit status %d: %s", args, code, stderr)
			}
			return strings.Split(strings.TrimSpace(out.String()), "\n")
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.NoOptDefVal != "" {
				return
			}
			seen[f.Name] = true
			lines := ask("--"+f.Name, "")
			directive := lines[len(lines)-1]
			if noFiles := directive != ":0" && directive != ":16"; noFiles == places[f.Name] {
				t.Errorf("%s --%s: directive %s", c.CommandPath(), f.Name, directive)
			}
			for _, line := range lines {
				if strings.Count(line, "\t") > 1 || cells(line) > 2*offerWidth {
					t.Errorf("%s --%s: offers %q", c.CommandPath(), f.Name, line)
				}
			}
		})
		if lines := ask(""); lines[len(lines)-1] == ":0" {
			t.Errorf("%s: offers files as arguments", c.CommandPath())
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(root)
	for name := range offers(env) {
		if !seen[name] && !strings.Contains(name, " ") {
			t.Errorf("words are offered for --%s, which no command has", name)
		}
	}
}
