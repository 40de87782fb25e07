package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// addCompletionCommand gives root cobra's own completion command, which would
// show its help and succeed for a shell that it does not know, with help and
// scripts that are made to fit.
func addCompletionCommand(root *cobra.Command) {
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
			hint: "choose one of " + strings.Join(shells, ", "),
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
		if shell.mend != nil {
			sub.RunE = mended(sub, shell)
		}
	}
}

// A shellPage is what is said of a shell, and how cobra's script for it is
// mended, if it is.
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

// errOtherScript says that cobra's script has changed, which a test sees first.
var errOtherScript = errors.New("the completion script has not got what is to be changed in it")

// replaced is script with every old replaced by another text.
func replaced(script, old, text string) (string, error) {
	if !strings.Contains(script, old) {
		return "", errOtherScript
	}
	return strings.ReplaceAll(script, old, text), nil
}

// mendBash makes the script do without the package bash-completion, whose
// functions it would miss in front of the user, and leaves commas as they are:
// bash would quote them, and then not know the beginning of a list again.
func mendBash(script string) (string, error) {
	script, err := replaced(script, "    _get_comp_words_by_ref \"$@\" cur prev words cword\n", `    if declare -F _get_comp_words_by_ref >/dev/null 2>&1; then
        _get_comp_words_by_ref "$@" cur prev words cword
    else
        __fsskills_words
    fi
`)
	if err != nil {
		return "", err
	}
	for _, change := range [][2]string{
		{"_filedir", "__fsskills_filedir"},
		{`|| comp=$(printf "%q" "${compline%%$tab*}")`, `|| comp=$(printf "%q" "${compline%%$tab*}")
        comp="${comp//\\,/,}"`},
		{`$(printf "%q" "${COMPREPLY[0]`, `$(__fsskills_quoted "%q" "${COMPREPLY[0]`},
		{`< <(printf "%q\n" `, `< <(__fsskills_quoted "%q\n" `},
	} {
		if script, err = replaced(script, change[0], change[1]); err != nil {
			return "", err
		}
	}
	return script + bashFunctions, nil
}

// bashFunctions stand in for those of bash-completion, and call them where they
// are.
const bashFunctions = `
# Sets words, cword, cur and prev from the line as bash has split it, with the
# pieces of a word that holds = or : put together again.
__fsskills_words()
{
    local i part line="${COMP_LINE}" glued=
    words=() cword=0
    for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
        part="${COMP_WORDS[i]}"
        if [[ ${line} != "${part}"* ]]; then # there is space before it
            line="${line#"${line%%[![:space:]]*}"}"
            glued=
        fi
        if ((${#words[@]})) && [[ -n ${glued} && (${part} == [=:]* || ${glued} == *[=:]) ]]; then
            words[${#words[@]}-1]+="${part}"
        else
            words+=("${part}")
        fi
        line="${line#"${part}"}"
        glued="${part}"
        if ((i == COMP_CWORD)); then
            cword=$((${#words[@]} - 1))
        fi
    done
    cur="${words[cword]}"
    prev="${words[cword ? cword - 1 : 0]}"
    if [[ ${#COMP_LINE} -gt ${COMP_POINT} ]]; then # the cursor is inside of the line
        local rest="${COMP_LINE:${COMP_POINT}}"
        rest="${rest%%[[:space:]]*}"
        cur="${cur%"${rest}"}"
        words[cword]="${cur}"
    fi
}

# Prints words by a format with %q, but for commas, which need no quotes.
__fsskills_quoted()
{
    local format="$1" quoted
    shift
    # shellcheck disable=SC2059 # the format is ours
    printf -v quoted "${format}" "$@"
    printf '%s' "${quoted//\\,/,}"
}

# Offers files and folders, with -d folders only.
__fsskills_filedir()
{
    if declare -F _filedir >/dev/null 2>&1; then
        _filedir "$@"
        return
    fi
    local kind=-f found
    [[ ${1-} == -d ]] && kind=-d
    [[ $(type -t compopt) == builtin ]] && compopt -o filenames
    while IFS= read -r found; do
        COMPREPLY+=("${found}")
    done < <(compgen ${kind} -- "${cur}")
}
`

// mendFish lets words begin with the name of a flag, as in --client=codex, which
// string would take for one of its own.
func mendFish(script string) (string, error) {
	return replaced(script, "string split --max 1 ", "string split --max 1 -- ")
}

// mendPowerShell keeps a list with commas together: PowerShell would make several
// arguments of it.
func mendPowerShell(script string) (string, error) {
	return replaced(script,
		`$RequestComp="$Program __complete`,
		"$Arguments = $Arguments -replace '(?<!`),', '`,'\n    "+`$RequestComp="$Program __complete`)
}
