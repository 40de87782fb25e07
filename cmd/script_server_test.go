package cmd_test

import (
	"context"
	"encoding/pem"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/rogpeppe/go-internal/testscript"
)

// gitBackend is git's own HTTP server, empty if git is not installed.
func gitBackend(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "git", "--exec-path").Output()
	if err != nil {
		return ""
	}
	path := filepath.Join(strings.TrimSpace(string(out)), "git-http-backend")
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// serveCommands are two more words for scripts:
//
//	serve [-auth USER:PASSWORD] [-tls FILE] [-busy N] DIR VAR
//	              serve the repository DIR over HTTP, its address in VAR, to those
//	              who sign in, over TLS, the certificate in FILE, or after N
//	              answers that something is wrong
//	requests N    N requests have come since the last count
func serveCommands(backend string) map[string]func(*testscript.TestScript, bool, []string) {
	type counter struct{ n atomic.Int64 }
	var served sync.Map // from a script's folder to what takes its count
	return map[string]func(*testscript.TestScript, bool, []string){
		"serve": func(ts *testscript.TestScript, neg bool, args []string) {
			flags := map[string]string{}
			for len(args) > 2 && strings.HasPrefix(args[0], "-") {
				flags[args[0]], args = args[1], args[2:]
			}
			if neg || len(args) != 2 {
				ts.Fatalf("usage: serve [-auth USER:PASSWORD] [-tls FILE] [-busy N] DIR VAR")
			}
			count := &counter{}
			dir := ts.MkAbs(args[0])
			handler := &cgi.Handler{Path: backend, Env: []string{
				"GIT_PROJECT_ROOT=" + filepath.Dir(dir), "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_NOSYSTEM=1", "HOME=" + dir,
				"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*",
			}}
			srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if busy, _ := strconv.ParseInt(flags["-busy"], 10, 64); count.n.Add(1) <= busy {
					w.WriteHeader(http.StatusServiceUnavailable)
					return
				}
				user, password, _ := r.BasicAuth()
				if who, private := flags["-auth"]; private && user+":"+password != who {
					w.Header().Set("WWW-Authenticate", `Basic realm="skills"`)
					w.WriteHeader(http.StatusUnauthorized)
					return
				}
				handler.ServeHTTP(w, r)
			}))
			ts.Defer(srv.Close)
			if file, ok := flags["-tls"]; ok {
				srv.StartTLS()
				block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})
				ts.Check(os.WriteFile(ts.MkAbs(file), block, 0o600))
			} else {
				srv.Start()
			}
			ts.Setenv(args[1], srv.URL+"/"+filepath.Base(dir)+"/.git")
			served.Store(ts.Getenv("WORK"), count)
		},
		"requests": func(ts *testscript.TestScript, neg bool, args []string) {
			if neg || len(args) != 1 {
				ts.Fatalf("usage: requests N")
			}
			count, ok := served.Load(ts.Getenv("WORK"))
			if !ok {
				ts.Fatalf("nothing is served")
			}
			if got := strconv.FormatInt(count.(*counter).n.Swap(0), 10); got != args[0] {
				ts.Fatalf("%s requests, want %s", got, args[0])
			}
		},
	}
}
