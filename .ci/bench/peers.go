package main

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// The other programs, in exact versions and with all that they need.
//
//go:embed peers/package.json
var peersWanted []byte

//go:embed peers/package-lock.json
var peersLocked []byte

// peers are other programs that install skills and servers, from npm.
// Source: https://www.npmjs.com/package/skills, …/add-mcp, …/openskills
type peers struct {
	node, npx string
	dir       string // where they are installed
	missing   error  // why they are not
}

// The files that node runs, below the folder.
const (
	skillsFile     = "node_modules/skills/bin/cli.mjs"
	addMCPFile     = "node_modules/add-mcp/dist/index.js"
	openskillsFile = "node_modules/openskills/dist/cli.js"
)

// findPeers installs the other programs into the user's cache, once for each list
// of versions.
func findPeers(ctx context.Context) peers {
	var p peers
	p.missing = p.find(ctx)
	return p
}

func (p *peers) find(ctx context.Context) (err error) {
	const hint = "install Node.js with npm from https://nodejs.org"
	if p.node, err = exec.LookPath("node"); err != nil {
		return errors.New("node is not on PATH: " + hint)
	}
	if p.npx, err = exec.LookPath("npx"); err != nil {
		return errors.New("npx is not on PATH: " + hint)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return err
	}
	digest := sha256.Sum256(append(slices.Clone(peersWanted), peersLocked...))
	p.dir = filepath.Join(cache, "fsskills-bench", fmt.Sprintf("peers-%x", digest[:6]))
	if _, err := os.Stat(filepath.Join(p.dir, skillsFile)); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(p.dir), 0o755); err != nil {
		return err
	}
	fresh, err := os.MkdirTemp(filepath.Dir(p.dir), "new")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(fresh)) }()
	if err := errors.Join(
		os.WriteFile(filepath.Join(fresh, "package.json"), peersWanted, 0o644),
		os.WriteFile(filepath.Join(fresh, "package-lock.json"), peersLocked, 0o644),
	); err != nil {
		return err
	}
	install := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	install.Dir = fresh
	if out, err := install.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci, which needs npm's registry or what npm has kept of it: %w: %s", err, firstError(string(out)))
	}
	return os.Rename(fresh, p.dir)
}

// firstError is the line in which npm says what is wrong.
func firstError(said string) string {
	for line := range strings.Lines(said) {
		if text, ok := strings.CutPrefix(line, "npm error "); ok && strings.Count(strings.TrimSpace(text), " ") > 1 {
			return strings.TrimSpace(text) // the others are a name and a value
		}
	}
	return strings.TrimSpace(said)
}

// versions are what package.json pins.
func (p *peers) versions() []string {
	if p.missing != nil || p.dir == "" {
		return nil
	}
	var wanted struct{ Dependencies map[string]string }
	if err := json.Unmarshal(peersWanted, &wanted); err != nil {
		return []string{err.Error()}
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(wanted.Dependencies)) {
		list = append(list, name+" "+wanted.Dependencies[name])
	}
	return list
}

// run is the command line of one of them.
func (p *peers) run(file string, args ...string) []string {
	return append([]string{p.node, filepath.Join(p.dir, filepath.FromSlash(file))}, args...)
}
