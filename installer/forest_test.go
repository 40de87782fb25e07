package installer

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
)

// A node is what stands at a path.
type node struct {
	mode fs.FileMode // with the type
	data string
	link string
}

func (n node) is(o node) bool {
	return n.mode.Type() == o.mode.Type() && n.data == o.data && n.link == o.link
}

// A forest is everything below the home but the store, by slash-separated path.
type forest map[string]node

func (f forest) clone() forest { return maps.Clone(f) }

// scan reads the home.
func (t *trial) scan() forest {
	f := forest{}
	var walk func(string)
	walk = func(dir string) {
		entries, err := os.ReadDir(t.path(dir))
		t.must(err)
		for _, e := range entries {
			p := path.Join(dir, e.Name())
			if p == ".local" {
				continue
			}
			info, err := e.Info()
			t.must(err)
			f[p] = t.node(p, info)
			if info.IsDir() {
				walk(p)
			}
		}
	}
	walk("")
	return f
}

// node reads what stands at a path.
func (t *trial) node(p string, info fs.FileInfo) node {
	n := node{mode: info.Mode()}
	var err error
	switch {
	case info.IsDir():
	case info.Mode()&fs.ModeSymlink != 0:
		n.link, err = os.Readlink(t.path(p))
	default:
		var data []byte
		data, err = os.ReadFile(t.path(p))
		n.data = string(data)
	}
	t.must(err)
	return n
}

// touch notes that the user has changed what is at a path, or below it.
func (t *trial) touch(at string) {
	for p := range t.disk {
		if within(p, at) {
			delete(t.disk, p)
		}
	}
	for p := at; p != "."; p = path.Dir(p) {
		if info, err := os.Lstat(t.path(p)); err == nil {
			t.disk[p] = t.node(p, info)
		}
	}
	for _, s := range t.sites {
		if s.pending != nil {
			s.pending.touched[at] = true
		}
	}
}

// wants compares files with what is wanted. Folders may come and go, as long as
// no new one is empty.
func (t *trial) wants(want, have forest, format string, args ...any) {
	var diff []string
	for p, n := range want {
		if h, ok := have[p]; !n.mode.IsDir() && (!ok || !n.is(h) || (n.mode^h.mode).Perm()&modeMask != 0) {
			diff = append(diff, fmt.Sprintf("%s: want %v, have %v", p, n, h))
		}
	}
	for p, h := range have {
		n, ok := want[p]
		switch {
		case !ok && !h.mode.IsDir():
			diff = append(diff, fmt.Sprintf("%s: want nothing, have %v", p, h))
		case ok && n.mode.IsDir() && h.mode.IsDir() && n.mode != h.mode:
			diff = append(diff, fmt.Sprintf("%s: want %v, have %v", p, n.mode, h.mode))
		case !ok && have.empty(p):
			diff = append(diff, p+": a new folder, and it is empty")
		}
	}
	if len(diff) > 0 {
		slices.Sort(diff)
		t.fail("%s:\n%s", fmt.Sprintf(format, args...), strings.Join(diff, "\n"))
	}
}

// modeMask are the bits of a mode that have to be as predicted: what others may
// do with a new file depends on the umask.
var modeMask = func() fs.FileMode {
	if runtime.GOOS == "windows" {
		return 0
	}
	return 0o700
}()

// empty reports whether p is a folder without anything in it.
func (f forest) empty(p string) bool {
	if !f[p].mode.IsDir() {
		return false
	}
	for q := range f {
		if strings.HasPrefix(q, p+"/") {
			return false
		}
	}
	return true
}

// within reports whether p is dir or below it.
func within(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }

// of are the files of a site, but for its lock, which follows from them.
func (f forest) of(s *site) forest {
	out := forest{}
	for p, n := range f {
		if s.owns(p) && !n.mode.IsDir() && path.Base(p) != LockfileName {
			out[p] = n
		}
	}
	return out
}

// predicted is what the plan says that there will be, less the actions that
// have failed.
func (a *attempt) predicted(t *trial) forest {
	f := a.before.clone()
	actions := a.made.Actions
	if a.res != nil {
		actions = nil
		for _, r := range a.res {
			if r.Err == nil {
				actions = append(actions, r.Action)
			}
		}
	}
	put := func(p string, c Content) {
		switch {
		case c.Link != "":
			f[p] = node{mode: fs.ModeSymlink | 0o777, link: c.Link}
		case c.Exists():
			f[p] = node{mode: c.Mode.Perm(), data: string(c.Data)}
		default:
			delete(f, p)
		}
	}
	for _, a := range actions {
		switch {
		case !a.Changes():
		case a.server != nil:
			put(t.rel(a.server.target), a.server.after)
		default:
			if a.item.displace != nil {
				delete(f, t.rel(a.Path))
			}
			for _, c := range a.Files {
				if c.Op != OpKeep && c.Op != OpNone {
					put(t.rel(a.FilePath(c.Path)), c.After)
				}
			}
		}
	}
	return f
}
