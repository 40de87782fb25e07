package cmd

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// usage turns a complaint of cobra's, all of which come before the command c
// starts, into a usage error with one hint.
func usage(c *cobra.Command, err error, args []string) error {
	if _, ok := errors.AsType[hinter](err); ok {
		return err
	}
	help := "run '" + c.CommandPath() + " --help' for what it takes"
	if name, rest := unknownCommand(c.Root(), args); name != "" {
		return &usageError{msg: fmt.Sprintf("unknown command %q", name), hint: commandHint(c.Root(), "fsskills %s", rest)}
	}
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return &usageError{msg: err.Error(), hint: first(flagHint(c, unknown), help)}
	}
	if missing, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		flag := missing.GetFlag()
		value, _ := pflag.UnquoteUsage(flag)
		return &usageError{msg: "--" + flag.Name + " needs a value", hint: "give it one: --" + flag.Name + " " + strings.ToUpper(first(value, "value"))}
	}
	if wrong, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		flag := wrong.GetFlag()
		what, remedy := "cannot be "+quoted(wrong.GetValue()), help
		switch flag.Value.Type() {
		case "bool":
			remedy = "write --" + flag.Name + " alone, or --" + flag.Name + "=false"
		case "duration":
			remedy = "give it a number and a unit, such as --" + flag.Name + " 30s or --" + flag.Name + " 2m"
		}
		return &usageError{msg: "--" + flag.Name + " " + what, hint: remedy}
	}
	return &usageError{msg: err.Error(), hint: help}
}

// quoted is a value as it was given, in quotes, and not longer than anybody reads.
func quoted(value string) string {
	if r := []rune(value); len(r) > 64 {
		value = string(r[:64]) + "…"
	}
	return fmt.Sprintf("%q", value)
}

// unknownCommand is the word in args that stands where a command should and is
// none, with the words behind it. It is empty if there is no such word.
func unknownCommand(root *cobra.Command, args []string) (name string, rest []string) {
	if _, _, err := root.Find(args); err == nil {
		return "", nil
	}
	root.InitDefaultHelpFlag()
	root.FParseErrWhitelist.UnknownFlags = true
	if err := root.ParseFlags(args); err != nil || root.Flags().NArg() == 0 {
		return "", nil
	}
	return root.Flags().Arg(0), root.Flags().Args()
}

// commandHint leads from words, of which the first is no command, to the command
// that was probably meant, in the words of form, or else to the list.
func commandHint(root *cobra.Command, form string, words []string) string {
	if len(words) == 0 {
		return "run 'fsskills help' for the list of commands"
	}
	owner := map[string]string{}
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			for _, name := range append([]string{c.Name()}, c.Aliases...) {
				owner[name] = c.Name()
			}
		}
	}
	said := func(names ...string) string { return didYouMean("'"+form+"'", names) }
	word := strings.ToLower(words[0])
	if meant := otherWords()[word]; meant != "" {
		if !strings.HasSuffix(form, "help %s") {
			return said(meant)
		}
		meant, _, _ = strings.Cut(meant, " ")
		return said(meant)
	}
	// As in "fsskills add-skill" and, of other tools, "skills add".
	parts := strings.FieldsFunc(word, func(r rune) bool { return strings.ContainsRune("-_:/.", r) })
	for _, w := range append(parts, words[1:]...) {
		if owner[strings.ToLower(w)] != "" {
			return said(strings.ToLower(w))
		}
	}
	if close := near(word, commandNames(root)); len(close) > 0 {
		seen := map[string]bool{}
		close = slices.DeleteFunc(close, func(name string) bool {
			twice := seen[owner[name]]
			seen[owner[name]] = true
			return twice
		})
		return said(close...)
	}
	return "run 'fsskills help' for the list of commands"
}

// otherWords are those for which other tools have commands, and what does the same
// here.
func otherWords() map[string]string {
	return map[string]string{
		"init": "install", "setup": "install", "i": "install", "sync": "update", "up": "update",
		"delete": "uninstall", "del": "uninstall", "un": "uninstall", "undo": "restore", "rollback": "restore", "revert": "restore", "history": "restore",
		"check": "doctor", "diagnose": "doctor", "fix": "doctor --fix", "info": "status", "outdated": "status",
		"diff": "update --dry-run --diff", "search": "list --available", "find": "list --available", "available": "list --available",
		"agents": "clients", "agent": "clients", "tools": "clients", "config": "snippet", "mcp": "snippet", "ver": "version",
	}
}

func commandNames(root *cobra.Command) []string {
	var names []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			names = append(append(names, c.Name()), c.Aliases...)
		}
	}
	return names
}

// flagHint leads from a flag that c does not have to the one that was probably
// meant, empty if nobody can tell.
func flagHint(c *cobra.Command, unknown *pflag.NotExistError) string {
	short := unknown.GetSpecifiedShortnames()
	if short == "" {
		name := unknown.GetSpecifiedName()
		meant := string(agentIsClient(nil, name))
		return first(ofOthers(c, meant, name), didYouMean("--%s", near(name, flagNames(c))), ofOthers(c, first(near(name, otherFlags(c))...), ""))
	}
	// As in -json. pflag takes each letter for a flag.
	if len(short) > 1 {
		word, _, _ := strings.Cut(short, "=")
		if close := near(word, flagNames(c)); len(close) > 0 {
			return didYouMean("--%s", close)
		}
	}
	letter := unknown.GetSpecifiedName()
	if at := elsewhere(c, "-"+letter, func(f *pflag.Flag) bool { return f.Shorthand == letter }); at != "" {
		return at
	}
	var other, begin []string
	visit(c, func(f *pflag.Flag) {
		if f.Shorthand != "" && strings.EqualFold(f.Shorthand, letter) {
			other = append(other, "-"+f.Shorthand+" (--"+f.Name+")")
		}
		if strings.HasPrefix(f.Name, strings.ToLower(letter)) {
			begin = append(begin, "--"+f.Name)
		}
	})
	return first(didYouMean("%s", other), didYouMean("%s", begin[:min(len(begin), mostNear)]))
}

// ofOthers says which commands have a flag of that name, said in another way if
// that is how it was written.
func ofOthers(c *cobra.Command, name, said string) string {
	return elsewhere(c, "--"+first(said, name), func(f *pflag.Flag) bool { return f.Name == name })
}

// otherFlags are the names of the flags of all commands.
func otherFlags(c *cobra.Command) []string {
	var names []string
	for _, other := range c.Root().Commands() {
		names = append(names, flagNames(other)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// elsewhere says of a flag that c does not have which commands do.
func elsewhere(c *cobra.Command, said string, is func(*pflag.Flag) bool) string {
	var have []string
	for _, other := range c.Root().Commands() {
		has := false
		visit(other, func(f *pflag.Flag) { has = has || is(f) })
		if has && other.IsAvailableCommand() {
			have = append(have, other.Name())
		}
	}
	switch {
	case len(have) == 0:
		return ""
	case c == c.Root():
		return "write it behind a command: " + said + " is a flag of " + listed(have)
	}
	return "leave it out: " + said + " is a flag of " + listed(have) + ", not of " + c.Name()
}

// listed joins words as in "a, b and c".
func listed(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

func flagNames(c *cobra.Command) []string {
	var names []string
	visit(c, func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}

// visit shows each flag that c takes, and that help shows.
func visit(c *cobra.Command, each func(*pflag.Flag)) {
	show := func(f *pflag.Flag) {
		if !f.Hidden {
			each(f)
		}
	}
	c.Flags().VisitAll(show)
	c.InheritedFlags().VisitAll(func(f *pflag.Flag) {
		if c.Flags().Lookup(f.Name) == nil {
			show(f)
		}
	})
}
