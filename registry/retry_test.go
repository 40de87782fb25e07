package registry

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// noWait makes no pause.
func noWait(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// counting is a Remote that makes no pause and counts those that it would make.
func counting() (r *Remote, pauses *[]time.Duration) {
	pauses = &[]time.Duration{}
	r = &Remote{Wait: noWait}
	r.Retrying = func(why error, pause time.Duration) {
		if why == nil {
			panic("no reason")
		}
		*pauses = append(*pauses, pause)
	}
	return r, pauses
}

// failing serves a repository, but the first n requests that pick chooses are
// answered by fail.
func failing(t *testing.T, inner http.Handler, n int32, pick func(*http.Request) bool, fail http.HandlerFunc) *httptest.Server {
	t.Helper()
	var failed atomic.Int32
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if pick(r) && failed.Add(1) <= n {
			fail(w, r)
			return
		}
		inner.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	return srv
}

func isGet(r *http.Request) bool  { return r.Method == http.MethodGet }
func isPost(r *http.Request) bool { return r.Method == http.MethodPost }

// breakOff ends the connection, after half an answer if there is to be one.
func breakOff(half bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if half {
			kind := "result"
			if isGet(r) {
				kind = "advertisement"
			}
			w.Header().Set("Content-Type", "application/x-git-upload-pack-"+kind)
			w.Header().Set("Content-Length", "100000")
			fmt.Fprint(w, "0008")
			w.(http.Flusher).Flush()
		}
		panic(http.ErrAbortHandler)
	}
}

func status(code int, after string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if after != "" {
			w.Header().Set("Retry-After", after)
		}
		w.WriteHeader(code)
	}
}

// What is likely to pass is tried again, whichever request it befalls, and no
// more than three times in all.
func TestPassingTroubleIsTriedAgain(t *testing.T) {
	repo := newRepo(t)
	repo.commit(layouts()[2])
	inner := serve(t, repo)
	for _, tt := range []struct {
		name string
		fail http.HandlerFunc
		want Trouble
	}{
		{"408", status(408, ""), TroubleServer},
		{"429", status(429, ""), TroubleBusy},
		{"500", status(500, ""), TroubleServer},
		{"502", status(502, ""), TroubleServer},
		{"503", status(503, ""), TroubleServer},
		{"504", status(504, ""), TroubleServer},
		{"broken off before the answer", breakOff(false), TroubleBroken},
		{"broken off in the answer", breakOff(true), TroubleBroken},
	} {
		for method, pick := range map[string]func(*http.Request) bool{"GET": isGet, "POST": isPost} {
			t.Run(tt.name+" to "+method, func(t *testing.T) {
				srv := failing(t, inner, 2, pick, tt.fail)
				srv.Start()
				r, pauses := counting()
				if _, err := snapshotOf(t, r, srv.URL+"/repo.git", ""); err != nil {
					t.Errorf("after two failures: %v", err)
				}
				if len(*pauses) != 2 || (*pauses)[0] < 300*time.Millisecond || (*pauses)[0] > 700*time.Millisecond ||
					(*pauses)[1] < time.Second || (*pauses)[1] > 2*time.Second {
					t.Errorf("pauses %v", *pauses)
				}
				srv = failing(t, inner, 3, pick, tt.fail)
				srv.Start()
				r, pauses = counting()
				_, err := snapshotOf(t, r, srv.URL+"/repo.git", "")
				if !trouble(tt.want)(err) || len(*pauses) != 2 {
					t.Errorf("after three failures: %v, pauses %v", err, *pauses)
				}
			})
		}
	}
}

func TestOtherTroubleIsNotTriedAgain(t *testing.T) {
	closed := httptest.NewServer(nil)
	closed.Close()
	encrypted := httptest.NewTLSServer(http.NotFoundHandler())
	defer encrypted.Close()
	unresolved := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "git.example.invalid", IsNotFound: true}}
	}}}
	tests := map[string]struct {
		where  string
		client *http.Client
	}{
		"refused":      {closed.URL + "/r", nil},
		"unknown host": {"https://git.example.invalid/r", unresolved},
		"authority":    {encrypted.URL + "/r", nil},
		"no answer":    {silent(t).URL + "/r", nil},
	}
	for _, code := range []int{400, 401, 403, 404, 407, 501} {
		srv := httptest.NewServer(status(code, "1"))
		defer srv.Close()
		tests[strconv.Itoa(code)] = struct {
			where  string
			client *http.Client
		}{srv.URL + "/r", nil}
	}
	for name, text := range map[string]string{"an answer without a word": "", "a whole answer of half a line": "001e# serv"} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
			fmt.Fprint(w, text)
		}))
		defer srv.Close()
		tests[name] = struct {
			where  string
			client *http.Client
		}{srv.URL + "/r", nil}
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r, pauses := counting()
			r.HTTP, r.Idle = tt.client, 100*time.Millisecond
			if _, err := snapshotOf(t, r, tt.where, ""); err == nil || len(*pauses) > 0 {
				t.Errorf("got %v, pauses %v", err, *pauses)
			}
		})
	}
}

// A name that cannot be looked up now may be known in a second.
func TestPassingTroubleWithNames(t *testing.T) {
	tries := 0
	client := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		tries++
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "server misbehaving", Name: "git.example.invalid", IsTemporary: true}}
	}}}
	r, pauses := counting()
	r.HTTP = client
	_, err := snapshotOf(t, r, "https://git.example.invalid/r", "")
	if !trouble(TroubleDNS)(err) || tries != 3 || len(*pauses) != 2 {
		t.Errorf("%v after %d tries, pauses %v", err, tries, *pauses)
	}
}

func TestRetryAfter(t *testing.T) {
	for _, tt := range []struct {
		after string
		tries int
		pause time.Duration
	}{
		{"7", 3, 7 * time.Second},
		{"0", 3, 0},
		{"3600", 1, 0},
		{"soon", 3, 0},
		{"-7", 3, 0},
		{time.Now().Add(5 * time.Hour).UTC().Format(http.TimeFormat), 1, 0},
		{time.Now().Add(-5 * time.Hour).UTC().Format(http.TimeFormat), 3, 0},
	} {
		tries := 0
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			tries++
			status(503, tt.after)(w, r)
		}))
		r, pauses := counting()
		_, err := snapshotOf(t, r, srv.URL+"/r", "")
		srv.Close()
		if tries != tt.tries || tt.pause > 0 && (*pauses)[0] != tt.pause {
			t.Errorf("%s: %d tries, pauses %v, %v", tt.after, tries, *pauses, err)
		}
		if e, ok := errors.AsType[*NetworkError](err); !ok || tt.after == "3600" && !strings.Contains(e.Hint(), "1h0m0s") {
			t.Errorf("%s: %v", tt.after, err)
		}
	}
}

func TestStreamResetOfHTTP2IsTriedAgain(t *testing.T) {
	repo := newRepo(t)
	repo.commit(layouts()[2])
	srv := failing(t, serve(t, repo), 2, isPost, breakOff(true))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	r, pauses := counting()
	r.HTTP = srv.Client()
	if _, err := snapshotOf(t, r, srv.URL+"/repo.git", ""); err != nil || len(*pauses) != 2 {
		t.Errorf("got %v, pauses %v", err, *pauses)
	}
}

// A connection over git's own protocol or ssh is made anew.
func TestBrokenStreamIsTriedAgain(t *testing.T) {
	repo := newRepo(t)
	repo.commit(layouts()[2])
	var seen atomic.Int32
	address := gitDaemon(t, &gitServer{repo: repo})
	target := strings.TrimSuffix(strings.TrimPrefix(address, "git://"), "/r.git")
	flaky := "git://" + listen(t, "tcp", "127.0.0.1:0", func(conn net.Conn) {
		defer conn.Close() //nolint:errcheck // a test's
		if seen.Add(1) <= 2 {
			_ = conn.(*net.TCPConn).SetLinger(0) // a reset
			return
		}
		relay(t, conn, target)
	}).String() + "/r.git"
	r, pauses := counting()
	snap, err := snapshotOf(t, r, flaky, "")
	if err != nil || len(snap.Skills) != 2 || len(*pauses) != 2 {
		t.Errorf("got %v, pauses %v", err, *pauses)
	}
}

// A healthy source is asked twice and never waited for.
func TestHealthySourceIsNotTriedAgain(t *testing.T) {
	repo := newRepo(t)
	repo.commit(layouts()[2])
	srv := serve(t, repo)
	r, pauses := counting()
	if _, err := snapshotOf(t, r, srv.address(), ""); err != nil {
		t.Fatal(err)
	}
	want := []string{"GET /repo.git/info/refs", "POST /repo.git/git-upload-pack"}
	if diff := cmp.Diff(want, srv.requests); diff != "" || len(*pauses) > 0 {
		t.Errorf("pauses %v, requests %s", *pauses, diff)
	}
}

func TestCancelEndsThePause(t *testing.T) {
	srv := httptest.NewServer(status(503, "25"))
	defer srv.Close()
	ctx, cancel := context.WithCancel(t.Context())
	start := time.Now()
	r := &Remote{Retrying: func(error, time.Duration) { cancel() }}
	_, err := r.Open(ctx, Source{Kind: Git, URL: srv.URL + "/r"})
	if !errors.Is(err, context.Canceled) || time.Since(start) > 10*time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
}

// A server that drips is not silent, and still ends.
func TestDrippingServerIsGivenUp(t *testing.T) {
	drip := func(write func(string) error, done <-chan struct{}) {
		if write("fff0") != nil { // a long line, as it begins
			return
		}
		for {
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
				if write("0") != nil {
					return
				}
			}
		}
	}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
		drip(func(s string) error { _, err := fmt.Fprint(w, s); w.(http.Flusher).Flush(); return err }, r.Context().Done())
	}))
	t.Cleanup(web.Close)
	daemon := listen(t, "tcp", "127.0.0.1:0", func(conn net.Conn) {
		defer conn.Close() //nolint:errcheck // a test's
		drip(func(s string) error { _, err := fmt.Fprint(conn, s); return err }, t.Context().Done())
	}).String()
	for name, where := range map[string]string{"web": web.URL + "/r", "daemon": "git://" + daemon + "/r"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, pauses := counting()
			r.Idle = time.Second
			if _, err := snapshotOf(t, r, where, ""); !trouble(TroubleSlow)(err) || len(*pauses) > 0 {
				t.Errorf("got %v", err)
			}
		})
	}
}
