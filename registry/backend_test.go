package registry

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// gitBackend serves the folders below root with git's own server, which knows
// shallow fetches and deltas. It counts what it sends.
func gitBackend(t *testing.T, root string, config ...string) (where string, sent *atomic.Int64, requests *atomic.Int32) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "git", "--exec-path").Output()
	if err != nil {
		t.Skipf("git is not installed: %v", err)
	}
	env := []string{
		"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_NOSYSTEM=1", "HOME=" + root,
		fmt.Sprintf("GIT_CONFIG_COUNT=%d", 1+len(config)/2), "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*",
	}
	for i := 0; i+1 < len(config); i += 2 {
		env = append(env, fmt.Sprintf("GIT_CONFIG_KEY_%d=%s", 1+i/2, config[i]), fmt.Sprintf("GIT_CONFIG_VALUE_%d=%s", 1+i/2, config[i+1]))
	}
	backend := &cgi.Handler{Path: filepath.Join(strings.TrimSpace(string(out)), "git-http-backend"), Env: env}
	sent, requests = new(atomic.Int64), new(atomic.Int32)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		backend.ServeHTTP(&counter{w, sent}, r)
	}))
	t.Cleanup(srv.Close)
	return srv.URL, sent, requests
}

type counter struct {
	http.ResponseWriter
	sent *atomic.Int64
}

func (c *counter) Write(p []byte) (int, error) {
	c.sent.Add(int64(len(p)))
	return c.ResponseWriter.Write(p)
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skipf("git is not installed: %v", err)
	}
	cmd := exec.CommandContext(t.Context(), "git", append([]string{"-C", dir, "-c", "safe.directory=*"}, args...)...)
	cmd.Env = append(cmd.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// longHistory is a repository whose history is much larger than its newest
// commit.
func longHistory(t *testing.T, commits int) (repo *testRepo, first string) {
	t.Helper()
	repo = newRepo(t)
	for i := range commits {
		id := repo.commit(map[string]string{
			"skills/demo/SKILL.md": demo + strings.Repeat(fmt.Sprintf("Line %d of many.\n", i), 50),
			"noise":                strings.Repeat(strconv.Itoa(i*7919), 500),
		})
		if i == 0 {
			first = id.String()
		}
	}
	return repo, first
}

func TestOnlyOneCommitIsDownloaded(t *testing.T) {
	repo, first := longHistory(t, 60)
	for _, ref := range []string{"", first} {
		t.Run("ref "+ref, func(t *testing.T) {
			root, sent, requests := gitBackend(t, repo.dir, "uploadpack.allowReachableSHA1InWant", "true")
			snap, err := snapshotOf(t, new(Remote), root+"/.git", ref)
			if err != nil {
				t.Fatal(err)
			}
			if len(snap.Skills) != 1 {
				t.Errorf("skills %q", paths(snap))
			}
			if n := requests.Load(); n != 2 {
				t.Errorf("%d requests", n)
			}
			if n := sent.Load(); n > 3000 {
				t.Errorf("%d bytes sent: more than one commit", n)
			}
		})
	}
}

// Without permission to ask by id, the old commit is looked for in the history.
func TestOldCommitIsSearched(t *testing.T) {
	repo, first := longHistory(t, 60)
	root, _, requests := gitBackend(t, repo.dir)
	snap, err := snapshotOf(t, new(Remote), root+"/.git", first)
	if err != nil {
		t.Fatal(err)
	}
	if snap.Commit != first || requests.Load() != 2 {
		t.Errorf("commit %s after %d requests", snap.Commit, requests.Load())
	}
}

// What git packs with deltas reads as what was committed, over the network and
// from the disk.
func TestPacksOfGit(t *testing.T) {
	repo, _ := longHistory(t, 40)
	repo.tag("v1", repo.last, "commit")
	git(t, repo.dir, "gc", "-q", "--aggressive", "--prune=now")
	if out := git(t, repo.dir, "count-objects", "-v"); !strings.Contains(out, "\ncount: 0\n") && !strings.HasPrefix(out, "count: 0\n") {
		t.Fatalf("not packed: %s", out)
	}
	root, _, _ := gitBackend(t, repo.dir)
	for _, where := range []string{root + "/.git", repo.dir} {
		for _, ref := range []string{"main", "v1", git(t, repo.dir, "rev-parse", "main~30")} {
			snap, err := snapshotOf(t, new(Remote), where, ref)
			if err != nil {
				t.Fatalf("%s at %s: %v", where, ref, err)
			}
			want := git(t, repo.dir, "show", ref+":skills/demo/SKILL.md")
			if got := strings.TrimSpace(string(snap.Skills[0].Files[0].Data)); got != want {
				t.Errorf("%s at %s: got\n%s\nwant\n%s", where, ref, got, want)
			}
		}
	}
}

func TestWorkTreesAndBorrowedObjects(t *testing.T) {
	repo := newRepo(t)
	repo.checkout(layouts()[2])
	want := repo.commit(layouts()[2]).String()
	git(t, repo.dir, "reset", "-q")
	dir := t.TempDir()
	git(t, repo.dir, "worktree", "add", "-q", "-b", "side", filepath.Join(dir, "linked"))
	git(t, repo.dir, "config", "core.repositoryFormatVersion", "1")
	git(t, repo.dir, "config", "extensions.worktreeConfig", "true")
	git(t, dir, "clone", "-q", "--bare", repo.dir, "bare.git")
	git(t, dir, "clone", "-q", "--shared", repo.dir, "shared")
	git(t, dir, "clone", "-q", "--depth", "1", "file://"+repo.dir, "shallow")
	for _, name := range []string{"linked", "bare.git", "shared", "shallow"} {
		t.Run(name, func(t *testing.T) {
			snap, err := snapshotOf(t, new(Remote), filepath.Join(dir, name), "")
			if err != nil {
				t.Fatal(err)
			}
			if snap.Commit != want || len(snap.Skills) != 2 || len(snap.Warnings) > 0 {
				t.Errorf("%s, %q, warnings %q", snap.Commit, paths(snap), snap.Warnings)
			}
		})
	}
	root, _, _ := gitBackend(t, dir)
	if _, err := snapshotOf(t, new(Remote), root+"/bare.git", ""); err != nil {
		t.Error(err)
	}
}

// The bytes of a no-op check stay small too: it lists refs and stops.
func TestOpenDownloadsTheRefsOnly(t *testing.T) {
	repo, _ := longHistory(t, 5)
	root, sent, requests := gitBackend(t, repo.dir)
	s, err := new(Remote).Open(t.Context(), Source{Kind: Git, URL: root + "/.git"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if requests.Load() != 1 || sent.Load() > 1000 {
		t.Errorf("%d requests, %d bytes", requests.Load(), sent.Load())
	}
}

// TestNothingGrowsWithHistory fetches the same skills from repositories with short
// and long histories, where git's own clone of one commit is the measure.
func TestNothingGrowsWithHistory(t *testing.T) {
	fetched := map[int]int64{}
	for _, commits := range []int{1, 25, 500} {
		dir := quickHistory(t, commits)
		root, sent, requests := gitBackend(t, dir)
		if snap, err := snapshotOf(t, new(Remote), root+"/.git", ""); err != nil || len(snap.Skills) != 1 {
			t.Fatalf("%d commits: %v, %v", commits, snap, err)
		}
		fetched[commits] = sent.Swap(0)
		if n := requests.Swap(0); n != 2 {
			t.Errorf("%d commits: %d requests", commits, n)
		}
		git(t, t.TempDir(), "clone", "-q", "--bare", "--depth", "1", root+"/.git", "clone")
		if cloned := sent.Load(); fetched[commits]*100 > cloned*105 {
			t.Errorf("%d commits: %d bytes are fetched, git's clone takes %d", commits, fetched[commits], cloned)
		}
		if n := fetched[commits]; n < 5000 || n*100 > fetched[1]*103 {
			t.Errorf("%d commits: %d bytes are fetched, of one commit %d", commits, n, fetched[1])
		}
	}
}

// quickHistory is a repository with so many commits, of which the last is always
// the same.
func quickHistory(t *testing.T, commits int) (dir string) {
	t.Helper()
	dir = t.TempDir()
	git(t, dir, "init", "-q", "-b", "main")
	var in strings.Builder
	for i := range commits {
		left := commits - i
		text := demo + strings.Repeat(fmt.Sprintf("Line %d of many.\n", left*left), 50)
		var noise strings.Builder
		for line := range 200 {
			fmt.Fprintf(&noise, "%x\n", sha256.Sum256(fmt.Append(nil, left, line)))
		}
		fmt.Fprintf(&in, "commit refs/heads/main\ncommitter somebody <somebody@example.invalid> %d +0000\ndata 8\na change\n", 1_700_000_000-left*3600)
		for name, data := range map[string]string{"skills/demo/SKILL.md": text, "noise": noise.String()} {
			fmt.Fprintf(&in, "M 100644 inline %s\ndata %d\n%s\n", name, len(data), data)
		}
	}
	cmd := exec.CommandContext(t.Context(), "git", "-C", dir, "-c", "safe.directory=*", "fast-import", "--quiet")
	cmd.Stdin = strings.NewReader(in.String())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git fast-import: %v\n%s", err, out)
	}
	if n := git(t, dir, "rev-list", "--count", "main"); n != strconv.Itoa(commits) {
		t.Fatalf("%s commits, want %d", n, commits)
	}
	return dir
}
