package cmd_test

import (
	"encoding/base64"
	"io"
	"log"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// quietLog is for servers whose complaints about clients nobody reads.
func quietLog() *log.Logger { return log.New(io.Discard, "", 0) }

// TestHTTPS installs and updates from git's own server over TLS, with each way
// to name the authority of its certificate, by each name of the server.
func TestHTTPS(t *testing.T) {
	source := newNetSource(t)
	ca := newAuthority(t, "Example Private")
	srv := serveNet(t, source.handler(), ca.usual())
	first, firstCommit := source.text, source.commit
	ways := []struct {
		name string
		give func(*netUser) (flags []string)
	}{
		{"--ca-file", func(*netUser) []string { return []string{"--ca-file", ca.file()} }},
		{"SSL_CERT_FILE", func(u *netUser) []string { u.set("SSL_CERT_FILE", ca.file()); return nil }},
		{"GIT_SSL_CAINFO", func(u *netUser) []string { u.set("GIT_SSL_CAINFO", ca.file()); return nil }},
	}
	users := make([]*netUser, len(ways))
	flags := make([][]string, len(ways))
	for i, way := range ways {
		users[i] = newNetUser(t)
		flags[i] = way.give(users[i])
		host := []string{"127.0.0.1", "localhost"}[i%2]
		srv.requests()
		users[i].install(srv.source(host), flags[i]...).exits(0)
		users[i].has("cursor", first, firstCommit)
		if asked, _ := srv.requests(); !slices.Equal(asked, []string{"GET /skills.git/info/refs", "POST /skills.git/git-upload-pack"}) {
			t.Errorf("%s: an install asks %q", way.name, asked)
		}
	}
	source.push()
	for i, way := range ways {
		users[i].run(append([]string{"update", "--yes"}, flags[i]...)...).exits(0).says("a change")
		users[i].has("cursor", source.text, source.commit)
		srv.requests()
		users[i].run(append([]string{"update", "--yes"}, flags[i]...)...).exits(0)
		if asked, _ := srv.requests(); len(asked) != 1 {
			t.Errorf("%s: an update without news asks %q", way.name, asked)
		}
	}
}

// TestHTTPSOfUnknownAuthority finds that nothing is read from a server whose
// certificate nobody has vouched for, and that nothing is written.
func TestHTTPSOfUnknownAuthority(t *testing.T) {
	source := newNetSource(t)
	srv := serveNet(t, source.handler(), newAuthority(t, "Example Private").usual())
	other := newAuthority(t, "Another")
	for _, flags := range [][]string{nil, {"--ca-file", other.file()}} {
		user := newNetUser(t)
		before := user.snapshot()
		user.install(srv.source("127.0.0.1"), flags...).exits(1).says("an authority that is not known", "Example Private", "hint: ", "--ca-file")
		user.unchanged(before)
		if asked, _ := srv.requests(); len(asked) > 0 {
			t.Errorf("asked %q", asked)
		}
	}
	// Not even by git's own switch.
	user := newNetUser(t).set("GIT_SSL_NO_VERIFY", "1")
	user.install(srv.source("127.0.0.1")).exits(1)
}

// tokenSecret is what no file, stream or document may hold.
const tokenSecret = "ghs-Tok3n-of-a-Test-0815"

// withAuth demands a user and password.
func withAuth(user, password string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name, pass, _ := r.BasicAuth(); name != user || pass != password {
			w.Header().Set("WWW-Authenticate", `Basic realm="repositories"`)
			http.Error(w, "sign in", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// TestToken reads a private repository with a token from a variable that a flag
// names, and finds the token nowhere afterwards.
func TestToken(t *testing.T) {
	source := newNetSource(t)
	ca := newAuthority(t, "Example Private")
	private := serveNet(t, withAuth("x-access-token", tokenSecret, source.handler()), ca.usual())
	named := serveNet(t, withAuth("deploy", tokenSecret, source.handler()), ca.usual())
	where := private.source("127.0.0.1")

	user := newNetUser(t).set("SSL_CERT_FILE", ca.file())
	before := user.snapshot()
	user.install(where).exits(4).says("hint: ")
	user.unchanged(before)
	if asked, auth := private.requests(); len(asked) != 1 || auth[0] != "" {
		t.Errorf("without a token: %q %q", asked, auth)
	}

	user.set("SKILLS_TOKEN", "not-"+tokenSecret[4:])
	wrong := user.install(where, "--token-env", "SKILLS_TOKEN").exits(4).says("does not accept the token", "hint: ", "the variable SKILLS_TOKEN")
	user.keeps("not-"+tokenSecret[4:], wrong)
	user.unchanged(before)
	if asked, _ := private.requests(); len(asked) != 1 {
		t.Errorf("a refused token is tried more than once: %q", asked)
	}
	user.install(where, "--token-env", "NO_SUCH_TOKEN").exits(2).says("that --token-env names is not set", "hint: ")
	user.set("EMPTY_TOKEN", "").install(where, "--token-env", "EMPTY_TOKEN").exits(2).says("that --token-env names is not set", "hint: ")
	slip := user.install(where, "--token-env", tokenSecret).exits(2).says("--token-env", "hint: ")
	user.keeps(tokenSecret, slip)
	slip = user.install(where, "--token-env", "ghs_Tok3nOfATest0815xyzzy").exits(2).says("--token-env", "hint: ")
	user.keeps("ghs_Tok3nOfATest0815xyzzy", slip)
	user.set("BROKEN_TOKEN", tokenSecret+"\nX-Header: y")
	user.keeps(tokenSecret, user.install(where, "--token-env", "BROKEN_TOKEN"))
	user.unchanged(before)
	if asked, _ := private.requests(); len(asked) != 0 {
		t.Errorf("the server was asked %q", asked)
	}

	user.set("SKILLS_TOKEN", tokenSecret)
	runs := []netRun{user.install(where, "--token-env", "SKILLS_TOKEN", "--verbose", "--json").exits(0)}
	user.has("cursor", source.text, source.commit)
	// What is recorded is the name: later runs need no flag.
	source.push()
	runs = append(runs, user.run("status", "--json").exits(5), user.run("update", "--yes", "--verbose", "--diff").exits(0))
	user.has("cursor", source.text, source.commit)
	user.set("SKILLS_TOKEN", "")
	runs = append(runs, user.run("update", "--yes").exits(2).says("SKILLS_TOKEN"))
	user.set("SKILLS_TOKEN", tokenSecret)
	// Another source does not get it.
	srvs := serveNet(t, source.handler(), ca.usual())
	runs = append(runs, user.run("install", "--yes", "--client", "cursor", "--skills-only", "--source", srvs.source("127.0.0.1")).exits(0))
	if _, auth := srvs.requests(); slices.ContainsFunc(auth, func(a string) bool { return a != "" }) {
		t.Errorf("another source got %q", auth)
	}
	user.keeps(tokenSecret, runs...)
	user.keeps("x-access-token:"+tokenSecret, runs...)

	// With a user of its own.
	user = newNetUser(t).set("SSL_CERT_FILE", ca.file()).set("SKILLS_TOKEN", "deploy:"+tokenSecret)
	user.keeps(tokenSecret, user.install(named.source("localhost"), "--token-env", "SKILLS_TOKEN").exits(0))
	user.has("cursor", source.text, source.commit)
	user.keeps("deploy:"+tokenSecret, user.run("status", "--verbose").exits(0))
}

// TestTokenGoesNoFurther redirects to another host, another port and another
// scheme: none of them gets the token. A redirect within the server may.
func TestTokenGoesNoFurther(t *testing.T) {
	source := newNetSource(t)
	ca := newAuthority(t, "Example Private")
	elsewhere := serveNet(t, source.handler(), ca.usual())
	plain := serveNet(t, source.handler())
	target := ""
	moved := serveNet(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.Replace(r.URL.String(), "/skills.git", target, 1), http.StatusFound)
	}), ca.usual())
	for _, test := range []struct {
		name   string
		server *netServer
		target string
	}{
		{"another port", elsewhere, elsewhere.source("127.0.0.1")},
		{"another host", elsewhere, elsewhere.source("localhost")},
		{"another scheme", plain, plain.source("127.0.0.1")},
	} {
		t.Run(test.name, func(t *testing.T) {
			target = test.target
			user := newNetUser(t).set("SSL_CERT_FILE", ca.file()).set("SKILLS_TOKEN", tokenSecret)
			run := user.install(moved.source("127.0.0.1"), "--token-env", "SKILLS_TOKEN", "--verbose")
			user.keeps(tokenSecret, run)
			_, auth := test.server.requests()
			for _, a := range auth {
				if a != "" {
					t.Errorf("it gets the token: %q", a)
				}
			}
			_, auth = moved.requests()
			want := "Basic " + base64.StdEncoding.EncodeToString([]byte("x-access-token:"+tokenSecret))
			if len(auth) == 0 || auth[0] != want {
				t.Errorf("the server that it is for gets %q", auth)
			}
		})
	}
}
