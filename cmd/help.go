package cmd

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

func newHelp(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "help [command]",
		Short:   "Show how a command is used",
		GroupID: groupOther,
		Example: "fsskills help\nfsskills help version",
		RunE: func(c *cobra.Command, args []string) error {
			topic, rest, err := c.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return &usageError{msg: fmt.Sprintf("no help on %q", strings.Join(args, " ")), hint: commandHint(c.Root(), "fsskills help %s", args)}
			}
			topic.InitDefaultHelpFlag()
			return writeHelp(env, topic)
		},
		ValidArgsFunction: func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			return topics(c.Root(), args), cobra.ShellCompDirectiveNoFileComp
		},
	}
}

// topics are the commands that help can be asked for below the one that is
// named, with what they do.
func topics(root *cobra.Command, named []string) []string {
	c, rest, err := root.Find(named)
	if err != nil || len(rest) > 0 {
		return nil
	}
	var words []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() || sub.Name() == "help" {
			for _, name := range append([]string{sub.Name()}, sub.Aliases...) {
				words = append(words, name+"\t"+sub.Short)
			}
		}
	}
	return words
}

// writeHelp prints what c does, how it is called and what it ends with.
func writeHelp(env *Env, c *cobra.Command) error {
	p := page{limit: env.columns(), style: env.outStyle()}
	long := c.Long
	if long == "" {
		long = c.Short
	}
	p.text(long)

	p.title("Usage:")
	if c.HasAvailableSubCommands() {
		p.line("  " + c.CommandPath() + " <command> [flags]")
	} else {
		p.line("  " + c.UseLine())
	}
	if len(c.Aliases) > 0 {
		p.title("Aliases:")
		p.line("  " + strings.Join(c.Aliases, ", "))
	}
	if c.Example != "" {
		p.title("Examples:")
		for line := range strings.Lines(c.Example) {
			p.line("  " + strings.TrimSpace(line))
		}
	}
	p.commands(c)
	if c.HasAvailableLocalFlags() {
		p.title("Flags:")
		p.line(strings.TrimRight(c.LocalFlags().FlagUsagesWrapped(p.limit), "\n"))
	}
	if c.HasAvailableInheritedFlags() {
		p.title("Flags of every command:")
		p.line(strings.TrimRight(c.InheritedFlags().FlagUsagesWrapped(p.limit), "\n"))
	}
	p.title("Exit status:")
	var rows [][2]string
	for _, s := range exitStatuses() {
		rows = append(rows, [2]string{strconv.Itoa(int(s.code)), s.meaning})
	}
	p.pairs(rows)
	_, err := io.WriteString(env.Out, p.b.String())
	return err
}

// A page is a help page being written.
type page struct {
	b     strings.Builder
	limit int // cells in a line
	style style
}

func (p *page) line(s string) { p.b.WriteString(s + "\n") }

func (p *page) title(s string) { p.line("\n" + p.style.bold(s)) }

// text writes paragraphs. Indented lines, such as commands, stay as they are.
func (p *page) text(s string) {
	for line := range strings.Lines(strings.TrimSpace(s)) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") {
			p.line(line)
			continue
		}
		for _, l := range wrap(line, p.limit) {
			p.line(l)
		}
	}
}

// commands lists the commands below c in their groups; the shells of
// completion are in none.
func (p *page) commands(c *cobra.Command) {
	groups := c.Groups()
	if len(groups) == 0 {
		groups = []*cobra.Group{{Title: "Commands:"}}
	}
	for _, group := range groups {
		var rows [][2]string
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() && sub.GroupID == group.ID {
				rows = append(rows, [2]string{sub.Name(), sub.Short})
			}
		}
		if len(rows) > 0 {
			p.title(group.Title)
			p.pairs(rows)
		}
	}
}

// pairs writes terms and their meanings in two columns.
func (p *page) pairs(rows [][2]string) {
	term := 0
	for _, row := range rows {
		term = max(term, cells(row[0]))
	}
	for _, row := range rows {
		for i, line := range wrap(row[1], p.limit-term-len("    ")) {
			label := row[0]
			if i > 0 {
				label = ""
			}
			p.line(fmt.Sprintf("  %-*s  %s", term, label, line))
		}
	}
}
