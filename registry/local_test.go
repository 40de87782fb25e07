package registry

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLayouts(t *testing.T) {
	want := [][]string{
		{"skills/first/SKILL.md", "skills/first/references/more.md"},
		{"plugins/fullstory/skills/first/SKILL.md"},
		{"skills/first/SKILL.md", "skills/second/SKILL.md"},
	}
	repo := newRepo(t)
	for i, layout := range layouts() {
		id := repo.commit(layout).String()
		dir := t.TempDir()
		writeFiles(t, dir, layout)
		for _, where := range []string{repo.dir, dir} {
			ref := ""
			if where == repo.dir {
				ref = id
			}
			snap, err := snapshotOf(t, new(Remote), where, ref)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want[i], paths(snap)); diff != "" {
				t.Errorf("layout %d: %s", i, diff)
			}
		}
	}
}

func TestUncommitted(t *testing.T) {
	texts := layouts()[2]
	tests := []struct {
		name   string
		change map[string]string
		remove string
		want   string // in the warning; empty is none
	}{
		{name: "clean"},
		{name: "line ends only", change: map[string]string{"skills/first/SKILL.md": strings.ReplaceAll(skillText("first"), "\n", "\r\n")}},
		{name: "elsewhere", change: map[string]string{"README.md": "new"}},
		{name: "edited", change: map[string]string{"skills/first/SKILL.md": "new"}, want: "counts: skills/first/SKILL.md"},
		{name: "deleted", remove: "skills/second/SKILL.md", want: "counts: skills/second/SKILL.md"},
		{name: "new skill", change: map[string]string{"skills/third/SKILL.md": demo}, want: "counts: skills/third"},
		{name: "both", change: map[string]string{"skills/third/SKILL.md": demo, "skills/first/SKILL.md": "new"}, want: "first/SKILL.md and 1 more"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			repo := newRepo(t)
			id := repo.commit(texts).String()
			repo.checkout(texts)
			repo.checkout(tt.change)
			if tt.remove != "" {
				if err := os.Remove(filepath.Join(repo.dir, tt.remove)); err != nil {
					t.Fatal(err)
				}
			}
			snap, err := snapshotOf(t, new(Remote), repo.dir, "")
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(snap.Warnings, "\n")
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if string(snap.Skills[0].Files[0].Data) != texts["skills/first/SKILL.md"] {
				t.Error("the committed bytes do not count")
			}
			// Whoever names a commit knows that it is not the work tree.
			if snap, err = snapshotOf(t, new(Remote), repo.dir, id); err != nil || len(snap.Warnings) > 0 {
				t.Errorf("by id: %v %v", snap.Warnings, err)
			}
		})
	}
}

func TestBareRepository(t *testing.T) {
	dir := t.TempDir()
	repo := newRepoAt(t, dir, dir)
	repo.commit(layouts()[2])
	snap, err := snapshotOf(t, new(Remote), dir, "")
	if err != nil {
		t.Fatal(err)
	}
	if len(snap.Skills) != 2 || len(snap.Warnings) > 0 || snap.Source.Kind != Local {
		t.Errorf("%s %q, warnings %q", snap.Source.Kind, paths(snap), snap.Warnings)
	}
}

func TestDamagedRepositories(t *testing.T) {
	pointer := t.TempDir()
	writeFiles(t, pointer, map[string]string{".git": "gitdir: nowhere\n"})
	nonsense := t.TempDir()
	writeFiles(t, nonsense, map[string]string{".git": "no pointer"})
	holed := newRepo(t)
	id := holed.commit(layouts()[2]).String()
	if err := os.Remove(filepath.Join(holed.dir, ".git", "objects", id[:2], id[2:])); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{pointer, nonsense, holed.dir} {
		_, err := snapshotOf(t, new(Remote), dir, "")
		var hinted interface{ Hint() string }
		if err == nil || !errors.As(err, &hinted) || hinted.Hint() == "" {
			t.Errorf("%s: %v", dir, err)
		}
	}
	// A tag of a tree is no commit.
	repo := newRepo(t)
	repo.commit(layouts()[0])
	repo.tag("tree", repo.tree(files(layouts()[0])), "tree")
	_, err := snapshotOf(t, new(Remote), repo.dir, "tree")
	var none *NotFoundError
	if !errors.As(err, &none) || none.What != "commit" {
		t.Errorf("tag of a tree: %#v", err)
	}
}

func TestSourcesWithoutSkills(t *testing.T) {
	repo := newRepo(t)
	repo.commit(map[string]string{
		"README.md":                       "x",
		"skills/lower/skill.md":           demo,
		".claude-plugin/marketplace.json": `{"plugins":[{"name":"fullstory","source":"elsewhere"}]}`,
	})
	_, err := snapshotOf(t, new(Remote), repo.dir, "")
	var none *NoSkillsError
	if !errors.Is(err, ErrNoSkills) || !errors.As(err, &none) || !strings.Contains(none.Hint(), "commit") {
		t.Fatalf("got %#v", err)
	}
	if diff := cmp.Diff([]string{"elsewhere/skills", "plugins/fullstory/skills", "skills"}, none.Looked); diff != "" {
		t.Error(diff)
	}
	repo.commit(map[string]string{"skills/Bad/SKILL.md": demo})
	_, err = snapshotOf(t, new(Remote), repo.dir, "")
	if !errors.As(err, &none) || len(none.Refused) != 1 || !strings.Contains(err.Error(), "skills/Bad") {
		t.Errorf("only a refused skill: %v", err)
	}
}
