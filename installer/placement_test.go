package installer

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fsskills/clients"
	"fsskills/registry"
)

// TestPlacement installs for sets of clients: each has the skills in its own
// folder, and where it finds them in another one of ours too the plan says so.
// Taking one client out leaves the others with theirs, and the last one leaves
// nothing.
func TestPlacement(t *testing.T) {
	t.Parallel()
	const sets = 15
	skills := snapshot(strings.Repeat("c1", 20), map[string]string{"demo/SKILL.md": "demo", "other/SKILL.md": "other", "other/run.sh": "#!/bin/sh"})
	for _, scope := range []clients.Scope{clients.UserScope, clients.ProjectScope} {
		t.Run(string(scope), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(2026, 1)) // the same sets every time
			for range sets {
				w := newWorld(t)
				if scope == clients.ProjectScope {
					w = w.inProject()
				}
				ids := placed(w, scope)
				random.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
				set := ids[:2+random.IntN(8)]
				if random.IntN(2) == 0 && !slices.Contains(set, "claude-code") && slices.Contains(ids, "claude-code") {
					set[0] = "claude-code" // its folder is the one that others read
				}
				checkPlacement(t, w, skills.Skills, w.request(skills, set...))
			}
		})
	}
}

// placed are the ids of the clients that have a skills folder in the scope.
func placed(w *world, scope clients.Scope) []string {
	var ids []string
	for _, c := range clients.All() {
		if c, ok := c.In(scope); ok && c.SkillsDir(w.sys) != "" {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func checkPlacement(t *testing.T, w *world, skills []registry.Skill, req Request) {
	t.Helper()
	for i := range req.Targets {
		req.Targets[i].Server = nil // entries have tests of their own
	}
	before := w.tree()
	plan := must(NewInstall(w.receipt(), req))
	w.apply(plan)
	for _, target := range req.Targets {
		c := target.Client
		finds := []string{c.SkillsDir(w.sys)}
		for _, dir := range c.AlsoReads(w.sys) {
			if has(dir, skills) {
				finds = append(finds, dir)
			}
		}
		if !has(finds[0], skills) {
			t.Errorf("%v: %s has no skills in %s", req.ids(), c.ID, finds[0])
		}
		for _, twice := range finds[1:] {
			said := func(note string) bool {
				return strings.Contains(note, c.Name) && strings.Contains(note, finds[0]+" and "+twice)
			}
			if !slices.ContainsFunc(plan.Notes, said) {
				t.Errorf("%v: %s finds skills in %v, and the notes do not say so: %q", req.ids(), c.ID, finds, plan.Notes)
			}
		}
	}
	for i, target := range req.Targets {
		w.uninstall(Removal{Clients: []string{target.Client.ID}})
		for _, left := range req.Targets[i+1:] {
			if dir := left.Client.SkillsDir(w.sys); !has(dir, skills) {
				t.Fatalf("%v: without %s, %s has no skills in %s", req.ids(), target.Client.ID, left.Client.ID, dir)
			}
		}
	}
	if after := w.tree(); after != before {
		t.Errorf("%v, all taken out one by one: before:\n%s\nafter:\n%s", req.ids(), before, after)
	}
}

// has reports whether every file of the skills is below dir.
func has(dir string, skills []registry.Skill) bool {
	for _, s := range skills {
		for _, f := range s.Files {
			data, err := os.ReadFile(filepath.Join(dir, s.Name, filepath.FromSlash(f.Path)))
			if err != nil || !bytes.Equal(data, f.Data) {
				return false
			}
		}
	}
	return true
}
