package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/google/go-cmp/cmp"
)

// agentPaths lists the files of the agents of a snapshot.
func agentPaths(snap *Snapshot) []string {
	var out []string
	for _, a := range snap.Agents {
		out = append(out, a.Path)
	}
	return out
}

// wantAgent is what agentText becomes in this place.
func wantAgent(path string) Agent {
	file := path[strings.LastIndex(path, "/")+1:]
	name := strings.TrimSuffix(file, ".md")
	text := agentText(name)
	sum := sha256.Sum256([]byte(text))
	return Agent{
		Name: name, Description: "Counts for " + name + ".", Tools: []string{"count_things", "list-1"},
		Body: []byte("\nCount, and say how many.\n"), Path: path,
		File: File{Path: file, Mode: 0o644, Data: []byte(text), SHA256: hex.EncodeToString(sum[:])},
	}
}

// Whichever way a source comes, the agents beside its skills are found. The
// digest of a folder or an archive is the same.
func TestAgentsOfEverySource(t *testing.T) {
	const market = ".claude-plugin/marketplace.json"
	noise := map[string]string{
		"agents/README.md": "about", "agents/readme.md/x": "folder", "agents/notes.txt": "x", "agents/more/deep.md": agentText("deep"),
		"agents/folder.md/deep.md": agentText("deep"), "other/agents/helper.md": "x",
	}
	both := map[string]string{"agents/a.md": agentText("a"), "agents/a-b.md": agentText("a-b")}
	tests := []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"none", map[string]string{"skills/demo/SKILL.md": demo}, nil},
		{"beside the skills", map[string]string{"skills/demo/SKILL.md": demo, "agents/helper.md": agentText("helper")}, []string{"agents/helper.md"}},
		{"in the plugin", map[string]string{
			"plugins/fullstory/skills/demo/SKILL.md": demo, "plugins/fullstory/agents/helper.md": agentText("helper"), "agents/other.md": agentText("other"),
		}, []string{"plugins/fullstory/agents/helper.md"}},
		{"where the manifest says", map[string]string{
			market: `{"plugins":[{"name":"fullstory","source":"./x/y"}]}`, "x/y/skills/demo/SKILL.md": demo, "x/y/agents/helper.md": agentText("helper"), "agents/other.md": agentText("other"),
		}, []string{"x/y/agents/helper.md"}},
		{"sorted by name", map[string]string{"skills/demo/SKILL.md": demo, "agents/a.md": both["agents/a.md"], "agents/a-b.md": both["agents/a-b.md"]}, []string{"agents/a.md", "agents/a-b.md"}},
		{"elsewhere only", map[string]string{"skills/demo/SKILL.md": demo, "skills/agents/helper.md": agentText("helper"), "skills/demo/agents/helper.md": agentText("helper")}, nil},
		{"no folder", map[string]string{"skills/demo/SKILL.md": demo, "agents": agentText("agents")}, nil},
		{"among others", map[string]string{"skills/demo/SKILL.md": demo, "agents/helper.md": agentText("helper")}, []string{"agents/helper.md"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.name == "among others" {
				maps.Copy(tt.files, noise)
				delete(tt.files, "agents/README.md") // README.md and readme.md are one on some systems
			}
			dir, repo := t.TempDir(), newRepo(t)
			writeFiles(t, dir, tt.files)
			id := repo.commit(tt.files).String()
			srv := serve(t, repo)
			places := []string{dir, repo.dir, srv.address()}
			for name, data := range map[string][]byte{
				"a.zip": zipped(t, archiveOf(tt.files, "x-main/")), "a.tgz": tarred(t, archiveOf(tt.files, "")),
			} {
				file := filepath.Join(t.TempDir(), name)
				if err := os.WriteFile(file, data, 0o644); err != nil {
					t.Fatal(err)
				}
				places = append(places, file)
			}
			digests := map[string]bool{}
			for _, where := range places {
				ref := ""
				if where == repo.dir || where == srv.address() {
					ref = id
				}
				snap, err := snapshotOf(t, new(Remote), where, ref)
				if err != nil {
					t.Fatal(err)
				}
				var want []Agent
				for _, path := range tt.want {
					want = append(want, wantAgent(path))
				}
				if diff := cmp.Diff(want, snap.Agents); diff != "" {
					t.Errorf("%s: %s", where, diff)
				}
				if len(snap.Refused) > 0 || len(snap.Warnings) > 0 {
					t.Errorf("%s: refused %+v, warnings %q", where, snap.Refused, snap.Warnings)
				}
				if ref == "" {
					digests[snap.Commit] = true
				}
			}
			if len(digests) != 1 {
				t.Errorf("different digests %v", digests)
			}
			if diff := cmp.Diff([]string{"GET /repo.git/info/refs", "POST /repo.git/git-upload-pack"}, srv.requests); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whatever is wrong with one agent, the skills and the other agents stay.
func TestUnsafeAgentsAreRefused(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]treeFile
		path  string // of the refusal
		says  string
	}{
		{"symlink", map[string]treeFile{"agents/bad.md": {mode: "120000", data: "/etc/passwd"}}, "agents/bad.md", "symbolic link"},
		{"submodule", map[string]treeFile{"agents/bad.md": {mode: "160000"}}, "agents/bad.md", "submodule"},
		{"odd mode", map[string]treeFile{"agents/bad.md": {mode: "20644", data: agentText("bad")}}, "agents/bad.md", "special file"},
		{"name", map[string]treeFile{"agents/Bad.md": {data: agentText("Bad")}}, "agents/Bad.md", "the name of an agent"},
		{"backslash", map[string]treeFile{`agents/..\bad.md`: {data: agentText("bad")}}, `agents/..\bad.md`, "the name of an agent"},
		{"device", map[string]treeFile{"agents/nul.md": {data: agentText("nul")}}, "agents/nul.md", "reserved"},
		{"escape", map[string]treeFile{"agents/a\x1b[2J.md": {}}, "agents/a\x1b[2J.md", "the name of an agent"},
		{"extension only", map[string]treeFile{"agents/.md": {data: agentText("bad")}}, "agents/.md", "the name of an agent"},
		{"two extensions", map[string]treeFile{"agents/bad.agent.md": {data: agentText("bad")}}, "agents/bad.agent.md", "the name of an agent"},
		{"letter case", map[string]treeFile{"agents/Good.md": {data: agentText("Good")}, "agents/good.md": {data: "x"}}, "agents/Good.md", "the name of an agent"},
		{"another name", map[string]treeFile{"agents/bad.md": {data: agentText("good")}}, "agents/bad.md", "differs"},
		{"empty", map[string]treeFile{"agents/bad.md": {}}, "agents/bad.md", "no front matter"},
		{"large", map[string]treeFile{"agents/bad.md": {data: agentText("bad") + strings.Repeat("x", maxAgentBytes)}}, "agents/bad.md", "larger than 256 KiB"},
		{"huge", map[string]treeFile{"agents/bad.md": {data: strings.Repeat("x", maxFileBytes+1)}}, "agents/bad.md", "larger than 256 KiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			repo := newRepo(t)
			all := files(map[string]string{"skills/demo/SKILL.md": demo, "agents/fine.md": agentText("fine"), "agents/zero.md": agentText("zero")})
			maps.Copy(all, tt.files)
			id := repo.commitFiles(all).String()
			for _, where := range []string{repo.dir, serve(t, repo).address()} {
				snap, err := snapshotOf(t, new(Remote), where, id)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff([]string{"agents/fine.md", "agents/zero.md"}, agentPaths(snap)); diff != "" {
					t.Error(diff)
				}
				if len(snap.Skills) != 1 || len(snap.Refused) == 0 || len(snap.Refused) != len(tt.files) {
					t.Fatalf("skills %+v, refused %+v", paths(snap), snap.Refused)
				}
				r := snap.Refused[0]
				stem := strings.TrimSuffix(strings.TrimPrefix(tt.path, "agents/"), ".md")
				if stem == "" {
					stem = ".md"
				}
				if r.Skill != "" || r.Agent != stem || r.Path != tt.path || !strings.Contains(r.Reason, tt.says) {
					t.Errorf("refused %+v, want %q to say %q", r, tt.path, tt.says)
				}
			}
		})
	}
}

// What a tree or an archive names twice is what it names first.
func TestAgentsOfOneName(t *testing.T) {
	first, second := agentText("helper"), strings.ReplaceAll(agentText("helper"), "Count,", "Delete,")
	check := func(t *testing.T, snap *Snapshot, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if len(snap.Agents) != 1 || string(snap.Agents[0].File.Data) != first {
			t.Errorf("agents %+v", snap.Agents)
		}
		if diff := cmp.Diff([]Refusal{{Agent: "helper", Path: "agents/helper.md", Reason: "the source has this name twice"}}, snap.Refused); diff != "" {
			t.Error(diff)
		}
	}
	inBothFormats(t, []archived{
		{name: "skills/demo/SKILL.md", data: demo},
		{name: "agents/helper.md", data: first},
		{name: "agents/helper.md", data: second},
	}, check)

	repo := newRepo(t)
	one, two := repo.object(plumbing.BlobObject, []byte(first)), repo.object(plumbing.BlobObject, []byte(second))
	rows := "100644 helper.md\x00" + string(one[:]) + "100644 helper.md\x00" + string(two[:])
	agents, skills := repo.rawTree(rows), repo.tree(files(map[string]string{"demo/SKILL.md": demo}))
	id := repo.commitTree(repo.rawTree("40000 agents\x00" + string(agents[:]) + "40000 skills\x00" + string(skills[:])))
	snap, err := snapshotOf(t, new(Remote), repo.dir, id.String())
	check(t, snap, err)

	// Where letter case does not count, a file stands for one before it.
	id = repo.commit(map[string]string{"skills/demo/SKILL.md": demo, "agents/HELPER.md": second, "agents/helper.md": first})
	snap, err = snapshotOf(t, new(Remote), repo.dir, id.String())
	if err != nil {
		t.Fatal(err)
	}
	if len(snap.Agents) != 0 || len(snap.Refused) != 2 || !strings.Contains(snap.Refused[1].Reason, "the same file as HELPER.md") {
		t.Errorf("agents %+v, refused %+v", agentPaths(snap), snap.Refused)
	}
}

// A shut tree lists but does not let anything be read.
type shutTree struct{ tree }

func (shutTree) read(context.Context, string, entry, int64) ([]byte, error) {
	return nil, errors.New("opened")
}

// agentsTree has a folder of agents.
func agentsTree(agents ...*node) tree {
	dir := &node{entry: entry{name: "agents", kind: folder}, children: agents}
	return &archiveTree{root: &node{children: []*node{dir}, folders: map[string]*node{"agents": dir}}}
}

func TestUnsafeAgentsAreNotOpened(t *testing.T) {
	snap := &Snapshot{}
	c := collector{tree: shutTree{agentsTree(&node{entry: entry{name: "nul.md"}}, &node{entry: entry{name: "x", kind: special}}, &node{entry: entry{name: "a/../b.md"}})}}
	if err := c.agents(t.Context(), "agents", snap); err != nil || len(snap.Refused) != 2 || snap.Refused[0].Path != "agents/a/../b.md" {
		t.Errorf("%v, refused %+v", err, snap.Refused)
	}
}

func TestMisnamedAgents(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		"skills/demo/SKILL.md": demo, "agents/helper.MD": agentText("helper"), "agents/ReadMe.MD": "x", "agents/folder.MD/x": "x",
	})
	snap, err := snapshotOf(t, new(Remote), dir, "")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"agents/helper.MD is ignored: the name of an agent's file must end in .md"}, snap.Warnings); diff != "" {
		t.Error(diff)
	}
	if len(snap.Agents) > 0 || len(snap.Refused) > 0 {
		t.Errorf("agents %+v, refused %+v", agentPaths(snap), snap.Refused)
	}
}

func TestBoundsOfAgents(t *testing.T) {
	many := map[string]string{"skills/demo/SKILL.md": demo}
	for i := range maxSkills {
		many[fmt.Sprintf("agents/%d.txt", i)] = ""
	}
	repo := newRepo(t)
	if _, err := snapshotOf(t, new(Remote), repo.dir, repo.commit(many).String()); err != nil {
		t.Errorf("%d entries: %v", maxSkills, err)
	}
	many["agents/one-more.txt"] = ""
	_, err := snapshotOf(t, new(Remote), repo.dir, repo.commit(many).String())
	if limit, ok := errors.AsType[*LimitError](err); !ok || limit.Where != "agents" {
		t.Errorf("one more: %v", err)
	}
	// They count for the whole, with the skills.
	c := collector{tree: agentsTree(&node{entry: entry{name: "a.md"}, data: []byte(agentText("a"))}), total: maxTotalBytes}
	err = c.agents(t.Context(), "agents", &Snapshot{})
	if _, ok := errors.AsType[*LimitError](err); !ok {
		t.Errorf("beyond the whole: %v", err)
	}
}

// Agents alone are no source, and what cannot be read is not passed over.
func TestAgentsDoNotMakeASource(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"agents/helper.md": agentText("helper"), "agents/bad.md": "x"})
	_, err := snapshotOf(t, new(Remote), dir, "")
	none, ok := errors.AsType[*NoSkillsError](err)
	if !ok || len(none.Refused) > 0 {
		t.Errorf("agents alone: %v", err)
	}
	repo := newRepo(t)
	id := repo.commit(map[string]string{"skills/demo/SKILL.md": demo, "agents/helper.md": agentText("helper")}).String()
	tree := repo.tree(files(map[string]string{"helper.md": agentText("helper")})).String()
	if err := os.Remove(filepath.Join(repo.dir, ".git", "objects", tree[:2], tree[2:])); err != nil {
		t.Fatal(err)
	}
	_, err = snapshotOf(t, new(Remote), repo.dir, id)
	if _, ok := errors.AsType[*SourceError](err); !ok {
		t.Errorf("a folder that is missing from the repository: %v", err)
	}
	if runtime.GOOS == "windows" || os.Geteuid() == 0 {
		return // nothing is forbidden there
	}
	writeFiles(t, dir, map[string]string{"skills/demo/SKILL.md": demo})
	if err := os.Chmod(filepath.Join(dir, "agents"), 0); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(filepath.Join(dir, "agents"), 0o755) //nolint:errcheck // else it cannot be removed
	_, err = snapshotOf(t, new(Remote), dir, "")
	if _, ok := errors.AsType[*SourceError](err); !ok || !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a folder that cannot be read: %v", err)
	}
}

func TestLinkedAgentsAreNotFollowed(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	writeFiles(t, outside, map[string]string{"helper.md": agentText("helper")})
	writeFiles(t, dir, map[string]string{"skills/demo/SKILL.md": demo})
	if err := os.Symlink(outside, filepath.Join(dir, "agents")); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	snap, err := snapshotOf(t, new(Remote), dir, "")
	if err != nil || len(snap.Agents) > 0 {
		t.Fatalf("a folder behind a link: %v, %v", snap.Agents, err)
	}
	if err := os.Remove(filepath.Join(dir, "agents")); err != nil {
		t.Fatal(err)
	}
	writeFiles(t, dir, map[string]string{"agents/fine.md": agentText("fine")})
	for _, name := range []string{"helper.md", "README.md", "helper.txt"} {
		if err := os.Symlink(filepath.Join(outside, "helper.md"), filepath.Join(dir, "agents", name)); err != nil {
			t.Fatal(err)
		}
	}
	snap, err = snapshotOf(t, new(Remote), dir, "")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Refusal{{Agent: "helper", Path: "agents/helper.md", Reason: "a symbolic link is not followed"}}, snap.Refused); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"agents/fine.md"}, agentPaths(snap)); diff != "" {
		t.Error(diff)
	}
}

func TestUncommittedAgents(t *testing.T) {
	texts := map[string]string{"skills/demo/SKILL.md": demo, "agents/helper.md": agentText("helper"), "agents/bad.md": "x"}
	tests := []struct {
		name   string
		change map[string]string
		remove string
		want   string // in the warning; empty is none
	}{
		{name: "clean"},
		{name: "line ends only", change: map[string]string{"agents/helper.md": strings.ReplaceAll(agentText("helper"), "\n", "\r\n")}},
		{name: "no agents", change: map[string]string{"agents/README.md": "x", "agents/a.txt": "x", "agents/b.md/x": "x", "other/c.md": "x"}},
		{name: "edited", change: map[string]string{"agents/helper.md": "new"}, want: "counts: agents/helper.md"},
		{name: "deleted", remove: "agents/helper.md", want: "counts: agents/helper.md"},
		{name: "new", change: map[string]string{"agents/other.md": "x"}, want: "counts: agents/other.md"},
		{name: "both", change: map[string]string{"agents/other.md": "x", "skills/demo/SKILL.md": "x"}, want: "counts: skills/demo/SKILL.md and 1 more"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			repo := newRepo(t)
			repo.commit(texts)
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
			if tt.want == "" && got != "" || !strings.HasSuffix(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if len(snap.Agents) != 1 || string(snap.Agents[0].File.Data) != agentText("helper") {
				t.Error("the committed bytes do not count")
			}
		})
	}
}

// An archive of a whole repository may hold much in other folders of this name.
func TestOnlyAgentsAreUnpacked(t *testing.T) {
	for name, want := range map[string]bool{
		"agents/a.md": true, "x/plugins/fullstory/agents/a.md": true,
		"agents/a.txt": false, "agents/README.md": false, "agents/x/a.md": false, "agents.md": false, "myagents/a.md": false, "a.md": false,
	} {
		if got := mayMatter(name); got != want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// TestAgentsBehindLink has something else than a folder in the place of agents.
func TestAgentsBehindLink(t *testing.T) {
	for _, tt := range []struct {
		name string
		file treeFile
		says string // "" if that is no matter
	}{
		{"a link", treeFile{mode: "120000", data: "skills"}, "a symbolic link is not followed"},
		{"a file", treeFile{data: "agents are elsewhere"}, ""},
	} {
		repo := newRepo(t)
		all := files(map[string]string{"skills/demo/SKILL.md": demo})
		all["agents"] = tt.file
		snap, err := snapshotOf(t, new(Remote), repo.dir, repo.commitFiles(all).String())
		if err != nil {
			t.Fatal(err)
		}
		refused := len(snap.Refused) == 1 && snap.Refused[0] == Refusal{Agent: AllAgents, Path: "agents", Reason: tt.says}
		if refused != (tt.says != "") || len(snap.Skills) != 1 || len(snap.Agents) > 0 {
			t.Errorf("%s: %+v", tt.name, snap.Refused)
		}
	}
}
