package installer

import (
	"strings"
	"testing"

	"fsskills/registry"
)

// versions are the skills of snapshots.
func versions(snapshots ...*registry.Snapshot) []registry.Version {
	var all []registry.Version
	for _, s := range snapshots {
		for _, k := range s.Skills {
			all = append(all, registry.Version{Commit: s.Commit, Skill: k})
		}
	}
	return all
}

// firstAlpha copies the first snapshot's alpha by hand.
func firstAlpha(w *world, dir string) {
	w.write(dir+"SKILL.md", "# alpha 1\n")
	w.write(dir+"references/a.md", "a 1\n")
	w.write(dir+"run.sh", "#!/bin/sh\n")
}

// TestAdoption has skills in place that somebody has copied there.
func TestAdoption(t *testing.T) {
	for _, test := range []struct {
		name string
		copy func(*world, string)
		want string // of an install of the second snapshot
		left string // the skill's text once it is uninstalled
	}{
		{"the newest", func(w *world, dir string) {
			w.write(dir+"SKILL.md", "# alpha 2\n")
			w.write(dir+"references/b.md", "b 2\n")
			w.write(dir+"run.sh", "#!/bin/sh\n")
		}, "none current alpha", "# alpha 2\n"},
		{"an older one", firstAlpha, "update outdated alpha", "# alpha 2\n"},
		{"an older one with a file of the user's", func(w *world, dir string) {
			firstAlpha(w, dir)
			w.write(dir+"mine.md", "mine\n")
		}, "update outdated alpha", "# alpha 2\n"},
		{"an older one, edited", func(w *world, dir string) {
			firstAlpha(w, dir)
			w.write(dir+"references/a.md", "a 1, mine\n")
		}, "keep foreign alpha", "# alpha 1\n"},
		{"half of an older one", func(w *world, dir string) {
			w.write(dir+"SKILL.md", "# alpha 1\n")
		}, "keep foreign alpha", "# alpha 1\n"},
		{"another skill", func(w *world, dir string) {
			w.write(dir+"SKILL.md", "# not from here\n")
		}, "keep foreign alpha", "# not from here\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			const dir = ".agents/skills/alpha/"
			test.copy(w, dir)
			foreign := strings.HasPrefix(test.want, "keep foreign")
			req := w.request(second(), "cursor")
			req.Versions = versions(first(), second())
			plan := must(NewInstall(w.receipt(), req))
			if (len(plan.Strangers()) == 1) != foreign {
				t.Errorf("strangers are %v", plan.Strangers())
			}
			results := w.apply(plan)
			if got := states(results); !strings.HasPrefix(got, test.want+"\n") {
				t.Fatalf("got\n%s\nwant\n%s", got, test.want)
			}
			if !foreign && (w.read(dir+"SKILL.md") != "# alpha 2\n" || w.exists(dir+"references/a.md")) {
				t.Errorf("not brought up to date:\n%s", w.tree())
			}
			again := must(NewInstall(w.receipt(), req))
			if !again.Empty() || again.Records() {
				t.Errorf("a second install has something to do: %v", again.Actions)
			}
			w.uninstall(Removal{})
			if got := w.read(dir + "SKILL.md"); got != test.left {
				t.Errorf("after the uninstall it is %q, want %q", got, test.left)
			}
			w.uninstall(Removal{Force: true})
			if w.exists(dir+"SKILL.md") != foreign {
				t.Error("--force does not tell ours from the user's")
			}
		})
	}
}

// TestAdoptionTakesTheFullest has two versions that a copy can be.
func TestAdoptionTakesTheFullest(t *testing.T) {
	small := snapshot(strings.Repeat("a", 40), map[string]string{"alpha/SKILL.md": "# alpha 1\n"})
	w := newWorld(t)
	firstAlpha(w, ".agents/skills/alpha/")
	req := w.request(second(), "cursor")
	req.Versions = versions(small, first())
	w.install(req)
	if w.exists(".agents/skills/alpha/references/a.md") {
		t.Error("a file of the older version is taken for the user's")
	}
}
