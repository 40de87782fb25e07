package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// openFiles reads a folder or an archive.
func openFiles(ctx context.Context, src Source) (*Session, error) {
	var t tree
	var err error
	if src.Kind == Archive {
		t, err = readArchive(ctx, src.URL)
	} else {
		t, err = openFolder(src.URL)
	}
	if err != nil {
		return nil, sourceError(src, err)
	}
	if dir, ok := t.(*folderTree); ok {
		defer dir.root.Close() //nolint:errcheck // only read
	}
	snap, err := collect(ctx, t, src.URL)
	if err != nil {
		return nil, sourceError(src, err)
	}
	return &Session{
		source: src,
		commit: digest(snap.Skills, snap.Agents),
		load:   func(context.Context) (*Snapshot, error) { return snap, nil },
	}, nil
}

// sourceError adds where an error comes from; errors of this package and of the
// context say so themselves.
func sourceError(src Source, err error) error {
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return &NotFoundError{What: "source", Name: src.URL}
	}
	var remedy string
	switch src.Kind {
	case Folder:
		remedy = "check the permissions of " + src.URL
	case Archive:
		remedy = "download the archive again"
	case Local:
		remedy = "check the repository with git -C " + src.URL + " fsck"
	case Git:
		remedy = "try again; if it stays, the repository is damaged"
	}
	return &SourceError{Where: src.URL, Err: err, Remedy: remedy}
}

// A folderTree is a plain folder. It cannot be left through links: they are
// never followed, and os.Root would refuse.
type folderTree struct{ root *os.Root }

func openFolder(dir string) (*folderTree, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &folderTree{root}, nil
}

func (t *folderTree) list(ctx context.Context, dir string) ([]entry, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := t.noLinks(dir); err != nil {
		return nil, err
	}
	f, err := t.root.Open(filepath.FromSlash(path.Join(".", dir)))
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	found, err := f.ReadDir(maxArchiveEntries)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	entries := make([]entry, len(found))
	for i, e := range found {
		entries[i] = entry{name: e.Name(), kind: kindOf(e.Type())}
		if entries[i].kind == plainFile {
			info, err := e.Info()
			if err != nil {
				return nil, err
			}
			entries[i].kind = kindOf(info.Mode())
		}
	}
	return entries, nil
}

// noLinks makes a folder behind a link, or a file, one that is not there.
func (t *folderTree) noLinks(dir string) error {
	for at := dir; at != "" && at != "."; at = path.Dir(at) {
		info, err := t.root.Lstat(filepath.FromSlash(at))
		if err != nil {
			return err
		}
		if !info.IsDir() {
			return fmt.Errorf("%s: %w", at, fs.ErrNotExist)
		}
	}
	return nil
}

func (t *folderTree) read(ctx context.Context, dir string, e entry, limit int64) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := t.root.Open(filepath.FromSlash(path.Join(dir, e.name)))
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	return readAtMost(f, limit)
}

// readAtMost reads all of r, or gives errTooLarge.
func readAtMost(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		return nil, errTooLarge
	}
	return data, err
}

// kindOf translates a file mode.
func kindOf(mode fs.FileMode) entryKind {
	switch {
	case mode.IsDir():
		return folder
	case mode&fs.ModeSymlink != 0:
		return symlink
	case !mode.IsRegular():
		return special
	case mode&0o100 != 0:
		return program
	default:
		return plainFile
	}
}
