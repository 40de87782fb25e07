package installer

import (
	"strings"

	"fsskills/clients/document"
)

// base is what every record of this edit says.
func (e serverEdit) base() Server {
	s := Server{
		Path: e.file.Path, Format: e.file.Format, Place: e.file.Place, Clients: union(e.ids, nil),
		URL: e.want.URL, Auth: e.want.Auth, KeyEnv: e.want.KeyEnv,
	}
	if e.last != nil {
		s.Clients = union(s.Clients, e.last.Clients)
	}
	if e.file.HoldsKey() {
		s.Key = &Key{Digest: digestOf([]byte(e.want.Key.Reveal())), Paths: e.file.KeyPaths()}
		if e.last != nil && e.last.Key != nil {
			s.Key.Mode = e.last.Key.Mode
		}
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
	s.SHA256, s.Edits, s.Prior, s.Cuts = e.last.SHA256, e.last.Edits, e.last.Prior, e.last.Cuts
	// The user has edited elsewhere: keep the way back exact.
	if !s.Found && s.SHA256 != have.SHA256 {
		if edits, ok := rebase(doc, s.Place, e.opened.Edits, have.Data); ok {
			s.Edits, s.SHA256 = edits, have.SHA256
			s.sealEdits(e.secrets, have.Data)
		}
	}
	return &s
}

// changed is the record of a change: the edits from the user's own bytes to
// ours, through all the changes since the first.
func (e serverEdit) changed(doc document.Document, have Content, change document.Change, after Content) *Server {
	s := e.base()
	s.SHA256 = after.SHA256
	s.Edits, s.Prior, s.Inserted = change.Edits, change.Prior, change.Inserted
	s.Created, s.MadeRoot = !have.Exists(), missingRoot(doc, s.Place.Root)
	if last := e.last; last != nil && !last.Found && !change.Inserted {
		s.Inserted, s.Created, s.MadeRoot = last.Inserted, last.Created, last.MadeRoot
		s.Prior, s.Cuts = last.Prior, last.Cuts
		if !s.Inserted {
			s.Prior = mergePrior(last.Prior, change.Prior)
		}
		s.Edits, s.SHA256 = e.through(doc, have, change, after)
	}
	if s.Key != nil && s.Key.Mode == 0 && !s.Created {
		s.Key.Mode = have.Mode
	}
	s.sealEdits(e.secrets, after.Data)
	s.sealPrior(e.secrets)
	return &s
}

// through returns the edits from the user's own bytes through the last change
// to those after this one, and the digest of the bytes that they lead to. It
// is empty if only the way back by structure is left.
func (e serverEdit) through(doc document.Document, have Content, change document.Change, after Content) ([]document.Edit, string) {
	edits := e.opened.Edits
	if e.opened.SHA256 != have.SHA256 {
		var ok bool
		if edits, ok = rebase(doc, e.last.Place, edits, have.Data); !ok {
			return nil, ""
		}
	}
	return document.Compose(edits, change.Edits), after.SHA256
}

// fits reports whether the edits can have led to the bytes of the file. A
// damaged receipt may have others.
func (s Server) fits(data []byte) bool {
	return (len(s.Edits) > 0 || !s.Inserted) && document.Fits(data, document.Invert(s.Edits))
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
