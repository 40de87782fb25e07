package conformance

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"fsskills/clients"
	"fsskills/clients/conformance/judge"
)

// testTogether has all clients in one home, as they are on a real machine:
// fsskills finds them by itself, and none of them sees anything twice because
// of the others.
func testTogether(t *testing.T, scope clients.Scope) {
	t.Helper()
	if errNoNPM != nil {
		results.noCrowd(t, errNoNPM.Error())
	}
	if reason := outOfTime(t); reason != "" {
		results.noCrowd(t, reason)
	}
	stage := newStage(t, "together-"+string(scope))
	if err := stage.upstream.show(stage.upstream.newer); err != nil {
		t.Fatal(err)
	}
	stage.bins = []string{packages.nodeBin}
	var all []*trial
	for _, c := range chosen() {
		if c.installed == "" {
			t.Logf("skipped: %s is not installed", c.id)
			continue
		}
		tr := trialOn(t, stage, c, scope)
		if tr == nil {
			t.Logf("skipped: %s has nothing in a project", c.id)
			continue
		}
		tr.want.content = stage.upstream.newer
		stage.bins = append(stage.bins, filepath.Dir(c.installed))
		all = append(all, tr)
	}
	if len(all) < 2 {
		results.noCrowd(t, fmt.Sprintf("%d clients are no crowd", len(all)))
	}
	path := judge.Both
	if scope == clients.ProjectScope {
		path = judge.Keyed
	}
	args := []string{"install", "--yes", "--source", stage.source, "--mcp-url", stage.judge.URL(path), "--auth", "api-key"}
	if scope == clients.ProjectScope {
		args = append(args, "--scope", "project", "--dir", stage.project)
	} else {
		args = append(args, "--write-key")
	}
	// What else is on this machine is found too, and may not take a key.
	found := stage.fsskillsEnds(t, []int{0, 3}, args...)
	for _, tr := range all {
		if !slices.ContainsFunc(found.Clients, func(one struct{ ID string }) bool { return one.ID == tr.c.id }) {
			t.Errorf("fsskills does not find %s by itself", tr.c.id)
		}
	}
	for _, tr := range all {
		t.Run(tr.c.id, func(t *testing.T) { tr.amongOthers(t) })
	}
}

// amongOthers makes the checks that could come out differently because other
// clients are there.
func (tr *trial) amongOthers(t *testing.T) {
	t.Helper()
	asked := tr.session(t.Context(), tr.c, tr.dir(), true)
	for _, agree := range []func(*session) error{tr.c.prepare, tr.c.trust} {
		if agree == nil {
			continue
		}
		if err := agree(asked); err != nil {
			t.Fatal(err)
		}
	}
	where := tr.scope
	tr.results = together
	now := tr.look(t, question{at: aspects})
	for _, check := range checks {
		tr.holds(t, string(where)+": "+check.name, check.needs, now, check.of(tr.c, tr.want, now))
	}
}
