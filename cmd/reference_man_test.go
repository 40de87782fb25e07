package cmd

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// pagesDate is when somebody last read the pages as a whole. It is no clock's, so
// that the same commands give the same bytes.
const pagesDate = "2026-11-29"

// keptFiles are the files of fsskills' own: where, and what.
func keptFiles() [][2]string {
	return [][2]string{
		{"~/.local/state/fsskills", "What was installed, backups of what was changed, and the lock; below `XDG_STATE_HOME` if that is set. macOS: ~/Library/Application Support/fsskills. Windows: %LOCALAPPDATA%\\fsskills."},
		{"~/.cache/fsskills", "The skills as they were fetched last; below `XDG_CACHE_HOME` if that is set. macOS: ~/Library/Caches/fsskills. Windows: %LOCALAPPDATA%\\cache\\fsskills."},
		{"~/.config/fsskills/config.yaml", "Your own defaults and clients, if you have written it; below `XDG_CONFIG_HOME` if that is set. macOS: ~/Library/Application Support/fsskills/config.yaml. Windows: %LOCALAPPDATA%\\fsskills\\config.yaml."},
		{"fsskills.lock", "In the root of a project: what is installed there, for everybody who works on it."},
	}
}

func manName(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

// man is the page of a command, in the language of man(7).
func (m *manual) man(c *cobra.Command) string {
	r := &roff{}
	r.line(`.\" Written from the commands: go test ./cmd -run TestReference -update`)
	r.line(fmt.Sprintf(`.TH %s 1 %s fsskills "fsskills manual"`, strings.ToUpper(roffCode(manName(c))), pagesDate))
	r.line(".nh")
	r.line(".ad l")
	r.section("NAME")
	r.line(roffCode(manName(c)) + ` \- ` + roffText(lowerFirst(c.Short)))
	r.section("SYNOPSIS")
	r.synopsis(c)
	r.section("DESCRIPTION")
	for i, part := range blocks(longText(c)) {
		switch {
		case part.code:
			r.example(part.text)
		case i > 0:
			r.line(".PP")
			r.line(roffText(part.text))
		default:
			r.line(roffText(part.text))
		}
	}
	if len(c.Aliases) > 0 {
		r.line(".PP")
		r.line(`The same as \fBfsskills ` + strings.Join(c.Aliases, `\fR, \fBfsskills `) + `\fR.`)
	}
	if c.HasAvailableSubCommands() {
		m.manCommands(r, c)
	}
	r.section("OPTIONS")
	r.flags(c.LocalFlags())
	if c.HasAvailableInheritedFlags() {
		r.flags(c.InheritedFlags())
	}
	r.section("EXIT STATUS")
	for _, row := range exitRows() {
		r.term(`\fB`+row[0]+`\fR`, upperFirst(row[1])+".")
	}
	if touches(c) || c == m.root {
		r.section("ENVIRONMENT")
		for _, row := range m.variables {
			r.term(roffMarkdown(upperFirst(row[0])), upperFirst(row[1])+".")
		}
		r.section("FILES")
		for _, row := range keptFiles() {
			r.term(`\fI`+roffCode(row[0])+`\fR`, row[1])
		}
		r.line(".PP")
		r.line(roffMarkdown("Skills and server entries are in the files of each client: `fsskills clients` says where those are."))
	}
	if example := c.Example; example != "" || c == m.root {
		if c == m.root {
			example = "fsskills install\nfsskills list\nfsskills update\nfsskills uninstall"
		}
		r.section("EXAMPLES")
		r.example(exampleLines(example))
	}
	r.section("SEE ALSO")
	var also []string
	for _, other := range m.commands() {
		related := other == c.Parent() || other.Parent() == c || other.Parent() == c.Parent() && other.GroupID == c.GroupID
		if other != c && related {
			also = append(also, `\fB`+roffCode(manName(other))+`\fR(1)`)
		}
	}
	r.line(strings.Join(also, ",\n"))
	return r.b.String()
}

// manCommands lists the commands below c in their groups.
func (m *manual) manCommands(r *roff, c *cobra.Command) {
	r.section("COMMANDS")
	groups := c.Groups()
	if len(groups) == 0 {
		groups = []*cobra.Group{{}}
	}
	for _, group := range groups {
		if group.Title != "" {
			r.line(".SS " + strings.TrimSuffix(group.Title, ":"))
		}
		for _, sub := range c.Commands() {
			if sub.GroupID == group.ID {
				r.term(`\fB`+roffCode(manName(sub))+`\fR(1)`, sub.Short+".")
			}
		}
	}
}

// roff is a page being written.
type roff struct {
	b     strings.Builder
	begun bool // the section has a text
}

func (r *roff) line(s string) {
	r.b.WriteString(s + "\n")
	r.begun = true
}

func (r *roff) section(name string) {
	r.line(".SH " + name)
	r.begun = false
}

// term is an entry of a list: a label that is roff already, and a text.
func (r *roff) term(label, text string) {
	r.line(".TP")
	r.line(label)
	r.line(roffMarkdown(text))
}

// example is lines that stay as they are.
func (r *roff) example(text string) {
	if r.begun {
		r.line(".PP")
	}
	r.line(".RS 4")
	r.line(".EX")
	for line := range strings.SplitSeq(text, "\n") {
		r.line(roffCode(line))
	}
	r.line(".EE")
	r.line(".RE")
}

// synopsis is how c is called: what is typed as it stands, and what is not.
func (r *roff) synopsis(c *cobra.Command) {
	r.line(`\fB` + roffCode(c.CommandPath()) + `\fR`)
	rest := strings.TrimPrefix(c.UseLine(), c.CommandPath())
	if c.HasAvailableSubCommands() {
		rest = "command [flags]"
	}
	for word := range strings.FieldsSeq(rest) {
		bare := strings.Trim(word, "[].")
		r.line(strings.Replace(word, bare, `\fI`+roffCode(bare)+`\fR`, 1) + `\&`) // dots end no sentence
	}
}

func (r *roff) flags(set *pflag.FlagSet) {
	for _, f := range flagTexts(set) {
		label := `\fB\-\-` + roffCode(f.long) + `\fR`
		if f.short != "" {
			label = `\fB\-` + f.short + `\fR, ` + label
		}
		if f.value != "" {
			label += ` \fI` + roffCode(f.value) + `\fR`
		}
		text := upperFirst(f.meaning) + "."
		if f.fallback != "" {
			text += " Default: " + f.fallback + "."
		}
		r.term(label, text)
	}
}

// roffCode is a text that is to be typed as it stands.
func roffCode(s string) string {
	return roffSafe(strings.NewReplacer(
		`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`, `"`, `\(dq`,
	).Replace(s))
}

// hyphens finds what is a flag in prose.
var hyphens = regexp.MustCompile(`(^|[ ("'=])-+[a-z]`)

// roffText is prose.
func roffText(s string) string {
	s = strings.ReplaceAll(s, `\`, `\e`)
	s = hyphens.ReplaceAllStringFunc(s, func(flag string) string { return strings.ReplaceAll(flag, "-", `\-`) })
	return roffSafe(strings.NewReplacer("'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(s))
}

// roffSafe has no character that some system cannot print, and no line that is a
// command.
func roffSafe(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r > '~' {
			fmt.Fprintf(&b, `\[u%04X]`, r)
		} else {
			b.WriteRune(r)
		}
	}
	if s = b.String(); strings.HasPrefix(s, ".") {
		s = `\&` + s
	}
	return s
}

// roffMarkdown is a text with words between backticks, which are printed bold.
func roffMarkdown(s string) string {
	var b strings.Builder
	for i, part := range strings.Split(s, "`") {
		if i%2 == 1 {
			b.WriteString(`\fB` + roffCode(part) + `\fR`)
		} else {
			b.WriteString(roffText(part))
		}
	}
	return b.String()
}

// lowerFirst is a sentence as the part of another one.
func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
