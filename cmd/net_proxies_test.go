package cmd_test

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

const hour = time.Hour

// deadPort is an address at which nothing listens.
func deadPort(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return address
}

// TestProxy reads from a host that only a proxy finds, through each kind of it.
func TestProxy(t *testing.T) {
	source := newNetSource(t)
	ca, corp := newAuthority(t, "Example Private"), newAuthority(t, "Example Corp Gateway")
	srv := serveNet(t, source.handler(), ca.usual())
	hosts := map[string]string{madeUpHost + ":443": srv.Listener.Addr().String()}
	where := "https://" + madeUpHost + "/skills.git"
	both := ca.file()
	for _, test := range []struct {
		name     string
		proxy    *netProxy
		user     string
		variable string
		caFile   string
	}{
		{"plain", (&netProxy{hosts: hosts}).start(t), "", "HTTPS_PROXY", both},
		{"in lower case", (&netProxy{hosts: hosts}).start(t), "", "https_proxy", both},
		{"for all", (&netProxy{hosts: hosts}).start(t), "", "ALL_PROXY", both},
		{"with a password", (&netProxy{hosts: hosts, password: proxyPassword}).start(t), "corp:" + proxyPassword, "HTTPS_PROXY", both},
		{"over TLS", (&netProxy{hosts: hosts}).start(t, ca.usual()), "", "HTTPS_PROXY", both},
		{"inspecting", (&netProxy{hosts: hosts, inspects: corp}).start(t), "", "HTTPS_PROXY", corp.file()},
	} {
		t.Run(test.name, func(t *testing.T) {
			user := newNetUser(t).set(test.variable, test.proxy.address(test.user))
			runs := []netRun{user.install(where, "--ca-file", test.caFile, "--verbose", "--json").exits(0)}
			user.has("cursor", source.text, source.commit)
			if asked := test.proxy.tunnels(); !slices.Equal(asked, []string{madeUpHost + ":443"}) {
				t.Errorf("tunnels %q", asked)
			}
			runs = append(runs, user.run("update", "--yes", "--ca-file", test.caFile).exits(0))
			if asked := test.proxy.tunnels(); len(asked) != 1 {
				t.Errorf("tunnels for an update %q", asked)
			}
			user.keeps(proxyPassword, runs...)
		})
	}
	for _, scheme := range []string{"socks5", "socks5h"} {
		t.Run(scheme, func(t *testing.T) {
			address, asked := serveSOCKS(t, hosts)
			user := newNetUser(t).set("HTTPS_PROXY", scheme+"://"+address)
			user.install(where, "--ca-file", both).exits(0)
			user.has("cursor", source.text, source.commit)
			if asked := asked(); !slices.Equal(asked, []string{madeUpHost + ":443"}) {
				t.Errorf("tunnels %q", asked)
			}
		})
	}
}

// TestProxyKeepsTheToken gives a token to the server behind a proxy, and not to
// the proxy.
func TestProxyKeepsTheToken(t *testing.T) {
	source := newNetSource(t)
	ca := newAuthority(t, "Example Private")
	srv := serveNet(t, withAuth("x-access-token", tokenSecret, source.handler()), ca.usual())
	proxy := &netProxy{hosts: map[string]string{madeUpHost + ":443": srv.Listener.Addr().String()}}
	var heard strings.Builder
	watched := serveNet(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, values := range r.Header {
			fmt.Fprintf(&heard, "%s: %s\n", name, values)
		}
		proxy.ServeHTTP(w, r)
	}))
	proxy.start(t)
	user := newNetUser(t).set("SSL_CERT_FILE", ca.file()).set("SKILLS_TOKEN", tokenSecret).set("HTTPS_PROXY", watched.URL)
	run := user.install("https://"+madeUpHost+"/skills.git", "--token-env", "SKILLS_TOKEN").exits(0)
	user.has("cursor", source.text, source.commit)
	user.keeps(tokenSecret, run)
	if strings.Contains(heard.String(), "Authorization") || len(proxy.tunnels()) == 0 {
		t.Errorf("the proxy hears %s", heard.String())
	}
}

// TestNoProxy has hosts to which no proxy leads. 0.0.0.0 is this machine, but
// none of the names of it that never have a proxy.
func TestNoProxy(t *testing.T) {
	unixOnly(t, "Windows reaches nothing at 0.0.0.0")
	source := newNetSource(t)
	ca := newAuthority(t, "Example Private")
	srv := serveNet(t, source.handler(), ca.usual())
	proxy := (&netProxy{hosts: map[string]string{"0.0.0.0:" + srv.port(): srv.Listener.Addr().String()}}).start(t)
	for _, test := range []struct {
		name, host, except string
		asked              bool
	}{
		{"none", "0.0.0.0", "", true},
		{"another host", "0.0.0.0", "example.com,10.0.0.0/8,.example.test", true},
		{"another port", "0.0.0.0", "0.0.0.0:1", true},
		{"the host", "0.0.0.0", "example.com, 0.0.0.0", false},
		{"the host and port", "0.0.0.0", "0.0.0.0:" + srv.port(), false},
		{"a range", "0.0.0.0", "0.0.0.0/8", false},
		{"all", "0.0.0.0", "*", false},
		{"this machine", "127.0.0.1", "", false},
		{"this machine by name", "localhost", "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			user := newNetUser(t).set("HTTPS_PROXY", proxy.address("")).set("NO_PROXY", test.except).set("SSL_CERT_FILE", ca.file())
			user.install(srv.source(test.host)).exits(0)
			user.has("cursor", source.text, source.commit)
			if asked := proxy.tunnels(); (len(asked) > 0) != test.asked {
				t.Errorf("tunnels %q", asked)
			}
		})
	}
	// Names below one are no others; that nobody knows the host is not the proxy's doing.
	for _, except := range []string{".example.test", "example.test", madeUpHost} {
		user := newNetUser(t).set("HTTPS_PROXY", proxy.address("")).set("no_proxy", except)
		user.install("https://"+madeUpHost+"/skills.git", "--timeout", "5s").exits(1)
		if asked := proxy.tunnels(); len(asked) > 0 {
			t.Errorf("with %s excepted, tunnels %q", except, asked)
		}
	}
}

// TestProxyFails has each way in which a proxy is in the way. Its password is
// never shown, and nothing is written.
func TestProxyFails(t *testing.T) {
	ca := newAuthority(t, "Example Private")
	silent := http.NotFoundHandler()
	srv := serveNet(t, silent, ca.usual())
	hosts := map[string]string{madeUpHost + ":443": srv.Listener.Addr().String()}
	secret := "corp:" + proxyPassword
	down := deadPort(t)
	for _, test := range []struct {
		name, address string
		status        int
		says          []string
	}{
		{"down", "http://" + secret + "@" + down, 1, []string{down}},
		{"not to be found", "http://" + secret + "@proxy..invalid:3128", 1, []string{"proxy..invalid"}},
		{"asks for a password", (&netProxy{hosts: hosts, password: proxyPassword}).start(t).address(""), 1, []string{"password", "HTTPS_PROXY"}},
		{"takes another password", (&netProxy{hosts: hosts, password: "another"}).start(t).address(secret), 1, []string{"password"}},
		{"refuses", (&netProxy{hosts: hosts, refuse: 403}).start(t).address(secret), 1, []string{"403"}},
		{"does not know the host", (&netProxy{}).start(t).address(secret), 1, []string{"502"}},
		{"hangs", (&netProxy{hangs: true}).start(t).address(secret), 1, []string{"no answer"}},
		{"has a certificate of an unknown authority", (&netProxy{hosts: hosts}).start(t, newAuthority(t, "Example Corp Gateway").usual()).address(secret), 1, []string{"Example Corp Gateway", "--ca-file"}},
		{"inspects", (&netProxy{hosts: hosts, inspects: newAuthority(t, "Example Corp Gateway")}).start(t).address(secret), 1, []string{"Example Corp Gateway", "--ca-file"}},
		{"is no address", "http://" + secret + "@[::1", 2, []string{"HTTPS_PROXY"}},
		{"is of another kind", "gopher://" + secret + "@127.0.0.1", 2, []string{"HTTPS_PROXY"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			user := newNetUser(t).set("HTTPS_PROXY", test.address)
			before := user.snapshot()
			run := user.install("https://"+madeUpHost+"/skills.git", "--timeout", "1s", "--ca-file", ca.file(), "--json").exits(test.status)
			run.says(append(test.says, "hint: ")...)
			user.keeps(proxyPassword, run)
			user.unchanged(before)
		})
	}
	if asked, _ := srv.requests(); len(asked) > 0 {
		t.Errorf("the server was asked %q", asked)
	}
}
