package installer

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// maxTries bounds how often a config file is edited anew because another
// program keeps writing it.
const maxTries = 8

// errContested reports that another program keeps changing the file.
var errContested = errors.New("another program keeps rewriting it; close the client and run this again")

// A configWriter writes one config file that its client may be writing too.
type configWriter struct {
	store *Store
	step  *serverStep
	// found notes bytes that were there instead of the planned ones, placing
	// the digest of bytes that are about to be put there instead of the
	// planned ones. Recovery tells by them whose bytes it sees.
	found   func(Content) error
	placing func(sha256 string) error
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
	out = outcome{
		op: OpUpdate, data: st.after.Data, sha256: st.after.SHA256, gone: !st.after.Exists(),
		mode: st.mode, record: st.record, change: st.change,
	}
	base := st.before
	for range maxTries {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		have, err := w.settled(ctx, base, out.content())
		if err != nil {
			return out, err
		}
		if have.SHA256 != base.SHA256 {
			if err := w.found(have); err != nil {
				return out, err
			}
			base, out = have, st.edit.on(have)
			if !out.changes() {
				return out, nil
			}
			if err := w.placing(out.sha256); err != nil {
				return out, err
			}
		}
		ok, err := w.replace(base, out)
		if err != nil {
			return out, err
		}
		if !ok {
			continue
		}
		if ok, err := w.holds(ctx, &out); ok || err != nil {
			return out, err
		}
	}
	return out, errContested
}

// settled reads the target. A client that writes in place leaves it empty or
// cut off for a moment: that is waited for, and never taken for what the user
// has. An emptied file is not edited.
func (w *configWriter) settled(ctx context.Context, known ...Content) (Content, error) {
	have, err := w.step.edit.look(w.step.target, func() error { return pause(ctx, settlePause) }, known...)
	if err == nil && have.Exists() && len(have.Data) == 0 && len(known[0].Data) > 0 {
		err = errContested
	}
	return have, err
}

// look reads a config file when nobody is writing it, as far as can be told.
// One that is empty or broken must stay so for a while to be believed.
// wait passes the time between two looks.
func (e serverEdit) look(path string, wait func() error, known ...Content) (have Content, err error) {
	for range settleTries {
		waitUnwritten(path)
		if have, err = readContent(path, known...); err != nil || !have.Exists() {
			return have, err
		}
		if len(have.Data) > 0 && (slices.ContainsFunc(known, func(k Content) bool { return k.SHA256 == have.SHA256 }) || e.reads(have)) {
			return have, nil
		}
		if err := wait(); err != nil {
			return have, err
		}
	}
	return have, nil
}

// How long a half-written file is waited for: a write takes milliseconds.
const (
	settleTries = 5
	settlePause = 10 * time.Millisecond
)

// pause waits, or for the end of ctx.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (o outcome) changes() bool { return o.op != OpKeep && o.op != OpNone }

// content is what the outcome leaves in the file.
func (o outcome) content() Content { return Content{SHA256: o.sha256, Data: o.data} }

// replace puts the outcome in place of base. It is false, and the file is as
// the other side wrote it last, if the file was not base any more.
func (w *configWriter) replace(base Content, out outcome) (bool, error) {
	target := w.step.target
	if err := w.store.at("config " + target); err != nil {
		return false, err
	}
	if out.gone {
		return w.takeAway(base)
	}
	if err := w.prepare(base, out); err != nil {
		return false, err
	}
	if err := w.store.at("swap " + target); err != nil {
		return false, err
	}
	if !base.Exists() {
		return w.appear()
	}
	return swap(w.draft, target, base, out.content(), func(theirs Content) error {
		if theirs.SHA256 != base.SHA256 {
			return w.found(theirs)
		}
		return w.store.at("swapped " + target)
	})
}

// swap exchanges the draft, which holds data, with the target, which should
// hold base, in one step, and looks at what comes out. If that is not base but
// something newer, it is exchanged back, and so on until what comes out is
// what was put in last: no byte that another program wrote is lost. It is true
// if data has taken the place of base. The draft is gone afterwards. seen is
// told what came out first.
func swap(draft, target string, base, data Content, seen func(Content) error) (bool, error) {
	err := exchange(draft, target)
	if errors.Is(err, errors.ErrUnsupported) {
		// The closest thing: the target was read a moment ago.
		return true, rename(draft, target)
	}
	if err != nil {
		return false, errors.Join(err, remove(draft))
	}
	// A client that writes in place may have it open still.
	waitUnwritten(draft)
	out, err := readContent(draft, base)
	if err != nil {
		return false, err
	}
	if err := seen(out); err != nil {
		return false, err
	}
	if out.SHA256 == base.SHA256 {
		return true, remove(draft)
	}
	for at := data; ; { // at is what we put there last
		if err := exchange(draft, target); err != nil {
			return false, err
		}
		waitUnwritten(draft)
		got, err := readContent(draft, at)
		if err != nil {
			return false, err
		}
		if got.SHA256 == at.SHA256 {
			return false, remove(draft)
		}
		at, out = out, got
	}
}

// appear gives the draft the target's name, where there is no file yet. A hard
// link fails if one has appeared since.
func (w *configWriter) appear() (bool, error) {
	err := os.Link(w.draft, w.step.target)
	switch {
	case err == nil:
		return true, remove(w.draft)
	case errors.Is(err, fs.ErrExist):
		return false, remove(w.draft)
	}
	return true, rename(w.draft, w.step.target) // no hard links here
}

// takeAway removes the target, looking at what it held.
func (w *configWriter) takeAway(base Content) (bool, error) {
	if err := rename(w.step.target, w.draft); err != nil {
		return false, err
	}
	old, err := readContent(w.draft, base)
	if err != nil {
		return false, err
	}
	if old.SHA256 == base.SHA256 {
		return true, remove(w.draft)
	}
	// Newer than what we meant to remove: back, unless there is an even newer
	// one in its place.
	return w.back()
}

// back gives the draft its old name again.
func (w *configWriter) back() (bool, error) {
	_, err := w.appear()
	return false, err
}

// unfinished is the name of a draft while it is written: what has the draft's
// own name is whole.
func unfinished(draft string) string { return draft + ".new" }

// prepare writes the draft with the mode and owner of the file it replaces.
func (w *configWriter) prepare(base Content, out outcome) (err error) {
	name := unfinished(w.draft)
	defer func() {
		// The user knows the file, not the draft.
		if failed, ok := errors.AsType[*fs.PathError](err); ok && failed.Path == name {
			err = &fs.PathError{Op: "write", Path: w.step.target, Err: failed.Err}
		}
	}()
	f, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, privateFile)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, remove(name))
		}
	}()
	if info, err := os.Stat(w.step.target); err == nil {
		if err := keepOwner(name, info); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	mode := w.step.edit.modeAfter(out, base)
	if mode != privateFile {
		if err := f.Chmod(mode); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	if err := fill(f, out.data, durable); err != nil {
		return err
	}
	return rename(name, w.draft)
}

// holds reads the file back. It is true when the file is as written, or when
// another program has rewritten it since and our entry is in it.
func (w *configWriter) holds(ctx context.Context, out *outcome) (bool, error) {
	have, err := w.settled(ctx, out.content())
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
