package registry

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"time"
)

// A kept snapshot is a .tar.gz: first a file in JSON that says what it is, then
// the skills and agents as in an archive, in the folders skills and agents.
const (
	keptVersion = 1
	keptHead    = "snapshot.json"
	keptSkills  = "skills"
)

// A head is what a kept snapshot says of itself.
type head struct {
	Version int    `json:"version"`
	Kind    Kind   `json:"kind"`
	URL     string `json:"url"`
	Ref     string `json:"ref,omitempty"`
	Commit  string `json:"commit"`
	Pinned  bool   `json:"pinned,omitempty"`
	// Folder is where the skills are inside the source.
	Folder string `json:"folder"`
	// Digest is that of the skills and agents: names, modes and bytes.
	Digest string `json:"digest"`
	// Agentless says that there is no agent, not even a refused one. An older
	// file does not say it.
	Agentless bool      `json:"agentless,omitempty"`
	Refused   []Refusal `json:"refused,omitempty"`
	Warnings  []string  `json:"warnings,omitempty"`
}

// encodeSnapshot writes the same bytes for the same snapshot.
func encodeSnapshot(w io.Writer, s *Snapshot) error {
	h := head{
		Version: keptVersion, Kind: s.Source.Kind, URL: s.Source.URL, Ref: s.Source.Ref,
		Commit: s.Commit, Pinned: s.Pinned, Digest: digest(s.Skills, s.Agents), Refused: s.Refused, Warnings: s.Warnings,
	}
	h.Agentless = !s.HasAgents()
	if len(s.Skills) > 0 {
		h.Folder = path.Dir(s.Skills[0].Path)
	}
	first, err := json.Marshal(h)
	if err != nil {
		return err
	}
	if len(first) > maxHeadBytes {
		return &LimitError{Where: s.Source.URL, What: size(maxHeadBytes) + " to be said about it"}
	}
	z, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return err
	}
	t := tar.NewWriter(z)
	add := func(name string, mode fs.FileMode, data []byte) {
		if err == nil {
			err = t.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: int64(mode.Perm()), Size: int64(len(data))})
		}
		if err == nil {
			_, err = t.Write(data)
		}
	}
	add(keptHead, 0o600, first)
	entries := 1 + len(s.Agents)
	for _, skill := range s.Skills {
		for _, f := range skill.Files {
			if entries++; entries > maxArchiveEntries {
				return &LimitError{Where: s.Source.URL, What: fmt.Sprintf("%d files", maxArchiveEntries)}
			}
			add(path.Join(keptSkills, skill.Name, f.Path), f.Mode, f.Data)
		}
	}
	for _, a := range s.Agents {
		add(path.Join(agentsBeside(keptSkills), a.File.Path), a.File.Mode, a.File.Data)
	}
	if err != nil {
		return err
	}
	return errors.Join(t.Close(), z.Close()) // the last bytes come now
}

// A kept is a file of a cache of which the head is read.
type kept struct {
	path  string
	head  head
	saved time.Time
	file  *os.File
}

// openKept reads the head of a file. Close it, or take its snapshot. The error
// is a [*CacheError], or fs.ErrNotExist.
func openKept(path string) (_ *kept, err error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, err
	case err != nil:
		return nil, &CacheError{path, err}
	case !info.Mode().IsRegular():
		return nil, &CacheError{path, errors.New("not a regular file")}
	case info.Size() > maxCachedBytes:
		return nil, &CacheError{path, fmt.Errorf("larger than %s", size(maxCachedBytes))}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, &CacheError{path, err}
	}
	k := &kept{path: path, saved: info.ModTime(), file: f}
	if err := k.readHead(); err != nil {
		return nil, errors.Join(&CacheError{path, err}, f.Close())
	}
	return k, nil
}

func (k *kept) close() error { return k.file.Close() }

func (k *kept) readHead() error {
	z, err := gzip.NewReader(k.file)
	if err != nil {
		return err
	}
	t := tar.NewReader(io.LimitReader(z, 2*maxHeadBytes)) // tar adds little
	h, err := t.Next()
	if err != nil {
		return err
	}
	if h.Name != keptHead {
		return fmt.Errorf("begins with %q", h.Name)
	}
	data, err := readAtMost(t, maxHeadBytes)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, &k.head); err != nil {
		return err
	}
	if v := k.head.Version; v != keptVersion {
		return fmt.Errorf("format version %d is not %d; another fsskills may have written it", v, keptVersion)
	}
	return nil
}

// snapshot reads the skills and agents and closes the file. What like has too is
// shared with it; it may be nil.
func (k *kept) snapshot(ctx context.Context, like *Snapshot) (_ *Snapshot, err error) {
	defer func() { err = errors.Join(err, k.close()) }()
	snap, err := k.collect(ctx, like)
	if err != nil && ctx.Err() == nil {
		return nil, &CacheError{k.path, err}
	}
	return snap, err
}

func (k *kept) collect(ctx context.Context, like *Snapshot) (*Snapshot, error) {
	if _, err := k.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	known := knownOf(like)
	t, err := readTar(ctx, k.file, maxUnpackedBytes, k.path, known)
	if err != nil {
		return nil, err
	}
	snap, err := collectBeside(ctx, t, k.path, known)
	switch {
	case err != nil:
		return nil, err
	case len(snap.Refused) > 0:
		return nil, fmt.Errorf("%s: %s", snap.Refused[0].Path, snap.Refused[0].Reason)
	case digest(snap.Skills, snap.Agents) != k.head.Digest:
		return nil, fmt.Errorf("its files are not those that were kept of commit %s", k.head.Commit)
	}
	for i := range snap.Skills {
		snap.Skills[i].Path = path.Join(k.head.Folder, snap.Skills[i].Name)
	}
	for i := range snap.Agents {
		snap.Agents[i].Path = path.Join(agentsBeside(k.head.Folder), snap.Agents[i].File.Path)
	}
	snap.Source = Source{Kind: k.head.Kind, URL: k.head.URL, Ref: k.head.Ref}
	snap.Commit, snap.Pinned = k.head.Commit, k.head.Pinned
	snap.Refused, snap.Warnings = k.head.Refused, k.head.Warnings
	return snap, nil
}
