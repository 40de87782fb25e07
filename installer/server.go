package installer

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

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
	after  Content // empty digest: the file is removed
	record *Server // what the receipt holds afterwards; nil forgets the entry
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
	// exact are bytes that the whole file gets back, where left is what the
	// operation to be undone has left.
	exact *Content
	left  Image
}

// An outcome is what a serverEdit comes to for certain bytes.
type outcome struct {
	op           Op
	state        State
	reason, hint string
	partial      bool
	data         []byte      // the file's new bytes, if op changes it
	sha256       string      // their digest
	mode         fs.FileMode // of a file that is made; 0 means private
	gone         bool        // the file is removed
	record       *Server
	change       document.Change
	warnings     []string
}

// planServer plans one entry. Warnings are for the user.
func planServer(e serverEdit) (Action, []string) {
	a := Action{Kind: KindServer, Name: e.file.Place.Name, Path: e.file.Path, Clients: e.ids}
	step := &serverStep{edit: e, record: e.last}
	a.server = step
	target, err := resolve(e.file.Path)
	if err != nil {
		return a.refused(err), nil
	}
	step.target = target
	step.before, err = readContent(target)
	if err != nil {
		return a.refused(err), nil
	}
	out := e.on(step.before)
	a.Op, a.State, a.Reason, a.Hint, a.Partial = out.op, out.state, out.reason, out.hint, out.partial
	step.record, step.change = out.record, out.change
	step.replaces = e.force && a.Changes()
	if a.Changes() && !out.gone {
		step.after = Content{SHA256: out.sha256, Mode: configMode(step.before), Data: out.data}
	}
	return a, out.warnings
}

func (a Action) refused(err error) Action {
	a.Op, a.State, a.Partial = OpKeep, StateFailed, true
	a.Reason, a.Hint = err.Error(), Remedy(err)
	return a
}

// on works the edit out for the bytes of the file.
func (e serverEdit) on(have Content) outcome {
	if e.exact != nil {
		return e.putBack(have)
	}
	if e.remove {
		return e.takeOut(have)
	}
	doc, err := document.Parse(e.file.Format, have.Data)
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
		return out
	}
	out.op = OpUpdate
	if change.Inserted {
		out.op = OpCreate
	}
	out.become(document.Apply(have.Data, change.Edits))
	out.record = e.changed(doc, have, change, out.sha256)
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
		out.hint += ", or add this by hand:\n" + strings.TrimRight(string(document.Render(e.file.Format, e.file.Place, e.file.Entry)), "\n")
	}
	return out
}

// base is what every record of this edit says.
func (e serverEdit) base() Server {
	s := Server{
		Path: e.file.Path, Format: e.file.Format, Place: e.file.Place, Clients: union(e.ids, nil),
		URL: e.want.URL, Auth: e.want.Auth, KeyEnv: e.want.KeyEnv,
	}
	if e.last != nil {
		s.Clients = union(s.Clients, e.last.Clients)
	}
	return s
}

// unchanged is the record when the entry is right as it is.
func (e serverEdit) unchanged(doc document.Document, have Content) *Server {
	s := e.base()
	if e.last == nil {
		s.Found = true
		return &s
	}
	s.Found, s.Created, s.Inserted, s.MadeRoot = e.last.Found, e.last.Created, e.last.Inserted, e.last.MadeRoot
	s.SHA256, s.Edits, s.Prior = e.last.SHA256, e.last.Edits, e.last.Prior
	// The user has edited elsewhere: keep the way back exact.
	if !s.Found && s.SHA256 != have.SHA256 {
		if edits, ok := rebase(doc, s.Place, s.Edits, have.Data); ok {
			s.Edits, s.SHA256 = edits, have.SHA256
		}
	}
	return &s
}

// changed is the record of a change: the edits from the user's own bytes to
// ours, through all the changes since the first.
func (e serverEdit) changed(doc document.Document, have Content, change document.Change, after string) *Server {
	s := e.base()
	s.SHA256 = after
	s.Edits, s.Prior, s.Inserted = change.Edits, change.Prior, change.Inserted
	s.Created, s.MadeRoot = !have.Exists(), missingRoot(doc, s.Place.Root)
	last := e.last
	if last == nil || last.Found || change.Inserted {
		return &s
	}
	s.Inserted, s.Created, s.MadeRoot = last.Inserted, last.Created, last.MadeRoot
	s.Prior = last.Prior
	if !s.Inserted {
		s.Prior = mergePrior(last.Prior, change.Prior)
	}
	edits := last.Edits
	if last.SHA256 != have.SHA256 {
		var ok bool
		if edits, ok = rebase(doc, s.Place, last.Edits, have.Data); !ok {
			// Only the way back by structure is left.
			s.Edits, s.SHA256 = nil, ""
			return &s
		}
	}
	s.Edits = document.Compose(edits, change.Edits)
	return &s
}

// missingRoot is how many of the maps on the way to an entry are not there.
func missingRoot(doc document.Document, root []string) int {
	for n := len(root); n > 0; n-- {
		if _, ok := doc.Lookup(root[:n]...); ok {
			return len(root) - n
		}
	}
	return len(root)
}

// rebase moves recorded edits to a file that has been edited elsewhere since,
// if they can still be taken back there without harm.
func rebase(doc document.Document, place document.Place, edits []document.Edit, data []byte) ([]document.Edit, bool) {
	if _, ok := doc.Undo(place, edits); !ok {
		return nil, false
	}
	return document.Rebase(edits, data)
}

// mergePrior keeps the earliest value of each field.
func mergePrior(first, later []document.Prior) []document.Prior {
	out := first
	for _, p := range later {
		known := false
		for _, f := range first {
			known = known || len(f.Path) <= len(p.Path) && strings.Join(f.Path, "\x00") == strings.Join(p.Path[:len(f.Path)], "\x00")
		}
		if !known {
			out = append(out, p)
		}
	}
	return out
}

// takeOut works out the removal of the entry.
func (e serverEdit) takeOut(have Content) outcome {
	out := outcome{op: OpNone, state: StateAbsent}
	last := *e.last
	if rest := without(last.Clients, e.ids); len(rest) > 0 {
		last.Clients = rest
		out.op, out.state, out.record = OpKeep, StateCurrent, &last
		out.reason = "still used by " + strings.Join(rest, ", ")
		return out
	}
	if last.Found && !e.force {
		out.op, out.state = OpKeep, StateCurrent
		out.reason, out.hint = "it was there before fsskills", "--force removes it, after a backup"
		last.Left = true
		out.record = &last
		return out
	}
	if !have.Exists() {
		return out
	}
	out.op, out.state = OpRemove, StateCurrent
	if !last.Inserted && !last.Found {
		out.op = OpUpdate // it gets its former fields back
	}
	if last.SHA256 != have.SHA256 || last.Found {
		return e.takeOutOfEdited(have, last, out)
	}
	return out.takeBack(have, last, document.Change{Edits: document.Invert(last.Edits)})
}

// takeBack removes our text as it was put in.
func (o outcome) takeBack(have Content, last Server, change document.Change) outcome {
	o.change = change
	o.become(document.Apply(have.Data, change.Edits))
	o.gone = last.Created && len(bytes.TrimSpace(o.data)) == 0
	return o
}

// takeOutOfEdited removes an entry from a file that is no longer as we left
// it. If our text still stands there as it was, it goes exactly; if the client
// or the user has rewritten it, by structure.
func (e serverEdit) takeOutOfEdited(have Content, last Server, out outcome) outcome {
	refuse := func(err error) outcome {
		r := e.unreadable(err)
		r.record = &last
		return r
	}
	doc, err := document.Parse(last.Format, have.Data)
	if err != nil {
		return refuse(err)
	}
	found, err := doc.Entries(last.Place)
	if err != nil {
		return refuse(err)
	}
	there := false
	for _, f := range found {
		if f.Name != last.Place.Name {
			continue
		}
		there = true
		if url := clients.EntryURL(f.Value); !e.force && !clients.Ours(url) && !sameServer(url, last.URL) {
			out.op, out.state = OpKeep, StateForeign
			out.reason, out.hint = "the entry has been changed to another server", "--force removes it, after a backup"
			return out
		}
	}
	if !there {
		return outcome{op: OpNone, state: StateAbsent}
	}
	if change, ok := doc.Undo(last.Place, last.Edits); ok && !last.Found {
		return out.takeBack(have, last, change)
	}
	if last.Inserted || last.Found {
		out.change, err = deleteEntry(doc, have.Data, last)
	} else {
		out.change, err = doc.Restore(last.Place, last.Prior)
	}
	if err != nil {
		return refuse(err)
	}
	out.become(document.Apply(have.Data, out.change.Edits))
	if out.change.Empty() {
		out.op = OpNone
	}
	out.gone = last.Created && isEmpty(last.Format, out.data)
	return out
}

// deleteEntry takes the entry out by structure, and the maps above it that we
// made, if they are empty now.
func deleteEntry(doc document.Document, src []byte, last Server) (document.Change, error) {
	change, err := doc.Delete(last.Place)
	if err != nil || change.Empty() {
		return change, err
	}
	root := last.Place.Root
	for n := range last.MadeRoot {
		data := document.Apply(src, change.Edits)
		doc, err := document.Parse(last.Format, data)
		if err != nil {
			return change, err
		}
		at := len(root) - n
		here := document.Place{Root: root[:at]}
		if found, err := doc.Entries(here); err != nil || len(found) > 0 {
			break // the user has put something of their own there
		}
		outer, err := doc.Delete(document.Place{Root: root[:at-1], Name: root[at-1]})
		if err != nil {
			break // an empty map stays, which harms nobody
		}
		change.Edits = document.Compose(change.Edits, outer.Edits)
	}
	return change, nil
}

// isEmpty reports whether a document holds no value.
func isEmpty(format document.Format, data []byte) bool {
	doc, err := document.Parse(format, data)
	if err != nil {
		return false
	}
	value, ok := doc.Lookup()
	members, isMap := value.(map[string]any)
	return !ok || value == nil || isMap && len(members) == 0
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
			target = filepath.Join(filepath.Dir(path), target)
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
// known already needs no new digest: of a large file that is the dear part.
func readContent(path string, known ...Content) (Content, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Content{}, nil
	}
	if err != nil {
		return Content{}, err
	}
	if !info.Mode().IsRegular() {
		return Content{}, &fs.PathError{Op: "read", Path: path, Err: errors.New("is not a regular file")}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return Content{}, err
	}
	for _, k := range known {
		if bytes.Equal(k.Data, data) && k.Exists() {
			return Content{SHA256: k.SHA256, Mode: info.Mode().Perm(), Data: k.Data}, nil
		}
	}
	return Content{SHA256: digest(data), Mode: info.Mode().Perm(), Data: data}, nil
}

// configMode is the mode of a config file once it is written: its own, or
// private for a new one, since clients keep secrets in the same files.
func configMode(before Content) fs.FileMode {
	if before.Exists() {
		return before.Mode
	}
	return privateFile
}
