package judge_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/modelcontextprotocol/go-sdk/oauthex"

	"fsskills/clients/conformance/judge"
)

// TestSignIn follows the official client's parts from the 401 to the end, where
// no token is had.
func TestSignIn(t *testing.T) {
	t.Parallel()
	j := start(t)
	for _, header := range []string{"", "Bearer", "Bearer " + key} {
		resp := send(t, http.MethodPost, j.URL(judge.OAuth), initialize("2025-11-25"), http.Header{"Authorization": {header}})
		if resp.StatusCode != http.StatusUnauthorized || strings.Contains(resp.body, key) {
			t.Errorf("%q: %s %s", header, resp.Status, resp.body)
		}
	}
	resp := send(t, http.MethodGet, j.URL(judge.OAuth), "", nil)
	challenges, err := oauthex.ParseWWWAuthenticate(resp.Header.Values("Www-Authenticate"))
	if err != nil || len(challenges) != 1 || challenges[0].Scheme != "bearer" {
		t.Fatalf("challenges %+v, %v", challenges, err)
	}
	place := challenges[0].Params["resource_metadata"]
	if want := j.URL("/.well-known/oauth-protected-resource/oauth/mcp"); place != want {
		t.Errorf("resource metadata at %s, want %s", place, want)
	}
	resource, err := oauthex.GetProtectedResourceMetadata(t.Context(), place, j.URL(judge.OAuth), http.DefaultClient)
	if err != nil || len(resource.AuthorizationServers) != 1 {
		t.Fatalf("resource metadata %+v, %v", resource, err)
	}
	server, err := auth.GetAuthServerMetadata(t.Context(), resource.AuthorizationServers[0], http.DefaultClient)
	if err != nil || server == nil {
		t.Fatalf("authorization server %+v, %v", server, err)
	}
	client, err := oauthex.RegisterClient(t.Context(), server.RegistrationEndpoint,
		&oauthex.ClientRegistrationMetadata{RedirectURIs: []string{"http://127.0.0.1:1/back"}, ClientName: "raw"}, http.DefaultClient)
	if err != nil || client.ClientID == "" || client.ClientName != "raw" || len(client.RedirectURIs) != 1 {
		t.Fatalf("registration %+v, %v", client, err)
	}
	page := send(t, http.MethodGet, server.AuthorizationEndpoint+"?client_id="+client.ClientID, "", nil)
	if kind := page.Header.Get("Content-Type"); page.StatusCode != http.StatusOK || !strings.HasPrefix(kind, "text/plain") || page.body == "" {
		t.Errorf("sign-in page: %s %s %q", page.Status, kind, page.body)
	}
	token := send(t, http.MethodPost, server.TokenEndpoint, "grant_type=authorization_code&code=x",
		http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
	if token.StatusCode != http.StatusBadRequest || field(t, token.body, "error") != "invalid_grant" {
		t.Errorf("token: %s %s", token.Status, token.body)
	}

	var got []string
	for _, req := range j.Take() {
		got = append(got, fmt.Sprintf("%s %s %d %q", req.Verb, req.Path, req.Status, req.Authorization))
	}
	want := []string{
		`POST /oauth/mcp 401 [""]`,
		`POST /oauth/mcp 401 ["Bearer"]`,
		`POST /oauth/mcp 401 ["Bearer ` + key + `"]`,
		`GET /oauth/mcp 401 []`,
		`GET /.well-known/oauth-protected-resource/oauth/mcp 200 []`,
		`GET /.well-known/oauth-authorization-server/oauth/mcp 200 []`,
		`POST /oauth/register 201 []`,
		`GET /oauth/authorize 200 []`,
		`POST /oauth/token 400 []`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// TestSignInOfficial has the official client do the whole of it.
func TestSignInOfficial(t *testing.T) {
	t.Parallel()
	j := start(t)
	asked := 0
	handler, err := auth.NewAuthorizationCodeHandler(&auth.AuthorizationCodeHandlerConfig{
		DynamicClientRegistrationConfig: &auth.DynamicClientRegistrationConfig{
			Metadata: &oauthex.ClientRegistrationMetadata{RedirectURIs: []string{"http://127.0.0.1:1/back"}},
		},
		AuthorizationCodeFetcher: func(_ context.Context, args *auth.AuthorizationArgs) (*auth.AuthorizationResult, error) {
			asked++
			send(t, http.MethodGet, args.URL, "", nil)
			_, state, _ := strings.Cut(args.URL, "state=")
			state, _, _ = strings.Cut(state, "&")
			return &auth.AuthorizationResult{Code: "x", State: state}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	client := mcp.NewClient(&mcp.Implementation{Name: "official", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), &mcp.StreamableClientTransport{
		Endpoint: j.URL(judge.OAuth), OAuthHandler: handler, MaxRetries: -1,
	}, nil)
	if err == nil {
		_ = session.Close()
		t.Fatal("signed in")
	}
	if asked == 0 || !strings.Contains(err.Error(), "invalid_grant") {
		t.Errorf("asked %d times: %v", asked, err)
	}
	for _, req := range j.Take() {
		if req.Path == string(judge.OAuth) && (req.Status != http.StatusUnauthorized || req.Authorization != nil) {
			t.Errorf("request %+v", req)
		}
	}
}

// TestIssuer reads the authorization server's metadata in each of its places.
func TestIssuer(t *testing.T) {
	t.Parallel()
	j := start(t)
	for _, place := range []judge.Path{
		"/.well-known/oauth-authorization-server/oauth/mcp",
		"/.well-known/openid-configuration/oauth/mcp",
		"/oauth/mcp/.well-known/openid-configuration",
	} {
		meta, err := oauthex.GetAuthServerMeta(t.Context(), j.URL(place), j.URL(judge.OAuth), http.DefaultClient)
		if err != nil || meta == nil {
			t.Errorf("%s: %+v, %v", place, meta, err)
			continue
		}
		// What OpenID Connect Discovery requires.
		resp := send(t, http.MethodGet, j.URL(place), "", nil)
		for _, name := range []string{
			"issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "response_types_supported",
			"subject_types_supported", "id_token_signing_alg_values_supported",
		} {
			if v := field(t, resp.body, name); v == nil || v == "" {
				t.Errorf("%s has no %s", place, name)
			}
		}
		if keys := send(t, http.MethodGet, meta.JWKSURI, "", nil); field(t, keys.body, "keys") == nil {
			t.Errorf("%s: keys %s %s", place, keys.Status, keys.body)
		}
	}
}

// TestNoSignIn looks where a client that [judge.Keyed] or [judge.Open] has
// answered may look for a sign-in.
func TestNoSignIn(t *testing.T) {
	t.Parallel()
	j := start(t)
	for _, name := range []string{"oauth-protected-resource", "oauth-authorization-server", "openid-configuration"} {
		for _, format := range []string{"/.well-known/%s", "/.well-known/%s/keyed/mcp", "/.well-known/%s/keyed", "/keyed/mcp/.well-known/%s", "/keyed/.well-known/%s", "/.well-known/%s/open/mcp"} {
			path := judge.Path(fmt.Sprintf(format, name))
			if resp := send(t, http.MethodGet, j.URL(path), "", nil); resp.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %s", path, resp.Status)
			}
		}
	}
	for _, path := range []judge.Path{"/register", "/authorize", "/token"} {
		if resp := send(t, http.MethodPost, j.URL(path), "{}", nil); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
}

// TestRegister has clients introduce themselves, well and badly.
func TestRegister(t *testing.T) {
	t.Parallel()
	j := start(t)
	ids := make(map[any]bool)
	for _, body := range []string{`{"redirect_uris":["http://127.0.0.1:1/"],"jwks":{"keys":[]},"client_id":"mine"}`, `{}`} {
		resp := send(t, http.MethodPost, j.URL("/oauth/register"), body, nil)
		id := field(t, resp.body, "client_id")
		if resp.StatusCode != http.StatusCreated || id == nil || id == "" || id == "mine" || ids[id] || field(t, resp.body, "token_endpoint_auth_method") != "none" {
			t.Errorf("%s: %s %s", body, resp.Status, resp.body)
		}
		ids[id] = true
	}
	for _, body := range []string{"", "null", "[]", `{"redirect_uris"`} {
		resp := send(t, http.MethodPost, j.URL("/oauth/register"), body, nil)
		if resp.StatusCode != http.StatusBadRequest || field(t, resp.body, "error") != "invalid_client_metadata" {
			t.Errorf("%s: %s %s", body, resp.Status, resp.body)
		}
	}
}

// field is a field of the JSON object text, nil if there is none.
func field(t *testing.T, text, name string) any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(text), &object); err != nil {
		t.Errorf("%v in %q", err, text)
	}
	return object[name]
}

// TestBoth lets in who has the key, and tells others where to sign in.
func TestBoth(t *testing.T) {
	t.Parallel()
	j := start(t)
	resp := send(t, http.MethodPost, j.URL(judge.Both), initialize("2025-11-25"), http.Header{"Authorization": {"Bearer " + key}})
	if resp.StatusCode != http.StatusOK {
		t.Errorf("the key is answered with %s", resp.Status)
	}
	for _, headers := range [][]string{nil, {"Bearer"}, {"Bearer ${FULLSTORY_API_KEY}"}, {"Bearer " + key, "Bearer " + key}} {
		resp := send(t, http.MethodPost, j.URL(judge.Both), initialize("2025-11-25"), http.Header{"Authorization": headers})
		where := j.URL("/.well-known/oauth-protected-resource/both/mcp")
		if resp.StatusCode != http.StatusUnauthorized || !strings.Contains(resp.Header.Get("Www-Authenticate"), where) {
			t.Errorf("%q is answered with %s and %q", headers, resp.Status, resp.Header.Get("Www-Authenticate"))
		}
		meta := send(t, http.MethodGet, where, "", nil)
		if got := field(t, meta.body, "resource"); got != j.URL(judge.Both) {
			t.Errorf("the metadata is about %v", got)
		}
	}
}
