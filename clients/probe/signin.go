package probe

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/oauthex"

	"fsskills/clients"
)

// A SignIn is what a client finds out before its user signs in.
type SignIn struct {
	Metadata string // where the server says who signs its users in (RFC 9728)
	Issuer   string // who does
	// Registers is true if a client that is not known there can make itself known.
	Registers bool
}

// SignIn asks without a key, and follows the answer to where users sign in, as
// the authorization page of MCP says
// (https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization).
// An error is an [*Error], or that of ctx if its caller has cancelled it.
func (s Server) SignIn(ctx context.Context) (SignIn, error) {
	s.Key = clients.Secret{}
	w, err := s.watch(ctx)
	if err != nil {
		return SignIn{}, err
	}
	defer w.base.CloseIdleConnections()
	_, err = s.talk(ctx, w)
	if err == nil {
		return SignIn{}, &Error{Trouble: Open, URL: s.URL}
	}
	told, ok := errors.AsType[*Error](w.explain(ctx, err))
	if !ok || told.Trouble != Refused {
		return SignIn{}, w.explain(ctx, err)
	}
	w.forget()
	return w.signIn(ctx)
}

// signIn follows a 401.
func (w *watch) signIn(ctx context.Context) (in SignIn, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = &Error{Trouble: BadMetadata, URL: w.server.URL, Status: http.StatusUnauthorized, Detail: "it cannot be understood"}
		}
	}()
	named, err := w.metadataURL()
	if err != nil {
		return in, err
	}
	places := []string{named}
	if named == "" {
		places = wellKnown(w.server.URL)
	}
	var meta *oauthex.ProtectedResourceMetadata
	for _, place := range places {
		in.Metadata = place
		w.forget()
		meta, err = w.resource(ctx, place)
		if err == nil || !w.nothingThere() {
			break
		}
	}
	switch {
	case err != nil && named == "" && w.nothingThere():
		return in, &Error{Trouble: NoMetadata, URL: w.server.URL, Status: http.StatusUnauthorized}
	case err != nil:
		return in, w.useless(ctx, in.Metadata, err)
	case len(meta.AuthorizationServers) == 0:
		return in, &Error{Trouble: BadMetadata, URL: in.Metadata, Detail: "it names no authorization server"}
	}
	in.Issuer = meta.AuthorizationServers[0]
	if err := w.mayAsk(in.Issuer); err != nil {
		return in, err
	}
	issuer, err := auth.GetAuthServerMetadata(ctx, in.Issuer, w.client())
	switch {
	case err != nil:
		return in, w.useless(ctx, in.Issuer, err)
	case issuer == nil:
		return in, &Error{Trouble: BadMetadata, URL: in.Issuer, Detail: "the authorization server says nothing of itself (404)"}
	case issuer.AuthorizationEndpoint == "" || issuer.TokenEndpoint == "":
		return in, &Error{Trouble: BadMetadata, URL: in.Issuer, Detail: "the authorization server does not say where to sign in"}
	}
	in.Registers = issuer.RegistrationEndpoint != "" || issuer.ClientIDMetadataDocumentSupported
	return in, nil
}

// metadataURL is where the 401 says that the server's metadata are; empty if it
// does not say.
func (w *watch) metadataURL() (string, error) {
	challenges, err := oauthex.ParseWWWAuthenticate([]string{w.called})
	if err != nil {
		return "", &Error{Trouble: BadMetadata, URL: w.server.URL, Status: http.StatusUnauthorized, Detail: "WWW-Authenticate: " + w.without(err.Error())}
	}
	for _, c := range challenges {
		if named := c.Params["resource_metadata"]; named != "" {
			return named, w.mayAsk(named)
		}
	}
	return "", nil
}

// wellKnown are the places of the metadata of a server that does not say where
// they are (RFC 9728, section 3.1).
func wellKnown(server string) []string {
	u, err := url.Parse(server)
	if err != nil {
		return nil
	}
	const name = "/.well-known/oauth-protected-resource"
	base := url.URL{Scheme: u.Scheme, Host: u.Host, Path: name}
	places := []string{base.String()}
	if path := strings.TrimRight(u.Path, "/"); path != "" {
		base.Path += path
		places = append([]string{base.String()}, places...)
	}
	return places
}

// resource fetches the metadata of the server.
func (w *watch) resource(ctx context.Context, place string) (*oauthex.ProtectedResourceMetadata, error) {
	if err := w.mayAsk(place); err != nil {
		return nil, err
	}
	meta, err := oauthex.GetProtectedResourceMetadata(ctx, place, w.server.URL, w.client())
	if err == nil || w.status() != 0 {
		return meta, err
	}
	// A server may be named by what is above it: clients take that too.
	for _, name := range above(w.server.URL) {
		if meta, other := oauthex.GetProtectedResourceMetadata(ctx, place, name, w.client()); other == nil {
			return meta, nil
		}
	}
	return nil, err
}

// above are the other names of a server at its host: with a slash or without,
// and the folders above.
func above(server string) []string {
	var names []string
	for rest := strings.TrimRight(server, "/"); ; {
		if rest != server {
			names = append(names, rest)
		}
		if rest+"/" != server {
			names = append(names, rest+"/")
		}
		i := strings.LastIndexByte(rest, '/')
		if i < 0 || strings.HasSuffix(rest[:i+1], "://") {
			return names
		}
		rest = rest[:i]
	}
}

// mayAsk refuses an address that a server has no reason to send its clients to:
// one that is not encrypted, or that is on this machine while the server is not.
func (w *watch) mayAsk(raw string) error {
	u, err := url.Parse(raw)
	why := ""
	switch {
	case err != nil || u.Host == "":
		why = "is no address"
	case isLoopback(u.Hostname()) && !isLoopback(hostOf(w.server.URL)):
		why = "is on this machine, and the server is not"
	case u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())):
		why = "does not begin with https://"
	case u.User != nil:
		why = "holds a user name"
	}
	if why == "" {
		return nil
	}
	return &Error{Trouble: BadMetadata, URL: w.server.URL, Status: http.StatusUnauthorized, Detail: w.without(raw) + " " + why}
}

// useless makes an [*Error] of metadata that could not be had.
func (w *watch) useless(ctx context.Context, place string, err error) error {
	told := w.explain(ctx, err)
	e, ok := errors.AsType[*Error](told)
	if !ok {
		return told
	}
	if slices.Contains([]Trouble{NotMCP, Refused, Forbidden, Missing, Rejected}, e.Trouble) {
		bad := &Error{Trouble: BadMetadata, URL: place, Status: e.Status, Proxy: e.Proxy, Err: err}
		if e.Status == 0 {
			bad.Detail = w.without(err.Error())
		}
		return bad
	}
	return e
}

// nothingThere reports whether the refusal that was noted is of an address at
// which there is nothing to be had.
func (w *watch) nothingThere() bool {
	return w.status() >= http.StatusBadRequest && w.status() < http.StatusInternalServerError
}

// status is that of the refusal that was noted, 0 if none was.
func (w *watch) status() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	if e, ok := errors.AsType[*Error](w.first); ok {
		return e.Status
	}
	return 0
}
