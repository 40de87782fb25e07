package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"fsskills/.ci/bench/fixture"
	"fsskills/.ci/bench/gitserver"
)

// A transport is a way to a repository.
type transport int

const (
	overHTTP transport = iota
	fromDisk
)

// A repository has two commits to be at: the one of its shape, and one more, in which
// one file has another line.
type repository struct {
	dir, source string
	server      *gitserver.Server // nil if it is read from the disk
	old, new    string
}

// line is what the newer commit adds to the file changed.
const (
	line    = "One more line, and no other.\n"
	changed = "SKILL.md"
)

// repository makes one below the folder that is served.
func (l *lab) repository(ctx context.Context, name string, shape fixture.Shape, by transport) (*repository, error) {
	r := &repository{dir: filepath.Join(l.root, name)}
	if err := fixture.Make(ctx, r.dir, shape); err != nil {
		return nil, err
	}
	switch by {
	case overHTTP:
		r.source, r.server = l.server.URL+"/"+name, l.server
	case fromDisk:
		r.source = "file://" + filepath.ToSlash(r.dir)
	}
	return r, r.commit(ctx, "skills/"+shape.Skills[0].Name+"/"+changed)
}

// commit makes the newer commit, which no branch has yet.
func (r *repository) commit(ctx context.Context, path string) (err error) {
	index := r.dir + ".index"
	defer os.Remove(index) //nolint:errcheck // it is in a folder that is removed
	env := []string{"GIT_INDEX_FILE=" + index}
	if r.old, err = r.git(ctx, "", nil, "rev-parse", "refs/heads/main"); err != nil {
		return err
	}
	text, err := r.git(ctx, "", nil, "show", r.old+":"+path)
	if err != nil {
		return err
	}
	blob, err := r.git(ctx, text+"\n"+line, nil, "hash-object", "-w", "--stdin")
	if err != nil {
		return err
	}
	if _, err := r.git(ctx, "", env, "read-tree", r.old); err != nil {
		return err
	}
	if _, err := r.git(ctx, "", env, "update-index", "--cacheinfo", "100644,"+blob+","+path); err != nil {
		return err
	}
	tree, err := r.git(ctx, "", env, "write-tree")
	if err != nil {
		return err
	}
	r.new, err = r.git(ctx, "", nil, "commit-tree", "-m", "One more line", "-p", r.old, tree)
	return err
}

// at moves the branch to a commit.
func (r *repository) at(ctx context.Context, commit string) error {
	_, err := r.git(ctx, "", nil, "update-ref", "refs/heads/main", commit)
	return err
}

// git runs git in the repository as nobody in particular and returns what it says.
func (r *repository) git(ctx context.Context, in string, env []string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, "git", append([]string{"-C", r.dir}, args...)...)
	c.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull,
		"GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@example.invalid", "GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@example.invalid",
		"GIT_AUTHOR_DATE=2026-02-05T09:00:00Z", "GIT_COMMITTER_DATE=2026-02-05T09:00:00Z",
	}, env...)
	var said, wrong bytes.Buffer
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(in), &said, &wrong
	if err := c.Run(); err != nil {
		return "", fmt.Errorf("git %s: %w: %s", args[0], err, bytes.TrimSpace(wrong.Bytes()))
	}
	return strings.TrimRight(said.String(), "\n"), nil
}
