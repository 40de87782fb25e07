package registry

import (
	"bufio"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/skeema/knownhosts"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// listen accepts connections on the loopback until the test ends.
func listen(t *testing.T, network, address string, handle func(net.Conn)) net.Addr {
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
			go handle(conn)
		}
	}()
	return l.Addr()
}

// converse speaks git-upload-pack with a client over one connection.
func (s *gitServer) converse(conn io.ReadWriter) {
	s.advertise(conn)
	r := bufio.NewReader(conn)
	if next, err := r.Peek(4); err == nil && string(next) != "0000" {
		s.upload(conn, r)
	}
}

// gitDaemon serves a repository as git's own daemon does and gives its address.
func gitDaemon(t *testing.T, s *gitServer) string {
	t.Helper()
	return "git://" + listen(t, "tcp", "127.0.0.1:0", func(conn net.Conn) {
		defer conn.Close() //nolint:errcheck // a test's
		hello := make([]byte, 4)
		if _, err := io.ReadFull(conn, hello); err != nil {
			return
		}
		n, err := strconv.ParseUint(string(hello), 16, 16)
		if err != nil {
			return
		}
		ask := make([]byte, n-4)
		if _, err := io.ReadFull(conn, ask); err != nil || !strings.HasPrefix(string(ask), "git-upload-pack /r.git\x00host=127.0.0.1") {
			fmt.Fprint(conn, pkt("ERR no such repository"))
			return
		}
		s.converse(conn)
	}).String() + "/r.git"
}

func TestGitDaemon(t *testing.T) {
	repo := newRepo(t)
	old := repo.commit(layouts()[0]).String()
	repo.commit(layouts()[2])
	s := &gitServer{repo: repo, byID: true, lies: true}
	address := gitDaemon(t, s)
	snap, err := snapshotOf(t, new(Remote), address, "")
	if err != nil {
		t.Fatal(err)
	}
	if len(snap.Skills) != 2 {
		t.Errorf("skills %q", paths(snap))
	}
	// Refused by id: the search needs a second connection.
	if snap, err = snapshotOf(t, new(Remote), address, old); err != nil || snap.Commit != old {
		t.Errorf("by id: %v %v", snap, err)
	}
	_, err = snapshotOf(t, new(Remote), strings.Replace(address, "/r.git", "/other.git", 1), "")
	var none *NotFoundError
	if !errors.As(err, &none) || none.What != "repository" {
		t.Errorf("other repository: %#v", err)
	}
}

// newKey makes a key pair for ssh.
func newKey(t *testing.T) (ssh.Signer, ed25519.PrivateKey) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return signer, private
}

// sshServer serves a repository over ssh to the holder of one key.
func sshServer(t *testing.T, s *gitServer, host ssh.Signer, allowed ssh.PublicKey) string {
	t.Helper()
	config := &ssh.ServerConfig{PublicKeyCallback: func(c ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if c.User() == "git" && string(key.Marshal()) == string(allowed.Marshal()) {
			return nil, nil
		}
		return nil, errors.New("no")
	}}
	config.AddHostKey(host)
	return sshSessions(t, config, func(_ net.Conn, channel ssh.Channel, requests <-chan *ssh.Request) {
		for req := range requests {
			var command struct{ Text string }
			_ = ssh.Unmarshal(req.Payload, &command)
			_ = req.Reply(req.Type == "exec", nil)
			if command.Text == "git-upload-pack '/my repo.git'" {
				s.converse(channel)
			} else {
				fmt.Fprintln(channel.Stderr(), "repository not found")
			}
			_ = channel.Close()
		}
	})
}

// sshSessions is an ssh server that does something with each session.
func sshSessions(t *testing.T, config *ssh.ServerConfig, serve func(net.Conn, ssh.Channel, <-chan *ssh.Request)) string {
	t.Helper()
	return listen(t, "tcp", "127.0.0.1:0", func(conn net.Conn) {
		defer conn.Close() //nolint:errcheck // a test's
		_, channels, requests, err := ssh.NewServerConn(conn, config)
		if err != nil {
			return
		}
		go ssh.DiscardRequests(requests)
		for asked := range channels {
			channel, requests, err := asked.Accept()
			if err != nil {
				return
			}
			serve(conn, channel, requests)
		}
	}).String()
}

// sshAgent serves one key and gives the address of its socket.
func sshAgent(t *testing.T, key ed25519.PrivateKey) string {
	t.Helper()
	ring := agent.NewKeyring()
	if err := ring.Add(agent.AddedKey{PrivateKey: key}); err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "a") //nolint:usetesting // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return listen(t, "unix", filepath.Join(dir, "s"), func(conn net.Conn) {
		defer conn.Close() //nolint:errcheck // a test's
		_ = agent.ServeAgent(ring, conn)
	}).String()
}

func TestSSH(t *testing.T) {
	repo := newRepo(t)
	repo.commit(layouts()[2])
	host, _ := newKey(t)
	other, _ := newKey(t)
	user, private := newKey(t)
	_, stranger := newKey(t)
	address := sshServer(t, &gitServer{repo: repo}, host, user.PublicKey())

	hosts := func(key ssh.PublicKey) []string {
		file := filepath.Join(t.TempDir(), "known_hosts")
		if err := os.WriteFile(file, []byte(knownhosts.Line([]string{address}, key)+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return []string{filepath.Join(t.TempDir(), "missing"), file}
	}
	good := sshAgent(t, private)
	deaf := listen(t, "tcp", "127.0.0.1:0", func(conn net.Conn) { _ = conn.Close() })
	tests := []struct {
		name, url string
		remote    Remote
		check     func(error) bool
	}{
		{"works", "ssh://git@" + address + "/my%20repo.git", Remote{SSHAgent: good, KnownHosts: hosts(host.PublicKey())}, func(err error) bool { return err == nil }},
		{"git is the default user", "ssh://" + address + "/my%20repo.git", Remote{SSHAgent: good, KnownHosts: hosts(host.PublicKey())}, func(err error) bool { return err == nil }},
		{"wrong path", "ssh://git@" + address + "/other.git", Remote{SSHAgent: good, KnownHosts: hosts(host.PublicKey())}, func(err error) bool {
			var e *NotFoundError
			return errors.As(err, &e) && strings.Contains(e.Hint(), "a key of the ssh agent may read")
		}},
		{"no agent", "ssh://git@" + address + "/r.git", Remote{KnownHosts: hosts(host.PublicKey())}, isSSHAuth},
		{"wrong key", "ssh://git@" + address + "/r.git", Remote{SSHAgent: sshAgent(t, stranger), KnownHosts: hosts(host.PublicKey())}, isSSHAuth},
		{"another server", "ssh://git@" + address + "/r.git", Remote{SSHAgent: good, KnownHosts: hosts(other.PublicKey())}, trouble(TroubleHostChanged)},
		{"no ssh server", "ssh://git@" + deaf.String() + "/r.git", Remote{SSHAgent: good, KnownHosts: hosts(host.PublicKey()), Wait: noWait}, trouble(TroubleBroken)},
		{"nothing known", "ssh://git@" + address + "/r.git", Remote{SSHAgent: good}, trouble(TroubleHostKey)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			snap, err := snapshotOf(t, &tt.remote, tt.url, "")
			if !tt.check(err) {
				t.Errorf("got %v %#v", snap, err)
			}
			if err == nil && len(snap.Skills) != 2 {
				t.Errorf("skills %q", paths(snap))
			}
		})
	}
}

func isSSHAuth(err error) bool {
	auth, ok := errors.AsType[*AuthError](err)
	_, buried := errors.AsType[*NetworkError](err) // whose hint would come first
	return ok && !buried && errors.Is(err, ErrAuth) && strings.Contains(auth.Hint(), "ssh-add")
}

func TestShellQuote(t *testing.T) {
	for word, want := range map[string]string{
		"a b":          "'a b'",
		"it's!":        `'it'\''s'\!''`,
		"$(rm -rf ~);": "'$(rm -rf ~);'",
	} {
		if got := shellQuote(word); got != want {
			t.Errorf("%s: got %s, want %s", word, got, want)
		}
	}
}
