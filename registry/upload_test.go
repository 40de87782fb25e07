package registry

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/google/go-cmp/cmp"
)

// uploadPack serves a repository with git's own program over plain connections.
// Unlike the one behind HTTP, which has to forgive clients that come late, it
// hands out nothing but what a ref names, unless config allows it.
func uploadPack(t *testing.T, repo *testRepo, config ...string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skipf("git is not installed: %v", err)
	}
	args := []string{"-c", "safe.directory=*"}
	for _, c := range config {
		args = append(args, "-c", c)
	}
	args = append(args, "upload-pack", filepath.Join(repo.dir, ".git"))
	return "git://" + listen(t, "tcp", "127.0.0.1:0", func(conn net.Conn) {
		defer conn.Close() //nolint:errcheck // a test's
		in := bufio.NewReader(conn)
		length := make([]byte, 4)
		if _, err := io.ReadFull(in, length); err != nil {
			return
		}
		n, err := strconv.ParseUint(string(length), 16, 16)
		if err != nil || n < 4 {
			return
		}
		if _, err := in.Discard(int(n) - 4); err != nil { // which repository is asked for
			return
		}
		cmd := exec.CommandContext(t.Context(), "git", args...)
		cmd.Env = append(cmd.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
		cmd.Stdin, cmd.Stdout = in, conn
		_ = cmd.Run() // it fails when it refuses, and tells the client
	}).String() + "/r.git"
}

// Git's own program, which hands out no commit that only a tag names or that no
// ref names, answers every question all the same.
func TestQuestionsToGitsOwnProgram(t *testing.T) {
	f := newForked(t)
	tree := f.repo.tree(files(map[string]string{"skills/demo/SKILL.md": demo}))
	aside := f.repo.commitOf(tree, 80, "aside\n", f.ids["m2"])
	tag := f.repo.tag("v2", aside, "commit")
	tests := []struct {
		ref, commit string
		since       []string
		err         error
	}{
		{"", f.ids["m3"].String(), []string{"m3", "merge", "f\uFFFDr s2", "s1"}, nil},
		{"v1", f.ids["merge"].String(), []string{"merge", "f\uFFFDr s2", "s1"}, nil},
		{"v2", aside.String(), []string{"aside"}, nil},
		{tag.String(), aside.String(), []string{"aside"}, nil},
		{aside.String(), aside.String(), []string{"aside"}, nil},
		{f.ids["m1"].String(), f.ids["m1"].String(), nil, ErrNoHistory},
	}
	for name, where := range map[string]string{
		"plain":    uploadPack(t, f.repo),
		"filter":   uploadPack(t, f.repo, "uploadpack.allowFilter=true"),
		"any tips": uploadPack(t, f.repo, "uploadpack.allowReachableSHA1InWant=true"),
	} {
		for _, tt := range tests {
			t.Run(name+" "+tt.ref, func(t *testing.T) {
				s := openSession(t, where, tt.ref)
				snap, err := s.Snapshot(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if snap.Commit != tt.commit || len(snap.Skills) != 1 {
					t.Errorf("commit %s, skills %q", snap.Commit, paths(snap))
				}
				h, err := s.Since(t.Context(), f.ids["m2"].String())
				if diff := cmp.Diff(tt.since, subjects(h)); diff != "" || !errors.Is(err, tt.err) || h.More {
					t.Errorf("since: %v, more %t %s", err, h.More, diff)
				}
				v, err := s.Versions(t.Context(), []string{"demo"})
				if err != nil || len(v) == 0 || v[0].Commit != tt.commit {
					t.Errorf("%d versions, %v", len(v), err)
				}
			})
		}
	}
}

// A commit is asked for itself where something lists it, else by its tag.
func TestWhatATargetIsAskedForBy(t *testing.T) {
	id := func(digit string) plumbing.Hash { return plumbing.NewHash(strings.Repeat(digit, commitDigits)) }
	r := refs{
		head: id("f"), // on no branch
		names: map[string]plumbing.Hash{
			"refs/heads/main": id("a"), "refs/heads/side": id("b"), "refs/tags/plain": id("c"),
			"refs/tags/of-main": id("1"), "refs/tags/of-side": id("2"), "refs/tags/of-tagged": id("3"), "refs/tags/alone": id("4"),
			"refs/tags/of-head": id("5"),
		},
		peeled: map[string]plumbing.Hash{
			"refs/tags/of-main": id("a"), "refs/tags/of-side": id("b"), "refs/tags/of-tagged": id("c"), "refs/tags/alone": id("d"),
			"refs/tags/of-head": id("f"),
		},
	}
	for ref, want := range map[string]target{
		"of-main":        {id: id("a"), pinned: true, listed: true},
		"of-side":        {id: id("b"), pinned: true, listed: true},
		"of-tagged":      {id: id("c"), pinned: true, listed: true},
		"of-head":        {id: id("f"), pinned: true, listed: true},
		"plain":          {id: id("c"), pinned: true, listed: true},
		"alone":          {id: id("d"), tag: id("4"), pinned: true, listed: true},
		id("4").String(): {id: id("d"), tag: id("4"), pinned: true, listed: true},
		id("d").String(): {id: id("d"), tag: id("4"), pinned: true, listed: true},
		id("2").String(): {id: id("b"), pinned: true, listed: true},
		id("0").String(): {id: id("0"), pinned: true},
		id("e").String(): {id: id("e"), pinned: true},
	} {
		if got, err := r.resolve(ref, "here"); err != nil || got != want {
			t.Errorf("%s: %+v, %v", ref, got, err)
		}
	}
}
