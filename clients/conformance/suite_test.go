package conformance

import (
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"fsskills/clients"
)

// TestConformance asks the real clients: each by itself, and then all in one
// home. What was seen is compared with what was seen the last time.
func TestConformance(t *testing.T) {
	if !wanted {
		t.Skip("asks the real clients only if FSSKILLS_CONFORMANCE is set: make conformance")
	}
	t.Run("install", func(t *testing.T) {
		for _, c := range chosen() {
			t.Run(c.id, func(t *testing.T) { c.install(t) })
		}
	})
	var jobs []job
	for _, c := range chosen() {
		if c.installed != "" { // the others have said why not
			jobs = append(jobs, job{"alone/" + c.id, func(t *testing.T) {
				t.Helper()
				testAlone(t, c)
			}})
		}
	}
	for _, scope := range []clients.Scope{clients.UserScope, clients.ProjectScope} {
		jobs = append(jobs, job{"together/" + string(scope), func(t *testing.T) {
			t.Helper()
			testTogether(t, scope)
		}})
	}
	inOrder(t, jobs)
	if failed := t.Failed(); *update && failed {
		t.Error("nothing is written of a run that failed")
	} else {
		t.Run("as before", func(t *testing.T) { testAsBefore(t, len(only) == 0) })
	}
	for _, line := range results.summary() {
		t.Logf("summary: %s", line)
	}
}

// A job is a test that may run beside others.
type job struct {
	name string
	test func(*testing.T)
}

// inOrder begins the jobs in their order, a few at a time: those that matter
// most come first if the time is short, which parallel tests do not promise.
func inOrder(t *testing.T, jobs []job) {
	t.Helper()
	next := make(chan job)
	var workers sync.WaitGroup
	for range atATime {
		workers.Go(func() {
			for one := range next {
				t.Run(one.name, one.test)
			}
		})
	}
	for _, one := range jobs {
		next <- one
	}
	close(next)
	workers.Wait()
}

// testAlone puts a client through the suite, in a home and in a project of its
// own.
func testAlone(t *testing.T, c *subject) {
	t.Helper()
	if reason := outOfTime(t); reason != "" {
		results.skip(t, c, "", "", reason)
	}
	t.Run("user", func(t *testing.T) { testUser(t, c) })
	t.Run("project", func(t *testing.T) { testProject(t, c) })
}

// atATime is how many clients are asked at a time. They wait a lot.
const atATime = 3

// chosen are the clients that are to be asked.
func chosen() []*subject {
	if len(only) == 0 {
		return subjects
	}
	return slices.DeleteFunc(slices.Clone(subjects), func(c *subject) bool { return !slices.Contains(only, c.id) })
}

// install gets the client from npm, or skips with the reason why not.
func (c *subject) install(t *testing.T) {
	t.Helper()
	if errNoNPM != nil {
		results.skip(t, c, "", "", errNoNPM.Error())
	}
	if reason := outOfTime(t); reason != "" {
		results.skip(t, c, "", "", reason)
	}
	version := c.version
	if newest {
		var err error
		if version, err = packages.newest(t.Context(), c.pkg); err != nil {
			results.skip(t, c, "", "", err.Error())
		}
	}
	modules, err := packages.install(t.Context(), c.pkg, version, c.program)
	if err != nil {
		results.skip(t, c, "", "", err.Error())
	}
	c.installed = filepath.Join(modules, filepath.FromSlash(c.program))
	results.version(c, version)
}

// checkCatalog compares what the suite knows of the client with the catalog.
func (c *subject) checkCatalog(t *testing.T) {
	t.Helper()
	entry, ok := clients.All().Find(c.id)
	if !ok {
		t.Fatalf("the catalog has no %s", c.id)
	}
	if entry.Evidence != clients.Observed || entry.Version != c.version {
		t.Errorf("%s is %s %s in the catalog, and asked here as %s", c.id, entry.Evidence, entry.Version, c.version)
	}
	if err := c.warned(entry); err != nil && !c.writeKey {
		t.Errorf("%s: %v", c.id, err)
	}
}
