package judge

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// A Request is what one HTTP request brought.
type Request struct {
	Path          string   // of the URL: a [Path], or one of the sign-in
	Verb          string   // the HTTP method
	Methods       []string // the JSON-RPC methods in the body: "initialize", "tools/list"
	Tool          string   // the tool that tools/call names
	Authorization []string // every value of the header, without blanks around it; nil if there is none
	Agent         string   // the User-Agent
	Status        int      // the answer; 0 if there was none yet
}

// Waiting is how many requests the next Take will return.
func (j *Judge) Waiting() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.requests)
}

// Take returns the requests since the last Take, in the order in which they
// came. What is answered after that stays without a status.
func (j *Judge) Take() []Request {
	j.mu.Lock()
	defer j.mu.Unlock()
	var taken []Request
	for _, req := range j.requests {
		taken = append(taken, *req)
	}
	j.requests = nil
	return taken
}

// recorded records each request before next answers it, so that one whose
// client has gone is there too.
func (j *Judge) recorded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mcp.DefaultMaxRequestBodyBytes))
		methods, tool := calls(body)
		a := &answer{w, j, &Request{
			Path:          r.URL.Path,
			Verb:          r.Method,
			Methods:       methods,
			Tool:          tool,
			Authorization: slices.Clone(r.Header.Values("Authorization")),
			Agent:         r.UserAgent(),
		}}
		if !j.begin(a.req) {
			return
		}
		defer j.running.Done()
		if err != nil {
			http.Error(a, "the body cannot be read", http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(a, r)
	})
}

// begin records req and counts it as running, unless j is closed.
func (j *Judge) begin(req *Request) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return false
	}
	j.requests = append(j.requests, req)
	j.running.Add(1)
	return true
}

// calls returns the methods in body, a message or a list of them, and the
// first tool that is called. Another body has none.
func calls(body []byte) (methods []string, tool string) {
	type message struct {
		Method string          `json:"method"`
		Params json.RawMessage `json:"params"`
	}
	var messages []message
	if json.Unmarshal(body, &messages) != nil {
		var single message
		if json.Unmarshal(body, &single) != nil {
			return nil, ""
		}
		messages = []message{single}
	}
	for _, m := range messages {
		if m.Method == "" {
			continue // an answer of the client
		}
		methods = append(methods, m.Method)
		var params struct {
			Name string `json:"name"`
		}
		if m.Method == "tools/call" && tool == "" && json.Unmarshal(m.Params, &params) == nil {
			tool = params.Name
		}
	}
	return methods, tool
}

// An answer notes its status before it is sent.
type answer struct {
	http.ResponseWriter
	j   *Judge
	req *Request
}

func (a *answer) WriteHeader(status int) {
	a.note(status)
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(p []byte) (int, error) {
	a.note(http.StatusOK)
	return a.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController flush a stream.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// note takes status for the answer's, unless it has one.
func (a *answer) note(status int) {
	a.j.mu.Lock()
	defer a.j.mu.Unlock()
	if a.req.Status == 0 {
		a.req.Status = status
	}
}
