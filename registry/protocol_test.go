package registry

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
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
			_, err := snapshotOf(t, &Remote{Wait: noWait}, srv.URL+"/repo.git", "")
			hinted, ok := err.(interface{ Hint() string })
			if !ok || !strings.Contains(err.Error(), tt.said) || !strings.Contains(hinted.Hint(), tt.hint) {
				t.Errorf("got %v (%#v)", err, err)
			}
		})
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
