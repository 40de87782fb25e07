package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/google/go-cmp/cmp"
)

// openSession opens a source and closes it with the test.
func openSession(t *testing.T, where, ref string) *Session {
	t.Helper()
	src, err := ParseSource(where, ref, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s, err := new(Remote).Open(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func subjects(h History) []string {
	var out []string
	for _, c := range h.Commits {
		out = append(out, c.Subject)
	}
	return out
}

// A forked history: main is m1, m2, merge, m3; the side branch s1, s2 leaves
// main after m1 and is merged. lost was made on m1 and never merged.
type forked struct {
	repo *testRepo
	ids  map[string]plumbing.Hash
}

func newForked(t *testing.T) forked {
	t.Helper()
	f := forked{newRepo(t), map[string]plumbing.Hash{}}
	add := func(name string, seconds int, message string, parents ...string) {
		var of []plumbing.Hash
		for _, p := range parents {
			of = append(of, f.ids[p])
		}
		tree := f.repo.tree(files(map[string]string{"skills/demo/SKILL.md": demo + name + strings.Repeat("more\n", 200)}))
		f.ids[name] = f.repo.commitOf(tree, seconds, message, of...)
	}
	add("m1", 10, "m1\n")
	add("s1", 20, "s1\n\nwith a body\n", "m1")
	add("m2", 30, "", "m1")
	add("s2", 40, "f\xfcr s2\n", "s1")
	add("merge", 50, "merge\n", "m2", "s2")
	add("m3", 60, "m3\n", "merge")
	add("lost", 70, "lost\n", "m1")
	f.repo.branch("main", f.ids["m3"])
	f.repo.branch("lost", f.ids["lost"])
	f.repo.tag("v1", f.ids["merge"], "commit")
	return f
}

func TestSince(t *testing.T) {
	f := newForked(t)
	filtered, sent, requests := gitBackend(t, f.repo.dir, "uploadpack.allowFilter", "true", "uploadpack.allowReachableSHA1InWant", "true")
	whole, _, wholeRequests := gitBackend(t, f.repo.dir)
	tests := []struct {
		ref, old string
		want     []string
		err      error
	}{
		{"", "m3", nil, nil},
		{"", "merge", []string{"m3"}, nil},
		{"", "m2", []string{"m3", "merge", "f\uFFFDr s2", "s1"}, nil},
		{"", "s2", []string{"m3", "merge", ""}, nil},
		{"", "s1", []string{"m3", "merge", "f\uFFFDr s2", ""}, nil},
		{"", "m1", []string{"m3", "merge", "f\uFFFDr s2", "", "s1"}, nil},
		{"v1", "m2", []string{"merge", "f\uFFFDr s2", "s1"}, nil},
		{f.ids["s2"].String(), "m1", []string{"f\uFFFDr s2", "s1"}, nil}, // no ref names it
		{"", "lost", nil, ErrNoHistory},
		{"v1", "m3", nil, ErrNoHistory}, // back
		{"lost", "m2", nil, ErrNoHistory},
		{"", anotherID, nil, ErrNoHistory},
		{"", f.repo.tree(nil).String(), nil, ErrNoHistory},
	}
	for _, where := range []struct {
		name, url string
		requests  interface{ Load() int32 }
	}{{"filter", filtered + "/.git", requests}, {"no filter", whole + "/.git", wholeRequests}, {"local", f.repo.dir, nil}} {
		for _, tt := range tests {
			t.Run(where.name+" "+tt.ref+" since "+tt.old, func(t *testing.T) {
				s := openSession(t, where.url, tt.ref)
				old := tt.old
				if id, named := f.ids[old]; named {
					old = id.String()
				}
				var before int32
				if where.requests != nil {
					before = where.requests.Load()
				}
				h, err := s.Since(t.Context(), old)
				if !errors.Is(err, tt.err) {
					t.Fatalf("got %v, %v; want %v", subjects(h), err, tt.err)
				}
				if diff := cmp.Diff(tt.want, subjects(h)); diff != "" {
					t.Error(diff)
				}
				if h.More {
					t.Error("there are no more")
				}
				if where.requests == nil {
					return
				}
				want := before + 1
				if old == s.Commit() {
					want = before
				}
				if n := where.requests.Load(); n != want {
					t.Errorf("%d requests", n-before)
				}
			})
		}
	}
	t.Run("bytes", func(t *testing.T) {
		s := openSession(t, filtered+"/.git", "")
		before := sent.Load()
		if _, err := s.Since(t.Context(), f.ids["m1"].String()); err != nil {
			t.Fatal(err)
		}
		if n := sent.Load() - before; n > 1200 {
			t.Errorf("%d bytes for five commits", n)
		}
	})
}

func TestSinceTellsIDsAndDates(t *testing.T) {
	f := newForked(t)
	h, err := openSession(t, f.repo.dir, "").Since(t.Context(), strings.ToUpper(f.ids["merge"].String()))
	if err != nil || len(h.Commits) != 1 {
		t.Fatal(h, err)
	}
	c := h.Commits[0]
	if c.ID != f.ids["m3"].String() || c.Date.Format("2006-01-02T15:04:05-07:00") != "2023-11-14T23:44:20+01:30" {
		t.Errorf("%s of %s", c.ID, c.Date)
	}
}

// The newest of many are listed, and that there are others is said.
func TestSinceManyCommits(t *testing.T) {
	repo, first := longHistory(t, 160)
	filtered, sent, requests := gitBackend(t, repo.dir, "uploadpack.allowFilter", "true")
	whole, _, _ := gitBackend(t, repo.dir)
	near := git(t, repo.dir, "rev-parse", "main~100")
	for _, where := range []string{filtered + "/.git", whole + "/.git", repo.dir} {
		s := openSession(t, where, "")
		h, err := s.Since(t.Context(), first)
		if err != nil {
			t.Fatal(where, err)
		}
		if got := subjects(h); len(got) != maxCommits || got[0] != "commit 160" || got[99] != "commit 61" || !h.More {
			t.Errorf("%s: %d commits, more %t: %q", where, len(got), h.More, got)
		}
		h, err = s.Since(t.Context(), near)
		if err != nil || len(h.Commits) != 100 || h.More {
			t.Errorf("%s: %d commits, more %t, %v", where, len(h.Commits), h.More, err)
		}
	}
	before, asked := sent.Load(), requests.Load()
	if _, err := openSession(t, filtered+"/.git", "").Since(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	// Deflated, each of these commits takes some 140 bytes; with what is in them, 300 more.
	if n, asked := sent.Load()-before, requests.Load()-asked; n > 160*200 || asked != 2 {
		t.Errorf("%d bytes in %d requests for 160 commits", n, asked)
	}
}

// A server that does not have the old commit would send all it has.
func TestSinceDoesNotReadTheWholeHistory(t *testing.T) {
	repo, _ := longHistory(t, 10)
	root, _, _ := gitBackend(t, repo.dir, "uploadpack.allowFilter", "true")
	h, err := openSession(t, root+"/.git", "").Since(t.Context(), anotherID)
	if !errors.Is(err, ErrNoHistory) || !errors.Is(err, errUnknown) {
		t.Errorf("%v, %v", h, err)
	}
}

func TestSinceIsRefused(t *testing.T) {
	repo := newRepo(t)
	old := repo.commit(layouts()[0]).String()
	middle := repo.commit(layouts()[1]).String()
	repo.commit(layouts()[2])
	t.Run("the filter", func(t *testing.T) {
		root, _, _ := gitBackend(t, repo.dir, "uploadpack.allowFilter", "true", "uploadpackfilter.tree.allow", "false")
		s := openSession(t, root+"/.git", "")
		if h, err := s.Since(t.Context(), old); !errors.Is(err, ErrNoHistory) {
			t.Errorf("%v, %v", h, err)
		}
		if _, err := s.Snapshot(t.Context()); err != nil {
			t.Errorf("the session is of no use afterwards: %v", err)
		}
	})
	t.Run("the commit", func(t *testing.T) {
		srv := serve(t, repo)
		srv.byID, srv.lies = true, true
		s := openSession(t, srv.address(), middle)
		if h, err := s.Since(t.Context(), old); !errors.Is(err, ErrNoHistory) || len(srv.requests) != 2 {
			t.Errorf("%v, %v after %q", h, err, srv.requests)
		}
	})
	t.Run("everything", func(t *testing.T) {
		srv := serve(t, repo)
		s := openSession(t, srv.address(), "")
		srv.Close()
		_, err := s.Since(t.Context(), old)
		if _, ok := errors.AsType[*NetworkError](err); !ok { // refused, or broken off where it was kept
			t.Errorf("%v", err)
		}
	})
	t.Run("by the user", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for _, where := range []string{serve(t, repo).address(), repo.dir} {
			s := openSession(t, where, "")
			if _, err := s.Since(ctx, old); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", where, err)
			}
			if _, err := s.Versions(ctx, []string{"first"}); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", where, err)
			}
		}
	})
}

// The questions come in any order, on connections that serve one request too.
func TestHistoryAfterSnapshotOverOneConnection(t *testing.T) {
	repo := newRepo(t)
	old := repo.commit(layouts()[0]).String()
	repo.commit(layouts()[1])
	repo.commit(layouts()[2])
	daemon := gitDaemon(t, &gitServer{repo: repo})
	smart := serve(t, repo).address()
	ask := map[string]func(*Session) error{
		"snapshot": func(s *Session) error {
			snap, err := s.Snapshot(t.Context())
			if err == nil && len(snap.Skills) != 2 {
				err = fmt.Errorf("skills %q", paths(snap))
			}
			return err
		},
		"since": func(s *Session) error {
			h, err := s.Since(t.Context(), old)
			if err == nil && !slices.Equal(subjects(h), []string{"commit 3", "commit 2"}) {
				err = fmt.Errorf("commits %q", subjects(h))
			}
			return err
		},
		"unknown": func(s *Session) error {
			if _, err := s.Since(t.Context(), anotherID); !errors.Is(err, ErrNoHistory) {
				return fmt.Errorf("since nothing: %w", err)
			}
			return nil
		},
		"versions": func(s *Session) error {
			v, err := s.Versions(t.Context(), []string{"first"})
			if err == nil && len(v) != 2 {
				err = fmt.Errorf("%d versions", len(v))
			}
			return err
		},
	}
	for _, where := range []string{daemon, smart} {
		for _, order := range []string{"snapshot since versions", "since snapshot", "versions since", "unknown since snapshot since"} {
			s := openSession(t, where, "")
			for question := range strings.FieldsSeq(order) {
				if err := ask[question](s); err != nil {
					t.Errorf("%s: %s in %s: %v", where, question, order, err)
				}
			}
		}
	}
}

// Behind the end of a shallow clone there may be anything.
func TestSinceInShallowClone(t *testing.T) {
	repo, first := longHistory(t, 20)
	dir := filepath.Join(t.TempDir(), "shallow")
	git(t, repo.dir, "clone", "-q", "--bare", "--depth", "5", "file://"+repo.dir, dir)
	s := openSession(t, dir, "")
	for back, want := range map[int]error{1: nil, 4: nil, 5: ErrNoHistory, 9: ErrNoHistory} {
		h, err := s.Since(t.Context(), git(t, repo.dir, "rev-parse", "main~"+strconv.Itoa(back)))
		if !errors.Is(err, want) || err == nil && (len(h.Commits) != back || h.More) {
			t.Errorf("%d back: %v, more %t, %v", back, subjects(h), h.More, err)
		}
	}
	if _, err := s.Since(t.Context(), first); !errors.Is(err, ErrNoHistory) {
		t.Errorf("first: %v", err)
	}
}

// A merged branch that a shallow clone has only the end of is not all there.
func TestSinceSaysThatShallowIsNotAll(t *testing.T) {
	f := newForked(t)
	dir := filepath.Join(t.TempDir(), "shallow")
	git(t, f.repo.dir, "clone", "-q", "--bare", "--depth", "3", "file://"+f.repo.dir, dir)
	h, err := openSession(t, dir, "").Since(t.Context(), f.ids["m2"].String())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"m3", "merge", "f\uFFFDr s2"}, subjects(h)); diff != "" || !h.More {
		t.Error(h.More, diff)
	}
}

// Committers' clocks differ: what old has is not listed, however it is dated.
func TestSinceWithWrongClocks(t *testing.T) {
	repo := newRepo(t)
	tree := repo.tree(files(layouts()[2]))
	base := repo.commitOf(tree, 1000, "base")
	left := repo.commitOf(tree, 10, "left", base) // dated before its parent
	old := repo.commitOf(tree, 20, "old", left)
	right := repo.commitOf(tree, 2000, "right", base)
	repo.branch("main", repo.commitOf(tree, 30, "tip", old, right))
	root, _, _ := gitBackend(t, repo.dir, "uploadpack.allowFilter", "true")
	for _, where := range []string{repo.dir, root + "/.git"} {
		h, err := openSession(t, where, "").Since(t.Context(), old.String())
		if diff := cmp.Diff([]string{"tip", "right"}, subjects(h)); diff != "" || err != nil {
			t.Errorf("%s: %v %s", where, err, diff)
		}
	}
}

func TestSinceDamaged(t *testing.T) {
	repo := newRepo(t)
	old := repo.commit(layouts()[2])
	tree := repo.tree(files(layouts()[2]))
	damaged := repo.object(plumbing.CommitObject, fmt.Appendf(nil, "tree %s\nparent %s\n\nno committer\n", tree, old))
	repo.branch("main", repo.commitOf(tree, 2, "tip", damaged))
	repo.branch("gap", repo.commitOf(tree, 2, "gap", plumbing.NewHash(anotherID)))
	for _, ref := range []string{"main", "gap"} {
		_, err := openSession(t, repo.dir, ref).Since(t.Context(), old.String())
		source, ok := errors.AsType[*SourceError](err)
		if !ok || !strings.Contains(source.Hint(), "fsck") {
			t.Errorf("%s: %v", ref, err)
		}
	}
	_, err := openSession(t, serve(t, repo).address(), "main").Since(t.Context(), old.String())
	if _, ok := errors.AsType[*SourceError](err); !ok {
		t.Errorf("remote: %v", err)
	}
}

func TestNoHistoryWithoutGit(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, layouts()[2])
	s := openSession(t, dir, "")
	for _, old := range []string{someID, "", "sha256:" + strings.Repeat("0", 64)} {
		if _, err := s.Since(t.Context(), old); !errors.Is(err, ErrNoHistory) {
			t.Errorf("%q: %v", old, err)
		}
	}
	if h, err := s.Since(t.Context(), s.Commit()); err != nil || len(h.Commits) > 0 {
		t.Errorf("%v, %v", h, err)
	}
	if v, err := s.Versions(t.Context(), []string{"first"}); err != nil || v != nil {
		t.Errorf("%v, %v", v, err)
	}
}

// An answer over a bound is not read, and only says that nothing is known.
func TestTooLargeAnswerIsNoHistory(t *testing.T) {
	var b packBuilder
	b.object(plumbing.CommitObject, []byte(commitText("a <a> 1 +0000", "\nOne\n")))
	b.object(plumbing.CommitObject, []byte(commitText("a <a> 2 +0000", "\nTwo\n")))
	if p, err := readPack(t.Context(), bytes.NewReader(b.pack()), "here", 2); err != nil || len(p) != 2 {
		t.Errorf("%d objects, %v", len(p), err)
	}
	_, err := readPack(t.Context(), bytes.NewReader(b.pack()), "here", 1)
	_, tooLarge := errors.AsType[*LimitError](err)
	if !tooLarge || !errors.Is(noHistory(t.Context(), err), ErrNoHistory) {
		t.Errorf("%v", err)
	}
}

func TestWalkIsBounded(t *testing.T) {
	repo, first := longHistory(t, 12)
	src, err := openRepository(repo.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer src.disk.close() //nolint:errcheck // a test's
	for limit, tooFew := range map[int]bool{11: true, 12: false} {
		err := newWalk(graph{objects: src}).between(t.Context(), repo.last, plumbing.NewHash(first), limit)
		_, bounded := errors.AsType[*LimitError](err)
		if bounded != tooFew || noHistory(t.Context(), err) != nil != tooFew {
			t.Errorf("limit %d: %v", limit, err)
		}
	}
}
