package cmd_test

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A meter counts what goes through a server.
type meter struct {
	http.Handler
	mu    sync.Mutex
	conns map[string]bool
	sent  int
}

// ServeHTTP counts the connection and the bytes of the answer.
func (m *meter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	m.conns[r.RemoteAddr] = true
	m.mu.Unlock()
	m.Handler.ServeHTTP(metered{w, m}, r)
}

type metered struct {
	http.ResponseWriter
	meter *meter
}

// Write counts.
func (w metered) Write(p []byte) (int, error) {
	w.meter.mu.Lock()
	w.meter.sent += len(p)
	w.meter.mu.Unlock()
	return w.ResponseWriter.Write(p)
}

// read gives the connections and bytes since the last time.
func (m *meter) read() (conns, sent int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	conns, sent = len(m.conns), m.sent
	m.conns, m.sent = map[string]bool{}, 0
	return conns, sent
}

// settled is somebody who has installed, from a source with fifteen branches, for
// several clients, and for whom nothing is new.
func settled(t *testing.T) (user *netUser, server *netServer, m *meter) {
	t.Helper()
	source := newNetSource(t)
	for i := range 14 {
		source.git("-C", source.bare, "branch", fmt.Sprintf("somebody/some-work-%d", i), "main")
	}
	m = &meter{Handler: source.handler(), conns: map[string]bool{}}
	server = serveNet(t, m)
	user = newNetUser(t)
	user.write(".claude.json", `{"numStartups": 1}`)
	user.run("install", "--yes", "--client", "cursor,claude-code,codex", "--source", server.source("127.0.0.1")).exits(0)
	asked, _ := server.requests()
	if conns, sent := m.read(); len(asked) != 2 || conns != 1 || sent < len(source.text)/2 {
		t.Errorf("the first install asks %q on %d connections and is given %d bytes", asked, conns, sent)
	}
	return user, server, m
}

// TestNoOpUpdate has nothing to do, and does no more than that: one request on one
// connection, and no file or folder is touched.
func TestNoOpUpdate(t *testing.T) {
	t.Parallel()
	user, server, m := settled(t)
	old := time.Now().Add(-time.Hour).Truncate(time.Second)
	for name := range places(t, user) {
		if err := os.Chtimes(name, old, old); err != nil {
			t.Fatal(err)
		}
	}
	before := places(t, user)
	for _, args := range [][]string{{"update", "--yes"}, {"update", "--yes", "--json"}, {"update", "--dry-run"}, {"status"}} {
		user.run(args...).exits(0)
		asked, _ := server.requests()
		if want := []string{"GET /skills.git/info/refs"}; !slices.Equal(asked, want) {
			t.Errorf("%q asks %q", args, asked)
		}
		if conns, sent := m.read(); conns != 1 || sent == 0 || sent > 2<<10 {
			t.Errorf("%q takes %d connections and %d bytes", args, conns, sent)
		}
		after := places(t, user)
		if names, was := slices.Sorted(maps.Keys(after)), slices.Sorted(maps.Keys(before)); !slices.Equal(names, was) {
			t.Fatalf("%q: there were\n%q\nand are\n%q", args, was, names)
		}
		for name, is := range after {
			if was := before[name]; is.text != was.text || !os.SameFile(is.info, was.info) {
				t.Errorf("%q touches %s: %s before, %s now", args, name, was.text, is.text)
			}
		}
	}
}

// A place is a file or folder as it is at one moment.
type place struct {
	info fs.FileInfo
	text string // mode, times and content
}

// places are all that is in the user's home and folders.
func places(t *testing.T, u *netUser) map[string]place {
	t.Helper()
	all := map[string]place{}
	err := filepath.WalkDir(filepath.Dir(u.temp), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		text := strings.Join([]string{info.Mode().String(), info.ModTime().String(), changed(info)}, " ")
		if info.Mode().IsRegular() {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			text += fmt.Sprintf(" %x", sha256.Sum256(data))
		}
		all[path] = place{info, text}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
