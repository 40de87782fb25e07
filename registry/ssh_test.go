package registry

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/skeema/knownhosts"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
	xknownhosts "golang.org/x/crypto/ssh/knownhosts"
)

// linesFile is a known_hosts file.
func linesFile(t *testing.T, lines ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "known_hosts")
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// rawAgent is an agent whose every connection is handled so.
func rawAgent(t *testing.T, handle func(net.Conn)) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "a") //nolint:usetesting // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return listen(t, "unix", filepath.Join(dir, "s"), func(conn net.Conn) {
		defer conn.Close() //nolint:errcheck // a test's
		handle(conn)
	}).String()
}

// A stuckAgent has a key and never comes to use it.
type stuckAgent struct {
	agent.Agent
	until <-chan struct{}
}

func (a stuckAgent) Sign(ssh.PublicKey, []byte) (*ssh.Signature, error) {
	<-a.until
	return nil, errors.New("too late")
}

// certified is the host's key in a certificate of the authority, for the names.
func certified(t *testing.T, host, authority ssh.Signer, names ...string) ssh.Signer {
	t.Helper()
	cert := &ssh.Certificate{Key: host.PublicKey(), CertType: ssh.HostCert, ValidPrincipals: names, ValidBefore: ssh.CertTimeInfinity}
	if err := cert.SignCert(rand.Reader, authority); err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewCertSigner(cert, host)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

func TestKnownHostsLines(t *testing.T) {
	repo := newRepo(t)
	repo.commit(layouts()[2])
	host, _ := newKey(t)
	authority, _ := newKey(t)
	user, private := newKey(t)
	keys := sshAgent(t, private)
	plain := sshServer(t, &gitServer{repo: repo}, host, user.PublicKey())
	_, port, err := net.SplitHostPort(plain)
	if err != nil {
		t.Fatal(err)
	}
	vouched := sshServer(t, &gitServer{repo: repo}, certified(t, host, authority, "127.0.0.1"), user.PublicKey())
	_, vouchedPort, err := net.SplitHostPort(vouched)
	if err != nil {
		t.Fatal(err)
	}
	key := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(host.PublicKey())))
	root := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(authority.PublicKey())))
	for _, tt := range []struct {
		name, address string
		lines         []string
		want          Trouble // empty: it works
	}{
		{"with the port", plain, []string{"# mine", "", "[127.0.0.1]:" + port + " " + key}, ""},
		{"hashed", plain, []string{xknownhosts.HashHostname(knownhosts.Normalize(plain)) + " " + key}, ""},
		{"among others", plain, []string{"git.example.com,[127.0.0.1]:" + port + " " + key}, ""},
		{"for another port", plain, []string{"[127.0.0.1]:1 " + key}, TroubleHostKey},
		{"for port 22", plain, []string{"127.0.0.1 " + key}, TroubleHostKey},
		{"an authority", vouched, []string{"@cert-authority [127.0.0.1]:" + vouchedPort + " " + root}, ""},
		{"an authority for all", vouched, []string{"@cert-authority * " + root}, ""},
		{"an authority for others", vouched, []string{"@cert-authority *.example.com " + root}, TroubleHostKey},
		{"revoked", plain, []string{"[127.0.0.1]:" + port + " " + key, "@revoked * " + key}, TroubleHostChanged},
		{"an authority as a key", vouched, []string{"[127.0.0.1]:" + vouchedPort + " " + root}, TroubleHostChanged},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &Remote{SSHAgent: keys, KnownHosts: []string{linesFile(t, tt.lines...)}}
			_, err := snapshotOf(t, r, "ssh://git@"+tt.address+"/my%20repo.git", "")
			if tt.want == "" && err != nil || tt.want != "" && !trouble(tt.want)(err) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestSSHTroubles(t *testing.T) {
	repo := newRepo(t)
	repo.commit(layouts()[2])
	host, _ := newKey(t)
	other, _ := newKey(t)
	user, private := newKey(t)
	_, stranger := newKey(t)
	address := sshServer(t, &gitServer{repo: repo}, host, user.PublicKey())
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	good := sshAgent(t, private)
	known := linesFile(t, knownhosts.Line([]string{address}, host.PublicKey()))
	empty := linesFile(t)
	missing := filepath.Join(t.TempDir(), "missing")
	changed := linesFile(t, "# old", knownhosts.Line([]string{address}, other.PublicKey()))
	broken := linesFile(t, "git.example.com ssh-ed25519 !!!")
	print := ssh.FingerprintSHA256(host.PublicKey())
	for _, tt := range []struct {
		name   string
		remote Remote
		auth   bool
		said   []string
		hint   string
	}{
		{"no agent", Remote{KnownHosts: []string{known}}, true, []string{"no agent runs"}, "start the ssh agent"},
		{"an agent that is gone", Remote{SSHAgent: missing, KnownHosts: []string{known}}, true, []string{"no agent runs at " + missing + ": no such file or directory"}, "start the ssh agent"},
		{"an agent without keys", Remote{SSHAgent: rawAgent(t, func(c net.Conn) { _ = agent.ServeAgent(agent.NewKeyring(), c) }), KnownHosts: []string{known}}, true, []string{"the ssh agent holds no key"}, "ssh-add"},
		{"an agent that hangs up", Remote{SSHAgent: rawAgent(t, func(net.Conn) {}), KnownHosts: []string{known}}, true, []string{"the ssh agent does not answer"}, "ssh-add"},
		{"an agent that is mute", Remote{SSHAgent: rawAgent(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }), KnownHosts: []string{known}, Idle: 100 * time.Millisecond}, true, []string{"the ssh agent does not answer"}, "ssh-add"},
		{"another key", Remote{SSHAgent: sshAgent(t, stranger), KnownHosts: []string{known}}, true, []string{"accepts not the one key of the agent for the user git"}, "ssh-add"},
		{"an unknown server", Remote{SSHAgent: good, KnownHosts: []string{missing, empty}}, false, []string{"127.0.0.1 is not known: it is not in " + empty, "ssh-ed25519 " + print}, "ssh -T -p " + port + " git@127.0.0.1"},
		{"no file at all", Remote{SSHAgent: good, KnownHosts: []string{missing}}, false, []string{"is not in " + missing, print}, "accept it once"},
		{"another server", Remote{SSHAgent: good, KnownHosts: []string{changed}}, false, []string{"STOP", "another key than that in " + changed + ", line 2", print}, "ssh-keygen -R '[127.0.0.1]:" + port + "'"},
		{"a broken file", Remote{SSHAgent: good, KnownHosts: []string{broken}}, false, []string{broken + ":1"}, "mend the line"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := snapshotOf(t, &tt.remote, "ssh://git@"+address+"/my%20repo.git", "")
			var hinted interface {
				error
				Hint() string
			}
			if !errors.As(err, &hinted) || isAuth(err) != tt.auth || !strings.Contains(hinted.Hint(), tt.hint) {
				t.Fatalf("got %v", err)
			}
			for _, said := range tt.said {
				if !strings.Contains(err.Error(), said) {
					t.Errorf("%q is not in %q", said, err)
				}
			}
		})
	}
}

// A server that is known by another kind of key is not taken for a new one.
func TestServerWithAnotherKindOfKey(t *testing.T) {
	host, _ := newKey(t)
	user, private := newKey(t)
	address := sshServer(t, &gitServer{}, host, user.PublicKey())
	was, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewPublicKey(was.Public())
	if err != nil {
		t.Fatal(err)
	}
	r := &Remote{SSHAgent: sshAgent(t, private), KnownHosts: []string{linesFile(t, knownhosts.Line([]string{address}, key))}}
	if _, err := snapshotOf(t, r, "ssh://git@"+address+"/r", ""); !trouble(TroubleHostChanged)(err) {
		t.Errorf("got %v", err)
	}
}

// A server without a certificate, where an authority is known, has a hint of its own.
func TestServerWithoutCertificate(t *testing.T) {
	host, _ := newKey(t)
	authority, _ := newKey(t)
	user, private := newKey(t)
	address := sshServer(t, &gitServer{}, host, user.PublicKey())
	file := linesFile(t, "@cert-authority * "+string(ssh.MarshalAuthorizedKey(authority.PublicKey())))
	r := &Remote{SSHAgent: sshAgent(t, private), KnownHosts: []string{file}}
	_, err := snapshotOf(t, r, "ssh://git@"+address+"/r", "")
	e, ok := errors.AsType[*NetworkError](err)
	if !ok || e.Trouble != TroubleHostChanged || !strings.Contains(e.Hint(), "the @cert-authority line in "+file) || strings.Contains(e.Hint(), "ssh-keygen") {
		t.Errorf("got %v", err)
	}
}

// What is to be typed stays one word in a shell.
func TestHostInACommand(t *testing.T) {
	for address, want := range map[string]string{
		"git.example.com:22":  "ssh -T git@git.example.com",
		"git.example.com:222": "ssh -T -p 222 git@git.example.com",
		"[fe80::1%eth0]:22":   "ssh -T 'git@fe80::1%eth0'",
		"a;id:22":             "ssh -T 'git@a;id'",
		"$(id):22":            "ssh -T 'git@$(id)'",
	} {
		if hint := (&hostKeyError{address: address}).hint(); !strings.HasSuffix(hint, want) {
			t.Errorf("%s: got %q", address, hint)
		}
	}
}

// A connection that is lost before the server's first word is no answer.
func TestConnectionLostBeforeTheFirstWord(t *testing.T) {
	host, _ := newKey(t)
	_, private := newKey(t)
	config := &ssh.ServerConfig{PublicKeyCallback: func(ssh.ConnMetadata, ssh.PublicKey) (*ssh.Permissions, error) { return nil, nil }}
	config.AddHostKey(host)
	for name, tt := range map[string]struct {
		end  func(net.Conn, ssh.Channel)
		lost bool
	}{
		"lost": {func(conn net.Conn, _ ssh.Channel) { _ = conn.Close() }, true},
		"a status": {func(conn net.Conn, channel ssh.Channel) {
			_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{128}))
			_, _ = channel.Close(), conn.Close()
		}, false},
		"an end": {func(_ net.Conn, channel ssh.Channel) { _ = channel.Close() }, false},
	} {
		t.Run(name, func(t *testing.T) {
			address := sshSessions(t, config, func(conn net.Conn, channel ssh.Channel, requests <-chan *ssh.Request) {
				_ = (<-requests).Reply(true, nil)
				go ssh.DiscardRequests(requests)
				tt.end(conn, channel)
			})
			r, pauses := counting()
			r.SSHAgent, r.KnownHosts = sshAgent(t, private), []string{linesFile(t, knownhosts.Line([]string{address}, host.PublicKey()))}
			_, err := snapshotOf(t, r, "ssh://git@"+address+"/r", "")
			_, none := errors.AsType[*NotFoundError](err)
			if tt.lost != trouble(TroubleBroken)(err) || none == tt.lost || (len(*pauses) == maxTries-1) != tt.lost {
				t.Errorf("got %v, tried again %d times", err, len(*pauses))
			}
		})
	}
}

func TestAliasOfSSHConfig(t *testing.T) {
	err := networkError("ssh://git@work/r.git", &net.DNSError{Err: "no such host", Name: "work", IsNotFound: true})
	if e, ok := errors.AsType[*NetworkError](err); !ok || !strings.Contains(e.Hint(), "~/.ssh/config, which is not read") {
		t.Errorf("got %v", err)
	}
	for _, where := range []string{"https://work/r.git", "git@work.example.com:r.git"} {
		err := networkError(where, &net.DNSError{Err: "no such host", Name: hostOf(where), IsNotFound: true})
		if e, ok := errors.AsType[*NetworkError](err); !ok || strings.Contains(e.Hint(), "ssh/config") {
			t.Errorf("%s: %v", where, e.Hint())
		}
	}
}

// Nothing on the way to an ssh server outlasts the end of the context.
func TestCancelEndsSSHAtOnce(t *testing.T) {
	host, _ := newKey(t)
	user, private := newKey(t)
	address := sshServer(t, &gitServer{}, host, user.PublicKey())
	mute := listen(t, "tcp", "127.0.0.1:0", func(conn net.Conn) {
		<-t.Context().Done()
		_ = conn.Close()
	}).String()
	known := linesFile(t, knownhosts.Line([]string{address}, host.PublicKey()))
	ring := agent.NewKeyring()
	if err := ring.Add(agent.AddedKey{PrivateKey: private}); err != nil {
		t.Fatal(err)
	}
	resolver := net.DefaultResolver
	defer func() { net.DefaultResolver = resolver }()
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	for name, tt := range map[string]struct{ agent, where string }{
		"handshake":     {sshAgent(t, private), "ssh://git@" + mute + "/r"},
		"list of keys":  {rawAgent(t, func(net.Conn) { <-t.Context().Done() }), "ssh://git@" + address + "/r"},
		"signature":     {rawAgent(t, func(c net.Conn) { _ = agent.ServeAgent(stuckAgent{ring, t.Context().Done()}, c) }), "ssh://git@" + address + "/r"},
		"name":          {sshAgent(t, private), "ssh://git@git.example.invalid/r"},
		"name of https": {"", "https://git.example.invalid/r"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(100*time.Millisecond, cancel)
			start := time.Now()
			r := &Remote{SSHAgent: tt.agent, KnownHosts: []string{known}}
			if _, err := r.Open(ctx, Source{Kind: Git, URL: tt.where}); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// TestWithin has a step panic: its caller is told, and the program goes on.
func TestWithin(t *testing.T) {
	t.Parallel()
	var none []int
	_, err := within(t.Context(), func() (int, error) { return none[len(t.Name())], nil })
	bug, ok := errors.AsType[*BugError](err)
	if !ok || !strings.Contains(bug.What, "index out of range") || !strings.Contains(string(bug.Stack), "TestWithin") {
		t.Errorf("the panic comes to %v", err)
	}
	r := &remote{remote: &Remote{}, wire: &stream{}, where: "git@example.com:x.git"}
	if told := r.explain(t.Context(), err); !errors.Is(told, bug) {
		t.Errorf("it is explained as %v", told)
	}
	if n, err := within(t.Context(), func() (int, error) { return 7, nil }); n != 7 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}
