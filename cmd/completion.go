package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// addCompletion gives root cobra's own completion command, which would show
// its help and succeed for a shell that it does not know.
func addCompletion(root *cobra.Command) {
	root.SetCompletionCommandGroupID(groupOther)
	root.InitDefaultCompletionCmd()
	c, _, err := root.Find([]string{"completion"})
	if err != nil {
		return
	}
	c.Short = "Write the completion script for your shell"
	c.Args = cobra.ArbitraryArgs
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return pflag.ErrHelp
		}
		var shells []string
		for _, shell := range c.Commands() {
			shells = append(shells, shell.Name())
		}
		return &usageError{
			msg:  fmt.Sprintf("no completion for the shell %q", args[0]),
			hint: first(didYouMean("'fsskills completion %s'", near(args[0], shells)), "choose one of "+strings.Join(shells, ", ")),
		}
	}
}

// completeArgs offers words as arguments, each at most once.
func completeArgs(words func() []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		return without(words(), args), cobra.ShellCompDirectiveNoFileComp
	}
}

// completeList offers words as the value of a flag that takes a comma-separated
// list: what follows the last comma is completed.
func completeList(words func() []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		done := typed[:strings.LastIndexByte(typed, ',')+1]
		offers := without(words(), strings.Split(done, ","))
		for i := range offers {
			offers[i] = done + offers[i]
		}
		return offers, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
}

// without is the clean words that are not among taken. A word may carry a
// description behind a tab.
func without(words, taken []string) []string {
	has := make(map[string]bool, len(taken))
	for _, t := range taken {
		has[t] = true
	}
	var left []string
	for _, w := range words {
		word, description, described := strings.Cut(w, "\t")
		if word = clean(word); word == "" || has[word] {
			continue
		}
		if described {
			word += "\t" + clean(description)
		}
		left = append(left, word)
	}
	return left
}
