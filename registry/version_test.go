package registry

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/google/go-cmp/cmp"
)

// told says what versions are, by the names of their commits.
func told(versions []Version, commits map[string]string) []string {
	var out []string
	for _, v := range versions {
		name := commits[v.Commit]
		if name == "" {
			name = v.Commit
		}
		var files []string
		for _, f := range v.Skill.Files {
			files = append(files, fmt.Sprintf("%s %o %d", f.Path, f.Mode, len(f.Data)))
		}
		out = append(out, name+" "+v.Skill.Path+": "+strings.Join(files, ", "))
	}
	return out
}

// A past of one skill with all that can happen to it.
func newEventful(t *testing.T) (repo *testRepo, commits map[string]string) {
	t.Helper()
	repo = newRepo(t)
	commits = map[string]string{}
	last := map[string]treeFile{}
	commit := func(name string, change map[string]treeFile) {
		last = maps.Clone(last)
		for file, f := range change {
			last[file] = f
			if f == (treeFile{}) {
				delete(last, file)
			}
		}
		commits[repo.commitFiles(last).String()] = name
	}
	const at, moved = "skills/demo/", "plugins/fullstory/skills/demo/"
	commit("nothing", map[string]treeFile{"README.md": {data: "soon"}})
	commit("born", map[string]treeFile{at + "SKILL.md": {data: demo}})
	commit("other", map[string]treeFile{"skills/other/SKILL.md": {data: skillText("other")}})
	commit("script", map[string]treeFile{at + "run.sh": {data: "true\n"}})
	commit("executable", map[string]treeFile{at + "run.sh": {mode: "100755", data: "true\n"}})
	commit("odd mode", map[string]treeFile{at + "run.sh": {mode: "100775", data: "true\n"}})
	commit("link", map[string]treeFile{at + "run.sh": {mode: "120000", data: "/etc/passwd"}})
	commit("unlinked", map[string]treeFile{at + "run.sh": {}, at + "SKILL.md": {data: demo + "More.\n"}})
	commit("readme", map[string]treeFile{"README.md": {data: "now"}})
	commit("moved", map[string]treeFile{
		at + "SKILL.md": {}, moved + "SKILL.md": {data: demo + "More.\n"},
		"skills/other/SKILL.md": {}, "plugins/fullstory/skills/other/SKILL.md": {data: skillText("other")},
	})
	commit("changed", map[string]treeFile{moved + "SKILL.md": {data: demo + "Much more.\n"}})
	commit("back", map[string]treeFile{moved + "SKILL.md": {data: demo}})
	return repo, commits
}

func TestVersions(t *testing.T) {
	repo, commits := newEventful(t)
	n := len(demo)
	demos := []string{
		fmt.Sprintf("back plugins/fullstory/skills/demo: SKILL.md 644 %d", n),
		fmt.Sprintf("changed plugins/fullstory/skills/demo: SKILL.md 644 %d", n+len("Much more.\n")),
		fmt.Sprintf("moved plugins/fullstory/skills/demo: SKILL.md 644 %d", n+len("More.\n")),
		fmt.Sprintf("odd mode skills/demo: SKILL.md 644 %d, run.sh 755 5", n),
		fmt.Sprintf("script skills/demo: SKILL.md 644 %d, run.sh 644 5", n),
	}
	root, _, requests := gitBackend(t, repo.dir)
	for _, where := range []string{root + "/.git", repo.dir} {
		s := openSession(t, where, "")
		before := requests.Load()
		v, err := s.Versions(t.Context(), []string{"demo"})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(demos, told(v, commits)); diff != "" {
			t.Errorf("%s: %s", where, diff)
		}
		if n := requests.Load() - before; where != repo.dir && n != 1 {
			t.Errorf("%d requests", n)
		}
		if v, err = s.Versions(t.Context(), []string{"other", "unheard-of"}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{fmt.Sprintf("back plugins/fullstory/skills/other: SKILL.md 644 %d", len(skillText("other")))}, told(v, commits)); diff != "" {
			t.Errorf("%s: %s", where, diff)
		}
		before = requests.Load()
		if v, err = s.Versions(t.Context(), nil); err != nil || v != nil || requests.Load() != before {
			t.Errorf("of nothing: %v, %v", v, err)
		}
	}
}

// The newest version is what a snapshot has, so that callers can compare.
func TestVersionsAreAsInSnapshots(t *testing.T) {
	repo := newRepo(t)
	var want []Skill
	for i, layout := range layouts() {
		text := skillText("first") + fmt.Sprint("Take ", i, ".\n")
		for _, name := range []string{"skills/first/SKILL.md", "plugins/fullstory/skills/first/SKILL.md"} {
			if _, found := layout[name]; found {
				layout[name] = text
			}
		}
		repo.commit(layout)
		snap, err := snapshotOf(t, new(Remote), repo.dir, "")
		if err != nil {
			t.Fatal(err)
		}
		want = append([]Skill{snap.Skills[0]}, want...)
	}
	for _, where := range []string{repo.dir, serve(t, repo).address()} {
		versions, err := openSession(t, where, "").Versions(t.Context(), []string{"first"})
		if err != nil {
			t.Fatal(err)
		}
		var got []Skill
		for _, v := range versions {
			got = append(got, v.Skill)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", where, diff)
		}
	}
}

// Of a long history the newest part is looked through, and no more is fetched.
func TestVersionsOfLongHistory(t *testing.T) {
	repo, _ := longHistory(t, maxVersionCommits+20)
	root, _, _ := gitBackend(t, repo.dir)
	tag := repo.tag("v1", repo.last, "commit")
	for _, where := range []string{root + "/.git", repo.dir} {
		for _, ref := range []string{"", "v1", tag.String()} {
			v, err := openSession(t, where, ref).Versions(t.Context(), []string{"demo"})
			if err != nil || len(v) != maxVersionCommits || v[0].Commit != repo.last.String() {
				t.Errorf("%s at %q: %d versions, %v", where, ref, len(v), err)
			}
		}
	}
}

func TestVersionsInShallowClone(t *testing.T) {
	repo, _ := longHistory(t, 9)
	dir := filepath.Join(t.TempDir(), "shallow")
	git(t, repo.dir, "clone", "-q", "--bare", "--depth", "4", "file://"+repo.dir, dir)
	v, err := openSession(t, dir, "").Versions(t.Context(), []string{"demo"})
	if err != nil || len(v) != 4 {
		t.Errorf("%d versions, %v", len(v), err)
	}
}

// A commit that no ref names is looked for below those that are named.
func TestVersionsOfUnlistedCommit(t *testing.T) {
	repo, _ := longHistory(t, 9)
	root, _, requests := gitBackend(t, repo.dir)
	v, err := openSession(t, root+"/.git", git(t, repo.dir, "rev-parse", "main~3")).Versions(t.Context(), []string{"demo"})
	if err != nil || len(v) != 6 || requests.Load() != 2 {
		t.Errorf("%d versions, %v, %d requests", len(v), err, requests.Load())
	}
	_, err = openSession(t, root+"/.git", anotherID).Versions(t.Context(), []string{"demo"})
	none, ok := errors.AsType[*NotFoundError](err)
	if !ok || none.What != "commit" {
		t.Errorf("%v", err)
	}
}

// A commit whose folders are damaged or too many is left out.
func TestVersionsSkipUnreadableCommits(t *testing.T) {
	repo := newRepo(t)
	repo.commit(map[string]string{"skills/demo/SKILL.md": demo})
	repo.commitTree(repo.rawTree("40000 skills\x00" + someID[:20]))                 // names a tree that is not there
	repo.commitTree(repo.rawTree("40000 skills"))                                   // cut short
	skills := repo.rawTree(strings.Repeat("100644 a\x00"+someID[:20], 2*maxSkills)) // more than a client scans
	repo.commitTree(repo.rawTree("40000 skills\x00" + string(skills[:])))
	repo.commit(map[string]string{"skills/demo/SKILL.md": demo + "More.\n"})
	v, err := openSession(t, repo.dir, "").Versions(t.Context(), []string{"demo"})
	if err != nil || len(v) != 2 {
		t.Errorf("%d versions, %v", len(v), err)
	}
}

// A large folder in every commit is not read for ever.
func TestVersionsAreMetered(t *testing.T) {
	repo, _ := longHistory(t, 5)
	src, err := openRepository(repo.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer src.disk.close() //nolint:errcheck // a test's
	w := newWalk(graph{objects: src})
	if err := w.newest(t.Context(), repo.last, 5); err != nil {
		t.Fatal(err)
	}
	find := func(left int64, total int) ([]Version, error) {
		f := versionFinder{names: []string{"demo"}, meter: &meter{src, "here", left}, known: map[string]bool{}}
		f.reader.total = total
		return f.find(t.Context(), w.order)
	}
	if v, err := find(1<<20, 0); err != nil || len(v) != 5 {
		t.Errorf("%d versions, %v", len(v), err)
	}
	for name, limits := range map[string][2]int64{"all that is read": {5000, 0}, "what is kept": {1 << 20, maxTotalBytes - 3000}} {
		_, err := find(limits[0], int(limits[1]))
		if _, ok := errors.AsType[*LimitError](err); !ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Trees that are the same are read once, whatever else their commits have.
func TestVersionsReadIdenticalTreesOnce(t *testing.T) {
	repo := newRepo(t)
	tree := repo.tree(files(layouts()[2]))
	for range 3 {
		repo.commitTree(tree)
	}
	repo.commit(map[string]string{"README.md": "other", "skills/first/SKILL.md": skillText("first")})
	src, err := openRepository(repo.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer src.disk.close() //nolint:errcheck // a test's
	w := newWalk(graph{objects: src})
	if err := w.newest(t.Context(), repo.last, 10); err != nil {
		t.Fatal(err)
	}
	count := &countedObjects{objects: src, read: map[plumbing.Hash]int{}}
	f := versionFinder{names: []string{"first"}, meter: &meter{count, "here", 1 << 20}, known: map[string]bool{}}
	if v, err := f.find(t.Context(), w.order); err != nil || len(v) != 1 {
		t.Fatalf("%d versions, %v", len(v), err)
	}
	blob := plumbing.ComputeHash(plumbing.BlobObject, []byte(skillText("first")))
	if count.read[blob] != 1 {
		t.Errorf("SKILL.md read %d times", count.read[blob])
	}
	manifest := plumbing.ComputeHash(plumbing.BlobObject, []byte(layouts()[2][".claude-plugin/marketplace.json"]))
	if count.read[manifest] != 1 {
		t.Errorf("the manifest of three commits with one tree was read %d times", count.read[manifest])
	}
}

type countedObjects struct {
	objects
	read map[plumbing.Hash]int
}

func (c *countedObjects) object(kind plumbing.ObjectType, id plumbing.Hash, limit int64) ([]byte, error) {
	c.read[id]++
	return c.objects.object(kind, id, limit)
}
