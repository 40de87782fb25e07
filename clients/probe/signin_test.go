package probe_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"fsskills/clients/probe"
)

// A signing is a server to sign in at, and who signs in.
type signing struct {
	challenge string // "<url>" stands for the server's address
	meta      map[string]any
	metaAt    string
	issuer    map[string]any
	issuerAt  string
	status    int    // of the metadata
	refused   string // where nothing can be got
}

func (s signing) start(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	srv := serve(t, mux)
	fill := func(v any) any {
		if text, ok := v.(string); ok {
			return strings.ReplaceAll(text, "<url>", srv.URL)
		}
		if list, ok := v.([]string); ok {
			out := make([]string, len(list))
			for i := range list {
				out[i] = strings.ReplaceAll(list[i], "<url>", srv.URL)
			}
			return out
		}
		return v
	}
	document := func(fields map[string]any) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "" {
				t.Error("a key where there is none")
			}
			filled := map[string]any{}
			for k, v := range fields {
				filled[k] = fill(v)
			}
			w.Header().Set("Content-Type", "application/json")
			if s.status != 0 {
				w.WriteHeader(s.status)
			}
			_ = json.NewEncoder(w).Encode(filled)
		}
	}
	if s.refused != "" {
		mux.HandleFunc(s.refused, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusMethodNotAllowed) })
	}
	if s.metaAt != "" {
		mux.Handle(s.metaAt, document(s.meta))
	}
	if s.issuerAt != "" {
		mux.Handle(s.issuerAt, document(s.issuer))
	}
	mux.Handle("/mcp/fullstory", locked(newMCP(false), func(*http.Request) string { return fill(s.challenge).(string) }))
	return srv.URL
}

func rightSigning() signing {
	return signing{
		challenge: `Bearer error="invalid_token", resource_metadata="<url>/.well-known/oauth-protected-resource/mcp/fullstory"`,
		meta:      map[string]any{"resource": "<url>/mcp/fullstory", "authorization_servers": []string{"<url>/login"}},
		metaAt:    "/.well-known/oauth-protected-resource/mcp/fullstory",
		issuer: map[string]any{
			"issuer": "<url>/login", "authorization_endpoint": "<url>/login/a", "token_endpoint": "<url>/login/t",
			"registration_endpoint": "<url>/login/r", "code_challenge_methods_supported": []string{"S256"}, "response_types_supported": []string{"code"},
		},
		issuerAt: "/.well-known/oauth-authorization-server/login",
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*signing){
		"as it should be":         func(*signing) {},
		"at the well-known place": func(s *signing) { s.challenge = "Bearer" },
		"not below the first": func(s *signing) {
			s.challenge, s.metaAt, s.refused = "", "/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/"
		},
		"at the root":                   func(s *signing) { s.challenge, s.metaAt = "", "/.well-known/oauth-protected-resource" },
		"for all of the host":           func(s *signing) { s.meta["resource"] = "<url>" },
		"with OpenID":                   func(s *signing) { s.issuerAt = "/login/.well-known/openid-configuration" },
		"without registration":          func(s *signing) { delete(s.issuer, "registration_endpoint") },
		"a second way of signing in":    func(s *signing) { s.challenge = `Basic realm="x", ` + s.challenge },
		"a server for its second realm": func(s *signing) { s.meta["authorization_servers"] = []string{"<url>/login", "https://b.invalid"} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := rightSigning()
			change(&s)
			url := s.start(t)
			got, err := probe.Server{URL: url + "/mcp/fullstory"}.SignIn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			want := probe.SignIn{Metadata: url + s.metaAt, Issuer: url + "/login", Registers: s.issuer["registration_endpoint"] != nil}
			if got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestSignInTrouble(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*signing)
		want   probe.Trouble
		says   string
	}{
		"no metadata":                           {func(s *signing) { s.challenge, s.metaAt = "Bearer", "" }, probe.NoMetadata, ""},
		"none that can be got":                  {func(s *signing) { s.challenge, s.metaAt, s.refused = "", "", "/.well-known/" }, probe.NoMetadata, ""},
		"metadata that are named and not there": {func(s *signing) { s.metaAt = "" }, probe.BadMetadata, "404"},
		"another server's":                      {func(s *signing) { s.meta["resource"] = "https://other.invalid/mcp" }, probe.BadMetadata, "other.invalid"},
		"metadata in the clear":                 {func(s *signing) { s.challenge = `Bearer resource_metadata="http://other.invalid/x"` }, probe.BadMetadata, "https"},
		"metadata in a file":                    {func(s *signing) { s.challenge = `Bearer resource_metadata="file:///etc/passwd"` }, probe.BadMetadata, "no address"},
		"a challenge that is none":              {func(s *signing) { s.challenge = `Bearer resource_metadata="` }, probe.BadMetadata, "WWW-Authenticate"},
		"no authorization server":               {func(s *signing) { delete(s.meta, "authorization_servers") }, probe.BadMetadata, "names no authorization server"},
		"a script for one":                      {func(s *signing) { s.meta["authorization_servers"] = []string{"javascript:alert(1)"} }, probe.BadMetadata, "scheme"},
		"one in the clear":                      {func(s *signing) { s.meta["authorization_servers"] = []string{"http://login.invalid"} }, probe.BadMetadata, "HTTPS"},
		"one that says nothing":                 {func(s *signing) { s.issuerAt = "" }, probe.BadMetadata, "says nothing of itself"},
		"one that is another":                   {func(s *signing) { s.issuer["issuer"] = "https://other.invalid" }, probe.BadMetadata, "issuer"},
		"one without a place to sign in":        {func(s *signing) { delete(s.issuer, "authorization_endpoint") }, probe.BadMetadata, "where to sign in"},
		"one that is not safe":                  {func(s *signing) { delete(s.issuer, "code_challenge_methods_supported") }, probe.BadMetadata, "PKCE"},
		"metadata that fail":                    {func(s *signing) { s.status = 500 }, probe.BadMetadata, "500"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := rightSigning()
			c.change(&s)
			_, err := probe.Server{URL: s.start(t) + "/mcp/fullstory", Key: secret(t, goodKey)}.SignIn(t.Context())
			e := troubleOf(t, err)
			if e.Trouble != c.want || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %s with %q", err, c.want, c.says)
			}
		})
	}
}

// TestSignInElsewhere: a server somewhere on the net may not lead to what
// listens on this machine, and an answer other than 401 is told as it is.
func TestSignInElsewhere(t *testing.T) {
	t.Parallel()
	asked := false
	local := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	proxy := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer resource_metadata=%q`, local.URL+"/meta"))
		w.WriteHeader(http.StatusUnauthorized)
	}))
	_, err := probe.Server{URL: "http://mcp.invalid/mcp", HTTP: &http.Transport{Proxy: proxyTo(t, proxy.URL)}}.SignIn(t.Context())
	if e := troubleOf(t, err); e.Trouble != probe.BadMetadata || !strings.Contains(e.Detail, "on this machine") || asked {
		t.Errorf("asked %v: %v", asked, err)
	}
	open := serve(t, newMCP(true))
	_, err = probe.Server{URL: open.URL}.SignIn(t.Context())
	if e := troubleOf(t, err); e.Trouble != probe.Open {
		t.Error(err)
	}
	missing := serve(t, http.NotFoundHandler())
	_, err = probe.Server{URL: missing.URL}.SignIn(t.Context())
	if e := troubleOf(t, err); e.Trouble != probe.Missing {
		t.Error(err)
	}
}
