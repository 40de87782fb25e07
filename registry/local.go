package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/go-git/go-git/v5/storage/filesystem/dotgit"
)

// A repository is a git repository on this machine. Its objects and refs are
// read where they are; of its configuration the format alone counts, and git's own
// is not looked at.
type repository struct {
	path    string
	bare    bool
	storage *filesystem.Storage // for refs only
	disk    *disk
	refs    refs
}

// isRepository says whether a folder is the root of a git repository: one with
// a work tree has .git, a folder or a file; a bare one is like .git inside.
func isRepository(dir string) bool {
	if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
		return true
	}
	return isGitDir(dir)
}

func isGitDir(dir string) bool {
	for _, name := range []string{"HEAD", "objects", "refs"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return false
		}
	}
	return true
}

func openLocal(src Source) (*Session, error) {
	repo, err := openRepository(src.URL)
	if err != nil {
		return nil, err
	}
	t, err := repo.resolve(src.Ref)
	if err != nil {
		_ = repo.disk.close() // the first error is the one that tells
		return nil, err
	}
	s := &Session{source: src, commit: t.id.String(), pinned: t.pinned, head: repo.refs.headID(), past: localPast{repo}, close: repo.disk.close}
	if t.warning != "" {
		s.warnings = []string{t.warning}
	}
	s.load = func(ctx context.Context) (*Snapshot, error) {
		tree, err := openCommit(repo, t.id)
		if err != nil {
			return nil, notACommit(err, t.id, src.URL)
		}
		snap, err := collect(ctx, tree, src.URL)
		if none, ok := errors.AsType[*NoSkillsError](err); ok {
			none.Local = true
		}
		if err == nil && src.Ref == "" && !repo.bare {
			snap.Warnings = append(snap.Warnings, repo.uncommitted(snap)...)
		}
		return snap, err
	}
	return s, nil
}

// openRepository opens the repository in a folder and reads its refs.
func openRepository(dir string) (*repository, error) {
	repo := &repository{path: dir}
	git, objects, err := repo.gitDir()
	if err == nil {
		if err := checkFormat(filepath.Dir(objects)); err != nil {
			return nil, unreadFormat(dir, err)
		}
		repo.disk, err = openDisk(objects)
	}
	if err != nil {
		return nil, &SourceError{Where: dir, Err: err, Remedy: "check the repository with git -C " + dir + " status"}
	}
	repo.storage = filesystem.NewStorage(git, cache.NewObjectLRU(0))
	if err := repo.readRefs(); err != nil {
		return nil, &SourceError{Where: dir, Err: err, Remedy: "check the repository with git -C " + dir + " fsck"}
	}
	return repo, nil
}

// gitDir finds what is usually the folder .git, and the folder of objects in it.
// In a linked work tree it is a file that names a folder, which in turn names the
// one with the objects (https://git-scm.com/docs/gitrepository-layout).
func (r *repository) gitDir() (git billy.Filesystem, objects string, err error) {
	dir := filepath.Join(r.path, ".git")
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.bare = true
		dir = r.path
	case err != nil:
		return nil, "", err
	case !info.IsDir():
		if dir, err = readPointer(dir, "gitdir: ", r.path); err != nil {
			return nil, "", err
		}
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return nil, "", fmt.Errorf("%s leads to %s, which is no folder", filepath.Join(r.path, ".git"), dir)
		}
	}
	if !r.bare {
		common, err := readPointer(filepath.Join(dir, "commondir"), "", dir)
		if err == nil {
			both := dotgit.NewRepositoryFilesystem(gitFiles{osfs.New(dir)}, gitFiles{osfs.New(common)})
			return both, filepath.Join(common, "objects"), nil
		}
		if !errors.Is(err, fs.ErrNotExist) { // a submodule has one folder only
			return nil, "", err
		}
	}
	return gitFiles{osfs.New(dir)}, filepath.Join(dir, "objects"), nil
}

// gitFiles are the files with refs in a repository. What is no file, or far too
// large for one, is not opened: it might never end.
type gitFiles struct{ billy.Filesystem }

// Stat looks at a file or folder. Errors say where.
func (g gitFiles) Stat(name string) (fs.FileInfo, error) {
	info, err := g.Filesystem.Stat(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%s: %w", filepath.Join(g.Root(), name), err)
	}
	return info, err
}

// Open opens a file to read it.
func (g gitFiles) Open(name string) (billy.File, error) {
	info, err := g.Stat(name)
	if err != nil {
		return nil, err
	}
	where := filepath.Join(g.Root(), name)
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", where)
	}
	if info.Size() > maxRefsBytes {
		return nil, &LimitError{Where: where, What: size(maxRefsBytes)}
	}
	return g.Filesystem.Open(name)
}

// readPointer reads a file whose one line names a folder, relative to base.
func readPointer(file, prefix, base string) (string, error) {
	data, err := readRegular(file, maxErrorBytes)
	if err != nil {
		return "", err
	}
	dir, found := strings.CutPrefix(strings.TrimSpace(string(data)), prefix)
	if !found || dir == "" || strings.ContainsFunc(dir, unicode.IsControl) {
		return "", fmt.Errorf("%s names no folder", file)
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(base, dir)
	}
	return dir, nil
}

// readRefs reads the names; tags are peeled when they are asked for.
func (r *repository) readRefs() error {
	r.refs = refs{names: map[string]plumbing.Hash{}, peeled: map[string]plumbing.Hash{}}
	iter, err := r.storage.IterReferences()
	if err != nil {
		return err
	}
	err = iter.ForEach(func(ref *plumbing.Reference) error {
		if ref.Type() == plumbing.HashReference {
			r.refs.names[ref.Name().String()] = ref.Hash()
		}
		return nil
	})
	if err != nil {
		return err
	}
	head, err := storer.ResolveReference(r.storage, plumbing.HEAD)
	if err == nil {
		r.refs.head = head.Hash()
	} else if !errors.Is(err, plumbing.ErrReferenceNotFound) {
		return err
	}
	return nil
}

// resolve finds the commit that a ref names.
func (r *repository) resolve(ref string) (target, error) {
	if len(r.refs.names) == 0 && r.refs.head.IsZero() {
		return target{}, &SourceError{Where: r.path, Err: errNoCommits, Remedy: "commit the skills first"}
	}
	t, err := r.refs.resolve(ref, r.path)
	if err != nil {
		return target{}, err
	}
	const mostTags = 5 // a tag of a tag is rare, a circle impossible
	for range mostTags {
		data, err := r.object(plumbing.TagObject, t.id, maxManifestBytes)
		if errors.Is(err, plumbing.ErrObjectNotFound) {
			break
		}
		if err != nil {
			return target{}, notACommit(err, t.id, r.path)
		}
		next, ok := headerID(data, "object")
		if !ok {
			return target{}, notACommit(plumbing.ErrObjectNotFound, t.id, r.path)
		}
		t.id = next
	}
	if _, err := r.object(plumbing.CommitObject, t.id, maxManifestBytes); err != nil {
		return target{}, notACommit(err, t.id, r.path)
	}
	return t, nil
}

func (r *repository) object(kind plumbing.ObjectType, id plumbing.Hash, limit int64) ([]byte, error) {
	return r.disk.object(kind, id, limit)
}

// uncommitted warns when the work tree has other skills or agents than the
// commit. Only they are compared, with what was read anyway: no index, no clean
// filters, no look at the rest.
func (r *repository) uncommitted(snap *Snapshot) []string {
	var changed []string
	compare := func(name string, committed []byte) {
		// Line ends may be longer there, and a link may lead to what never ends.
		data, err := readRegular(r.inWorkTree(name), 2*maxFileBytes)
		if err != nil || !sameText(data, committed) {
			changed = append(changed, name)
		}
	}
	for _, skill := range snap.Skills {
		for _, f := range skill.Files {
			compare(path.Join(skill.Path, f.Path), f.Data)
		}
	}
	for _, a := range snap.Agents {
		compare(a.Path, a.File.Data)
	}
	changed = append(changed, r.untracked(snap)...)
	switch len(changed) {
	case 0:
		return nil
	case 1:
		return []string{"the work tree differs from the commit, which is what counts: " + changed[0]}
	default:
		return []string{fmt.Sprintf("the work tree differs from the commit, which is what counts: %s and %d more", changed[0], len(changed)-1)}
	}
}

// inWorkTree gives the place of a file or folder of the source on the disk.
func (r *repository) inWorkTree(name string) string {
	return filepath.Join(r.path, filepath.FromSlash(name))
}

// untracked gives the skills and agents of the work tree that the commit lacks.
func (r *repository) untracked(snap *Snapshot) []string {
	var more []string
	dir := path.Dir(snap.Skills[0].Path)
	for _, name := range namesIn(r.inWorkTree(dir)) {
		known := slices.ContainsFunc(snap.Skills, func(s Skill) bool { return s.Name == name }) ||
			slices.ContainsFunc(snap.Refused, func(f Refusal) bool { return f.Skill == name })
		_, err := os.Stat(r.inWorkTree(path.Join(dir, name, skillFile)))
		if !known && err == nil {
			more = append(more, path.Join(dir, name))
		}
	}
	dir = agentsBeside(dir)
	for _, name := range namesIn(r.inWorkTree(dir)) {
		where := path.Join(dir, name)
		known := slices.ContainsFunc(snap.Agents, func(a Agent) bool { return a.Path == where }) ||
			slices.ContainsFunc(snap.Refused, func(f Refusal) bool { return f.Path == where })
		info, err := os.Stat(r.inWorkTree(where))
		if !known && isAgentFile(name) && err == nil && !info.IsDir() {
			more = append(more, where)
		}
	}
	return more
}

// namesIn gives the names in a folder; of one that cannot be read, none.
func namesIn(dir string) []string {
	entries, _ := os.ReadDir(dir) // what was read before the error counts
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names
}

// sameText compares as git does where it converts line ends on checkout.
func sameText(disk, committed []byte) bool {
	if bytes.Equal(disk, committed) {
		return true
	}
	lf := func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")) }
	return isText(committed) && bytes.Equal(lf(disk), lf(committed))
}
