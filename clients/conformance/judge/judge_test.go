package judge_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"fsskills/clients/conformance/judge"
)

// TestKeyed tries what clients make of a header with a variable in it.
func TestKeyed(t *testing.T) {
	t.Parallel()
	j := start(t)
	for name, test := range map[string]struct {
		headers []string
		status  int
	}{
		"right":         {[]string{"Bearer " + key}, http.StatusOK},
		"wrong":         {[]string{"Bearer na1.b3RoZXI"}, http.StatusUnauthorized},
		"longer":        {[]string{"Bearer " + key + "x"}, http.StatusUnauthorized},
		"literal":       {[]string{"Bearer ${FULLSTORY_API_KEY}"}, http.StatusUnauthorized},
		"empty":         {[]string{"Bearer"}, http.StatusUnauthorized},
		"bare":          {[]string{key}, http.StatusUnauthorized},
		"other scheme":  {[]string{"Basic " + key}, http.StatusUnauthorized},
		"lower case":    {[]string{"bearer " + key}, http.StatusUnauthorized},
		"twice":         {[]string{"Bearer " + key, "Bearer " + key}, http.StatusUnauthorized},
		"right, second": {[]string{"Bearer x", "Bearer " + key}, http.StatusUnauthorized},
		"none":          {nil, http.StatusUnauthorized},
	} {
		resp := send(t, http.MethodPost, j.URL(judge.Keyed), initialize("2025-11-25"), http.Header{"Authorization": test.headers})
		if resp.StatusCode != test.status {
			t.Errorf("%s: status %d, want %d", name, resp.StatusCode, test.status)
		}
		if hint := resp.Header.Values("Www-Authenticate"); hint != nil {
			t.Errorf("%s: hint at a sign-in: %q", name, hint)
		}
		if strings.Contains(resp.body, key) {
			t.Errorf("%s: the answer has the key: %s", name, resp.body)
		}
		want := []judge.Request{{
			Path: string(judge.Keyed), Verb: http.MethodPost, Methods: []string{"initialize"},
			Authorization: test.headers, Agent: "raw/1", Status: test.status,
		}}
		if diff := cmp.Diff(want, j.Take()); diff != "" {
			t.Errorf("%s: requests (-want +got):\n%s", name, diff)
		}
	}
}

// TestNoKey has a judge that was given no key let nobody in.
func TestNoKey(t *testing.T) {
	t.Parallel()
	j, err := judge.Start("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, j) })
	for _, header := range []string{"", "Bearer", "Bearer "} {
		resp := send(t, http.MethodPost, j.URL(judge.Keyed), initialize("2025-11-25"), http.Header{"Authorization": {header}})
		if resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("%q: status %d", header, resp.StatusCode)
		}
	}
}

// TestVersions calls a tool with the official client, on each server that lets
// it in, in each version of the protocol.
func TestVersions(t *testing.T) {
	t.Parallel()
	for _, path := range []judge.Path{judge.Open, judge.Keyed, judge.Other} {
		for _, version := range mcp.SupportedProtocolVersions() {
			t.Run(string(path)+" "+version, func(t *testing.T) {
				t.Parallel()
				j := start(t, "list_sessions", "get_session")
				session := connect(t, j.URL(path), version)
				init := session.InitializeResult()
				if init.ProtocolVersion != version {
					t.Errorf("version %s", init.ProtocolVersion)
				}
				if init.ServerInfo == nil || init.ServerInfo.Name != "conformance" {
					t.Errorf("server %+v", init.ServerInfo)
				}
				list, err := session.ListTools(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				checkTools(t, list.Tools, "get_session", "list_sessions")
				got, err := session.CallTool(t.Context(), &mcp.CallToolParams{
					Name: "get_session", Arguments: map[string]any{"subject": "a", "unheard_of": 1},
				})
				if err != nil {
					t.Fatal(err)
				}
				if text, ok := got.Content[0].(*mcp.TextContent); !ok || text.Text != "called get_session" || len(got.Content) != 1 || got.IsError {
					t.Errorf("called: %+v", got)
				}
				checkCall(t, j.Take(), path)
			})
		}
	}
}

// checkTools checks that the tools are those of these names, and harmless.
func checkTools(t *testing.T, tools []*mcp.Tool, names ...string) {
	t.Helper()
	var got []string
	for _, tool := range tools {
		got = append(got, tool.Name)
		hints, err := json.Marshal(tool.Annotations)
		if err != nil {
			t.Fatal(err)
		}
		if want := `{"destructiveHint":false,"idempotentHint":false,"openWorldHint":false,"readOnlyHint":true}`; string(hints) != want {
			t.Errorf("%s: hints %s, want %s", tool.Name, hints, want)
		}
		schema, _ := tool.InputSchema.(map[string]any)
		if properties, _ := schema["properties"].(map[string]any); len(properties) != 2 || schema["required"] != nil {
			t.Errorf("%s: takes %v", tool.Name, tool.InputSchema)
		}
	}
	if diff := cmp.Diff(names, got); diff != "" {
		t.Errorf("tools (-want +got):\n%s", diff)
	}
}

// checkCall checks that each of the requests was for path, had the key and was
// let in (a stream may not be open yet), and that the last messages listed the
// tools and called one.
func checkCall(t *testing.T, requests []judge.Request, path judge.Path) {
	t.Helper()
	var methods, tools []string
	for _, req := range requests {
		answered := req.Status/100 == 2 || req.Status == 0 && req.Verb == http.MethodGet
		if req.Path != string(path) || !slices.Equal(req.Authorization, []string{"Bearer " + key}) || !answered {
			t.Errorf("request %+v", req)
		}
		methods = append(methods, req.Methods...)
		if req.Tool != "" {
			tools = append(tools, req.Tool)
		}
	}
	if n := len(methods); n < 3 || methods[n-2] != "tools/list" || methods[n-1] != "tools/call" {
		t.Errorf("methods %q", methods)
	}
	if !slices.Equal(tools, []string{"get_session"}) {
		t.Errorf("tools %q", tools)
	}
}

// TestOldest goes through a session as the first clients have it, which know
// of no header for the version.
func TestOldest(t *testing.T) {
	t.Parallel()
	j := start(t, "list_sessions")
	url := j.URL(judge.Open)
	resp := send(t, http.MethodPost, url, initialize("2024-11-05"), nil)
	if !strings.Contains(resp.body, `"protocolVersion":"2024-11-05"`) {
		t.Fatalf("initialize: %s", resp.body)
	}
	id := http.Header{"Mcp-Session-Id": resp.Header.Values("Mcp-Session-Id")}
	for _, step := range []struct{ verb, body, want string }{
		{http.MethodPost, `{"jsonrpc":"2.0","method":"notifications/initialized"}`, ""},
		{http.MethodPost, `[{"jsonrpc":"2.0","id":2,"method":"ping"},{"jsonrpc":"2.0","id":3,"method":"tools/list"}]`, `"name":"list_sessions"`},
		{http.MethodPost, `{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"list_sessions"}}`, "called list_sessions"},
		{http.MethodDelete, "", ""},
	} {
		resp := send(t, step.verb, url, step.body, id)
		if resp.StatusCode/100 != 2 || !strings.Contains(resp.body, step.want) {
			t.Errorf("%s %s: %s %s", step.verb, step.body, resp.Status, resp.body)
		}
	}
	open := judge.Request{Path: string(judge.Open), Agent: "raw/1"}
	want := []judge.Request{open, open, open, open, open}
	for i, methods := range [][]string{{"initialize"}, {"notifications/initialized"}, {"ping", "tools/list"}, {"tools/call"}, nil} {
		want[i].Methods = methods
		want[i].Verb, want[i].Status = http.MethodPost, http.StatusOK
	}
	want[1].Status = http.StatusAccepted
	want[3].Tool = "list_sessions"
	want[4].Verb, want[4].Status = http.MethodDelete, http.StatusNoContent
	if n := j.Waiting(); n != len(want) {
		t.Errorf("%d requests are waiting, want %d", n, len(want))
	}
	if diff := cmp.Diff(want, j.Take()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if again := j.Take(); again != nil {
		t.Errorf("taken twice: %+v", again)
	}
}

// TestStrange records what is no message, and no place.
func TestStrange(t *testing.T) {
	t.Parallel()
	j := start(t)
	for _, test := range []struct {
		path, body string
		methods    []string
		status     int
	}{
		{string(judge.Open), "", nil, http.StatusBadRequest},
		{string(judge.Open), "{", nil, http.StatusBadRequest},
		{string(judge.Open), `"initialize"`, nil, http.StatusBadRequest},
		{string(judge.Open), `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":"x"}`, []string{"tools/call"}, http.StatusOK},
		{string(judge.Open), initialize("2025-11-25") + strings.Repeat(" ", mcp.DefaultMaxRequestBodyBytes), []string{"initialize"}, http.StatusBadRequest},
		{string(judge.Open), `{"jsonrpc":"2.0","id":1,"result":{}}`, nil, http.StatusAccepted},
		{"/", initialize("2025-11-25"), []string{"initialize"}, http.StatusNotFound},
		{"/sse", initialize("2025-11-25"), []string{"initialize"}, http.StatusNotFound},
	} {
		send(t, http.MethodPost, j.URL(judge.Path(test.path)), test.body, nil)
		want := []judge.Request{{Path: test.path, Verb: http.MethodPost, Methods: test.methods, Agent: "raw/1", Status: test.status}}
		if diff := cmp.Diff(want, j.Take()); diff != "" {
			t.Errorf("%s %.80s: requests (-want +got):\n%s", test.path, test.body, diff)
		}
	}
}

// TestQuitter has a client end in the middle of what it says: what it brought
// is recorded.
func TestQuitter(t *testing.T) {
	t.Parallel()
	j := start(t)
	address := strings.TrimPrefix(j.URL(""), "http://")
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	fmt.Fprintf(conn, "POST /keyed/mcp HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer ${X}  \r\nContent-Length: 500\r\n\r\n{", address)
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, conn)
	want := []judge.Request{{
		Path: string(judge.Keyed), Verb: http.MethodPost,
		Authorization: []string{"Bearer ${X}"}, Status: http.StatusBadRequest,
	}}
	if diff := cmp.Diff(want, j.Take()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// TestParallel takes what comes while it comes: nothing is lost or doubled.
func TestParallel(t *testing.T) {
	t.Parallel()
	j := start(t)
	const clients, each = 8, 10
	var sent sync.WaitGroup
	for c := range clients {
		sent.Go(func() {
			for i := range each {
				send(t, http.MethodGet, j.URL(judge.Path(fmt.Sprintf("/%d/%d", c, i))), "", nil)
			}
		})
	}
	all := make(chan []judge.Request)
	stop := make(chan struct{})
	go func() {
		var got []judge.Request
		for {
			got = append(got, j.Take()...)
			select {
			case <-stop:
				all <- append(got, j.Take()...)
				return
			default:
			}
		}
	}()
	sent.Wait()
	close(stop)
	next := make(map[int]int)
	for _, req := range <-all {
		var c, i int
		if _, err := fmt.Sscanf(req.Path, "/%d/%d", &c, &i); err != nil || next[c] != i {
			t.Errorf("%s came when request %d of its client was due", req.Path, next[c])
		}
		next[c] = i + 1
	}
	for c := range clients {
		if next[c] != each {
			t.Errorf("client %d: %d of %d requests", c, next[c], each)
		}
	}
}
