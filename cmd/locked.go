package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"fsskills/clients"
	"fsskills/installer"
	"fsskills/registry"
)

// lockedClients are the clients of the project's lock. One that is not known
// here cannot have what is locked for it.
func (r *run) lockedClients() ([]string, error) {
	if strange := r.lockfile.Strangers(r.catalog); len(strange) > 0 {
		return nil, &installer.MismatchError{
			Path:   installer.LockfilePath(r.at.root),
			Differ: []string{strings.Join(strange, ", ") + " is not known here: define it in config.yaml, or install a newer fsskills"},
		}
	}
	return r.lockfile.Clients(), nil
}

// trustSource refuses a source that only the project's lock names: the lock
// came with the project, and skills instruct an agent. The default source, one
// that the user gives, that of the user's own file and one that they gave in the
// project before are fine.
func (r *run) trustSource(opts sourceOptions) error {
	if r.lockfile == nil || opts.source != "" {
		return nil
	}
	locked := r.lockfile.Source.URL
	if own, err := r.config.skills(r.env, ""); err == nil && own.URL == locked {
		return nil
	}
	switch {
	case locked == "" && r.receipt.Source.URL == "" && len(r.lockfile.Skills) > 0:
		return &usageError{
			msg:  installer.LockfileName + " names no address: the skills came from somebody's own disk",
			hint: "say with --source where they are here",
		}
	case locked == "", locked == registry.DefaultSource, slices.Contains(r.here.Choices.Trusted.Sources, locked):
		return nil
	}
	return &usageError{
		msg:  fmt.Sprintf("%s names a source that is not Fullstory's: %s", installer.LockfileName, clean(locked)),
		hint: "if you trust it, add --source " + clean(locked),
	}
}

// trustServer refuses a server, or a variable for its key, that only the
// project's lock names: whatever the variable holds would be sent there.
func (r *run) trustServer(opts entryOptions, srv clients.Server) error {
	if r.lockfile == nil {
		return nil
	}
	trusted := r.here.Choices.Trusted
	switch {
	case clients.Ours(srv.URL), opts.url != "", srv.URL == r.config.url, slices.Contains(trusted.Servers, srv.URL):
	default:
		return &usageError{
			msg:  fmt.Sprintf("%s names a server that is not Fullstory's: %s", installer.LockfileName, clean(srv.URL)),
			hint: "if you trust it, add --mcp-url " + clean(srv.URL),
		}
	}
	switch {
	case srv.KeyEnv == "", srv.KeyEnv == defaultKeyEnv, opts.keyEnv != "", srv.KeyEnv == r.config.keyEnv,
		slices.Contains(trusted.KeyEnvs, srv.KeyEnv):
		return nil
	}
	return &usageError{
		msg:  fmt.Sprintf("%s takes the API key from the variable %s", installer.LockfileName, clean(srv.KeyEnv)),
		hint: "if that is meant, add --api-key-env " + clean(srv.KeyEnv),
	}
}

// trust notes what the user has named by a flag in a project. What is recorded
// of the project otherwise may be from its lock.
func (r *run) trust(c *installer.Choices, source sourceOptions, entry entryOptions, snapshot *registry.Snapshot) {
	if snapshot != nil {
		source.rememberToken(c, snapshot.Source)
	}
	if r.at.root == "" {
		return
	}
	c.Trusted = r.here.Choices.Trusted
	add := func(list []string, word string) []string {
		if word == "" || slices.Contains(list, word) {
			return list
		}
		return append(slices.Clone(list), word)
	}
	if source.source != "" && snapshot != nil {
		c.Trusted.Sources = add(c.Trusted.Sources, snapshot.Source.URL)
	}
	c.Trusted.Servers = add(c.Trusted.Servers, entry.url)
	c.Trusted.KeyEnvs = add(c.Trusted.KeyEnvs, entry.keyEnv)
}

// fetchLocked gives the request what the project's lock names. Where all of it
// is on the disk already, nothing is fetched.
func (r *run) fetchLocked(ctx context.Context, req *installer.Request, opts sourceOptions) error {
	req.Exact = true
	if r.hasLocked() {
		return nil
	}
	snapshots := map[string]*registry.Snapshot{}
	for _, commit := range r.lockfile.Commits() {
		snapshot, err := r.fetchCommit(ctx, commit, opts)
		if missing, ok := errors.AsType[*registry.NotFoundError](err); ok && missing.What != "source" && missing.What != "repository" {
			return &installer.MismatchError{Path: installer.LockfilePath(r.at.root), Differ: []string{err.Error()}}
		}
		if err != nil {
			return err
		}
		snapshots[commit] = snapshot
		if req.Snapshot == nil {
			req.Snapshot = snapshot
		}
	}
	var err error
	req.Locked, err = r.lockfile.With(snapshots, r.at.root, r.catalog)
	return err
}

// hasLocked reports whether every chosen client has the locked skills already.
func (r *run) hasLocked() bool {
	for _, c := range r.chosen {
		dir := c.SkillsDir(r.sys)
		known := slices.ContainsFunc(r.receipt.Items, func(i installer.Item) bool {
			return i.Folder == dir && slices.Contains(i.Clients, c.ID)
		})
		if dir != "" && !known {
			return false
		}
	}
	return r.lockfile.On(r.at.root)
}

// fetchCommit brings one locked commit. A plain folder or archive has no
// commits: there the bytes have to agree.
func (r *run) fetchCommit(ctx context.Context, commit string, opts sourceOptions) (*registry.Snapshot, error) {
	where := first(opts.source, r.receipt.Source.URL)
	src, err := registry.ParseSource(where, "", r.env.Dir)
	if err != nil {
		return nil, err
	}
	opts.source, opts.ref = where, ""
	if src.Kind == registry.Git || src.Kind == registry.Local {
		if strings.HasPrefix(commit, "sha256:") {
			return nil, &registry.NotFoundError{What: "commit", Name: commit, In: src.URL}
		}
		opts.ref = commit
	}
	return r.fetch(ctx, opts)
}

// mentionOwnCopies says which clients have the skills for the user, too: some
// of them show both.
func (r *run) mentionOwnCopies() {
	if r.at.scope != clients.ProjectScope {
		return
	}
	own, err := r.env.store(site{}).Receipt()
	if err != nil {
		r.warn(err.Error())
		return
	}
	var ids []string
	for _, i := range own.Items {
		if !i.Left {
			ids = append(ids, i.Clients...)
		}
	}
	var both []string
	for _, c := range r.chosen {
		if slices.Contains(ids, c.ID) {
			both = append(both, c.ID)
		}
	}
	if len(both) > 0 {
		r.note(fmt.Sprintf("you have the skills for yourself, too, in %s, which may show them twice: 'fsskills uninstall --client %s' takes yours out", strings.Join(both, ", "), strings.Join(both, ",")))
	}
}
