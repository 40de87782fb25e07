package cmd_test

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/rogpeppe/go-internal/testscript"
)

// mcpKey is the key that the server of scripts takes.
const mcpKey = "na1.right-key-of-a-test"

// serveMCP is a further word for scripts:
//
//	mcp [-tls FILE] VAR   serve MCP on loopback, its address in VAR, the
//	                      certificate in FILE
//
// Its places are /mcp, which takes the key of the test and says to others where
// to sign in, /noise, which has tools with odd names, /nowhere, which does not say
// where to sign in, /forbidden, /gone, /moved, /page and /silent.
func serveMCP(ts *testscript.TestScript, neg bool, args []string) {
	file := ""
	if len(args) == 3 && args[0] == "-tls" {
		file, args = args[1], args[2:]
	}
	if neg || len(args) != 1 {
		ts.Fatalf("usage: mcp [-tls FILE] VAR")
	}
	done := make(chan struct{})
	mux := http.NewServeMux()
	srv := httptest.NewUnstartedServer(mux)
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	if file == "" {
		srv.Start()
	} else {
		srv.StartTLS()
		block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})
		ts.Check(os.WriteFile(ts.MkAbs(file), block, 0o600))
	}
	ts.Defer(func() { close(done); srv.CloseClientConnections(); srv.Close() })
	ts.Setenv(args[0], srv.URL)

	meta := "/.well-known/oauth-protected-resource/mcp"
	mux.Handle("/mcp", keyed(tools("get_lines", "get_more"), `Bearer resource_metadata="`+srv.URL+meta+`"`))
	mux.Handle("/noise", keyed(tools("get\x1b[31m_lines", "\u202eget"), ""))
	mux.Handle("/nowhere", keyed(tools("get_lines"), "Bearer"))
	mux.Handle("/forbidden", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "no \x1b[31m", http.StatusForbidden)
	}))
	mux.Handle("/moved", http.RedirectHandler("http://127.0.0.2:9/mcp", http.StatusTemporaryRedirect))
	mux.Handle("/page", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<html>\x1b[31m"+mcpKey)
	}))
	mux.Handle("/silent", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		select {
		case <-done:
		case <-r.Context().Done():
		}
	}))
	say := func(place string, fields map[string]any) {
		mux.HandleFunc(place, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(fields)
		})
	}
	say(meta, map[string]any{"resource": srv.URL + "/mcp", "authorization_servers": []string{srv.URL}})
	say("/.well-known/oauth-authorization-server", map[string]any{
		"issuer": srv.URL, "authorization_endpoint": srv.URL + "/a", "token_endpoint": srv.URL + "/t", "registration_endpoint": srv.URL + "/r",
		"code_challenge_methods_supported": []string{"S256"}, "response_types_supported": []string{"code"},
	})
}

// tools is a server of the SDK with tools of these names.
func tools(names ...string) http.Handler {
	srv := mcp.NewServer(&mcp.Implementation{Name: "judge", Version: "7"}, nil)
	for _, name := range names {
		mcp.AddTool(srv, &mcp.Tool{Name: name}, func(context.Context, *mcp.CallToolRequest, struct{}) (*mcp.CallToolResult, any, error) {
			return nil, nil, errors.New("nobody calls it")
		})
	}
	return mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return srv }, nil)
}

// keyed lets in who has the key, and says to others what is in challenge.
func keyed(next http.Handler, challenge string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer "+mcpKey {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("WWW-Authenticate", challenge)
		w.WriteHeader(http.StatusUnauthorized)
	}
}

// fill is a further word for scripts:
//
//	fill FILE DEST   copy a file with the script's folder in the place of $WORK
func fill(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: fill FILE DEST")
	}
	text := strings.ReplaceAll(ts.ReadFile(args[0]), "$WORK", filepath.ToSlash(ts.Getenv("WORK")))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o600))
}
