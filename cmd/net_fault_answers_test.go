package cmd_test

import (
	"bytes"
	"compress/zlib"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// tlsFaults are of certificates and of what is no TLS.
func tlsFaults() []netFault {
	shows := func(host string, cert func(*netFaults) tls.Certificate) func(*netFaults, *netUser) (string, []string) {
		return func(f *netFaults, _ *netUser) (string, []string) {
			return serveNet(f.t, f.source.handler(), cert(f)).source(host), nil
		}
	}
	return []netFault{
		{name: "an unknown authority", arrange: shows("127.0.0.1", func(f *netFaults) tls.Certificate { return f.corp.usual() })},
		{name: "an unknown authority with a name that would paint", arrange: shows("127.0.0.1", func(f *netFaults) tls.Certificate {
			return newAuthority(f.t, "Exa\x1b[31mmple\n\u202eCorp").usual()
		})},
		{name: "self-signed", arrange: func(f *netFaults, _ *netUser) (string, []string) {
			srv := httptest.NewTLSServer(f.source.handler()) // with a certificate of Go's own for tests
			srv.Config.ErrorLog = quietLog()
			f.t.Cleanup(srv.Close)
			return srv.URL + "/skills.git", nil
		}},
		{name: "expired", arrange: shows("127.0.0.1", func(f *netFaults) tls.Certificate { return f.ca.issue(-48*hour, -24*hour, "127.0.0.1") })},
		{name: "not yet valid", arrange: shows("127.0.0.1", func(f *netFaults) tls.Certificate { return f.ca.issue(24*hour, 48*hour, "127.0.0.1") })},
		{name: "another host's", arrange: shows("localhost", func(f *netFaults) tls.Certificate {
			return f.ca.issue(-hour, hour, "git.example.test", "www.example.test")
		})},
		{name: "another address's", arrange: shows("127.0.0.1", func(f *netFaults) tls.Certificate { return f.ca.issue(-hour, hour, "localhost") })},
		{name: "http on the https port", arrange: func(f *netFaults, _ *netUser) (string, []string) {
			return strings.Replace(serveNet(f.t, f.source.handler()).source("127.0.0.1"), "http:", "https:", 1), nil
		}},
		{name: "https on the http port", arrange: func(f *netFaults, _ *netUser) (string, []string) {
			return strings.Replace(serveNet(f.t, f.source.handler(), f.ca.usual()).source("127.0.0.1"), "https:", "http:", 1), nil
		}},
		{name: "a certificate of the client is demanded", arrange: func(f *netFaults, _ *netUser) (string, []string) {
			srv := httptest.NewUnstartedServer(f.source.handler())
			srv.Config.ErrorLog = quietLog()
			srv.TLS = &tls.Config{Certificates: []tls.Certificate{f.ca.usual()}, ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS12}
			srv.StartTLS()
			f.t.Cleanup(srv.Close)
			return srv.URL + "/skills.git", nil
		}},
		{name: "only an old TLS", arrange: func(f *netFaults, _ *netUser) (string, []string) {
			srv := httptest.NewUnstartedServer(f.source.handler())
			srv.Config.ErrorLog = quietLog()
			srv.TLS = &tls.Config{Certificates: []tls.Certificate{f.ca.usual()}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
			srv.StartTLS()
			f.t.Cleanup(srv.Close)
			return srv.URL + "/skills.git", nil
		}},
	}
}

// answers serves something over TLS in the place of git.
func answers(handler http.HandlerFunc, flags ...string) func(*netFaults, *netUser) (string, []string) {
	return func(f *netFaults, _ *netUser) (string, []string) {
		return serveNet(f.t, handler, f.ca.usual()).source("127.0.0.1"), flags
	}
}

// status answers with an HTTP status, and a page that nobody is to see.
func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		http.Error(w, "a page with \x1b[31mcolours", code)
	}
}

// kind answers with a content type and a body.
func kind(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, body)
	}
}

const advertisement = "application/x-git-upload-pack-advertisement"

// answerFaults are of servers that answer with something else than refs.
func answerFaults() []netFault {
	faults := []netFault{
		{name: "401", arrange: answers(status(401, "WWW-Authenticate", "Basic"))},
		{name: "401 with a token", arrange: answers(status(401, "WWW-Authenticate", "Basic"), "--token-env", "SKILLS_TOKEN")},
		{name: "403", arrange: answers(status(403))},
		{name: "403 with a token", arrange: answers(status(403), "--token-env", "SKILLS_TOKEN")},
		{name: "404", arrange: answers(status(404))},
		{name: "404 with a token", arrange: answers(status(404), "--token-env", "SKILLS_TOKEN")},
		{name: "a token over plain http", arrange: func(*netFaults, *netUser) (string, []string) {
			return "http://git..invalid/skills.git", []string{"--token-env", "SKILLS_TOKEN"}
		}},
		{name: "410", arrange: answers(status(410))},
		{name: "429", arrange: answers(status(429))},
		{name: "429 for an hour", arrange: answers(status(429, "Retry-After", "3600"))},
		{name: "500", arrange: answers(status(500))},
		{name: "502", arrange: answers(status(502))},
		{name: "504", arrange: answers(status(504))},
		{name: "501", arrange: answers(status(501))},
		{name: "503", arrange: answers(status(503))},
		{name: "503 once", works: true, arrange: first(status(503, "Retry-After", "1"))},
		{name: "502 twice", works: true, arrange: first(status(502), status(502))},
		{name: "reset once", works: true, arrange: first(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })},
		{name: "a redirect loop", arrange: answers(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.String(), http.StatusFound)
		})},
		{name: "a redirect to http", arrange: func(f *netFaults, _ *netUser) (string, []string) {
			plain := serveNet(f.t, f.source.handler())
			return serveNet(f.t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, plain.URL+r.URL.String(), http.StatusFound)
			}), f.ca.usual()).source("127.0.0.1"), nil
		}},
		{name: "a redirect to another host that wants a token", arrange: elsewhere()},
		{name: "a redirect to another host, with a token", arrange: elsewhere("--token-env", "SKILLS_TOKEN")},
		{name: "a redirect to a page to sign in", arrange: answers(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/login" {
				kind("text/html; charset=utf-8", "<html>sign in")(w, r)
				return
			}
			http.Redirect(w, r, "/login", http.StatusFound)
		})},
		{name: "a web page", arrange: answers(kind("text/html; charset=utf-8", "<html>a portal"))},
		{name: "dumb http", arrange: answers(kind("text/plain; charset=utf-8", strings.Repeat("0", 40)+"\trefs/heads/main\n"))},
		{name: "an empty answer", arrange: answers(kind(advertisement, ""))},
		{name: "a list that is none", arrange: answers(kind(advertisement, "001e# service=git-upload-pack\n0000zzzz"))},
		{name: "a list that breaks off", arrange: answers(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", advertisement)
			_, _ = io.WriteString(w, "001e# service=git-upload-pack\n0000003f"+strings.Repeat("1", 20))
			hangUp(w)
		})},
		{name: "an error in git's protocol", arrange: answers(kind(advertisement, "001e# service=git-upload-pack\n00000018ERR out of \x1b[31mluck"))},
		{name: "an empty repository", arrange: func(f *netFaults, _ *netUser) (string, []string) {
			empty := &netSource{t: f.t, root: f.t.TempDir()}
			empty.git("init", "-q", "--bare", empty.root+"/skills.git")
			return serveNet(f.t, empty.handler(), f.ca.usual()).source("127.0.0.1"), nil
		}},
		{name: "a repository of SHA-256", arrange: func(f *netFaults, _ *netUser) (string, []string) {
			long := &netSource{t: f.t, root: f.t.TempDir()}
			long.git("init", "-q", "--object-format=sha256", long.root+"/tree")
			long.git("-C", long.root+"/tree", "-c", "user.name=a", "-c", "user.email=a@example.test", "commit", "-q", "--allow-empty", "-m", "first")
			long.git("clone", "-q", "--bare", long.root+"/tree", long.root+"/skills.git")
			return serveNet(f.t, long.handler(), f.ca.usual()).source("127.0.0.1"), nil
		}},
		{name: "no such branch", arrange: func(f *netFaults, _ *netUser) (string, []string) {
			return serveNet(f.t, f.source.handler(), f.ca.usual()).source("127.0.0.1"), []string{"--ref", "mian"}
		}},
		{name: "silent behind the list's beginning", arrange: answers(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", advertisement)
			_, _ = io.WriteString(w, "001e# service=git-upload-pack\n0000")
			flush(w)
			<-r.Context().Done()
		}, "--timeout", "1s")},
		{name: "dripping", arrange: answers(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", advertisement)
			_, _ = io.WriteString(w, "001e# service=git-upload-pack\n0000fff0")
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, "1")
				flush(w)
				time.Sleep(50 * time.Millisecond)
			}
		}, "--timeout", "1s")},
		{name: "endless refs", arrange: answers(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", advertisement)
			_, _ = io.WriteString(w, "001e# service=git-upload-pack\n0000")
			for i := 0; r.Context().Err() == nil; i++ {
				line := fmt.Sprintf("%040d refs/heads/b%d\n", 1, i)
				if i == 0 {
					line = fmt.Sprintf("%040d HEAD\x00agent=git\n", 1)
				}
				if _, err := fmt.Fprintf(w, "%04x%s", len(line)+4, line); err != nil {
					return
				}
			}
		}, "--ref", "main")},
	}
	return faults
}

// elsewhere redirects to a host that wants a token.
func elsewhere(flags ...string) func(*netFaults, *netUser) (string, []string) {
	return func(f *netFaults, _ *netUser) (string, []string) {
		other := serveNet(f.t, status(http.StatusUnauthorized, "WWW-Authenticate", "Basic"), f.ca.usual())
		return serveNet(f.t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL+r.URL.String(), http.StatusFound)
		}), f.ca.usual()).source("127.0.0.1"), flags
	}
}

// flush sends what was written so far.
func flush(w http.ResponseWriter) { _ = http.NewResponseController(w).Flush() }

// hangUp ends the connection in the middle of an answer.
func hangUp(w http.ResponseWriter) {
	flush(w)
	panic(http.ErrAbortHandler)
}

// first answers in these ways, one request each, and then as git does.
func first(ways ...http.HandlerFunc) func(*netFaults, *netUser) (string, []string) {
	return func(f *netFaults, _ *netUser) (string, []string) {
		var n atomic.Int64
		git := f.source.handler()
		return serveNet(f.t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if i := n.Add(1); int(i) <= len(ways) {
				ways[i-1](w, r)
				return
			}
			git.ServeHTTP(w, r)
		}), f.ca.usual()).source("127.0.0.1"), nil
	}
}

// packs answers with refs as git does, and with something else to the question
// for a pack. It is given git's own answer.
func packs(instead func(w http.ResponseWriter, r *http.Request, pack []byte), flags ...string) func(*netFaults, *netUser) (string, []string) {
	return func(f *netFaults, _ *netUser) (string, []string) {
		return serveNet(f.t, packHandler(f.source, instead), f.ca.usual()).source("127.0.0.1"), flags
	}
}

func packHandler(source *netSource, instead func(w http.ResponseWriter, r *http.Request, pack []byte)) http.Handler {
	git := source.handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			git.ServeHTTP(w, r)
			return
		}
		rec := httptest.NewRecorder()
		git.ServeHTTP(rec, r)
		w.Header().Set("Content-Type", "application/x-git-upload-pack-result")
		instead(w, r, rec.Body.Bytes())
	})
}

// packFaults are of servers that list refs and then fail.
func packFaults() []netFault {
	var broken atomic.Int64
	return []netFault{
		{name: "404 for the pack", arrange: packs(func(w http.ResponseWriter, r *http.Request, _ []byte) { status(404)(w, r) })},
		{name: "503 for the pack", arrange: packs(func(w http.ResponseWriter, r *http.Request, _ []byte) { status(503)(w, r) })},
		{name: "no pack", arrange: packs(func(http.ResponseWriter, *http.Request, []byte) {})},
		{name: "a pack that breaks off", arrange: packs(func(w http.ResponseWriter, _ *http.Request, pack []byte) {
			_, _ = w.Write(pack[:len(pack)/2])
			hangUp(w)
		})},
		{name: "a pack that breaks off once", works: true, arrange: packs(func(w http.ResponseWriter, _ *http.Request, pack []byte) {
			if broken.Add(1) == 1 {
				_, _ = w.Write(pack[:len(pack)/2])
				hangUp(w)
			}
			_, _ = w.Write(pack)
		})},
		{name: "a pack that ends early", arrange: packs(func(w http.ResponseWriter, _ *http.Request, pack []byte) {
			_, _ = w.Write(pack[:len(pack)/2])
		})},
		{name: "a damaged pack", arrange: packs(func(w http.ResponseWriter, _ *http.Request, pack []byte) {
			pack[len(pack)*2/3] ^= 0x55
			_, _ = w.Write(pack)
		})},
		{name: "a pack that stops", arrange: packs(func(w http.ResponseWriter, r *http.Request, pack []byte) {
			_, _ = w.Write(pack[:len(pack)/2])
			flush(w)
			<-r.Context().Done()
		}, "--timeout", "1s")},
		{name: "a pack that drips", arrange: packs(func(w http.ResponseWriter, r *http.Request, pack []byte) {
			for _, b := range pack {
				if r.Context().Err() != nil {
					return
				}
				_, _ = w.Write([]byte{b})
				flush(w)
				time.Sleep(50 * time.Millisecond)
			}
		}, "--timeout", "1s")},
		{name: "a pack that is too large", arrange: packs(func(w http.ResponseWriter, _ *http.Request, _ []byte) { writeHugePack(w) })},
	}
}

// writeHugePack sends a blob of 80 MiB that does not shrink.
func writeHugePack(w io.Writer) {
	const size = 80 << 20
	_, _ = io.WriteString(w, "0008NAK\n")
	band := sidebandWriter{w}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("PACK"), 2), 1)
	n := uint64(size)
	b := byte(3<<4) | byte(n&15)
	for n >>= 4; n > 0; n >>= 7 {
		head = append(head, b|0x80)
		b = byte(n & 0x7f)
	}
	if _, err := band.Write(append(head, b)); err != nil {
		return
	}
	z, err := zlib.NewWriterLevel(band, zlib.NoCompression)
	if err != nil {
		return
	}
	for range size >> 16 {
		if _, err := z.Write(bytes.Repeat([]byte("x"), 1<<16)); err != nil {
			return // the client has enough
		}
	}
	_ = z.Close()
}

// A sidebandWriter wraps a pack as git does for clients that take messages too.
type sidebandWriter struct{ w io.Writer }

func (s sidebandWriter) Write(p []byte) (int, error) {
	written := 0
	for len(p) > 0 {
		n := min(len(p), 65000)
		head := strconv.FormatInt(int64(n)+5+1<<16, 16)[1:] + "\x01"
		if _, err := io.WriteString(s.w, head); err != nil {
			return written, err
		}
		if _, err := s.w.Write(p[:n]); err != nil {
			return written, err
		}
		written += n
		p = p[n:]
	}
	return written, nil
}
