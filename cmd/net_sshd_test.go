package cmd_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// An sshKey is a key pair of a server or a user.
type sshKey struct {
	signer  ssh.Signer
	private ed25519.PrivateKey
}

func newSSHKey(t *testing.T) sshKey {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return sshKey{signer, private}
}

// line is the public key as authorized_keys and known_hosts have it.
func (k sshKey) line() string {
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(k.signer.PublicKey())))
}

// An sshServer is Debian's sshd, one process for each connection, that lets the
// holder of one key run git-upload-pack.
type sshServer struct {
	t       *testing.T
	address net.Addr
	user    string
	host    sshKey
	allowed sshKey
	log     string
	config  string
	served  atomic.Int64
}

// newSSHServer skips the test, with the reason, where no sshd can run.
func newSSHServer(t *testing.T) *sshServer {
	t.Helper()
	program := sshProgram(t)
	me, err := user.Current()
	if err != nil {
		t.Skipf("sshd needs a user: %v", err)
	}
	needsShell(t, me.Username)
	dir := t.TempDir()
	s := &sshServer{
		t: t, user: me.Username, host: newSSHKey(t), allowed: newSSHKey(t),
		log: filepath.Join(dir, "log"), config: filepath.Join(dir, "config"),
	}
	private, err := ssh.MarshalPrivateKey(s.host.private, "")
	if err != nil {
		t.Fatal(err)
	}
	keys, hostKey := filepath.Join(dir, "authorized_keys"), filepath.Join(dir, "host_key")
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skipf("git is not installed: %v", err)
	}
	shell := fmt.Sprintf(`restrict,command="%s shell -c \"$SSH_ORIGINAL_COMMAND\"" `, git)
	for path, text := range map[string]string{
		hostKey: string(pem.EncodeToMemory(private)),
		keys:    shell + s.allowed.line() + "\n",
		s.config: strings.Join([]string{
			"HostKey " + hostKey, "AuthorizedKeysFile " + keys, "PidFile none", "LogLevel VERBOSE",
			"StrictModes no", "UsePAM no", "PermitRootLogin yes", "PasswordAuthentication no",
			"KbdInteractiveAuthentication no", "",
		}, "\n"),
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	check := exec.CommandContext(t.Context(), program, "-t", "-f", s.config)
	if out, err := check.CombinedOutput(); err != nil {
		t.Skipf("sshd does not run here: %v: %s", err, bytes.TrimSpace(out))
	}
	s.address = listenNet(t, "tcp", "127.0.0.1:0", func(conn net.Conn) {
		s.served.Add(1)
		file, err := conn.(*net.TCPConn).File()
		if err != nil {
			return
		}
		defer file.Close() //nolint:errcheck // a test's
		daemon := exec.CommandContext(t.Context(), program, "-i", "-f", s.config, "-E", s.log)
		daemon.Stdin, daemon.Stdout = file, file
		_ = conn.Close() // sshd has it now
		_ = daemon.Run() // how it ends is the client's doing
	})
	return s
}

// needsShell skips the test if the user may not log in: sshd gives each command
// to the shell that the system has for its user.
func needsShell(t *testing.T, name string) {
	t.Helper()
	data, err := os.ReadFile("/etc/passwd")
	if err != nil {
		t.Skipf("whether %s may log in cannot be found out: %v", name, err)
	}
	for line := range strings.Lines(string(data)) {
		fields := strings.Split(strings.TrimSpace(line), ":")
		if len(fields) != 7 || fields[0] != name || fields[6] == "" {
			continue
		}
		if err := exec.CommandContext(t.Context(), fields[6], "-c", "exit 0").Run(); err != nil {
			t.Skipf("%s may not log in: %s: %v", name, fields[6], err)
		}
	}
}

// sshProgram is where sshd is, which insists on a whole path.
func sshProgram(t *testing.T) string {
	t.Helper()
	unixOnly(t, "sshd here is Unix's")
	for _, path := range []string{"/usr/sbin/sshd", "/usr/local/sbin/sshd"} {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	t.Skip("sshd is not installed (Debian: openssh-server)")
	return ""
}

// certify gives the server a host certificate and returns the key that has
// signed it.
func (s *sshServer) certify() sshKey {
	s.t.Helper()
	ca := newSSHKey(s.t)
	cert := &ssh.Certificate{
		Key: s.host.signer.PublicKey(), CertType: ssh.HostCert, KeyId: "a server", ValidPrincipals: []string{"127.0.0.1", "localhost"},
		ValidAfter: uint64(time.Now().Add(-time.Hour).Unix()), ValidBefore: uint64(time.Now().Add(time.Hour).Unix()),
	}
	if err := cert.SignCert(rand.Reader, ca.signer); err != nil {
		s.t.Fatal(err)
	}
	path := filepath.Join(filepath.Dir(s.config), "host_key-cert.pub")
	if err := os.WriteFile(path, ssh.MarshalAuthorizedKey(cert), 0o600); err != nil {
		s.t.Fatal(err)
	}
	file, err := os.OpenFile(s.config, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := fmt.Fprintln(file, "HostCertificate", path); err != nil {
		s.t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		s.t.Fatal(err)
	}
	return ca
}

// port is where the server listens.
func (s *sshServer) port() string {
	_, port, err := net.SplitHostPort(s.address.String())
	if err != nil {
		s.t.Fatal(err)
	}
	return port
}

// source is the address of a repository on the server.
func (s *sshServer) source(path string) string {
	return "ssh://" + s.user + "@" + s.address.String() + path
}

// said is what the server has written down.
func (s *sshServer) said() string {
	data, err := os.ReadFile(s.log)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// sshAgent serves keys over a socket, whose path it returns.
func sshAgent(t *testing.T, keys ...sshKey) string {
	t.Helper()
	ring := agent.NewKeyring()
	for _, key := range keys {
		if err := ring.Add(agent.AddedKey{PrivateKey: key.private}); err != nil {
			t.Fatal(err)
		}
	}
	return listenNet(t, "unix", shortSocket(t), func(conn net.Conn) {
		_ = agent.ServeAgent(ring, conn)
	}).String()
}

// shortSocket is a path that a socket can have.
func shortSocket(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "a") //nolint:usetesting // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return filepath.Join(dir, "s")
}

// listenNet hands each connection to handle, and closes it behind that, until the
// test ends.
func listenNet(t *testing.T, network, address string, handle func(net.Conn)) net.Addr {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				handle(conn)
				_ = conn.Close()
			}()
		}
	}()
	return l.Addr()
}
