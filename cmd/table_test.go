package cmd

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// exampleTable has a column of each kind, hostile text and wide characters.
func exampleTable() *table {
	t := &table{columns: []column{
		{title: "NAME"}, {title: "CLIENTS", kind: cellNames}, {title: "PATH", kind: cellLines}, {title: "TEXT", kind: cellProse},
	}}
	t.add("session-review", "claude-code,codex,cursor,zed", "~/プロジェクト/🎉/.config/a-folder/settings.json", "finds\twhat a\x1b[2J session shows, step by step")
	t.add("session-review", "kimi", "~/.kimi/mcp.json", "finds\twhat a\x1b[2J session shows, step by step")
	t.add("quiet", "codex", "", "日本語の説明です、とても長いので短くされます")
	return t
}

func TestTable(t *testing.T) {
	const (
		piped = "session-review\tclaude-code,codex,cursor,zed\t~/プロジェクト/🎉/.config/a-folder/settings.json\tfinds what a session shows, step by step\n" +
			"session-review\tkimi\t~/.kimi/mcp.json\tfinds what a session shows, step by step\n" +
			"quiet\tcodex\t\t日本語の説明です、とても長いので短くされます\n"

		wide = "NAME            CLIENTS                          PATH                                              TEXT\n" +
			"session-review  claude-code, codex, cursor, zed  ~/プロジェクト/🎉/.config/a-folder/settings.json  finds what a session shows, step by step\n" +
			"session-review  kimi                             ~/.kimi/mcp.json                                  finds what a session shows, step by step\n" +
			"quiet           codex                                                                              日本語の説明です、とても長いので短くされます\n"

		medium = "NAME            CLIENTS                   PATH                      TEXT\n" +
			"session-review  claude-code, 3 more       ~/プロジェクト/🎉/        finds what a session sh…\n" +
			"                                          .config/a-folder/\n" +
			"                                          settings.json\n" +
			"session-review  kimi                      ~/.kimi/mcp.json          finds what a session sh…\n" +
			"quiet           codex                                               日本語の説明です、とて…\n"

		narrow = "session-review\n" +
			"  text: finds what a session shows, step\n" +
			"    by step\n" +
			"  clients: claude-code, codex, cursor,\n" +
			"    zed\n" +
			"  path:\n" +
			"    ~/プロジェクト/🎉/.config/a-folder/\n" +
			"    settings.json\n" +
			"  clients: kimi\n" +
			"  path: ~/.kimi/mcp.json\n" +
			"\n" +
			"quiet\n" +
			"  clients: codex\n" +
			"  text:\n" +
			"    日本語の説明です、とても長いので短くさ\n" +
			"    れます\n"
	)
	aloud := strings.NewReplacer("session-review\n", "name: session-review\n", "quiet\n", "name: quiet\n")
	tests := []struct {
		name       string
		tty        bool
		width      int
		accessible string
		want       string
	}{
		{name: "piped", want: piped},
		{name: "piped, to be heard", accessible: "1", want: piped},
		{name: "wide", tty: true, width: 150, want: wide},
		{name: "medium", tty: true, width: 92, want: medium},
		{name: "narrow", tty: true, width: 42, want: narrow},
		{name: "to be heard", tty: true, width: 42, accessible: "yes", want: aloud.Replace(narrow)},
		{name: "not to be heard", tty: true, width: 150, accessible: "0", want: wide},
		{name: "not to be heard either", tty: true, width: 150, accessible: "False", want: wide},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			env, out, _ := testEnv(t)
			env.OutTTY, env.Width = test.tty, test.width
			env.Getenv = func(name string) string { return map[string]string{"ACCESSIBLE": test.accessible}[name] }
			if err := exampleTable().print(env); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, out.String()); diff != "" {
				t.Errorf("table (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTableFits: at every width no line is longer than the terminal or ends with
// a blank, and paragraphs leave nothing out.
func TestTableFits(t *testing.T) {
	for width := 8; width <= 200; width++ {
		env, out, _ := testEnv(t)
		env.OutTTY, env.Width = true, width
		if err := exampleTable().print(env); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			if line = strings.TrimRight(line, "\n"); cells(line) > width || strings.HasSuffix(line, " ") {
				t.Errorf("%d cells of %d: %q", cells(line), width, line)
			}
		}
		if strings.HasPrefix(out.String(), "NAME") {
			continue
		}
		said := strings.Join(strings.Fields(out.String()), "")
		for _, row := range exampleTable().spaced().rows {
			for _, cell := range row {
				if cell = strings.Join(strings.Fields(cell), ""); !strings.Contains(said, cell) {
					t.Errorf("%q is not said in %d cells:\n%s", cell, width, out)
				}
			}
		}
	}
}

// TestTableShares: what is short stays whole, what is long has about the same
// width, and nothing of the line is given away.
func TestTableShares(t *testing.T) {
	long := strings.Repeat("long ", 60)
	table := &table{columns: []column{{title: "ID"}, {title: "A", kind: cellProse}, {title: "B", kind: cellProse}, {title: "C", kind: cellLines}}}
	table.add("an-identifier", long, "short", long)
	for width, want := range map[int][]int{
		100: {13, 38, 5, 38},
		101: {13, 39, 5, 38},
		64:  {13, 20, 5, 20},
		50:  {13, 12, 5, 14},
		49:  nil,
	} {
		if diff := cmp.Diff(want, table.widths(width)); diff != "" {
			t.Errorf("in %d cells (-want +got):\n%s", width, diff)
		}
	}
}

// TestTableTall: rows that go over many lines are paragraphs, a single one among
// others is not.
func TestTableTall(t *testing.T) {
	for words, aligned := range map[int]bool{3 * 7: true, 3*7 + 1: false} {
		env, out, _ := testEnv(t)
		env.OutTTY, env.Width = true, 20
		table := &table{columns: []column{{title: "A"}, {title: "B", kind: cellLines}}}
		table.add("abc", strings.Repeat("long ", words)[:5*words-1])
		table.add("def", "short")
		if err := table.print(env); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(out.String(), "A    B\n") != aligned {
			t.Errorf("%d words:\n%s", words, out)
		}
	}
}

func TestTableUsualWidth(t *testing.T) {
	env, out, _ := testEnv(t)
	env.OutTTY = true // and nobody knows how wide
	table := &table{columns: []column{{title: "A"}, {title: "B", kind: cellProse}}}
	table.add("a", strings.Repeat("x", 100))
	if err := table.print(env); err != nil {
		t.Fatal(err)
	}
	if want := "A  B\na  " + strings.Repeat("x", 76) + "…\n"; out.String() != want {
		t.Errorf("got %q, want %q", out, want)
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

func TestFewer(t *testing.T) {
	c := column{title: "CLIENTS"}
	for limit, want := range map[int]string{
		30: "claude-code, codex, 2 more", 26: "claude-code, codex, 2 more", 25: "claude-code, 3 more", 19: "claude-code, 3 more",
		18: "4 clients", 9: "4 clients", 5: "4 cl…",
	} {
		if got := c.fewer("claude-code, codex, cursor, zed", limit); got != want {
			t.Errorf("in %d cells %q, want %q", limit, got, want)
		}
	}
}

func TestFold(t *testing.T) {
	for _, test := range []struct {
		in    string
		limit int
		want  string
	}{
		{"one two  three", 8, "one two|three"},
		{"a ~/.config/Code/User/mcp.json b", 12, "a|~/.config/|Code/User/|mcp.json b"},
		{`C:\Users\ann\AppData`, 10, `C:\Users\|ann\|AppData`},
		{"a/bcdefghijkl", 8, "a/bcdefg|hijkl"},
		{"日本語です", 4, "日本|語で|す"},
		{"日本", 0, "日|本"},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301e\u0301|e\u0301"},
		{"", 5, ""},
	} {
		if got := strings.Join(fold(test.in, test.limit), "|"); got != test.want {
			t.Errorf("fold(%q, %d) = %q, want %q", test.in, test.limit, got, test.want)
		}
	}
}

func FuzzFold(f *testing.F) {
	f.Add("one two three-and-more 日本 ~/a/b", 8)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		s = clean(s)
		lines := fold(s, limit)
		for _, line := range lines {
			if cells(line) > max(limit, 2) {
				t.Errorf("fold(%q, %d): %q takes %d cells", s, limit, line, cells(line))
			}
		}
		if got := strings.Join(strings.Fields(strings.Join(lines, "")), ""); got != strings.Join(strings.Fields(s), "") {
			t.Errorf("fold(%q, %d) = %q", s, limit, lines)
		}
	})
}

// TestClientsTable: on a terminal the clients that are here come first and the
// others are named, in every width; all is shown if it is asked for.
func TestClientsTable(t *testing.T) {
	doc := clientsDoc{}
	for i := range 81 {
		doc.Clients = append(doc.Clients, catalogClient{
			ID: fmt.Sprintf("client-%d", i), Detected: i%30 == 0, Why: "found ~/.config/a-folder/of-the-client/長い名前",
			Auth: []string{"oauth", "api-key"}, Skills: "/home/ada/.agents/skills", Config: "/home/ada/.config/a-folder/mcp.json",
		})
	}
	for _, width := range []int{120, 80, 60, 40, 20} {
		env, out, errOut := testEnv(t)
		env.OutTTY, env.ErrTTY, env.Width = true, true, width
		if err := doc.print(env); err != nil {
			t.Fatal(err)
		}
		text := out.String()
		rest := strings.Index(text, "Not found: 78\n")
		first, last := strings.Index(text, "client-30"), strings.Index(text, "client-80")
		if !strings.HasPrefix(strings.ReplaceAll(text, "\n", " "), "Found: 3 of 81 clients ") || first < 0 || first > rest || last < rest {
			t.Errorf("in %d cells:\n%s", width, text)
		}
		for line := range strings.Lines(text + errOut.String()) {
			if cells(strings.TrimRight(line, "\n")) > width {
				t.Errorf("longer than %d cells: %q", width, line)
			}
		}
		if !strings.Contains(errOut.String(), "clients") || !strings.Contains(errOut.String(), "--all") {
			t.Errorf("said: %q", errOut)
		}
		all := doc.table(env, true)
		if got := len(all.rows); got != 81 || len(all.columns) != 6 || all.rows[1][1] != "no" || all.rows[30][1] != "yes" {
			t.Errorf("%d rows, %v", got, all.rows[1])
		}
	}
}
