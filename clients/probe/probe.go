// Package probe asks an MCP server what a client asks first: with a key, to
// begin a session and to list the tools; without one, for what a client needs
// to let its user sign in.
//
// The protocol is left to the official SDK. What is here holds it back: the key
// goes to the server's own host alone, an answer has bounded bytes and time, and
// every failure is an [*Error] that says what kind it is. Nothing of what a
// server says is fit to print as it is.
package probe

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"fsskills/clients"
)

// protocol is the version of MCP that is asked for: the newest one that every
// server speaks which begins with "initialize".
const protocol = "2025-11-25"

const (
	// mostBytes is what all answers of one server may have together: a thousand
	// tools with long descriptions take less than a tenth of it.
	mostBytes = 8 << 20
	// mostTools is more than any client can use; a list that goes on is a loop.
	mostTools = 10_000
	// mostPages is how often a server may go on with a list.
	mostPages = 100
)

// A Server is who is asked.
type Server struct {
	URL string
	// Key is sent to the URL's scheme and host, and nowhere else. It may be none.
	Key clients.Secret
	// HTTP is how the server is reached: proxy, authorities. It follows no
	// redirect by itself.
	HTTP *http.Transport
	// Name and Version are those that are asking.
	Name, Version string
}

// A Greeting is what a server has said of itself.
type Greeting struct {
	Name, Version, Protocol string
	Tools                   []string
}

// Greet begins a session and lists the tools. An error is an [*Error], or that
// of ctx if its caller has cancelled it.
func (s Server) Greet(ctx context.Context) (Greeting, error) {
	w, err := s.watch(ctx)
	if err != nil {
		return Greeting{}, err
	}
	defer w.base.CloseIdleConnections()
	g, err := s.talk(ctx, w)
	return g, w.explain(ctx, err)
}

// talk is the conversation. The SDK is at fault if it panics, not the user.
func (s Server) talk(ctx context.Context, w *watch) (g Greeting, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("the answer cannot be understood: %v", broken)
		}
	}()
	client := mcp.NewClient(&mcp.Implementation{Name: s.Name, Version: s.Version}, &mcp.ClientOptions{
		Logger: slog.New(slog.DiscardHandler), Capabilities: &mcp.ClientCapabilities{},
	})
	session, err := client.Connect(ctx, &mcp.StreamableClientTransport{
		Endpoint: s.URL, HTTPClient: w.client(), MaxRetries: -1, DisableStandaloneSSE: true, MaxEventSize: mostBytes,
	}, &mcp.ClientSessionOptions{ProtocolVersion: protocol})
	if err != nil {
		return g, err
	}
	defer session.Close() //nolint:errcheck // the server may keep the session: it was listened to
	if said := session.InitializeResult(); said != nil {
		g.Protocol = said.ProtocolVersion
		if said.ServerInfo != nil {
			g.Name, g.Version = said.ServerInfo.Name, said.ServerInfo.Version
		}
	}
	var params mcp.ListToolsParams
	for range mostPages {
		page, err := session.ListTools(ctx, &params)
		if err != nil {
			return g, err
		}
		for _, tool := range page.Tools {
			if tool != nil {
				g.Tools = append(g.Tools, tool.Name)
			}
		}
		if page.NextCursor == "" {
			return g, nil
		}
		if params.Cursor = page.NextCursor; len(g.Tools) > mostTools {
			break
		}
	}
	return g, errTooLarge
}

// origin is the scheme and host of an address, in one spelling.
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + u.Hostname() + ":" + port
}
