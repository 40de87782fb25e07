package registry

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A snapshot that is read back beside another reads as it does alone, and shares
// with it what both have.
func TestKeptSharesWithAnother(t *testing.T) {
	text := map[string]string{
		"skills/same/SKILL.md": demo + "See https://example.invalid/page.\n", "skills/same/more.md": "More.\n",
		"skills/edited/SKILL.md": demo, "skills/edited/one.md": "As it was.\n", "skills/edited/two.md": "As it is.\n",
		"skills/renamed/SKILL.md": demo, "skills/renamed/b/z.md": "Moves.\n", "skills/renamed/b.md": "Stays.\n",
		"agents/guide.md": "---\nname: guide\ndescription: A guide.\n---\nGuide.\n",
	}
	snapshot := func(change map[string]string) *Snapshot {
		repo := newRepo(t)
		now := maps.Clone(text)
		maps.Copy(now, change)
		repo.commit(now)
		snap, err := snapshotOf(t, new(Remote), repo.dir, "")
		if err != nil {
			t.Fatal(err)
		}
		snap.Source.URL, snap.Source.Kind = cachedURL, Git
		return snap
	}
	old := snapshot(nil)
	c := Cache{Dir: t.TempDir()}
	if err := c.Save(old); err != nil {
		t.Fatal(err)
	}
	newer := snapshot(map[string]string{
		"skills/edited/one.md": "See https://elsewhere.invalid/ now.\n", "skills/renamed/a.md": text["skills/renamed/b/z.md"],
	})
	got, err := c.At(t.Context(), cachedURL, old.Commit, newer)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(old, got); diff != "" {
		t.Errorf("it is another beside a newer one (-alone +beside):\n%s", diff)
	}
	held := map[*byte]bool{}
	each := func(s *Snapshot, see func(name string, data []byte)) {
		for _, skill := range s.Skills {
			for _, f := range skill.Files {
				see(skill.Name+"/"+f.Path, f.Data)
			}
		}
		for _, a := range s.Agents {
			see(a.Name, a.File.Data)
		}
	}
	each(newer, func(_ string, data []byte) { held[&data[0]] = true })
	var own []string
	each(got, func(name string, data []byte) {
		if !held[&data[0]] {
			own = append(own, name)
		}
	})
	if diff := cmp.Diff([]string{"edited/one.md"}, own); diff != "" {
		t.Errorf("held twice (-want +got):\n%s", diff)
	}
}

// Whether what is kept has agents is known from its head alone.
func TestKeptSaysThatThereAreNoAgents(t *testing.T) {
	with, without := layouts()[1], map[string]string{"skills/demo/SKILL.md": demo}
	refused := maps.Clone(without)
	refused["agents/guide.md"] = "No agent of a known kind.\n"
	with = maps.Clone(with)
	with["plugins/fullstory/agents/guide.md"] = agentText("guide")
	c := Cache{Dir: t.TempDir()}
	for name, tt := range map[string]struct {
		files map[string]string
		want  bool
	}{"with": {with, false}, "without": {without, true}, "refused": {refused, false}} {
		repo := newRepo(t)
		repo.commit(tt.files)
		snap, err := snapshotOf(t, new(Remote), repo.dir, "")
		if err != nil {
			t.Fatal(err)
		}
		snap.Source = Source{Kind: Git, URL: cachedURL, Ref: name}
		if c.Agentless(cachedURL, snap.Commit) {
			t.Errorf("%s: known before it is kept", name)
		}
		if err := c.Save(snap); err != nil {
			t.Fatal(err)
		}
		if got := c.Agentless(cachedURL, snap.Commit); got != tt.want || got == snap.HasAgents() {
			t.Errorf("%s: agentless %t, with agents %d, refused %v", name, got, len(snap.Agents), snap.Refused)
		}
	}
}
