package registry

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// relay joins a connection with one to target until either ends.
func relay(t *testing.T, conn net.Conn, target string) {
	t.Helper()
	other, err := new(net.Dialer).DialContext(t.Context(), "tcp", target)
	if err != nil {
		return
	}
	defer other.Close() //nolint:errcheck // a test's
	go func() {
		_, _ = io.Copy(other, conn)
		_ = other.(*net.TCPConn).CloseWrite()
	}()
	_, _ = io.Copy(conn, other)
}

// tunnel is a proxy that joins whom CONNECT names with target, if the proxy is
// given the user name and password.
func tunnel(t *testing.T, login, target string) http.Handler {
	t.Helper()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given := &http.Request{Header: http.Header{"Authorization": r.Header["Proxy-Authorization"]}}
		if user, password, _ := given.BasicAuth(); user+":"+password != login {
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close() //nolint:errcheck // a test's
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
		relay(t, conn, target)
	})
}

// through is a client with a proxy and, where it is given, an authority.
func through(t *testing.T, proxy, login string, pool *x509.CertPool) *http.Client {
	t.Helper()
	u, err := url.Parse(proxy)
	if err != nil {
		t.Fatal(err)
	}
	if user, password, ok := strings.Cut(login, ":"); ok {
		u.User = url.UserPassword(user, password)
	}
	return &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(u), TLSClientConfig: &tls.Config{RootCAs: pool}}}
}

func TestSourceThroughProxies(t *testing.T) {
	repo := newRepo(t)
	repo.commit(layouts()[2])
	ca := newAuthority(t, pkix.Name{CommonName: "Acme Root"})
	origin := ca.server(t, &x509.Certificate{DNSNames: []string{"git.example.invalid"}}, &tls.Config{})
	origin.Config.Handler = serve(t, repo)
	target := origin.Listener.Addr().String()
	plain := httptest.NewServer(tunnel(t, "me:hunter2", target))
	defer plain.Close()
	secure := ca.server(t, &x509.Certificate{IPAddresses: loopback()}, &tls.Config{})
	secure.Config.Handler = tunnel(t, "me:hunter2", target)
	for _, proxy := range []string{plain.URL, secure.URL, socks(t, "hunter2", target), strings.Replace(socks(t, "hunter2", target), "socks5", "socks5h", 1)} {
		r := &Remote{HTTP: through(t, proxy, "me:hunter2", ca.pool())}
		if snap, err := snapshotOf(t, r, "https://git.example.invalid/repo.git", ""); err != nil || len(snap.Skills) != 2 {
			t.Errorf("%s: %v", proxy, err)
		}
	}
}

// socks is a proxy of that kind (https://www.rfc-editor.org/rfc/rfc1928 and 1929)
// that joins everybody who has the password with target, and refuses everybody
// if there is none.
func socks(t *testing.T, password, target string) string {
	t.Helper()
	return "socks5://" + listen(t, "tcp", "127.0.0.1:0", func(conn net.Conn) {
		defer conn.Close() //nolint:errcheck // a test's
		read := func(n int) []byte {
			b := make([]byte, n)
			if _, err := io.ReadFull(conn, b); err != nil {
				return make([]byte, n)
			}
			return b
		}
		read(int(read(2)[1]))
		_, _ = conn.Write([]byte{5, 2})
		name := read(int(read(2)[1]))
		word := read(int(read(1)[0]))
		if string(name) != "me" || string(word) != password {
			_, _ = conn.Write([]byte{1, 1})
			return
		}
		_, _ = conn.Write([]byte{1, 0})
		head := read(4)
		if head[3] == 3 {
			read(int(read(1)[0]))
		} else {
			read(4)
		}
		read(2)
		if target == "" {
			_, _ = conn.Write([]byte{5, 2, 0, 1, 0, 0, 0, 0, 0, 0})
			return
		}
		_, _ = conn.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
		relay(t, conn, target)
	}).String()
}

func TestProxyTroubles(t *testing.T) {
	closed := httptest.NewServer(nil)
	closed.Close()
	ca := newAuthority(t, pkix.Name{CommonName: "Proxy Root"})
	secure := ca.server(t, &x509.Certificate{IPAddresses: loopback()}, &tls.Config{})
	answering := func(code int) string {
		srv := httptest.NewServer(status(code, ""))
		t.Cleanup(srv.Close)
		return srv.URL
	}
	greets := func(text string) string {
		return "socks5://" + listen(t, "tcp", "127.0.0.1:0", func(conn net.Conn) {
			_, _ = io.WriteString(conn, text)
			_, _ = io.Copy(io.Discard, conn)
			_ = conn.Close()
		}).String()
	}
	mute := "http://" + listen(t, "tcp", "127.0.0.1:0", func(net.Conn) { <-t.Context().Done() }).String()
	unknown := through(t, "http://proxy.example.invalid:8080", "", nil)
	unknown.Transport.(*http.Transport).DialContext = func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "proxy.example.invalid", IsNotFound: true}}
	}
	const where = "https://git.example.invalid/r"
	for _, tt := range []struct {
		name, where string
		client      *http.Client
		said, hint  string
	}{
		{"refused", where, through(t, closed.URL, "me:hunter2", nil), "refuses the connection", "HTTPS_PROXY"},
		{"unknown", where, unknown, "has a host name that is not known: proxy.example.invalid", "HTTPS_PROXY"},
		{"no login", where, through(t, answering(407), "", nil), "wants a user name and password (407)", "USER:PASSWORD"},
		{"wrong login", where, through(t, answering(407), "me:hunter2", nil), "does not accept the user name and password", "%40"},
		{"no login for http", "http://git.example.invalid/r", through(t, answering(407), "", nil), "wants a user name and password (407)", "USER:PASSWORD"},
		{"forbidden", where, through(t, answering(403), "me:hunter2", nil), "does not let through to git.example.invalid: 403 Forbidden", "NO_PROXY=git.example.invalid"},
		{"failing", where, through(t, answering(502), "me:hunter2", nil), "does not reach git.example.invalid: 502 Bad Gateway", "check the spelling of git.example.invalid"},
		{"its own certificate", where, through(t, secure.URL, "me:hunter2", nil), "is from an authority that is not known here: Proxy Root", "--ca-file"},
		{"no proxy", where, through(t, answering(200), "me:hunter2", nil), "is not what git.example.invalid would", "HTTPS_PROXY"},
		{"socks is something else", where, through(t, greets("HTTP/1.1 400 Bad Request\r\n\r\n"), "", nil), "does not answer as a proxy of this kind does", "HTTPS_PROXY"},
		{"socks, no login", where, through(t, greets("\x05\xff"), "", nil), "wants a user name and password", "USER:PASSWORD"},
		{"socks does not reach", where, through(t, greets("\x05\x00\x05\x04\x00\x01\x00\x00\x00\x00\x00\x00"), "", nil), "does not reach git.example.invalid", "spelling"},
		{"silent", where, through(t, mute, "me:hunter2", nil), "no answer through the proxy", "HTTPS_PROXY"},
		{"socks, wrong login", where, through(t, socks(t, "other", ""), "me:hunter2", nil), "does not accept the user name and password", "%40"},
		{"socks refuses", where, through(t, socks(t, "hunter2", ""), "me:hunter2", nil), "does not let through to git.example.invalid", "NO_PROXY=git.example.invalid"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, pauses := counting()
			r.HTTP = tt.client
			if tt.name == "silent" {
				r.Idle = time.Second
			}
			_, err := snapshotOf(t, r, tt.where, "")
			e, ok := errors.AsType[*NetworkError](err)
			if !ok || e.Trouble != TroubleProxy || !strings.Contains(err.Error(), tt.said) || !strings.Contains(e.Hint(), tt.hint) {
				t.Fatalf("got %v (%#v)", err, err)
			}
			if len(*pauses) > 0 {
				t.Errorf("tried again after %v", *pauses)
			}
			if said := err.Error() + e.Hint(); strings.Contains(said, "hunter2") || strings.Contains(said, "me:") || strings.Contains(said, "me@") {
				t.Errorf("the login is printed: %v", err)
			}
		})
	}
}
