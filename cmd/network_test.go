package cmd

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fsskills/installer"
	"fsskills/registry"
)

// networkEnv is an environment with these variables and nothing else.
func networkEnv(t *testing.T, goos string, variables map[string]string) *Env {
	t.Helper()
	dir := t.TempDir()
	return &Env{Home: filepath.Join(dir, "home"), Dir: dir, GOOS: goos, Getenv: func(name string) string { return variables[name] }}
}

func TestProxies(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://process.example.com:1") // the process's own is not asked
	t.Setenv("HTTP_PROXY", "http://process.example.com:1")
	type vars = map[string]string
	for _, tt := range []struct {
		name  string
		vars  vars
		where string
		want  string // empty: none
	}{
		{"none", vars{}, "https://a.example.com/r", ""},
		{"https", vars{"HTTPS_PROXY": "http://p.example.com:8080"}, "https://a.example.com/r", "http://p.example.com:8080"},
		{"https in small letters first", vars{"HTTPS_PROXY": "http://p.example.com:8080", "https_proxy": "http://q.example.com"}, "https://a.example.com/r", "http://q.example.com"},
		{"not for http", vars{"HTTPS_PROXY": "http://p.example.com:8080"}, "http://a.example.com/r", ""},
		{"http", vars{"http_proxy": "p.example.com:3128"}, "http://a.example.com/r", "http://p.example.com:3128"},
		{"http in capitals", vars{"HTTP_PROXY": "https://p.example.com"}, "http://a.example.com/r", "https://p.example.com"},
		{"a web request's header", vars{"HTTP_PROXY": "http://p.example.com", "REQUEST_METHOD": "GET"}, "http://a.example.com/r", ""},
		{"a variable beside a web request", vars{"http_proxy": "http://p.example.com", "REQUEST_METHOD": "GET"}, "http://a.example.com/r", "http://p.example.com"},
		{"all", vars{"ALL_PROXY": "socks5://p.example.com:1080"}, "https://a.example.com/r", "socks5://p.example.com:1080"},
		{"all for http", vars{"all_proxy": "socks5h://p.example.com:1080"}, "http://a.example.com/r", "socks5h://p.example.com:1080"},
		{"all is the last", vars{"ALL_PROXY": "socks5://p.example.com", "HTTPS_PROXY": "http://q.example.com"}, "https://a.example.com/r", "http://q.example.com"},
		{"except", vars{"HTTPS_PROXY": "http://p.example.com", "NO_PROXY": "b.example.com, .corp"}, "https://b.example.com/r", ""},
		{"except a domain", vars{"HTTPS_PROXY": "http://p.example.com", "no_proxy": ".corp"}, "https://git.corp/r", ""},
		{"except all", vars{"ALL_PROXY": "http://p.example.com", "no_proxy": "*"}, "https://git.corp/r", ""},
		{"not this machine", vars{"HTTPS_PROXY": "http://p.example.com"}, "https://127.0.0.1:8443/r", ""},
		{"with a password", vars{"HTTPS_PROXY": "http://me:hunter2@p.example.com:8080"}, "https://a.example.com/r", "http://me:hunter2@p.example.com:8080"},
		{"with a password of signs", vars{"HTTPS_PROXY": "http://me:1%23%2F%40@p.example.com:8080/"}, "https://a.example.com/r", "http://me:1%23%2F%40@p.example.com:8080/"},
		{"a mistake in what is not used", vars{"HTTP_PROXY": "://"}, "https://a.example.com/r", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, tt.where, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			proxy, err := networkEnv(t, "linux", tt.vars).proxies(req.URL.Scheme)
			if err != nil {
				t.Fatal(err)
			}
			u, err := proxy(req)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if u != nil {
				got = u.String()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestProxiesThatAreNone(t *testing.T) {
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "ALL_PROXY"} {
		for _, value := range []string{
			"http://me:hunter2@", "http://me:hunter2@p example.com", "ftp://me:hunter2@p.example.com", "://hunter2", "hunter2 hunter2",
			"http://me:hunter2@p.example.com:notaport", "http://me:hunter2@p.example.com:70000", "http://me:hunter2%zz@p.example.com", "http://me:hunter2\n@p",
			"http://me:12#hunter2@p.example.com:8080", "http://me:12/hunter2@p.example.com:8080", "http://me:12?hunter2@p.example.com:8080",
			"me:12#hunter2@p.example.com", "http://me:12/hunter2#a@p.example.com", "http://me:hunter2@12@p.example.com:8080",
			"http://p.example.com:8080/hunter2", "http://p.example.com:8080?hunter2", "http://me:12\\hunter2@p.example.com",
		} {
			_, err := networkEnv(t, "linux", map[string]string{name: value}).proxies("https")
			usage, ok := errors.AsType[*usageError](err)
			if !ok || !strings.Contains(usage.msg, name) || usage.hint == "" {
				t.Errorf("%s=%s: %v", name, value, err)
			} else if strings.Contains(usage.msg+usage.hint, "hunter2") {
				t.Errorf("%s=%s: repeated in %v", name, value, usage)
			}
			if ok && strings.Contains(value, "@") && !strings.Contains(usage.hint, "%23") {
				t.Errorf("%s=%s: the hint %q does not say how a password is written", name, value, usage.hint)
			}
		}
	}
}

func TestKnownHostsFiles(t *testing.T) {
	for _, tt := range []struct {
		goos, data string
		want       []string
	}{
		{"linux", "", []string{"~/.ssh/known_hosts", "~/.ssh/known_hosts2", "/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"}},
		{"darwin", `C:\ProgramData`, []string{"~/.ssh/known_hosts", "~/.ssh/known_hosts2", "/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"}},
		{"windows", `C:\ProgramData`, []string{"~/.ssh/known_hosts", "~/.ssh/known_hosts2", `C:\ProgramData\ssh\ssh_known_hosts`}},
		{"windows", `D:\Data\`, []string{"~/.ssh/known_hosts", "~/.ssh/known_hosts2", `D:\Data\ssh\ssh_known_hosts`}},
		{"windows", "", []string{"~/.ssh/known_hosts", "~/.ssh/known_hosts2"}},
	} {
		env := networkEnv(t, tt.goos, map[string]string{"PROGRAMDATA": tt.data})
		var got []string
		for _, file := range env.knownHosts(site{}) {
			got = append(got, filepath.ToSlash(strings.Replace(file, env.Home, "~", 1)))
		}
		for i := range tt.want {
			tt.want[i] = filepath.ToSlash(tt.want[i])
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.goos, diff)
		}
	}
	inside := networkEnv(t, "windows", nil)
	inside.Getenv = func(string) string { return filepath.Join(inside.Dir, "data") }
	if err := os.MkdirAll(filepath.Join(inside.Dir, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	inside.Home = t.TempDir()
	if got := inside.knownHosts(site{}); len(got) != 2 {
		t.Errorf("a file of the project is trusted: %q", got)
	}
}

func TestSSHAgentAddress(t *testing.T) {
	for _, tt := range []struct{ goos, variable, want string }{
		{"linux", "", ""},
		{"linux", "/run/agent", "/run/agent"},
		{"windows", "", `\\.\pipe\openssh-ssh-agent`},
		{"windows", `\\.\pipe\mine`, `\\.\pipe\mine`},
	} {
		if got := networkEnv(t, tt.goos, map[string]string{"SSH_AUTH_SOCK": tt.variable}).sshAgent(); got != tt.want {
			t.Errorf("%s, %q: got %q, want %q", tt.goos, tt.variable, got, tt.want)
		}
	}
}

func TestHugeFileOfAuthorities(t *testing.T) {
	env := networkEnv(t, "linux", nil)
	huge := filepath.Join(env.Dir, "huge.pem")
	f, err := os.Create(huge)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Truncate(largestAuthorities+1), f.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := env.authorities(site{}, "huge.pem"); !ofType[*usageError](err) || !strings.Contains(err.Error(), "is the limit") {
		t.Errorf("got %v", err)
	}
}

// A name that was given by the flag and is not set may be the token itself.
func TestTokenInPlaceOfItsName(t *testing.T) {
	env := networkEnv(t, "linux", nil)
	for _, name := range []string{"s3cretT0ken", "SECRET", "ghp_0123456789abcdefghij"} {
		_, _, err := env.token(name, true)
		usage, ok := errors.AsType[*usageError](err)
		if !ok || strings.Contains(usage.msg+usage.hint, name) || !strings.Contains(usage.msg, "the variable that --token-env names is not set") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, _, err := env.token("RECORDED", false); err == nil || !strings.Contains(err.Error(), "RECORDED") {
		t.Errorf("a recorded name: got %v", err)
	}
	_, err := env.keyOf(keyNeed{variable: "s3cretKey", lacking: []string{"x"}})
	if usage, ok := errors.AsType[*usageError](err); !ok || strings.Contains(usage.msg+usage.hint, "s3cretKey") {
		t.Errorf("--api-key-env: got %v", err)
	}
	opts := entryOptions{auth: "api-key", keyEnv: "abcdefghij0123456789ABCD"}
	if err := opts.check(); !ofType[*usageError](err) || strings.Contains(err.Error(), opts.keyEnv) {
		t.Errorf("--api-key-env with a key: got %v", err)
	}
}

func TestToken(t *testing.T) {
	for value, want := range map[string][2]string{
		"tok-1":      {tokenUser, "tok-1"},
		"me:pass":    {"me", "pass"},
		"me:pa:ss":   {"me", "pa:ss"},
		":only":      {"", "only"},
		"tök":        {tokenUser, "tök"},
		"":           {},
		"me:":        {},
		"to k":       {},
		"tok\n":      {},
		"tok\x1b[0m": {},
	} {
		user, token, err := networkEnv(t, "linux", map[string]string{"T": value}).token("T", false)
		if got := [2]string{user, token}; got != want || (err == nil) != (token != "") {
			t.Errorf("%q: got %q, %v", value, got, err)
		}
		if err != nil && (!ofType[*usageError](err) || !strings.Contains(err.Error(), "variable T") || value != "" && strings.Contains(err.Error(), value)) {
			t.Errorf("%q: %v", value, err)
		}
	}
}

// The name of a variable is for one source: the recorded one for that which it
// was given for, that of the user's own file for the file's.
func TestTokenIsForOneSource(t *testing.T) {
	const recorded, own = "https://git.example.com/recorded", "https://git.example.com/own"
	r := &run{
		env:     networkEnv(t, "linux", nil),
		config:  &config{source: own, tokenEnv: "OWN"},
		receipt: installer.Receipt{Choices: installer.Choices{Token: installer.SourceToken{Source: recorded, Env: "RECORDED"}}},
	}
	for where, want := range map[string]string{recorded: "RECORDED", own: "OWN", "https://git.example.com/other": ""} {
		src := registry.Source{Kind: registry.Git, URL: where}
		if got := r.tokenEnv(sourceOptions{}, src); got != want {
			t.Errorf("%s: got %q, want %q", where, got, want)
		}
		if got := r.tokenEnv(sourceOptions{tokenEnv: "FLAG"}, src); got != "FLAG" {
			t.Errorf("%s: got %q in spite of the flag", where, got)
		}
	}
}
