package installer

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"fsskills/clients"
)

// folders returns the folders of the targets for things of a kind, in the order
// of the catalog, each once: two paths that links lead to one folder are one,
// under the name that the receipt has.
func (req Request) folders(r Receipt, kind Kind) []itemFolder {
	known := map[string]string{} // from the real folder to its name
	real := req.once.real
	for i := range r.Items {
		known[real.of(r.Items[i].Folder)] = r.Items[i].Folder
	}
	var out []itemFolder
	for _, t := range req.Targets {
		dir := t.folder(kind, req.System)
		if dir == "" {
			continue
		}
		if at := real.of(dir); known[at] == "" {
			known[at] = dir
		}
		dir = known[real.of(dir)]
		i := slices.IndexFunc(out, func(f itemFolder) bool { return f.dir == dir })
		if i < 0 {
			i = len(out)
			out = append(out, itemFolder{dir: dir})
		}
		out[i].ids = append(out[i].ids, t.Client.ID)
	}
	return out
}

// folder is where things of a kind go for the target, "" if it gets none.
func (t Target) folder(kind Kind, sys clients.System) string {
	switch {
	case kind == KindSkill && t.Skills:
		return t.Client.SkillsDir(sys)
	case kind == KindAgent && t.Agents:
		return t.Client.AgentsDir(sys)
	}
	return ""
}

// recordedFolders returns the folders in which the clients have things of a
// kind.
func recordedFolders(r Receipt, kind Kind, ids []string) []itemFolder {
	asked := map[string]bool{}
	for _, id := range ids {
		asked[id] = true
	}
	at := map[string]int{}
	var out []itemFolder
	for n := range r.Items {
		rec := &r.Items[n]
		if rec.Kind != kind || rec.Left {
			continue
		}
		for _, id := range rec.Clients {
			if !asked[id] {
				continue
			}
			i, known := at[rec.Folder]
			if !known {
				i = len(out)
				at[rec.Folder] = i
				out = append(out, itemFolder{dir: rec.Folder})
			}
			if !slices.Contains(out[i].ids, id) {
				out[i].ids = append(out[i].ids, id)
			}
		}
	}
	for i := range out {
		slices.Sort(out[i].ids)
	}
	return out
}

// items plans one of the folders.
func (req Request) items(f itemFolder, targets []string, again bool) itemPlanner {
	return itemPlanner{
		folder: f.dir, ids: f.ids, force: req.Force, taken: req.Take, versions: req.Versions, again: again, targets: targets,
		once: req.once, locked: req.System.Project != "", outside: req.outside(f.dir),
	}
}

// An OutsideError says that a path of a project leads out of it. A project
// comes from anybody: what its links lead to is not the project's to change.
type OutsideError struct{ Path, Project, Real string }

func (e *OutsideError) Error() string {
	return fmt.Sprintf("%s: leads to %s, outside of the project %s", e.Path, e.Real, e.Project)
}

// Hint says how to get out of it.
func (e *OutsideError) Hint() string {
	return "put a real folder or file in the place of the link"
}

// outside returns why nothing is written at a path of the project, nil if
// there is no reason or no project.
func (req Request) outside(path string) error {
	return outside(req.System.Project, path)
}

// outside returns why nothing is written at a path of the project in root. Its
// own repository counts as outside: hooks and settings there are programs.
func outside(root, path string) error {
	if root == "" || path == "" {
		return nil
	}
	real, err := resolve(path)
	if err != nil {
		return err
	}
	real = RealPath(real)
	rel, err := filepath.Rel(RealPath(root), real)
	inGit := func(part string) bool { return strings.EqualFold(part, ".git") }
	if err == nil && filepath.IsLocal(rel) && !slices.ContainsFunc(strings.Split(filepath.ToSlash(rel), "/"), inGit) {
		return nil
	}
	return &OutsideError{Path: path, Project: root, Real: real}
}

// realFolders are the folders with links resolved.
func (req Request) realFolders(folders []itemFolder) []string {
	real := make([]string, len(folders))
	for i, f := range folders {
		real[i] = req.once.real.of(f.dir)
	}
	return real
}

// shareLinked makes the clients that reach a thing through the user's link
// owners of the thing that it leads to, so that it goes with the last of them.
func shareLinked(actions []Action) {
	for _, a := range actions {
		if a.item.linked == "" {
			continue
		}
		for _, b := range actions {
			if rec := b.item.record; b.item.linked == "" && rec != nil && RealPath(b.Path) == a.item.linked {
				rec.Clients = union(rec.Clients, a.Clients)
			}
		}
	}
}
