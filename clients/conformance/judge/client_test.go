package judge_test

import (
	"context"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"fsskills/clients/conformance/judge"
)

const key = "na1.c2VjcmV0"

// initialize is the first message of a client of this version.
func initialize(version string) string {
	return `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"` + version +
		`","capabilities":{},"clientInfo":{"name":"raw","version":"1"}}}`
}

// start starts a judge for the test.
func start(t *testing.T, tools ...string) *judge.Judge {
	t.Helper()
	j, err := judge.Start(key, tools...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, j) })
	return j
}

func closed(t *testing.T, j *judge.Judge) {
	t.Helper()
	if err := j.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

// connect connects the official client, with the key.
func connect(t *testing.T, url, version string) *mcp.ClientSession {
	t.Helper()
	client := mcp.NewClient(&mcp.Implementation{Name: "official", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), &mcp.StreamableClientTransport{
		Endpoint: url, HTTPClient: &http.Client{Transport: bearer{}}, MaxRetries: -1,
	}, &mcp.ClientSessionOptions{ProtocolVersion: version})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = session.Close() })
	return session
}

// bearer adds the key to requests.
type bearer struct{}

func (bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+key)
	return http.DefaultTransport.RoundTrip(r)
}

type response struct {
	*http.Response
	body string
}

// send sends one request and reads the whole answer.
func send(t *testing.T, verb, url, body string, header http.Header) response {
	t.Helper()
	resp, err := http.DefaultClient.Do(request(t, verb, url, body, header))
	if err != nil {
		t.Error(err)
		return response{Response: &http.Response{}}
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Error(err)
	}
	return response{resp, string(data)}
}

// request is one with the headers of an MCP client, and these.
func request(t *testing.T, verb, url, body string, header http.Header) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), verb, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"User-Agent": {"raw/1"}, "Content-Type": {"application/json"}, "Accept": {"application/json, text/event-stream"}}
	maps.Copy(r.Header, header)
	return r
}
