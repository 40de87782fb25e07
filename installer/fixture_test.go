package installer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"fsskills/clients"
	"fsskills/registry"
)

// A world is a throw-away home with a store.
type world struct {
	t     testing.TB
	home  string
	store *Store
	sys   clients.System
}

func newWorld(tb testing.TB) *world {
	tb.Helper()
	return openWorld(tb, tb.TempDir())
}

func openWorld(tb testing.TB, home string) *world {
	tb.Helper()
	return &world{
		t: tb, home: home,
		store: &Store{
			Dir: filepath.Join(home, ".local", "state", "fsskills"), Version: "test",
			Now: func() time.Time { return time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC) },
		},
		sys: clients.System{
			GOOS: runtime.GOOS, Home: home, Getenv: func(string) string { return "" },
			LookPath: func(string) (string, error) { return "", exec.ErrNotFound },
			Stat:     os.Stat, ReadFile: os.ReadFile, Glob: filepath.Glob,
		},
	}
}

// inProject is the world as seen from the project web in the home.
func (w *world) inProject() *world {
	w.t.Helper()
	p := *w
	p.sys.Project = filepath.Join(w.home, "web")
	if err := os.MkdirAll(p.sys.Project, 0o755); err != nil {
		w.t.Fatal(err)
	}
	return &p
}

// write makes a file below home.
func (w *world) write(rel, data string) {
	w.t.Helper()
	path := filepath.Join(w.home, filepath.FromSlash(rel))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) read(rel string) string {
	w.t.Helper()
	data, err := os.ReadFile(filepath.Join(w.home, filepath.FromSlash(rel)))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(data)
}

func (w *world) exists(rel string) bool {
	_, err := os.Lstat(filepath.Join(w.home, filepath.FromSlash(rel)))
	return err == nil
}

// link makes a link below home. Windows lets few users do that.
func (w *world) link(target, rel string) {
	w.t.Helper()
	if runtime.GOOS == "windows" {
		w.t.Skip("on Windows a link takes a privilege that the test may not have")
	}
	if err := os.Symlink(filepath.FromSlash(target), filepath.Join(w.home, filepath.FromSlash(rel))); err != nil {
		w.t.Fatal(err)
	}
}

// remove takes away what is below home, with all that is in it.
func (w *world) remove(rel string) {
	w.t.Helper()
	if err := os.RemoveAll(filepath.Join(w.home, filepath.FromSlash(rel))); err != nil {
		w.t.Fatal(err)
	}
}

// tree is every file below home with its mode and bytes, but for the store's
// own.
func (w *world) tree() string {
	w.t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(w.home, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(w.home, path)
		if err != nil {
			return err
		}
		if rel == ".local" {
			return fs.SkipDir
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%s %v", filepath.ToSlash(rel), info.Mode())
		switch {
		case info.Mode()&fs.ModeSymlink != 0:
			target, err := os.Readlink(path)
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, " -> %s", target)
		case info.Mode().IsRegular():
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			sum := sha256.Sum256(data)
			fmt.Fprintf(&b, " %s", hex.EncodeToString(sum[:6]))
		}
		b.WriteByte('\n')
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return b.String()
}

// snapshot makes a snapshot from "skill/path" to contents. The one behind
// "agents/NAME.md" is what the agent is told.
func snapshot(commit string, files map[string]string) *registry.Snapshot {
	s := &registry.Snapshot{Source: registry.Source{Kind: registry.Folder, URL: "/source"}, Commit: commit}
	for path, data := range files {
		name, rel, _ := strings.Cut(path, "/")
		if name == "agents" {
			s.Agents = append(s.Agents, agent(strings.TrimSuffix(rel, ".md"), data))
			continue
		}
		i := slices.IndexFunc(s.Skills, func(k registry.Skill) bool { return k.Name == name })
		if i < 0 {
			i = len(s.Skills)
			s.Skills = append(s.Skills, registry.Skill{Name: name, Description: "about " + name, UserInvocable: true, Path: "skills/" + name})
		}
		mode := fs.FileMode(0o644)
		if strings.HasSuffix(rel, ".sh") {
			mode = 0o755
		}
		s.Skills[i].Files = append(s.Skills[i].Files, registry.File{Path: rel, Mode: mode, Data: []byte(data), SHA256: digest([]byte(data))})
	}
	slices.SortFunc(s.Skills, func(a, b registry.Skill) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(s.Agents, func(a, b registry.Agent) int { return strings.Compare(a.Name, b.Name) })
	for _, k := range s.Skills {
		slices.SortFunc(k.Files, func(a, b registry.File) int { return strings.Compare(a.Path, b.Path) })
	}
	return s
}

// agent is one that may use a single tool, as a source has it.
func agent(name, body string) registry.Agent {
	data := []byte("---\nname: " + name + "\ndescription: helps " + name + "\ntools:\n  - fullstory:get_" + name + "\n---\n" + body)
	return registry.Agent{
		Name: name, Description: "helps " + name, Tools: []string{"get_" + name}, Body: []byte(body), Path: "agents/" + name + ".md",
		File: registry.File{Path: name + ".md", Mode: 0o644, Data: data, SHA256: digest(data)},
	}
}

const serverURL = "https://api.fullstory.com/mcp/fullstory"

// request wants the snapshot and an OAuth entry in the named clients.
func (w *world) request(s *registry.Snapshot, ids ...string) Request {
	w.t.Helper()
	req := Request{Command: "install", System: w.sys, Snapshot: s}
	for _, id := range ids {
		c, ok := clients.All().Find(id)
		if ok && w.sys.Project != "" {
			c, ok = c.In(clients.ProjectScope)
		}
		if !ok {
			w.t.Fatalf("no client %s", id)
		}
		req.Targets = append(req.Targets, Target{
			Client: c, Skills: true, Agents: true,
			Server: &clients.Server{Name: clients.ServerName, URL: serverURL, Auth: clients.OAuth},
		})
	}
	return req
}

func (w *world) receipt() Receipt {
	w.t.Helper()
	r, err := w.store.Receipt()
	if err == nil && w.sys.Project != "" {
		var lock *Lockfile
		if lock, err = ReadLockfile(w.sys.Project); err == nil {
			r, _, err = r.InProject(w.sys.Project, lock, clients.All(), w.sys)
		}
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// install plans and applies, and wants every action to succeed.
func (w *world) install(req Request) []Result {
	w.t.Helper()
	plan, err := NewInstall(w.receipt(), req)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.apply(plan)
}

func (w *world) update(req Request) []Result {
	w.t.Helper()
	req.Command = "update"
	for i := range req.Targets {
		req.Targets[i].Server = nil
	}
	plan, err := NewUpdate(w.receipt(), req)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.apply(plan)
}

func (w *world) uninstall(req Removal) {
	w.t.Helper()
	w.apply(NewUninstall(w.receipt(), req))
}

func (w *world) apply(plan Plan) []Result {
	w.t.Helper()
	results := w.try(plan)
	for _, r := range results {
		if r.Err != nil {
			w.t.Fatalf("%s %s: %v", r.Action.Op, r.Action.Path, r.Err)
		}
	}
	return results
}

// try applies and lets actions fail.
func (w *world) try(plan Plan) []Result {
	w.t.Helper()
	lock, err := w.store.Lock(w.t.Context(), time.Second)
	if err != nil {
		w.t.Fatal(err)
	}
	results, err := w.store.Apply(context.WithoutCancel(w.t.Context()), plan)
	if err := errors.Join(err, lock.Unlock()); err != nil {
		w.t.Fatal(err)
	}
	return results
}

// states are the actions in short: "op state name".
func states(results []Result) string {
	var lines []string
	for _, r := range results {
		lines = append(lines, fmt.Sprintf("%s %s %s", r.Action.Op, r.Action.State, r.Action.Name))
	}
	return strings.Join(lines, "\n")
}

func must(p Plan, err error) Plan {
	if err != nil {
		panic(err)
	}
	return p
}

// recovered does what the next command does first.
func recovered(t *testing.T, w *world) (finished bool) {
	t.Helper()
	r, err := w.store.Recover()
	if err != nil {
		t.Fatal(err)
	}
	if op, err := w.store.Interrupted(); op != nil || err != nil {
		t.Fatalf("still interrupted: %v %v", op, err)
	}
	// Killed before the journal: nothing to recover, nothing done.
	return r != nil && r.Finished
}
