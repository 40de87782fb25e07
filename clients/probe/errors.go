package probe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
)

// A Trouble is a kind of failure.
type Trouble string

// The kinds.
const (
	Refused     Trouble = "refused"      // 401
	Forbidden   Trouble = "forbidden"    // 403
	Missing     Trouble = "missing"      // nothing of the kind is at that address
	Rejected    Trouble = "rejected"     // another status
	Moved       Trouble = "moved"        // a redirect to another host, which is Detail
	NotFound    Trouble = "not-found"    // no address is known of the host
	Proxied     Trouble = "proxy"        // the proxy does not let through, or cannot be reached
	NotTrusted  Trouble = "tls"          // its certificate, or the handshake
	Silent      Trouble = "silent"       // no answer in time
	Unreachable Trouble = "unreachable"  // no connection, or one that broke
	TooMuch     Trouble = "too-much"     // an answer without end
	NotMCP      Trouble = "not-mcp"      // an answer that no MCP server gives
	Open        Trouble = "open"         // nobody has to sign in
	NoMetadata  Trouble = "no-metadata"  // a 401 that does not say how to sign in
	BadMetadata Trouble = "bad-metadata" // what it says of signing in is of no use
)

// An Error is why a server is of no use. Nothing of it is fit to print as it is:
// Detail may be the server's own words.
type Error struct {
	Trouble Trouble
	URL     string // what was asked, without what may be secret in it
	Status  int    // of the answer, 0 if there was none
	Proxy   string // through which it was asked, empty if through none
	Detail  string
	Err     error
}

func (e *Error) Error() string {
	text := e.URL + ": " + string(e.Trouble)
	if e.Status != 0 {
		text += fmt.Sprintf(" (%d)", e.Status)
	}
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

var errTooLarge = errors.New("the answer is too large")

// A tunnelError is a proxy that makes no tunnel.
type tunnelError struct{ status int }

func (e *tunnelError) Error() string {
	return fmt.Sprintf("the proxy answers %d %s", e.status, http.StatusText(e.status))
}

// classify says what is wrong with the way of a request.
func (w *watch) classify(req *http.Request, err error) error {
	e := &Error{Trouble: Unreachable, URL: where(req.URL), Proxy: w.proxy(req), Detail: cause(err), Err: err}
	var (
		tunnel    *tunnelError
		op        *net.OpError
		dns       *net.DNSError
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
		verify    *tls.CertificateVerificationError
		record    tls.RecordHeaderError
		timeout   net.Error
	)
	isOp := errors.As(err, &op)
	switch {
	case errors.As(err, &tunnel):
		e.Trouble, e.Status = Proxied, tunnel.status
	case isOp && (op.Op == "proxyconnect" || strings.HasPrefix(op.Op, "socks")):
		e.Trouble = Proxied
	case errors.As(err, &authority), errors.As(err, &name), errors.As(err, &invalid), errors.As(err, &verify),
		errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch), isOp && op.Op == "remote error":
		e.Trouble = NotTrusted
	case w.ctx.Err() != nil, errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		e.Trouble = Silent
	case errors.As(err, &dns):
		e.Trouble = NotFound
	}
	return e
}

// cause is the innermost words of an error of the network, without the addresses
// that are said already.
func cause(err error) string {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return dns.Err
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Err != nil {
		return op.Err.Error()
	}
	return err.Error()
}

// explain makes an [*Error] of what has ended a conversation.
func (w *watch) explain(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	w.mu.Lock()
	first := w.first
	w.mu.Unlock()
	e := &Error{URL: w.server.URL, Err: err}
	switch {
	case errors.Is(first, errTooLarge), errors.Is(err, errTooLarge):
		e.Trouble = TooMuch
		return e
	case errors.As(first, &e):
		e.Detail = w.without(e.Detail)
		return e
	}
	e = &Error{Trouble: NotMCP, URL: w.server.URL, Detail: w.without(err.Error()), Err: err}
	switch {
	case ctx.Err() != nil:
		e.Trouble, e.Detail = Silent, ""
	case first != nil:
		e.Trouble, e.Detail = Unreachable, w.without(first.Error())
	}
	return e
}

// without is text without the key, which a server may have sent back, and not
// longer than anybody reads.
func (w *watch) without(text string) string {
	const most = 300
	if key := w.server.Key.Reveal(); key != "" {
		text = strings.ReplaceAll(text, key, w.server.Key.String())
	}
	if len(text) > most {
		text = text[:most] + "…"
	}
	return text
}
