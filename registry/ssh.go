package registry

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"

	"github.com/skeema/knownhosts"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// dialSSH starts git-upload-pack on the server.
func (s *stream) dialSSH(ctx context.Context) error {
	hosts, err := knownHosts(s.remote.KnownHosts)
	if err != nil {
		return err
	}
	keys, err := dialAgent(ctx, s.remote.SSHAgent)
	if err != nil {
		return &AuthError{URL: s.where, SSH: true, Err: err}
	}
	defer keys.Close() //nolint:errcheck // it was only asked
	if err := s.connect(ctx, "22"); err != nil {
		return err
	}
	// The handshake knows no context.
	defer context.AfterFunc(ctx, func() { _ = s.conn.Close() })()

	address := s.conn.RemoteAddr().String()
	if _, port, err := net.SplitHostPort(address); err == nil {
		address = net.JoinHostPort(s.url.Hostname(), port)
	}
	trusted := false
	config := &ssh.ClientConfig{
		User:              "git",
		Auth:              []ssh.AuthMethod{ssh.PublicKeysCallback(agent.NewClient(keys).Signers)},
		HostKeyAlgorithms: hosts.HostKeyAlgorithms(address),
		HostKeyCallback: func(host string, addr net.Addr, key ssh.PublicKey) error {
			err := hosts.HostKeyCallback()(host, addr, key)
			trusted = err == nil
			return err
		},
	}
	if user := s.url.User.Username(); user != "" {
		config.User = user
	}
	conn, channels, requests, err := ssh.NewClientConn(s.conn, address, config)
	if err != nil {
		if trusted && ctx.Err() == nil {
			return &AuthError{URL: s.where, SSH: true, Err: err} // all that is left is the user
		}
		return err
	}
	session, err := ssh.NewClient(conn, channels, requests).NewSession()
	if err != nil {
		return err
	}
	if s.in, err = session.StdinPipe(); err != nil {
		return err
	}
	if s.out, err = session.StdoutPipe(); err != nil {
		return err
	}
	return session.Start("git-upload-pack " + shellQuote(s.sshPath()))
}

// sshPath is the path on the server: git drops the slash before a ~ in a URL.
func (s *stream) sshPath() string {
	if strings.HasPrefix(s.url.Path, "/~") {
		return s.url.Path[1:]
	}
	return s.url.Path
}

// shellQuote quotes a word for the shell that the ssh server runs.
func shellQuote(word string) string {
	return "'" + strings.NewReplacer("'", `'\''`, "!", `'\!'`).Replace(word) + "'"
}

var (
	errNoAgent      = errors.New("no ssh agent")
	errNoKnownHosts = errors.New("no known_hosts file, so no ssh server is trusted")
)

// dialAgent connects to the ssh agent, which on Windows listens on a pipe.
func dialAgent(ctx context.Context, address string) (io.ReadWriteCloser, error) {
	if address == "" {
		return nil, errNoAgent
	}
	if strings.HasPrefix(address, `\\.\pipe\`) {
		return os.OpenFile(address, os.O_RDWR, 0)
	}
	var d net.Dialer
	return d.DialContext(ctx, "unix", address)
}

// knownHosts reads those of the files that exist.
func knownHosts(files []string) (*knownhosts.HostKeyDB, error) {
	var there []string
	for _, f := range files {
		if _, err := os.Stat(f); !errors.Is(err, fs.ErrNotExist) {
			there = append(there, f)
		}
	}
	if len(there) == 0 {
		return nil, errNoKnownHosts
	}
	return knownhosts.NewDB(there...)
}

// isHostKey says whether the error is about the identity of an ssh server.
func isHostKey(err error) bool {
	return errors.Is(err, errNoKnownHosts) || knownhosts.IsHostUnknown(err) || knownhosts.IsHostKeyChanged(err)
}
