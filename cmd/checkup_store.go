package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"fsskills/clients"
	"fsskills/installer"
	"fsskills/registry"
)

// checkConfig looks at the user's own file.
func (c *checkup) checkConfig(context.Context) ([]finding, error) {
	if c.configErr == nil {
		return nil, nil
	}
	return []finding{failure(c.configErr, filepath.Join(c.env.ConfigDir, configName))}, nil
}

// checkState looks at whose the state folder is and who else may read it.
func (c *checkup) checkState(context.Context) ([]finding, error) {
	if err := c.env.guard(c.at); err != nil {
		return []finding{failure(err, c.env.StateDir)}, nil
	}
	if info, err := os.Stat(c.store.Dir); err == nil && !info.IsDir() {
		return []finding{{
			Severity: severityError, Path: c.store.Dir, Message: c.store.Dir + " is a file, and should be the state folder",
			Remedy: "move it away",
		}}, nil
	}
	exposed, err := c.store.Exposed()
	if err != nil || len(exposed) == 0 {
		return nil, err
	}
	message := exposed[0] + " can be used by other users"
	if more := len(exposed) - 1; more > 0 {
		message += fmt.Sprintf(", and %d more in the state folder", more)
	}
	return []finding{{
		Severity: severityWarning, Path: exposed[0], Message: message, Remedy: "chmod -R go= " + c.store.Dir,
		mend: func(context.Context) (string, error) {
			return "closed to other users", installer.Conceal(exposed)
		},
	}}, nil
}

// checkReceipt looks whether it is known what is installed.
func (c *checkup) checkReceipt(context.Context) ([]finding, error) {
	_, err := c.store.Receipt()
	if err == nil {
		return nil, nil
	}
	corrupt, ok := errors.AsType[*installer.CorruptError](err)
	if !ok {
		return nil, err
	}
	f := failure(err, corrupt.Path)
	if !corrupt.Newer() {
		f.Remedy, f.mend = "run 'fsskills doctor --fix"+c.at.flags()+"': it keeps the file, and works out what is installed", c.rebuild
	}
	return []finding{f}, nil
}

// rebuild works the receipt out anew.
func (c *checkup) rebuild(ctx context.Context) (string, error) {
	req := installer.Request{Command: c.command, System: c.sys, Targets: c.likely()}
	aside, err := c.recall(ctx, &req)
	if err != nil {
		return "", err
	}
	rebuilt, err := c.store.Rebuild(req)
	if err != nil {
		return "", err
	}
	if rebuilt == nil {
		return "it can be read again", nil
	}
	did := mendedNote(rebuilt)
	if aside != nil && !rebuilt.Exact {
		did += "\nnot all versions of the skills are known here: " + aside.Error()
	}
	return did, nil
}

// likely are the clients in which something may be installed: those that are
// found, and those whose own files are there.
func (c *checkup) likely() []installer.Target {
	url, _ := clients.ServerURL("us")
	srv := clients.Server{Name: clients.ServerName, URL: first(c.config.url, url), Auth: clients.OAuth}
	var targets []installer.Target
	served := map[string]bool{}
	add := func(client clients.Client) {
		served[client.SkillsDir(c.sys)] = true
		targets = append(targets, installer.Target{Client: client, Skills: true, Agents: true, Server: &srv})
	}
	var others []clients.Client
	for _, client := range c.catalog {
		scoped, ok := client.In(c.at.scope)
		switch {
		case !ok:
		case client.Detect(c.sys).Found:
			add(scoped)
		default:
			others = append(others, scoped)
		}
	}
	for _, client := range others {
		dir := client.SkillsDir(c.sys)
		if dir != "" && !served[dir] && isThere(dir) || c.hasEntry(client, srv) {
			add(client)
		}
	}
	return targets
}

// hasEntry reports whether a file of the client's has our name in it. Whose
// entry that is shows when the file is read.
func (c *checkup) hasEntry(client clients.Client, srv clients.Server) bool {
	for _, file := range client.ServerFiles(c.sys, srv) {
		data, err := readRegular(file.Path)
		if err == nil && bytes.Contains(data, []byte(srv.Name)) {
			return true
		}
	}
	return false
}

// recall gives the request the skills that are kept of any source and, if a
// source is named or nothing is kept, those of the source: by them a copy that
// is on the disk is told from somebody's own skill. aside says why some of them
// are of no use.
func (c *checkup) recall(ctx context.Context, req *installer.Request) (aside, err error) {
	if err := c.env.guardCache(c.at); err != nil {
		return nil, err
	}
	kept, aside := c.env.cache().All(ctx)
	for _, snapshot := range kept {
		req.Versions = append(req.Versions, versionsIn(snapshot)...)
	}
	if len(kept) > 0 {
		req.Snapshot = kept[0]
	}
	if len(kept) == 0 || c.where.source != "" {
		aside = errors.Join(aside, c.recallSource(ctx, req))
	}
	return aside, ctx.Err()
}

// recallSource asks the source for all that it had.
func (c *checkup) recallSource(ctx context.Context, req *installer.Request) (err error) {
	session, err := c.open(ctx, c.where)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	if req.Snapshot, err = session.Snapshot(ctx); err != nil {
		return err
	}
	req.Versions = append(req.Versions, versionsIn(req.Snapshot)...)
	var names []string
	for _, s := range req.Snapshot.Skills {
		names = append(names, s.Name)
	}
	older, err := session.Versions(ctx, names)
	req.Versions = append(req.Versions, older...)
	return err
}

func versionsIn(snapshot *registry.Snapshot) []registry.Version {
	versions := make([]registry.Version, len(snapshot.Skills))
	for i, s := range snapshot.Skills {
		versions[i] = registry.Version{Commit: snapshot.Commit, Skill: s}
	}
	return versions
}

// checkOperation looks for an operation that was not completed.
func (c *checkup) checkOperation(context.Context) ([]finding, error) {
	var found []finding
	if c.lock == nil {
		holder, held, err := c.store.Held()
		switch {
		case err != nil:
			return nil, err
		case held:
			busy := &installer.LockedError{Holder: holder}
			return []finding{{Severity: severityInfo, Message: busy.Error() + "; what it does is not looked at", Remedy: busy.Hint()}}, nil
		case holder.PID != 0:
			found = append(found, finding{
				Severity: severityInfo, Message: fmt.Sprintf("%s, process %d, of %s has ended before it was done", holder.Command, holder.PID, holder.Since.Local().Format(time.DateTime)),
				Remedy: "nothing: it holds no lock any more, and its note goes with the next command that writes",
			})
		}
	}
	op, err := c.store.Interrupted()
	if corrupt, ok := errors.AsType[*installer.CorruptError](err); ok {
		return []finding{c.damaged(corrupt, "the operation cannot be undone any more: the checks below say what it has left")}, nil
	}
	if op == nil || err != nil {
		return found, err
	}
	return []finding{{
		Severity: severityWarning, Message: interruptedText(op),
		Remedy: "run 'fsskills doctor --fix" + c.at.flags() + "', or any command that writes",
		mend: func(context.Context) (string, error) {
			recovered, err := c.store.Recover()
			if corrupt, ok := errors.AsType[*installer.CorruptError](err); ok && !corrupt.Newer() {
				// Its head can be read, and the rest not.
				aside, err := c.store.PutAside(corrupt.Path)
				return fmt.Sprintf("%v: it cannot be undone any more, and is kept as %s", corrupt, aside), err
			}
			if err != nil || recovered == nil {
				return "it is complete by now", err
			}
			return strings.Join(recoveredText(recovered), "\n"), nil
		},
	}}, nil
}

// damaged is the finding of a journal or a backup that cannot be read.
func (c *checkup) damaged(corrupt *installer.CorruptError, means string) finding {
	f := failure(corrupt, corrupt.Path)
	if corrupt.Newer() {
		return f
	}
	f.Remedy = "run 'fsskills doctor --fix" + c.at.flags() + "' to put it aside"
	f.mend = func(context.Context) (string, error) {
		aside, err := c.store.PutAside(corrupt.Path)
		return "kept as " + aside + "; " + means, err
	}
	return f
}

// checkBackups looks whether every operation can be undone that is listed.
func (c *checkup) checkBackups(context.Context) ([]finding, error) {
	damaged, err := c.store.DamagedBackups()
	var found []finding
	for _, corrupt := range damaged {
		found = append(found, c.damaged(corrupt, "that operation cannot be undone any more"))
	}
	return found, err
}

// checkLock looks at the project's lock. It is the team's: nothing is mended.
func (c *checkup) checkLock(context.Context) ([]finding, error) {
	if c.at.root == "" {
		return nil, nil
	}
	path := installer.LockfilePath(c.at.root)
	lock, err := installer.ReadLockfile(c.at.root)
	if err != nil {
		return []finding{failure(err, path)}, nil
	}
	// Its places are checked against the catalog; the receipt does not matter.
	_, warnings, err := installer.Receipt{}.InProject(c.at.root, lock, c.catalog, c.sys)
	if err != nil {
		return []finding{failure(err, path)}, nil
	}
	var found []finding
	for _, w := range warnings {
		found = append(found, finding{Severity: severityInfo, Message: w, Path: path, Remedy: "update fsskills, or leave it to those who use them"})
	}
	return found, nil
}
