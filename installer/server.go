package installer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"fsskills/clients"
	"fsskills/clients/document"
)

// A serverStep is what Apply needs to write a config file: the edit as data,
// so that it can be worked out anew when the file has changed meanwhile.
type serverStep struct {
	edit serverEdit
	// target is the file that is written: Path with links resolved.
	target string
	before Content
	after  Content     // empty digest: the file is removed
	mode   fs.FileMode // the mode that the file gets; 0: its own
	record *Server     // what the receipt holds afterwards; nil forgets the entry
	change document.Change
	// replaces is true when bytes go that the user may have written: those of
	// a foreign entry, or whatever --force overwrites.
	replaces bool
}

// A serverEdit is what should happen to one entry. It is applied to the bytes
// of the file as they are at that moment.
type serverEdit struct {
	remove bool
	force  bool
	file   clients.ServerFile
	want   clients.Server
	ids    []string // the chosen clients that read the file
	last   *Server
	// shared is true for a file in a project: others read it too.
	shared bool
	// outside says why nothing may be written at the file's place.
	outside error
	// exact are bytes that the whole file gets back, where left is what the
	// operation to be undone has left.
	exact *Content
	left  Image
	// lost says that exact is not whole: which key is missing in it. keyed says
	// that exact has a key that is not in its backup.
	lost  *lostKey
	keyed bool

	// parsed is the file as it was parsed last, while it is planned: to parse is
	// most of the work in a large one. It may be nil.
	parsed *parsed

	// Worked out for the bytes of the file: the secrets that are at hand, and
	// last with them in their places, or with an earlier value less.
	secrets   secrets
	opened    Server
	priorLost bool
}

// A parsed is a document and the digest of its bytes.
type parsed struct {
	sha256 string
	doc    document.Document
}

// parse parses the bytes of the file, once if they stay the same.
func (e serverEdit) parse(have Content) (document.Document, error) {
	if e.parsed != nil && e.parsed.doc != nil && e.parsed.sha256 == have.SHA256 {
		return e.parsed.doc, nil
	}
	doc, err := document.Parse(e.file.Format, have.Data)
	if err == nil && e.parsed != nil {
		*e.parsed = parsed{have.SHA256, doc}
	}
	return doc, err
}

// An outcome is what a serverEdit comes to for certain bytes.
type outcome struct {
	op           Op
	state        State
	reason, hint string
	partial      bool
	data         []byte      // the file's new bytes, if op changes it
	sha256       string      // their digest
	mode         fs.FileMode // the mode that the file gets; 0: its own, or private if it is made
	gone         bool        // the file is removed
	writesKey    bool        // a key that was not in the file comes into it
	record       *Server
	change       document.Change
	warnings     []string
}

// planServer plans one entry. Warnings are for the user.
func planServer(e serverEdit) (Action, []string) {
	a := Action{Kind: KindServer, Name: e.file.Place.Name, Path: e.file.Path, Clients: e.ids}
	step := &serverStep{edit: e, record: e.last} // which does not keep what was parsed
	e.parsed = new(parsed)
	a.server = step
	target, err := resolve(e.file.Path)
	if e.outside != nil {
		err = e.outside
	}
	if err != nil {
		return a.refused(err), nil
	}
	step.target = target
	step.before, err = e.look(target, func() error { time.Sleep(settlePause); return nil })
	if err != nil {
		return a.refused(err), nil
	}
	out := e.on(step.before)
	a.Op, a.State, a.Reason, a.Hint, a.Partial = out.op, out.state, out.reason, out.hint, out.partial
	step.record, step.change, step.mode = out.record, out.change, out.mode
	step.replaces = e.force && a.Changes()
	a.WritesKey = out.writesKey && a.Changes()
	if a.Changes() && !out.gone {
		step.after = Content{SHA256: out.sha256, Mode: e.modeAfter(out, step.before), Data: out.data}
	}
	return a, append(out.warnings, a.keyWarnings()...)
}

func (a Action) refused(err error) Action {
	a.Op, a.State, a.Partial = OpKeep, StateFailed, true
	a.Reason, a.Hint = err.Error(), Remedy(err)
	return a
}

// reads reports whether the bytes are a whole document of the file's format.
func (e serverEdit) reads(have Content) bool {
	_, err := e.parse(have)
	return err == nil
}

// on works the edit out for the bytes of the file. Nothing of the outcome but
// the new bytes has a key in it.
func (e serverEdit) on(have Content) outcome {
	if e.exact != nil {
		return e.putBack(have)
	}
	e.secrets = secrets{}
	e.secrets.lookFor(e.last, have.Data)
	if e.last != nil {
		e.opened, e.priorLost = e.last.open(e.secrets)
		if e.opened.SHA256 == have.SHA256 && !e.opened.fits(have.Data) {
			// They are not those of this file: the way back is by structure.
			e.opened.Edits, e.opened.SHA256 = nil, ""
		}
	}
	var out outcome
	if e.remove {
		out = e.takeOut(have)
	} else {
		out = e.bring(have)
	}
	out.reason = string(e.secrets.shown([]byte(out.reason)))
	out.change.Edits = e.secrets.shownEdits(have.Data, out.data, out.change.Edits)
	return out
}

// bring works out how the entry becomes as it should be.
func (e serverEdit) bring(have Content) outcome {
	doc, err := e.parse(have)
	if err != nil {
		return e.unreadable(err)
	}
	found, err := doc.Entries(e.file.Place)
	if err != nil {
		return e.unreadable(err)
	}
	var out outcome
	out.record = e.last
	if line := doc.Loose(); line > 0 && e.file.Strict {
		out.warnings = append(out.warnings, fmt.Sprintf("%s: line %d: a comment or a trailing comma, with which the client cannot read the file", e.file.Path, line))
	}
	want := e.file.Entry
	if e.file.HoldsKey() {
		key, ok := e.key(found)
		if !ok {
			return e.keyless(out)
		}
		e.secrets.add([]byte(key.Reveal()))
		want = e.file.WithKey(key)
		e.want.Key = key
	}
	out.state = StateAbsent
	for _, f := range found {
		if f.Name != e.file.Place.Name {
			if sameServer(clients.EntryURL(f.Value), e.want.URL) {
				out.warnings = append(out.warnings, fmt.Sprintf("%s: line %d: %q is the same server under another name; the skills call it %q, so the client will see it twice", e.file.Path, f.Line, f.Name, e.file.Place.Name))
			}
			continue
		}
		out.state = StateOutdated
		if e.last == nil && !clients.Ours(clients.EntryURL(f.Value)) {
			if !e.force {
				out.op, out.state, out.partial = OpKeep, StateForeign, true
				out.reason = fmt.Sprintf("line %d: the entry %q belongs to another server", f.Line, f.Name)
				out.hint = "rename it, or let --force replace it after a backup"
				return out
			}
			want.Replace = true
		}
	}
	change, err := doc.Set(e.file.Place, want)
	if err != nil {
		return e.unreadable(err)
	}
	out.change = change
	if change.Empty() {
		out.op, out.state = OpNone, StateCurrent
		out.record = e.unchanged(doc, have)
		if e.file.HoldsKey() {
			out.warnings = append(out.warnings, e.openWarning(have)...)
		}
		return out
	}
	out.op = OpUpdate
	if change.Inserted {
		out.op = OpCreate
	}
	out.become(document.Apply(have.Data, change.Edits))
	out.mode = e.keyMode(have)
	out.record = e.changed(doc, have, change, out.content())
	out.writesKey = out.record.Key != nil && (e.last == nil || e.last.Key == nil || e.last.Key.Digest != out.record.Key.Digest)
	return out
}

// become sets the file's new bytes.
func (o *outcome) become(data []byte) { o.data, o.sha256 = data, digest(data) }

// sameServer reports whether two addresses name one MCP server.
func sameServer(a, b string) bool {
	return a != "" && strings.EqualFold(strings.TrimRight(a, "/"), strings.TrimRight(b, "/"))
}

// unable leaves alone the entry of a client that cannot have it.
func (e serverEdit) unable(err error) Action {
	a := Action{
		Kind: KindServer, Op: OpKeep, State: StateAbsent, Name: e.want.Name, Path: e.file.Path, Clients: e.ids,
		Reason: err.Error(), Partial: true,
	}
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) {
		a.Hint = hinted.Hint()
	}
	if e.last != nil {
		a.State = StateOutdated
	}
	return a
}

// unreadable refuses a file that cannot be edited, and says what to paste.
func (e serverEdit) unreadable(err error) outcome {
	out := outcome{op: OpKeep, state: StateFailed, partial: true, record: e.last}
	out.reason = err.Error()
	if syntax, ok := errors.AsType[*document.SyntaxError](err); ok {
		out.reason = fmt.Sprintf("%s:%v", e.file.Path, syntax)
	}
	out.hint = "mend the file and run this again"
	if !e.remove {
		out.hint += ", or add this by hand:\n" + strings.TrimRight(string(document.Render(e.file.Format, e.file.Place, e.file.Sample())), "\n")
	}
	return out
}

// resolve follows the links at path, also one that leads to a file yet to be
// made, so that a dotfile manager's link stays a link.
func resolve(path string) (string, error) {
	for range 40 {
		info, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode()&fs.ModeSymlink == 0 {
			break
		}
		if err != nil {
			return "", err
		}
		target, err := os.Readlink(path)
		if err != nil {
			return "", err
		}
		if !filepath.IsAbs(target) {
			// Relative to where the link really is.
			dir, err := filepath.EvalSymlinks(filepath.Dir(path))
			if err != nil {
				return "", err
			}
			target = filepath.Join(dir, target)
		}
		path = target
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	if errors.Is(err, fs.ErrNotExist) {
		return path, nil
	}
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, filepath.Base(path)), nil
}

// readContent reads a config file; a missing one is an empty Content. What is
// known already is only compared: a large file takes neither memory nor a digest
// once more.
func readContent(path string, known ...Content) (Content, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Content{}, nil
	}
	if err != nil {
		return Content{}, err
	}
	if !info.Mode().IsRegular() {
		return Content{}, &fs.PathError{Op: "read", Path: path, Err: errNotRegular}
	}
	for _, k := range known {
		if !k.Exists() || int64(len(k.Data)) != info.Size() {
			continue
		}
		same, err := holdsBytes(path, k.Data)
		if err != nil {
			return Content{}, err
		}
		if same {
			return Content{SHA256: k.SHA256, Mode: info.Mode().Perm(), Data: k.Data}, nil
		}
	}
	var data []byte
	err = patiently(func() (err error) {
		data, err = os.ReadFile(path)
		return err
	})
	if err != nil {
		return Content{}, err
	}
	return Content{SHA256: digest(data), Mode: info.Mode().Perm(), Data: data}, nil
}

// holdsBytes reports whether a file is exactly data.
func holdsBytes(path string, data []byte) (same bool, err error) {
	var file *os.File
	err = patiently(func() (err error) {
		file, err = os.Open(path)
		return err
	})
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	piece := make([]byte, min(len(data)+1, 64<<10)) // one more, to see the end
	for {
		n, err := file.Read(piece)
		if n > len(data) || !bytes.Equal(piece[:n], data[:n]) {
			return false, nil
		}
		data = data[n:]
		switch {
		case errors.Is(err, io.EOF):
			return len(data) == 0, nil
		case err != nil:
			return false, err
		}
	}
}

// errNotRegular reports a folder, a pipe or a device where a file should be.
var errNotRegular = errors.New("is not a regular file")

// modeAfter is the mode of a config file once the outcome is written.
func (e serverEdit) modeAfter(out outcome, before Content) fs.FileMode {
	if out.mode != 0 {
		return out.mode
	}
	return e.mode(before)
}

// mode is that of a config file once it is written: its own, or private for a
// new one, since clients keep secrets in the same files. A project's are for
// everybody who may read the project.
func (e serverEdit) mode(before Content) fs.FileMode {
	switch {
	case before.Exists():
		return before.Mode
	case e.shared:
		return sharedFile
	}
	return privateFile
}
