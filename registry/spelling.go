package registry

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// isSCP recognises host:path, which git takes as ssh: a colon before the first
// slash (https://git-scm.com/docs/git-clone#_git_urls).
func isSCP(where string) bool {
	host, path, found := strings.Cut(where, ":")
	return found && len(host) > 1 && path != "" && !strings.ContainsAny(host, `/\`)
}

// parseSCP takes user@host:path for ssh. What only looks like it is refused: a
// URL without its slashes, another tool's word for a host, a name that is none.
// What may be a password is not repeated.
func parseSCP(where, workdir string) (Source, error) {
	login, path, _ := strings.Cut(where, ":")
	word, rest := strings.ToLower(login), strings.Trim(path, "/")
	first, _, _ := strings.Cut(rest, "/")
	user, host, found := strings.Cut(login, "@")
	if !found {
		user, host = "", login
	}
	switch word {
	case "http", "https", "ssh", "git":
		hint := "write it with " + word + "://"
		if !strings.Contains(rest, "@") {
			hint += ": " + word + "://" + rest
		}
		return Source{}, &UsageError{"the source is no URL: // is missing behind " + word + ":", hint}
	case "file":
		return Source{}, &UsageError{"the source is no URL: // is missing behind file:", "give the path alone: " + path}
	}
	switch site := siteOf(word); {
	case site != "" && !strings.Contains(rest, "@"):
		return Source{}, &UsageError{"sources of the form " + word + ":… are not supported", "write https://" + site + "/" + rest}
	case path[0] == ':' && isHostName(login):
		return Source{}, &UsageError{"sources of the form …::… are not supported", "use an https, ssh or file URL"}
	case strings.ContainsFunc(login, unicode.IsSpace) && pathExists(where, workdir):
		return openPath(where, workdir)
	case !isHostName(host) || user != "" && !isUserName(user) || !found && strings.Contains(first, "@"):
		return Source{}, &UsageError{
			"the source is no folder, and what stands before its colon is no host",
			"write it like git@github.com:owner/repo, or as an ssh:// URL; for a folder, begin with ./",
		}
	}
	return Source{Kind: Git, URL: where}, nil
}

// siteOf is the host that other tools mean by a word and a colon, or "".
func siteOf(word string) string {
	switch word {
	case "gh", "github":
		return "github.com"
	case "gitlab":
		return "gitlab.com"
	case "bitbucket":
		return "bitbucket.org"
	}
	return ""
}

// isHostName says whether a word can be the name of a host: no program takes it
// for one of its flags, and no shell for anything else.
func isHostName(word string) bool {
	strange := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-._", r)
	}
	return word != "" && word[0] != '-' && !strings.ContainsFunc(word, strange)
}

func isUserName(word string) bool {
	return word[0] != '-' && !strings.ContainsFunc(word, unicode.IsSpace)
}

// checkHost refuses a URL's host, port or user that cannot be one.
func checkHost(u *url.URL) error {
	const like = "give an address like " + DefaultSource
	host, user := u.Hostname(), u.User.Username()
	isAddress := strings.HasPrefix(u.Host, "[")
	if !isAddress && !isHostName(host) || user != "" && !isUserName(user) {
		return &UsageError{"the source URL names a host or user that cannot be one", like}
	}
	behind := u.Host[strings.LastIndexByte(u.Host, ']')+1:]
	_, port, found := strings.Cut(behind, ":")
	if n, err := strconv.Atoi(port); found && (err != nil || n < 1 || n > 65535) {
		return &UsageError{"the source URL names a port that there is not", "give one from 1 to 65535, or leave it out with its colon"}
	}
	return nil
}

// beginsWithHost says whether a path begins like the address of a web page does
// without its https://: with the name of a host, or the number of one.
func beginsWithHost(where string) bool {
	host, path, _ := strings.Cut(where, "/")
	labels := strings.Split(host, ".")
	last := labels[len(labels)-1]
	if path == "" || isArchive(where) || len(labels) < 2 || !isHostName(host) || strings.Contains(host, "..") {
		return false
	}
	if _, err := strconv.Atoi(last); err == nil {
		return len(labels) == 4
	}
	return len(last) > 1 && !strings.ContainsFunc(last, func(r rune) bool { return !unicode.IsLetter(r) })
}
