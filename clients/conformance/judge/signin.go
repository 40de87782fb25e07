package judge

import (
	"crypto/rand"
	"encoding/json"
	"net/http"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/oauthex"
)

// The places of the sign-in, those of one server with its path behind them.
// None is at the root, where a client that [Keyed] has turned away would look
// too, and take the 401 for a wish to sign in.
const (
	resourcePlace  = "/.well-known/oauth-protected-resource"
	issuerPlace    = "/.well-known/oauth-authorization-server"
	openIDPlace    = "/.well-known/openid-configuration"
	registerPlace  = "/oauth/register"
	authorizePlace = "/oauth/authorize"
	tokenPlace     = "/oauth/token" //nolint:gosec // a place, no token
	keysPlace      = "/oauth/keys"
)

// issuer is what an authorization server says of itself (RFC 8414), with what
// OpenID Connect wants besides.
type issuer struct {
	oauthex.AuthServerMeta
	SubjectTypes  []string `json:"subject_types_supported"`
	SignatureAlgs []string `json:"id_token_signing_alg_values_supported"`
}

// handleSignIn adds the authorization server of the server at p. Its name is
// the URL of that server itself, so that clients which do not know resource
// metadata find it in the same places.
func (j *Judge) handleSignIn(mux *http.ServeMux, p Path) {
	name := j.URL(p)
	mux.Handle(resourcePlace+string(p), auth.ProtectedResourceMetadataHandler(&oauthex.ProtectedResourceMetadata{
		Resource:               name,
		AuthorizationServers:   []string{name},
		BearerMethodsSupported: []string{"header"},
		ResourceName:           "conformance",
	}))
	metadata := issuer{
		AuthServerMeta: oauthex.AuthServerMeta{
			Issuer:                            name,
			AuthorizationEndpoint:             j.url + authorizePlace,
			TokenEndpoint:                     j.url + tokenPlace,
			JWKSURI:                           j.url + keysPlace,
			RegistrationEndpoint:              j.url + registerPlace,
			ResponseTypesSupported:            []string{"code"},
			GrantTypesSupported:               []string{"authorization_code", "refresh_token"},
			TokenEndpointAuthMethodsSupported: []string{"none"},
			CodeChallengeMethodsSupported:     []string{"S256"},
		},
		SubjectTypes:  []string{"public"},
		SignatureAlgs: []string{"RS256"},
	}
	for _, place := range []string{issuerPlace + string(p), openIDPlace + string(p), string(p) + openIDPlace} {
		mux.HandleFunc("GET "+place, func(w http.ResponseWriter, _ *http.Request) {
			writeJSON(w, http.StatusOK, metadata)
		})
	}
}

// handleRegistration adds what all authorization servers share.
func handleRegistration(mux *http.ServeMux) {
	mux.HandleFunc("GET "+keysPlace, func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"keys": []any{}})
	})
	mux.HandleFunc("POST "+registerPlace, register)
	mux.HandleFunc(authorizePlace, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("Nobody can sign in here.\n"))
	})
	mux.HandleFunc("POST "+tokenPlace, func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant"})
	})
}

// register answers a client that introduces itself (RFC 7591) with what it
// said and an id for it.
func register(w http.ResponseWriter, r *http.Request) {
	var client map[string]any
	if json.NewDecoder(r.Body).Decode(&client) != nil || client == nil {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": "invalid_client_metadata"})
		return
	}
	client["client_id"] = rand.Text()
	client["token_endpoint_auth_method"] = "none"
	writeJSON(w, http.StatusCreated, client)
}

// writeJSON answers with v, which nobody is to keep.
func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
