package clients

import (
	"slices"
	"strings"
	"unicode/utf8"

	"fsskills/clients/form"
)

// Defined is the evidence of a client that the user has described.
const Defined Evidence = "defined"

// Own returns the clients that a user describes in a list, to stand behind
// those of known. Reserved are folders of fsskills' own, absolute, in which a
// client has nothing. What is wrong is noted in the form of the list, and then
// what is returned is not to be used.
func Own(list form.Value, s System, known Catalog, reserved ...string) Catalog {
	if s.Project == "" {
		s.Project = s.clean(s.Home + "/project") // so that its paths can be compared
	}
	d := definition{system: s, all: slices.Clone(known)}
	if len(list.List()) > mostClients {
		list.Wrong("has more than %d clients", mostClients)
		return nil
	}
	for _, place := range reserved {
		d.reserved = append(d.reserved, s.clean(place))
	}
	// A project's lock and its repository are not a client's either.
	d.reserved = append(d.reserved, s.clean(s.Project+"/fsskills.lock"), s.clean(s.Project+"/.git"))
	for _, item := range list.List() {
		if c := d.client(item); c.ID != "" {
			d.all = append(d.all, c)
		}
	}
	return d.all[len(known):]
}

// mostClients is more than anybody has, and few enough to be compared with each
// other in no time.
const mostClients = 200

// A definition is the reading of a list of clients.
type definition struct {
	system System
	// all are the clients that there are so far.
	all Catalog
	// reserved are the places that no client may have.
	reserved []string
}

func (d *definition) client(item form.Value) Client {
	f := item.Fields("id", "name", "aliases", "programs", "call", "skills", "also-reads", "server", "project")
	f.At("id").Required("the word by which --client names it, such as acme")
	c := Client{ID: d.word(f.At("id")), Name: f.At("name").Text(), Evidence: Defined}
	if c.Name == "" {
		c.Name = c.ID
	}
	if utf8.RuneCountInString(c.Name) > longestName {
		f.At("name").Wrong("is longer than %d characters", longestName)
	}
	for _, alias := range texts(f.At("aliases")) {
		switch word := d.word(alias); {
		case word == c.ID && word != "", slices.Contains(c.Aliases, word):
			alias.Wrong("%s is there twice", word)
		case word != "":
			c.Aliases = append(c.Aliases, word)
		}
	}
	for _, program := range texts(f.At("programs")) {
		name := program.Text()
		if strings.ContainsAny(name, `/\:`) {
			program.Wrong("%q is a path: give the name by which the program is found on PATH", name)
		}
		c.Signs.Programs = append(c.Signs.Programs, name)
	}
	c.Skills = d.skills(f, UserScope)
	c.Skills.Call = Invocation(f.At("call").OneOf(string(Slash), string(SlashSkill), string(SlashDash), string(Dollar), string(At), string(Automatic)))
	if c.Skills.Call == "" {
		c.Skills.Call = Automatic
	}
	c.Servers = d.server(f.At("server"), c, UserScope)
	c.Project = d.project(f.At("project"), c)
	if item.IsMap() && !f.At("skills").Given() && !f.At("server").Given() && !f.At("project").Given() {
		item.Wrong("has neither skills nor a server: give it a skills folder, a server or both")
	}
	c.Steps = ownSteps(c)
	d.checkPlaces(f, c, UserScope)
	if p := f.At("project"); p.IsMap() {
		d.checkPlaces(projectFields(p), c, ProjectScope)
	}
	return c
}

// longestName is what fits beside the rest of a table.
const longestName = 60

// texts are the elements of a list that are text.
func texts(list form.Value) []form.Value {
	return slices.DeleteFunc(list.List(), func(v form.Value) bool { return v.Text() == "" })
}

// word is an ID or an alias that no other client has.
func (d *definition) word(v form.Value) string {
	id := v.Text()
	switch other, taken := d.all.Find(id); {
	case id == "":
		return ""
	case !isWord(id) || len(id) > longestName:
		v.Wrong("%q should be made of the letters a to z, digits and single hyphens", id)
	case id == "all":
		v.Wrong("all means every client that is found: use another word")
	case taken && other.Evidence == Defined:
		v.Wrong("%s is there twice: the client %s has it already", id, other.ID)
	case taken && other.ID == id:
		v.Wrong("%s is a client that fsskills knows by itself (%s): use another word", id, other.Name)
	case taken:
		v.Wrong("%s is another word for %s, which fsskills knows by itself: use another word", id, other.ID)
	default:
		return id
	}
	return ""
}

// isWord reports whether id is made of the letters a to z and digits, in parts
// that are joined by single hyphens.
func isWord(id string) bool {
	for part := range strings.SplitSeq(id, "-") {
		if part == "" || strings.Trim(part, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
	}
	return true
}

func projectFields(v form.Value) form.Fields { return v.Fields("skills", "also-reads", "server") }

func serverFields(v form.Value) form.Fields {
	return v.Fields("file", "format", "root", "list-key", "entry", "api-key")
}

// project is what the client reads in a project.
func (d *definition) project(v form.Value, c Client) *Project {
	if !v.Given() {
		return nil
	}
	f := projectFields(v)
	skills := d.skills(f, ProjectScope)
	p := &Project{Dir: skills.Dir.Linux, Servers: d.server(f.At("server"), c, ProjectScope)}
	for _, also := range skills.Also {
		p.Also = append(p.Also, also.Linux)
	}
	if v.IsMap() && !f.At("skills").Given() && !f.At("server").Given() {
		v.Wrong("has neither skills nor a server: give it one of them, or leave it out")
	}
	return p
}

func (d *definition) skills(f form.Fields, scope Scope) Skills {
	s := Skills{Dir: everywhere(d.path(f.At("skills"), scope))}
	if f.At("also-reads").Given() && !f.At("skills").Given() {
		f.At("also-reads").Wrong("is about skills, and there is no skills folder: add skills")
	}
	for _, also := range texts(f.At("also-reads")) {
		s.Also = append(s.Also, everywhere(d.path(also, scope)))
	}
	return s
}

// path is a place, which must be the same one wherever fsskills is started.
func (d *definition) path(v form.Value, scope Scope) Path {
	text := v.Text()
	if text == "" {
		return ""
	}
	p := text
	if d.system.GOOS == "windows" {
		p = strings.ReplaceAll(p, `\`, "/")
	}
	_, inProject := strings.CutPrefix(p, "./")
	_, inHome := strings.CutPrefix(p, "~/")
	switch {
	case slices.Contains(strings.Split(p, "/"), ".."):
		v.Wrong("%q goes up with ..: write the path without", text)
	case strings.Contains(p, "*"):
		v.Wrong("%q has a *: name one place", text)
	case scope == ProjectScope && (!inProject || strings.Contains(p, "${")):
		v.Wrong("%q should begin with ./, the root of the project, and hold no variable", text)
	case scope == ProjectScope && d.system.Path(Path(p)) == d.system.clean(d.system.Project):
		v.Wrong("%q is the project itself: name a folder or a file in it", text)
	case scope == ProjectScope:
		return Path(p)
	case p == "~" || p == "~/" || p == "/":
		v.Wrong("%q is too much: name a folder or a file in it", text)
	case strings.Contains(p, "${") && !variables(p):
		v.Wrong("%q has a variable that cannot be read: write ${NAME:-~/default}, where the default begins with ~ or a slash", text)
	case inHome || d.system.isAbs(p) || strings.HasPrefix(p, "${"):
		return Path(p)
	default:
		v.Wrong("%q is relative: begin it with ~/ or write the whole path", text)
	}
	return ""
}

// variables reports whether each ${…} of p is whole, and names a place.
func variables(p string) bool {
	for {
		before, rest, found := strings.Cut(p, "${")
		if !found {
			return true
		}
		end := closing(rest)
		if end < 0 || before != "" {
			return false // a variable holds a whole path, so it comes first
		}
		name, fallback, has := strings.Cut(rest[:end], ":-")
		if !IsVariable(name) || has && (fallback == "" || !strings.ContainsAny(fallback[:1], "~/$") && !strings.Contains(fallback, ":/") || !variables(fallback)) {
			return false
		}
		if p = rest[end+1:]; p != "" && p[0] != '/' {
			return false
		}
	}
}

// ownSteps are what can be said of any client.
func ownSteps(c Client) Steps {
	return Steps{
		OAuth:  []string{"start " + c.Name + " anew and sign in to <name> when it asks"},
		APIKey: []string{"start " + c.Name + " anew"},
		Skills: []string{"open a new session of " + c.Name + ": most clients read skills when they start"},
	}
}
