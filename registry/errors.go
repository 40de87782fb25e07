package registry

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Sentinels for errors.Is.
var (
	// ErrAuth is matched by an [AuthError].
	ErrAuth = errors.New("authentication needed")
	// ErrNoSkills is matched by a [NoSkillsError].
	ErrNoSkills = errors.New("no skills found")
)

// A BugError is a mistake of this program's own: nothing that a user does or has
// should lead to it.
type BugError struct {
	What  string
	Stack []byte // where it was seen; may be empty
}

func (e *BugError) Error() string { return e.What }

// A UsageError is a source or ref that cannot be meant as it was written.
type UsageError struct{ Problem, Remedy string }

func (e *UsageError) Error() string { return e.Problem }

// Hint is one thing to do about it.
func (e *UsageError) Hint() string { return e.Remedy }

// A NotFoundError is a source or ref that does not exist.
type NotFoundError struct {
	What string // "repository", "ref", "commit", "source"
	Name string
	In   string   // the source that was asked; empty if it is Name itself
	Near []string // names like Name that do exist, nearest first
	// Token is true if the server was given a token: it may still hide what the
	// token does not open.
	Token bool
}

func (e *NotFoundError) Error() string {
	if e.In == "" {
		return fmt.Sprintf("%s %q not found", e.What, e.Name)
	}
	return fmt.Sprintf("%s %q not found in %s", e.What, e.Name, e.In)
}

// Hint names what does exist.
func (e *NotFoundError) Hint() string {
	switch {
	case e.What == "ref" && e.Name == "HEAD":
		return "the default branch has no commit; name another: --ref " + cmp.Or(strings.Join(e.Near, ", or --ref "), "BRANCH")
	case len(e.Near) > 0:
		return "did you mean " + strings.Join(e.Near, ", ") + "?"
	case e.What == "ref":
		return "leave --ref out to use the default branch"
	case e.What == "commit":
		return "check that the commit was pushed to this repository"
	case e.Token:
		return "check the spelling of --source, and that the token may read this repository"
	case e.What == "repository" && isSSH(e.Name):
		return "check the spelling of --source, and that a key of the ssh agent may read this repository"
	default:
		return "check the spelling of --source"
	}
}

// An AuthError is a source that wants credentials it was not given, or that
// does not exist: hosts answer both alike. errors.Is finds [ErrAuth] in it.
type AuthError struct {
	URL    string
	SSH    bool
	Status int    // of HTTP
	Token  bool   // a token was sent
	Name   string // [Remote.TokenName]
	// Elsewhere is the scheme and host that answer so, if the source redirects there;
	// Held is true if there is a token: it is not sent there.
	Elsewhere string
	Held      bool
	Err       error
}

func (e *AuthError) Error() string {
	switch {
	case e.SSH:
		return fmt.Sprintf("%s: %v", e.URL, e.Err)
	case e.Elsewhere != "":
		said := fmt.Sprintf("%s: it redirects to %s, where the repository is private or does not exist (%d)", e.URL, e.Elsewhere, e.Status)
		if e.Held {
			said += "; the token is not sent there"
		}
		return said
	case e.Status == http.StatusForbidden && e.Token:
		return e.URL + ": the token is not allowed to read the repository (403)"
	case e.Status == http.StatusForbidden:
		return e.URL + ": the server forbids to read the repository (403)"
	case e.Token:
		return e.URL + ": the server does not accept the token (401)"
	default:
		return e.URL + ": the repository is private or does not exist (401)"
	}
}

// Is makes the error match [ErrAuth].
func (e *AuthError) Is(target error) bool { return target == ErrAuth }

func (e *AuthError) Unwrap() error { return e.Err }

// Hint is one thing to do about it.
func (e *AuthError) Hint() string {
	switch {
	case e.SSH && errors.Is(e.Err, errNoAgent):
		return "start the ssh agent, so that SSH_AUTH_SOCK is set, and load a key: ssh-add"
	case e.SSH:
		return "load a key that may read the repository: ssh-add"
	case e.Elsewhere != "":
		return "if you trust " + e.Elsewhere + ", give --source the repository's address there, and --token-env for it"
	case e.Status == http.StatusForbidden && e.Token:
		return "give the token the right to read the contents of this repository"
	case e.Token:
		return "put a valid token into " + cmp.Or(e.Name, "its place")
	default:
		return "check the address; for a private repository name a variable with a token, --token-env NAME, or use ssh: --source " + sshAddress(e.URL)
	}
}

// sshAddress is what the ssh address of a repository is on most hosts.
func sshAddress(where string) string {
	u, err := url.Parse(where)
	if err != nil || u.Host == "" {
		return "git@HOST:OWNER/REPO.git"
	}
	return "git@" + u.Hostname() + ":" + strings.TrimSuffix(strings.Trim(u.Path, "/"), ".git") + ".git"
}

// A NoSkillsError is a source without a usable skill. errors.Is finds
// [ErrNoSkills] in it.
type NoSkillsError struct {
	Source  string
	Looked  []string // folders, slash-separated
	Refused []Refusal
	Local   bool // the source is a local repository
	// Backslashes is true of an archive whose names have them in the place of
	// slashes, as some old tools on Windows write them.
	Backslashes bool
}

func (e *NoSkillsError) Error() string {
	if len(e.Refused) > 0 {
		r := e.Refused[0]
		return fmt.Sprintf("no usable skills in %s: %d refused, first %s: %s", e.Source, len(e.Refused), r.Path, r.Reason)
	}
	return fmt.Sprintf("no skills in %s (looked in %s)", e.Source, strings.Join(e.Looked, ", "))
}

// Is makes the error match [ErrNoSkills].
func (e *NoSkillsError) Is(target error) bool { return target == ErrNoSkills }

// Hint is one thing to do about it.
func (e *NoSkillsError) Hint() string {
	switch {
	case slices.ContainsFunc(e.Refused, func(r Refusal) bool { return r.Strict }):
		return "look at them, and leave --strict out if they may do that"
	case len(e.Refused) > 0:
		return "fix the skills in the source, or give another --ref"
	case e.Backslashes:
		return "its names have backslashes where an archive has slashes: pack it with another tool, such as git archive"
	case e.Local:
		return "commit the skills first: only committed files count"
	default:
		return "a skill is a folder with a SKILL.md, such as skills/my-skill/SKILL.md"
	}
}

// A SourceError is a folder, archive or repository that cannot be read.
type SourceError struct {
	Where  string
	Err    error
	Remedy string
}

func (e *SourceError) Error() string { return fmt.Sprintf("read %s: %v", e.Where, e.Err) }

func (e *SourceError) Unwrap() error { return e.Err }

// Hint is one thing to do about it.
func (e *SourceError) Hint() string { return e.Remedy }

// A LimitError is a source that is larger than anything sensible.
type LimitError struct {
	Where string
	What  string // "a download of 64 MiB"
}

func (e *LimitError) Error() string { return fmt.Sprintf("%s has more than %s", e.Where, e.What) }

// Hint is one thing to do about it.
func (e *LimitError) Hint() string {
	return "give a --source that holds skills only"
}

// A NotCachedError says that no snapshot of a source is kept.
type NotCachedError struct{ Source Source }

func (e *NotCachedError) Error() string {
	if e.Source.Ref == "" {
		return fmt.Sprintf("the skills of %s are not kept on this machine", e.Source.URL)
	}
	return fmt.Sprintf("the skills of %s at %s are not kept on this machine", e.Source.URL, e.Source.Ref)
}

// Hint is one thing to do about it.
func (e *NotCachedError) Hint() string {
	return "run fsskills install once without --offline, or give an archive: --source skills.zip"
}

// A CacheError is a kept snapshot that cannot be used. Nothing of it is.
type CacheError struct {
	Path string
	Err  error
}

func (e *CacheError) Error() string { return fmt.Sprintf("read %s: %v", e.Path, e.Err) }

func (e *CacheError) Unwrap() error { return e.Err }

// Hint is one thing to do about it.
func (e *CacheError) Hint() string {
	return "remove the file and run fsskills install without --offline, which keeps the skills anew"
}
