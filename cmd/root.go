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
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Main runs fsskills as this process and returns its exit status. The first
// Ctrl-C asks the command to stop, the second kills it.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)

	return Run(ctx, OSEnv(), os.Args[1:])
}

// Run runs fsskills with args in env and returns its exit status. Calls do not
// share anything.
func Run(ctx context.Context, env Env, args []string) int {
	env.prompt = newPrompter(env.In)
	return execute(ctx, &env, newRoot(&env), args)
}

func execute(ctx context.Context, env *Env, root *cobra.Command, args []string) int {
	addCompletion(root)
	started := false
	watchStart(root, &started)
	root.SetArgs(args)

	c, err := root.ExecuteContextC(ctx)
	if err == nil {
		return int(exitDone)
	}
	if !started {
		err = usage(c, err, args)
		env.noColor = env.noColor || given(args, "--no-color") // the flags may not have been read
	}
	code := exitFor(ctx, err)
	report(env, c.Name(), err, code, args)
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

// given reports whether a boolean flag is among args, parsed or not.
func given(args []string, flag string) bool {
	if end := slices.Index(args, "--"); end >= 0 {
		args = args[:end]
	}
	for _, arg := range slices.Backward(args) {
		name, value, valued := strings.Cut(arg, "=")
		if name != flag {
			continue
		}
		on, err := strconv.ParseBool(value)
		return !valued || err == nil && on
	}
	return false
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

// addCommands gives root its commands.
func addCommands(root *cobra.Command, env *Env) {
	root.AddCommand(
		newInstall(env),
		newUpdate(env),
		newList(env),
		newUninstall(env),
		newRestore(env),
		newClients(env),
		newSnippet(env),
	)
	for _, c := range root.Commands() {
		c.PreRunE = func(c *cobra.Command, _ []string) error { return checkCall(env, c) }
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
