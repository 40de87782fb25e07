package cmd

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// TestReference holds docs/commands.md and the pages in docs/man to the commands.
// It writes them with go test ./cmd -run TestReference -update.
func TestReference(t *testing.T) {
	const docs = "../docs"
	env, _, _ := testEnv(t)
	root := newRoot(env)
	root.InitDefaultHelpCmd()
	addCompletion(root)
	m := manual{root: root, variables: readVariables(t)}

	pages := map[string]string{"commands.md": m.markdown()}
	for _, c := range m.commands() {
		pages["man/"+manName(c)+".1"] = m.man(c)
	}
	update := flag.Lookup("update").Value.String() == "true"
	for name, want := range pages {
		path := filepath.Join(docs, filepath.FromSlash(name))
		if update {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		have, err := os.ReadFile(path)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Split(string(have), "\n"), strings.Split(want, "\n")); diff != "" {
			t.Errorf("docs/%s is not what the commands say: run go test ./cmd -run TestReference -update\n%s", name, diff)
		}
	}
	old, err := filepath.Glob(docs + "/man/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range old {
		if _, ok := pages["man/"+filepath.Base(path)]; ok {
			continue
		}
		if !update {
			t.Errorf("%s is the page of no command", path)
		} else if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

// TestManPages lets mandoc look for mistakes in the pages.
func TestManPages(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../docs/man/*.1")
	if err != nil || len(pages) == 0 {
		t.Fatalf("there are no pages: %v", err)
	}
	if _, err := exec.LookPath("mandoc"); err != nil {
		t.Skip("mandoc is not installed")
	}
	out, err := exec.CommandContext(t.Context(), "mandoc", append([]string{"-T", "lint", "-W", "warning"}, pages...)...).CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("mandoc: %v\n%s", err, out)
	}
}

// A manual is what pages are written from.
type manual struct {
	root      *cobra.Command
	variables [][2]string // names, and what for
}

// readVariables are the rows of the table of variables in SECURITY.md, which
// another test holds to the variables that are asked for.
func readVariables(t *testing.T) [][2]string {
	t.Helper()
	page, err := os.ReadFile("../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(page), "\n| variables | for |\n| --- | --- |\n")
	table, _, _ := strings.Cut(rest, "\n\n")
	var rows [][2]string
	for line := range strings.SplitSeq(strings.TrimSpace(table), "\n") {
		names, purpose, cut := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(line, "| "), " |"), " | ")
		ok = ok && cut
		rows = append(rows, [2]string{names, purpose})
	}
	if !ok {
		t.Fatal("SECURITY.md has lost its table of variables")
	}
	return rows
}

// commands are all commands, each before those below it.
func (m *manual) commands() []*cobra.Command {
	var all []*cobra.Command
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		c.InitDefaultHelpFlag()
		all = append(all, c)
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() || sub.Name() == "help" {
				walk(sub)
			}
		}
	}
	walk(m.root)
	return all
}

// touches reports whether a command reads or writes files and asks for variables:
// it has a scope.
func touches(c *cobra.Command) bool { return c.LocalFlags().Lookup("scope") != nil }

// A flagText is a flag as pages have it.
type flagText struct {
	short, long, value, fallback, meaning string
}

// ownDefault finds what is said about the default in the text of a flag.
var ownDefault = regexp.MustCompile(` \(default ([^)]*)\)`)

// flagTexts are the flags of a set that help shows.
func flagTexts(set *pflag.FlagSet) []flagText {
	var out []flagText
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Deprecated != "" {
			return
		}
		value, meaning := pflag.UnquoteUsage(f)
		t := flagText{short: f.Shorthand, long: f.Name, value: value, meaning: meaning}
		if f.NoOptDefVal != "" {
			t.value = ""
		}
		switch f.DefValue {
		case "", "false", "[]", "0s":
		default:
			t.fallback = f.DefValue
		}
		if found := ownDefault.FindStringSubmatch(meaning); found != nil {
			t.fallback = found[1]
			t.meaning = strings.Replace(meaning, found[0], "", 1)
		}
		out = append(out, t)
	})
	return out
}

// A block is a paragraph, or lines that stay as they are.
type block struct {
	text string
	code bool
}

// blocks are the parts of a long text of help.
func blocks(text string) []block {
	var out []block
	for part := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		if !strings.HasPrefix(part, " ") {
			out = append(out, block{text: strings.Join(strings.Fields(part), " ")})
			continue
		}
		out = append(out, block{text: exampleLines(part), code: true})
	}
	return out
}

// exampleLines are the lines of an example, without the space before them.
func exampleLines(text string) string {
	var lines []string
	for line := range strings.SplitSeq(strings.Trim(text, "\n"), "\n") {
		lines = append(lines, strings.TrimSpace(line))
	}
	return strings.Join(lines, "\n")
}

func longText(c *cobra.Command) string {
	if c.Long != "" {
		return c.Long
	}
	return c.Short + "."
}

// exitRows are the statuses as rows.
func exitRows() [][2]string {
	var rows [][2]string
	for _, s := range exitStatuses() {
		rows = append(rows, [2]string{strconv.Itoa(int(s.code)), s.meaning})
	}
	return rows
}

// markdown is the page of all commands.
func (m *manual) markdown() string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	p("# Commands\n\n<!-- written from the commands: go test ./cmd -run TestReference -update -->\n")
	p("What `fsskills help` says, on one page. `man fsskills` has the same where the man pages are installed.\n")
	for _, group := range m.root.Groups() {
		p("| %s | |\n| --- | --- |", strings.ToLower(strings.TrimSuffix(group.Title, ":")))
		for _, c := range m.root.Commands() {
			if c.GroupID == group.ID {
				p("| [`%s`](#%s) | %s |", strings.Join(append([]string{c.Name()}, c.Aliases...), "`, `"), anchor(c), cell(c.Short))
			}
		}
		p("")
	}
	p("Each command takes these flags too:\n")
	flagTable(&b, m.root.PersistentFlags())
	p("\n`fsskills --version` shows the version, and `--help` with any command says how it is used.\n")
	p("## Exit statuses\n\n| status | means |\n| --- | --- |")
	for _, row := range exitRows() {
		p("| %s | %s |", row[0], cell(row[1]))
	}
	for _, c := range m.commands()[1:] {
		p("\n## %s\n", c.CommandPath())
		for _, part := range blocks(longText(c)) {
			if part.code {
				p("```sh\n%s\n```\n", part.text)
			} else {
				p("%s\n", part.text)
			}
		}
		use := c.UseLine()
		if c.HasAvailableSubCommands() {
			use = c.CommandPath() + " <command>"
		}
		p("```text\n%s\n```", use)
		if len(c.Aliases) > 0 {
			p("\nThe same: `%s`.", strings.Join(c.Aliases, "`, `"))
		}
		if local := c.LocalFlags(); len(flagTexts(local)) > 1 { // --help is no news
			p("")
			flagTable(&b, local)
		}
		if c.Example != "" {
			p("\nFor example:\n\n```sh\n%s\n```", exampleLines(c.Example))
		}
	}
	return b.String()
}

func flagTable(b *strings.Builder, set *pflag.FlagSet) {
	b.WriteString("| flag | default | means |\n| --- | --- | --- |\n")
	for _, f := range flagTexts(set) {
		if f.long == "help" {
			continue
		}
		name := "--" + f.long
		if f.value != "" {
			name += " " + f.value
		}
		name = "`" + name + "`"
		if f.short != "" {
			name = "`-" + f.short + "`, " + name
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", name, cell(f.fallback), cell(f.meaning))
	}
}

// anchor is where the heading of a command is, as forges number them.
func anchor(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

// cell is a text for a table of Markdown.
func cell(s string) string { return strings.NewReplacer("|", `\|`, "<", "&lt;").Replace(s) }
