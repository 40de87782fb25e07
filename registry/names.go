package registry

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// A skill is written on Linux, macOS and Windows, by whoever's name is in the
// folder: so a name must be safe on all of them, wherever we run now.

// checkName says why a file or folder of this name cannot be written safely
// everywhere, or "".
func checkName(name string) (problem string) {
	switch {
	case name == "" || name == "." || name == "..":
		return fmt.Sprintf("the name %q leads elsewhere", name)
	case strings.ContainsAny(name, `/\`):
		return "the name contains a path separator"
	case !utf8.ValidString(name):
		return "the name is not valid UTF-8"
	case strings.ContainsFunc(name, unicode.IsControl):
		return "the name contains control characters"
	case strings.ContainsFunc(name, isUnseen):
		return "the name contains invisible characters"
	case strings.ContainsAny(name, `<>:"|?*`):
		return "the name contains a character that Windows forbids"
	case strings.HasSuffix(name, ".") || strings.HasSuffix(name, " "):
		return "the name ends in a dot or a space, which Windows drops"
	case isReserved(name):
		return "the name is reserved on Windows"
	case strings.EqualFold(name, ".git") || strings.EqualFold(name, "git~1"):
		return "the name would make the folder a git repository"
	}
	return ""
}

// isUnseen recognises what shows nothing in a name, or nothing that is its own.
// macOS leaves some of it out: .git with a mark in it is .git.
func isUnseen(r rune) bool { return isInvisible(r) || isPrivate(r) || unicode.Is(unicode.Cf, r) }

// isReserved recognises the names of devices, with or without an extension
// (https://learn.microsoft.com/windows/win32/fileio/naming-a-file).
func isReserved(name string) bool {
	base, _, _ := strings.Cut(name, ".")
	base = strings.ToUpper(strings.TrimRight(base, " "))
	switch base {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	for _, port := range []string{"COM", "LPT"} {
		number, found := strings.CutPrefix(base, port)
		if found && utf8.RuneCountInString(number) == 1 && strings.ContainsAny(number, "0123456789¹²³") {
			return true
		}
	}
	return false
}

// checkSkillName says why a folder of this name is no skill by the rule of
// https://agentskills.io/specification, or "".
func checkSkillName(name string) (problem string) { return checkWords("a skill", name) }

// checkAgentName says why no agent can have this name, or "". The rule is that
// for skills.
func checkAgentName(name string) (problem string) {
	problem = checkWords("an agent", name)
	if problem == "" {
		problem = checkName(name + agentExt)
	}
	return problem
}

// checkWords says why a name does not consist of words with hyphens between
// them, or "". of says whose name it is.
func checkWords(of, name string) (problem string) {
	if len(name) > 64 {
		return "the name of " + of + " has at most 64 characters"
	}
	for i := range len(name) {
		if c := name[i]; (c < 'a' || c > 'z') && !isDigit(c) && c != '-' {
			return "the name of " + of + " consists of a-z, 0-9 and -"
		}
	}
	if name == "" || name[0] == '-' || name[len(name)-1] == '-' || strings.Contains(name, "--") {
		return "the name of " + of + " has single hyphens between words only"
	}
	if isReserved(name) {
		return "the name is reserved on Windows"
	}
	return ""
}

// checkShownName says why the name that a SKILL.md gives itself is not safe, or "".
// Where it is not the folder's it is only odd, but some clients go by it.
func checkShownName(name string) (problem string) {
	switch {
	case name == "." || name == ".." || strings.ContainsAny(name, `/\`):
		return fmt.Sprintf("the name %q leads elsewhere", shorten(name))
	case strings.ContainsFunc(name, unicode.IsControl) || hiddenIn([]byte(name)) != nil ||
		strings.ContainsFunc(name, func(r rune) bool { return isInvisible(r) && !isPlainSelector(r) }):
		return fmt.Sprintf("the name %q contains characters that nobody sees", shorten(name))
	}
	return ""
}

// CheckSkillName returns why no skill can have this name, nil if one can.
func CheckSkillName(name string) error {
	if problem := checkSkillName(name); problem != "" {
		return fmt.Errorf("%q: %s", name, problem)
	}
	return nil
}

// CheckFileName returns why no file or folder may have this name, nil if one
// may.
func CheckFileName(name string) error {
	if problem := checkName(name); problem != "" {
		return errors.New(problem)
	}
	return nil
}

// legible is a name or path that somebody can read. No file system has a longer
// name than 255 bytes, but git and archives do.
func legible(name string) string {
	const most = 255
	if len(name) <= most {
		return name
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(name[cut]) {
		cut--
	}
	return name[:cut] + "…"
}

// sameFileKey is equal for two paths that are one file on a system that folds
// letter case or normalises Unicode, as macOS and Windows do.
func sameFileKey(path string) string {
	if isASCII(path) {
		return strings.ToLower(path)
	}
	return norm.NFC.String(cases.Fold().String(norm.NFD.String(path)))
}

func isASCII[T string | []byte](s T) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
