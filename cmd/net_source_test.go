package cmd_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// alphaText is the one skill of a netSource, with a last line of its own.
func alphaText(line string) string {
	return "---\nname: alpha\ndescription: An example.\n---\n" + line + "\n"
}

// A netSource is a repository with one skill, alpha, in a work tree and in the
// bare repository skills.git that is served.
type netSource struct {
	t      *testing.T
	root   string // the folder that skills.git is in
	tree   string
	bare   string
	text   string // of the skill
	commit string
}

// newNetSource needs git, as all that serves does.
func newNetSource(t *testing.T) *netSource {
	t.Helper()
	if gitBackend(t.Context()) == "" {
		t.Skip("git is not installed, so there is no server")
	}
	root := t.TempDir()
	s := &netSource{t: t, root: root, tree: filepath.Join(root, "tree"), bare: filepath.Join(root, "skills.git")}
	s.write("One.")
	s.git("clone", "-q", "--bare", s.tree, s.bare)
	return s
}

// write makes a commit in which the skill ends with the line.
func (s *netSource) write(line string) {
	s.t.Helper()
	s.text = alphaText(line)
	file := filepath.Join(s.tree, "skills", "alpha", "SKILL.md")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(s.text), 0o644); err != nil {
		s.t.Fatal(err)
	}
	var err error
	if s.commit, err = commitAll(s.tree, "main", "a change"); err != nil {
		s.t.Fatal(err)
	}
}

// push makes another commit and pushes it to what is served.
func (s *netSource) push() {
	s.t.Helper()
	s.write(s.commit)
	s.git("-C", s.tree, "push", "-q", s.bare, "main")
}

// git runs the real git.
func (s *netSource) git(args ...string) {
	s.t.Helper()
	command := exec.CommandContext(s.t.Context(), "git", append([]string{"-c", "safe.directory=*"}, args...)...)
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
	if out, err := command.CombinedOutput(); err != nil {
		s.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// handler is git's own HTTP server for the source.
func (s *netSource) handler() http.Handler {
	return &cgi.Handler{Path: gitBackend(s.t.Context()), Env: []string{
		"GIT_PROJECT_ROOT=" + s.root, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_NOSYSTEM=1", "HOME=" + s.root,
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*",
	}}
}

// An authority is a certificate authority of a test's own.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	next atomic.Int64
}

func newAuthority(t *testing.T, organization string) *authority {
	t.Helper()
	a := &authority{t: t}
	now := time.Now()
	made := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{Organization: []string{organization}, CommonName: organization + " Root"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	var err error
	if a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, made, made, a.key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return a
}

// issue signs a certificate for names and addresses, valid from one time from
// now to another.
func (a *authority) issue(from, to time.Duration, names ...string) tls.Certificate {
	now := time.Now()
	made := &x509.Certificate{
		SerialNumber: big.NewInt(1 + a.next.Add(1)), Subject: pkix.Name{CommonName: "a server"},
		NotBefore: now.Add(from), NotAfter: now.Add(to),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			made.IPAddresses = append(made.IPAddresses, ip)
		} else {
			made.DNSNames = append(made.DNSNames, name)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Error(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, made, a.cert, key.Public(), a.key)
	if err != nil {
		a.t.Error(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// usual is a certificate as a server on this machine should have it.
func (a *authority) usual() tls.Certificate {
	return a.issue(-time.Hour, time.Hour, "127.0.0.1", "0.0.0.0", "localhost", madeUpHost)
}

// madeUpHost is a host that only a proxy of a test's knows.
const madeUpHost = "git.example.test"

// file writes the authority's certificate into a file and gives its path.
func (a *authority) file() string {
	a.t.Helper()
	path := filepath.Join(a.t.TempDir(), "authority.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}), 0o644); err != nil {
		a.t.Fatal(err)
	}
	return path
}

// A netServer is an HTTP server that notes what is asked of it.
type netServer struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string // "GET /skills.git/info/refs"
	auth  []string // the Authorization of each request
}

// serveNet serves over TLS with the certificate, over plain HTTP without one.
func serveNet(t *testing.T, handler http.Handler, cert ...tls.Certificate) *netServer {
	t.Helper()
	s := &netServer{}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.Method+" "+r.URL.Path)
		s.auth = append(s.auth, r.Header.Get("Authorization"))
		s.mu.Unlock()
		handler.ServeHTTP(w, r)
	}))
	s.Config.ErrorLog = quietLog()
	if len(cert) > 0 {
		s.TLS = &tls.Config{Certificates: cert, MinVersion: tls.VersionTLS12}
		s.EnableHTTP2 = true
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(func() {
		s.CloseClientConnections() // of those that hang
		s.Close()
	})
	return s
}

// port is where the server listens.
func (s *netServer) port() string {
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	if err != nil {
		return fmt.Sprint(err)
	}
	return port
}

// source is the address of the repository, by the name of the host.
func (s *netServer) source(host string) string {
	scheme, _, _ := strings.Cut(s.URL, "://")
	return scheme + "://" + net.JoinHostPort(host, s.port()) + "/skills.git"
}

// requests are those since the last call, with their Authorization.
func (s *netServer) requests() (asked, auth []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked, auth = s.asked, s.auth
	s.asked, s.auth = nil, nil
	return asked, auth
}
