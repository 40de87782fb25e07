package registry

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/transport"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"
)

// errIdle is the cause when nothing arrived for too long, and errEndless when
// one answer did not come to its end.
var (
	errIdle    = errors.New("no answer")
	errEndless = errors.New("an answer without end")
)

// isGivenUp says whether we have ended a request, and not the other side.
func isGivenUp(err error) bool { return errors.Is(err, errIdle) || errors.Is(err, errEndless) }

// An httpWire is go-git's HTTP session with a watch over its requests.
type httpWire struct {
	transport.UploadPackSession
	watch *watch
}

// dialHTTP prepares the session; nothing is sent yet.
func (r *Remote) dialHTTP(u *url.URL) (wire, error) {
	w := &watch{remote: r, idle: r.idle(), origin: u}
	client := http.Client{}
	if r.HTTP != nil {
		client = *r.HTTP
		w.base = client.Transport
	}
	switch base := w.base.(type) {
	case nil:
		w.own = &http.Transport{ForceAttemptHTTP2: true} // http.DefaultTransport asks the environment for a proxy
	case *http.Transport:
		w.own = base.Clone()
	}
	if w.own != nil {
		w.own.OnProxyConnectResponse = checkTunnel
		w.watchCertificates()
		w.base = w.own
	}
	if r.Token != "" && (u.Scheme == "https" || isLoopback(u.Hostname())) {
		w.user, w.token = r.User, r.Token
	}
	client.Transport = w
	ep, err := transport.NewEndpoint(u.String())
	if err != nil {
		return nil, err
	}
	session, err := githttp.NewClient(&client).NewUploadPackSession(ep, nil)
	if err != nil {
		return nil, err
	}
	return &httpWire{session, w}, nil
}

func (r *Remote) idle() time.Duration {
	if r.Idle > 0 {
		return r.Idle
	}
	return DefaultIdle
}

// AdvertisedReferencesContext asks for the list of refs.
func (w *httpWire) AdvertisedReferencesContext(ctx context.Context) (*packp.AdvRefs, error) {
	adv, err := w.UploadPackSession.AdvertisedReferencesContext(ctx)
	return adv, w.watch.first.check(err)
}

func (w *httpWire) cause() error { return w.watch.failure }

func (w *httpWire) again(context.Context) error { return nil }

func (w *httpWire) Close() error {
	w.watch.leaveList()
	if w.watch.own != nil {
		w.watch.own.CloseIdleConnections()
	}
	return w.UploadPackSession.Close()
}

// A watch is a RoundTripper that bounds how long and how much is read, that
// looks at what comes back before a git parser does, and that knows to whom the
// token may go.
type watch struct {
	remote      *Remote
	base        http.RoundTripper
	own         *http.Transport // base, to be closed, if we made it
	idle        time.Duration
	origin      *url.URL // the source's address
	user, token string
	wanted      atomic.Bool // a server has asked for a certificate of ours
	redirects   int         // one after the other
	failure     error       // of the latest request
	first       beginning   // of the latest answer
	headOnly    bool        // no ref but HEAD is of interest
	list        *refList    // the list that was not read to its end
}

// watchCertificates notes whether we are asked for a certificate: of a handshake
// that fails for want of one, TLS 1.2 does not tell the reason.
func (w *watch) watchCertificates() {
	if w.own.TLSClientConfig == nil {
		w.own.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if config := w.own.TLSClientConfig; config.GetClientCertificate == nil && len(config.Certificates) == 0 {
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			w.wanted.Store(true)
			return &tls.Certificate{}, nil
		}
	}
}

// errWantsCertificate is a handshake that failed after we were asked for one.
var errWantsCertificate = errors.New("a certificate is wanted")

// RoundTrip sends a request. Anything but git's answer becomes an error.
func (w *watch) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := w.finishList(); err != nil {
		w.failure = err
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(req.Context())
	idle := time.AfterFunc(w.idle, func() { cancel(errIdle) })
	whole := time.AfterFunc(answerIdles*w.idle, func() { cancel(errEndless) })
	took := w.remote.stopwatch()
	what := req.Method + " " + plainURL(req.URL)
	w.remote.trace("%s%s", what, bytesSent(req))
	var connected atomic.Bool
	req = req.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	}))
	w.failure, w.first = nil, beginning{}
	res, err := w.base.RoundTrip(w.authorized(req))
	idle.Stop()
	if err != nil {
		whole.Stop()
		if cause := context.Cause(ctx); isGivenUp(cause) {
			err = cause
		} else if isAlert(err) && w.wanted.Load() {
			err = fmt.Errorf("%w: %w", errWantsCertificate, err)
		} else if req.URL.Scheme == "http" && (isReset(err) || errors.Is(err, io.EOF)) {
			err = fmt.Errorf("%w: %w", errUnanswered, err)
		}
		w.failure = w.throughProxy(req, err, connected.Load())
		w.remote.trace("%s: no answer%s: %v", what, took(), networkError(plainURL(w.origin), w.failure))
		cancel(nil)
		return nil, w.failure
	}
	done := func(read int64) {
		w.remote.trace("%s: %s over %s, %d bytes%s", what, statusText(res.StatusCode), res.Proto, read, took())
	}
	body := &watchedBody{watch: w, done: done, body: res.Body, ctx: ctx, cancel: cancel, idle: idle, whole: whole, limit: maxErrorBytes}
	res.Body = body
	if err := w.checkAnswer(req, res); err != nil {
		_ = body.Close() // the answer is not wanted
		w.failure = err
		return nil, err
	}
	if res.StatusCode == http.StatusOK {
		w.redirects = 0
		body.most = maxPackBytes
		if strings.HasSuffix(req.URL.Path, "/info/refs") {
			body.most = maxRefsBytes
			if w.headOnly {
				res.Body = newRefList(body, res.ProtoMajor)
			}
		}
		body.limit = body.most
	}
	return res, nil
}

// plainURL is an address without a user, a password or a query.
func plainURL(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// bytesSent says how much goes along with a request.
func bytesSent(req *http.Request) string {
	if req.ContentLength <= 0 {
		return ""
	}
	return fmt.Sprintf(" with %d bytes", req.ContentLength)
}

// authorized is the request with the token, if it goes to the source's own
// scheme, host and port: a redirect may lead anywhere.
func (w *watch) authorized(req *http.Request) *http.Request {
	if !w.holdsToken(req) {
		return req
	}
	req = req.Clone(req.Context())
	req.SetBasicAuth(w.user, w.token)
	return req
}

func (w *watch) holdsToken(req *http.Request) bool {
	return w.token != "" && w.isOrigin(req)
}

// isOrigin says whether a request goes to the source's own scheme, host and port.
func (w *watch) isOrigin(req *http.Request) bool {
	return req.URL.Scheme == w.origin.Scheme && strings.EqualFold(req.URL.Host, w.origin.Host)
}

// throughProxy marks an error that the proxy is the reason of.
func (w *watch) throughProxy(req *http.Request, err error, connected bool) error {
	_, refused := errors.AsType[*tunnelError](err)
	op, isOp := errors.AsType[*net.OpError](err)
	unreached := isOp && (op.Op == "proxyconnect" || strings.HasPrefix(op.Op, "socks"))
	silent := !connected && (errors.Is(err, errIdle) || isReset(err) || errors.Is(err, io.EOF))
	_, record := errors.AsType[tls.RecordHeaderError](err)
	beyond := !unreached && (record || errors.Is(err, http.ErrSchemeMismatch))
	if !refused && !unreached && !silent && !beyond {
		return err
	}
	if w.own == nil || w.own.Proxy == nil {
		return err
	}
	proxy, proxyErr := w.own.Proxy(req)
	if proxyErr != nil || proxy == nil {
		return err
	}
	// A user name may be as secret as a password.
	address := url.URL{Scheme: proxy.Scheme, Host: proxy.Host}
	return &proxyError{address.String(), proxy.User != nil, beyond, err}
}

// A proxyError is a failure of the proxy, or of the way to it.
type proxyError struct {
	proxy  string
	login  bool // the proxy was given a user name
	beyond bool // what comes through the proxy is no TLS
	err    error
}

func (e *proxyError) Error() string { return e.err.Error() }
func (e *proxyError) Unwrap() error { return e.err }

// A tunnelError is the answer of a proxy that does not let us through.
type tunnelError struct{ code int }

func (e *tunnelError) Error() string { return "it answers " + statusText(e.code) }

// checkTunnel looks at a proxy's answer to CONNECT, of which net/http keeps the
// text alone.
func checkTunnel(_ context.Context, _ *url.URL, _ *http.Request, res *http.Response) error {
	if res.StatusCode == http.StatusOK {
		return nil
	}
	return &tunnelError{res.StatusCode}
}

// A statusError is an HTTP status that is neither success nor a redirect.
type statusError struct {
	code  int
	token bool          // a token was sent
	after time.Duration // how long the server asks to wait
	// elsewhere is the scheme and host that answer, if a redirect has led away from the
	// source's own; held says that there is a token, which was not sent there.
	elsewhere string
	held      bool
}

func (e *statusError) Error() string { return "the server answers " + statusText(e.code) }

// statusText is a status and its meaning, in our words alone.
func statusText(code int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", code, http.StatusText(code)))
}

// errWebPage and errDumb are answers of servers that do not speak git's smart
// protocol (https://git-scm.com/docs/http-protocol).
var (
	errWebPage = errors.New("the server answers with a web page, not with git")
	errDumb    = errors.New("the server offers git's files only, not its protocol")
)

func (w *watch) checkAnswer(req *http.Request, res *http.Response) error {
	switch {
	case res.StatusCode >= 300 && res.StatusCode < 400:
		return w.checkRedirect(req, res)
	case res.StatusCode == http.StatusProxyAuthRequired:
		return w.throughProxy(req, &tunnelError{res.StatusCode}, true)
	case res.StatusCode != http.StatusOK:
		e := &statusError{code: res.StatusCode, token: w.holdsToken(req), after: retryAfter(res.Header)}
		if !w.isOrigin(req) {
			e.elsewhere, e.held = req.URL.Scheme+"://"+req.URL.Host, w.token != ""
		}
		return e
	}
	want := "application/x-git-upload-pack-result"
	if req.Method == http.MethodGet {
		want = "application/x-git-upload-pack-advertisement"
	}
	kind, _, _ := strings.Cut(res.Header.Get("Content-Type"), ";")
	switch kind = strings.TrimSpace(kind); {
	case strings.EqualFold(kind, want):
		return nil
	case strings.HasPrefix(kind, "text/plain") || kind == "application/octet-stream" || kind == "":
		return errDumb
	default:
		return errWebPage
	}
}

// A watchedBody ends when nothing comes for too long, or too much.
type watchedBody struct {
	watch  *watch
	body   io.ReadCloser
	ctx    context.Context //nolint:containedctx // the request's, whose cause is asked
	cancel context.CancelCauseFunc
	idle   *time.Timer
	whole  *time.Timer
	most   int64 // of its bytes
	limit  int64 // how many of them may still come
	read   int64
	done   func(read int64) // is told at the end how many there were
}

func (b *watchedBody) Read(p []byte) (int, error) {
	b.idle.Reset(b.watch.idle)
	n, err := b.body.Read(p)
	b.idle.Stop()
	b.read += int64(n)
	b.watch.first.keep(p[:n])
	if b.limit -= int64(n); b.limit < 0 {
		n, err = 0, tooMuch(b.watch.origin.String(), b.most)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		if cause := context.Cause(b.ctx); isGivenUp(cause) {
			err = cause
		}
		b.watch.failure = err
	}
	return n, err
}

// Close reads the few bytes that may be left: only a connection whose answer
// was read to its end is used again.
func (b *watchedBody) Close() error {
	b.idle.Reset(b.watch.idle)
	rest, _ := io.CopyN(io.Discard, b.body, min(max(b.limit, 0), maxErrorBytes))
	b.idle.Stop()
	b.whole.Stop()
	err := b.body.Close()
	b.cancel(nil)
	if b.done != nil {
		b.done(b.read + rest)
		b.done = nil
	}
	return err
}
