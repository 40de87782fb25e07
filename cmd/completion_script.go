package cmd

import (
	"errors"
	"strings"
)

// errOtherScript says that cobra's script has changed, which a test sees first.
var errOtherScript = errors.New("the completion script has not got what is to be changed in it")

// changed is script with the first of each pair replaced by the second. cobra's
// scripts let the shell evaluate the line that is being typed, with all that is
// in it: those of fsskills ask for nothing where that would run a command or
// write a file before the user has pressed Enter.
func changed(script string, pairs [][2]string) (string, error) {
	for _, pair := range pairs {
		if !strings.Contains(script, pair[0]) {
			return "", errOtherScript
		}
		script = strings.ReplaceAll(script, pair[0], pair[1])
	}
	return script, nil
}

// mendBash makes the script do without the package bash-completion, whose
// functions it would miss in front of the user, and leaves commas as they are:
// bash would quote them, and then not know the beginning of a list again.
func mendBash(script string) (string, error) {
	const ask = "    # Use eval to handle any environment variables and such\n"
	script, err := changed(script, [][2]string{
		{"    _get_comp_words_by_ref \"$@\" cur prev words cword\n", `    if declare -F _get_comp_words_by_ref >/dev/null 2>&1; then
        _get_comp_words_by_ref "$@" cur prev words cword
    else
        __fsskills_words
    fi
`},
		{ask, "    local risky='[`<>;|&]'\n" + `    if [[ ${requestComp} == *${risky}* || ${requestComp} == *'$('* || ${requestComp} == *'${'[[:space:]]* ]]; then # it would be run or written
        out='' directive=0
        return
    fi
` + ask},
		{"_filedir", "__fsskills_filedir"},
		{`|| comp=$(printf "%q" "${compline%%$tab*}")`, `|| comp=$(printf "%q" "${compline%%$tab*}")
        comp="${comp//\\,/,}"`},
		{`$(printf "%q" "${COMPREPLY[0]`, `$(__fsskills_quoted "%q" "${COMPREPLY[0]`},
		{`< <(printf "%q\n" `, `< <(__fsskills_quoted "%q\n" `},
	})
	return script + bashFunctions, err
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
        if [[ ${line} != "${part}"* || -z ${part} && ${line} == [[:space:]]* ]]; then # there is space before it
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
	return changed(script, [][2]string{
		{"string split --max 1 ", "string split --max 1 -- "},
		{"    set -l results (eval ", "    if string match -qr '[()<>;|&]' -- \"$requestComp\"" + " # it would be run or written\n        return\n    end\n    set -l results (eval "},
	})
}

// mendZsh offers files where the line would run or write something else.
func mendZsh(script string) (string, error) {
	const ask = "    # Use eval to handle any environment variables and such\n"
	return changed(script, [][2]string{
		{ask, "    if [[ \"${requestComp}\" =~ '[`<>;|&()]|[$][{][[:space:]]' ]]; then # it would be run or written\n        _files\n        return\n    fi\n" + ask},
	})
}

// mendPowerShell keeps a list with commas together: PowerShell would make several
// arguments of it.
func mendPowerShell(script string) (string, error) {
	const calls = `    __fsskills_debug "Calling $RequestComp"`
	return changed(script, [][2]string{
		{"    $RequestComp=\"$Program __complete", "    $Arguments = $Arguments -replace '(?<!`),', '`,'\n    $RequestComp=\"$Program __complete"},
		{calls, "    if ($RequestComp -match '[();|<>&]') { # it would be run or written\n        return\n    }\n" + calls},
	})
}
