package registry

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"
)

// A countedConn counts what is read from a connection.
type countedConn struct {
	net.Conn
	read *atomic.Int64
}

// Read counts.
func (c countedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.read.Add(int64(n))
	return n, err
}

// manyRefs is a repository with so many branches, and one behind them all.
func manyRefs(t *testing.T, n int) (repo *testRepo, last string) {
	t.Helper()
	repo = newRepo(t)
	id := repo.commit(layouts()[1])
	last = repo.commit(layouts()[2]).String()
	var list strings.Builder
	list.WriteString("# pack-refs with: peeled fully-peeled sorted \n")
	for i := range n {
		fmt.Fprintf(&list, "%s refs/heads/somebody/some-work-%06d\n", id, i)
	}
	fmt.Fprintf(&list, "%s refs/heads/zz\n", id)
	writeFiles(t, repo.dir, map[string]string{".git/packed-refs": list.String()})
	return repo, last
}

// TestLongListOfRefs reads no more of one than it needs, with the same requests
// and connections as for a short one.
func TestLongListOfRefs(t *testing.T) {
	repo, last := manyRefs(t, 20_000)
	behind := git(t, repo.dir, "rev-parse", "zz")
	root, _, _ := gitBackend(t, filepath.Dir(repo.dir))
	address, err := url.Parse(root)
	if err != nil {
		t.Fatal(err)
	}
	backend := forward(address)
	for _, secure := range []bool{false, true} {
		var asked atomic.Int32
		srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			backend.ServeHTTP(w, r)
		}))
		if srv.EnableHTTP2 = secure; secure {
			srv.StartTLS()
		} else {
			srv.Start()
		}
		defer srv.Close()
		for _, tt := range []struct {
			ref, commit string
			load        bool // the skills too
			most        int64
		}{
			{"", last, false, 100 << 10},
			{"HEAD", last, false, 100 << 10},
			{"", last, true, 4 << 20},
			{"zz", behind, true, 4 << 20},
		} {
			t.Run(fmt.Sprintf("HTTP/2 %t, ref %q, skills %t", secure, tt.ref, tt.load), func(t *testing.T) {
				asked.Store(0)
				var read atomic.Int64
				var dialled atomic.Int32
				transport := srv.Client().Transport.(*http.Transport).Clone() //nolint:forcetypeassert // the server's own
				transport.DialContext = func(ctx context.Context, network, to string) (net.Conn, error) {
					dialled.Add(1)
					conn, err := new(net.Dialer).DialContext(ctx, network, to)
					return countedConn{conn, &read}, err
				}
				s, err := (&Remote{HTTP: &http.Client{Transport: transport}}).Open(t.Context(), Source{Kind: Git, URL: srv.URL + "/" + filepath.Base(repo.dir) + "/.git", Ref: tt.ref})
				if err != nil {
					t.Fatal(err)
				}
				requests := int32(1)
				if tt.load {
					requests = 2
					if snap, err := s.Snapshot(t.Context()); err != nil || len(snap.Skills) == 0 {
						t.Errorf("%v, %v", snap, err)
					}
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
				if s.Commit() != tt.commit || s.Head() != last {
					t.Errorf("commit %s of HEAD %s, want %s of %s", s.Commit(), s.Head(), tt.commit, last)
				}
				if n := read.Load(); n > tt.most && !secure { // HTTP/2 takes in what comes until it says to stop
					t.Errorf("%d bytes are read", n)
				}
				if asked.Load() != requests || dialled.Load() != 1 {
					t.Errorf("%d requests on %d connections", asked.Load(), dialled.Load())
				}
			})
		}
	}
}

// forward hands requests on to another server.
func forward(to *url.URL) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out := r.Clone(r.Context())
		out.RequestURI, out.URL.Scheme, out.URL.Host = "", to.Scheme, to.Host
		res, err := http.DefaultTransport.RoundTrip(out)
		if err != nil {
			return // the client has gone
		}
		defer res.Body.Close() //nolint:errcheck // only read
		w.Header().Set("Content-Type", res.Header.Get("Content-Type"))
		_, _ = io.Copy(w, res.Body) // the client may go
	})
}

// A list that is short, has no HEAD or is none comes through as it is.
func TestRefListGivesWhatComes(t *testing.T) {
	head := pkt(strings.Repeat("1", 40) + " HEAD\x00agent=git\n")
	other := pkt(strings.Repeat("2", 40) + " refs/heads/main\n")
	many := strings.Repeat(other, 2*enoughRefsBytes/len(other))
	for name, tt := range map[string]struct{ text, want string }{
		"empty":         {"", ""},
		"short":         {pkt("# service=git-upload-pack\n") + "0000" + head + other + "0000", pkt("# service=git-upload-pack\n") + "0000" + head + other + "0000"},
		"cut short":     {head + other[:20], head + other[:20]},
		"cut in digits": {head + "00", head + "00"},
		"no packets":    {"<html>" + many, "<html>" + many},
		"no HEAD":       {many + "0000", many + "0000"},
	} {
		for _, reader := range []io.Reader{strings.NewReader(tt.text), iotest.OneByteReader(strings.NewReader(tt.text))} {
			w := &watch{remote: new(Remote), idle: DefaultIdle}
			l := newRefList(watchedText(t, w, reader), 1)
			got, err := io.ReadAll(l)
			if err != nil || string(got) != tt.want || w.list != nil {
				t.Errorf("%s: %d bytes of %d, %v", name, len(got), len(tt.want), err)
			}
		}
	}
	w := &watch{remote: new(Remote), idle: DefaultIdle}
	got, err := io.ReadAll(newRefList(watchedText(t, w, strings.NewReader(head+many+"0000")), 1))
	text, ended := strings.CutSuffix(string(got), "0000")
	if err != nil || !ended || !strings.HasPrefix(head+many, text) || len(text) < enoughRefsBytes || len(text) > enoughRefsBytes+len(other) || w.list == nil {
		t.Errorf("of a long list come %d bytes, %v", len(got), err)
	}
}

// watchedText is an answer with the text of a reader.
func watchedText(t *testing.T, w *watch, text io.Reader) *watchedBody {
	t.Helper()
	timer := time.AfterFunc(time.Hour, func() {})
	t.Cleanup(func() { timer.Stop() })
	return &watchedBody{watch: w, body: io.NopCloser(text), ctx: t.Context(), cancel: func(error) {}, idle: timer, whole: timer, limit: maxRefsBytes, most: maxRefsBytes}
}

// TestListThatStalls goes on without the rest of a list that does not come.
func TestListThatStalls(t *testing.T) {
	repo, _ := manyRefs(t, 2_000)
	root, _, _ := gitBackend(t, filepath.Dir(repo.dir))
	address, err := url.Parse(root)
	if err != nil {
		t.Fatal(err)
	}
	backend := forward(address)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/info/refs") {
			backend.ServeHTTP(w, r)
			return
		}
		whole := httptest.NewRecorder()
		backend.ServeHTTP(whole, r)
		w.Header().Set("Content-Type", whole.Header().Get("Content-Type"))
		_, _ = w.Write(whole.Body.Bytes()[:100_000])
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	t.Cleanup(srv.Close)
	source := Source{Kind: Git, URL: srv.URL + "/" + filepath.Base(repo.dir) + "/.git"}
	remote := &Remote{HTTP: srv.Client(), Idle: time.Minute}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	session, err := remote.Open(ctx, source)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := session.Snapshot(ctx); err != nil {
		t.Error(err)
	}
	if err := session.Close(); err != nil {
		t.Error(err)
	}
}
