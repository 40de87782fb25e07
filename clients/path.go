package clients

import (
	"path"
	"strings"
)

// Path resolves p on s, with the separators of s.GOOS: a Windows path comes
// out with backslashes wherever it is worked out. "~" is the home folder, at
// the start of p or of a default, and "." at the start of p the project's root:
// without a project there is no such place. ${NAME:-default} is the environment variable
// NAME or, where that is not set, the default, which may hold further ones.
// ${NAME} without a default makes the whole path empty where NAME is not set:
// there is no such place then.
//
// A variable that holds a relative path counts as not set. The XDG base
// directory specification demands it of its own
// (https://specifications.freedesktop.org/basedir-spec/), and any other would
// name a different folder in each working directory.
func (s System) Path(p Path) string {
	resolved, ok := s.expand(string(p))
	if !ok || resolved == "" {
		return ""
	}
	return s.clean(resolved)
}

// at resolves the path that ps has for s.
func (s System) at(ps Paths) string {
	switch s.GOOS {
	case "windows":
		return s.Path(ps.Windows)
	case "darwin":
		return s.Path(ps.Darwin)
	default:
		return s.Path(ps.Linux)
	}
}

// expand replaces a leading "~" and every variable of p. It reports false if
// a variable without a default is not set.
func (s System) expand(p string) (string, bool) {
	if rest, ok := strings.CutPrefix(p, "~"); ok && (rest == "" || rest[0] == '/') {
		p = s.Home + rest
	}
	if rest, ok := strings.CutPrefix(p, "./"); ok {
		if s.Project == "" {
			return "", false
		}
		p = s.Project + "/" + rest
	}
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(p, "${")
		out.WriteString(before)
		if !found {
			return out.String(), true
		}
		end := closing(rest)
		if end < 0 {
			return "", false
		}
		name, fallback, hasFallback := strings.Cut(rest[:end], ":-")
		value := s.Getenv(name)
		if !s.isAbs(value) {
			if !hasFallback {
				return "", false
			}
			var ok bool
			if value, ok = s.expand(fallback); !ok {
				return "", false
			}
		}
		out.WriteString(value)
		p = rest[end+1:]
	}
}

// closing returns the index of the brace that ends the variable whose text
// starts at the beginning of p, or -1.
func closing(p string) int {
	depth := 1
	for i, c := range p {
		switch c {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

func (s System) isAbs(p string) bool {
	if s.GOOS != "windows" {
		return strings.HasPrefix(p, "/")
	}
	drive := len(p) > 2 && p[1] == ':' && (p[2] == '\\' || p[2] == '/')
	return drive || strings.HasPrefix(p, `\\`) || strings.HasPrefix(p, "//")
}

// clean is filepath.Clean for s.GOOS.
func (s System) clean(p string) string {
	if s.GOOS != "windows" {
		return path.Clean(p)
	}
	p = strings.ReplaceAll(p, `\`, "/")
	share := ""
	if strings.HasPrefix(p, "//") {
		share = `\`
	}
	return share + strings.ReplaceAll(path.Clean(p), "/", `\`)
}

// tilde writes p as people do, with "~" for the home folder.
func (s System) tilde(p string) string {
	home := s.clean(s.Home)
	rest, ok := strings.CutPrefix(p, home)
	if !ok || home == "/" || (rest != "" && rest[0] != '/' && rest[0] != '\\') {
		return p
	}
	return "~" + rest
}

func (s System) exists(p string) bool {
	if p == "" {
		return false
	}
	_, err := s.Stat(p)
	return err == nil
}

// existing returns the first place that p names and that is there. A "*" in p
// stands for any name of one folder or file.
func (s System) existing(p string) (string, bool) {
	if !strings.Contains(p, "*") {
		return p, s.exists(p)
	}
	matches, err := s.Glob(p)
	if err != nil || len(matches) == 0 {
		return "", false
	}
	return matches[0], true
}

// split returns the folder of p and the name in it.
func (s System) split(p string) (folder, name string) {
	i := strings.LastIndexAny(p, `/\`)
	return p[:i], p[i+1:]
}
