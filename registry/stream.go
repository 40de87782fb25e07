package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing/format/pktline"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/transport"
)

// dial prepares the wire that a URL asks for; nothing is sent yet. go-git's own ssh transport is
// not used: it cannot be cancelled, and takes proxy, known hosts and agent from
// environment variables, which a hostile project could set.
func (r *Remote) dial(where string) (w wire, warning string, err error) {
	u := splitSCP(where)
	if strings.Contains(where, "://") {
		if u, err = url.Parse(where); err != nil {
			return nil, "", &UsageError{"the source is no valid URL", "give one like " + DefaultSource}
		}
	}
	if (u.Scheme == "http" || u.Scheme == "git") && !isLoopback(u.Hostname()) {
		warning = "the source is fetched over " + u.Scheme + ", which anybody on the way can read and change"
	}
	switch u.Scheme {
	case "http", "https":
		w, err = r.dialHTTP(u)
	default:
		w = &stream{remote: r, url: u, where: where}
	}
	return w, warning, err
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// splitSCP reads user@host:path. The path is relative to the user's home on
// the server unless it begins with a slash, so it is kept as it is.
func splitSCP(where string) *url.URL {
	host, path, _ := strings.Cut(where, ":")
	u := &url.URL{Scheme: "ssh", Host: host, Path: path}
	if user, name, found := strings.Cut(host, "@"); found {
		u.User, u.Host = url.User(user), name
	}
	return u
}

// A stream is a wire over one connection that git-upload-pack is behind.
type stream struct {
	remote *Remote
	url    *url.URL
	where  string

	conn    net.Conn
	in      io.WriteCloser
	out     io.Reader
	adv     *packp.AdvRefs
	release context.CancelFunc // of the answer that is being read
	lost    func() bool        // whether an ssh connection has broken off; nil where nobody can tell
	failure error
}

func (s *stream) cause() error { return s.failure }

// again connects anew and hears the list of refs, which comes first.
func (s *stream) again(ctx context.Context) error {
	_ = s.Close() // a connection that is used up
	_, err := s.AdvertisedReferencesContext(ctx)
	return err
}

// open connects.
func (s *stream) open(ctx context.Context) error {
	s.adv, s.failure, s.lost = nil, nil, nil
	return s.guard(ctx, func(ctx context.Context) error {
		if s.url.Scheme == "git" {
			return s.dialDaemon(ctx)
		}
		return s.dialSSH(ctx)
	})
}

// dialDaemon asks git's own daemon
// (https://git-scm.com/docs/pack-protocol#_git_transport).
func (s *stream) dialDaemon(ctx context.Context) error {
	if err := s.connect(ctx, "9418"); err != nil {
		return err
	}
	s.in, s.out = s.conn, s.conn
	_, err := fmt.Fprint(s.conn, pkt(fmt.Sprintf("git-upload-pack %s\x00host=%s\x00", s.url.Path, s.url.Host)))
	return err
}

func pkt(text string) string { return fmt.Sprintf("%04x%s", len(text)+4, text) }

// connect opens the connection; the port is used if the URL has none.
func (s *stream) connect(ctx context.Context, port string) (err error) {
	if p := s.url.Port(); p != "" {
		port = p
	}
	var d net.Dialer
	address, took := net.JoinHostPort(s.url.Hostname(), port), s.remote.stopwatch()
	s.remote.trace("connect to %s", address)
	if s.conn, err = d.DialContext(ctx, "tcp", address); err != nil {
		s.remote.trace("connect to %s: no answer%s: %v", address, took(), networkError(s.where, err))
		return err
	}
	s.remote.trace("connected to %s%s", s.conn.RemoteAddr(), took())
	return nil
}

// guard runs one step, which ends when ctx does or when nothing comes for too
// long: then the connection is closed under it.
func (s *stream) guard(ctx context.Context, step func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	timer := time.AfterFunc(s.remote.idle(), func() { cancel(errIdle) })
	defer timer.Stop()
	err := step(ctx)
	if err != nil {
		_, told := errors.AsType[*AuthError](err)
		if cause := context.Cause(ctx); isGivenUp(cause) && !told {
			err = cause
		}
		if isNetwork(err) {
			s.failure = err
		}
	}
	return err
}

// isNetwork tells an error of the connection from one of the protocol.
func isNetwork(err error) bool {
	var n net.Error
	var limit *LimitError
	var auth *AuthError
	return isGivenUp(err) || errors.As(err, &n) || errors.As(err, &limit) || errors.As(err, &auth) || isHostKey(err)
}

// AdvertisedReferencesContext connects and reads the list of refs, which the
// server sends unasked. After an error it can be called again.
func (s *stream) AdvertisedReferencesContext(ctx context.Context) (_ *packp.AdvRefs, err error) {
	defer func() {
		if err != nil {
			_ = s.Close() // what was said on it does not help
		}
	}()
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	adv := packp.NewAdvRefs()
	first := &beginning{Reader: s.reader(ctx, maxRefsBytes)}
	err = first.check(adv.Decode(first))
	switch {
	case errors.Is(err, packp.ErrEmptyInput) && s.hasBroken(ctx):
		return nil, io.ErrUnexpectedEOF
	case errors.Is(err, packp.ErrEmptyInput):
		return nil, transport.ErrRepositoryNotFound // the reason is in a message for people
	case errors.Is(err, packp.ErrEmptyAdvRefs), err == nil && adv.IsEmpty():
		return nil, transport.ErrEmptyRemoteRepository
	case err != nil:
		if _, ok := errors.AsType[*pktline.ErrorLine](err); ok {
			return nil, transport.ErrRepositoryNotFound
		}
		return nil, err
	}
	transport.FilterUnsupportedCapabilities(adv.Capabilities)
	s.adv = adv
	return adv, nil
}

// hasBroken says of a connection on which nothing came whether it has broken off.
// Where that cannot be found out, the server has said all that it will.
func (s *stream) hasBroken(ctx context.Context) bool {
	lost := s.lost
	if lost == nil {
		return false
	}
	var broken bool
	err := s.guard(ctx, func(ctx context.Context) (err error) {
		broken, err = within(ctx, func() (bool, error) { return lost(), nil })
		return err
	})
	if err != nil {
		s.failure = nil
	}
	return broken && err == nil
}

// UploadPack asks for a pack. The connection serves one such request.
func (s *stream) UploadPack(ctx context.Context, req *packp.UploadPackRequest) (*packp.UploadPackResponse, error) {
	if err := req.Validate(); err != nil {
		return nil, err
	}
	conn := s.conn
	err := s.guard(ctx, func(ctx context.Context) error {
		defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
		if err := req.UploadRequest.Encode(s.in); err != nil {
			return err
		}
		if err := req.UploadHaves.Encode(s.in, false); err != nil {
			return err
		}
		_, err := io.WriteString(s.in, pkt("done\n"))
		return err
	})
	if err != nil {
		return nil, err
	}
	res := packp.NewUploadPackResponse(req)
	return res, res.Decode(io.NopCloser(s.reader(ctx, maxPackBytes)))
}

// Close ends the conversation: a flush packet says that nothing is wanted.
func (s *stream) Close() error {
	if s.release != nil {
		s.release()
	}
	if s.conn == nil {
		return nil
	}
	if s.in != nil && s.failure == nil {
		_, _ = s.in.Write(pktline.FlushPkt) // politeness; the server may be gone
	}
	err := s.conn.Close()
	s.conn, s.in = nil, nil
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// reader reads an answer of the server, with the bounds of a watchedBody.
func (s *stream) reader(ctx context.Context, limit int64) io.Reader {
	if s.release != nil {
		s.release()
	}
	ctx, s.release = context.WithTimeoutCause(ctx, answerIdles*s.remote.idle(), errEndless)
	return &streamReader{s, s.conn, ctx, limit, limit}
}

type streamReader struct {
	*stream
	conn  net.Conn
	ctx   context.Context //nolint:containedctx // io.Reader has no place for it
	most  int64           // of the answer's bytes
	limit int64           // how many of them may still come
}

func (r *streamReader) Read(p []byte) (n int, err error) {
	err = r.guard(r.ctx, func(ctx context.Context) error {
		defer context.AfterFunc(ctx, func() { _ = r.conn.Close() })()
		n, err = r.out.Read(p)
		if r.limit -= int64(n); r.limit < 0 {
			return tooMuch(r.where, r.most)
		}
		return err
	})
	return n, err
}
