package installer

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fsskills/clients"
)

// The model knows little: what the user wrote last at each path, what upstream
// has, and what is in each config file but for our entry. What must be on the
// disk follows from that, whatever the planner thinks.

// A site is one of the two scopes.
type site struct {
	name    string
	prefix  string // of its paths
	sys     clients.System
	store   *Store
	ids     []string // of the clients that there are
	pending *pending

	everyone map[string]Target // the clients
	agents   []agentPlace
}

// everyClient is the catalog, which takes its time to be made.
var everyClient = sync.OnceValue(clients.All)

// owns reports whether a path is of the site.
func (s *site) owns(p string) bool { return strings.HasPrefix(p, "web/") == (s.prefix != "") }

// A trial is one sequence as it is played.
type trial struct {
	home    string
	ctx     context.Context
	sites   []*site
	disk    forest
	up      upstream
	script  []string
	failure string
	tally   tally

	own     map[string]node // what the user wrote last, or made of a skill
	gone    map[string]bool // files of skills that the user deleted
	folders map[string]bool // the user's folders: true if they have to stay
	modes   map[string]bool // files of which the user has set the mode
	copied  map[string]bool // what the user has copied from upstream
	history map[string]configText
	configs []*config
	texts   map[string]string    // every text of upstream by digest
	written int                  // how often the user has written
	done    map[string][2]forest // what there was before and after each operation
}

// A mismatch ends a trial.
type mismatch string

func (t *trial) fail(format string, args ...any) {
	panic(mismatch(strings.ReplaceAll(fmt.Sprintf(format, args...), t.home, "~")))
}

func (t *trial) must(err error) {
	if err != nil {
		t.fail("the test itself: %v", err)
	}
}

// say adds a line to the script.
func (t *trial) say(format string, args ...any) {
	t.script = append(t.script, strings.ReplaceAll(fmt.Sprintf(format, args...), t.home, "~"))
}

func (t *trial) path(rel string) string { return filepath.Join(t.home, filepath.FromSlash(rel)) }

func (t *trial) rel(path string) string {
	rel, err := filepath.Rel(t.home, path)
	t.must(err)
	return filepath.ToSlash(rel)
}

// newTrial is a trial in an empty home.
func newTrial(home string) *trial {
	return &trial{
		home: home, own: map[string]node{}, gone: map[string]bool{}, folders: map[string]bool{},
		texts: map[string]string{}, done: map[string][2]forest{}, modes: map[string]bool{}, copied: map[string]bool{}, history: map[string]configText{},
	}
}

// The clients that there may be. Each lineup has several formats of config files
// and of agents.
var lineups = [][]string{
	{"claude-code", "cursor", "codex", "junie", "goose"},
	{"claude-code", "codex", "copilot-cli", "vscode", "opencode"},
	{"copilot-cli", "vscode", "qwen-code", "goose", "claude-code"},
	{"opencode", "qwen-code", "codex", "cursor", "vscode"},
}

// begin makes the home. chance says which clients there are, and gives each one
// of several config files.
func (t *trial) begin(tb testing.TB, chance int) {
	tb.Helper()
	t.ctx = context.Background()
	w := openWorld(tb, t.home)
	now := time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)
	w.store.Now = func() time.Time { now = now.Add(time.Second); return now }
	user := &site{name: "home", sys: w.sys, store: w.store, ids: lineups[chance%len(lineups)]}
	project := *user
	project.name, project.prefix = "project", "web/"
	project.sys.Project = t.path("web")
	project.store = &Store{Dir: filepath.Join(w.store.path(ProjectsName), "web"), Project: project.sys.Project, Version: "test", Now: w.store.Now}
	t.sites = []*site{user, &project}
	for _, s := range t.sites {
		s.everyone = map[string]Target{}
		for _, id := range s.ids {
			c, ok := everyClient().Find(id)
			if ok && s.prefix != "" {
				c, ok = c.In(clients.ProjectScope)
			}
			if ok {
				s.everyone[id] = Target{Client: c, Skills: true, Agents: true, Server: &clients.Server{Name: clients.ServerName, URL: serverURL, Auth: clients.OAuth}}
			}
		}
		s.agents = s.agentPlaces(t)
	}
	t.must(os.Mkdir(t.path("web"), 0o755))
	t.must(os.Mkdir(t.path("elsewhere"), 0o755))
	t.disk = t.scan()
	t.put("elsewhere/SKILL.md", "elsewhere\n")
	t.seedConfigs(chance)
	t.up.begin(t.texts, user.clients())
	t.disk = t.scan()
	for p, n := range t.disk {
		if n.mode.IsDir() {
			t.folders[p] = true
		}
	}
}

// receipt is what is recorded of a site.
func (t *trial) receipt(s *site) Receipt {
	r, err := s.store.Receipt()
	t.must(err)
	if s.sys.Project != "" {
		lock, err := ReadLockfile(s.sys.Project)
		t.must(err)
		r, _, err = r.InProject(s.sys.Project, lock, everyClient(), s.sys)
		t.must(err)
	}
	return r
}

// checkOwn finds everything that the user wrote: in its place or, where it may
// go, in a backup. An interrupted operation has it in its journal.
func (t *trial) checkOwn(a *attempt) {
	for _, p := range slices.Sorted(maps.Keys(t.own)) {
		n := t.own[p]
		if h, ok := t.disk[p]; ok && n.is(h) {
			continue
		}
		may, final := false, true
		for _, s := range t.sites {
			if s.owns(p) {
				may = s == a.site && a.mayChange || s.pending != nil && s.pending.mayChange
				final = s.pending == nil
			}
		}
		if !may {
			t.fail("lost: %s was %v, is %v", p, n, t.disk[p])
		}
		if op := a.undoes; op != nil && !a.force && a.site.owns(p) && !op.leaves(t.path(p), n) {
			t.fail("lost: %s was %v, which is newer than the operation, is %v", p, n, t.disk[p])
		}
		if !t.kept(n) {
			t.fail("lost: %s was %v, is %v, and no backup has it", p, n, t.disk[p])
		}
		if final {
			delete(t.own, p)
		}
	}
	t.checkConfigs(a)
}

// leaves reports whether the operation left n at a path.
func (op Operation) leaves(path string, n node) bool {
	return slices.ContainsFunc(op.Changes, func(c Change) bool {
		return c.Path == path && c.After.Link == n.link && (n.link != "" || c.After.SHA256 == digest([]byte(n.data)))
	})
}

// checkUndone finds everything as it was, if the last operation is taken back
// and nobody has done anything since.
func (t *trial) checkUndone(a *attempt) {
	if a.undoes != nil && a.undoes.ID == a.was.Operation {
		if states, ok := t.done[a.site.name+a.undoes.ID]; ok && maps.Equal(states[1], a.before.of(a.site)) {
			t.wants(states[0], t.disk.of(a.site), "restored, and not as before")
		}
	}
	if a.made.Empty() {
		return
	}
	t.done[a.site.name+t.receipt(a.site).Operation] = [2]forest{a.before.of(a.site), t.disk.of(a.site)}
}

// kept reports whether a backup or journal has the bytes.
func (t *trial) kept(n node) bool {
	for _, s := range t.sites {
		files, err := filepath.Glob(s.store.path(filepath.Join(backupsName, "*")))
		t.must(err)
		for _, file := range append(files, s.store.path(journalName)) {
			if t.holds(file, n) {
				return true
			}
		}
	}
	return false
}

// holds reports whether an archive has the bytes, or a link with that target.
func (t *trial) holds(archive string, n node) bool {
	f, err := os.Open(archive)
	if errors.Is(err, fs.ErrNotExist) {
		return false
	}
	t.must(err)
	defer func() { t.must(f.Close()) }()
	for in := tar.NewReader(f); ; {
		h, err := in.Next()
		if err != nil {
			return false
		}
		data, err := io.ReadAll(in)
		t.must(err)
		if h.Name == operationName && n.link != "" && strings.Contains(string(data), fmt.Sprintf("%q", n.link)) || n.link == "" && string(data) == n.data {
			return true
		}
	}
}
