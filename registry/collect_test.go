package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/google/go-cmp/cmp"
)

// Whatever is wrong with one skill, the other stays, and the refusal says where.
func TestUnsafeSkillsAreRefused(t *testing.T) {
	const bad = "skills/bad/"
	many := map[string]treeFile{}
	for i := range maxFiles {
		many[fmt.Sprintf("%sf%d", bad, i)] = treeFile{}
	}
	tests := []struct {
		name  string
		files map[string]treeFile
		path  string // of the refusal
	}{
		{"symlink", map[string]treeFile{bad + "link": {mode: "120000", data: "/etc/passwd"}}, bad + "link"},
		{"submodule", map[string]treeFile{bad + "sub": {mode: "160000"}}, bad + "sub"},
		{"odd mode", map[string]treeFile{bad + "dev": {mode: "20644"}}, bad + "dev"},
		{"no mode", map[string]treeFile{bad + "dev": {mode: "abc"}}, bad + "dev"},
		{"up", map[string]treeFile{bad + "../../../etc/passwd": {}}, bad + ".."},
		{"here", map[string]treeFile{bad + "./x": {}}, bad + "."},
		{"absolute", map[string]treeFile{bad + "/etc/passwd": {}}, bad},
		{"backslash", map[string]treeFile{bad + `..\..\x`: {}}, bad + `..\..\x`},
		{"drive", map[string]treeFile{bad + "C:x": {}}, bad + "C:x"},
		{"stream", map[string]treeFile{bad + "a.md:b": {}}, bad + "a.md:b"},
		{"escape", map[string]treeFile{bad + "a\x1b[2J": {}}, bad + "a\x1b[2J"},
		{"device", map[string]treeFile{bad + "nul.md": {}}, bad + "nul.md"},
		{"trailing dot", map[string]treeFile{bad + "a.": {}}, bad + "a."},
		{"git", map[string]treeFile{bad + ".git/config": {}}, bad + ".git"},
		{"Git", map[string]treeFile{bad + "x/.GIT": {}}, bad + "x/.GIT"},
		{"case", map[string]treeFile{bad + "Read.md": {}, bad + "read.md": {}}, bad + "read.md"},
		{"case of folders", map[string]treeFile{bad + "A/x": {}, bad + "a/y": {}}, bad + "a"},
		{"normal forms", map[string]treeFile{bad + "\u00e9": {}, bad + "e\u0301": {}}, bad + "\u00e9"},
		{"case folding", map[string]treeFile{bad + "ß": {}, bad + "SS": {}}, bad + "ß"},
		{"bad UTF-8 name", map[string]treeFile{bad + "a\xff": {}}, bad + "a\xff"},
		{"invisible name", map[string]treeFile{bad + "a\u200bb": {}}, bad + "a\u200bb"},
		{"long path", map[string]treeFile{bad + strings.Repeat("d/", 5) + strings.Repeat("x", 180): {}}, bad + strings.Repeat("d/", 5) + strings.Repeat("x", 180)},
		{"deep", map[string]treeFile{bad + strings.Repeat("d/", maxDepth) + "x": {}}, bad + strings.Repeat("d/", maxDepth)[:2*maxDepth-1]},
		{"many", many, "skills/bad"},
		{"large", map[string]treeFile{bad + "x": {data: strings.Repeat("x", maxFileBytes+1)}}, bad + "x"},
		{"SKILL.md is a link", map[string]treeFile{bad + "SKILL.md": {mode: "120000", data: "x"}}, bad + "SKILL.md"},
		{"SKILL.md is a folder", map[string]treeFile{bad + "SKILL.md/x": {}}, bad + "SKILL.md"},
		{"SKILL.md is empty", map[string]treeFile{bad + "SKILL.md": {data: " \n"}}, bad + "SKILL.md"},
		{"SKILL.md is no text", map[string]treeFile{bad + "SKILL.md": {data: "---\nname: \xff\n---\n"}}, bad + "SKILL.md"},
		{"name leads up", map[string]treeFile{bad + "SKILL.md": {data: skillText("../evil")}}, bad + "SKILL.md"},
		{"name with an escape", map[string]treeFile{bad + "SKILL.md": {data: skillText(`"\x1b[2Jbad"`)}}, bad + "SKILL.md"},
		{"name that turns", map[string]treeFile{bad + "SKILL.md": {data: skillText("\u202ebad")}}, bad + "SKILL.md"},
		{"skill is a link", map[string]treeFile{"skills/link": {mode: "120000", data: "bad"}}, "skills/link"},
		{"skill is a submodule", map[string]treeFile{"skills/sub": {mode: "160000"}}, "skills/sub"},
		{"capital", map[string]treeFile{"skills/Bad/SKILL.md": {data: demo}}, "skills/Bad"},
		{"two hyphens", map[string]treeFile{"skills/a--b/SKILL.md": {data: demo}}, "skills/a--b"},
		{"hidden", map[string]treeFile{"skills/.x/SKILL.md": {data: demo}}, "skills/.x"},
		{"dots", map[string]treeFile{"skills/../SKILL.md": {data: demo}}, "skills/.."},
	}
	unserved := []string{"no mode", "absolute"} // go-git's server drops such trees
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			repo := newRepo(t)
			all := files(map[string]string{"skills/good/SKILL.md": skillText("good")})
			maps.Copy(all, tt.files)
			if strings.HasPrefix(tt.path+"/", bad) && !strings.HasPrefix(tt.path, bad+skillFile) {
				all[bad+skillFile] = treeFile{data: skillText("bad")}
			}
			id := repo.commitFiles(all).String()
			places := []string{repo.dir}
			if !slices.Contains(unserved, tt.name) {
				places = append(places, serve(t, repo).address())
			}
			for _, where := range places {
				snap, err := snapshotOf(t, new(Remote), where, id)
				if err != nil {
					t.Fatal(err)
				}
				if len(snap.Skills) != 1 || snap.Skills[0].Name != "good" {
					t.Errorf("skills %q", paths(snap))
				}
				if len(snap.Refused) != 1 || snap.Refused[0].Path != tt.path || snap.Refused[0].Reason == "" {
					t.Errorf("refused %+v, want %q", snap.Refused, tt.path)
				}
			}
		})
	}
}

func TestModesAndDigests(t *testing.T) {
	repo := newRepo(t)
	id := repo.commitFiles(map[string]treeFile{
		"skills/demo/SKILL.md":     {data: demo},
		"skills/demo/run.sh":       {mode: "100755", data: "#!/bin/sh\n"},
		"skills/demo/old.md":       {mode: "100664", data: ""},
		"skills/demo/data.bin":     {data: "\x00\xff\u202e"},
		"agents/helper.md":         {data: "not a skill"},
		"fullstory-everything.zip": {data: strings.Repeat("z", maxFileBytes*2)},
	}).String()
	snap, err := snapshotOf(t, new(Remote), serve(t, repo).address(), id)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range snap.Skills[0].Files {
		if sum := sha256.Sum256(f.Data); f.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: digest %s", f.Path, f.SHA256)
		}
		got = append(got, fmt.Sprintf("%v %s %q", f.Mode, f.Path, f.Data))
	}
	want := []string{
		fmt.Sprintf("-rw-r--r-- SKILL.md %q", demo),
		`-rw-r--r-- data.bin "\x00\xff\u202e"`,
		`-rw-r--r-- old.md ""`,
		`-rwxr-xr-x run.sh "#!/bin/sh\n"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A tree that names one folder many times is small and unfolds without end.
func TestTreeBomb(t *testing.T) {
	repo := newRepo(t)
	tree := repo.tree(map[string]treeFile{"x": {}})
	for range 30 {
		var rows strings.Builder
		for i := range 10 {
			fmt.Fprintf(&rows, "40000 d%d\x00%s", i, tree[:])
		}
		tree = repo.rawTree(rows.String())
	}
	file := repo.object(plumbing.BlobObject, []byte(demo))
	skill := repo.rawTree("100644 SKILL.md\x00" + string(file[:]) + "40000 bomb\x00" + string(tree[:]))
	skills := repo.rawTree("40000 demo\x00" + string(skill[:]))
	root := repo.rawTree("40000 skills\x00" + string(skills[:]))
	id := repo.commitTree(root)
	_, err := snapshotOf(t, new(Remote), repo.dir, id.String())
	var none *NoSkillsError
	if !errors.As(err, &none) || len(none.Refused) != 1 {
		t.Errorf("got %v", err)
	}
}

func TestManifests(t *testing.T) {
	tests := []struct {
		name, text, place string
		problem           bool
	}{
		{"root", `{"plugins":[{"name":"fullstory","source":"./"}]}`, "skills", false},
		{"folder", `{"plugins":[{"name":"FullStory","source":"./plugins/fullstory"}]}`, "plugins/fullstory/skills", false},
		{"no dot", `{"plugins":[{"name":"fullstory","source":"plugins/fullstory/"}]}`, "plugins/fullstory/skills", false},
		{"BOM", bom + `{"plugins":[{"name":"fullstory","source":"."}]}`, "skills", false},
		{"detour", `{"plugins":[{"name":"fullstory","source":"./a/../b"}]}`, "b/skills", false},
		{"another plugin", `{"plugins":[{"name":"other","source":"./x"}]}`, "", false},
		{"no plugins", `{}`, "", false},
		{"object", `{"plugins":[{"name":"fullstory","source":{"source":"github","repo":"a/b"}}]}`, "", true},
		{"no source", `{"plugins":[{"name":"fullstory"}]}`, "", true},
		{"null", `{"plugins":[{"name":"fullstory","source":null}]}`, "", true},
		{"empty", `{"plugins":[{"name":"fullstory","source":""}]}`, "", true},
		{"outside", `{"plugins":[{"name":"fullstory","source":"../x"}]}`, "", true},
		{"above", `{"plugins":[{"name":"fullstory","source":".."}]}`, "", true},
		{"outside after all", `{"plugins":[{"name":"fullstory","source":"./a/../../x"}]}`, "", true},
		{"absolute", `{"plugins":[{"name":"fullstory","source":"/etc"}]}`, "", true},
		{"drive", `{"plugins":[{"name":"fullstory","source":"C:/x"}]}`, "", true},
		{"URL", `{"plugins":[{"name":"fullstory","source":"https://example.invalid/x"}]}`, "", true},
		{"backslash", `{"plugins":[{"name":"fullstory","source":"..\\x"}]}`, "", true},
		{"no JSON", `{"plugins":`, "", true},
		{"other types", `{"plugins":{"name":1}}`, "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			place, problem := parseManifest([]byte(tt.text))
			if place != tt.place || (problem != "") != tt.problem {
				t.Errorf("got %q, %q; want %q", place, problem, tt.place)
			}
			// Whatever it says, the places that are known are looked at.
			repo := newRepo(t)
			id := repo.commit(map[string]string{".claude-plugin/marketplace.json": tt.text, "skills/demo/SKILL.md": demo})
			snap, err := snapshotOf(t, new(Remote), repo.dir, id.String())
			if err != nil {
				t.Fatal(err)
			}
			if (len(snap.Warnings) > 0) != tt.problem {
				t.Errorf("warnings %q", snap.Warnings)
			}
		})
	}
}

func TestFindingNotes(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		"skills/demo/SKILL.md":       demo,
		"skills/lower/skill.md":      demo,
		"skills/group/demo/SKILL.md": demo,
		"skills/notes/README.md":     "x",
		"skills/SKILL.md":            demo,
		"skills/hidden/SKILL.md":     skillText("hidden") + "a\u200bb\n",
	})
	snap, err := snapshotOf(t, new(Remote), dir, "")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"skills/demo/SKILL.md", "skills/hidden/SKILL.md"}, paths(snap)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"skills/lower/skill.md is ignored: the file must be named SKILL.md"}, snap.Warnings); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Finding{{"SKILL.md", 7, FindingHidden, "1 invisible character (U+200B)", 0}}, snap.Skills[1].Findings); diff != "" {
		t.Error(diff)
	}
}

// What stands on the way to the skills and is not followed is told.
func TestLinksOnTheWay(t *testing.T) {
	link := treeFile{mode: "120000", data: "elsewhere"}
	good := map[string]treeFile{"skills/good/SKILL.md": {data: skillText("good")}}
	for name, note := range map[string]string{
		".claude-plugin":                  ".claude-plugin is ignored: a symbolic link is not followed",
		".claude-plugin/marketplace.json": ".claude-plugin/marketplace.json is ignored: a symbolic link is not followed",
		"plugins":                         "plugins is ignored: a symbolic link is not followed",
		"plugins/fullstory":               "plugins/fullstory is ignored: a symbolic link is not followed",
		"plugins/fullstory/skills":        "plugins/fullstory/skills is ignored: a symbolic link is not followed",
	} {
		repo := newRepo(t)
		all := maps.Clone(good)
		all[name] = link
		snap, err := snapshotOf(t, new(Remote), repo.dir, repo.commitFiles(all).String())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{note}, snap.Warnings); diff != "" || len(snap.Skills) != 1 {
			t.Errorf("%s: skills %q, warnings %s", name, paths(snap), diff)
		}
	}
	repo := newRepo(t)
	id := repo.commitFiles(map[string]treeFile{"skills": link, "README.md": {}}).String()
	_, err := snapshotOf(t, new(Remote), repo.dir, id)
	if !errors.Is(err, ErrNoSkills) || !strings.Contains(err.Error(), "skills is ignored: a symbolic link is not followed") {
		t.Errorf("the skills are a link: %v", err)
	}
}

func TestReadingEndsWithTheContext(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, layouts()[0])
	repo := newRepo(t)
	repo.commit(layouts()[0])
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, src := range []Source{{Kind: Folder, URL: dir}, {Kind: Local, URL: repo.dir}} {
		if _, err := new(Remote).Open(ctx, src); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", src.Kind, err)
		}
	}
	s, err := new(Remote).Open(t.Context(), Source{Kind: Local, URL: repo.dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // a local repository's
	if _, err := s.Snapshot(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("snapshot: %v", err)
	}
}
