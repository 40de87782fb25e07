// Package gitserver serves git repositories on 127.0.0.1 as a host on the network
// does: smart HTTP, with git's own http-backend behind it. It counts what goes over
// the wire, and can be as far away as wanted.
package gitserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/cgi"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Traffic is what went over the wire: HTTP requests, TCP connections, and bytes
// with all headers, from and to the client.
type Traffic struct {
	Requests    int64
	Connections int64
	Up          int64
	Down        int64
}

// A Server serves the repositories below one folder.
type Server struct {
	URL string // without a slash at its end

	http                            http.Server
	delay                           atomic.Int64
	requests, connections, up, down atomic.Int64
	served                          chan error
}

// Start serves the repositories below root until Close.
func Start(ctx context.Context, root string) (*Server, error) {
	backend, err := backend(ctx)
	if err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	git := &cgi.Handler{Path: backend, Stderr: os.Stderr, Env: []string{
		"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1", "HOME=" + root, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*",
	}}
	s := &Server{URL: "http://" + listener.Addr().String(), served: make(chan error, 1)}
	s.http.ReadHeaderTimeout = time.Minute
	s.http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		s.wait()
		git.ServeHTTP(w, r)
	})
	go func() { s.served <- s.http.Serve(&counted{listener, s}) }()
	return s, nil
}

// backend is the path of git's HTTP server.
func backend(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "git", "--exec-path").Output()
	if err != nil {
		return "", fmt.Errorf("ask git where its programs are: %w", err)
	}
	path := filepath.Join(strings.TrimSpace(string(out)), "git-http-backend")
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("this git cannot serve repositories, install a complete one: %w", err)
	}
	return path, nil
}

// Delay sets how long a round trip takes from now on. A connection costs one, for
// its handshake, and each request one. That the window of a new connection is
// small, so that a large answer takes further trips, is left out; so is TLS.
func (s *Server) Delay(trip time.Duration) { s.delay.Store(int64(trip)) }

func (s *Server) wait() { time.Sleep(time.Duration(s.delay.Load())) }

// Take says what went over the wire since it was last asked, or since the start.
func (s *Server) Take() Traffic {
	return Traffic{
		Requests: s.requests.Swap(0), Connections: s.connections.Swap(0),
		Up: s.up.Swap(0), Down: s.down.Swap(0),
	}
}

// Close ends all that is served.
func (s *Server) Close() error {
	err := s.http.Close()
	if ended := <-s.served; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}

// counted is a listener whose connections are counted, and delayed by a round trip.
type counted struct {
	net.Listener
	s *Server
}

func (l *counted) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.s.connections.Add(1)
	return &connection{Conn: c, s: l.s}, nil
}

// connection counts its bytes. The trip of its handshake is waited for at the
// first read, which holds no other connection up.
type connection struct {
	net.Conn
	s         *Server
	handshake sync.Once
}

func (c *connection) Read(p []byte) (int, error) {
	c.handshake.Do(c.s.wait)
	n, err := c.Conn.Read(p)
	c.s.up.Add(int64(n))
	return n, err
}

// Write counts before it writes: whoever has read all is not to find less counted.
func (c *connection) Write(p []byte) (int, error) {
	c.s.down.Add(int64(len(p)))
	n, err := c.Conn.Write(p)
	c.s.down.Add(int64(n - len(p)))
	return n, err
}
