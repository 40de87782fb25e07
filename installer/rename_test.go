package installer

import (
	"strings"
	"testing"

	"fsskills/registry"
)

const manual = "# How to\n\nDo this first.\nThen do that.\nAnd say so.\n"

// named is a snapshot from before a rename.
func named() *registry.Snapshot {
	return snapshot(strings.Repeat("1", 40), map[string]string{
		"alpha/SKILL.md": manual, "alpha/references/a.md": "a 1\n", "alpha/run.sh": "#!/bin/sh\n",
		"beta/SKILL.md": "# beta 1\n",
	})
}

// renamedTo is the same with alpha under the name omega: two of its files have
// changed, one is gone and one is new.
func renamedTo() *registry.Snapshot {
	return snapshot(strings.Repeat("3", 40), map[string]string{
		"omega/SKILL.md": manual + "More.\n", "omega/references/a.md": "a 3\n", "omega/new.md": "new 3\n",
		"beta/SKILL.md": "# beta 1\n",
	})
}

// renameSeed has one copy of alpha with an edit, a file of the user's own and
// an edit of what upstream changes, and another as it was installed.
func renameSeed(w *world) {
	seed(w)
	w.install(w.request(named(), "claude-code", "cursor"))
	w.write(".agents/skills/alpha/SKILL.md", "# mine\n")
	w.write(".agents/skills/alpha/references/a.md", "a, mine\n")
	w.write(".agents/skills/alpha/notes/mine.md", "mine\n")
}

func TestRenamedSkillIsFollowed(t *testing.T) {
	w := newWorld(t)
	renameSeed(w)
	results := w.update(w.request(renamedTo(), "claude-code", "cursor"))
	want := "update edited omega\nnone current beta\nupdate outdated omega\nnone current beta"
	if got := states(results); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for rel, want := range map[string]string{
		".agents/skills/omega/SKILL.md":        "# mine\n",
		".agents/skills/omega/references/a.md": "a, mine\n",
		".agents/skills/omega/notes/mine.md":   "mine\n",
		".agents/skills/omega/new.md":          "new 3\n",
		".claude/skills/omega/references/a.md": "a 3\n",
		".claude/skills/omega/SKILL.md":        manual + "More.\n",
	} {
		if got := w.read(rel); got != want {
			t.Errorf("%s is %q, want %q", rel, got, want)
		}
	}
	for _, rel := range []string{".agents/skills/alpha", ".claude/skills/alpha", ".agents/skills/omega/run.sh"} {
		if w.exists(rel) {
			t.Errorf("%s is there", rel)
		}
	}
	again := must(NewUpdate(w.receipt(), w.request(renamedTo(), "claude-code", "cursor")))
	if !again.Empty() || again.Records() {
		t.Errorf("a second update has something to do: %v", again.Actions)
	}
	// And back again.
	w.update(w.request(named(), "claude-code", "cursor"))
	if got := w.read(".agents/skills/alpha/SKILL.md"); got != "# mine\n" || w.exists(".agents/skills/omega") {
		t.Errorf("the way back: %q\n%s", got, w.tree())
	}
}

func TestInstallFollowsARename(t *testing.T) {
	w := newWorld(t)
	renameSeed(w)
	w.install(w.request(renamedTo(), "claude-code", "cursor"))
	if w.exists(".agents/skills/alpha") || w.read(".agents/skills/omega/notes/mine.md") != "mine\n" {
		t.Errorf("not followed:\n%s", w.tree())
	}
}

// TestRenameOfANamedSkill has choices that name the skill.
func TestRenameOfANamedSkill(t *testing.T) {
	w := newWorld(t)
	req := w.request(named(), "cursor")
	req.Names = []string{"alpha"}
	req.Choices = Choices{Skills: []string{"alpha"}, SkillsSet: true}
	w.install(req)
	req = w.request(renamedTo(), "cursor")
	req.Choices = w.receipt().Choices
	w.update(req)
	if got := w.receipt().Choices.Skills; len(got) != 1 || got[0] != "omega" {
		t.Errorf("the choice is %v", got)
	}
	if !w.exists(".agents/skills/omega/SKILL.md") || w.exists(".agents/skills/alpha") || w.exists(".agents/skills/beta") {
		t.Errorf("got\n%s", w.tree())
	}
}

// TestRenameOfAnUninstalledSkill keeps it out, if what it was is known.
func TestRenameOfAnUninstalledSkill(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(named(), "cursor"))
	w.uninstall(Removal{Names: []string{"alpha"}})
	req := w.request(renamedTo(), "cursor")
	req.Before, req.Choices = named(), w.receipt().Choices
	w.update(req)
	if w.exists(".agents/skills/omega") {
		t.Error("it came back under its new name")
	}
	if got := w.receipt().Choices.Without; len(got) != 1 || got[0] != "omega" {
		t.Errorf("the choice is %v", got)
	}
}

// TestRenameOfADeletedSkill leaves it deleted.
func TestRenameOfADeletedSkill(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(named(), "claude-code", "cursor"))
	w.remove(".agents/skills/alpha")
	results := w.update(w.request(renamedTo(), "claude-code", "cursor"))
	if !strings.HasPrefix(states(results), "keep absent omega") || w.exists(".agents/skills/omega") {
		t.Errorf("got\n%s\n%s", states(results), w.tree())
	}
	if r := w.receipt(); r.Item(w.home+"/.agents/skills", "omega") == nil || r.Item(w.home+"/.agents/skills", "alpha") != nil {
		t.Errorf("recorded are %+v", r.Items)
	}
	w.install(w.request(renamedTo(), "claude-code", "cursor"))
	if !w.exists(".agents/skills/omega/new.md") {
		t.Error("install does not put it back")
	}
}

// TestRenameIntoSomethingElse has something of the user's in the new place.
func TestRenameIntoSomethingElse(t *testing.T) {
	for name, text := range map[string]string{"another skill": "# not from here\n", "the same skill": manual + "More.\n"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			renameSeed(w)
			for rel, data := range map[string]string{"SKILL.md": text, "references/a.md": "a 3\n", "new.md": "new 3\n"} {
				w.write(".claude/skills/omega/"+rel, data)
			}
			results := w.update(w.request(renamedTo(), "claude-code"))
			want := "keep foreign omega\nkeep orphaned alpha\nnone current beta"
			if text == manual+"More.\n" {
				want = "none current omega\nremove orphaned alpha\nnone current beta"
			}
			if got := states(results); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if got := w.read(".claude/skills/omega/SKILL.md"); got != text {
				t.Errorf("omega is %q", got)
			}
			if got, want := w.exists(".claude/skills/alpha/SKILL.md"), strings.HasPrefix(text, "# not"); got != want {
				t.Errorf("alpha is there: %v, want %v", got, want)
			}
		})
	}
}

// TestRenameIsNotMostGone has every skill under a new name.
func TestRenameIsNotMostGone(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(named(), "cursor"))
	all := snapshot(strings.Repeat("4", 40), map[string]string{"omega/SKILL.md": manual, "omega/run.sh": "#!/bin/sh\n", "psi/SKILL.md": "# beta 1\n"})
	if _, err := NewUpdate(w.receipt(), w.request(all, "cursor")); err != nil {
		t.Error(err)
	}
}

// TestRenameChangedBetween has the folder changed between plan and apply.
func TestRenameChangedBetween(t *testing.T) {
	for name, meddle := range map[string]func(*world){
		"something comes to the new place": func(w *world) { w.write(".agents/skills/omega/SKILL.md", "# mine\n") },
		"a file changes":                   func(w *world) { w.write(".agents/skills/alpha/run.sh", "mine\n") },
		"the folder goes":                  func(w *world) { w.remove(".agents/skills/alpha") },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.install(w.request(named(), "cursor"))
			plan := must(NewUpdate(w.receipt(), w.request(renamedTo(), "cursor")))
			meddle(w)
			before := w.tree()
			results := w.try(plan)
			if results[0].Err == nil {
				t.Fatalf("nobody noticed: %s", states(results))
			}
			if got := w.tree(); got != before {
				t.Errorf("got\n%s\nwant\n%s", got, before)
			}
			if r := w.receipt(); r.Item(w.home+"/.agents/skills", "alpha") == nil || r.Item(w.home+"/.agents/skills", "omega") != nil {
				t.Errorf("recorded are %+v", r.Items)
			}
		})
	}
}

// TestRenameBesideTheSameText has another skill that says the same and keeps its
// name.
func TestRenameBesideTheSameText(t *testing.T) {
	for _, known := range []bool{false, true} {
		w := newWorld(t)
		before := snapshot(strings.Repeat("1", 40), map[string]string{"alpha/SKILL.md": manual, "beta/SKILL.md": manual})
		w.install(w.request(before, "cursor"))
		w.write(".agents/skills/beta/mine.md", "mine\n")
		req := w.request(snapshot(strings.Repeat("2", 40), map[string]string{"alpha/SKILL.md": manual, "omega/SKILL.md": manual}), "cursor")
		if known {
			req.Before = before
		}
		if got, want := states(w.update(req)), "none current alpha\nupdate outdated omega"; got != want || !w.exists(".agents/skills/omega/mine.md") {
			t.Errorf("with the former snapshot %v: got\n%s\nwant\n%s", known, got, want)
		}
	}
}

// TestRefusedIsNotGone has a skill whose newest version is not safe: what is
// installed stays, in whatever number.
func TestRefusedIsNotGone(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(named(), "cursor"))
	next := snapshot(strings.Repeat("2", 40), map[string]string{"beta/SKILL.md": "# beta 1\n", "omega/SKILL.md": manual})
	next.Refused = []registry.Refusal{{Skill: "alpha", Path: "skills/alpha/link", Reason: "a symbolic link is not followed"}}
	req := w.request(next, "cursor")
	if news := inShort(req.News(w.receipt())); strings.Contains(news, "alpha") {
		t.Errorf("the news are %s", news)
	}
	results := w.update(req)
	if got := states(results); !strings.HasPrefix(got, "keep outdated alpha\n") || !results[0].Action.Partial || !w.exists(".agents/skills/alpha/run.sh") {
		t.Errorf("got\n%s\n%s", got, w.tree())
	}
	if rec := w.receipt().Items[0]; rec.Name != "alpha" || rec.Commit != named().Commit {
		t.Errorf("recorded is %+v", rec)
	}
}
