package conformance

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"fsskills/clients"
	"fsskills/clients/conformance/judge"
)

// A trial is one client on one stage.
type trial struct {
	*stage
	c     *subject
	entry clients.Client
	scope clients.Scope
	want  expectation
	auth  []string
	// results is what the checks are entered under.
	results clients.Scope
}

// newTrial is the client alone on a stage of its own.
func newTrial(t *testing.T, c *subject, scope clients.Scope) *trial {
	t.Helper()
	tr := trialOn(t, newStage(t, c.id+"-"+string(scope)), c, scope)
	if tr == nil {
		results.skip(t, c, scope, "", "the client has nothing there")
	}
	tr.bins = []string{packages.nodeBin, filepath.Dir(c.installed)}
	return tr
}

// trialOn puts the client on a stage, with what its user has there. Nil: it has
// nothing in that scope.
func trialOn(t *testing.T, s *stage, c *subject, scope clients.Scope) *trial {
	t.Helper()
	entry, ok := clients.All().Find(c.id)
	if !ok {
		t.Fatalf("the catalog has no %s", c.id)
	}
	if entry, ok = entry.In(scope); !ok {
		return nil
	}
	tr := &trial{stage: s, c: c, entry: entry, scope: scope, results: scope}
	tr.want = expectation{
		content: s.upstream.older, path: judge.Both, header: []string{"Bearer " + testKey}, state: connected, open: entry.OpenAgents() != "",
	}
	tr.auth = []string{"--auth", "api-key"}
	if c.writeKey {
		tr.auth = append(tr.auth, "--write-key")
	}
	s.fill(t, s.home, c.before)
	if scope == clients.ProjectScope {
		tr.want.path = judge.Keyed // a server that knows keys alone; that of the user's scope knows both ways
		if c.keyless {
			tr.auth, tr.want.path, tr.want.header = []string{"--auth", "oauth"}, judge.Open, nil
		}
		s.fill(t, s.project, c.beforeProject)
	}
	return tr
}

// install installs for the client from what the source shows.
func (tr *trial) install(t *testing.T, path judge.Path, args ...string) {
	t.Helper()
	tr.fsskills(t, slices.Concat([]string{
		"install", "--yes", "--source", tr.source, "--mcp-url", tr.judge.URL(path),
	}, tr.where(), args)...)
	if !tr.c.writeKey {
		tr.noKeyIn(t, tr.home)
		tr.noKeyIn(t, tr.project)
	}
}

// noKeyIn makes sure that no file below the folder has the key.
func (tr *trial) noKeyIn(t *testing.T, folder string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if err == nil && bytes.Contains(data, []byte(testKey)) {
			t.Errorf("%s has the key", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// where are the flags that say for which client and in which scope.
func (tr *trial) where() []string {
	if tr.scope == clients.ProjectScope {
		return []string{"--client", tr.c.id, "--scope", "project", "--dir", tr.project}
	}
	return []string{"--client", tr.c.id}
}

// look asks the client, and fails the test if it gives no answer that can be
// read.
func (tr *trial) look(t *testing.T, q question) *seen {
	t.Helper()
	q.dir = tr.dir()
	got, err := tr.ask(t.Context(), tr.c, q)
	if err != nil {
		t.Fatalf("%v\nsee %s", err, tr.log)
	}
	return got
}

// dir is where the client is started: in the project, or in an empty folder.
func (tr *trial) dir() string {
	if tr.scope == clients.ProjectScope {
		return tr.project
	}
	return ""
}

// holds makes a check of what was seen, unless the client cannot be asked for
// what it needs.
func (tr *trial) holds(t *testing.T, name string, needs aspect, got *seen, err error) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		if reason := tr.reason(needs); reason != "" {
			results.skip(t, tr.c, tr.results, name, reason)
		}
		if !got.was(needs) {
			t.Fatalf("%s was not asked for its %s", tr.c.id, needs)
		}
		results.add(tr.c, tr.results, name, err)
		if err != nil {
			t.Errorf("%s %s: %v\nsee %s", tr.c.id, results.versionOf(tr.c), err, tr.log)
		}
	})
}

// reason says why a check cannot be made. Empty: it can.
func (tr *trial) reason(needs aspect) string {
	switch reason := tr.without(needs); {
	case reason != "":
		return reason
	case needs == talk && tr.entry.NoAgents() != "":
		return "fsskills gives it no agent"
	case tr.c.cannot[needs] != "":
		return tr.c.cannot[needs]
	case !tr.c.can(needs):
		return fmt.Sprintf("there is no way to ask for its %s", needs)
	}
	return ""
}

// without says why a client has no server in this scope, if that is what is
// needed.
func (tr *trial) without(needs aspect) string {
	switch {
	case needs != servers && needs != talk:
		return ""
	case len(tr.entry.Servers) == 0:
		return "it takes no server from a project"
	case tr.results == together && tr.keyless():
		return "its file in a project takes no key, and all are given one"
	}
	return ""
}

// keyless reports whether the client takes no key in this scope.
func (tr *trial) keyless() bool { return tr.c.keyless && tr.scope == clients.ProjectScope }

// fails makes sure that a check fails where it has to: one that cannot fail
// says nothing.
func (tr *trial) fails(t *testing.T, name, where string, needs aspect, got *seen, err error) {
	t.Helper()
	t.Run("control of "+name+" "+where, func(t *testing.T) {
		if reason := tr.reason(needs); reason != "" {
			t.Skip(reason)
		}
		if !got.was(needs) {
			t.Fatalf("%s was not asked for its %s", tr.c.id, needs)
		}
		if err == nil {
			t.Errorf("the check %q holds %s too, so it shows nothing\nsee %s", name, where, tr.log)
			return
		}
		tr.logf("control: %s fails %s: %v\n", name, where, err)
	})
}
