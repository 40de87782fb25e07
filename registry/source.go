package registry

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"unicode"
)

// ParseSource reads what a user gives as --source and --ref.
//
// where is empty ([DefaultSource]), owner/repo on GitHub, an http, https, ssh,
// git or file URL, an scp-like host:path, a folder, or a .zip, .tar.gz or .tgz
// file. Relative paths are taken from workdir. The disk is looked at, the
// network is not. Errors are a [*UsageError] or a [*NotFoundError]; they never
// repeat a password.
func ParseSource(where, ref, workdir string) (Source, error) {
	if strings.ContainsFunc(where, unicode.IsControl) {
		return Source{}, &UsageError{"the source contains control characters", "give --source as plain text"}
	}
	if where == "" {
		where = DefaultSource
	}
	src, err := parseWhere(where, workdir)
	if err != nil {
		return Source{}, err
	}
	if src.Ref, err = parseRef(ref); err != nil {
		return Source{}, err
	}
	if src.Ref != "" && (src.Kind == Folder || src.Kind == Archive) {
		return Source{}, &UsageError{
			src.URL + " is no git repository and has no ref " + src.Ref,
			"leave --ref out",
		}
	}
	return src, nil
}

func parseWhere(where, workdir string) (Source, error) {
	switch {
	case strings.Contains(where, "://"):
		return parseURL(where)
	case strings.HasPrefix(where, "~"):
		return Source{}, &UsageError{"the source " + where + " begins with ~, which only a shell expands", "write $HOME instead of ~"}
	case isPath(where):
		return openPath(where, workdir)
	case isSCP(where):
		return parseSCP(where, workdir)
	}
	exists := pathExists(where, workdir)
	if name := strings.TrimRight(where, "/"); isOwnerRepo(name) {
		if exists {
			return Source{}, &UsageError{
				name + " is both a folder here and a repository name on GitHub",
				"write ./" + name + " or https://github.com/" + name,
			}
		}
		return Source{Kind: Git, URL: "https://github.com/" + strings.TrimSuffix(name, ".git")}, nil
	}
	if exists || !beginsWithHost(where) {
		return openPath(where, workdir)
	}
	if host, _, _ := strings.Cut(where, "/"); strings.EqualFold(host, "github.com") {
		return parseURL("https://" + where)
	}
	return Source{}, &UsageError{"there is no folder " + where + ", and an address begins with https://", "write https://" + where}
}

func parseURL(where string) (Source, error) {
	u, err := url.Parse(where)
	if err != nil {
		// The parser's own message may repeat a password.
		return Source{}, &UsageError{"the source is no valid URL", "give one like " + DefaultSource}
	}
	if _, has := u.User.Password(); has || (u.User != nil && strings.HasPrefix(u.Scheme, "http")) {
		return Source{}, &UsageError{
			"the source URL contains credentials, which would end up in logs and in the process list",
			"use the ssh address git@" + u.Hostname() + ":" + strings.Trim(u.Path, "/") + " and a key in the ssh agent",
		}
	}
	u.Scheme = strings.ToLower(u.Scheme)
	u.Path = strings.TrimRight(u.Path, "/")
	extra := u.RawQuery != "" || u.ForceQuery || u.Fragment != ""
	switch u.Scheme {
	case "file":
		if extra {
			return Source{}, &UsageError{"the source URL has a query or fragment", "give the path alone, without file://"}
		}
		return parseFileURL(u)
	case "http", "https", "ssh", "git":
	default:
		hint := "use an https, ssh or file URL"
		if plain, found := strings.CutPrefix(u.Scheme, "git+"); found {
			hint = "leave git+ out, so that the address begins with " + plain + "://"
		}
		return Source{}, &UsageError{"sources of the form " + u.Scheme + "://… are not supported", hint}
	}
	if extra {
		return Source{}, &UsageError{"the source URL has a query or fragment", "give the repository's address only, and --ref for a branch"}
	}
	if u.Hostname() == "" || u.Path == "" {
		return Source{}, &UsageError{"the source URL " + u.String() + " names no repository", "give one like " + DefaultSource}
	}
	if err := checkHost(u); err != nil {
		return Source{}, err
	}
	if isArchive(u.Path) {
		return Source{}, &UsageError{"an archive is read from a file only, not from " + u.String(), "download it and give its path"}
	}
	if strings.EqualFold(u.Hostname(), "github.com") {
		if seg := strings.Split(strings.Trim(u.Path, "/"), "/"); len(seg) > 2 {
			return Source{}, &UsageError{
				u.String() + " is a page of a repository, not a repository",
				"give https://github.com/" + seg[0] + "/" + seg[1] + ", and --ref for a branch",
			}
		}
	}
	return Source{Kind: Git, URL: u.String()}, nil
}

func parseFileURL(u *url.URL) (Source, error) {
	if u.Host != "" && u.Host != "localhost" {
		return Source{}, &UsageError{"the file URL names another machine, " + u.Host, "write file:/// with three slashes"}
	}
	path := u.Path
	if len(path) > 2 && path[0] == '/' && isDrive(path[1:]) {
		path = path[1:]
	}
	if path == "" {
		path = "/"
	}
	return openPath(filepath.FromSlash(path), "")
}

// openPath finds out what lies at a path.
func openPath(where, workdir string) (Source, error) {
	path := where
	if !filepath.IsAbs(path) {
		path = filepath.Join(workdir, path)
	}
	path = filepath.Clean(path)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Source{}, &NotFoundError{What: "source", Name: where}
	case err != nil:
		return Source{}, &SourceError{Where: path, Err: err, Remedy: "check the permissions of " + path}
	case info.Mode().IsRegular() && isArchive(path):
		return Source{Kind: Archive, URL: path}, nil
	case !info.IsDir():
		return Source{}, &UsageError{path + " is neither a folder nor a .zip or .tar.gz file", "give a folder or an archive"}
	case isRepository(path):
		return Source{Kind: Local, URL: path}, nil
	default:
		return Source{Kind: Folder, URL: path}, nil
	}
}

func pathExists(where, workdir string) bool {
	_, err := os.Stat(filepath.Join(workdir, where))
	return err == nil
}

// isPath says whether where can only be meant as a path.
func isPath(where string) bool {
	return filepath.IsAbs(where) || where[0] == '.' || where[0] == '/' || where[0] == '\\' || isDrive(where)
}

// isDrive says whether s begins like C:\ or C:/, on any system.
func isDrive(s string) bool {
	return len(s) > 2 && isLetter(s[0]) && s[1] == ':' && (s[2] == '\\' || s[2] == '/')
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// isOwnerRepo recognises owner/repo by GitHub's rules for names.
func isOwnerRepo(where string) bool {
	owner, repo, found := strings.Cut(where, "/")
	if !found || owner == "" || len(owner) > 39 || repo == "" || strings.Trim(strings.TrimSuffix(repo, ".git"), ".") == "" || isArchive(repo) {
		return false
	}
	for i := range len(owner) {
		if c := owner[i]; !isLetter(c) && !isDigit(c) && (c != '-' || i == 0) {
			return false
		}
	}
	for i := range len(repo) {
		if c := repo[i]; !isLetter(c) && !isDigit(c) && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isArchive(path string) bool {
	path = strings.ToLower(path)
	return strings.HasSuffix(path, ".zip") || strings.HasSuffix(path, ".tar.gz") || strings.HasSuffix(path, ".tgz")
}

// parseRef refuses what git would not take as the name of a ref
// (https://git-scm.com/docs/git-check-ref-format).
func parseRef(ref string) (string, error) {
	bad := strings.HasPrefix(ref, "-") || strings.HasPrefix(ref, "/") || strings.HasSuffix(ref, "/") ||
		strings.HasSuffix(ref, ".") || strings.Contains(ref, "..") || strings.Contains(ref, "//") ||
		strings.Contains(ref, "@{") || strings.ContainsAny(ref, " ~^:?*[\\") ||
		strings.ContainsFunc(ref, unicode.IsControl)
	if bad {
		return "", &UsageError{"the ref is not a branch, a tag or a commit id", "give --ref a name such as main, or all 40 digits of a commit id"}
	}
	if len(ref) == commitDigits && isHex(ref) {
		ref = strings.ToLower(ref)
	}
	return ref, nil
}

// commitDigits is the length of a full commit id in hex.
const commitDigits = 40

func isHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}
