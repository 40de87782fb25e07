package registry

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The digest of a source without agents is what it was before there were any.
func TestDigestOfAgents(t *testing.T) {
	skills := []Skill{{Name: "demo", Files: []File{{Path: "SKILL.md", Mode: 0o644, SHA256: "ab"}}}}
	sum := sha256.Sum256([]byte("demo/SKILL.md\x00644\x00ab\n"))
	if got := digest(skills, nil); got != "sha256:"+hex.EncodeToString(sum[:]) {
		t.Errorf("without agents it is %s", got)
	}
	file := func(name string, mode fs.FileMode, sum string) []Agent {
		return []Agent{{File: File{Path: name, Mode: mode, SHA256: sum}}}
	}
	seen := map[string]bool{digest(skills, nil): true}
	for _, agents := range [][]Agent{file("a.md", 0o644, "ab"), file("b.md", 0o644, "ab"), file("a.md", 0o755, "ab"), file("a.md", 0o644, "cd")} {
		if d := digest(skills, agents); seen[d] {
			t.Errorf("the digest does not see %v", agents)
		} else {
			seen[d] = true
		}
	}
	// A skill named like the folder is another thing.
	like := Skill{Name: "agents", Files: []File{{Path: "a.md", Mode: 0o644, SHA256: "ab"}}}
	if seen[digest(append(skills, like), nil)] {
		t.Error("a skill passes for an agent")
	}
}

// What was said of the kept skills holds for agents: their files, where they
// were, what was refused and what was warned about.
func TestKeptAgents(t *testing.T) {
	for _, dir := range []string{"", "plugins/fullstory/"} {
		repo := newRepo(t)
		list := map[string]treeFile{
			dir + "skills/demo/SKILL.md": {data: demo},
			dir + "agents/fine.md":       {data: agentText("fine")},
			dir + "agents/run.md":        {mode: "100755", data: bom + strings.ReplaceAll(agentText("run"), "\n", "\r\n")},
			dir + "agents/hidden.md":     {data: agentText("hidden") + "a\u200bb"},
			dir + "agents/bad.md":        {data: "x"},
			dir + "agents/Bad.md":        {data: "x"},
			dir + "agents/odd.MD":        {data: "x"},
		}
		id := repo.commitFiles(list).String()
		want, err := snapshotOf(t, new(Remote), repo.dir, id)
		if err != nil {
			t.Fatal(err)
		}
		if len(want.Agents) != 3 || len(want.Refused) != 2 || len(want.Warnings) != 1 || want.Agents[2].File.Mode != 0o755 || len(want.Agents[1].Findings) != 1 {
			t.Fatalf("not what is to be kept: %+v", want)
		}
		c := Cache{Dir: t.TempDir()}
		if err := c.Save(want); err != nil {
			t.Fatal(err)
		}
		got, _, err := c.Load(t.Context(), want.Source)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("in %q (-want +got):\n%s", dir, diff)
		}
	}
}

// A file of before there were agents is read, and none of its agents is made up.
func TestKeptFilesWithoutAgents(t *testing.T) {
	repo := newRepo(t)
	repo.commit(map[string]string{"skills/demo/SKILL.md": demo})
	snap, err := snapshotOf(t, new(Remote), repo.dir, "main")
	if err != nil {
		t.Fatal(err)
	}
	h := head{Version: 1, Kind: Local, URL: repo.dir, Ref: "main", Commit: snap.Commit, Folder: "skills", Digest: digest(snap.Skills, nil)}
	skill, agent := archived{name: "skills/demo/SKILL.md", data: demo}, archived{name: "agents/helper.md", data: agentText("helper")}
	c := Cache{Dir: t.TempDir()}
	load := func(data []byte) (*Snapshot, error) {
		if err := os.WriteFile(c.path(repo.dir, "main"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		got, _, err := c.Load(t.Context(), snap.Source)
		return got, err
	}
	if got, err := load(keptWith(t, h, skill)); err != nil || !cmp.Equal(snap, got) {
		t.Errorf("%v\n%s", err, cmp.Diff(snap, got))
	}
	bad := archived{name: "agents/helper.md", data: "x"}
	withAgent := h
	withAgent.Digest = digest(snap.Skills, []Agent{wantAgent("agents/helper.md")})
	for name, data := range map[string][]byte{
		"put in":    keptWith(t, h, skill, agent),
		"taken out": keptWith(t, withAgent, skill),
		"unfit":     keptWith(t, h, skill, bad),
		"link":      keptWith(t, h, skill, archived{name: "agents/helper.md", link: "/etc/passwd"}),
	} {
		if got, err := load(data); err == nil {
			t.Errorf("%s: believed: %+v", name, got)
		} else if _, ok := errors.AsType[*CacheError](err); !ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The history of the skills is what it is, whatever happens to agents.
func TestHistoryWithAgents(t *testing.T) {
	repo := newRepo(t)
	texts := map[string]string{"skills/demo/SKILL.md": demo}
	first := repo.commit(texts).String()
	texts["agents/helper.md"] = agentText("helper")
	repo.commit(texts)
	texts["agents/helper.md"] = "broken"
	last := repo.commit(texts).String()
	s, err := new(Remote).Open(t.Context(), Source{Kind: Git, URL: serve(t, repo).address()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // tested elsewhere
	versions, err := s.Versions(t.Context(), []string{"demo", "helper"})
	if err != nil || len(versions) != 1 || versions[0].Commit != last {
		t.Errorf("versions %v, %v", versions, err)
	}
	h, err := s.Since(t.Context(), first)
	if err != nil || len(h.Commits) != 2 {
		t.Errorf("history %v, %v", h, err)
	}
}
