package cmd

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/spf13/cobra"
)

// A page is a Markdown file for people, taken apart.
type mdPage struct {
	name     string // below the root of the repository, with slashes
	text     string
	anchors  []string // of its headings
	links    []string // what its links and pictures lead to
	commands []string // calls of fsskills, as somebody would type them
}

// mdPages are the pages of the repository.
func mdPages(t *testing.T) map[string]mdPage {
	t.Helper()
	pages := map[string]mdPage{}
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "dist" || len(d.Name()) > 1 && strings.HasPrefix(d.Name(), ".")):
			return fs.SkipDir
		case d.IsDir() || path.Ext(name) != ".md":
			return nil
		}
		data, err := fs.ReadFile(root, name)
		if err == nil {
			pages[name] = readPage(name, string(data))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// readPage takes a page apart, by the rules of Markdown that our pages use:
// blocks of code that are indented or between fences, spans of code on one line
// or two, headings that begin with #.
func readPage(name, text string) mdPage {
	p := mdPage{name: name, text: text}
	var prose strings.Builder
	fenced, blank := false, true
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		isFence := strings.HasPrefix(strings.TrimSpace(line), "```")
		isCode := fenced || strings.HasPrefix(line, "    ") && blank
		switch {
		case isFence:
			fenced = !fenced
		case isCode:
			p.commands = append(p.commands, typedCalls(line)...)
		default:
			if level := len(line) - len(strings.TrimLeft(line, "#")); level > 0 && strings.HasPrefix(line[level:], " ") {
				p.anchors = append(p.anchors, p.anchor(line[level+1:]))
			}
			prose.WriteString(line + "\n")
		}
		if !isCode || fenced {
			blank = line == ""
		}
	}
	for i, part := range strings.Split(prose.String(), "`") {
		if i%2 == 1 {
			p.commands = append(p.commands, typedCalls(strings.Join(strings.Fields(part), " "))...)
			continue
		}
		for _, rest := range strings.Split(part, "](")[1:] {
			target, _, _ := strings.Cut(rest, ")")
			p.links = append(p.links, target)
		}
	}
	return p
}

// anchor is what a link calls a heading by. A second one of the same words gets
// a number.
func (p *mdPage) anchor(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(strings.TrimSpace(heading)) {
		switch {
		case r == ' ':
			b.WriteRune('-')
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		}
	}
	slug := b.String()
	for n := 1; slices.Contains(p.anchors, slug); n++ {
		slug = b.String() + "-" + strconv.Itoa(n)
	}
	return slug
}

// typedCalls are the calls of fsskills in a line for a shell.
func typedCalls(line string) []string {
	line, _, _ = strings.Cut(line, " #")
	var out []string
	for _, part := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune("|&;<>()", r) }) {
		words := strings.Fields(part)
		for len(words) > 0 && (words[0] == "$" || strings.Contains(words[0], "=")) {
			words = words[1:]
		}
		if len(words) > 1 && words[0] == "fsskills" {
			out = append(out, strings.Join(words, " "))
		}
	}
	return out
}

// TestPages checks the pages: links lead somewhere, and what they tell people to
// type is a command line that fsskills takes, of clients that it knows.
func TestPages(t *testing.T) {
	t.Parallel()
	pages := mdPages(t)
	typed := 0
	for name, p := range pages {
		for _, target := range p.links {
			if why := leadsNowhere(pages, p, target); why != "" {
				t.Errorf("%s: the link to %s: %s", name, target, why)
			}
		}
		if name == "CHANGELOG.md" {
			continue // it speaks of the past too
		}
		for _, line := range p.commands {
			typed++
			if why := cannotBeTyped(t, line); why != "" {
				t.Errorf("%s: %q: %s", name, line, why)
			}
		}
	}
	linked := map[string]bool{"README.md": true}
	for name, p := range pages {
		for _, target := range p.links {
			file, _, _ := strings.Cut(target, "#")
			linked[path.Join(path.Dir(name), file)] = true
		}
	}
	for name := range pages {
		if !linked[name] {
			t.Errorf("no page links to %s", name)
		}
	}
	if typed < 50 {
		t.Errorf("%d calls were found on the pages, which are more", typed)
	}
	if lines := strings.Count(pages["README.md"].text, "\n"); lines > 220 {
		t.Errorf("the README has %d lines: what is not for everybody goes to a page of its own", lines)
	}
	for _, s := range exitStatuses() {
		if row := "| " + strconv.Itoa(int(s.code)) + " | " + s.meaning + " |"; !strings.Contains(pages["docs/teams.md"].text, row) {
			t.Errorf("docs/teams.md lacks the row %s", row)
		}
	}
}

// leadsNowhere says why a link of p is broken. What is on other machines is not
// asked for.
func leadsNowhere(pages map[string]mdPage, p mdPage, target string) string {
	if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
		return ""
	}
	file, anchor, hasAnchor := strings.Cut(target, "#")
	name := p.name
	if file != "" {
		name = path.Join(path.Dir(p.name), file)
	}
	if !fs.ValidPath(name) {
		return "it leads out of the repository"
	}
	if _, err := os.Stat(filepath.Join("..", filepath.FromSlash(name))); err != nil {
		return "there is no such file"
	}
	if hasAnchor && !slices.Contains(pages[name].anchors, anchor) {
		return "there are the headings " + strings.Join(pages[name].anchors, ", ")
	}
	return ""
}

// cannotBeTyped says what is wrong with a call.
func cannotBeTyped(t *testing.T, line string) string {
	t.Helper()
	env, _, _ := testEnv(t)
	root := newRoot(env)
	root.InitDefaultHelpCmd()
	completion := &cobra.Command{ // the real one comes when a command line is run
		Use: "completion", Run: func(*cobra.Command, []string) {},
		Args: cobra.OnlyValidArgs, ValidArgs: []string{"bash", "zsh", "fish", "powershell"},
	}
	completion.Flags().Bool("no-descriptions", false, "")
	root.AddCommand(completion)
	var args []string
	for _, word := range strings.Fields(line)[1:] {
		if !strings.HasPrefix(word, "[") { // what may stand there
			args = append(args, strings.Trim(word, `"'`))
		}
	}
	c, rest, err := root.Find(args)
	if err != nil {
		return err.Error()
	}
	c.InitDefaultHelpFlag()
	if err := c.ParseFlags(rest); err != nil {
		return err.Error()
	}
	if c == root && c.Flags().NArg() > 0 {
		return "there is no such command"
	}
	if err := c.ValidateArgs(c.Flags().Args()); err != nil {
		return err.Error()
	}
	return badValue(env, c)
}

// badValue says which flag has a value that it does not take.
func badValue(env *Env, c *cobra.Command) string {
	catalog, err := env.catalog()
	if err != nil {
		return err.Error()
	}
	for flag, words := range map[string][]string{"auth": {"oauth", "api-key"}, "region": {"us", "eu"}, "scope": {"user", "project"}} {
		if f := c.Flags().Lookup(flag); f != nil && f.Changed && !slices.Contains(words, f.Value.String()) {
			return "--" + flag + " " + f.Value.String()
		}
	}
	f := c.Flags().Lookup("client")
	if f == nil || !f.Changed {
		return ""
	}
	for _, id := range strings.FieldsFunc(strings.Trim(f.Value.String(), "[]"), func(r rune) bool { return r == ',' || r == ' ' }) {
		if _, ok := catalog.Find(id); !ok && !isAll(id) && id != "ID" {
			return "there is no client " + id
		}
	}
	return ""
}

// TestPagesCanFail reads a page with a mistake of each kind.
func TestPagesCanFail(t *testing.T) {
	t.Parallel()
	p := readPage("docs/page.md", "# A page: yours!\n\n# A page: yours!\n\ntext [a](other.md) `fsskills instal` ![b](../x.svg)\n\n"+
		"    $ fsskills install --clint cursor   # fsskills comment\n\n    X=1 fsskills list | fsskills clients extra\n\n"+
		"```sh\nfsskills install --client nobody\nfsskills install --auth none && fsskills clients\n```\n\n`fsskills install\n--client cursor,all skill`\n")
	if want := []string{"a-page-yours", "a-page-yours-1"}; !slices.Equal(p.anchors, want) {
		t.Errorf("anchors %q, want %q", p.anchors, want)
	}
	if want := []string{"other.md", "../x.svg"}; !slices.Equal(p.links, want) {
		t.Errorf("links %q, want %q", p.links, want)
	}
	wrong := map[string]bool{
		"fsskills install --clint cursor": true, "fsskills list": false, "fsskills clients extra": true,
		"fsskills install --client nobody": true, "fsskills install --auth none": true, "fsskills clients": false,
		"fsskills instal": true, "fsskills install --client cursor,all skill": false,
	}
	if len(p.commands) != len(wrong) {
		t.Errorf("commands %q", p.commands)
	}
	for _, line := range p.commands {
		want, ok := wrong[line]
		if why := cannotBeTyped(t, line); !ok || want != (why != "") {
			t.Errorf("%q: %q", line, why)
		}
	}
	pages := map[string]mdPage{p.name: p, "docs/config.md": {name: "docs/config.md", anchors: []string{"here"}}}
	for target, broken := range map[string]bool{
		"https://example.com/x": false, "config.md": false, "config.md#here": false, "../go.mod": false, "../docs": false,
		"nothing.md": true, "config.md#there": true, "#there": true, "../../elsewhere.md": true,
	} {
		if why := leadsNowhere(pages, p, target); broken != (why != "") {
			t.Errorf("the link to %s: %q", target, why)
		}
	}
}
