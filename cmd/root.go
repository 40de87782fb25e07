// Package cmd is the fsskills command line: commands and their flags, prompts,
// output and exit statuses.
//
// A command is declared by a constructor (newVersion) and done by a function
// that knows no cobra (runVersion). Results go to Env.Out, the conversation
// with the user to Env.Err. No package below this one knows the terminal, the
// environment, the clock or how a process ends.
package cmd

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"fsskills/clients"
)

// Main runs fsskills as this process and returns its exit status. The first
// Ctrl-C asks the command to stop, the second kills it. So does a terminal that is
// closed, unless the user has said, as with nohup, that it shall not matter.
func Main() int {
	limitMemory()
	log.SetOutput(io.Discard) // net/http repeats there what a server says unasked
	ending := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		ending = append(ending, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ending...)
	defer stop()
	context.AfterFunc(ctx, stop)

	return Run(ctx, OSEnv(), os.Args[1:])
}

// Run runs fsskills with args in env and returns its exit status. Calls do not
// share anything.
func Run(ctx context.Context, env Env, args []string) int {
	if len(args) == 1 && args[0] == "--version" && runVersion(&env, false) == nil {
		return int(exitDone) // no command has to be put together for it
	}
	env.typed = newLines(env.In)
	return execute(ctx, &env, newRoot(&env), args)
}

func execute(ctx context.Context, env *Env, root *cobra.Command, args []string) int {
	addCompletion(root)
	started := false
	watchStart(root, &started)
	unread := false
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		unread = true
		return err
	})
	addWords(root, env, args)
	root.SetArgs(args)

	env.args = args
	c, err := caught(ctx, env, root, args)
	if err == nil {
		return int(exitDone)
	}
	asked := scanned(args)
	if c.Flags().Parsed() && !unread { // an unknown command has none that are parsed
		asked = parsed(c)
	}
	if bug := asBug(err); bug != nil {
		return int(reportBug(env, root, c.Name(), bug, asked))
	}
	if !started {
		err = usage(c, err, args)
		env.noColor = env.noColor || given(args, "--no-color") // the flags may not have been read
	}
	code := exitFor(ctx, err)
	env.tracing.finish(int(code))
	report(env, c.Name(), err, code, asked)
	return int(code)
}

// watchStart notes when a command has begun. An error before that is cobra's,
// about the command line.
func watchStart(c *cobra.Command, started *bool) {
	if run := c.RunE; run != nil {
		c.RunE = func(c *cobra.Command, args []string) error {
			*started = true
			return run(c, args)
		}
	}
	for _, sub := range c.Commands() {
		watchStart(sub, started)
	}
}

// A request is what a command line asks for that the document of an error
// repeats.
type request struct {
	asJSON bool
	dryRun bool
	scope  clients.Scope
}

// parsed is what the flags of c ask for.
func parsed(c *cobra.Command) request {
	value := func(name string) string {
		if f := c.Flags().Lookup(name); f != nil {
			return f.Value.String()
		}
		return ""
	}
	on := strconv.FormatBool(true)
	req := request{asJSON: value("json") == on, dryRun: value("dry-run") == on, scope: clients.UserScope}
	if value("scope") == string(clients.ProjectScope) || value("project") == on || value("locked") == on || c.Flags().Changed("dir") {
		req.scope = clients.ProjectScope
	}
	return req
}

// scanned is what args seem to ask for where they could not be parsed.
func scanned(args []string) request {
	return request{asJSON: given(args, "--json"), dryRun: given(args, "--dry-run", "-n"), scope: scopeOf(args)}
}

// given reports whether a boolean flag, by any of its names, is among args,
// parsed or not. The last one counts.
func given(args []string, names ...string) bool {
	for _, arg := range slices.Backward(spelledOut(args)) {
		name, value, valued := strings.Cut(arg, "=")
		if !slices.Contains(names, name) {
			continue
		}
		on, err := strconv.ParseBool(value)
		return !valued || err == nil && on
	}
	return false
}

// spelledOut is args as far as they can be flags, each short flag by itself.
// Those that take a value are left out with it: it may look like a flag.
func spelledOut(args []string) []string {
	var out []string
	for i := 0; i < len(args) && args[i] != "--"; i++ {
		short, ok := strings.CutPrefix(args[i], "-")
		if !ok || strings.HasPrefix(short, "-") {
			out = append(out, args[i])
			continue
		}
		for ; short != ""; short = short[1:] {
			if strings.HasPrefix(short, "a") || strings.HasPrefix(short, "s") { // --client and --skill
				if len(short) == 1 {
					i++
				}
				break
			}
			if len(short) > 1 && short[1] == '=' {
				out = append(out, "-"+short)
				break
			}
			out = append(out, "-"+short[:1])
		}
	}
	return out
}

// checkCall refuses what no command can do anything with: a machine without a
// home, and a flag that was given nothing, most often an unset variable.
func checkCall(env *Env, c *cobra.Command) error {
	if env.broken != nil {
		return &hintedError{err: env.broken, hint: "set " + homeVariable(env.GOOS) + " to your home folder"}
	}
	var empty string
	c.Flags().Visit(func(f *pflag.Flag) {
		if v := f.Value.String(); empty == "" && (v == "" || v == "[]") {
			empty = f.Name
		}
	})
	if empty != "" {
		return &usageError{msg: "--" + empty + " is empty", hint: "give it a value, or leave it out"}
	}
	return nil
}

// The groups that help lists commands in.
const (
	groupSkills = "skills"
	groupOther  = "other"
)

func newRoot(env *Env) *cobra.Command {
	var showVersion bool
	root := &cobra.Command{
		Use:   "fsskills",
		Short: "Install Fullstory's skills and MCP server into your AI clients",
		RunE: func(*cobra.Command, []string) error {
			if showVersion {
				return runVersion(env, false)
			}
			return pflag.ErrHelp
		},
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.Flags().BoolVar(&showVersion, "version", false, "show the version")
	root.PersistentFlags().BoolVar(&env.noColor, "no-color", false, "print without colours")
	root.SetIn(env.In)
	root.SetOut(env.Out)
	root.SetErr(env.Err)
	root.SetHelpFunc(func(c *cobra.Command, _ []string) {
		if err := writeHelp(env, c); err != nil {
			root.PrintErrln("fsskills: write the help:", err)
		}
	})
	root.AddGroup(
		&cobra.Group{ID: groupSkills, Title: "Skills:"},
		&cobra.Group{ID: groupOther, Title: "Other commands:"},
	)
	root.SetHelpCommand(newHelp(env))
	addCommands(root, env)
	return root
}

// verboseFlag is a flag of every command that does anything.
const verboseFlag = "verbose"

// addCommands gives root its commands.
func addCommands(root *cobra.Command, env *Env) {
	root.AddCommand(
		newInstall(env),
		newUpdate(env),
		newList(env),
		newStatus(env),
		newUninstall(env),
		newRestore(env),
		newClients(env),
		newSnippet(env),
		newDoctor(env),
	)
	for _, c := range root.Commands() {
		if f := c.Flags().Lookup(verboseFlag); f != nil {
			f.Usage += ", and say what is tried"
		} else {
			c.Flags().BoolP(verboseFlag, "v", false, "say what is tried")
		}
		c.PreRunE = func(c *cobra.Command, _ []string) error {
			env.findDir()
			quiet, _ := c.Flags().GetBool("quiet") // not every command has it
			if on, err := c.Flags().GetBool(verboseFlag); err == nil && on && !quiet {
				startTrace(env, c, env.args)
			}
			return checkCall(env, c)
		}
	}
	root.AddCommand(newVersion(env))
}

// noArgs is for commands that take flags only.
func noArgs(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return &usageError{
		msg:  fmt.Sprintf("%s takes no argument, but got %q", c.Name(), args[0]),
		hint: "run '" + c.CommandPath() + " --help' for what it takes",
	}
}
