package installer

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fsskills/clients"
	"fsskills/registry"
)

// LockedOthers are the parts of a lock that belong to clients which are not
// known here: a newer fsskills wrote them, or somebody who has defined a client
// of their own.
type LockedOthers struct {
	Folders []LockedFolder `json:"folders,omitempty"`
	Servers []LockedServer `json:"servers,omitempty"`
}

// InProject is the receipt of the project in root, as its lock has it. The lock
// is the team's and wins: it came with the files, and the receipt may be from
// before the last pull, or of another branch. Without a lock only what is on
// the disk still counts. Warnings are for the user.
func (r Receipt) InProject(root string, lock *Lockfile, catalog clients.Catalog, sys clients.System) (_ Receipt, warnings []string, err error) {
	r, warnings, err = r.inProject(root, lock, catalog, sys)
	for i := range r.Items {
		r.Items[i].shared = true
	}
	return r, warnings, err
}

func (r Receipt) inProject(root string, lock *Lockfile, catalog clients.Catalog, sys clients.System) (_ Receipt, warnings []string, err error) {
	r = r.clone()
	r.Version, r.Project = receiptVersion, root
	if lock == nil {
		r.Items = slices.DeleteFunc(r.Items, func(i Item) bool {
			state, _ := i.Inspect()
			return state == StateAbsent
		})
		if r.Lock != "" {
			// Another branch, or somebody has taken the lock out: what is there
			// came with the branch, and is the team's.
			for i := range r.Items {
				r.Items[i].Adopted = true
			}
			for i := range r.Servers {
				s := &r.Servers[i]
				s.Found, s.Inserted, s.Created, s.MadeRoot = true, false, false, 0
				s.SHA256, s.Edits, s.Prior = "", nil, nil
			}
			r.Made = nil
		}
		r.Lock, r.Others = "", LockedOthers{}
		return r, nil, nil
	}
	if r.Lock == lock.sha256 {
		return r, nil, nil
	}
	was := r
	r.Lock, r.Items, r.Servers, r.Others = lock.sha256, nil, nil, LockedOthers{}
	r.Source = lock.source(was.Source)
	r.Choices.Skills, r.Choices.Without, r.Choices.SkillsSet, r.Choices.NoAgents = lock.Only, lock.Without, true, lock.NoAgents
	for _, f := range lock.Folders {
		dir, known, err := lock.folder(f, root, catalog, sys)
		if err != nil {
			return r, nil, err
		}
		if !known {
			r.Others.Folders = append(r.Others.Folders, f)
			continue
		}
		for _, s := range lock.of(f.kind()) {
			if s.in(f.Path) {
				r.Items = append(r.Items, lock.item(s, f, dir, was))
			}
		}
		r.Made = append(r.Made, below(root, dir)...)
	}
	for _, s := range lock.Servers {
		server, known, err := lock.server(s, root, catalog, sys, was)
		if err != nil {
			return r, nil, err
		}
		if !known {
			r.Others.Servers = append(r.Others.Servers, s)
			continue
		}
		r.Servers = append(r.Servers, server)
		if server.Created {
			r.Made = append(r.Made, below(root, filepath.Dir(server.Path))...)
		}
		r.Choices.URL, r.Choices.Auth, r.Choices.KeyEnv = server.URL, server.Auth, server.KeyEnv
	}
	// What an uninstall has left, since the user had edited it, stays known.
	for _, i := range was.Items {
		if i.Left && r.Item(i.Folder, i.Name) == nil {
			r.Items = append(r.Items, i)
		}
	}
	r.sort()
	if strange := r.strangers(catalog); len(strange) > 0 {
		warnings = append(warnings, fmt.Sprintf("%s also serves clients that are not known here: %s", LockfileName, strings.Join(strange, ", ")))
	}
	return r, warnings, nil
}

// Strangers are the clients of the lock that are not known here.
func (l *Lockfile) Strangers(catalog clients.Catalog) []string {
	return slices.DeleteFunc(l.Clients(), func(id string) bool { _, ok := catalog.Find(id); return ok })
}

// strangers are the clients of a receipt that the catalog does not have.
func (r Receipt) strangers(catalog clients.Catalog) []string {
	ids := r.Recorded(false)
	for _, f := range r.Others.Folders {
		ids = append(ids, f.Clients...)
	}
	for _, s := range r.Others.Servers {
		ids = append(ids, s.Clients...)
	}
	return slices.DeleteFunc(union(ids, nil), func(id string) bool { _, ok := catalog.Find(id); return ok })
}

// source is the lock's as a receipt has it. Where the lock has no address, the
// source on this machine's disk is meant, if it was used here.
func (l *Lockfile) source(was Source) Source {
	s := Source{URL: l.Source.URL, Ref: l.Source.Ref, Commit: l.Source.Commit, Pinned: l.Source.Pinned}
	switch {
	case s.URL != "":
		s.Kind = registry.Git
	case was.Kind != registry.Git:
		s.Kind, s.URL = was.Kind, was.URL
	}
	return s
}

// folder is where a folder of the lock is on this machine. It has to be that of
// one of its clients for the kind: a lock comes from anybody.
func (l *Lockfile) folder(f LockedFolder, root string, catalog clients.Catalog, sys clients.System) (dir string, known bool, err error) {
	at := filepath.Join(root, filepath.FromSlash(f.Path))
	for _, id := range f.Clients {
		c, ok := catalog.Find(id)
		if !ok {
			continue
		}
		known = true
		c, _ = c.In(clients.ProjectScope)
		if (Target{Client: c, Skills: true, Agents: true}).folder(f.kind(), sys) == at {
			return at, true, nil
		}
	}
	if known {
		return "", false, &LockfileError{Path: LockfilePath(root), Err: fmt.Errorf("folders: %q is the %ss folder of none of %s", f.Path, f.kind(), strings.Join(f.Clients, ", ")), hint: "take the file back from the project's history; a newer fsskills may have written it"}
	}
	return "", false, nil
}

// item is a skill or an agent of the lock as a receipt has it.
func (l *Lockfile) item(s LockedItem, f LockedFolder, dir string, was Receipt) Item {
	item := Item{
		Kind: f.kind(), Name: s.Name, Folder: dir, Clients: union(f.Clients, nil),
		Commit: l.commit(s), UserInvocable: f.kind() == KindSkill, Files: s.Files,
	}
	item.describe()
	if old := was.Item(dir, s.Name); old != nil && !old.Left {
		item.Adopted, item.Formerly = old.Adopted, old.Formerly
	}
	return item
}

// server is an entry of the lock as a receipt has it. Its place is the
// catalog's, and what is known of it on this machine stays.
func (l *Lockfile) server(s LockedServer, root string, catalog clients.Catalog, sys clients.System, was Receipt) (_ Server, known bool, err error) {
	at := filepath.Join(root, filepath.FromSlash(s.Path))
	for _, id := range s.Clients {
		c, ok := catalog.Find(id)
		if !ok {
			continue
		}
		known = true
		c, _ = c.In(clients.ProjectScope)
		for _, file := range c.ServerFiles(sys, clients.Server{Name: clients.ServerName, URL: s.URL, Auth: s.Auth, KeyEnv: s.KeyEnv}) {
			if file.Path != at {
				continue
			}
			rec := Server{
				Path: at, Format: file.Format, Place: file.Place, Clients: union(s.Clients, nil),
				URL: s.URL, Auth: s.Auth, KeyEnv: s.KeyEnv,
				Found: s.Found, Created: s.Created, Inserted: !s.Found, MadeRoot: min(s.MadeRoot, len(file.Place.Root)),
			}
			if old := was.live(at); old != nil && old.stands() {
				rec.Inserted, rec.SHA256, rec.Edits, rec.Prior = old.Inserted, old.SHA256, old.Edits, old.Prior
				rec.Found, rec.Created, rec.MadeRoot = old.Found, old.Created, old.MadeRoot
			}
			return rec, true, nil
		}
	}
	if known {
		return Server{}, false, &LockfileError{Path: LockfilePath(root), Err: fmt.Errorf("servers: %q is the file of none of %s", s.Path, strings.Join(s.Clients, ", ")), hint: "take the file back from the project's history; a newer fsskills may have written it"}
	}
	return Server{}, false, nil
}

// stands reports whether the file is as we left it.
func (s Server) stands() bool {
	have, err := readContent(s.Path)
	return err == nil && s.SHA256 != "" && have.SHA256 == s.SHA256
}

// below are the folders from root, which is not one of them, down to dir. Git
// keeps no empty ones, so that they go with the last skill.
func below(root, dir string) []string {
	var dirs []string
	for dir != root && len(dir) > len(root) {
		dirs = append(dirs, dir)
		dir = filepath.Dir(dir)
	}
	slices.Reverse(dirs)
	return dirs
}

// lockfile is what the lock of the receipt's project says, nil if nothing is
// installed there.
func (r Receipt) lockfile() *Lockfile {
	rel := func(path string) string {
		p, err := filepath.Rel(r.Project, path)
		if err != nil {
			return filepath.ToSlash(path)
		}
		return filepath.ToSlash(p)
	}
	l := &Lockfile{
		Version: lockfileVersion, Only: r.Choices.Skills, Without: r.Choices.Without, NoAgents: r.Choices.NoAgents,
		Source: LockedSource{Ref: r.Source.Ref, Commit: r.Source.Commit, Pinned: r.Source.Pinned},
		Skills: []LockedItem{}, Folders: append([]LockedFolder{}, r.Others.Folders...), Servers: slices.Clone(r.Others.Servers),
	}
	if r.Source.Kind == registry.Git {
		l.Source.URL = r.Source.URL
	}
	for _, i := range r.Items {
		if i.Left || !i.whole() {
			continue
		}
		n := slices.IndexFunc(l.Folders, func(f LockedFolder) bool { return f.Path == rel(i.Folder) })
		if n < 0 {
			n = len(l.Folders)
			l.Folders = append(l.Folders, LockedFolder{Path: rel(i.Folder)})
			if i.Kind != KindSkill {
				l.Folders[n].Kind = i.Kind
			}
		}
		l.Folders[n].Clients = union(l.Folders[n].Clients, i.Clients)
		l.add(i, rel(i.Folder))
	}
	for _, s := range r.Servers {
		if s.Left {
			continue
		}
		l.Servers = append(l.Servers, LockedServer{
			Path: rel(s.Path), Clients: union(s.Clients, nil), URL: s.URL, Auth: s.Auth, KeyEnv: s.KeyEnv,
			Found: s.Found, Created: s.Created, MadeRoot: s.MadeRoot,
		})
	}
	if len(l.Folders)+len(l.Servers) == 0 {
		return nil
	}
	l.sort()
	return l
}

// inLock are the files of the item as a lock has them.
func (i Item) inLock() []File {
	if i.Upstream != nil {
		return i.Upstream
	}
	return i.Files
}

// whole reports whether a skill has its SKILL.md. A restore by force may have
// brought back no more than a part of one, which nobody else can have.
func (i Item) whole() bool {
	return i.Kind != KindSkill || slices.ContainsFunc(i.inLock(), func(f File) bool { return f.Path == skillFile })
}

// add adds a recorded skill or agent, or its folder to the same one of another.
func (l *Lockfile) add(i Item, folder string) {
	s := LockedItem{Name: i.Name, Folders: []string{folder}}
	s.Files = byPath(i.inLock())
	if i.Commit != l.Source.Commit {
		s.Commit = i.Commit
	}
	items := &l.Skills
	if i.Kind == KindAgent {
		items = &l.Agents
	}
	for n, known := range *items {
		if known.Name == s.Name && known.Commit == s.Commit && slices.Equal(known.Files, s.Files) {
			(*items)[n].Folders = append((*items)[n].Folders, folder)
			return
		}
	}
	*items = append(*items, s)
}

// sort gives the lock its one order.
func (l *Lockfile) sort() {
	sortFunc(l.Folders, func(a, b *LockedFolder) int { return strings.Compare(a.Path, b.Path) })
	sortFunc(l.Servers, func(a, b *LockedServer) int { return strings.Compare(a.Path, b.Path) })
	for _, kind := range []Kind{KindSkill, KindAgent} {
		folders := 0
		for _, f := range l.Folders {
			if f.kind() == kind {
				folders++
			}
		}
		items := l.of(kind)
		for i := range items {
			s := &items[i]
			slices.Sort(s.Folders)
			if len(s.Folders) == folders {
				s.Folders = nil
			}
		}
		sortFunc(items, func(a, b *LockedItem) int {
			return cmp.Or(strings.Compare(a.Name, b.Name), slices.Compare(a.Folders, b.Folders))
		})
	}
}

// planLock adds what the plan does to the lock of its project.
func (p *Plan) planLock(root string) {
	if root == "" {
		return
	}
	p.project = root
	path := LockfilePath(root)
	a := Action{Kind: KindLock, Name: LockfileName, Path: path}
	step := &serverStep{target: path}
	a.server = step
	refuse := func(err error) { p.Actions = append(p.Actions, a.refused(err)) }
	info, err := os.Lstat(path)
	if err == nil && !info.Mode().IsRegular() {
		refuse(&LockfileError{Path: path, Err: errNotRegular, hint: "remove it and run this again"})
		return
	}
	if step.before, err = readContent(path); err != nil {
		refuse(err)
		return
	}
	if step.before.SHA256 != p.was.Lock {
		p.stale = &LockfileError{Path: path, Err: errors.New("has changed while this was worked out"), hint: "run this again"}
	}
	if err := step.lock(p.after(p.Actions)); err != nil {
		refuse(err)
		return
	}
	switch {
	case step.after.SHA256 == step.before.SHA256:
		a.Op, a.State = OpNone, StateCurrent
	case !step.before.Exists():
		a.Op, a.State = OpCreate, StateAbsent
	case !step.after.Exists():
		a.Op, a.State = OpRemove, StateCurrent
	default:
		a.Op, a.State = OpUpdate, StateOutdated
	}
	if !step.before.Exists() && !step.after.Exists() {
		return
	}
	p.Actions = append(p.Actions, a)
}

// lock sets what the lock is to hold once the receipt is r.
func (st *serverStep) lock(r Receipt) error {
	st.after = Content{}
	if l := r.lockfile(); l != nil {
		data, err := l.encode()
		if err != nil {
			return err
		}
		if bytes.Contains(st.before.Data, []byte("\r\n")) {
			data = bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")) // as git has checked it out
		}
		st.after = Content{SHA256: digest(data), Mode: sharedFile, Data: data}
		if st.before.Exists() {
			st.after.Mode = st.before.Mode
		}
	}
	st.edit = serverEdit{exact: &st.after, left: image(st.before), shared: true}
	return nil
}
