package model_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fsskills/clients/conformance/model"
)

// script is what the model does in most tests.
var script = model.Script{Agent: "log-reader", Tool: "read_log"}

// A conversation is what one client says to the model, and what comes of it.
// In its bodies STREAM is whether the answer is to be one, TASK the task that
// the model gave to the agent, ID1 the id of its first call and so on.
type conversation struct {
	name   string
	script *model.Script // nil: script
	turns  []exchange
	main   []string // what Main has to have, or after a "!" must not have
	want   model.Record
}

// An exchange is a request, and what is heard as the answer.
type exchange struct{ body, want string }

// A heard is an answer as a client reads it: a call or a text.
type heard struct {
	text     string
	call     bool
	id, name string // name with the namespace
	args     map[string]any
}

func (h heard) String() string {
	if !h.call {
		return "says " + h.text
	}
	args, err := json.Marshal(h.args)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("calls %s %s", h.name, args)
}

// run has each conversation twice, with whole answers and with streams.
func run(t *testing.T, path func(stream bool) string, read func(t *testing.T, body []byte, stream bool) heard, all []conversation) {
	t.Helper()
	for _, c := range all {
		for _, stream := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, stream %t", c.name, stream), func(t *testing.T) {
				t.Parallel()
				s := script
				if c.script != nil {
					s = *c.script
				}
				m := start(t, s)
				given := []string{"STREAM", strconv.FormatBool(stream)}
				calls := 0
				for i, turn := range c.turns {
					body := strings.NewReplacer(given...).Replace(turn.body)
					got := read(t, talk(t, m, path(stream), body, stream), stream)
					if got.call {
						calls++
						given = append(given, fmt.Sprintf("ID%d", calls), got.id)
					}
					for _, key := range []string{"prompt", "message"} {
						if task, ok := got.args[key].(string); ok {
							given = append(given, "TASK", task)
							got.args[key] = "TASK"
						}
					}
					if got.String() != turn.want {
						t.Fatalf("turn %d: it %s\nwant: it %s", i+1, got, turn.want)
					}
				}
				record := m.Take()
				for _, text := range c.main {
					part, not := strings.CutPrefix(text, "!")
					if strings.Contains(record.Main, part) == not {
						t.Errorf("Main is not right about %q: %q", text, record.Main)
					}
				}
				record.Main = ""
				c.want.Requests = len(c.turns)
				if diff := cmp.Diff(c.want, record); diff != "" {
					t.Errorf("record (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// start returns a model that ends with the test.
func start(t *testing.T, s model.Script) *model.Model {
	t.Helper()
	m, err := model.Start(s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

// talk sends a request and returns the answer, which has to be what it is said
// to be.
func talk(t *testing.T, m *model.Model, path, body string, stream bool) []byte {
	t.Helper()
	status, kind, answer := ask(t, m, http.MethodPost, path, body)
	want := "application/json"
	if stream {
		want = "text/event-stream"
	}
	if status != http.StatusOK || kind != want {
		t.Fatalf("%d %s %s, want %s", status, kind, answer, want)
	}
	return answer
}

// ask sends any request.
func ask(t *testing.T, m *model.Model, method, path, body string) (status int, kind string, answer []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, m.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was only read
	answer, err = io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header.Get("Content-Type"), answer
}

// strict reads JSON into a T, which has to have a field for every key.
func strict[T any](t *testing.T, src []byte) T {
	t.Helper()
	var v T
	d := json.NewDecoder(bytes.NewReader(src))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v: %s", err, src)
	}
	if d.More() {
		t.Fatalf("more than one value: %s", src)
	}
	return v
}

// same fails if the values differ.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

// A sse is an event of a stream.
type sse struct {
	name string
	data []byte
}

// events reads a stream that has nothing but events.
func events(t *testing.T, body []byte) []sse {
	t.Helper()
	rest, ok := strings.CutSuffix(string(body), "\n\n")
	if !ok {
		t.Fatalf("the stream ends inside of an event: %q", body)
	}
	var out []sse
	for block := range strings.SplitSeq(rest, "\n\n") {
		var e sse
		lines := strings.Split(block, "\n")
		if name, ok := strings.CutPrefix(lines[0], "event: "); ok {
			e.name, lines = name, lines[1:]
		}
		if len(lines) != 1 || !strings.HasPrefix(lines[0], "data: ") {
			t.Fatalf("no event: %q", block)
		}
		e.data = []byte(strings.TrimPrefix(lines[0], "data: "))
		out = append(out, e)
	}
	return out
}

// TestPaths has what is asked beside conversations, and below which paths.
func TestPaths(t *testing.T) {
	t.Parallel()
	m := start(t, script)
	for _, c := range []struct {
		method, path, body string
		status             int
		want               string // a part of the answer
	}{
		{http.MethodPost, "/v1/messages", `{"messages":[]}`, 200, `"type":"message"`},
		{http.MethodPost, "/any/prefix/v1/messages?beta=true", `{"messages":[]}`, 200, `"type":"message"`},
		{http.MethodPost, "/prefix/chat/completions", `{"messages":[]}`, 200, `"object":"chat.completion"`},
		{http.MethodPost, "/prefix/responses", `{"input":[]}`, 200, `"object":"response"`},
		{http.MethodPost, "/v1beta/models/m:generateContent", `{}`, 200, `"candidates"`},
		{http.MethodPost, "/v1beta1/publishers/p/models/m:streamGenerateContent", `{}`, 200, `[{"candidates"`},
		{http.MethodPost, "/v1/messages/count_tokens", `{}`, 200, `"input_tokens":10`},
		{http.MethodPost, "/v1beta/models/m:countTokens", `{}`, 200, `"totalTokens":10`},
		{http.MethodGet, "/prefix/v1/models", ``, 200, `"id":"local"`},
		{http.MethodGet, "/v1/messages", ``, 404, `"error"`},
		{http.MethodPost, "/v1/embeddings", `{}`, 404, `"error"`},
		{http.MethodPost, "/v1/responses", `{"input":`, 400, `"error"`},
		{http.MethodPost, "/v1/chat/completions", `{"messages":[{"content":7}]}`, 400, `"error"`},
	} {
		status, kind, answer := ask(t, m, c.method, c.path, c.body)
		if status != c.status || kind != "application/json" || !strings.Contains(string(answer), c.want) {
			t.Errorf("%s %s: %d %s %s, want %d and %s", c.method, c.path, status, kind, answer, c.status, c.want)
		}
	}
	record := m.Take()
	same(t, "requests", record.Requests, 6)
	if len(record.Unknown) != 4 {
		t.Fatalf("unknown: %q", record.Unknown)
	}
	for i, want := range []string{"GET /v1/messages", "POST /v1/embeddings", "POST /v1/responses: ", "POST /v1/chat/completions: "} {
		if !strings.HasPrefix(record.Unknown[i], want) {
			t.Errorf("unknown: %q, want %q", record.Unknown[i], want)
		}
	}
	same(t, "the next record", m.Take(), model.Record{})
}

// TestStart has two models at once, of which one is closed.
func TestStart(t *testing.T) {
	t.Parallel()
	one, two := start(t, script), start(t, script)
	if one.URL() == two.URL() || !strings.HasPrefix(one.URL(), "http://127.0.0.1:") {
		t.Errorf("%s and %s", one.URL(), two.URL())
	}
	if err := one.Close(); err != nil {
		t.Error(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, one.URL()+"/v1/models", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := http.DefaultClient.Do(req); err == nil {
		_ = resp.Body.Close()
		t.Error("a closed model answers")
	}
	if status, _, _ := ask(t, two, http.MethodGet, "/v1/models", ""); status != http.StatusOK {
		t.Errorf("the other says %d", status)
	}
	same(t, "requests for a list of models", two.Take().Requests, 0)
}

// TestNamed has texts that name the agent, and that have its name in another.
func TestNamed(t *testing.T) {
	t.Parallel()
	m := start(t, script)
	for text, want := range map[string]bool{
		"log-reader":                       true,
		"- log-reader: reads logs":         true,
		"**log-reader**":                   true,
		`agents: "log-reader", "b"`:        true,
		"äöü\nlog-reader.":                 true,
		"my-log-reader and log-reader":     true,
		"":                                 false,
		"Log-Reader":                       false,
		"my-log-reader":                    false,
		"log-reader-two":                   false,
		"log-readers":                      false,
		"plugin:log-reader":                false,
		"dir/log-reader":                   false,
		"log-reader/":                      false,
		"log-reader.md":                    false,
		"log-reader.toml log-reader.agent": false,
		"log-readerä":                      false,
	} {
		body, err := json.Marshal(map[string]any{
			"messages": []any{map[string]any{"role": "user", "content": text}},
			"tools":    []any{map[string]any{"type": "function", "function": map[string]any{"name": "bash"}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		talk(t, m, "/v1/chat/completions", string(body), false)
		if named := m.Take().Named; (len(named) == 1 && named[0] == model.InReminder) != want || len(named) > 1 {
			t.Errorf("%q: %q", text, named)
		}
	}
}
