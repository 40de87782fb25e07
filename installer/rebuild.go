package installer

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"fsskills/clients"
)

// A Rebuilt says how a receipt was worked out anew.
type Rebuilt struct {
	Receipt Receipt
	// From is the journal or backup that had it, empty if none did. Exact is
	// true if that had all of it; otherwise some of it is what was found on the
	// disk.
	From  string
	Exact bool
	// Aside is where the file is that could not be read, empty if there was
	// none.
	Aside string
	// Unread are newer backups that could not be read.
	Unread []string
}

// Rebuild works the receipt out anew, if it cannot be read or is lost, and
// saves it. The best source is the newest operation: the journal or its backup
// has the receipt of that moment. What no backup tells is looked for on the
// disk, in the folders and files of the request's targets: skills that are one
// of its versions, byte for byte, and entries that lead to our server. Nobody
// can say whether those were there before fsskills, so that they count as
// found: uninstall leaves them. Nothing but the receipt is written; the file
// that could not be read is kept beside it. It returns nil if there is nothing
// to mend. The lock must be held.
func (s *Store) Rebuild(req Request) (*Rebuilt, error) {
	_, err := s.Receipt()
	if err == nil {
		return nil, nil
	}
	if corrupt, ok := errors.AsType[*CorruptError](err); !ok || corrupt.Newer() {
		return nil, err
	}
	b, err := s.remember(req)
	if err != nil {
		return nil, err
	}
	r := &b.Receipt
	if r.Version, r.Project = receiptVersion, s.Project; !b.Exact {
		lock := (*Lockfile)(nil)
		if s.Project != "" {
			if lock, err = ReadLockfile(s.Project); err != nil {
				return nil, err
			}
		}
		if lock == nil { // what a project's lock says is known without a receipt
			req.survey(r)
			if b.From == "" {
				req.guess(r)
			}
		}
	}
	r.sort()
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("work the receipt out anew: %w", err)
	}
	if b.Aside, err = s.setAside(receiptName, s.path(receiptName), true); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err := s.saveReceipt(*r); err != nil {
		return nil, fmt.Errorf("write the receipt: %w", err)
	}
	return b, nil
}

// remember returns what the newest operation knows of the receipt. It is exact
// if nothing newer than that is known to have been.
func (s *Store) remember(req Request) (*Rebuilt, error) {
	b := &Rebuilt{}
	backups, err := s.backedUp()
	if err != nil {
		return nil, err
	}
	newest := "" // the last operation that was completed
	for _, file := range backups {
		if !file.undone {
			newest = file.id
		}
	}
	// The operation in progress is the newest.
	backups = append(backups, backup{path: s.path(journalName), undone: true})
	found, replayed, torn := false, false, false
	for _, file := range slices.Backward(backups) {
		rec, err := recall(file, req)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if corrupt, ok := errors.AsType[*CorruptError](err); ok && !corrupt.Newer() {
			b.Unread = append(b.Unread, file.path)
			torn = torn || file.id == "" // what it has done to the disk is not known
			continue
		}
		if err != nil {
			return nil, err
		}
		found, b.From, b.Receipt, replayed = true, file.path, rec.receipt, rec.replayed
		break
	}
	recorded, err := thisFormat().readFile(s.path(recordedName), nil)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case isCorrupt(err):
		b.Unread = append(b.Unread, s.path(recordedName))
	case err != nil:
		return nil, err
	case !found || recorded.receipt.Operation >= b.Receipt.Operation:
		// It is from after that operation, or nothing has come between.
		b.Receipt, b.From, found, replayed = recorded.receipt, s.path(recordedName), true, false
	}
	b.Exact = found && !replayed && !torn && b.Receipt.Operation >= newest
	return b, nil
}

// A recollection is what one operation knows of the receipt.
type recollection struct {
	receipt  Receipt
	replayed bool // from its changes
}

// recall reads the receipt that an operation has left. One that cannot be
// believed makes its file a corrupt one.
func recall(file backup, req Request) (out recollection, err error) {
	rec, err := readOperation(file.path)
	if err != nil {
		return out, err
	}
	out.receipt = rec.Was // which it left as it was, or will, if it is undone
	if rec.after != nil {
		out.receipt = *rec.after
	}
	if err = out.receipt.check(); err == nil && rec.after == nil && !file.undone {
		out = recollection{receipt: rec.replay(req), replayed: true}
		err = out.receipt.check()
	}
	if err != nil {
		return out, &CorruptError{Path: file.path, Err: err}
	}
	return out, nil
}

// replay is the receipt that a completed operation has left, as far as its
// changes tell: the backup lost its end, or an older fsskills made it.
func (r *record) replay(req Request) Receipt {
	out := r.Was.clone()
	out.Operation = r.ID
	for _, c := range r.Changes {
		switch {
		case c.Kind == KindLock:
			out.Lock = c.After.SHA256
		case c.Server != nil:
			out.putServer(c.Server.Path, c.Server)
		case c.Kind == KindServer:
			out.Servers = slices.DeleteFunc(out.Servers, func(s Server) bool { return RealPath(s.Path) == c.Path })
		case c.From != "":
			if item := out.Item(c.Folder, filepath.Base(c.From)); item != nil {
				item.Formerly = union(item.Formerly, []string{item.Name})
				item.Name = filepath.Base(c.Path)
			}
		default:
			out.replayFile(c, req)
		}
	}
	out.Items = slices.DeleteFunc(out.Items, func(i Item) bool { return len(i.Files) == 0 })
	for n := range out.Items {
		item := &out.Items[n]
		// What an uninstall has taken files of was edited, and is only left.
		item.Left = item.Left || r.Command == "uninstall" && r.removedFrom(*item)
	}
	out.Made = append(out.Made, r.Missing...)
	out.Made = slices.DeleteFunc(out.Made, func(dir string) bool { return !isFolder(dir) })
	out.sort()
	return out
}

// removedFrom reports whether the operation took out files of a skill.
func (r *record) removedFrom(i Item) bool {
	return slices.ContainsFunc(r.Changes, func(c Change) bool {
		return c.Folder == i.Folder && c.After.SHA256 == "" && isIn(c.Path, i.Path())
	})
}

// replayFile records one file of a skill or an agent as the change has left it.
func (r *Receipt) replayFile(c Change, req Request) {
	name, inside, err := c.thing()
	if err != nil || inside == "" {
		return // a link or a file that stood in a skill's place
	}
	item := r.Item(c.Folder, name)
	if item == nil {
		if c.After.SHA256 == "" {
			return
		}
		var here []*Item
		for i := range r.Items {
			if r.Items[i].Folder == c.Folder {
				here = append(here, &r.Items[i])
			}
		}
		ids := owners(here)
		for _, f := range req.folders(*r, c.Kind) {
			if f.dir == c.Folder {
				ids = union(ids, f.ids)
			}
		}
		if len(ids) == 0 {
			ids = req.readers(c.Kind, c.Folder)
		}
		if len(ids) == 0 {
			return // no client is known that reads it: nothing would come of it
		}
		r.Items = append(r.Items, Item{Kind: c.Kind, Name: name, Folder: c.Folder, Clients: ids, UserInvocable: c.Kind == KindSkill})
		item = &r.Items[len(r.Items)-1]
		defer item.describe()
	}
	item.Files = slices.DeleteFunc(slices.Clone(item.Files), func(f File) bool { return f.Path == inside })
	if c.After.SHA256 != "" {
		item.Files = append(item.Files, File{Path: inside, SHA256: c.After.SHA256, Exec: c.After.Mode&0o100 != 0})
		if item.Left { // it was installed again
			item.Left, item.Adopted = false, false
		}
	}
}

// readers are the clients of the catalog whose folder for things of the kind it
// is.
func (req Request) readers(kind Kind, dir string) []string {
	var ids []string
	for _, c := range clients.All() {
		if req.System.Project != "" {
			c, _ = c.In(clients.ProjectScope)
		}
		if (Target{Client: c, Skills: true, Agents: true}).folder(kind, req.System) == dir {
			ids = append(ids, c.ID)
		}
	}
	return union(ids, nil)
}
