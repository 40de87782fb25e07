package cmd

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// The secrets of a user who asks what is tried. None may be told.
const (
	secretKey      = "na1.c2VjcmV0LWtleQ"
	secretToken    = "ghp-4tok3n-of-mine"
	secretPassword = "pr0xy-passw0rd"
	secretOther    = "neighbours-0wn-key"
)

// traced runs a command with --verbose, for a user with secrets.
func traced(t *testing.T, v *victim, args ...string) (code int, errOut string) {
	t.Helper()
	code, out, said := v.run(append(args, "--verbose")...)
	for _, secret := range []string{secretKey, secretToken, secretPassword, secretOther} {
		if strings.Contains(said, secret) || strings.Contains(out, secret) {
			t.Errorf("%q tells a secret, %s:\n%s%s", args, secret, said, out)
		}
	}
	if strings.Contains(said, "%!") {
		t.Errorf("%q: a line is not whole:\n%s", args, said)
	}
	return code, said
}

// newTraced is a user with secrets in the environment and in files.
func newTraced(t *testing.T) *victim {
	t.Helper()
	v := newVictim(t)
	v.vars = map[string]string{
		"FULLSTORY_API_KEY": secretKey, "SKILLS_TOKEN": secretToken,
		"HTTPS_PROXY": "http://ada:" + secretPassword + "@127.0.0.1:1", "HTTP_PROXY": "http://ada:" + secretPassword + "@127.0.0.1:1",
		"NO_PROXY": "", "SSH_AUTH_SOCK": v.path("agent.sock"),
	}
	v.write(".cursor/mcp.json", `{"mcpServers": {"other": {"url": "https://example.com/mcp", "headers": {"Authorization": "Bearer `+secretOther+`"}}}}`)
	return v
}

// TestTrace has every command say what it tries: where it looked, what is
// recorded, what was chosen and why, what was written, how long it took.
func TestTrace(t *testing.T) {
	t.Parallel()
	v := newTraced(t)
	v.write("config/config.yaml", "region: us\n")
	always := []string{`fsskills \S+ on linux, called as: fsskills `, `state in ~/state, cache in ~/cache`, `variables that are set: `, `time: .*; all of it `, `exit status 0`}
	for _, step := range []struct {
		args []string
		want []string
	}{
		{[]string{"clients"}, []string{`read ~/config/config.yaml: 11 bytes`, `there is ~/\.cursor`, `read ~/\.cursor/mcp.json`, `places of clients that are not there: .*~/\.codex`}},
		{[]string{"snippet", "--client", "cursor", "--auth", "api-key"}, []string{`read ~/config/config.yaml`}},
		{[]string{"install", "--yes", "--client", "cursor", "--source", "~/source", "--auth", "api-key"}, []string{
			`scope user, recorded in ~/state`, `client cursor: .*mcp.json`, `1 client chosen, as they were named`, `lock ~/state`, `the lock is taken: true`,
			`source, named by --source: folder ~/source`, `the source is at commit sha256:`, `the source has 1 skill and 0 agents: 1 file with \d+ bytes; 0 refused`,
			`create skill alpha in ~/\.agents/skills/alpha: changed`, `update server fullstory in ~/\.cursor/mcp.json: changed|create server`, `2 files written, 0 removed`, `time: look .*, fetch .*, plan .*, write .*, report `,
		}},
		{[]string{"list"}, []string{`recorded: 1 skill or agent folder, 1 server entry file`, `recorded source: ~/source, commit sha256:`}},
		{[]string{"status"}, []string{`client cursor: `, `source, recorded: folder ~/source`}},
		{[]string{"update", "--yes"}, []string{`the lock is taken: true`, `source, recorded: folder`}},
		{[]string{"doctor", "--offline"}, nil},
		{[]string{"restore"}, nil},
		{[]string{"uninstall", "--yes"}, []string{`remove skill alpha`, `removed, `}},
	} {
		code, said := traced(t, v, step.args...)
		want := append([]string{}, step.want...)
		if step.args[0] != "doctor" {
			want = append(want, always...)
			if code != 0 {
				t.Errorf("%q: exit status %d\n%s", step.args, code, said)
			}
		}
		for _, line := range want {
			if !regexp.MustCompile(`(?m)^trace: +\d+\.\d{3}s .*(` + line + `)`).MatchString(said) {
				t.Errorf("%q: no line %q in\n%s", step.args, line, said)
			}
		}
	}
	// Without --verbose, and with --quiet, there is none.
	for _, args := range [][]string{{"clients"}, {"install", "--dry-run", "--client", "cursor", "--source", "~/source"}} {
		if _, _, said := v.run(args...); strings.Contains(said, "trace:") {
			t.Errorf("%q says what nobody asked for:\n%s", args, said)
		}
	}
}

// TestTraceNetwork has requests, answers, retries, the proxy and why, and the
// authorities.
func TestTraceNetwork(t *testing.T) {
	t.Parallel()
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if requests++; requests == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, "gone")
	}))
	defer server.Close()
	v := newTraced(t)
	install := func(source string, more ...string) string {
		t.Helper()
		code, said := traced(t, v, append([]string{"install", "--yes", "--client", "cursor", "--source", source, "--timeout", "5s"}, more...)...)
		if code == 0 {
			t.Errorf("%s works:\n%s", source, said)
		}
		return said
	}
	has := func(said string, lines ...string) {
		t.Helper()
		for _, line := range lines {
			if !regexp.MustCompile(`(?m)^trace: .*` + line).MatchString(said) {
				t.Errorf("no line %q in\n%s", line, said)
			}
		}
	}
	host := regexp.QuoteMeta(strings.TrimPrefix(server.URL, "http://"))
	has(install(server.URL+"/acme/skills.git", "--token-env", "SKILLS_TOKEN"),
		`a token from a variable goes with requests to the source's own host`,
		`certificate authorities: those of the system`,
		`GET http://`+host+`/acme/skills.git/info/refs$`,
		`GET http://`+host+`/acme/skills.git/info/refs: 503 Service Unavailable over HTTP/1.1, \d+ bytes in `,
		`again after \d.*: fetch http://`+host,
		`GET http://`+host+`/acme/skills.git/info/refs: 404 Not Found over HTTP/1.1, 4 bytes in `,
		host+`: without the proxy of HTTP_PROXY, since it is this machine`)
	has(install("https://git.example.invalid/skills.git"),
		`git.example.invalid: through the proxy http://127.0.0.1:1 of HTTPS_PROXY`,
		`GET https://git.example.invalid/skills.git/info/refs: no answer in .*: fetch https://git.example.invalid/skills.git: `)
	v.vars["NO_PROXY"] = ".invalid"
	has(install("https://git..invalid/skills.git"), `git..invalid: without the proxy of HTTPS_PROXY, since NO_PROXY excepts it`)
	v.vars["HTTPS_PROXY"], v.vars["HTTP_PROXY"] = "", ""
	has(install("https://git..invalid/skills.git"), `git..invalid: without a proxy, since no variable names one`)
	has(install("git@127.0.0.1:acme/skills.git"), `ssh agent at ~/agent.sock; known hosts in ~/.ssh/known_hosts`)
	has(install("https://127.0.0.1:1/x.git", "--offline"), `cache ~/cache: it has the source: false`)
	has(install("git://127.0.0.1:1/x.git"), `connect to 127.0.0.1:1: no answer in .*refuses the connection`)
}

// TestTraceHides has what may be a secret that was given in a wrong place.
func TestTraceHides(t *testing.T) {
	t.Parallel()
	v := newTraced(t)
	for _, args := range [][]string{
		{"install", "--yes", "--api-key-env", secretKey},
		{"install", "--yes", "--api-key-env=" + secretKey},
		{"install", "--yes", "--token-env", secretToken, "--source", "https://example.com/x.git"},
		{"install", "--yes", "--source", "https://ada:" + secretPassword + "@example.com/x.git"},
		{"install", "--yes", "--source=https://example.com/x.git?access=" + secretPassword},
		{"install", "--yes", "--mcp-url", "https://ada:" + secretPassword + "@example.com/mcp"},
	} {
		if _, said := traced(t, v, args...); !strings.Contains(said, "called as: fsskills install --yes") {
			t.Errorf("%q is not told at all:\n%s", args, said)
		}
	}
}

// TestTracer has a line with everything that a line may not hold.
func TestTracer(t *testing.T) {
	t.Parallel()
	env, _, errOut := testEnv(t)
	var none *tracer
	none.say("nothing")
	none.phase("nothing")
	none.hide("nothing")
	none.finish(0)
	startTrace(env, newRoot(env), nil)
	env.Getenv = func(string) string { return "" }
	env.tracing.hide("hunter2")
	errOut.Reset()
	env.Now = func() time.Time { return env.tracing.began.Add(1234 * time.Millisecond) }
	env.tracing.say("hunter2 in %s\x1b[2J", filepath.Join(env.Home, "x"))
	if want := "trace:   1.234s [redacted] in ~" + string(filepath.Separator) + "x\n"; errOut.String() != want {
		t.Errorf("said %q, want %q", errOut, want)
	}
}
