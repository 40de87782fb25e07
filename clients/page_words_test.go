package clients

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// short writes path as the catalog does, with "~", and below the root of the
// project.
func (s System) short(path string) string {
	if rest, ok := strings.CutPrefix(slashed(path), slashed(s.Project)+"/"); ok {
		return rest
	}
	return s.tilde(path)
}

// everySystem is the path on Linux, and on the others where it differs.
func everySystem(path func(System) string) string {
	var on []string
	linux := ""
	for _, goos := range []string{"linux", "darwin", "windows"} {
		s := machine{goos: goos}.system()
		p := s.short(path(s))
		name := map[string]string{"linux": "Linux", "darwin": "macOS", "windows": "Windows"}[goos]
		switch {
		case goos == "linux":
			linux = p
		case slashed(p) == linux:
			continue
		}
		if p == "" {
			p = "none"
		} else {
			p = code(p)
		}
		on = append(on, name+" "+p)
	}
	switch {
	case len(on) > 1:
		return strings.Join(on, ", ")
	case linux == "":
		return ""
	}
	return code(linux)
}

var pageVariable = regexp.MustCompile(`\$\{([A-Za-z_]+)`)

// variablesOf are those that move what is written for the client.
func variablesOf(c Client) string {
	var names []string
	look := func(ps Paths) {
		for _, p := range []Path{ps.Linux, ps.Darwin, ps.Windows} {
			for _, m := range pageVariable.FindAllStringSubmatch(string(p), -1) {
				if name := m[1]; !strings.HasSuffix(name, "APPDATA") || strings.HasPrefix(name, "VSCODE_") {
					names = append(names, name)
				}
			}
		}
	}
	look(c.Skills.Dir)
	look(c.Agents.Dir)
	for _, cfg := range slices.Concat(c.Servers, c.More) {
		for _, f := range cfg.Files {
			look(f.At)
		}
	}
	slices.Sort(names)
	if names = slices.Compact(names); len(names) == 0 {
		return ""
	}
	return "`" + strings.Join(names, "`, `") + "`"
}

func codes(s System, paths []string) string {
	short := make([]string, len(paths))
	for i, p := range paths {
		short[i] = code(s.short(p))
	}
	return strings.Join(short, ", ")
}

func code(text string) string {
	if text == "" {
		return "–"
	}
	return "`" + text + "`"
}

func links(urls []string) string {
	out := make([]string, len(urls))
	for i, u := range urls {
		out[i] = "[" + strings.TrimSuffix(strings.TrimPrefix(u, "https://"), "/") + "](" + u + ")"
	}
	return strings.Join(out, ", ")
}

// anchor is what a heading is called in links.
func anchor(heading string) string {
	return strings.ReplaceAll(regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(heading), ""), " ", "-")
}

// otherAgents are the folders in which the client finds agents beside its own.
func otherAgents(c Client, s System) []string {
	return slices.DeleteFunc(c.AgentFolders(s), func(dir string) bool { return dir == c.AgentsDir(s) })
}

// withClient is what the client does, said with its name.
func withClient(c Client, does string) string {
	if does == "" {
		return ""
	}
	return c.Name + " " + does
}

// agentWord is how the client has an agent.
func agentWord(t *testing.T, c Client) string {
	t.Helper()
	if c.NoAgents() != "" {
		return ""
	}
	a := Agent{Name: "name", Description: "What it does", Tools: []string{"tool"}, Body: []byte("What it is told.\n")}
	name, data, err := c.AgentFile(a)
	if err != nil {
		t.Fatal(err)
	}
	rest := strings.TrimSpace(strings.ReplaceAll(string(data), string(a.Body), ""))
	return code(name) + " with " + code(strings.Join(strings.Fields(rest), " "))
}
