package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing/transport"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"
)

// errIdle is the cause when nothing arrived for too long.
var errIdle = errors.New("no answer")

// An httpWire is go-git's HTTP session with a watch over its requests.
type httpWire struct {
	transport.UploadPackSession
	watch *watch
	own   *http.Transport // to be closed, if we made it
}

// dialHTTP prepares the session; nothing is sent yet.
func (r *Remote) dialHTTP(u *url.URL) (wire, error) {
	w := &watch{idle: r.idle(), where: u.String()}
	client := http.Client{}
	if r.HTTP != nil {
		client = *r.HTTP
		w.base = client.Transport
	}
	var own *http.Transport
	if w.base == nil {
		own = &http.Transport{ForceAttemptHTTP2: true} // http.DefaultTransport asks the environment for a proxy
		w.base = own
	}
	client.Transport = w
	ep, err := transport.NewEndpoint(u.String())
	if err != nil {
		return nil, err
	}
	var auth transport.AuthMethod
	if r.Token != "" && u.Scheme == "https" {
		auth = &githttp.BasicAuth{Username: "token", Password: r.Token}
	}
	session, err := githttp.NewClient(&client).NewUploadPackSession(ep, auth)
	if err != nil {
		return nil, err
	}
	return &httpWire{session, w, own}, nil
}

func (r *Remote) idle() time.Duration {
	if r.Idle > 0 {
		return r.Idle
	}
	return DefaultIdle
}

func (w *httpWire) cause() error { return w.watch.failure }

func (w *httpWire) again(context.Context) error { return nil }

func (w *httpWire) Close() error {
	if w.own != nil {
		w.own.CloseIdleConnections()
	}
	return w.UploadPackSession.Close()
}

// A watch is a RoundTripper that bounds how long and how much is read, and
// that looks at what comes back before a git parser does.
type watch struct {
	base    http.RoundTripper
	idle    time.Duration
	where   string
	failure error // of the latest request
}

// RoundTrip sends a request. Anything but git's answer becomes an error.
func (w *watch) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	timer := time.AfterFunc(w.idle, func() { cancel(errIdle) })
	w.failure = nil
	res, err := w.base.RoundTrip(req.WithContext(ctx))
	timer.Stop()
	if err != nil {
		if errors.Is(context.Cause(ctx), errIdle) {
			err = errIdle
		}
		w.failure = w.throughProxy(req, err)
		cancel(nil)
		return nil, w.failure
	}
	body := &watchedBody{watch: w, body: res.Body, ctx: ctx, cancel: cancel, timer: timer, limit: maxErrorBytes}
	res.Body = body
	if err := checkAnswer(req, res); err != nil {
		_ = body.Close() // the answer is not wanted
		w.failure = err
		return nil, err
	}
	if res.StatusCode == http.StatusOK {
		body.limit = maxPackBytes
		if strings.HasSuffix(req.URL.Path, "/info/refs") {
			body.limit = maxRefsBytes
		}
	}
	return res, nil
}

// throughProxy marks an error that a proxy is the likely reason of: a refused
// tunnel is known by its text only.
func (w *watch) throughProxy(req *http.Request, err error) error {
	t, ok := w.base.(*http.Transport)
	if !ok || t.Proxy == nil || isTLS(err) || errors.Is(err, errIdle) || errors.Is(err, context.Canceled) {
		return err
	}
	proxy, proxyErr := t.Proxy(req)
	if proxyErr == nil && proxy == nil {
		return err
	}
	e := &proxyError{err: err}
	if proxy != nil {
		e.proxy = proxy.Redacted()
	}
	return e
}

type proxyError struct {
	proxy string
	err   error
}

func (e *proxyError) Error() string { return e.err.Error() }
func (e *proxyError) Unwrap() error { return e.err }

// A statusError is an HTTP status that is neither success nor a redirect.
type statusError struct{ code int }

func (e *statusError) Error() string {
	return fmt.Sprintf("http status %d %s", e.code, http.StatusText(e.code))
}

// errWebPage and errDumb are answers of servers that do not speak git's smart
// protocol (https://git-scm.com/docs/http-protocol).
var (
	errWebPage = errors.New("the server answers with a web page, not with git")
	errDumb    = errors.New("the server offers git's files only, not its protocol")
)

func checkAnswer(req *http.Request, res *http.Response) error {
	switch {
	case res.StatusCode >= 300 && res.StatusCode < 400:
		return nil // followed or refused by go-git
	case res.StatusCode != http.StatusOK:
		return &statusError{res.StatusCode}
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
	timer  *time.Timer
	limit  int64
}

func (b *watchedBody) Read(p []byte) (int, error) {
	b.timer.Reset(b.watch.idle)
	n, err := b.body.Read(p)
	b.timer.Stop()
	if b.limit -= int64(n); b.limit < 0 {
		n, err = 0, &LimitError{Where: b.watch.where, What: "the download may have"}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		if errors.Is(context.Cause(b.ctx), errIdle) {
			err = errIdle
		}
		b.watch.failure = err
	}
	return n, err
}

// Close reads the few bytes that may be left: only a connection whose answer
// was read to its end is used again.
func (b *watchedBody) Close() error {
	b.timer.Reset(b.watch.idle)
	_, _ = io.CopyN(io.Discard, b.body, min(max(b.limit, 0), maxErrorBytes))
	b.timer.Stop()
	err := b.body.Close()
	b.cancel(nil)
	return err
}
