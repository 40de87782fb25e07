package probe_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"fsskills/clients"
	"fsskills/clients/probe"
)

const goodKey = "na1.a-key-of-a-test"

// newMCP is a server of the SDK with two tools, which answers with a stream of
// events or, if plain is true, with JSON.
func newMCP(plain bool) http.Handler {
	srv := mcp.NewServer(&mcp.Implementation{Name: "judge", Version: "7"}, nil)
	for _, name := range []string{"get_lines", "get_more"} {
		mcp.AddTool(srv, &mcp.Tool{Name: name}, func(context.Context, *mcp.CallToolRequest, struct{}) (*mcp.CallToolResult, any, error) {
			return nil, nil, errors.New("nobody calls it")
		})
	}
	return mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return srv }, &mcp.StreamableHTTPOptions{JSONResponse: plain})
}

// locked lets in who has the key. Others are told where to sign in, unless
// challenge is empty.
func locked(next http.Handler, challenge func(*http.Request) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer "+goodKey {
			next.ServeHTTP(w, r)
			return
		}
		if said := challenge(r); said != "" {
			w.Header().Set("WWW-Authenticate", said)
		}
		w.WriteHeader(http.StatusUnauthorized)
	}
}

func silently(*http.Request) string { return "" }

// serve is a server on loopback that says nothing of its own.
func serve(t *testing.T, h http.Handler) *httptest.Server {
	t.Helper()
	srv := httptest.NewUnstartedServer(h)
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.Start()
	t.Cleanup(srv.Close)
	return srv
}

func secret(t *testing.T, text string) clients.Secret {
	t.Helper()
	key, err := clients.NewSecret(text)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// troubleOf is the kind of an error that has to be one of the package's and has
// to have no key in it.
func troubleOf(t *testing.T, err error) *probe.Error {
	t.Helper()
	e, ok := errors.AsType[*probe.Error](err)
	if !ok {
		t.Fatalf("got %v, want an *Error", err)
	}
	if text := fmt.Sprintf("%v %+v", err, e.Detail); strings.Contains(text, goodKey) || strings.Contains(text, "wrong-key") {
		t.Errorf("the key is in %q", text)
	}
	return e
}

func TestGreet(t *testing.T) {
	t.Parallel()
	for _, plain := range []bool{false, true} {
		srv := serve(t, locked(newMCP(plain), silently))
		got, err := probe.Server{URL: srv.URL + "/mcp/fullstory", Key: secret(t, goodKey), Name: "fsskills"}.Greet(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want := probe.Greeting{Name: "judge", Version: "7", Protocol: "2025-11-25", Tools: []string{"get_lines", "get_more"}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("plain %v: (-want +got)\n%s", plain, diff)
		}
	}
}

// endless is an answer without an end.
func endless(w http.ResponseWriter, start, more string) {
	_, _ = io.WriteString(w, start)
	for range 1 << 12 {
		if _, err := io.WriteString(w, strings.Repeat(more, 1<<12)); err != nil {
			return
		}
	}
}

// answer gives each method of JSON-RPC its result.
func answer(results map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var req struct {
			ID     any    `json:"id"`
			Method string `json:"method"`
		}
		if json.NewDecoder(r.Body).Decode(&req) != nil || req.ID == nil {
			w.WriteHeader(http.StatusAccepted)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		id, _ := json.Marshal(req.ID)
		fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,%s}`, id, results[req.Method])
	}
}

const initialized = `"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"x","version":"1"}}`

func TestGreetTrouble(t *testing.T) {
	t.Parallel()
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	for name, c := range map[string]struct {
		handler http.Handler
		want    probe.Trouble
		status  int
	}{
		"a wrong key": {locked(newMCP(false), silently), probe.Refused, 401},
		"forbidden":   {status(403), probe.Forbidden, 403},
		"not there":   {status(404), probe.Missing, 404},
		"broken":      {status(500), probe.Rejected, 500},
		"too busy":    {status(503), probe.Rejected, 503},
		"no proxy":    {status(407), probe.Rejected, 407},
		"a circle":    {http.RedirectHandler("/", http.StatusTemporaryRedirect), probe.NotMCP, 0},
		"a page": {http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, "<html>\x1b[31m hello")
		}), probe.NotMCP, 0},
		"some JSON": {http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"hello":"world"}`)
		}), probe.NotMCP, 0},
		"nothing at all": {http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
		}), probe.NotMCP, 0},
		"the key sent back": {answer(map[string]string{"initialize": `"error":{"code":-1,"message":"no wrong-key-of-a-test"}`}), probe.NotMCP, 0},
		"a broken tool list": {answer(map[string]string{
			"initialize": initialized, "tools/list": `"result":{"tools":[null,{"name":5}]}`,
		}), probe.NotMCP, 0},
		"a list in a circle": {answer(map[string]string{
			"initialize": initialized, "tools/list": `"result":{"tools":[],"nextCursor":"again"}`,
		}), probe.TooMuch, 0},
		"a huge answer": {http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			endless(w, `{"jsonrpc":"2.0","id":1,"result":{"x":"`, "x")
		}), probe.TooMuch, 0},
		"a huge event": {http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			endless(w, "data: ", "x")
		}), probe.TooMuch, 0},
		"events without end": {http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			endless(w, "", ": nothing\n\n")
		}), probe.TooMuch, 0},
		"a stream that ends": {http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
		}), probe.NotMCP, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, c.handler)
			_, err := probe.Server{URL: srv.URL, Key: secret(t, "wrong-key-of-a-test")}.Greet(t.Context())
			e := troubleOf(t, err)
			if e.Trouble != c.want || e.Status != c.status {
				t.Errorf("got %s (%d), want %s (%d): %v", e.Trouble, e.Status, c.want, c.status, err)
			}
		})
	}
}

func TestSilence(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	srv := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if r.URL.Path == "/late" {
			w.Header().Set("Content-Type", "text/event-stream")
			w.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(w).Flush()
		}
		select {
		case <-r.Context().Done():
		case <-done:
		}
	}))
	t.Cleanup(func() { close(done) })
	for _, path := range []string{"/", "/late"} {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		_, err := probe.Server{URL: srv.URL + path, Key: secret(t, goodKey)}.Greet(ctx)
		cancel()
		if e := troubleOf(t, err); e.Trouble != probe.Silent {
			t.Errorf("%s: got %v, want silence", path, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	if _, err := (probe.Server{URL: srv.URL}).SignIn(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("after Ctrl-C: %v", err)
	}
}

// TestKeyStays: wherever a server sends its clients, the key does not go there.
func TestKeyStays(t *testing.T) {
	t.Parallel()
	var leaked atomic.Int64
	other := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			leaked.Add(1)
		}
	}))
	mux := http.NewServeMux()
	for _, code := range []int{301, 302, 307, 308} {
		mux.Handle(fmt.Sprintf("/%d", code), http.RedirectHandler(other.URL+"/mcp?token=1", code))
	}
	mux.Handle("/near", http.RedirectHandler("/mcp", http.StatusTemporaryRedirect))
	mux.Handle("/mcp", locked(newMCP(false), silently))
	srv := serve(t, mux)
	for _, path := range []string{"/301", "/302", "/307", "/308"} {
		_, err := probe.Server{URL: srv.URL + path, Key: secret(t, goodKey)}.Greet(t.Context())
		if e := troubleOf(t, err); e.Trouble != probe.Moved || strings.Contains(e.Detail, "token") {
			t.Errorf("%s: %v", path, err)
		}
	}
	if n := leaked.Load(); n > 0 {
		t.Errorf("another host was given the key %d times", n)
	}
	if _, err := (probe.Server{URL: srv.URL + "/near", Key: secret(t, goodKey)}).Greet(t.Context()); err != nil {
		t.Errorf("a redirect at the same host: %v", err)
	}
}

func TestWay(t *testing.T) {
	t.Parallel()
	secure := httptest.NewUnstartedServer(locked(newMCP(false), silently))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	pool := x509.NewCertPool()
	pool.AddCert(secure.Certificate())
	trusting := &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	refusing := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) }))
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	through := func(raw string) func(*http.Request) (*url.URL, error) {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		u.User = url.UserPassword("corp", "secret-of-the-proxy")
		return http.ProxyURL(u)
	}
	for name, c := range map[string]struct {
		url  string
		http *http.Transport
		want probe.Trouble
	}{
		"a known authority":       {secure.URL, &http.Transport{TLSClientConfig: trusting}, ""},
		"an unknown authority":    {secure.URL, &http.Transport{}, probe.NotTrusted},
		"no TLS":                  {strings.Replace(refusing.URL, "http:", "https:", 1), &http.Transport{TLSClientConfig: trusting}, probe.NotTrusted},
		"nobody there":            {gone.URL, nil, probe.Unreachable},
		"a host without address":  {"https://nobody.invalid/mcp", nil, probe.NotFound},
		"a proxy that refuses":    {"https://api.fullstory.com/mcp", &http.Transport{Proxy: through(refusing.URL)}, probe.Proxied},
		"a proxy for plain HTTP":  {"http://127.0.0.1:9/mcp", &http.Transport{Proxy: through(refusing.URL)}, probe.Proxied},
		"a proxy that is not up":  {"https://api.fullstory.com/mcp", &http.Transport{Proxy: through(gone.URL)}, probe.Proxied},
		"an address that is none": {"not an address", nil, probe.Unreachable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := probe.Server{URL: c.url, Key: secret(t, goodKey), HTTP: c.http}.Greet(t.Context())
			if c.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			e := troubleOf(t, err)
			if e.Trouble != c.want || strings.Contains(fmt.Sprint(err, e.Proxy, e.Detail), "secret-of") {
				t.Errorf("got %v through %q, want %s", err, e.Proxy, c.want)
			}
			if (e.Proxy != "") != (c.want == probe.Proxied) {
				t.Errorf("the proxy is %q", e.Proxy)
			}
		})
	}
}

func proxyTo(t *testing.T, raw string) func(*http.Request) (*url.URL, error) {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return http.ProxyURL(u)
}
