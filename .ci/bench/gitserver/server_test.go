package gitserver_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"fsskills/.ci/bench/fixture"
	"fsskills/.ci/bench/gitserver"
)

// serve serves a repository of the size of upstream.
func serve(t *testing.T) (s *gitserver.Server, url string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skipf("git is not installed: %v", err)
	}
	root := t.TempDir()
	if err := fixture.Make(t.Context(), filepath.Join(root, "skills.git"), fixture.Upstream()); err != nil {
		t.Fatal(err)
	}
	s, err := gitserver.Start(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, s.URL + "/skills.git"
}

func git(t *testing.T, args ...string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), "git", args...)
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0", "NO_PROXY=*")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v: %s", args, err, out)
	}
}

// Git asks twice for the refs, and once more for what it does not have.
func TestGitIsCounted(t *testing.T) {
	s, url := serve(t)
	git(t, "-c", "protocol.version=2", "ls-remote", url, "HEAD")
	list := s.Take()
	if list.Requests != 2 || list.Connections != 1 {
		t.Errorf("ls-remote: %+v, want 2 requests on 1 connection", list)
	}
	dir := filepath.Join(t.TempDir(), "clone")
	git(t, "-c", "protocol.version=2", "clone", "-q", "--depth", "1", url, dir)
	clone := s.Take()
	if clone.Requests != 3 || clone.Connections != 1 {
		t.Errorf("clone: %+v, want 3 requests on 1 connection", clone)
	}
	pack, err := filepath.Glob(filepath.Join(dir, ".git", "objects", "pack", "*.pack"))
	if err != nil || len(pack) != 1 {
		t.Fatalf("packs %q, %v", pack, err)
	}
	info, err := os.Stat(pack[0])
	if err != nil {
		t.Fatal(err)
	}
	if clone.Down < info.Size() || clone.Down > info.Size()+8000 {
		t.Errorf("%d bytes down for a pack of %d", clone.Down, info.Size())
	}
	if got := s.Take(); got != (gitserver.Traffic{}) {
		t.Errorf("after that %+v", got)
	}
}

// get asks for the refs on a connection of its own, or one that is there.
func get(ctx context.Context, t *testing.T, client *http.Client, url string) (body int64, wall time.Duration) {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/info/refs?service=git-upload-pack", nil)
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Error(err)
	}
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", url, response.Status)
	}
	return n, time.Since(begin)
}

func TestHeadersCountToo(t *testing.T) {
	s, url := serve(t)
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	body, _ := get(t.Context(), t, client, url)
	got := s.Take()
	if got.Requests != 1 || got.Connections != 1 || got.Up < 50 || got.Down < body+50 || got.Down > body+2000 {
		t.Errorf("%+v for a body of %d bytes", got, body)
	}
	get(t.Context(), t, client, url)
	if got := s.Take(); got.Requests != 1 || got.Connections != 0 {
		t.Errorf("a second request on the same connection: %+v", got)
	}
}

// A new connection costs two trips, one for its handshake; the next request one.
func TestDelay(t *testing.T) {
	s, url := serve(t)
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	const trip = 400 * time.Millisecond
	s.Delay(trip)
	if _, wall := get(t.Context(), t, client, url); wall < 2*trip {
		t.Errorf("the first request took %v", wall)
	}
	if _, wall := get(t.Context(), t, client, url); wall < trip {
		t.Errorf("the second request took %v", wall)
	}
}
