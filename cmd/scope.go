package cmd

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"fsskills/clients"
	"fsskills/installer"
)

// scopeOptions are the flags about for whom something is installed.
type scopeOptions struct {
	scope   string
	global  bool
	project bool
	dir     string
}

func (o *scopeOptions) declare(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.scope, "scope", "", "for `whom`: user, everything that you do, or project, everybody who works on it (default user)")
	f.BoolVarP(&o.global, "global", "g", false, "the same as --scope user")
	f.BoolVarP(&o.project, "project", "p", false, "the same as --scope project")
	f.StringVar(&o.dir, "dir", "", "the project's `root` (default the git root above the working folder); means --scope project")
}

// word is the scope that the flags ask for, empty if they leave it open.
func (o *scopeOptions) word() (clients.Scope, error) {
	var scope clients.Scope
	var by string
	for _, ask := range []struct {
		flag  string
		given bool
		scope clients.Scope
	}{
		{"--scope " + o.scope, o.scope != "", clients.Scope(o.scope)},
		{"--global", o.global, clients.UserScope},
		{"--project", o.project, clients.ProjectScope},
		{"--dir", o.dir != "", clients.ProjectScope},
	} {
		switch {
		case !ask.given:
			continue
		case ask.scope != clients.UserScope && ask.scope != clients.ProjectScope:
			return "", unknownValue(fmt.Sprintf("--scope %s is not known", clean(o.scope)), "--scope", o.scope, []string{string(clients.UserScope), string(clients.ProjectScope)})
		case scope != "" && scope != ask.scope:
			return "", contradiction(by, ask.flag)
		}
		scope, by = ask.scope, ask.flag
	}
	return scope, nil
}

// A site is where a command works: with the user's own things or in a project.
type site struct {
	scope clients.Scope
	root  string // of the project, absolute and without links; empty for the user
	named bool   // by --dir: from the working folder another project may be found, or none
}

// site is what the flags ask for. Without any it is the user's.
func (o *scopeOptions) site(env *Env) (site, error) {
	scope, err := o.word()
	if err != nil || scope != clients.ProjectScope {
		return site{scope: clients.UserScope}, err
	}
	root := o.dir
	switch {
	case root == "":
		if root = env.project(); root == "" {
			return site{}, &usageError{
				msg:  env.Dir + " is in no git repository, so the project's root is not known",
				hint: "name it with --dir",
			}
		}
	case !filepath.IsAbs(root):
		root = filepath.Join(env.Dir, root)
	}
	real, err := filepath.EvalSymlinks(root)
	if err != nil {
		return site{}, &usageError{msg: "--dir: " + root + " cannot be used: " + cause(err), hint: "give the folder of a project"}
	}
	if info, err := os.Stat(real); err != nil || !info.IsDir() {
		return site{}, &usageError{msg: "--dir: " + root + " is not a folder", hint: "give the folder of a project"}
	}
	home := env.Home
	if h, err := filepath.EvalSymlinks(home); err == nil {
		home = h
	}
	if isBelow(home, real) {
		return site{}, &usageError{
			msg:  root + " holds your home folder, so that it is no project",
			hint: "leave --scope project out, or name a project with --dir",
		}
	}
	return site{scope: clients.ProjectScope, root: real, named: o.dir != ""}, nil
}

// storeDir is where fsskills keeps what it knows of the site: for a project a
// folder of its own, which has the project's name for whoever looks.
func (e *Env) storeDir(at site) string {
	if at.scope != clients.ProjectScope {
		return e.StateDir
	}
	sum := sha256.Sum256([]byte(at.root))
	name := strings.Map(func(r rune) rune {
		if r == '-' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r
		}
		return '-'
	}, filepath.Base(at.root))
	return filepath.Join(e.StateDir, installer.ProjectsName, name[:min(len(name), 32)]+"-"+hex.EncodeToString(sum[:8]))
}

// flags are those that lead another command to the same site.
func (s site) flags() string {
	switch {
	case s.named:
		return " --dir " + clean(s.root)
	case s.scope == clients.ProjectScope:
		return " --scope project"
	}
	return ""
}

// scopeOf is the scope that args ask for, which could not be parsed.
func scopeOf(args []string) clients.Scope {
	args = spelledOut(args)
	for i, arg := range args {
		if arg == "--scope=project" || arg == "--dir" || strings.HasPrefix(arg, "--dir=") ||
			arg == "--scope" && i+1 < len(args) && args[i+1] == string(clients.ProjectScope) {
			return clients.ProjectScope
		}
	}
	if given(args, "--project", "-p") || given(args, "--locked") {
		return clients.ProjectScope
	}
	return clients.UserScope
}
