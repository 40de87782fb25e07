package cmd

import (
	"net/url"
	"strings"
	"unicode"

	"fsskills/clients"
	"fsskills/installer"
	"fsskills/registry"
)

// tokenUser is the user name beside a token alone. GitHub's own tools send it;
// other hosts take any
// (https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation).
const tokenUser = "x-access-token"

const tokenHint = "export the token as a variable, such as SKILLS_TOKEN, and give its name: --token-env SKILLS_TOKEN"

// checkTokenEnv refuses what is no name. It may be the token itself: it is not
// repeated.
func checkTokenEnv(name string) error {
	if name != "" && !clients.IsVariable(name) {
		return &usageError{msg: "--token-env takes the name of a variable", hint: tokenHint}
	}
	return nil
}

// tokenEnv is the name of the variable with the token for a source: the flag's,
// else the one that the user has named for this same source before, else that of
// their own file for the source that the file names. A lock names none.
func (r *run) tokenEnv(opts sourceOptions, src registry.Source) string {
	if opts.tokenEnv != "" {
		return opts.tokenEnv
	}
	if rec := r.receipt.Choices.Token; rec.Source == src.URL {
		return rec.Env
	}
	if r.config.tokenEnv != "" {
		if own, err := r.config.skills(r.env, ""); err == nil && own.URL == src.URL {
			return r.config.tokenEnv
		}
	}
	return ""
}

// rememberToken notes the name that the user has given for a source, and forgets
// the one for another.
func (o *sourceOptions) rememberToken(c *installer.Choices, src registry.Source) {
	switch {
	case o.tokenEnv != "" && !o.offline: // else nobody has looked whether it is a name
		c.Token = installer.SourceToken{Source: src.URL, Env: o.tokenEnv}
	case c.Token.Source != src.URL:
		c.Token = installer.SourceToken{}
	}
}

// checkTokenSource refuses a token for a source where it could be read on the
// way, or where there is none to be had.
func checkTokenSource(name string, src registry.Source) error {
	if name == "" {
		return nil
	}
	u, err := url.Parse(src.URL)
	switch {
	case src.Kind != registry.Git:
		return &usageError{msg: "--token-env is for a source over https, and " + clean(src.URL) + " is on this machine", hint: "leave --token-env out"}
	case err == nil && (u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname())):
		return nil
	case err == nil && u.Scheme == "http":
		return &usageError{msg: "the token would go to " + clean(u.Host) + " over http, which anybody on the way can read", hint: "give --source the https address"}
	}
	return &usageError{msg: "--token-env is for a source over https, not for " + clean(src.URL), hint: "give --source the https address, or leave --token-env out and use the ssh agent"}
}

// token reads the variable: a token, or user:password. A name that was given by
// the flag may be the token itself: it is not repeated unless it is set.
func (e *Env) token(name string, given bool) (user, token string, err error) {
	if name == "" {
		e.tracing.say("no token")
		return "", "", nil
	}
	value := e.Getenv(name)
	e.tracing.hide(value)
	switch {
	case value == "" && (given || isSecretLike(name)):
		return "", "", &usageError{msg: "the variable that --token-env names is not set", hint: tokenHint}
	case value == "":
		return "", "", &usageError{msg: "the variable " + name + ", which should hold the token for the source, is not set", hint: "export the token as " + name}
	case strings.ContainsFunc(value, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }):
		return "", "", &usageError{msg: "the variable " + name + " holds a space, a line end or another character that is in no token", hint: "export the token alone as " + name}
	}
	e.tracing.say("a token from a variable goes with requests to the source's own host")
	user, token, both := strings.Cut(value, ":")
	if e.tracing.hide(token); !both {
		return tokenUser, value, nil
	}
	if token == "" {
		return "", "", &usageError{msg: "the variable " + name + " holds no password behind the colon", hint: "export user:password, or a token alone, as " + name}
	}
	return user, token, nil
}

// isSecretLike says whether a name looks like a token that was given in the
// place of one: those of GitHub have nothing in them that a name may not have.
func isSecretLike(name string) bool {
	const shortest = 20
	return len(name) >= shortest && strings.ContainsFunc(name, unicode.IsLower) && strings.ContainsFunc(name, unicode.IsDigit)
}
