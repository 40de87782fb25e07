package registry

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestOpenIsOneRequestAndSnapshotTheSecond(t *testing.T) {
	repo := newRepo(t)
	want := repo.commit(layouts()[2]).String()
	srv := serve(t, repo)
	s, err := new(Remote).Open(t.Context(), Source{Kind: Git, URL: srv.address()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // tested elsewhere
	if s.Commit() != want || s.Pinned() {
		t.Errorf("opened %s, pinned %t; want %s", s.Commit(), s.Pinned(), want)
	}
	if diff := cmp.Diff([]string{"GET /repo.git/info/refs"}, srv.requests); diff != "" {
		t.Errorf("requests of Open: %s", diff)
	}
	snap, err := s.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"GET /repo.git/info/refs", "POST /repo.git/git-upload-pack"}, srv.requests); diff != "" {
		t.Errorf("requests of Open and Snapshot: %s", diff)
	}
	if n := srv.conns.Load(); n != 1 {
		t.Errorf("%d connections", n)
	}
	if diff := cmp.Diff([]string{"skills/first/SKILL.md", "skills/second/SKILL.md"}, paths(snap)); diff != "" {
		t.Error(diff)
	}
	if len(snap.Warnings) > 0 || len(snap.Refused) > 0 {
		t.Errorf("warnings %+v, refused %+v", snap.Warnings, snap.Refused)
	}
}

func TestRefs(t *testing.T) {
	repo := newRepo(t)
	old := repo.commit(layouts()[0])
	middle := repo.commit(layouts()[1])
	tag := repo.tag("v1", middle, "commit")
	repo.lightTag("light", old)
	repo.branch("feature/x", old)
	repo.branch("both", old)
	repo.lightTag("both", middle)
	repo.branch("deadbeef", old)
	head := repo.commit(layouts()[2])
	srv := serve(t, repo)

	tests := []struct {
		ref, commit string
		pinned      bool
		warning     string
	}{
		{"", head.String(), false, ""},
		{"HEAD", head.String(), false, ""},
		{"main", head.String(), false, ""},
		{"refs/heads/main", head.String(), false, ""},
		{"feature/x", old.String(), false, ""},
		{"deadbeef", old.String(), false, ""},
		{"v1", middle.String(), true, ""},
		{"refs/tags/v1", middle.String(), true, ""},
		{"light", old.String(), true, ""},
		{"both", old.String(), false, "both is a branch and a tag; the branch is used"},
		{head.String(), head.String(), true, ""},
		{strings.ToUpper(middle.String()), middle.String(), true, ""},
		{tag.String(), middle.String(), true, ""},
	}
	for _, where := range []string{srv.address(), repo.dir} {
		for _, tt := range tests {
			t.Run(strings.Join([]string{where[:4], tt.ref}, " "), func(t *testing.T) {
				snap, err := snapshotOf(t, new(Remote), where, tt.ref)
				if err != nil {
					t.Fatal(err)
				}
				if snap.Commit != tt.commit || snap.Pinned != tt.pinned {
					t.Errorf("commit %s, pinned %t; want %s, %t", snap.Commit, snap.Pinned, tt.commit, tt.pinned)
				}
				warned := tt.warning == "" && len(snap.Warnings) == 0 || len(snap.Warnings) == 1 && snap.Warnings[0] == tt.warning
				if !warned && tt.ref != "" { // without a ref the work tree is compared, which is empty here
					t.Errorf("warnings %q, want %q", snap.Warnings, tt.warning)
				}
			})
		}
	}
}

func TestRefsThatAreNotThere(t *testing.T) {
	repo := newRepo(t)
	head := repo.commit(layouts()[2])
	repo.branch("release/2026", head)
	missing := strings.Repeat("12", 20)
	for _, where := range []string{serve(t, repo).address(), repo.dir} {
		_, err := snapshotOf(t, new(Remote), where, "mian")
		var none *NotFoundError
		if !errors.As(err, &none) || none.What != "ref" || none.Hint() != "did you mean main?" {
			t.Errorf("unknown ref: %#v", err)
		}
		_, err = snapshotOf(t, new(Remote), where, missing)
		if !errors.As(err, &none) || none.What != "commit" || none.Name != missing {
			t.Errorf("unknown commit: %#v", err)
		}
		_, err = snapshotOf(t, new(Remote), where, head.String()[:8])
		var usage *UsageError
		if !errors.As(err, &usage) || !strings.Contains(usage.Hint(), head.String()) {
			t.Errorf("abbreviated: %#v", err)
		}
	}
}

// A commit that no ref names is asked for by its id where that is allowed, else
// looked for in the branches: never more requests than needed.
func TestCommitByID(t *testing.T) {
	for _, tt := range []struct {
		name       string
		byID, lies bool
		requests   int
	}{
		{"allowed", true, false, 2},
		{"not allowed", false, false, 2},
		{"refused", true, true, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			repo := newRepo(t)
			old := repo.commit(layouts()[0]).String()
			repo.commit(layouts()[1])
			srv := serve(t, repo)
			srv.byID, srv.lies = tt.byID, tt.lies
			snap, err := snapshotOf(t, new(Remote), srv.address(), old)
			if err != nil {
				t.Fatal(err)
			}
			if snap.Commit != old || !snap.Pinned || snap.Skills[0].Path != "skills/first" {
				t.Errorf("got %s %t %s", snap.Commit, snap.Pinned, snap.Skills[0].Path)
			}
			if len(srv.requests) != tt.requests || srv.conns.Load() != 1 {
				t.Errorf("%d connections, requests %q", srv.conns.Load(), srv.requests)
			}
		})
	}
}

func TestRedirectIsFollowedOnce(t *testing.T) {
	repo := newRepo(t)
	repo.commit(layouts()[2])
	srv := serve(t, repo)
	if _, err := snapshotOf(t, new(Remote), srv.URL+"/moved", ""); err != nil {
		t.Fatal(err)
	}
	want := []string{"GET /moved/info/refs", "GET /repo.git/info/refs", "POST /repo.git/git-upload-pack"}
	if diff := cmp.Diff(want, srv.requests); diff != "" {
		t.Error(diff)
	}
}

func TestSpaceInTheAddress(t *testing.T) {
	repo := newRepo(t)
	repo.commit(layouts()[2])
	if _, err := snapshotOf(t, new(Remote), serve(t, repo).URL+"/my%20repo.git", ""); err != nil {
		t.Error(err)
	}
}

func TestEmptyRepositories(t *testing.T) {
	empty := newRepo(t)
	unborn := newRepo(t)
	unborn.branch("trunk", unborn.commit(layouts()[0]))
	unborn.ref(newSymbolicHead("refs/heads/gone"))
	for _, where := range []string{serve(t, empty).address(), empty.dir} {
		_, err := snapshotOf(t, new(Remote), where, "")
		var source *SourceError
		if !errors.As(err, &source) || !errors.Is(err, errNoCommits) {
			t.Errorf("empty: %#v", err)
		}
	}
	for _, where := range []string{serve(t, unborn).address(), unborn.dir} {
		_, err := snapshotOf(t, new(Remote), where, "")
		var none *NotFoundError
		if !errors.As(err, &none) || none.Name != "HEAD" || len(none.Near) == 0 {
			t.Errorf("HEAD without a commit: %#v", err)
		}
	}
}

func TestAnswersThatAreNotGit(t *testing.T) {
	hop := func(code int, kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(code)
			fmt.Fprint(w, body)
		}
	}
	const adv = "application/x-git-upload-pack-advertisement"
	tests := []struct {
		name    string
		handler http.HandlerFunc
		check   func(error) bool
	}{
		{"401", hop(401, "text/html", "secret page"), isAuth},
		{"403", hop(403, "text/html", "secret page"), isAuth},
		{"404", hop(404, "text/html", "secret page"), func(err error) bool {
			var e *NotFoundError
			return errors.As(err, &e) && e.What == "repository"
		}},
		{"429", hop(429, "text/html", "secret page"), trouble(TroubleBusy)},
		{"500", hop(500, "text/html", "secret page"), trouble(TroubleServer)},
		{"400", hop(400, "text/html", "secret page"), trouble(TroubleServer)},
		{"407", hop(407, "text/html", "secret page"), trouble(TroubleProxy)},
		{"web page", hop(200, "text/html; charset=utf-8", "<html>secret page"), trouble(TroubleNotGit)},
		{"dumb", hop(200, "text/plain", "0123 refs/heads/main"), trouble(TroubleNotGit)},
		{"liar", hop(200, adv, "<html>secret page"), trouble(TroubleNotGit)},
		{"empty", hop(200, adv, ""), trouble(TroubleNotGit)},
		{"cut short", hop(200, adv, "001e# service=git-upload-pack\n0000"), trouble(TroubleNotGit)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := httptest.NewServer(tt.handler)
			defer srv.Close()
			_, err := snapshotOf(t, &Remote{Wait: noWait}, srv.URL+"/repo.git", "")
			if !tt.check(err) {
				t.Fatalf("got %#v", err)
			}
			var hinted interface{ Hint() string }
			if !errors.As(err, &hinted) || hinted.Hint() == "" {
				t.Error("no hint")
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the server's page is repeated: %v", err)
			}
		})
	}
}

func isAuth(err error) bool { return errors.Is(err, ErrAuth) }

func trouble(want Trouble) func(error) bool {
	return func(err error) bool {
		var e *NetworkError
		return errors.As(err, &e) && e.Trouble == want
	}
}

func TestNetworkTroubles(t *testing.T) {
	closed := httptest.NewServer(nil)
	closed.Close()
	encrypted := httptest.NewTLSServer(http.NotFoundHandler())
	defer encrypted.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	defer refusing.Close()
	proxied := func(proxy string) *http.Client {
		u, err := url.Parse(strings.Replace(proxy, "://", "://user:hunter2@", 1))
		if err != nil {
			t.Fatal(err)
		}
		return &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(u)}}
	}
	unresolved := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "git.example.invalid", IsNotFound: true}}
	}}}
	tests := []struct {
		name, where string
		client      *http.Client
		want        Trouble
		hint        string
	}{
		{"refused", closed.URL + "/r", nil, TroubleRefused, "port"},
		{"dns", "https://git.example.invalid/r", unresolved, TroubleDNS, "git.example.invalid"},
		{"unknown authority", encrypted.URL + "/r", nil, TroubleAuthority, "--ca-file"},
		{"no tls", strings.Replace(plain.URL, "http:", "https:", 1) + "/r", nil, TroublePlain, "port"},
		{"no proxy there", "https://git.example.invalid/r", proxied(closed.URL), TroubleProxy, "NO_PROXY"},
		{"proxy refuses the tunnel", "https://git.example.invalid/r", proxied(refusing.URL), TroubleProxy, "HTTPS_PROXY"},
		{"proxy refuses", "http://git.example.invalid/r", proxied(refusing.URL), TroubleProxy, "HTTPS_PROXY"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := snapshotOf(t, &Remote{HTTP: tt.client}, tt.where, "")
			var e *NetworkError
			if !errors.As(err, &e) || e.Trouble != tt.want {
				t.Fatalf("got %#v", err)
			}
			if !strings.Contains(e.Hint(), tt.hint) {
				t.Errorf("hint %q does not name %q", e.Hint(), tt.hint)
			}
			if strings.Contains(err.Error()+e.Hint(), "hunter2") {
				t.Errorf("a password is printed: %v", err)
			}
		})
	}
}

// silent answers nothing until the client is gone.
func silent(t *testing.T) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(srv.Close)
	return srv
}

// halting serves git's answer half and then nothing.
func halting(t *testing.T) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
		fmt.Fprint(w, pkt("# service=git-upload-pack\n"))
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	t.Cleanup(srv.Close)
	return srv
}

func TestCancelEndsAtOnce(t *testing.T) {
	mute := listen(t, "tcp", "127.0.0.1:0", func(conn net.Conn) {
		<-t.Context().Done()
		_ = conn.Close()
	}).String()
	for name, where := range map[string]string{
		"no answer":   silent(t).URL + "/r",
		"half answer": halting(t).URL + "/r",
		"no tls":      "https://" + mute + "/r",
		"daemon":      "git://" + mute + "/r",
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(50*time.Millisecond, cancel)
			start := time.Now()
			s, err := new(Remote).Open(ctx, Source{Kind: Git, URL: where})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got %v %v", s, err)
			}
			if took := time.Since(start); took > time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestIdleServerIsATimeout(t *testing.T) {
	mute := listen(t, "tcp", "127.0.0.1:0", func(conn net.Conn) {
		<-t.Context().Done()
		_ = conn.Close()
	}).String()
	for name, where := range map[string]string{
		"no answer":   silent(t).URL + "/r",
		"half answer": halting(t).URL + "/r",
		"daemon":      "git://" + mute + "/r",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := snapshotOf(t, &Remote{Idle: 50 * time.Millisecond}, where, "")
			if !trouble(TroubleTimeout)(err) {
				t.Errorf("got %#v", err)
			}
		})
	}
}

// A slow line is no dead line: the bound is on silence, not on the whole.
func TestSlowServerIsWaitedFor(t *testing.T) {
	repo := newRepo(t)
	repo.commit(layouts()[2])
	inner := serve(t, repo)
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		inner.ServeHTTP(rec, r)
		w.Header().Set("Content-Type", rec.Header().Get("Content-Type"))
		parts := 1
		if r.Method == http.MethodPost {
			parts = 40
		}
		for part := range slices.Chunk(rec.Body.Bytes(), 1+rec.Body.Len()/parts) {
			time.Sleep(40 * time.Millisecond)
			_, _ = w.Write(part)
			w.(http.Flusher).Flush()
		}
	}))
	defer slow.Close()
	if _, err := snapshotOf(t, &Remote{Idle: time.Second}, slow.URL+"/repo.git", "main"); err != nil {
		t.Fatal(err)
	}
}

func TestEndlessRefsAreCut(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
		id := strings.Repeat("1", 40)
		fmt.Fprint(w, pkt("# service=git-upload-pack\n")+"0000"+pkt(id+" HEAD\x00ofs-delta\n"))
		for i := 0; r.Context().Err() == nil; i++ {
			fmt.Fprint(w, pkt(fmt.Sprintf("%s refs/heads/%0900d\n", id, i)))
		}
	}))
	defer srv.Close()
	_, err := snapshotOf(t, new(Remote), srv.URL+"/r", "")
	if _, ok := errors.AsType[*LimitError](err); !ok {
		t.Errorf("got %#v", err)
	}
}
