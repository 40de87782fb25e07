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
