package cmd_test

import (
	"context"
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
//	serve DIR VAR    serve the repository DIR over HTTP, its address in VAR
//	requests N       N requests have come since the last count
func serveCommands(backend string) map[string]func(*testscript.TestScript, bool, []string) {
	type counter struct{ n atomic.Int64 }
	var served sync.Map // from a script's folder to what takes its count
	return map[string]func(*testscript.TestScript, bool, []string){
		"serve": func(ts *testscript.TestScript, neg bool, args []string) {
			if neg || len(args) != 2 {
				ts.Fatalf("usage: serve DIR VAR")
			}
			count := &counter{}
			dir := ts.MkAbs(args[0])
			handler := &cgi.Handler{Path: backend, Env: []string{
				"GIT_PROJECT_ROOT=" + filepath.Dir(dir), "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_NOSYSTEM=1", "HOME=" + dir,
				"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*",
			}}
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				count.n.Add(1)
				handler.ServeHTTP(w, r)
			}))
			ts.Defer(srv.Close)
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
