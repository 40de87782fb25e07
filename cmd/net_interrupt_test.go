package cmd_test

import (
	"encoding/json"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// endsWithin is how long a run may go on behind Ctrl-C: it ends at once, but
// the machine may be busy.
const endsWithin = 10 * time.Second

// A hold is where a server keeps its client waiting.
type hold struct {
	once    sync.Once
	reached chan struct{}
	done    chan struct{}
}

func newHold(t *testing.T) *hold {
	t.Helper()
	h := &hold{reached: make(chan struct{}), done: make(chan struct{})}
	t.Cleanup(func() { close(h.done) })
	return h
}

// reach says that the client is there.
func (h *hold) reach() { h.once.Do(func() { close(h.reached) }) }

// keep keeps the client waiting until the test ends.
func (h *hold) keep() {
	h.reach()
	<-h.done
}

// TestInterruptedNetwork sends Ctrl-C to the real binary while something keeps
// it waiting. It ends at once, leaves nothing, and the next run works.
func TestInterruptedNetwork(t *testing.T) {
	unixOnly(t, "Windows has no signal that a test could send")
	source := newNetSource(t)
	ca := newAuthority(t, "Example Private")
	good := serveNet(t, source.handler(), ca.usual()).source("127.0.0.1")
	over := func(handler func(*hold) http.Handler) func(*testing.T, *hold, *netUser) string {
		return func(t *testing.T, h *hold, _ *netUser) string {
			t.Helper()
			return serveNet(t, handler(h), ca.usual()).source("127.0.0.1")
		}
	}
	silent := func(t *testing.T, h *hold) string {
		t.Helper()
		return listenNet(t, "tcp", "127.0.0.1:0", func(net.Conn) { h.keep() }).String()
	}
	for _, test := range []struct {
		name  string
		where func(*testing.T, *hold, *netUser) string
	}{
		{"before the server answers", over(func(h *hold) http.Handler {
			return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { h.keep() })
		})},
		{"in the middle of the refs", over(func(h *hold) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				kind(advertisement, "001e# service=git-upload-pack\n0000003f")(w, r)
				flush(w)
				h.keep()
			})
		})},
		{"in the middle of a pack", over(func(h *hold) http.Handler {
			return packHandler(source, func(w http.ResponseWriter, _ *http.Request, pack []byte) {
				_, _ = w.Write(pack[:len(pack)/2])
				flush(w)
				h.keep()
			})
		})},
		{"before the next attempt", over(func(h *hold) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				status(http.StatusServiceUnavailable, "Retry-After", "25")(w, r)
				time.AfterFunc(300*time.Millisecond, h.reach) // then it waits
			})
		})},
		{"in a TLS handshake", func(t *testing.T, h *hold, _ *netUser) string {
			t.Helper()
			return "https://" + silent(t, h) + "/skills.git"
		}},
		{"in an ssh handshake", func(t *testing.T, h *hold, user *netUser) string {
			t.Helper()
			user.set("SSH_AUTH_SOCK", sshAgent(t, newSSHKey(t)))
			user.write(".ssh/known_hosts", "* "+newSSHKey(t).line()+"\n")
			return "ssh://git@" + silent(t, h) + "/skills.git"
		}},
		{"while the agent thinks", func(t *testing.T, h *hold, user *netUser) string {
			t.Helper()
			s := newSSHServer(t)
			user.set("SSH_AUTH_SOCK", listenNet(t, "unix", shortSocket(t), func(net.Conn) { h.keep() }).String())
			user.write(".ssh/known_hosts", "* "+s.host.line()+"\n")
			return s.source(source.bare)
		}},
		{"before git's daemon answers", func(t *testing.T, h *hold, _ *netUser) string {
			t.Helper()
			return "git://" + silent(t, h) + "/skills.git"
		}},
		{"before the proxy answers", func(t *testing.T, h *hold, user *netUser) string {
			t.Helper()
			user.set("HTTPS_PROXY", "http://"+silent(t, h))
			return "https://" + madeUpHost + "/skills.git"
		}},
		{"in the proxy's TLS handshake", func(t *testing.T, h *hold, user *netUser) string {
			t.Helper()
			user.set("HTTPS_PROXY", "https://"+silent(t, h))
			return "https://" + madeUpHost + "/skills.git"
		}},
		{"before the socks proxy answers", func(t *testing.T, h *hold, user *netUser) string {
			t.Helper()
			user.set("HTTPS_PROXY", "socks5://"+silent(t, h))
			return "https://" + madeUpHost + "/skills.git"
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			user := newNetUser(t).set("SSL_CERT_FILE", ca.file())
			h := newHold(t)
			where := test.where(t, h, user)
			before := user.snapshot()
			run := user.interrupt(h, "install", "--yes", "--client", "cursor", "--skills-only", "--json", "--source", where).exits(130).says("interrupted")
			var doc struct{ Error struct{ Code int } }
			if err := json.Unmarshal([]byte(run.out), &doc); err != nil || doc.Error.Code != 130 {
				t.Errorf("the document is %q", run.out)
			}
			if strings.Contains(run.stderr, "hint:") {
				t.Errorf("there is a hint:\n%s", run.stderr)
			}
			user.unchanged(before)

			user.set("HTTPS_PROXY", "")
			user.install(good).exits(0)
			user.has("cursor", source.text, source.commit)
		})
	}
}

// TestInterruptedUpdate has a server that stops answering between an install
// and an update: what is installed stays, and is updated later.
func TestInterruptedUpdate(t *testing.T) {
	unixOnly(t, "Windows has no signal that a test could send")
	source := newNetSource(t)
	ca := newAuthority(t, "Example Private")
	h := newHold(t)
	var keeping atomic.Bool
	srv := serveNet(t, packHandler(source, func(w http.ResponseWriter, _ *http.Request, pack []byte) {
		if keeping.Load() {
			_, _ = w.Write(pack[:len(pack)/2])
			flush(w)
			h.keep()
			return
		}
		_, _ = w.Write(pack)
	}), ca.usual())
	user := newNetUser(t).set("SSL_CERT_FILE", ca.file())
	user.install(srv.source("127.0.0.1")).exits(0)
	before := user.snapshot()
	source.push()
	keeping.Store(true)
	user.interrupt(h, "update", "--yes").exits(130)
	user.unchanged(before)
	keeping.Store(false)
	user.run("update", "--yes").exits(0)
	user.has("cursor", source.text, source.commit)
	user.run("status").exits(0)
}

// interrupt runs fsskills and sends Ctrl-C when it is kept waiting.
func (u *netUser) interrupt(h *hold, args ...string) netRun {
	u.t.Helper()
	command, out, stderr := u.prepare(args...)
	if err := command.Start(); err != nil {
		u.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	select {
	case <-h.reached:
	case err := <-ended:
		r := u.ended(args, err, out, stderr)
		u.t.Fatalf("exit status %d before the interrupt:\n%s", r.status, r.stderr)
	case <-u.t.Context().Done():
		u.t.Fatal(u.t.Context().Err())
	}
	time.Sleep(50 * time.Millisecond) // it has to read what has come
	if err := command.Process.Signal(os.Interrupt); err != nil {
		u.t.Fatal(err)
	}
	select {
	case err := <-ended:
		return u.ended(args, err, out, stderr)
	case <-time.After(endsWithin):
		_ = command.Process.Kill()
		if err := <-ended; err == nil {
			u.t.Error("it ends well")
		}
		u.t.Fatalf("it goes on for %s behind Ctrl-C:\n%s", endsWithin, stderr)
	}
	return netRun{}
}
