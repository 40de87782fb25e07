package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// dialSSH starts git-upload-pack on the server.
func (s *stream) dialSSH(ctx context.Context) error {
	keys, signers, err := openAgent(ctx, s.remote.SSHAgent)
	if err != nil {
		if errors.Is(err, errIdle) {
			err = errMuteAgent
		}
		return &AuthError{URL: s.where, SSH: true, Err: err}
	}
	defer keys.Close() //nolint:errcheck // it was only asked
	hosts, err := readKnownHosts(s.remote.KnownHosts)
	if err != nil {
		return err
	}
	s.remote.trace("the ssh agent has %d keys", len(signers))
	if err := s.connect(ctx, "22"); err != nil {
		return err
	}
	conn := s.conn
	// Neither the handshake nor a key in the agent knows a context.
	defer context.AfterFunc(ctx, func() { _, _ = conn.Close(), keys.Close() })()

	address := conn.RemoteAddr().String()
	if _, port, err := net.SplitHostPort(address); err == nil {
		address = net.JoinHostPort(s.url.Hostname(), port)
	}
	check := &hostCheck{hosts: hosts, address: address}
	config := &ssh.ClientConfig{
		User:              "git",
		Auth:              []ssh.AuthMethod{ssh.PublicKeys(signers...)},
		HostKeyAlgorithms: hosts.algorithms(address),
		HostKeyCallback:   check.callback,
	}
	if user := s.url.User.Username(); user != "" {
		config.User = user
	}
	client, err := within(ctx, func() (*ssh.Client, error) {
		safe, channels, requests, err := ssh.NewClientConn(conn, address, config)
		if err != nil {
			return nil, err
		}
		return ssh.NewClient(safe, channels, requests), nil
	})
	if ctx.Err() == nil { // else it may go on, and change what it has found
		s.remote.trace("ssh handshake with %s as %s: trusted: %t, done: %t", address, config.User, check.trusted, err == nil)
	}
	if err != nil {
		return s.handshakeError(ctx, err, check, config.User, len(signers))
	}
	session, err := client.NewSession()
	if err != nil {
		return err
	}
	s.lost = func() bool { return isLost(client, session) }
	if s.in, err = session.StdinPipe(); err != nil {
		return err
	}
	if s.out, err = session.StdoutPipe(); err != nil {
		return err
	}
	return session.Start("git-upload-pack " + shellQuote(s.sshPath()))
}

// isLost says of a command that said nothing and has ended whether the connection
// has: else the server has told how the command ended, or is still there.
func isLost(client *ssh.Client, session *ssh.Session) bool {
	if _, told := errors.AsType[*ssh.ExitError](session.Wait()); told {
		return false
	}
	_, _, err := client.SendRequest("keepalive@openssh.com", true, nil)
	return err != nil
}

// handshakeError sorts what ended a handshake: the server is not trusted, the
// connection broke, or all that is left, it takes none of the keys.
func (s *stream) handshakeError(ctx context.Context, err error, check *hostCheck, user string, keys int) error {
	_, unlike := errors.AsType[*ssh.AlgorithmNegotiationError](err)
	switch {
	case ctx.Err() != nil:
		return err
	case check.err != nil:
		return check.err
	case unlike && !check.trusted && len(check.hosts.algorithms(check.address)) > 0:
		e := &hostKeyError{address: check.address, files: check.hosts.files, changed: true, what: "offers no key of a kind that is known of it", err: err}
		plain := func(kind string) bool { return !strings.HasSuffix(kind, "-cert-v01@openssh.com") }
		if !slices.ContainsFunc(check.hosts.algorithms(check.address), plain) {
			e.vouched, e.what = true, "shows no certificate, and an authority is known that should have given it one"
		}
		return e
	case !check.trusted || isReset(err) || errors.Is(err, io.EOF):
		return err
	}
	return &AuthError{URL: s.where, SSH: true, Err: &refusedKeysError{user: user, keys: keys, err: err}}
}

// A refusedKeysError is a server that takes no key.
type refusedKeysError struct {
	user string
	keys int
	err  error
}

func (e *refusedKeysError) Error() string {
	which := fmt.Sprintf("none of the %d keys", e.keys)
	if e.keys == 1 {
		which = "not the one key"
	}
	return fmt.Sprintf("the ssh server accepts %s of the agent for the user %s", which, printable(e.user))
}

func (e *refusedKeysError) Unwrap() error { return e.err }

// within runs a step that knows no context. When ctx ends first it is left to
// itself; what it uses has to be closed by the caller. A panic in it is one of the
// caller's, as long as that waits: nobody else could tell of it.
func within[T any](ctx context.Context, step func() (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
		bug   *BugError
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() {
			if value := recover(); value != nil {
				o.bug = &BugError{What: fmt.Sprint(value), Stack: debug.Stack()}
			}
			done <- o
		}()
		o.value, o.err = step()
	}()
	select {
	case o := <-done:
		if o.bug != nil {
			return o.value, o.bug
		}
		return o.value, o.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
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
	errNoAgent   = errors.New("a repository over ssh is read with a key of the ssh agent, and no agent runs")
	errNoKeys    = errors.New("the ssh agent holds no key")
	errMuteAgent = errors.New("the ssh agent does not answer")
)

// openAgent connects to the ssh agent and lists its keys. When ctx ends, an agent
// that does not answer is left.
func openAgent(ctx context.Context, address string) (io.Closer, []ssh.Signer, error) {
	conn, err := within(ctx, func() (io.ReadWriteCloser, error) { return dialAgent(ctx, address) })
	if err != nil {
		return nil, nil, err
	}
	signers, err := within(ctx, agent.NewClient(conn).Signers)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		err = fmt.Errorf("%w: %w", errMuteAgent, err)
	case len(signers) == 0:
		err = errNoKeys
	}
	if err != nil {
		_ = conn.Close()
		return nil, nil, err
	}
	return conn, signers, nil
}

// dialAgent connects to the ssh agent, which on Windows listens on a pipe.
func dialAgent(ctx context.Context, address string) (conn io.ReadWriteCloser, err error) {
	if address == "" {
		return nil, errNoAgent
	}
	if strings.HasPrefix(address, `\\.\pipe\`) {
		conn, err = os.OpenFile(address, os.O_RDWR, 0)
	} else {
		conn, err = new(net.Dialer).DialContext(ctx, "unix", address)
	}
	if err != nil {
		if errno, ok := errors.AsType[syscall.Errno](err); ok {
			err = errno // the rest says again where
		}
		return nil, fmt.Errorf("%w at %s: %w", errNoAgent, printable(address), err)
	}
	return conn, nil
}
