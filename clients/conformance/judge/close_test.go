package judge_test

import (
	"bufio"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"fsskills/clients/conformance/judge"
)

// The tests of Close look at all goroutines and are not parallel.

// TestClose closes a judge under an open stream: both sides end.
func TestClose(t *testing.T) {
	j, err := judge.Start(key)
	if err != nil {
		t.Fatal(err)
	}
	url := j.URL(judge.Open)
	begun := send(t, http.MethodPost, url, initialize("2025-11-25"), nil)
	id := http.Header{"Mcp-Session-Id": begun.Header.Values("Mcp-Session-Id")}
	send(t, http.MethodPost, url, `{"jsonrpc":"2.0","method":"notifications/initialized"}`, id)
	j.Take()
	resp, err := http.DefaultClient.Do(request(t, http.MethodGet, url, "", id))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	line, err := bufio.NewReader(resp.Body).ReadString('\n')
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("no stream: %s %q %v", resp.Status, line, err)
	}
	if got := j.Take(); len(got) != 1 || got[0].Verb != http.MethodGet || got[0].Status != http.StatusOK {
		t.Errorf("requests %+v", got)
	}
	if !running("ofEveryVersion") {
		t.Error("nothing answers")
	}
	closed(t, j)
	if running("ofEveryVersion") {
		t.Error("still answers")
	}
	_, _ = io.Copy(io.Discard, resp.Body) // ends
	closed(t, j)
	if resp, err := http.DefaultClient.Do(request(t, http.MethodGet, url, "", nil)); err == nil {
		_ = resp.Body.Close()
		t.Error("answers after Close")
	}
}

// TestCloseIsLast closes a judge while clients begin sessions: what it has then
// is all, and none is left.
func TestCloseIsLast(t *testing.T) {
	j, err := judge.Start(key)
	if err != nil {
		t.Fatal(err)
	}
	var clients sync.WaitGroup
	came := make(chan struct{}, 1)
	for range 8 {
		clients.Go(func() {
			for {
				resp, err := http.DefaultClient.Do(request(t, http.MethodPost, j.URL(judge.Open), initialize("2025-11-25"), nil))
				if err != nil {
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				select {
				case came <- struct{}{}:
				default:
				}
			}
		})
	}
	<-came
	if !running("go-sdk/mcp.") {
		t.Error("there is no session to end")
	}
	closed(t, j)
	if j.Take() == nil {
		t.Error("no request is left")
	}
	clients.Wait()
	for i := 0; running("go-sdk/mcp.") || running("conformance/judge."); i++ { // the last steps of a goroutine
		if i == 1000 {
			t.Fatal("a session is left")
		}
		time.Sleep(10 * time.Millisecond)
	}
	if late := j.Take(); late != nil {
		t.Errorf("recorded after Close: %+v", late)
	}
}

// running reports whether a goroutine is in a function with name in its own.
func running(name string) bool {
	stacks := make([]byte, 4<<20)
	return strings.Contains(string(stacks[:runtime.Stack(stacks, true)]), name)
}
