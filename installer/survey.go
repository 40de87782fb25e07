package installer

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fsskills/clients"
	"fsskills/clients/document"
	"fsskills/registry"
)

// survey adds to a receipt what is found on the disk and stands in no record.
// All of it counts as found: who put it there is not known. A skill that is
// recorded with other bytes than it has, and is one of the versions, was
// brought to that one by an operation of which no record is left.
func (req Request) survey(r *Receipt) {
	for n := range r.Items {
		item := &r.Items[n]
		if state, _ := item.Inspect(); state != StateEdited || item.Left || item.Kind != KindSkill {
			continue
		}
		if v := req.versionAt(item.Path()); v != nil {
			item.Commit, item.Files, item.Upstream = v.Commit, filesOf(v.Skill.Files), nil
		}
	}
	for _, f := range req.folders(*r, KindSkill) {
		for _, name := range req.versionNames() {
			path := skillPath(f.dir, name)
			if rec := r.Item(f.dir, name); rec != nil {
				continue
			}
			if v := req.versionAt(path); v != nil {
				r.Items = append(r.Items, Item{
					Kind: KindSkill, Name: name, Folder: f.dir, Clients: union(f.ids, nil), Commit: v.Commit,
					Description: v.Skill.Description, UserInvocable: v.Skill.UserInvocable, Adopted: true, Files: filesOf(v.Skill.Files),
				})
			}
		}
	}
	req.surveyAgents(r)
	for _, e := range req.edits(*r) {
		if e.file.Unable != nil || e.outside != nil || e.last != nil || r.Server(e.file.Path) != nil {
			continue
		}
		if found := e.found(req); found != nil {
			r.Servers = append(r.Servers, *found)
		}
	}
}

// surveyAgents adds to a receipt the agents that are there just as the snapshot
// has them for the clients.
func (req Request) surveyAgents(r *Receipt) {
	if req.Snapshot == nil {
		return
	}
	for _, f := range req.folders(*r, KindAgent) {
		for _, a := range req.Snapshot.Agents {
			want := req.spell(*r, f, a)
			if want.err != nil || r.Item(f.dir, a.Name) != nil {
				continue
			}
			have, err := KindAgent.look(f.dir, a.Name, mainFile(want.files))
			if err != nil || have.kind == nothing {
				continue
			}
			if same, err := identical(have, want.files); same && err == nil {
				r.Items = append(r.Items, Item{
					Kind: KindAgent, Name: a.Name, Folder: f.dir, Clients: union(f.ids, nil), Commit: want.commit,
					Description: want.description, Adopted: true, Files: filesOf(want.files),
				})
			}
		}
	}
}

// guess takes over as the user's choices what the disk shows: where skills come
// from, and which, if not all that there are.
func (req Request) guess(r *Receipt) {
	found := map[string]bool{}
	for _, i := range r.Items {
		found[i.Name] = found[i.Name] || i.Kind == KindSkill
	}
	if s := req.Snapshot; s != nil && len(found) > 0 {
		// Without a commit: the next update has to look at all of it.
		r.Source = Source{Kind: s.Source.Kind, URL: s.Source.URL, Ref: s.Source.Ref, Pinned: s.Pinned}
		if slices.ContainsFunc(s.Skills, func(k registry.Skill) bool { return !found[k.Name] }) {
			r.Choices.Skills, r.Choices.SkillsSet = sortedKeys(found), true
		}
	}
	if len(r.Servers) > 0 {
		first := r.Servers[0]
		r.Choices.URL, r.Choices.Auth, r.Choices.KeyEnv = first.URL, first.Auth, first.KeyEnv
	}
}

func (req Request) versionNames() []string {
	var names []string
	for _, v := range req.Versions {
		names = append(names, v.Skill.Name)
	}
	return union(names, nil)
}

// versionAt is the version of a skill that is in a folder, nil if none is, or
// if the folder cannot be read.
func (req Request) versionAt(dir string) *registry.Version {
	have, err := look(dir)
	if err != nil || have.kind != folder || !have.taken {
		return nil
	}
	v, err := versionOf(have, filepath.Base(dir), req.Versions)
	if err != nil {
		return nil
	}
	return v
}

// describe reads what a skill's SKILL.md says of it, or an agent's file.
func (i *Item) describe() {
	at := i.Path()
	if i.Kind == KindSkill {
		at = filepath.Join(at, skillFile)
	}
	data, err := os.ReadFile(at)
	if err != nil {
		return
	}
	if filepath.Ext(at) == ".toml" {
		if doc, err := document.Parse(document.TOML, data); err == nil {
			text, _ := doc.Lookup("description")
			i.Description, _ = text.(string)
		}
		return
	}
	parsed := registry.ParseSkill(i.Name, data) // agents have the same front matter
	i.Description = parsed.Description
	i.UserInvocable = parsed.UserInvocable && i.Kind == KindSkill
}

// found is the record of an entry that is in the file and leads to our server,
// nil if there is none. How it signs in is told by writing it: the way that
// would change nothing is the one.
func (e serverEdit) found(req Request) *Server {
	have, err := readContent(e.file.Path)
	if err != nil {
		return nil
	}
	entry, doc, ok := entryOf(e.file.Format, e.file.Place, have.Data)
	if !ok {
		return nil
	}
	url := clients.EntryURL(entry)
	if !clients.Ours(url) && !sameServer(url, e.want.URL) {
		return nil
	}
	rec := e.base()
	rec.Found, rec.URL, rec.Auth, rec.KeyEnv, rec.Key = true, url, clients.OAuth, "", nil
	for _, t := range req.Targets {
		if !slices.Contains(e.ids, t.Client.ID) {
			continue
		}
		for _, variable := range append([]string{""}, words(entry)...) {
			srv := clients.Server{Name: e.want.Name, URL: url, Auth: clients.OAuth}
			if variable != "" {
				srv.Auth, srv.KeyEnv = clients.APIKey, variable
			}
			for _, file := range t.Client.ServerFiles(req.System, srv) {
				if file.Path == e.file.Path && file.Unable == nil && !file.HoldsKey() && isAs(doc, file) {
					rec.Auth, rec.KeyEnv = srv.Auth, srv.KeyEnv
					return &rec
				}
			}
		}
	}
	return &rec
}

// isAs reports whether the file has the entry just so.
func isAs(doc document.Document, file clients.ServerFile) bool {
	change, err := doc.Set(file.Place, file.Entry)
	return err == nil && change.Empty()
}

// words are what can be the name of a variable in the texts of an entry.
func words(value any) []string {
	var out []string
	switch v := value.(type) {
	case string:
		for _, w := range strings.FieldsFunc(v, func(c rune) bool {
			return c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
		}) {
			if clients.IsVariable(w) {
				out = append(out, w)
			}
		}
	case []any:
		for _, e := range v {
			out = append(out, words(e)...)
		}
	case map[string]any:
		for _, e := range v {
			out = append(out, words(e)...)
		}
	}
	return union(out, nil)
}
