package cmd_test

import (
	"crypto/tls"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"
)

// A netProxy takes clients to hosts that they cannot find themselves.
type netProxy struct {
	*httptest.Server
	t *testing.T
	// hosts are the addresses behind what is asked for, "git.example.test:443".
	hosts map[string]string
	// password is what user "corp" has to give, if it is set.
	password string
	// refuse is the status of a proxy that makes no tunnels.
	refuse int
	// hangs is true for a proxy that takes the question and says nothing.
	hangs bool
	// inspects is the authority of a proxy that reads what goes through: it
	// shows a certificate of its own for each host.
	inspects *authority

	mu    sync.Mutex
	asked []string // for which tunnels
	done  chan struct{}
}

const proxyPassword = "Pr0xy-Passw0rd-of-a-Test"

// start serves the proxy, over TLS if there is a certificate.
func (p *netProxy) start(t *testing.T, cert ...tls.Certificate) *netProxy {
	t.Helper()
	p.t, p.done = t, make(chan struct{})
	p.Server = httptest.NewUnstartedServer(p)
	p.Config.ErrorLog = quietLog()
	if len(cert) > 0 {
		p.TLS = &tls.Config{Certificates: cert, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}
		p.StartTLS()
	} else {
		p.Start()
	}
	t.Cleanup(func() {
		close(p.done)
		p.CloseClientConnections()
		p.Close()
	})
	return p
}

// tunnels are the tunnels that were asked for since the last call.
func (p *netProxy) tunnels() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	asked := p.asked
	p.asked = nil
	return asked
}

func (p *netProxy) note(target string) {
	p.mu.Lock()
	p.asked = append(p.asked, target)
	p.mu.Unlock()
}

func (p *netProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.note(r.Host)
	if p.hangs {
		<-p.done
		return
	}
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte("corp:"+p.password))
	if p.password != "" && r.Header.Get("Proxy-Authorization") != want {
		w.Header().Set("Proxy-Authenticate", `Basic realm="the way out"`)
		http.Error(w, "who are you?", http.StatusProxyAuthRequired)
		return
	}
	address, known := p.hosts[r.Host]
	switch {
	case r.Method != http.MethodConnect:
		http.Error(w, "tunnels only", http.StatusMethodNotAllowed)
	case p.refuse != 0:
		http.Error(w, "our policy", p.refuse)
	case !known:
		http.Error(w, "no such host", http.StatusBadGateway)
	default:
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			p.t.Error(err)
			return
		}
		if _, err := io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n"); err == nil {
			p.join(conn, r.Host, address)
		}
	}
}

// join connects a client with a server until one of them has enough.
func (p *netProxy) join(client net.Conn, name, address string) {
	defer client.Close() //nolint:errcheck // a test's
	server, err := new(net.Dialer).DialContext(p.t.Context(), "tcp", address)
	if err != nil {
		return
	}
	defer server.Close() //nolint:errcheck // a test's
	if p.inspects != nil {
		host, _, err := net.SplitHostPort(name)
		if err != nil {
			p.t.Error(err)
			return
		}
		client = tls.Server(client, &tls.Config{
			MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
			Certificates: []tls.Certificate{p.inspects.issue(-hour, hour, host)},
		})
		server = tls.Client(server, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"http/1.1"}})
	}
	ended := make(chan struct{}, 2)
	for _, pair := range [][2]net.Conn{{client, server}, {server, client}} {
		go func() {
			_, _ = io.Copy(pair[0], pair[1]) // ends with either of them
			ended <- struct{}{}
		}()
	}
	select {
	case <-ended:
	case <-p.done:
	}
}

// address is the proxy's URL for a variable.
func (p *netProxy) address(user string) string {
	scheme := "http"
	if p.TLS != nil {
		scheme = "https"
	}
	if user != "" {
		user += "@"
	}
	return scheme + "://" + user + p.Listener.Addr().String()
}

// serveSOCKS is a proxy that speaks SOCKS5 (RFC 1928) without signing in, and
// returns its address and what it was asked for.
func serveSOCKS(t *testing.T, hosts map[string]string) (address string, asked func() []string) {
	t.Helper()
	p := &netProxy{t: t, hosts: hosts, done: make(chan struct{})}
	t.Cleanup(func() { close(p.done) })
	return listenNet(t, "tcp", "127.0.0.1:0", func(conn net.Conn) {
		name, err := p.greetSOCKS(conn)
		if err != nil {
			return
		}
		p.note(name)
		address, known := hosts[name]
		if !known {
			_, _ = conn.Write([]byte{5, 4, 0, 1, 0, 0, 0, 0, 0, 0}) // host unreachable
			return
		}
		if _, err := conn.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0}); err == nil {
			p.join(conn, name, address)
		}
	}).String(), p.tunnels
}

var errSOCKS = errors.New("no SOCKS5")

// greetSOCKS reads what a client wants: "host:port".
func (p *netProxy) greetSOCKS(conn net.Conn) (string, error) {
	head := make([]byte, 2)
	if _, err := io.ReadFull(conn, head); err != nil || head[0] != 5 {
		return "", errSOCKS
	}
	methods := make([]byte, head[1])
	if _, err := io.ReadFull(conn, methods); err != nil || !slices.Contains(methods, 0) {
		return "", errSOCKS
	}
	if _, err := conn.Write([]byte{5, 0}); err != nil {
		return "", err
	}
	ask := make([]byte, 4)
	if _, err := io.ReadFull(conn, ask); err != nil || ask[1] != 1 {
		return "", errSOCKS
	}
	size := map[byte]int{1: net.IPv4len, 4: net.IPv6len}[ask[3]]
	if ask[3] == 3 { // a name
		length := make([]byte, 1)
		if _, err := io.ReadFull(conn, length); err != nil {
			return "", err
		}
		size = int(length[0])
	}
	rest := make([]byte, size+2)
	if _, err := io.ReadFull(conn, rest); err != nil {
		return "", err
	}
	host := string(rest[:size])
	if ask[3] != 3 {
		host = net.IP(rest[:size]).String()
	}
	return net.JoinHostPort(host, strconv.Itoa(int(binary.BigEndian.Uint16(rest[size:])))), nil
}
