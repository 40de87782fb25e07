package conformance

import (
	"path/filepath"
	"slices"
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
	t.Run("ask", func(t *testing.T) {
		for _, scope := range []clients.Scope{clients.UserScope, clients.ProjectScope} {
			t.Run("together/"+string(scope), func(t *testing.T) {
				t.Parallel()
				testTogether(t, scope)
			})
		}
		for _, c := range chosen() {
			if c.installed == "" {
				continue // it has said why
			}
			t.Run("alone/"+c.id, func(t *testing.T) {
				t.Parallel()
				if reason := outOfTime(t); reason != "" {
					results.skip(t, c, "", "", reason)
				}
				t.Run("user", func(t *testing.T) { testUser(t, c) })
				t.Run("project", func(t *testing.T) { testProject(t, c) })
			})
		}
	})
	if failed := t.Failed(); *update && failed {
		t.Error("nothing is written of a run that failed")
	} else {
		t.Run("as before", func(t *testing.T) { testAsBefore(t, len(only) == 0) })
	}
	for _, line := range results.summary() {
		t.Logf("summary: %s", line)
	}
}

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
