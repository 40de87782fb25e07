package registry

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// demo is a SKILL.md that nothing is wrong with.
const demo = "---\nname: demo\ndescription: Shows how it is done.\n---\n\n# Demo\n"

func skillText(name string) string {
	return "---\nname: " + name + "\ndescription: Does " + name + ".\n---\n\n# " + name + "\n"
}

// agentText is the file of an agent that nothing is wrong with.
func agentText(name string) string {
	return "---\nname: " + name + "\ndescription: Counts for " + name + ".\ntools:\n  - fullstory:count_things\n  - fullstory:list-1\n---\n\nCount, and say how many.\n"
}

// A testRepo is a git repository made of objects that are written one by one,
// so that it can hold what git itself would refuse.
type testRepo struct {
	t       *testing.T
	dir     string
	storage *filesystem.Storage
	last    plumbing.Hash
	clock   int
}

func newRepo(t *testing.T) *testRepo {
	t.Helper()
	dir := t.TempDir()
	return newRepoAt(t, dir, filepath.Join(dir, ".git"))
}

func newRepoAt(t *testing.T, dir, git string) *testRepo {
	t.Helper()
	r := &testRepo{t: t, dir: dir, storage: filesystem.NewStorage(osfs.New(git), cache.NewObjectLRUDefault())}
	r.must(r.storage.Init())
	r.ref(plumbing.NewSymbolicReference(plumbing.HEAD, "refs/heads/main"))
	return r
}

func (r *testRepo) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *testRepo) object(kind plumbing.ObjectType, data []byte) plumbing.Hash {
	r.t.Helper()
	o := r.storage.NewEncodedObject()
	o.SetType(kind)
	w, err := o.Writer()
	r.must(err)
	_, err = w.Write(data)
	r.must(err)
	r.must(w.Close())
	id, err := r.storage.SetEncodedObject(o)
	r.must(err)
	return id
}

func (r *testRepo) ref(ref *plumbing.Reference) {
	r.t.Helper()
	r.must(r.storage.SetReference(ref))
}

// A file of a test tree; the mode is git's, "" is 100644.
type treeFile struct{ mode, data string }

// files turns texts into tree files.
func files(texts map[string]string) map[string]treeFile {
	out := map[string]treeFile{}
	for name, text := range texts {
		out[name] = treeFile{data: text}
	}
	return out
}

// tree writes the tree of files below a folder.
func (r *testRepo) tree(files map[string]treeFile) plumbing.Hash {
	r.t.Helper()
	folders := map[string]map[string]treeFile{}
	var rows []string
	row := func(mode, name string, id plumbing.Hash) {
		rows = append(rows, mode+" "+name+"\x00"+string(id[:]))
	}
	for name, f := range files {
		if dir, rest, nested := strings.Cut(name, "/"); nested {
			if folders[dir] == nil {
				folders[dir] = map[string]treeFile{}
			}
			folders[dir][rest] = f
			continue
		}
		mode := f.mode
		if mode == "" {
			mode = "100644"
		}
		row(mode, name, r.object(plumbing.BlobObject, []byte(f.data)))
	}
	for name, f := range folders {
		row("40000", name, r.tree(f))
	}
	slices.Sort(rows)
	return r.rawTree(strings.Join(rows, ""))
}

// rawTree writes a tree object from its encoded rows.
func (r *testRepo) rawTree(rows string) plumbing.Hash {
	r.t.Helper()
	return r.object(plumbing.TreeObject, []byte(rows))
}

// commitFiles makes a commit on top of the last one and moves main to it.
func (r *testRepo) commitFiles(files map[string]treeFile) plumbing.Hash {
	r.t.Helper()
	return r.commitTree(r.tree(files))
}

func (r *testRepo) commitTree(tree plumbing.Hash) plumbing.Hash {
	r.t.Helper()
	r.clock++
	var b bytes.Buffer
	fmt.Fprintf(&b, "tree %s\n", tree)
	if !r.last.IsZero() {
		fmt.Fprintf(&b, "parent %s\n", r.last)
	}
	const who = "a <a@example.invalid>"
	fmt.Fprintf(&b, "author %s %d +0000\ncommitter %[1]s %[2]d +0000\n\ncommit %d\n", who, 1700000000+r.clock, r.clock)
	r.last = r.object(plumbing.CommitObject, b.Bytes())
	r.branch("main", r.last)
	return r.last
}

// commitOf makes a commit with these parents and message, dated seconds after
// the beginning of the test's time. It moves no branch.
func (r *testRepo) commitOf(tree plumbing.Hash, seconds int, message string, parents ...plumbing.Hash) plumbing.Hash {
	r.t.Helper()
	var b bytes.Buffer
	fmt.Fprintf(&b, "tree %s\n", tree)
	for _, p := range parents {
		fmt.Fprintf(&b, "parent %s\n", p)
	}
	const who = "a <a@example.invalid>"
	fmt.Fprintf(&b, "author %s 1 +0000\ncommitter %[1]s %[2]d +0130\n\n%[3]s", who, 1700000000+seconds, message)
	return r.object(plumbing.CommitObject, b.Bytes())
}

func (r *testRepo) commit(texts map[string]string) plumbing.Hash {
	r.t.Helper()
	return r.commitFiles(files(texts))
}

func (r *testRepo) branch(name string, id plumbing.Hash) {
	r.t.Helper()
	r.ref(plumbing.NewHashReference(plumbing.NewBranchReferenceName(name), id))
}

func (r *testRepo) lightTag(name string, id plumbing.Hash) {
	r.t.Helper()
	r.ref(plumbing.NewHashReference(plumbing.NewTagReferenceName(name), id))
}

func (r *testRepo) tag(name string, id plumbing.Hash, kind string) plumbing.Hash {
	r.t.Helper()
	text := fmt.Sprintf("object %s\ntype %s\ntag %s\ntagger a <a@example.invalid> 1700000000 +0000\n\n%[3]s\n", id, kind, name)
	tag := r.object(plumbing.TagObject, []byte(text))
	r.lightTag(name, tag)
	return tag
}

// checkout writes files into the work tree.
func (r *testRepo) checkout(texts map[string]string) {
	r.t.Helper()
	writeFiles(r.t, r.dir, texts)
}

func writeFiles(t *testing.T, dir string, texts map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(texts[name]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// The history of the default source in small: the skills have moved twice.
func layouts() []map[string]string {
	const market = ".claude-plugin/marketplace.json"
	return []map[string]string{
		{
			"README.md":                       "one",
			".claude-plugin/plugin.json":      `{"name":"fullstory"}`,
			"skills/first/SKILL.md":           skillText("first"),
			"skills/first/references/more.md": "more",
			"agents/helper.md":                agentText("helper"),
		},
		{
			market: `{"plugins":[{"name":"other","source":"./else"},{"name":"Fullstory","source":"./plugins/fullstory"}]}`,
			"plugins/fullstory/skills/first/SKILL.md": skillText("first"),
			"plugins/fullstory/agents/helper.md":      agentText("helper"),
		},
		{
			market:                   `{"plugins":[{"name":"fullstory","source":"./"}]}`,
			"skills/first/SKILL.md":  skillText("first"),
			"skills/second/SKILL.md": skillText("second"),
			"skills/README.md":       "no skill",
		},
	}
}

// snapshotOf opens a source and reads it.
func snapshotOf(t *testing.T, r *Remote, where, ref string) (*Snapshot, error) {
	t.Helper()
	src, err := ParseSource(where, ref, t.TempDir())
	if err != nil {
		return nil, err
	}
	s, err := r.Open(t.Context(), src)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}()
	snap, err := s.Snapshot(t.Context())
	if err == nil && snap.Commit != s.Commit() {
		t.Errorf("snapshot of %s, session at %s", snap.Commit, s.Commit())
	}
	return snap, err
}

// paths lists the files of a snapshot.
func paths(snap *Snapshot) []string {
	var out []string
	for _, s := range snap.Skills {
		for _, f := range s.Files {
			out = append(out, s.Path+"/"+f.Path)
		}
	}
	return out
}

func newSymbolicHead(to plumbing.ReferenceName) *plumbing.Reference {
	return plumbing.NewSymbolicReference(plumbing.HEAD, to)
}
