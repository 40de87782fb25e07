package cmd

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"fsskills/clients"
	"fsskills/installer"
)

// addWords gives every flag and argument below root the words that a shell may
// offer, if it is a shell that calls with args. What is offered comes from this
// machine: nothing is fetched, written or locked, and what cannot be read is not
// offered, since completion has nowhere to say so.
func addWords(root *cobra.Command, env *Env, args []string) {
	if len(args) == 0 || args[0] != cobra.ShellCompRequestCmd && args[0] != cobra.ShellCompNoDescRequestCmd {
		return
	}
	offerWords(root, offers(env))
	root.SetErr(quiet{}) // cobra explains itself there, in the middle of the user's line
	describeFlags(root)
}

// describeFlags makes one short line of what each flag does, without the marks of
// the word that stands for its value.
func describeFlags(c *cobra.Command) {
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		_, usage := pflag.UnquoteUsage(f)
		f.Usage = shorten(usage, offerWidth)
	})
	for _, sub := range c.Commands() {
		describeFlags(sub)
	}
}

// quiet drops what is written to it.
type quiet struct{}

func (quiet) Write(p []byte) (int, error) { return len(p), nil }

// offerWords gives each flag of c and of the commands below it the words of its
// name. A flag or argument that none are known for is offered no files.
func offerWords(c *cobra.Command, flags map[string]cobra.CompletionFunc) {
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.NoOptDefVal != "" { // a switch
			return
		}
		offer, ok := flags[f.Name]
		if c.Name() == "snippet" && f.Name == "client" {
			offer, ok = flags["client of snippet"], true
		}
		if !ok {
			offer = cobra.NoFileCompletions
		}
		if _, taken := c.GetFlagCompletionFunc(f.Name); taken {
			return
		}
		if err := c.RegisterFlagCompletionFunc(f.Name, offer); err != nil {
			panic(err) // it has just been visited
		}
	})
	if c.ValidArgsFunction == nil && len(c.ValidArgs) == 0 {
		c.ValidArgsFunction = cobra.NoFileCompletions
	}
	for _, sub := range c.Commands() {
		offerWords(sub, flags)
	}
}

// offers are the words for the values of flags, by the flag's name.
func offers(env *Env) map[string]cobra.CompletionFunc {
	return map[string]cobra.CompletionFunc{
		"client":            completeList(env.clientWords(true)),
		"client of snippet": completeArgs(env.clientWords(false)),
		"skill":             completeList(env.skillWords),
		"auth": fixed(
			string(clients.OAuth)+"\tsign in with the browser",
			string(clients.APIKey)+"\ta key from an environment variable",
		),
		"region": fixed("us\tapi.fullstory.com", "eu\tapi.eu1.fullstory.com"),
		"scope": fixed(
			string(clients.UserScope)+"\teverything that you do",
			string(clients.ProjectScope)+"\teverybody who works on the project",
		),
		"form":        completeArgs(func(*cobra.Command) []string { return formOffers() }),
		"api-key-env": fixed(defaultKeyEnv + "\tthe default"),
		"dir": func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		"source":  files,
		"ca-file": files,
	}
}

// files leaves it to the shell to offer files and folders.
func files(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}

// fixed offers words in the order in which they are given.
func fixed(words ...string) cobra.CompletionFunc {
	return completeArgs(func(*cobra.Command) []string { return words })
}

func formOffers() []string {
	var words []string
	for _, form := range clients.Forms() {
		words = append(words, form.Word+"\tfor "+form.Readers)
	}
	return words
}

// completeArgs offers words as arguments or as the value of a flag, each at most
// once.
func completeArgs(words func(*cobra.Command) []string) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		return without(words(c), args), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

// completeOne offers words as the only argument.
func completeOne(words func(*cobra.Command) []string) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return completeArgs(words)(c, args, typed)
	}
}

// completeList offers words as the value of a flag that takes a comma-separated
// list: what follows the last comma is completed.
func completeList(words func(*cobra.Command) []string) cobra.CompletionFunc {
	return func(c *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		done := typed[:strings.LastIndexByte(typed, ',')+1]
		offers := without(words(c), strings.Split(done, ","))
		for i := range offers {
			offers[i] = done + offers[i]
		}
		return offers, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveKeepOrder
	}
}

// offerWidth is how much of a description is offered, in cells.
const offerWidth = 60

// without is the clean words that are not among taken. A word may carry a
// description behind a tab, which is shortened to one line.
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
		if description = strings.Join(strings.Fields(clean(description)), " "); described && description != "" {
			word += "\t" + shorten(description, offerWidth)
		}
		left = append(left, word)
	}
	return left
}

// clientWords are the ids of the clients with their names, those that are found
// first. With all, the word for these is offered too.
func (e *Env) clientWords(all bool) func(*cobra.Command) []string {
	return func(c *cobra.Command) []string {
		sys := e.system(e.askedSite(c))
		var found, others []string
		for _, client := range e.knownClients() {
			if client.Detect(sys).Found {
				found = append(found, client.ID+"\t"+client.Name+", found")
			} else {
				others = append(others, client.ID+"\t"+client.Name+", not found")
			}
		}
		found = append(found, others...)
		if all {
			found = append(found, "all\tevery client that is found")
		}
		return found
	}
}

// knownClients is the catalog, without the user's own clients if their file
// cannot be read.
func (e *Env) knownClients() clients.Catalog {
	if catalog, err := e.catalog(); err == nil {
		return catalog
	}
	return clients.All()
}

// askedSite is the site that the flags of c ask for, as far as they are typed.
func (e *Env) askedSite(c *cobra.Command) site {
	e.findDir()
	value := func(name string) string {
		if f := c.Flags().Lookup(name); f != nil {
			return f.Value.String()
		}
		return ""
	}
	asked := scopeOptions{
		scope: value("scope"), global: value("global") == "true",
		project: value("project") == "true" || value("locked") == "true", dir: value("dir"),
	}
	at, err := asked.site(e)
	if err != nil {
		return site{scope: clients.UserScope}
	}
	return at
}

// skillWords are the installed skills and agents with their descriptions, as the
// receipt has them, in a project together with its lock. Nothing else is read.
func (e *Env) skillWords(c *cobra.Command) []string {
	at := e.askedSite(c)
	if e.guardState(at) != nil {
		return nil
	}
	receipt, err := e.store(at).Receipt()
	if err == nil && at.root != "" {
		var lock *installer.Lockfile
		if lock, err = installer.ReadLockfile(at.root); err == nil {
			receipt, _, err = receipt.InProject(at.root, lock, e.knownClients(), e.system(at))
		}
	}
	if err != nil {
		return nil
	}
	names := map[string]string{}
	for _, item := range receipt.Items {
		if !item.Left {
			names[item.Name] = item.Description
		}
	}
	var words []string
	for name, description := range names {
		words = append(words, name+"\t"+description)
	}
	slices.Sort(words)
	return words
}

// operationWords are the operations that can be undone, newest first.
func (e *Env) operationWords(c *cobra.Command) []string {
	at := e.askedSite(c)
	if e.guardState(at) != nil {
		return nil
	}
	ops, err := e.store(at).Operations()
	if err != nil || len(ops) == 0 {
		return nil
	}
	words := []string{"last\tthe newest of them"}
	for _, op := range ops {
		words = append(words, fmt.Sprintf("%s\t%s, %s", op.ID, op.Command, op.Time.Local().Format(time.DateTime)))
	}
	return words
}
