package registry

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"testing"
	"time"
)

// What is no answer of git's is told in words that need no knowledge of its
// protocol.
func TestAnswersInOtherWords(t *testing.T) {
	const head = "001e# service=git-upload-pack\n0000"
	says := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
			fmt.Fprint(w, body)
		}
	}
	hangsUp := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			fmt.Fprint(conn, text)
			_ = conn.Close()
		}
	}
	for _, tt := range []struct {
		name       string
		handler    http.HandlerFunc
		said, hint string
	}{
		{"nothing", says(""), "answers, but not as git does", "clone address"},
		{"no lines of git's", says(head + "zzzz"), "answers, but not as git does", "clone address"},
		{"no http", hangsUp("SSH-2.0-OpenSSH_9.2\r\n"), "answers, but not as git does", "clone address"},
		{"headers that are none", hangsUp("HTTP/1.1 200 OK\r\nno header\r\n\r\n"), "answers, but not as git does", "clone address"},
		{"an alert of TLS", hangsUp("\x15\x03\x01\x00\x02\x02\x16"), "speaks TLS at that port", "https://"},
		{"nothing at all", hangsUp(""), "broke off", "https://"},
		{"a request that is wrong", status(400, ""), "takes the request for wrong (400)", "https://"},
		{"an error with colours", says(head + pkt("ERR out of \x1b[31mluck")), "says: out of �[31mluck", "ask whoever runs"},
		{"round and round", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), http.StatusFound) }, "redirects again and again", "has now"},
		{"a redirect to nowhere", hangsUp("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"), "redirects to nowhere", "has now"},
		{"too many branches", func(w http.ResponseWriter, r *http.Request) {
			says(head)(w, r)
			line := pkt(strings.Repeat("1", 40) + " HEAD\x00agent=git\n")
			for sent := 0; sent <= maxRefsBytes; sent += len(line) {
				fmt.Fprint(w, line)
				line = pkt(strings.Repeat("1", 40) + fmt.Sprintf(" refs/heads/%0900d\n", sent))
			}
		}, "has more than 16 MiB of branches and tags", "skills only"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := httptest.NewServer(tt.handler)
			defer srv.Close()
			_, err := snapshotOf(t, &Remote{Wait: noWait}, srv.URL+"/repo.git", "main")
			hinted, ok := err.(interface{ Hint() string })
			if !ok || !strings.Contains(err.Error(), tt.said) || !strings.Contains(hinted.Hint(), tt.hint) {
				t.Errorf("got %v (%#v)", err, err)
			}
		})
	}
}

// A server that speaks before it is asked is not git's either.
func TestServerThatSpeaksFirst(t *testing.T) {
	output := log.Writer()
	log.SetOutput(io.Discard) // net/http tells it to the process's log
	defer log.SetOutput(output)
	address := listen(t, "tcp", "127.0.0.1:0", func(conn net.Conn) {
		_, _ = io.WriteString(conn, "SSH-2.0-OpenSSH_9.2\r\n")
		_, _ = io.Copy(io.Discard, conn)
		_ = conn.Close()
	})
	for _, pause := range []time.Duration{0, 200 * time.Millisecond} {
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { time.Sleep(pause) }})
		_, err := (&Remote{Wait: noWait}).Open(ctx, Source{Kind: Git, URL: "http://" + address.String() + "/r"})
		if !trouble(TroubleNotGit)(err) || strings.Contains(err.Error(), "Locked") {
			t.Errorf("after %v: got %v", pause, err)
		}
	}
}

// A redirect from https to http is refused before it is followed.
func TestRedirectToPlainHTTP(t *testing.T) {
	asked := false
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer plain.Close()
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, plain.URL+r.URL.String(), http.StatusFound)
	}))
	defer secure.Close()
	_, err := snapshotOf(t, &Remote{HTTP: secure.Client(), Wait: noWait}, secure.URL+"/repo.git", "")
	if err == nil || !strings.Contains(err.Error(), "redirects from https to http") || asked {
		t.Errorf("got %v, asked %t", err, asked)
	}
}
