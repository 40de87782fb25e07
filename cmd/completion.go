package cmd

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// addCompletion gives root cobra's own completion command, which would show
// its help and succeed for a shell that it does not know, with help and scripts
// that are made to fit.
func addCompletion(root *cobra.Command) {
	root.SetCompletionCommandGroupID(groupOther)
	root.InitDefaultCompletionCmd()
	c, _, err := root.Find([]string{"completion"})
	if err != nil {
		return
	}
	c.Short = "Write the completion script for your shell"
	c.Long = `Writes a script to stdout that makes the Tab key complete commands, flags, clients,
installed skills and operations. The help of each shell says where to put it:
'fsskills completion zsh --help'. The deb, rpm and apk packages and the Homebrew
cask bring the scripts along: nothing is to be done there.`
	c.Example = `  fsskills completion bash --help
  fsskills completion zsh > ~/.zfunc/_fsskills
  fsskills completion fish > ~/.config/fish/completions/fsskills.fish`
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
	for _, shell := range shellPages() {
		sub, _, err := root.Find([]string{"completion", shell.name})
		if err != nil {
			continue
		}
		sub.Short, sub.Long, sub.Example = "Write the completion script for "+shell.title, shell.long, shell.example
		if f := sub.Flags().Lookup("no-descriptions"); f != nil {
			f.Usage = "offer the words alone, without what they mean"
		}
		sub.RunE = mended(sub, shell)
	}
}

// A shellPage is what is said of a shell, cobra's script for it, and how that is
// mended.
type shellPage struct {
	name, title, long, example string
	script                     func(root *cobra.Command, w io.Writer, descriptions bool) error
	mend                       func(script string) (string, error)
}

func shellPages() []shellPage {
	return []shellPage{
		{
			name: "bash", title: "bash",
			long: `Writes the script for bash 4 or newer to stdout. It works with and without the
package bash-completion; with it, bash loads the script by itself when it is
needed.

With bash-completion, on Linux:

  mkdir -p ~/.local/share/bash-completion/completions
  fsskills completion bash > ~/.local/share/bash-completion/completions/fsskills

With bash-completion of Homebrew, on macOS (whose own bash is older; 'brew install
bash bash-completion@2' brings both):

  fsskills completion bash > "$(brew --prefix)/etc/bash_completion.d/fsskills"

Without it, add this line to ~/.bashrc:

  source <(fsskills completion bash)

Then open a new terminal.`,
			example: `  fsskills completion bash
  source <(fsskills completion bash)
  fsskills completion bash --no-descriptions`,
			script: func(root *cobra.Command, w io.Writer, descriptions bool) error {
				return root.GenBashCompletionV2(w, descriptions)
			},
			mend: mendBash,
		},
		{
			name: "zsh", title: "zsh",
			long: `Writes the script for zsh to stdout, on Linux as on macOS. zsh loads it from a
folder of its fpath:

  mkdir -p ~/.zfunc
  fsskills completion zsh > ~/.zfunc/_fsskills

~/.zshrc needs these lines, if it has not got them already:

  fpath=(~/.zfunc $fpath)
  autoload -Uz compinit && compinit

Where zsh is from Homebrew, a folder that it knows already does as well:

  fsskills completion zsh > "$(brew --prefix)/share/zsh/site-functions/_fsskills"

Then open a new terminal. If nothing is offered, remove ~/.zcompdump, which zsh
makes anew.`,
			example: `  fsskills completion zsh
  fsskills completion zsh > ~/.zfunc/_fsskills
  source <(fsskills completion zsh)`,
			script: func(root *cobra.Command, w io.Writer, descriptions bool) error {
				if descriptions {
					return root.GenZshCompletion(w)
				}
				return root.GenZshCompletionNoDesc(w)
			},
			mend: mendZsh,
		},
		{
			name: "fish", title: "fish",
			long: `Writes the script for fish to stdout, on Linux as on macOS. fish loads it by
itself from its folder of completions:

  mkdir -p ~/.config/fish/completions
  fsskills completion fish > ~/.config/fish/completions/fsskills.fish

For this session only:

  fsskills completion fish | source`,
			example: `  fsskills completion fish
  fsskills completion fish > ~/.config/fish/completions/fsskills.fish
  fsskills completion fish | source`,
			script: func(root *cobra.Command, w io.Writer, descriptions bool) error {
				return root.GenFishCompletion(w, descriptions)
			},
			mend: mendFish,
		},
		{
			name: "powershell", title: "PowerShell",
			long: `Writes the script for PowerShell to stdout, on Windows, macOS and Linux. Add this
line to the file that $PROFILE names ('notepad $PROFILE' opens it on Windows):

  fsskills completion powershell | Out-String | Invoke-Expression

Then open a new window. To see all that is offered with what it means, as in other
shells, add this line too:

  Set-PSReadLineKeyHandler -Key Tab -Function MenuComplete`,
			example: `  fsskills completion powershell
  fsskills completion powershell | Out-String | Invoke-Expression
  fsskills completion powershell --no-descriptions`,
			script: func(root *cobra.Command, w io.Writer, descriptions bool) error {
				if descriptions {
					return root.GenPowerShellCompletionWithDesc(w)
				}
				return root.GenPowerShellCompletion(w)
			},
			mend: mendPowerShell,
		},
	}
}

// mended writes the shell's script, mended.
func mended(sub *cobra.Command, shell shellPage) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, _ []string) error {
		bare := sub.Flags().Lookup("no-descriptions")
		var script bytes.Buffer
		if err := shell.script(c.Root(), &script, bare == nil || bare.Value.String() != "true"); err != nil {
			return err
		}
		text, err := shell.mend(script.String())
		if err != nil {
			return err
		}
		_, err = io.WriteString(c.Root().OutOrStdout(), text)
		return err
	}
}
