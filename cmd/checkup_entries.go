package cmd

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fsskills/clients"
)

// checkEntries compares what the clients have of Fullstory's server with what
// each of them can use.
func (c *checkup) checkEntries(context.Context) ([]finding, error) {
	var found []finding
	add := func(f finding) {
		if !slices.ContainsFunc(found, func(o finding) bool { return o.Message == f.Message }) {
			found = append(found, f)
		}
	}
	roots := c.catalog.Roots()
	for _, p := range c.patients() {
		for _, f := range p.files {
			r := c.parsed(f)
			if r.err == nil && f.Unread {
				for _, e := range f.Entries(r.doc) {
					add(c.unread(p, e))
				}
			}
			if r.err != nil || !f.Counts {
				continue
			}
			for _, e := range f.Entries(r.doc) {
				for _, one := range c.entry(p, e) {
					add(one)
				}
			}
			for _, e := range f.Misplaced(r.doc, roots) {
				if !f.Local && !c.looksThere(e) {
					add(c.misplaced(p, f, e))
				}
			}
		}
	}
	return found, nil
}

// unread is the finding of an entry in a file in which its client looks for none.
func (c *checkup) unread(p patient, e clients.KeptEntry) finding {
	return finding{
		Severity: severityWarning, Path: e.Path,
		Message: fmt.Sprintf("%s:%d: the entry %s is in a file in which %s looks for no servers", e.Path, e.Line, e.Place.Name, p.Name),
		Remedy:  "take it out there: 'fsskills install" + c.at.flags() + " --mcp-only --client " + p.ID + "' writes one in the right place",
	}
}

// entry are the findings of one entry.
func (c *checkup) entry(p patient, e clients.KeptEntry) []finding {
	where := fmt.Sprintf("%s:%d: the entry %s of %s", e.Path, e.Line, e.Place.Name, p.Name)
	install := "'fsskills install" + c.at.flags() + " --mcp-only --client " + p.ID + "' writes it as " + p.Name + " reads it"
	if e.Place.Name != clients.ServerName {
		install = "rename it to " + clients.ServerName + ", and 'fsskills install" + c.at.flags() + " --mcp-only --client " + p.ID + "' sets it right"
	}
	if e.Local {
		where += " for this project alone"
		install = "mend it there by hand, or take it out"
	}
	recorded := c.receipt.Server(e.Path)
	ours := recorded != nil && !recorded.Left && recorded.Place.Name == e.Place.Name
	written := ours && sameAddress(e.URL, recorded.URL)
	if !written && e.URL != "" && !clients.Ours(e.URL) && e.URL != first(c.receipt.Choices.URL, c.config.url) {
		return []finding{{
			Severity: severityWarning, Path: e.Path,
			Message: where + " leads to another server, " + host(e.URL) + ": the skills call theirs by that name",
			Remedy:  "rename it, or let 'fsskills install" + c.at.flags() + " --mcp-only --force --client " + p.ID + "' replace it after a backup",
		}}
	}
	var found []finding
	for _, m := range p.Mistakes(e) {
		one := finding{Severity: severityWarning, Path: e.Path, Message: where + ": " + m.Says, Remedy: install}
		switch {
		case m.Meant:
			one.Severity, one.Remedy = severityInfo, "nothing, if that is meant"
		case m.Sure:
			one.Severity = severityError
		}
		found = append(found, one)
	}
	if len(found) == 0 && !ours && e.Place.Name == clients.ServerName && p.plugin == "" && !e.Local {
		found = append(found, finding{
			Severity: severityInfo, Path: e.Path, Message: where + " was not written by fsskills, and is right",
			Remedy: "nothing: 'fsskills install" + c.at.flags() + " --client " + p.ID + "' adds the skills and leaves it as it is",
		})
	}
	return found
}

// misspelt reports whether a client cannot use the entry of a file as it is,
// which is said where the entries are compared.
func (c *checkup) misspelt(path string) bool {
	for _, p := range c.patients() {
		for _, f := range p.files {
			if f.Path != path {
				continue
			}
			r := c.parsed(f)
			if r.err != nil {
				return false
			}
			for _, e := range f.Entries(r.doc) {
				if slices.ContainsFunc(c.entry(p, e), finding.open) {
					return true
				}
			}
		}
	}
	return false
}

// looksThere reports whether some client looks for servers in the place of an
// entry: a file may be that of several.
func (c *checkup) looksThere(e clients.KeptEntry) bool {
	if c.places == nil {
		c.places = map[string][]string{}
		for _, client := range c.catalog {
			scoped, _ := client.In(c.at.scope)
			for _, f := range scoped.KeptFiles(c.sys) {
				c.places[f.Path] = append(c.places[f.Path], f.Roots()...)
			}
		}
	}
	return slices.Contains(c.places[e.Path], strings.Join(e.Place.Root, "."))
}

// misplaced is the finding of an entry where its client does not look.
func (c *checkup) misplaced(p patient, f clients.KeptFile, e clients.KeptEntry) finding {
	return finding{
		Severity: severityWarning, Path: e.Path,
		Message: fmt.Sprintf("%s:%d: the entry %s is under %q, where %s does not look: it reads %q",
			e.Path, e.Line, e.Place.Name, strings.Join(e.Place.Root, "."), p.Name, strings.Join(f.Roots(), `" or "`)),
		Remedy: "take it out there: 'fsskills install" + c.at.flags() + " --mcp-only --client " + p.ID + "' writes one in the right place",
	}
}
