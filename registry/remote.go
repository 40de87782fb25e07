package registry

import (
	"context"
	"net/http"
	"time"
)

// A Remote opens sources. The zero value works for public sources: it knows no
// proxy, no certificates but the system's and no ssh agent, for nothing here
// reads the environment or a configuration file, git's included.
type Remote struct {
	// HTTP fetches over http and https; proxies and certificates are its
	// business. It should have no Timeout, which would end slow downloads: Idle
	// ends dead ones.
	HTTP *http.Client
	// User and Token are sent as basic auth to the scheme, host and port of the
	// source's own address and nowhere else, a redirect's included: over https,
	// or http on this machine. An empty Token is none. It is never printed.
	User, Token string
	// TokenName is what errors call the place that the token is from.
	TokenName string
	// SSHAgent is the address of the ssh agent, a socket or a Windows pipe; the
	// agent's keys are the only ones used.
	SSHAgent string
	// KnownHosts are the files with the keys of ssh servers; those that do not
	// exist are passed over. A server that is in none of them is refused.
	KnownHosts []string
	// Idle is how long to wait for the next byte; 0 means [DefaultIdle]. One
	// answer may take ten times as long: a server that sends a byte now and then
	// holds nobody for ever.
	Idle time.Duration
	// Retrying, if it is set, is told why a request is made again and after
	// which pause. Wait makes the pause and ends with the context; nil means a
	// real one.
	Retrying func(why error, pause time.Duration)
	Wait     func(ctx context.Context, pause time.Duration) error
	// Trace, if it is set, is told what is tried: connections, requests, answers. It
	// is never told a token, a password or the query of an address. Now is the clock
	// for how long an answer took; without one that is left out.
	Trace func(format string, args ...any)
	Now   func() time.Time
}

// trace tells of something that is tried.
func (r *Remote) trace(format string, args ...any) {
	if r.Trace != nil {
		r.Trace(format, args...)
	}
}

// stopwatch returns how long ago it was called, as text: empty without a clock.
func (r *Remote) stopwatch() func() string {
	if r.Now == nil {
		return func() string { return "" }
	}
	start := r.Now()
	return func() string { return " in " + r.Now().Sub(start).Round(time.Millisecond/10).String() }
}

// A Session is a source whose commit is known and whose skills can be read.
type Session struct {
	source   Source
	commit   string
	pinned   bool
	head     string
	warnings []string
	saved    time.Time // of a kept snapshot

	load  func(context.Context) (*Snapshot, error)
	past  past // nil where there is none: in folders and archives
	close func() error
}

// Open finds out what a source holds now. For a git remote it lists the refs,
// which takes one request; a local repository is opened; a folder or archive
// is read whole, for its digest stands in for a commit.
//
// The errors are those of this package, or the context's. Close the session.
func (r *Remote) Open(ctx context.Context, src Source) (*Session, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	switch src.Kind {
	case Git:
		return r.openRemote(ctx, src)
	case Local:
		return openLocal(src)
	default:
		return openFiles(ctx, src)
	}
}

// Commit is the full commit id, or the digest of a folder or archive.
func (s *Session) Commit() string { return s.commit }

// Pinned says whether the ref is a tag or a commit id, which never moves.
func (s *Session) Pinned() bool { return s.pinned }

// Head is the commit of the source's HEAD, whatever the ref, and empty where
// there is none: with a pinned ref it tells whether there is news.
func (s *Session) Head() string { return s.head }

// Saved is when the snapshot was kept that stands in for the source, and zero
// if the source itself was asked.
func (s *Session) Saved() time.Time { return s.saved }

// Snapshot reads the skills. For a git remote this is the second request, on
// the connection of the first. So is the first question about the history, if
// it is asked before; over ssh and git's own protocol each further one makes a
// new connection.
func (s *Session) Snapshot(ctx context.Context) (*Snapshot, error) {
	snap, err := s.load(ctx)
	if err != nil {
		return nil, sourceError(s.source, err)
	}
	snap.Source, snap.Commit, snap.Pinned = s.source, s.commit, s.pinned
	snap.Warnings = append(snap.Warnings, s.warnings...)
	return snap, nil
}

// Close releases the connection or the repository.
func (s *Session) Close() error {
	if s.close == nil {
		return nil
	}
	return s.close()
}
