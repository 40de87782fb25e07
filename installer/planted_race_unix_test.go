//go:build unix

package installer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Two skills with the same files, so that what is meant for one would fit the other.
func twins(version string) map[string]string {
	files := map[string]string{}
	for _, skill := range []string{"alpha", "beta"} {
		files[skill+"/SKILL.md"] = "---\nname: x\ndescription: x\n---\n"
		files[skill+"/references/a.md"] = "first\n"
		files[skill+"/references/b.md"] = "first\n"
	}
	if version == "2" {
		files["alpha/references/a.md"] = "second\n"
		files["alpha/references/c.md"] = "second\n"
		delete(files, "alpha/references/b.md")
	}
	return files
}

// TestPlantedAtTheLastMoment puts a link in the place of a folder of a skill after
// the last look at it and before the write. It leads out, or to another skill.
func TestPlantedAtTheLastMoment(t *testing.T) {
	const skills = ".agents/skills"
	for _, step := range []string{"put alpha/references/a.md", "put alpha/references/c.md", "remove alpha/references/b.md", "stage"} {
		for _, plant := range []struct{ place, target string }{
			{skills + "/alpha/references", "../beta/references"},
			{skills + "/alpha/references", "OUTSIDE/references"},
			{skills + "/alpha/references", "."},
			{skills + "/alpha", "beta"},
			{skills + "/alpha", "OUTSIDE"},
			{skills, "other"},
		} {
			t.Run(step+"/"+plant.place+" to "+plant.target, func(t *testing.T) {
				w := newWorld(t)
				w.install(w.request(snapshot("1", twins("1")), "cursor"))
				outside := filepath.Join(w.home, "outside")
				for name, data := range twins("1") {
					if rel, ok := strings.CutPrefix(name, "alpha/"); ok {
						w.write("outside/"+rel, data)
					}
					w.write(".agents/other/"+name, data)
				}
				before := w.subtree(skills+"/beta") + w.subtree("outside") + w.subtree(".agents/other")
				planted := false
				w.store.step = func(name string) error {
					if name != step || planted {
						return nil
					}
					planted = true
					path := filepath.Join(w.home, plant.place)
					return errors.Join(
						os.Rename(path, filepath.Join(w.home, "spare")),
						os.Symlink(strings.Replace(plant.target, "OUTSIDE", outside, 1), path),
					)
				}
				req := w.request(snapshot("2", twins("2")), "cursor")
				req.Targets[0].Server = nil
				results, err := w.store.Apply(t.Context(), must(NewUpdate(w.receipt(), req)))
				if !planted {
					t.Fatal("nothing was planted")
				}
				failed := func(r Result) bool { return r.Err != nil }
				if plant.place != skills && err == nil && !slices.ContainsFunc(results, failed) {
					t.Error("nothing is said of the link")
				}
				beta := skills + "/beta"
				if plant.place == skills {
					beta = "spare/beta"
				}
				after := strings.ReplaceAll(w.subtree(beta), "spare/beta", skills+"/beta") + w.subtree("outside") + w.subtree(".agents/other")
				if after != before {
					t.Errorf("written through the link:\n%s\nwas\n%s", after, before)
				}
			})
		}
	}
}

// TestPlantedRace swaps a folder of a skill with a link to another skill, to and
// fro, while updates run.
func TestPlantedRace(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(snapshot("1", twins("1")), "cursor"))
	folder, spare := filepath.Join(w.home, ".agents/skills/alpha/references"), filepath.Join(w.home, "spare")
	beta := filepath.Join(w.home, ".agents/skills/beta")
	before := listing(t, beta)
	stop := make(chan struct{})
	var group sync.WaitGroup
	defer group.Wait()
	defer close(stop)
	group.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			// Each may fail, since the other side is at work.
			_ = os.Rename(folder, spare)
			_ = os.Symlink("../beta/references", folder)
			time.Sleep(50 * time.Microsecond)
			_ = os.Remove(folder)
			_ = os.Rename(spare, folder)
			time.Sleep(50 * time.Microsecond)
		}
	})
	for n := range 150 {
		req := w.request(snapshot("2", twins([]string{"1", "2"}[n%2])), "cursor")
		req.Targets[0].Server, req.Force = nil, true
		plan, err := NewUpdate(w.receipt(), req)
		if err != nil {
			continue // what is planned cannot be read just now
		}
		// It may fail, and an interrupted operation is taken back.
		if _, err := w.store.Apply(t.Context(), plan); err != nil {
			_, _ = w.store.Recover()
		}
		if after := listing(t, beta); after != before {
			t.Fatalf("round %d has written through the link:\n%s\nwas\n%s", n, after, before)
		}
	}
}

// listing is every file below a folder that nobody else writes to.
func listing(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		fmt.Fprintf(&b, "%s %q\n", path, data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
