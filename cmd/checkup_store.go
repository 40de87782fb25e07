package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

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
	versions, aside, err := c.knownVersions(ctx)
	if err != nil {
		return "", err
	}
	req := installer.Request{Command: c.command, System: c.sys, Versions: versions}
	for _, client := range c.catalog {
		if !client.Detect(c.sys).Found {
			continue
		}
		url, _ := clients.ServerURL("us")
		if client, ok := client.In(c.at.scope); ok {
			req.Targets = append(req.Targets, installer.Target{
				Client: client, Skills: true, Server: &clients.Server{Name: clients.ServerName, URL: url, Auth: clients.OAuth},
			})
		}
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
		did += "\nwhat was kept of the source is left aside: " + aside.Error()
	}
	return did, nil
}

// knownVersions are the skills that are kept of the source: by them a copy that
// is on the disk is told from somebody's own skill. aside says why what is kept
// is of no use.
func (c *checkup) knownVersions(ctx context.Context) (versions []registry.Version, aside, err error) {
	src, err := c.source(sourceOptions{})
	if err != nil {
		return nil, nil, err
	}
	snapshot, _, err := c.env.cache().Load(ctx, src)
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	if ofType[*registry.NotCachedError](err) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, err, nil
	}
	for _, s := range snapshot.Skills {
		versions = append(versions, registry.Version{Commit: snapshot.Commit, Skill: s})
	}
	return versions, nil, nil
}

// checkOperation looks for an operation that was not completed.
func (c *checkup) checkOperation(context.Context) ([]finding, error) {
	op, err := c.store.Interrupted()
	if corrupt, ok := errors.AsType[*installer.CorruptError](err); ok {
		return []finding{c.damaged(corrupt, "the operation cannot be undone any more: the checks below say what it has left")}, nil
	}
	if op == nil || err != nil {
		return nil, err
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
