package installer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// maxTries bounds how often a config file is edited anew because another
// program keeps writing it.
const maxTries = 8

// errContested reports that another program keeps changing the file.
var errContested = errors.New("another program keeps rewriting it; close the client and run this again")

// A configWriter writes one config file that its client may be writing too.
// The new bytes are exchanged with the old in one step and the old ones are
// looked at afterwards: had they changed, the edit is made anew on them, so
// that nothing of the other side's is lost.
type configWriter struct {
	store *Store
	step  *serverStep
	// again notes bytes that were found instead of the planned ones, before
	// they are replaced.
	again func(Content) error
	// draft is the name for new files beside the target. Recovery knows it.
	draft string
}

// draftName is where an operation prepares the new bytes of a config file.
func draftName(target, id string) string {
	return filepath.Join(filepath.Dir(target), "."+filepath.Base(target)+".fsskills-"+id)
}

// write does the step and returns its outcome, which differs from the plan's
// if the file has changed since.
func (w *configWriter) write(ctx context.Context) (out outcome, err error) {
	st := w.step
	out = outcome{op: OpUpdate, data: st.after.Data, sha256: st.after.SHA256, gone: !st.after.Exists(), record: st.record, change: st.change}
	there := st.before.SHA256 // what the target holds, as far as we know
	// owed are bytes of the other side that we swapped out and that are in no
	// file now.
	var owed *Content
	defer func() {
		if owed != nil && err != nil {
			err = errors.Join(err, writeFileAtomic(st.target, owed.Data, owed.Mode, durable))
		}
	}()
	for range maxTries {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		have, err := readContent(st.target, st.before, out.content())
		if err != nil {
			return out, err
		}
		if have.SHA256 != there {
			owed = nil // these are newer
			if out, err = w.onto(have); err != nil || !out.changes() {
				return out, err
			}
			there = have.SHA256
		}
		old, err := w.swap(have, out)
		if errors.Is(err, ErrChanged) {
			continue
		}
		if err != nil {
			return out, err
		}
		if old.SHA256 != there {
			// What was swapped out is newer than what ours was made from.
			there = out.sha256
			if out.gone {
				there = ""
			}
			owed = &old
			if out, err = w.onto(old); err != nil {
				return out, err
			}
			if !out.changes() {
				out.data, out.sha256, out.gone = old.Data, old.SHA256, false
			}
			continue
		}
		owed = nil
		if !out.changes() {
			return out, nil
		}
		if ok, err := w.holds(&out); ok || err != nil {
			return out, err
		}
		there = notAFile // rewritten without our entry: look again
	}
	return out, errContested
}

func (o outcome) changes() bool { return o.op != OpKeep && o.op != OpNone }

// content is what the outcome leaves in the file.
func (o outcome) content() Content { return Content{SHA256: o.sha256, Data: o.data} }

// onto makes the edit anew on bytes that were not the planned ones.
func (w *configWriter) onto(have Content) (outcome, error) {
	if err := w.again(have); err != nil {
		return outcome{}, err
	}
	return w.step.edit.on(have), nil
}

// swap puts the outcome in place of have and returns what it replaced.
func (w *configWriter) swap(have Content, out outcome) (old Content, err error) {
	target := w.step.target
	if err := w.store.at("config " + target); err != nil {
		return old, err
	}
	if out.gone {
		return w.takeAway(have)
	}
	if err := w.prepare(have, out.data); err != nil {
		return old, err
	}
	if err := w.store.at("swap " + target); err != nil {
		return old, err
	}
	if !have.Exists() {
		return old, w.appear()
	}
	err = exchange(w.draft, target)
	if errors.Is(err, errors.ErrUnsupported) {
		return have, os.Rename(w.draft, target)
	}
	if err != nil {
		return old, errors.Join(err, os.Remove(w.draft))
	}
	if err := w.store.at("swapped " + target); err != nil {
		return old, err
	}
	if old, err = readContent(w.draft, have); err != nil {
		return old, err
	}
	if old.SHA256 != have.SHA256 {
		if err := w.again(old); err != nil {
			return old, err
		}
	}
	return old, os.Remove(w.draft)
}

// appear gives the draft the target's name, where there is no file yet. A hard
// link fails with ErrChanged if one has appeared since.
func (w *configWriter) appear() error {
	err := os.Link(w.draft, w.step.target)
	switch {
	case err == nil:
		return os.Remove(w.draft)
	case errors.Is(err, fs.ErrExist):
		return errors.Join(fmt.Errorf("%s: %w", w.step.target, ErrChanged), os.Remove(w.draft))
	}
	return os.Rename(w.draft, w.step.target) // no hard links here
}

// takeAway removes the target, looking at what it held.
func (w *configWriter) takeAway(have Content) (old Content, err error) {
	if err := os.Rename(w.step.target, w.draft); err != nil {
		return old, err
	}
	if old, err = readContent(w.draft, have); err != nil {
		return old, err
	}
	return old, os.Remove(w.draft)
}

// prepare writes the draft with the mode and owner of the file it replaces.
func (w *configWriter) prepare(base Content, data []byte) (err error) {
	f, err := os.OpenFile(w.draft, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, privateFile)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(w.draft))
		}
	}()
	if info, err := os.Stat(w.step.target); err == nil {
		if err := keepOwner(w.draft, info); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	if mode := configMode(base); mode != privateFile {
		if err := f.Chmod(mode); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return fill(f, data, durable)
}

// holds reads the file back. It is true when the file is as written, or when
// another program has rewritten it since and our entry is in it.
func (w *configWriter) holds(out *outcome) (bool, error) {
	have, err := readContent(w.step.target, out.content())
	if err != nil {
		return false, err
	}
	if out.gone && !have.Exists() {
		return true, nil
	}
	if have.SHA256 == out.sha256 {
		return true, nil
	}
	now := w.step.edit.on(have)
	if now.changes() || now.state == StateFailed {
		return false, nil
	}
	if !w.step.edit.remove {
		// The record knows our text, not the other side's: the way back goes
		// by that text, or by structure.
		out.record.SHA256 = ""
	}
	return true, nil
}
