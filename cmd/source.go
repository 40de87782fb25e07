package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"fsskills/installer"
	"fsskills/registry"
)

// source is where skills come from: what the flags say, else what is
// recorded, else what the user's own file says, else Fullstory's repository.
func (r *run) source(opts sourceOptions) (registry.Source, error) {
	rec := r.receipt.Source
	ref := opts.ref
	if opts.source == "" && rec.URL != "" {
		if ref == "" {
			ref = rec.Ref
		}
		if opts.ref == "HEAD" {
			ref = ""
		}
		if ref != rec.Ref {
			return registry.ParseSource(rec.URL, ref, r.env.Dir)
		}
		return registry.Source{Kind: rec.Kind, URL: rec.URL, Ref: ref}, nil
	}
	if opts.source == "" {
		return r.config.skills(r.env, ref)
	}
	if ref == "HEAD" {
		ref = ""
	}
	return registry.ParseSource(opts.source, ref, r.env.Dir)
}

// fetch brings the snapshot.
func (r *run) fetch(ctx context.Context, opts sourceOptions) (_ *registry.Snapshot, err error) {
	session, err := r.open(ctx, opts)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	return r.snapshot(ctx, session)
}

// snapshot brings the snapshot of a session. One that comes from the source
// itself is remembered, to be kept when the run is carried out.
func (r *run) snapshot(ctx context.Context, session *registry.Session) (*registry.Snapshot, error) {
	p := r.start("Fetching the skills")
	defer p.drop()
	snapshot, err := session.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	if session.Saved().IsZero() {
		r.fetched = append(r.fetched, snapshot)
	}
	p.done(fmt.Sprintf("Fetched %d %s, %.12s", len(snapshot.Skills), plural(len(snapshot.Skills), "skill"), clean(snapshot.Commit)))
	return snapshot, nil
}

// open asks the source for its commit. With --offline, what was kept of a
// remote one stands in for it.
func (r *run) open(ctx context.Context, opts sourceOptions) (*registry.Session, error) {
	r.env.tracing.phase("ask the source")
	session, err := r.openSource(ctx, opts)
	if err != nil {
		return nil, r.moved(err, opts)
	}
	pinned := ""
	if session.Pinned() {
		pinned = ", which never moves"
	}
	r.env.tracing.say("the source is at commit %s%s", session.Commit(), pinned)
	r.env.tracing.phase("fetch")
	return session, nil
}

func (r *run) openSource(ctx context.Context, opts sourceOptions) (*registry.Session, error) {
	src, err := r.source(opts)
	if err != nil {
		return nil, err
	}
	r.env.tracing.say("source, %s: %s %s%s", r.sourceBy(opts), src.Kind, src.URL, prefixed(" at ", src.Ref))
	r.mentionOtherSource(opts, src)
	if opts.offline && src.Kind == registry.Git {
		return r.openKept(ctx, src)
	}
	remote, err := r.remote(opts, src)
	if err != nil {
		return nil, err
	}
	p := r.start("Reading " + tilde(src.URL, r.env.Home))
	defer p.drop()
	return remote.Open(ctx, src)
}

// moved leads from a recorded source that is not there any more to its new place:
// there is no --source to be corrected.
func (r *run) moved(err error, opts sourceOptions) error {
	gone, ok := errors.AsType[*registry.NotFoundError](err)
	if !ok || opts.source != "" || r.receipt.Source.URL == "" || gone.What == "ref" || gone.What == "commit" {
		return err
	}
	return &hintedError{err: err, hint: "it was installed from " + r.receipt.Source.URL + "; if the source has moved, name its new place with --source"}
}

// sourceBy is what names the source.
func (r *run) sourceBy(opts sourceOptions) string {
	switch {
	case opts.source != "":
		return "named by --source"
	case r.receipt.Source.URL != "":
		return "recorded"
	case r.config.source != "":
		return "named by " + r.config.path
	}
	return "Fullstory's own"
}

// versions asks the source for what it had at other commits, if the plan finds
// strangers: a skill that is no newest may be a copy of an older one.
func (r *run) versions(ctx context.Context, session *registry.Session, plan installer.Plan) ([]registry.Version, error) {
	names := plan.Strangers()
	if session == nil || len(names) == 0 || r.opts.force {
		return nil, nil
	}
	versions, err := session.Versions(ctx, names)
	if ctx.Err() != nil {
		return nil, err
	}
	if err != nil {
		r.note(fmt.Sprintf("whether %s is an older version of the source's could not be found out: %v", strings.Join(names, ", "), err))
	}
	return versions, nil
}

// openKept opens what was kept of a source, and says from when it is. It may be
// older than what is installed, which another machine or project has brought.
func (r *run) openKept(ctx context.Context, src registry.Source) (*registry.Session, error) {
	if err := r.env.guardCache(r.at); err != nil {
		return nil, err
	}
	session, err := r.env.cache().Open(ctx, src)
	r.env.tracing.say("cache %s: it has the source: %t", r.env.CacheDir, err == nil)
	if err != nil {
		return nil, err
	}
	note := fmt.Sprintf("offline: the skills of %s are as they were kept on %s, commit %.12s", src.URL, session.Saved().Local().Format(time.DateTime), session.Commit())
	if rec := r.receipt.Source; rec.URL == src.URL && rec.Ref == src.Ref && rec.Commit != "" && rec.Commit != session.Commit() {
		note += fmt.Sprintf("; commit %.12s, which is installed, may be newer", rec.Commit)
	}
	r.note(note)
	return session, nil
}

// before is the snapshot of the recorded commit, nil if it is not kept: what has
// changed since can be told without it, but not as well. newer is what came after
// it, if anything did: they have much in common.
func (r *run) before(ctx context.Context, newer *registry.Snapshot) (*registry.Snapshot, error) {
	was := r.receipt.Source
	switch {
	case was.Commit == "":
		return nil, nil
	case r.installed != nil:
		return r.installed, nil // it takes neither memory nor time twice
	}
	for _, s := range r.fetched {
		if s.Source.URL == was.URL && s.Commit == was.Commit {
			return s, nil // nothing is new
		}
	}
	if err := r.env.guardCache(r.at); err != nil {
		return nil, err
	}
	snapshot, err := r.env.cache().At(ctx, was.URL, was.Commit, newer)
	r.env.tracing.say("cache %s: it has commit %.12s, which is installed: %t", r.env.CacheDir, was.Commit, snapshot != nil)
	if ctx.Err() != nil {
		return nil, err
	}
	if err != nil {
		r.note("what was kept of the source is left aside: " + err.Error())
	}
	return snapshot, nil
}

// cache is where snapshots are kept.
func (e *Env) cache() registry.Cache { return registry.Cache{Dir: e.CacheDir} }

// keep keeps what was fetched for a time without network. What was asked for is
// done without it.
func (r *run) keep() {
	for _, snapshot := range r.fetched {
		err := r.env.cache().Save(snapshot)
		r.env.tracing.say("cache %s: commit %.12s is kept: %t", r.env.CacheDir, snapshot.Commit, err == nil)
		if err != nil {
			r.warn("the skills are not kept for --offline: " + err.Error())
		}
	}
}
