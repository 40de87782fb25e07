package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"

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
	return session.Snapshot(ctx)
}

// open asks the source for its commit.
func (r *run) open(ctx context.Context, opts sourceOptions) (*registry.Session, error) {
	src, err := r.source(opts)
	if err != nil {
		return nil, err
	}
	remote, err := r.env.remote(opts)
	if err != nil {
		return nil, err
	}
	r.mentionOtherSource(opts, src)
	r.say("%s", r.env.errStyle().dim("Reading "+clean(src.URL)+" …"))
	return remote.Open(ctx, src)
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
