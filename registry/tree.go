package registry

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strconv"

	"github.com/go-git/go-git/v5/plumbing"
)

// An entryKind is what an entry of a tree is.
type entryKind int

const (
	plainFile entryKind = iota
	program             // a file with the executable bit
	folder
	symlink
	hardLink // another name of a file of an archive
	submodule
	special // a device, a socket, an unknown mode
)

// String names the kind in a refusal.
func (k entryKind) String() string {
	switch k {
	case plainFile, program:
		return "file"
	case folder:
		return "folder"
	case symlink:
		return "symbolic link"
	case hardLink:
		return "hard link"
	case submodule:
		return "submodule"
	default:
		return "special file"
	}
}

func (k entryKind) isFile() bool { return k == plainFile || k == program }

// An entry is one name in a folder of a tree. The name is as the source has
// it: nothing says that it is safe.
type entry struct {
	name string
	kind entryKind
	id   plumbing.Hash // of git's object; zero elsewhere
}

// sortEntries sorts entries by name. One copy of sort.Slice serves every type, and
// slices.SortFunc would add some ten kilobytes to the program for each.
func sortEntries(entries []entry) {
	sort.Slice(entries, func(i, j int) bool { return entries[i].name < entries[j].name })
}

// A tree is all that a source holds at one moment. Paths are slash-separated
// and relative to its root, which is "".
type tree interface {
	// list gives the entries of a folder in no particular order. The error is
	// fs.ErrNotExist if there is no such folder.
	list(ctx context.Context, dir string) ([]entry, error)
	// read gives the bytes of the file e in dir, or errTooLarge.
	read(ctx context.Context, dir string, e entry, limit int64) ([]byte, error)
}

// errTooLarge is the answer of tree.read to a file beyond the limit.
var errTooLarge = errors.New("too large")

// objects is where git's objects come from: a pack in memory or a repository
// on disk. The error is errTooLarge beyond the limit.
type objects interface {
	object(kind plumbing.ObjectType, id plumbing.Hash, limit int64) ([]byte, error)
}

// A gitTree is the tree of one commit. Only the folders that are asked for
// are decoded.
type gitTree struct {
	objects objects
	folders map[string]plumbing.Hash // those named so far, by path
}

// openCommit finds the tree of a commit.
func openCommit(objs objects, commit plumbing.Hash) (*gitTree, error) {
	data, err := objs.object(plumbing.CommitObject, commit, maxManifestBytes)
	if err != nil {
		return nil, fmt.Errorf("commit %s: %w", commit, err)
	}
	root, ok := headerID(data, "tree")
	if !ok {
		return nil, fmt.Errorf("commit %s names no tree", commit)
	}
	return &gitTree{objects: objs, folders: map[string]plumbing.Hash{"": root}}, nil
}

// headerID reads the object id behind a key in the header of a commit or tag.
func headerID(object []byte, key string) (plumbing.Hash, bool) {
	for line := range bytes.Lines(object) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		if len(line) == 0 {
			break // the header ends
		}
		value, found := bytes.CutPrefix(line, []byte(key+" "))
		if found && len(value) == commitDigits && isHex(string(value)) {
			return plumbing.NewHash(string(value)), true
		}
	}
	return plumbing.ZeroHash, false
}

func (t *gitTree) list(ctx context.Context, dir string) ([]entry, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	id, known := t.folders[dir]
	if !known {
		// Listing the folder above makes this one known, if it is there.
		parent := path.Dir("/" + dir)[1:]
		if _, err := t.list(ctx, parent); err != nil {
			return nil, err
		}
		if id, known = t.folders[dir]; !known {
			return nil, fmt.Errorf("%s: %w", dir, fs.ErrNotExist)
		}
	}
	data, err := t.objects.object(plumbing.TreeObject, id, maxFileBytes)
	if err != nil {
		return nil, fmt.Errorf("folder %q: %w", dir, err)
	}
	entries, err := parseTree(data)
	if err != nil {
		return nil, fmt.Errorf("folder %q: %w", dir, err)
	}
	for _, e := range entries {
		if e.kind == folder && isSafeStep(e.name) {
			t.folders[path.Join(dir, e.name)] = e.id
		}
	}
	return entries, nil
}

func (t *gitTree) read(ctx context.Context, dir string, e entry, limit int64) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	data, err := t.objects.object(plumbing.BlobObject, e.id, limit)
	if err != nil {
		return nil, fmt.Errorf("%s/%s: %w", dir, e.name, err)
	}
	return data, nil
}

// parseTree decodes a tree object: mode, space, name, NUL, binary object id
// (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects).
func parseTree(data []byte) ([]entry, error) {
	var entries []entry
	for len(data) > 0 {
		mode, rest, found := bytes.Cut(data, []byte{' '})
		if !found {
			return nil, errors.New("damaged tree object: no mode")
		}
		name, rest, found := bytes.Cut(rest, []byte{0})
		if !found || len(rest) < len(plumbing.ZeroHash) {
			return nil, errors.New("damaged tree object: cut short")
		}
		e := entry{name: string(name), kind: parseMode(string(mode))}
		data = rest[copy(e.id[:], rest):]
		entries = append(entries, e)
	}
	return entries, nil
}

// parseMode reads git's modes. Those of files hold permission bits, of which
// git itself looks at the executable one only.
func parseMode(mode string) entryKind {
	n, err := strconv.ParseUint(mode, 8, 32)
	if err != nil {
		return special
	}
	switch n &^ 0o7777 {
	case 0o100000:
		if n&0o100 != 0 {
			return program
		}
		return plainFile
	case 0o040000:
		return folder
	case 0o120000:
		return symlink
	case 0o160000:
		return submodule
	default:
		return special
	}
}

// varint reads the sizes at the beginning of a delta: seven bits a byte, the
// lowest first.
func varint(b []byte) (n uint64, rest []byte, ok bool) {
	n, used := binary.Uvarint(b)
	if used <= 0 {
		return 0, nil, false
	}
	return n, b[used:], true
}
