package cmd

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTable(t *testing.T) {
	const (
		piped = "claude-code\tcurrent\t/session-review finds what a session shows\n" +
			"codex\t\t$session-review 日本語\n"

		wide = "CLIENT       STATE    CALL\n" +
			"claude-code  current  /session-review finds what a session shows\n" +
			"codex                 $session-review 日本語\n"

		medium = "CLIENT       STATE    CALL\n" +
			"claude-code  current  /session-review fin…\n" +
			"codex                 $session-review 日…\n"

		narrow = "claude-code\n" +
			"  state: current\n" +
			"  call: /session-review finds\n" +
			"    what a session shows\n" +
			"codex\n" +
			"  call: $session-review 日本語\n"
	)
	tests := []struct {
		name  string
		tty   bool
		width int
		want  string
	}{
		{"piped", false, 0, piped},
		{"wide", true, 100, wide},
		{"unknown width", true, 0, wide},
		{"medium", true, 42, medium},
		{"narrow", true, 33, narrow},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			env, out, _ := testEnv(t)
			env.OutTTY, env.Width = test.tty, test.width
			table := table{columns: []column{{title: "CLIENT"}, {title: "STATE"}, {title: "CALL"}}}
			table.add("claude-code", "current", "/session-review finds\twhat a\x1b[2J session shows")
			table.add("codex", "", "$session-review 日本語")
			if err := table.print(env); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, out.String()); diff != "" {
				t.Errorf("table (-want +got):\n%s", diff)
			}
			for line := range strings.Lines(out.String()) {
				if line = strings.TrimRight(line, "\n"); test.width > 0 && cells(line) > test.width {
					t.Errorf("takes %d cells of %d: %q", cells(line), test.width, line)
				}
			}
		})
	}
}

func TestTablePaint(t *testing.T) {
	env, out, _ := testEnv(t)
	env.OutTTY, env.Escapes, env.Width = true, true, 80
	table := table{columns: []column{{title: "STATE", paint: env.outStyle().green}, {title: "PATH"}}}
	table.add("ok", "x")
	if err := table.print(env); err != nil {
		t.Fatal(err)
	}
	want := "\x1b[2mSTATE\x1b[0m  \x1b[2mPATH\x1b[0m\n\x1b[32mok\x1b[0m     x\n"
	if got := out.String(); got != want {
		t.Errorf("table %q, want %q", got, want)
	}
}

func TestTableEmpty(t *testing.T) {
	env, out, _ := testEnv(t)
	env.OutTTY = true
	table := table{columns: []column{{title: "STATE"}}}
	if err := table.print(env); err != nil {
		t.Fatal(err)
	}
	if out.Len() > 0 {
		t.Errorf("a table without rows prints %q", out)
	}
}
