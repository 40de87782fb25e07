package probe

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// A watch is the way of all requests to one server. It gives them the key, cuts
// off what is too much, and keeps what went wrong first: the SDK turns that into
// text.
type watch struct {
	ctx    context.Context //nolint:containedctx // the SDK ends a session on a context of its own
	server Server
	home   string // the server's origin
	base   *http.Transport

	mu     sync.Mutex
	left   int64
	first  error  // of the way, or a status
	called string // what the server asks to sign in with
}

// watch prepares for requests to the server.
func (s Server) watch(ctx context.Context) (*watch, error) {
	u, err := url.Parse(s.URL)
	if err != nil || u.Host == "" {
		return nil, &Error{Trouble: Unreachable, URL: s.URL, Detail: "not an address"}
	}
	w := &watch{ctx: ctx, server: s, home: origin(u), left: mostBytes}
	if s.HTTP != nil {
		w.base = s.HTTP.Clone()
	} else {
		w.base = &http.Transport{}
	}
	w.base.OnProxyConnectResponse = func(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
		if resp.StatusCode != http.StatusOK {
			return &tunnelError{resp.StatusCode}
		}
		return nil
	}
	return w, nil
}

// client makes requests by way of w. A redirect is followed within the server's
// own origin only.
func (w *watch) client() *http.Client {
	const most = 5
	return &http.Client{Transport: w, CheckRedirect: func(req *http.Request, via []*http.Request) error {
		if len(via) > most {
			w.note(&Error{Trouble: NotMCP, URL: where(via[0].URL), Detail: "it redirects without end"})
			return http.ErrUseLastResponse
		}
		if origin(req.URL) != origin(via[0].URL) {
			w.note(&Error{Trouble: Moved, URL: where(via[0].URL), Detail: where(req.URL)})
			return http.ErrUseLastResponse
		}
		return nil
	}}
}

// RoundTrip makes one request.
func (w *watch) RoundTrip(req *http.Request) (*http.Response, error) {
	// The SDK has contexts that do not end with ours.
	ctx, cancel := context.WithCancel(req.Context())
	stop := context.AfterFunc(w.ctx, cancel)
	end := func() { stop(); cancel() }
	req = req.Clone(ctx)
	req.Header.Del("Authorization")
	if key := w.server.Key; !key.IsZero() && origin(req.URL) == w.home {
		req.Header.Set("Authorization", "Bearer "+key.Reveal())
	}
	resp, err := w.base.RoundTrip(req)
	if err != nil {
		end()
		err = w.classify(req, err)
		w.note(err)
		return nil, err
	}
	if resp.StatusCode >= http.StatusBadRequest {
		w.refused(req, resp)
	}
	resp.Body = &body{resp.Body, w, end}
	return resp, nil
}

// refused notes an answer that is a refusal. A server that does not know how to
// end a session has not failed.
func (w *watch) refused(req *http.Request, resp *http.Response) {
	if req.Method == http.MethodDelete {
		return
	}
	e := &Error{Trouble: Rejected, URL: where(req.URL), Status: resp.StatusCode, Proxy: w.proxy(req)}
	switch resp.StatusCode {
	case http.StatusUnauthorized:
		e.Trouble = Refused
	case http.StatusForbidden:
		e.Trouble = Forbidden
	case http.StatusNotFound, http.StatusGone, http.StatusMethodNotAllowed:
		e.Trouble = Missing
	case http.StatusProxyAuthRequired:
		if e.Proxy != "" {
			e.Trouble = Proxied
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.first == nil {
		w.first = e
		w.called = strings.Join(resp.Header.Values("WWW-Authenticate"), ", ")
	}
}

// note keeps the first thing that went wrong.
func (w *watch) note(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.first == nil {
		w.first = err
	}
}

// forget is a new start, with the same bounds.
func (w *watch) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.first = nil
}

// proxy is the address of the proxy that a request goes through, without what a
// user has to give there; empty if there is none.
func (w *watch) proxy(req *http.Request) string {
	if w.base.Proxy == nil {
		return ""
	}
	proxy, err := w.base.Proxy(req)
	if err != nil || proxy == nil {
		return ""
	}
	return (&url.URL{Scheme: proxy.Scheme, Host: proxy.Host}).String()
}

// where is an address without what may be secret in it.
func where(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// A body is an answer that ends when there was too much of it.
type body struct {
	io.ReadCloser
	w   *watch
	end func()
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.w.mu.Lock()
	b.w.left -= int64(n)
	over := b.w.left < 0
	b.w.mu.Unlock()
	if over {
		b.w.note(errTooLarge)
		b.end()
		return 0, errTooLarge
	}
	if err != nil && !errors.Is(err, io.EOF) && b.w.ctx.Err() == nil && !errors.Is(err, context.Canceled) {
		b.w.note(err)
	}
	return n, err
}

func (b *body) Close() error {
	b.end()
	return b.ReadCloser.Close()
}
