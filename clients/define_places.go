package clients

import (
	"reflect"
	"slices"
	"strings"

	"fsskills/clients/form"
)

// checkPlaces refuses places that would be in each other's way: a server file
// among skills, a skills folder in another one, and a file of another client's
// in which the entry would look different.
func (d *definition) checkPlaces(f form.Fields, c Client, scope Scope) {
	c, _ = c.In(scope)
	s := d.system
	dir, file := c.SkillsDir(s), ""
	if len(c.Servers) > 0 {
		file = s.at(c.Servers[0].Files[0].At)
	}
	at := f.At("server")
	if at.IsMap() {
		at = serverFields(at).At("file")
	}
	for _, place := range d.reserved {
		if s.below(file, place) {
			at.Wrong("is for fsskills itself or for git: %s", s.tilde(place))
			file = ""
		}
		if s.below(dir, place) {
			f.At("skills").Wrong("is for fsskills itself or for git: %s", s.tilde(place))
			dir = ""
		}
	}
	for _, own := range append(c.AlsoReads(s), dir) {
		if s.below(file, own) {
			at.Wrong("lies in a skills folder, %s: clients would take it for a part of a skill", s.tilde(own))
			file = ""
		}
	}
	if s.below(dir, file) {
		f.At("skills").Wrong("is the server file, or lies below it")
	}
	for _, other := range d.all {
		other, ok := other.In(scope)
		if !ok {
			continue
		}
		theirs := other.SkillsDir(s)
		switch {
		case s.below(file, theirs):
			at.Wrong("lies in the skills folder of %s, %s", other.Name, s.tilde(theirs))
			file = ""
		case s.same(dir, theirs):
		case s.below(dir, theirs), s.below(theirs, dir):
			f.At("skills").Wrong("lies inside %s's skills folder or around it (%s): a skill must not be a part of another", other.Name, s.tilde(theirs))
			dir = ""
		}
		if cfg := other.keeps(s, file); cfg != nil && !sameEntry(cfg, &c.Servers[0]) {
			at.Wrong("is %s's file too, and its entry looks different there: spell it the same, or use --client %s", other.Name, other.ID)
			file = ""
		}
	}
}

// keeps returns how the client keeps servers in file, nil if it does not.
func (c Client) keeps(s System, file string) *Config {
	if file == "" {
		return nil
	}
	for _, configs := range [...][]Config{c.Servers, c.More} {
		for i := range configs {
			if slices.ContainsFunc(configs[i].Files, func(f File) bool { return s.same(s.at(f.At), file) }) {
				return &configs[i]
			}
		}
	}
	return nil
}

// sameEntry reports whether two clients that share a file keep the same entry
// at the same place in it, whichever way they sign in.
func sameEntry(a, b *Config) bool {
	if a.Format != b.Format || !slices.Equal(a.Root, b.Root) || a.ListKey != b.ListKey ||
		(a.NoKey == nil) != (b.NoKey == nil) || a.Adapt != nil || b.Adapt != nil {
		return false
	}
	for _, srv := range [...]Server{{Auth: OAuth}, {Auth: APIKey}, {Auth: APIKey, Literal: true}} {
		srv.Name, srv.URL, srv.KeyEnv = ServerName, "https://example.com", "KEY"
		if !reflect.DeepEqual(a.entry(srv), b.entry(srv)) {
			return false
		}
	}
	return true
}

// same reports whether two paths are one, and below whether p is dir or lies
// in it. Neither counts if a path is empty. Letters are compared as the file
// systems of Windows and macOS do.
func (s System) same(p, q string) bool { return s.below(p, q) && s.below(q, p) }

func (s System) below(p, dir string) bool {
	if p == "" || dir == "" {
		return false
	}
	if s.GOOS != "linux" {
		p, dir = strings.ToLower(p), strings.ToLower(dir)
	}
	p, dir = strings.ReplaceAll(p, `\`, "/")+"/", strings.TrimRight(strings.ReplaceAll(dir, `\`, "/"), "/")+"/"
	return strings.HasPrefix(p, dir)
}
