package installer

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
)

// undoServer puts one config file back. If the client has written it since,
// only our entry is taken out.
func (s *Store) undoServer(r *record, i int) error {
	if err := outside(s.Project, r.Changes[i].Path); err != nil {
		return err
	}
	c, draft := r.Changes[i], draftName(r.Changes[i].Path, r.ID)
	if err := s.undoDraft(r, i, draft); err != nil {
		return err
	}
	nothing := func(Content) error { return nil }
	for range maxTries {
		have, err := readContent(c.Path)
		if err != nil {
			return err
		}
		out := r.back(i, have)
		if !out.changes() {
			return nil
		}
		if _, err := makeDirs(filepath.Dir(c.Path)); err != nil {
			return err
		}
		w := configWriter{store: s, step: &serverStep{target: c.Path}, draft: draft, found: nothing}
		if ok, err := w.replace(have, out); ok || err != nil {
			return err
		}
	}
	return errContested
}

// back works out how the file that is now have gets rid of the i-th change.
func (r *record) back(i int, have Content) outcome {
	c, before := r.Changes[i], r.was(i)
	switch {
	case image(before).is(have):
		return outcome{op: OpNone}
	case r.placedBy(i, have) && before.Exists():
		out := outcome{op: OpUpdate, data: before.Data, sha256: before.SHA256}
		if !have.Exists() || have.Mode == c.After.Mode {
			out.mode = before.Mode
		}
		return out
	case r.placedBy(i, have):
		return outcome{op: OpRemove, gone: true}
	case !have.Exists() || c.Server == nil:
		return outcome{op: OpNone}
	}
	edit := serverEdit{remove: true, last: c.Server, ids: c.Server.Clients}
	edit.file.Path, edit.file.Format, edit.file.Place = c.Path, c.Server.Format, c.Server.Place
	return edit.on(have)
}

// undoDraft looks at the draft that a kill has left. Bytes in it that are not
// ours and were never noted are the client's newest: the kill came before they
// could be put back.
func (s *Store) undoDraft(r *record, i int, draft string) error {
	if err := remove(unfinished(draft)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	stray, err := readContent(draft)
	if err != nil || !stray.Exists() {
		return err
	}
	if r.placedBy(i, stray) || slices.Contains(r.seen[i], stray.SHA256) {
		return remove(draft)
	}
	path := r.Changes[i].Path
	have, err := readContent(path)
	if err != nil {
		return err
	}
	if r.placedBy(i, have) || slices.Contains(r.seen[i], have.SHA256) {
		return rename(draft, path)
	}
	// The client has written the file anew since: both are kept.
	kept := s.backupPath(r.ID+undoneSuffix) + "." + filepath.Base(path)
	known := r.keys()
	for _, rec := range r.keyed() {
		known.lookFor(rec, stray.Data)
	}
	if cuts := r.keysIn(known, i, stray.Data); len(cuts) > 0 {
		if err := writeFileAtomic(kept, blotted(stray.Data, cuts), durable); err != nil {
			return err
		}
		return remove(draft)
	}
	return rename(draft, kept)
}
