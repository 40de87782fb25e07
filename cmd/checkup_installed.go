package cmd

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fsskills/clients"
	"fsskills/installer"
)

// checkLeftovers looks for what killed operations have left beside the folders
// and files of the clients.
func (c *checkup) checkLeftovers(context.Context) ([]finding, error) {
	var folders, files []string
	for _, client := range c.catalog {
		client, ok := client.In(c.at.scope)
		if !ok {
			continue
		}
		for _, dir := range []string{client.SkillsDir(c.sys), client.AgentsDir(c.sys)} {
			if dir != "" {
				folders = append(folders, dir)
			}
		}
		url, _ := clients.ServerURL("us")
		for _, file := range client.ServerFiles(c.sys, clients.Server{Name: clients.ServerName, URL: url, Auth: clients.OAuth}) {
			if file.Path != "" {
				files = append(files, file.Path)
			}
		}
	}
	strays, err := c.store.Strays(folders, files)
	var found []finding
	for _, path := range strays {
		f := finding{
			Severity: severityWarning, Path: path,
			Message: path + " was left by an operation that did not end" + whenWritten(path),
			Remedy:  "look into it, and remove it if nothing in it is yours",
		}
		if entries, err := os.ReadDir(path); err == nil && len(entries) == 0 {
			f.Remedy = "remove it: it is empty"
			f.mend = func(context.Context) (string, error) { return "removed: it was empty", os.Remove(path) }
		}
		found = append(found, f)
	}
	return found, err
}

// checkInstalled compares what is recorded with the disk. Without a receipt that
// can be read there is nothing to compare, which has been said.
func (c *checkup) checkInstalled(context.Context) ([]finding, error) {
	if _, err := c.read(); err != nil {
		if ofType[*installer.CorruptError](err) || ofType[*installer.LockfileError](err) {
			return nil, nil
		}
		return nil, err
	}
	targets, err := c.statusTargets(nil)
	if err != nil {
		return nil, err
	}
	// What it warns of are the files and entries that later checks look at.
	compared, _ := installer.NewStatus(c.receipt, installer.Request{Command: c.command, System: c.sys, Targets: targets, Choices: c.receipt.Choices})
	var found []finding
	for _, one := range compared {
		edited := one.Kind == installer.KindServer && one.State == installer.StateEdited
		if one.Differs() && (!edited || !c.misspelt(one.Path)) {
			found = append(found, c.differs(one))
		}
	}
	return found, nil
}

// differs is the finding of a skill or an entry that is not as it was installed.
// What the user has edited is as it should be.
func (c *checkup) differs(one installer.Check) finding {
	flags := c.at.flags()
	f := finding{Severity: severityWarning, Path: one.Path, Remedy: one.Hint}
	what := "the " + string(one.Kind) + " " + one.Name
	if one.Kind == installer.KindServer {
		what = "the entry " + one.Name
	}
	var reasons []string
	if one.Reason != "" {
		reasons = append(reasons, one.Reason)
	}
	for _, file := range one.Files {
		if file.Reason != "" {
			reasons = append(reasons, file.Path+" ("+file.Reason+")")
		}
	}
	server := one.Kind == installer.KindServer
	f.Message = what + " in " + one.Path + " is " + stateWords(one)
	if len(reasons) > 0 {
		f.Message += ": " + strings.Join(reasons, ", ")
	}
	switch {
	case one.State == installer.StateFailed && server:
		f.Severity = severityError
	case one.State == installer.StateEdited && unheaded(one):
		f.Message += ", without which no client finds the skill"
		f.Remedy = "'fsskills install" + flags + " --force' puts it back after a backup, 'fsskills uninstall " + one.Name + flags + "' takes out the rest"
	case one.State == installer.StateEdited:
		f.Severity, f.Remedy = severityInfo, "nothing: it stays as you have it"
		if server {
			f.Remedy = "nothing, if that is meant: 'fsskills install" + flags + "' writes it as it was"
		}
	case one.State == installer.StateCurrent || one.State == installer.StateOutdated:
		f.Severity, f.Remedy = severityInfo, "'fsskills install"+flags+"' brings it up to date"
	case one.State == installer.StateAbsent && server:
		f.Remedy = "run 'fsskills install" + flags + "' to put it back, or 'fsskills uninstall" + flags + "' to be done with it"
	case one.State == installer.StateAbsent:
		f.Remedy = "run 'fsskills install" + flags + "' to put it back, or 'fsskills uninstall " + one.Name + flags + "' to be done with it"
	case one.State == installer.StateForeign:
		f.Remedy = "move what stands there away, and run 'fsskills install" + flags + "'"
	}
	return f
}

// unheaded reports whether a skill lacks the file by which clients know it.
func unheaded(one installer.Check) bool {
	return one.Kind == installer.KindSkill && slices.ContainsFunc(one.Files, func(file installer.FileChange) bool {
		return file.Path == "SKILL.md" && !isThere(filepath.Join(one.Path, file.Path))
	})
}

// whenWritten is when a file was written, for people; nothing if that is not
// known.
func whenWritten(path string) string {
	info, err := os.Lstat(path)
	if err != nil {
		return ""
	}
	return ", on " + info.ModTime().Local().Format(time.DateTime)
}
