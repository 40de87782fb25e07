// Package judge is an MCP server on loopback which records what each request
// brought. A client whose config file names it shows there what it made of the
// file: whether it asks at all, and with which headers.
//
// The server comes in five forms, one below each [Path]. All offer the same
// tools, to clients of every protocol version.
package judge

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// A Path is one of the servers that a Judge plays.
type Path string

const (
	// Open lets everybody in.
	Open Path = "/open/mcp"
	// Keyed wants the header "Authorization: Bearer <key>", once and exactly
	// so. Everybody else gets a 401 with no hint at a sign-in.
	Keyed Path = "/keyed/mcp"
	// OAuth answers 401 and says where to sign in. No sign-in succeeds.
	OAuth Path = "/oauth/mcp"
	// Both wants the key as Keyed does, and says where to sign in as OAuth does:
	// a server at one address for either way.
	Both Path = "/both/mcp"
	// Other lets everybody in: a neighbour in the same config file.
	Other Path = "/other/mcp"
)

// A Judge is a running server. Its methods are safe in parallel.
type Judge struct {
	url    string
	http   *http.Server
	server *mcp.Server
	done   chan struct{} // closed when nothing is served any more
	err    error         // why, to be read then

	mu       sync.Mutex
	closed   bool
	requests []*Request     // guarded by mu, as are the fields of each
	running  sync.WaitGroup // the answers under way
}

// Start serves the tools on a free port of 127.0.0.1, until Close. The key
// opens [Keyed]; an empty one opens it to nobody.
func Start(key string, tools ...string) (*Judge, error) {
	listener, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, fmt.Errorf("cannot listen on loopback: %w", err)
	}
	j := &Judge{
		url:    "http://" + listener.Addr().String(),
		server: newServer(tools),
		done:   make(chan struct{}),
	}
	j.http = &http.Server{Handler: j.recorded(j.handler(key)), ReadHeaderTimeout: time.Minute}
	go func() {
		defer close(j.done)
		j.err = j.http.Serve(listener)
	}()
	return j, nil
}

// URL is the address of one of the servers.
func (j *Judge) URL(p Path) string { return j.url + string(p) }

// Close ends every answer under way, streams too, and waits for their ends.
func (j *Judge) Close() error {
	err := j.http.Close()
	<-j.done
	if !errors.Is(j.err, http.ErrServerClosed) {
		err = errors.Join(j.err, err)
	}
	j.mu.Lock()
	j.closed = true
	j.mu.Unlock()
	j.running.Wait()
	for session := range j.server.Sessions() {
		err = errors.Join(err, session.Close())
	}
	return err
}

// handler answers for all servers and for the sign-in.
func (j *Judge) handler(key string) http.Handler {
	mux := http.NewServeMux()
	open := ofEveryVersion(j.server)
	mux.Handle(string(Open), open)
	mux.Handle(string(Other), open)
	refused := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "no key, or not the right one", http.StatusUnauthorized)
	})
	mux.Handle(string(Keyed), keyed(key, open, refused))
	mux.Handle(string(Both), keyed(key, open, j.toSignIn(Both)))
	mux.Handle(string(OAuth), j.toSignIn(OAuth))
	j.handleSignIn(mux, OAuth)
	j.handleSignIn(mux, Both)
	handleRegistration(mux)
	return mux
}

// toSignIn answers 401 and says where to sign in.
func (j *Judge) toSignIn(p Path) http.Handler {
	nobody := func(context.Context, string, *http.Request) (*auth.TokenInfo, error) {
		return nil, auth.ErrInvalidToken
	}
	options := &auth.RequireBearerTokenOptions{ResourceMetadataURL: j.url + resourcePlace + string(p)}
	return auth.RequireBearerToken(nobody, options)(http.NotFoundHandler())
}

// keyed lets through to next who brings the key, and others to refused.
func keyed(key string, next, refused http.Handler) http.Handler {
	want := []string{"Bearer " + key} // no header ends in a blank: nobody's, without a key
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if slices.Equal(r.Header.Values("Authorization"), want) {
			next.ServeHTTP(w, r)
			return
		}
		refused.ServeHTTP(w, r)
	})
}

// ofEveryVersion serves clients of all protocol versions. Up to 2025-11-25 they
// have sessions and streams, since 2026-07-28 every request is for itself.
func ofEveryVersion(server *mcp.Server) http.Handler {
	get := func(*http.Request) *mcp.Server { return server }
	sessions := mcp.NewStreamableHTTPHandler(get, nil)
	single := mcp.NewStreamableHTTPHandler(get, &mcp.StreamableHTTPOptions{Stateless: true})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Mcp-Protocol-Version") >= "2026-07-28" {
			single.ServeHTTP(w, r)
			return
		}
		sessions.ServeHTTP(w, r)
	})
}

// newServer offers tools that take any properties and say that they were
// called. Without these hints Codex calls none where it cannot ask the user.
func newServer(tools []string) *mcp.Server {
	server := mcp.NewServer(&mcp.Implementation{Name: "conformance", Version: "1.0.0"}, &mcp.ServerOptions{
		Capabilities: &mcp.ServerCapabilities{Tools: &mcp.ToolCapabilities{}},
	})
	text := map[string]any{"type": "string"}
	for _, name := range tools {
		server.AddTool(&mcp.Tool{
			Name:        name,
			Description: "Says that " + name + " was called.",
			InputSchema: map[string]any{
				"type":       "object",
				"properties": map[string]any{"subject": text, "detail": text},
			},
			Annotations: &mcp.ToolAnnotations{
				ReadOnlyHint:    true,
				DestructiveHint: new(false),
				OpenWorldHint:   new(false),
			},
		}, func(context.Context, *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: "called " + name}}}, nil
		})
	}
	return server
}
