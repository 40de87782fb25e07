package registry

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"
)

// A Cache keeps the last good snapshot of each source and ref in a folder, in
// one file each. What is read back goes through the rules for any archive, and
// is not believed unless it is what was kept.
type Cache struct {
	Dir string // absolute; made when something is kept
}

// The name of a kept snapshot: these, around a digest of source and ref.
const (
	cachePrefix = "snapshot-"
	cacheSuffix = ".tar.gz"
)

func (c Cache) path(url, ref string) string {
	sum := sha256.Sum256([]byte(url + "\x00" + ref))
	return filepath.Join(c.Dir, cachePrefix+hex.EncodeToString(sum[:16])+cacheSuffix)
}

// Save keeps a snapshot in the place of the last one of its source and ref, and
// writes nothing if it is that one. The oldest make room. The file is for the
// user alone and takes its place as a whole; it is not synced, since it can be
// fetched again.
func (c Cache) Save(s *Snapshot) error {
	path := c.path(s.Source.URL, s.Source.Ref)
	same, err := holds(path, s)
	if err == nil && !same {
		if err = os.MkdirAll(c.Dir, 0o700); err == nil {
			err = replaceFile(path, s)
		}
	}
	if err != nil {
		return fmt.Errorf("keep the skills of %s: %w", s.Source.URL, err)
	}
	if same {
		return nil
	}
	return c.evict(path)
}

// holds reports whether there is a file with this snapshot.
func holds(path string, s *Snapshot) (bool, error) {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil || !info.Mode().IsRegular() {
		return false, err
	}
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close() //nolint:errcheck // only read
	compared := &comparer{have: bufio.NewReader(f)}
	if err := encodeSnapshot(compared, s); err != nil {
		if errors.Is(err, errDiffers) {
			err = nil
		}
		return false, err
	}
	_, err = compared.have.ReadByte()
	if errors.Is(err, io.EOF) {
		return true, nil
	}
	return false, err
}

// A comparer takes the bytes that it has, and errDiffers is its answer to others.
type comparer struct {
	have *bufio.Reader
	next []byte
}

var errDiffers = errors.New("the bytes differ")

// Write compares.
func (c *comparer) Write(p []byte) (int, error) {
	c.next = slices.Grow(c.next[:0], len(p))[:len(p)]
	_, err := io.ReadFull(c.have, c.next)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), err == nil && !bytes.Equal(c.next, p):
		return 0, errDiffers
	case err != nil:
		return 0, err
	}
	return len(p), nil
}

// replaceFile gives a new private file with a snapshot the name.
func replaceFile(path string, s *Snapshot) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	err = encodeSnapshot(w, s)
	if err == nil {
		err = w.Flush()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// evict removes what is beyond the bounds, but never the file kept, which
// counts first whatever the clock says of it. What a killed Save has left
// counts and goes with the rest.
func (c Cache) evict(kept string) error {
	files, err := c.files()
	if err != nil {
		return err
	}
	isKept := func(f fs.FileInfo) bool { return filepath.Join(c.Dir, f.Name()) == kept }
	if i := slices.IndexFunc(files, isKept); i > 0 {
		files = slices.Concat(files[i:i+1], files[:i], files[i+1:])
	}
	var size int64
	for i, f := range files {
		size += f.Size()
		if !isKept(f) && (i >= maxCached || size > maxCacheBytes) {
			if err := os.Remove(filepath.Join(c.Dir, f.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

// files are those of the cache, newest first. Others may be in the folder.
func (c Cache) files() ([]fs.FileInfo, error) {
	entries, err := os.ReadDir(c.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var files []fs.FileInfo
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), cachePrefix) {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // somebody else was quicker
		}
		if err != nil {
			return nil, err
		}
		files = append(files, info)
	}
	sort.Slice(files, func(i, j int) bool {
		a, b := files[i], files[j]
		return a.ModTime().After(b.ModTime()) || a.ModTime().Equal(b.ModTime()) && a.Name() < b.Name()
	})
	return files, nil
}

// Load returns the last good snapshot of a source and when it was kept. A full
// commit id is found under whatever ref it was kept. The error is a
// [*NotCachedError] if there is none, and a [*CacheError] if its file is not
// what was kept.
func (c Cache) Load(ctx context.Context, src Source) (*Snapshot, time.Time, error) {
	k, err := openKept(c.path(src.URL, src.Ref))
	if err == nil && (k.head.URL != src.URL || k.head.Ref != src.Ref) {
		return nil, time.Time{}, errors.Join(&CacheError{k.path, fmt.Errorf("it is of %s", k.head.URL)}, k.close())
	}
	pinned := len(src.Ref) == commitDigits && isHex(src.Ref)
	if errors.Is(err, fs.ErrNotExist) && pinned {
		k, err = c.find(src.URL, src.Ref)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, time.Time{}, &NotCachedError{src}
	}
	if err != nil {
		return nil, time.Time{}, err
	}
	snap, err := k.snapshot(ctx, nil)
	if err != nil {
		return nil, time.Time{}, err
	}
	snap.Source, snap.Pinned = src, snap.Pinned || pinned
	return snap, k.saved, nil
}

// At returns the snapshot of one commit of a source, nil if it is not kept. Skills
// and files that like has too, which may be nil, are shared with it and neither
// reviewed nor held twice. The error is a [*CacheError] if a file that may be the
// one cannot be used.
func (c Cache) At(ctx context.Context, url, commit string, like *Snapshot) (*Snapshot, error) {
	k, err := c.find(url, commit)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return k.snapshot(ctx, like)
}

// Agentless says whether the snapshot of one commit of a source is kept and has no
// agents, which is known without reading the skills.
func (c Cache) Agentless(url, commit string) bool {
	k, err := c.find(url, commit)
	if err != nil {
		return false // whoever reads the snapshot is told why it cannot be
	}
	return k.close() == nil && k.head.Agentless
}

// All returns every snapshot that is kept, newest first. Files that cannot be
// used are left out and named in the error, beside what there is.
func (c Cache) All(ctx context.Context) ([]*Snapshot, error) {
	files, err := c.files()
	if err != nil {
		return nil, err
	}
	var all []*Snapshot
	var broken []error
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), cacheSuffix) {
			continue // one that a killed Save has left
		}
		k, err := openKept(filepath.Join(c.Dir, f.Name()))
		if errors.Is(err, fs.ErrNotExist) {
			continue // somebody else was quicker
		}
		if err == nil {
			var snap *Snapshot
			if snap, err = k.snapshot(ctx, nil); err == nil {
				all = append(all, snap)
				continue
			}
		}
		if ctx.Err() != nil {
			return nil, err
		}
		broken = append(broken, err)
	}
	return all, errors.Join(broken...)
}

// find opens the newest file that has the commit of the source. The error is
// fs.ErrNotExist if no file has it and all could be read.
func (c Cache) find(url, commit string) (*kept, error) {
	files, err := c.files()
	if err != nil {
		return nil, err
	}
	err = fs.ErrNotExist
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), cacheSuffix) {
			continue // one that a killed Save has left
		}
		k, broken := openKept(filepath.Join(c.Dir, f.Name()))
		switch {
		case broken != nil && !errors.Is(broken, fs.ErrNotExist):
			err = broken
		case broken == nil && k.head.URL == url && k.head.Commit == commit:
			return k, nil
		case broken == nil:
			if broken = k.close(); broken != nil {
				return nil, broken
			}
		}
	}
	return nil, err
}

// Open is [Remote.Open] for a source that is not asked: the session has the
// last good snapshot. Errors are those of Load.
func (c Cache) Open(ctx context.Context, src Source) (*Session, error) {
	snap, saved, err := c.Load(ctx, src)
	if err != nil {
		return nil, err
	}
	return &Session{
		source: src, commit: snap.Commit, pinned: snap.Pinned, saved: saved,
		load: func(context.Context) (*Snapshot, error) { return snap, nil },
	}, nil
}

// Remove removes all that is kept, and the folder if nothing else is in it.
func (c Cache) Remove() error {
	files, err := c.files()
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := os.Remove(filepath.Join(c.Dir, f.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	_ = os.Remove(c.Dir) // it stays if there is more in it, or if it never was
	return nil
}
