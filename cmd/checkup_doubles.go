package cmd

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"fsskills/clients"
	"fsskills/installer"
)

// checkDoubles looks for what a client finds twice: a server under two names or
// in two files, a skill in two folders, and Fullstory's plugin beside what was
// placed here.
func (c *checkup) checkDoubles(context.Context) ([]finding, error) {
	var found []finding
	add := func(all []finding) {
		for _, f := range all {
			if !slices.ContainsFunc(found, func(o finding) bool { return o.Message == f.Message }) {
				found = append(found, f)
			}
		}
	}
	for _, p := range c.patients() {
		add(c.twoNames(p))
		add(c.twoFiles(p))
		add(c.besidePlugin(p))
	}
	add(c.twoFolders())
	return found, nil
}

// entriesIn are the entries of a file that are about the server that is recorded, or
// another of Fullstory's.
func (c *checkup) entriesIn(f clients.KeptFile) []clients.KeptEntry {
	r := c.parsed(f)
	if r.err != nil {
		return nil
	}
	return f.Entries(r.doc)
}

// twoNames are the findings of the server under another name than its own.
func (c *checkup) twoNames(p patient) []finding {
	var found []finding
	for _, f := range p.files {
		if f.Unread {
			continue
		}
		entries := c.entriesIn(f)
		named := slices.IndexFunc(entries, func(e clients.KeptEntry) bool { return e.Place.Name == clients.ServerName })
		for _, e := range entries {
			if e.Place.Name == clients.ServerName {
				continue
			}
			one := finding{
				Severity: severityWarning, Path: e.Path,
				Message: fmt.Sprintf("%s:%d: the entry %q leads to Fullstory's server, which the skills call %q", e.Path, e.Line, e.Place.Name, clients.ServerName),
				Remedy:  "rename it to " + clients.ServerName,
			}
			if named >= 0 {
				one.Message = fmt.Sprintf("%s:%d: the entry %q is the same server as %q in line %d: %s sees its tools twice", e.Path, e.Line, e.Place.Name, clients.ServerName, entries[named].Line, p.Name)
				one.Remedy = "take out the entry " + e.Place.Name
			}
			found = append(found, one)
		}
	}
	return found
}

// otherScope is the client as it is in the scope that doctor does not look at,
// with the machine to look at it; false where there is none.
func (c *checkup) otherScope(id string) (clients.Client, clients.System, bool) {
	sys, scope := c.sys, clients.UserScope
	if c.at.scope == clients.UserScope {
		sys.Project, scope = c.env.project(), clients.ProjectScope
		if sys.Project == "" {
			return clients.Client{}, sys, false
		}
	}
	client, _ := c.catalog.Find(id)
	client, ok := client.In(scope)
	return client, sys, ok
}

// twoFiles are the findings of a client that has the server in several files: in
// one that another version of it reads, or in both scopes. Several files of which
// each counts by itself are no mistake.
func (c *checkup) twoFiles(p patient) []finding {
	var counting, others []clients.KeptEntry
	for _, f := range p.files {
		for _, e := range c.entriesIn(f) {
			switch {
			case e.Place.Name != clients.ServerName || f.Unread:
			case e.Counts && !e.Local:
				counting = append(counting, e)
			default:
				others = append(others, e)
			}
		}
	}
	if other, sys, ok := c.otherScope(p.ID); ok {
		files := other.KeptFiles(sys)
		if local, ok := other.LocalFile(sys); ok && c.at.scope == clients.UserScope {
			files = append(files, local)
		}
		for _, f := range files {
			for _, e := range c.entriesIn(f) {
				if f.Counts && e.Place.Name == clients.ServerName {
					others = append(others, e)
				}
			}
		}
	}
	if len(counting) == 0 {
		return nil
	}
	var found []finding
	for _, e := range others {
		one := finding{
			Severity: severityInfo, Path: e.Path,
			Message: fmt.Sprintf("%s has an entry %s in %s and in %s", p.Name, clients.ServerName, entryPlace(counting[0]), entryPlace(e)),
			Remedy:  "nothing: both lead to the same server",
		}
		if !sameAddress(counting[0].URL, e.URL) {
			one.Severity, one.Remedy = severityWarning, "take one of them out"
			one.Message += ", and they lead to different servers: " + host(counting[0].URL) + " and " + host(e.URL)
		}
		found = append(found, one)
	}
	return found
}

// entryPlace is the file of an entry and, in one that has several places, which.
func entryPlace(e clients.KeptEntry) string {
	if e.Local {
		return e.Path + ", for this project alone"
	}
	return e.Path
}

func sameAddress(a, b string) bool {
	return strings.EqualFold(strings.TrimRight(a, "/"), strings.TrimRight(b, "/"))
}

// besidePlugin are the findings of a client that has Fullstory's plugin, and the
// skills or the server by themselves too.
func (c *checkup) besidePlugin(p patient) []finding {
	if p.plugin == "" {
		return nil
	}
	var beside []string
	own := p.SkillsDir(c.sys)
	mine := false
	for _, i := range c.receipt.Items {
		if i.Kind == installer.KindSkill && isThere(i.Path()) && (i.Folder == own || slices.Contains(p.AlsoReads(c.sys), i.Folder)) {
			beside = append(beside, i.Path())
			mine = mine || slices.Contains(i.Clients, p.ID)
		}
	}
	for _, f := range p.files {
		for _, e := range c.entriesIn(f) {
			if f.Counts && e.Place.Name == clients.ServerName {
				beside = append(beside, e.Path)
				mine = mine || slices.Contains(c.receipt.Recorded(false), p.ID)
			}
		}
	}
	if len(beside) == 0 {
		return nil
	}
	what := beside[0]
	if more := len(beside) - 1; more > 0 {
		what += fmt.Sprintf(" and %d more", more)
	}
	one := finding{
		Severity: severityWarning, Path: beside[0],
		Message: fmt.Sprintf("%s has the Fullstory plugin (%s) and copies beside it: %s", p.Name, p.plugin, what),
		Remedy:  "turn the plugin off there, or take the copies out",
	}
	if mine {
		one.Remedy = "'fsskills uninstall" + c.at.flags() + " --client " + p.ID + "' takes the copies out; or turn the plugin off there, and keep them"
	}
	return []finding{one}
}

// twoFolders are the findings of skills of ours that a client finds once more,
// in a folder that it reads too. Copies that are ours as well are updated
// together.
func (c *checkup) twoFolders() []finding {
	var found []finding
	at := map[string]int{}
	for _, p := range c.patients() {
		folders := p.AlsoReads(c.sys)
		if other, sys, ok := c.otherScope(p.ID); ok {
			folders = append(append(folders, other.SkillsDir(sys)), other.AlsoReads(sys)...)
		}
		for _, i := range c.receipt.Items {
			if i.Kind != installer.KindSkill || i.Left || !slices.Contains(i.Clients, p.ID) {
				continue
			}
			for _, dir := range folders {
				path := filepath.Join(dir, i.Name)
				if dir == "" || dir == i.Folder || !isThere(filepath.Join(path, "SKILL.md")) || c.receipt.Item(dir, i.Name) != nil ||
					installer.RealPath(path) == installer.RealPath(i.Path()) {
					continue
				}
				key := path + "\x00" + i.Path()
				if n, known := at[key]; known {
					found[n].Message += ", " + p.Name
					continue
				}
				at[key] = len(found)
				found = append(found, c.double(i, path, p.Name))
			}
		}
	}
	return found
}

// double is the finding of a second copy of a skill. One that fsskills has put
// there for the other scope is no mistake.
func (c *checkup) double(i installer.Item, path, name string) finding {
	f := finding{
		Severity: severityWarning, Path: path,
		Message: "the skill " + i.Name + " is in " + i.Path() + " and once more in " + path + ", for " + name,
		Remedy:  "remove " + path + ", which fsskills did not install",
	}
	if c.elsewhere(path) {
		f.Severity, f.Remedy = severityInfo, "nothing: fsskills has installed it both for you and in the project"
	}
	return f
}

// elsewhere reports whether the receipt of the other scope has a skill at path.
func (c *checkup) elsewhere(path string) bool {
	if c.others == nil {
		c.others = map[string]bool{}
		at := site{scope: clients.UserScope}
		if c.at.scope == clients.UserScope {
			at = site{scope: clients.ProjectScope, root: installer.RealPath(c.env.project())}
		}
		r, err := c.env.store(at).Receipt()
		if err == nil {
			for _, i := range r.Items {
				c.others[i.Path()] = !i.Left
			}
		}
	}
	return c.others[path] || c.others[installer.RealPath(path)]
}
