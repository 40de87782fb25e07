package registry

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/sideband"
	"github.com/go-git/go-git/v5/plumbing/transport"
)

// A wire speaks git's upload-pack protocol, over HTTP or a stream.
type wire interface {
	AdvertisedReferencesContext(context.Context) (*packp.AdvRefs, error)
	UploadPack(context.Context, *packp.UploadPackRequest) (*packp.UploadPackResponse, error)
	Close() error
	// cause is what went wrong below the protocol, if anything did: go-git
	// keeps only the text of some errors.
	cause() error
	// again makes the wire ready for another UploadPack after a refused one.
	again(context.Context) error
}

// A remote is a repository behind a wire.
type remote struct {
	remote *Remote
	wire   wire
	where  string
	caps   *capability.List
	refs   refs
	target target
	used   bool // the wire has served a request for a pack
}

func (r *Remote) openRemote(ctx context.Context, src Source) (*Session, error) {
	w, warning, err := r.dial(src.URL)
	if err != nil {
		return nil, err
	}
	if overHTTP, ok := w.(*httpWire); ok {
		overHTTP.watch.headOnly = namesHead(src.Ref)
	}
	rem := &remote{remote: r, wire: w, where: src.URL}
	if err := rem.list(ctx, src.Ref); err != nil {
		_ = w.Close() // the first error is the one that tells
		return nil, err
	}
	s := &Session{
		source: src,
		commit: rem.target.id.String(),
		pinned: rem.target.pinned,
		head:   rem.refs.headID(),
		load:   rem.snapshot,
		past:   rem,
		close:  w.Close,
	}
	for _, warning := range []string{warning, rem.target.warning} {
		if warning != "" {
			s.warnings = append(s.warnings, warning)
		}
	}
	return s, nil
}

// list reads the refs and resolves ref.
func (r *remote) list(ctx context.Context, ref string) error {
	var adv *packp.AdvRefs
	err := r.remote.persist(ctx, false, func() (err error) {
		if adv, err = r.wire.AdvertisedReferencesContext(ctx); err != nil {
			return r.explain(ctx, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.caps = adv.Capabilities
	r.refs = advertisedRefs(adv)
	if r.target, err = r.refs.resolve(ref, r.where); err == nil {
		r.remote.trace("read %d refs; wanted is commit %s", len(r.refs.names), r.target.id)
	}
	return err
}

// snapshot fetches the commit and reads its skills.
func (r *remote) snapshot(ctx context.Context) (*Snapshot, error) {
	p, err := r.fetch(ctx)
	if err != nil {
		return nil, err
	}
	t, err := openCommit(p, r.target.id)
	if err != nil {
		return nil, notACommit(err, r.target.id, r.where)
	}
	return collect(ctx, t, r.where)
}

// notACommit says in the user's terms that an id names no commit.
func notACommit(err error, id plumbing.Hash, where string) error {
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return &NotFoundError{What: "commit", Name: id.String(), In: where}
	}
	return &SourceError{Where: where, Err: err, Remedy: "check the repository with git fsck"}
}

// fetch asks for the one commit. Where the server does not hand out commits by
// id, it fetches the latest of every branch and looks among them.
func (r *remote) fetch(ctx context.Context) (pack, error) {
	if r.byID() {
		p, err := r.ask(ctx, query{ids: r.wanted(), depth: 1, doubtful: !r.target.listed})
		if err == nil || r.target.listed || !isDenied(err) {
			return p, err
		}
	}
	return r.ask(ctx, query{ids: r.refs.tips(), depth: searchDepth})
}

// byID says whether the server offers to hand out the commit by its id.
func (r *remote) byID() bool {
	return r.target.listed ||
		r.caps.Supports(capability.AllowReachableSHA1InWant) ||
		r.caps.Supports(capability.AllowTipSHA1InWant)
}

// wanted is what to ask for to get the commit in a single request.
func (r *remote) wanted() []plumbing.Hash {
	switch {
	case !r.target.tag.IsZero():
		return []plumbing.Hash{r.target.tag}
	case r.byID():
		return []plumbing.Hash{r.target.id}
	default:
		return r.refs.tips()
	}
}

// A deniedError is an answer of the server that is no pack.
type deniedError struct{ err error }

func (e deniedError) Error() string { return e.err.Error() }
func (e deniedError) Unwrap() error { return e.err }

func isDenied(err error) bool {
	_, denied := errors.AsType[deniedError](err)
	return denied
}

// A query says which part of a history is wanted.
type query struct {
	ids   []plumbing.Hash // where it begins
	depth int             // how many generations of it, where the server can count them; 0 is all
	// have is a commit that is left out with all its ancestors, if it is not
	// zero. A server that does not know it refuses.
	have plumbing.Hash
	// commitsOnly leaves out what is in the commits, where the server can.
	commitsOnly bool
	// doubtful says that the server may refuse, and that there is another way.
	doubtful bool
}

// request puts a query into the words of the protocol.
func (r *remote) request(q query) *packp.UploadPackRequest {
	req := packp.NewUploadPackRequestFromCapabilities(r.caps)
	req.Wants = q.ids
	if q.depth > 0 && r.caps.Supports(capability.Shallow) {
		req.Depth = packp.DepthCommits(q.depth)
		_ = req.Capabilities.Set(capability.Shallow) // fails on a value only
	}
	if !q.have.IsZero() {
		req.Haves = []plumbing.Hash{q.have}
	}
	if q.commitsOnly && r.caps.Supports(capability.Filter) {
		req.Filter = packp.FilterTreeDepth(0)
		_ = req.Capabilities.Set(capability.Filter) // the same
	}
	if r.caps.Supports(capability.NoProgress) {
		_ = req.Capabilities.Set(capability.NoProgress)
	}
	return req
}

// errUnknown is a server that does not know the commit we have: it would send
// the whole history.
var errUnknown = errors.New("the server does not have the older commit")

// ask fetches what a query wants into memory.
func (r *remote) ask(ctx context.Context, q query) (p pack, err error) {
	err = r.remote.persist(ctx, q.doubtful, func() (err error) {
		p, err = r.try(ctx, q)
		return err
	})
	return p, err
}

// try is one attempt of ask.
func (r *remote) try(ctx context.Context, q query) (pack, error) {
	if r.used {
		if err := r.wire.again(ctx); err != nil {
			return nil, r.explain(ctx, err)
		}
	}
	r.used = true
	req := r.request(q)
	r.remote.trace("ask for the pack of %d commits, depth %d", len(q.ids), q.depth)
	res, err := r.wire.UploadPack(ctx, req)
	if err != nil {
		return nil, r.refusedOr(ctx, err)
	}
	defer res.Close() //nolint:errcheck // all of it has been read or is not wanted
	if !q.have.IsZero() && len(res.ACKs) == 0 {
		return nil, deniedError{errUnknown}
	}
	most := uint32(maxObjects)
	if req.Filter != "" {
		most = maxBetween
	}
	p, err := readPack(ctx, demultiplex(req.Capabilities, res), r.where, most)
	if err != nil {
		return nil, r.explain(ctx, &damageError{err})
	}
	return p, nil
}

// refusedOr tells a refusal, after which another request makes sense, from a
// request that was given up. A broken connection may be a refusal: a server
// that hangs up on a bad want can lose its own message.
func (r *remote) refusedOr(ctx context.Context, err error) error {
	explained := r.explain(ctx, err)
	_, tooLarge := errors.AsType[*LimitError](explained)
	if ctx.Err() != nil || tooLarge || isGivenUp(r.wire.cause()) {
		return explained
	}
	return deniedError{explained}
}

// demultiplex gives the pack out of an answer that carries messages as well.
func demultiplex(caps *capability.List, r io.Reader) io.Reader {
	switch {
	case caps.Supports(capability.Sideband64k):
		return sideband.NewDemuxer(sideband.Sideband64k, r)
	case caps.Supports(capability.Sideband):
		return sideband.NewDemuxer(sideband.Sideband, r)
	default:
		return r
	}
}

// explain turns an error of the transport into one of this package.
func (r *remote) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	cause := r.wire.cause()
	if cause != nil {
		err = cause
	}
	var limit *LimitError
	var auth *AuthError
	var source *SourceError
	var bug *BugError
	switch {
	case errors.As(err, &bug):
		return bug
	case errors.As(err, &limit):
		return limit
	case errors.As(err, &auth):
		return auth
	case errors.As(err, &source):
		return source
	case errors.Is(err, errSHA256):
		return unreadFormat(r.where, errSHA256)
	case errors.Is(err, transport.ErrEmptyRemoteRepository):
		return &SourceError{Where: r.where, Err: errNoCommits, Remedy: "push a commit to it first"}
	case errors.Is(err, transport.ErrRepositoryNotFound):
		return &NotFoundError{What: "repository", Name: r.where}
	}
	err = networkError(r.where, err)
	if errors.As(err, &auth) {
		auth.Name = r.remote.TokenName
	}
	if e, ok := errors.AsType[*NetworkError](err); ok && cause == nil {
		if _, whole := r.wire.(*httpWire); whole {
			e.passing = false // all of the answer has come: the next would be no other
		}
	}
	return err
}

var errNoCommits = errors.New("the repository has no commits")

// size says how much n bytes are.
func size(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}
