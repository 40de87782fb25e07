// Package model is a stand-in for the model APIs that clients talk to: a server
// on loopback that plays one script and records what it was offered.
//
// It speaks four dialects, each in a file of its name: Anthropic's messages,
// OpenAI's chat completions and responses, Gemini's generateContent. A dialect
// turns a request into a turn and the reply into an answer; the script knows
// turns and replies only. Nothing is kept between requests but the record: what
// the model has done so far is in every request.
package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// maxBody bounds a request. Whole conversations are sent, with files in them.
const maxBody = 64 << 20

// A Model is a running server.
type Model struct {
	script Script
	url    string
	server *http.Server
	served chan struct{} // closed when the server has ended

	mu      sync.Mutex
	replies int
	notes   notebook
}

// Start starts a server on a free port of 127.0.0.1.
func Start(s Script) (*Model, error) {
	l, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, fmt.Errorf("start model: %w", err)
	}
	m := &Model{script: s, url: "http://" + l.Addr().String(), served: make(chan struct{})}
	m.server = &http.Server{Handler: http.HandlerFunc(m.serve), ReadHeaderTimeout: time.Minute}
	go func() {
		defer close(m.served)
		_ = m.server.Serve(l) // it ends when it is closed
	}()
	return m, nil
}

// URL returns the address of the server, without a path. Each dialect is below
// it at its own path, whatever stands before that.
func (m *Model) URL() string { return m.url }

// Close ends the server, also for requests that it is answering.
func (m *Model) Close() error {
	err := m.server.Close()
	<-m.served
	return err
}

// Take returns what was recorded since the last Take.
func (m *Model) Take() Record {
	m.mu.Lock()
	defer m.mu.Unlock()
	record := m.notes.done()
	m.notes = notebook{}
	return record
}

// A dialect is one way in which clients talk to models.
type dialect interface {
	// decode returns the turn that a request is.
	decode(body []byte) (*turn, error)
	// whole returns the reply at the turn as one object.
	whole(t *turn, r reply) any
	// stream returns it as events.
	stream(t *turn, r reply) []event
}

// An event is one of a stream; a name is not sent if it is empty.
type event struct {
	name string
	data any // text is sent as it is
}

// find returns the dialect of a path, nil if there is none.
func find(path string, sse bool) dialect {
	switch {
	case strings.HasSuffix(path, "/messages"):
		return anthropic{}
	case strings.HasSuffix(path, "/chat/completions"):
		return chat{}
	case strings.HasSuffix(path, "/responses"):
		return responses{}
	case strings.HasSuffix(path, ":generateContent"):
		return gemini{}
	case strings.HasSuffix(path, ":streamGenerateContent"):
		return gemini{streams: true, list: !sse}
	}
	return nil
}

// serve answers a request.
func (m *Model) serve(w http.ResponseWriter, r *http.Request) {
	path, post := r.URL.Path, r.Method == http.MethodPost
	switch d := find(path, r.URL.Query().Get("alt") == "sse"); {
	case post && d != nil:
		m.converse(w, r, d)
	case post && (strings.HasSuffix(path, "/count_tokens") || strings.HasSuffix(path, ":countTokens")):
		send(w, http.StatusOK, object{"input_tokens": tokensIn, "totalTokens": tokensIn})
	case r.Method == http.MethodGet && strings.HasSuffix(path, "/models"):
		send(w, http.StatusOK, models())
	default:
		m.unknown(r.Method + " " + path)
		refuse(w, http.StatusNotFound, "no such path")
	}
}

// converse reads a request of the dialect and sends what the script says.
func (m *Model) converse(w http.ResponseWriter, r *http.Request, d dialect) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err == nil && r.Header.Get("Content-Encoding") != "" {
		err = errors.New("the request is compressed")
	}
	var t *turn
	if err == nil {
		t, err = d.decode(body)
	}
	if err != nil {
		m.unknown(fmt.Sprintf("%s %s: %v", r.Method, r.URL.Path, err))
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	answer := m.reply(t)
	if !t.stream {
		send(w, http.StatusOK, d.whole(t, answer))
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	for _, e := range d.stream(t, answer) {
		e.send(w)
	}
}

// reply returns what the model does at the turn, and records both.
func (m *Model) reply(t *turn) reply {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.replies++
	r := m.script.play(t)
	r.id = fmt.Sprintf("conformance%d", m.replies)
	m.notes.note(m.script, t, r)
	return r
}

func (m *Model) unknown(request string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.notes.Unknown = append(m.notes.Unknown, request)
}

// What a request and a reply are said to cost.
const (
	tokensIn  = 10
	tokensOut = 5
)

// models returns a list of one model that both OpenAI's and Anthropic's clients
// can read, with the key of others.
func models() any {
	return object{
		"object": "list", "has_more": false, "models": []any{},
		"data": []any{object{
			"id": "local", "object": "model", "created": 1, "owned_by": "conformance",
			"type": "model", "display_name": "local", "created_at": "2026-01-01T00:00:00Z",
		}},
	}
}

// refuse sends an error.
func refuse(w http.ResponseWriter, status int, msg string) {
	send(w, status, object{"type": "error", "error": object{"type": "invalid_request_error", "message": msg, "code": status}})
}

// send sends v as JSON.
func send(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // who is not there any more needs no answer
}

// send writes the event.
func (e event) send(w io.Writer) {
	if e.name != "" {
		fmt.Fprintf(w, "event: %s\n", e.name)
	}
	if text, ok := e.data.(string); ok {
		fmt.Fprintf(w, "data: %s\n\n", text)
		return
	}
	fmt.Fprint(w, "data: ")
	_ = json.NewEncoder(w).Encode(e.data) // with the end of the line
	fmt.Fprint(w, "\n")
}
