package registry

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// recording notes who signs in to what.
func recording(seen *[]string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, ok := r.BasicAuth()
		if !ok {
			user, password = "nobody", ""
		}
		*seen = append(*seen, r.Method+" "+r.URL.Path+" "+user+":"+password)
		next.ServeHTTP(w, r)
	})
}

func TestTokenOpensASource(t *testing.T) {
	repo := newRepo(t)
	repo.commit(layouts()[2])
	var seen []string
	srv := httptest.NewTLSServer(recording(&seen, serve(t, repo)))
	defer srv.Close()
	if _, err := snapshotOf(t, &Remote{HTTP: srv.Client(), User: "me", Token: "hunter2"}, srv.URL+"/repo.git", ""); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"GET /repo.git/info/refs me:hunter2", "POST /repo.git/git-upload-pack me:hunter2"}, seen); diff != "" {
		t.Error(diff)
	}
}

// A token goes out over https, and over http on this machine.
func TestTokenIsSentWhereNobodyReadsIt(t *testing.T) {
	var seen []string
	handler := recording(&seen, status(401, ""))
	plain, encrypted := httptest.NewServer(handler), httptest.NewTLSServer(handler)
	defer plain.Close()
	defer encrypted.Close()
	proxy, err := url.Parse(plain.URL)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(proxy)}}
	for _, tt := range []struct {
		where  string
		client *http.Client
	}{
		{plain.URL + "/here", nil},
		{encrypted.URL + "/secure", encrypted.Client()},
		{"http://git.example.invalid/far", elsewhere},
	} {
		_, err := snapshotOf(t, &Remote{HTTP: tt.client, User: "me", Token: "hunter2"}, tt.where, "")
		if !isAuth(err) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("got %v", err)
		}
	}
	want := []string{"GET /here/info/refs me:hunter2", "GET /secure/info/refs me:hunter2", "GET /far/info/refs nobody:"}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
}

// After a redirect to another port, host or scheme, the token stays behind: in
// the redirected request and in those that follow.
func TestTokenStaysWithItsHost(t *testing.T) {
	repo := newRepo(t)
	repo.commit(layouts()[2])
	var second []string
	other := httptest.NewServer(recording(&second, serve(t, repo)))
	defer other.Close()
	var secure []string
	encrypted := httptest.NewTLSServer(recording(&secure, serve(t, repo)))
	defer encrypted.Close()
	byName := strings.Replace(other.URL, "127.0.0.1", "localhost", 1)
	for name, to := range map[string]string{
		"port": other.URL, "host": byName, "scheme": encrypted.URL,
	} {
		t.Run(name, func(t *testing.T) {
			second, secure = nil, nil
			var first []string
			start := httptest.NewServer(recording(&first, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, to+r.URL.RequestURI(), http.StatusFound)
			})))
			defer start.Close()
			r := &Remote{HTTP: encrypted.Client(), User: "me", Token: "hunter2"}
			_, err := snapshotOf(t, r, start.URL+"/repo.git", "")
			if name != "scheme" && err != nil { // whose port changes too, which go-git does not follow twice
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"GET /repo.git/info/refs me:hunter2"}, first); diff != "" {
				t.Error(diff)
			}
			got := slices.Concat(second, secure)
			if len(got) == 0 || strings.Contains(strings.Join(got, "\n"), "hunter2") {
				t.Errorf("the second server has seen %q, %v", got, err)
			}
		})
	}
	// On its own host a redirect keeps it.
	var seen []string
	own := httptest.NewServer(recording(&seen, serve(t, repo)))
	defer own.Close()
	if _, err := snapshotOf(t, &Remote{User: "me", Token: "hunter2"}, own.URL+"/moved", ""); err != nil {
		t.Fatal(err)
	}
	want := []string{"GET /moved/info/refs me:hunter2", "GET /repo.git/info/refs me:hunter2", "POST /repo.git/git-upload-pack me:hunter2"}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
}

func TestWordsForRefusals(t *testing.T) {
	for _, tt := range []struct {
		code       int
		token      string
		said, hint string
	}{
		{401, "", "is private or does not exist (401)", "--token-env NAME, or use ssh: --source git@127.0.0.1:o/r.git"},
		{401, "hunter2", "does not accept the token (401)", "valid token"},
		{403, "", "forbids to read the repository (403)", "--token-env"},
		{403, "hunter2", "the token is not allowed to read the repository (403)", "right to read"},
		{404, "", "not found", "spelling"},
		{404, "hunter2", "not found", "the token may read"},
	} {
		srv := httptest.NewServer(status(tt.code, ""))
		_, err := snapshotOf(t, &Remote{User: "me", Token: tt.token}, srv.URL+"/o/r", "")
		srv.Close()
		var hinted interface{ Hint() string }
		if !errors.As(err, &hinted) || isAuth(err) != (tt.code != 404) || !strings.Contains(err.Error(), tt.said) || !strings.Contains(hinted.Hint(), tt.hint) {
			t.Errorf("%d with %q: %v", tt.code, tt.token, err)
		}
	}
}

// A redirect to a host that asks for a sign-in names that host.
func TestRefusalElsewhere(t *testing.T) {
	for _, code := range []int{401, 403} {
		other := httptest.NewServer(status(code, ""))
		start := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL+r.URL.RequestURI(), http.StatusFound)
		}))
		host := other.URL
		for _, token := range []string{"", "hunter2"} {
			_, err := snapshotOf(t, &Remote{User: "me", Token: token}, start.URL+"/o/r", "")
			auth, ok := errors.AsType[*AuthError](err)
			if !ok || !strings.Contains(err.Error(), "redirects to "+host) || !strings.Contains(auth.Hint(), host) {
				t.Errorf("%d with %q: got %v", code, token, err)
			}
			if said := err.Error(); strings.Contains(said, "the token is not sent there") != (token != "") {
				t.Errorf("%d with %q: got %v", code, token, err)
			}
		}
		start.Close()
		other.Close()
	}
}

func TestWhoGetsTheToken(t *testing.T) {
	origin, err := url.Parse("https://Git.example.com:8443/o/r")
	if err != nil {
		t.Fatal(err)
	}
	w := &watch{origin: origin, token: "hunter2"}
	for where, want := range map[string]bool{
		"https://git.example.com:8443/o/r/info/refs": true,
		"https://git.example.com:8443/elsewhere":     true,
		"http://git.example.com:8443/o/r":            false,
		"https://git.example.com/o/r":                false,
		"https://git.example.com.:8443/o/r":          false,
		"https://a.git.example.com:8443/o/r":         false,
		"https://example.com:8443/o/r":               false,
	} {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, where, http.NoBody)
		if got := w.authorized(req).Header.Get("Authorization") != ""; got != want {
			t.Errorf("%s: %t", where, got)
		}
		if req.Header.Get("Authorization") != "" {
			t.Errorf("%s: the caller's request is changed", where)
		}
	}
}

func TestRedirectThatIsNotFollowed(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, plain.URL+r.URL.RequestURI(), http.StatusFound)
	}))
	defer srv.Close()
	_, err := snapshotOf(t, &Remote{HTTP: srv.Client()}, srv.URL+"/r", "")
	e, ok := errors.AsType[*NetworkError](err)
	if !ok || !strings.Contains(err.Error(), "redirects from https to http") || !strings.Contains(e.Hint(), "--source") {
		t.Errorf("got %v", err)
	}
}
