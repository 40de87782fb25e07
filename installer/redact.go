package installer

import (
	"archive/tar"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"fsskills/clients"
)

// A Redaction says where keys are blotted out in a file that is backed up. A
// backup is no place for a key: it would outlive the entry that had it.
type Redaction struct {
	Member int    `json:"member"` // of the archive, the first behind operation.json being 0
	SHA256 string `json:"sha256"` // of the file as it was
	Cuts   []Cut  `json:"cuts"`
}

// file files the journal away as a backup, without the keys. As long as the
// operation may have to be undone it needs every byte, so that this comes last:
// a journal that is left beside its backup is filed once more.
func (s *Store) file(op Operation, backup string) error {
	journal := s.path(journalName)
	isServer := func(c Change) bool { return c.Kind == KindServer }
	if len(op.keyed()) == 0 || !slices.ContainsFunc(op.Changes, isServer) {
		return rename(journal, backup)
	}
	r, err := readOperation(journal)
	if err != nil {
		return err
	}
	r.redact()
	if len(r.Redacted) == 0 {
		return rename(journal, backup)
	}
	draft := journal + ".new"
	if err := r.write(draft); err != nil {
		return err
	}
	if err := s.at("redacted"); err != nil {
		return err
	}
	if err := rename(draft, backup); err != nil {
		return err
	}
	if err := s.at("filed"); err != nil {
		return err
	}
	return remove(journal)
}

// keyed are the records of entries with a key that the operation has to do
// with.
func (op Operation) keyed() []*Server {
	var out []*Server
	add := func(s *Server) {
		if s != nil && (s.Key != nil || len(s.Cuts) > 0) {
			out = append(out, s)
		}
	}
	for i := range op.Was.Servers {
		add(&op.Was.Servers[i])
	}
	for _, c := range op.Changes {
		add(c.Server)
	}
	return out
}

// redact blots the keys out of the files in the archive.
func (r *record) redact() {
	r.Redacted = nil
	known := r.keys()
	for n, m := range r.members {
		i, ok := m.change()
		if !ok || r.Changes[i].Kind != KindServer {
			continue
		}
		if cuts := r.keysIn(known, i, m.data); len(cuts) > 0 {
			r.Redacted = append(r.Redacted, Redaction{Member: n, SHA256: digest(m.data), Cuts: cuts})
			r.members[n].data = blotted(m.data, cuts)
		}
	}
}

// keys are the keys of the operation, from the files that they were in before
// it or are in now.
func (r *record) keys() secrets {
	known := secrets{}
	for _, s := range r.keyed() {
		path := RealPath(s.Path)
		for _, m := range r.members {
			if i, ok := m.change(); ok && r.Changes[i].Path == path {
				known.lookFor(s, m.data)
			}
		}
		if have, err := readContent(path); err == nil {
			known.lookFor(s, have.Data)
		}
	}
	return known
}

// keysIn returns where keys stand in bytes that the i-th change has found.
func (r *record) keysIn(known secrets, i int, data []byte) []Cut {
	cuts := known.cuts(data)
	for _, s := range r.Was.Servers {
		// What the entry has in the key's place is a key too, if the client
		// spells it in its own way or the user has put another there.
		if s.Key == nil || RealPath(s.Path) != r.Changes[i].Path {
			continue
		}
		_, doc, ok := entryOf(s.Format, s.Place, data)
		for _, path := range s.Key.Paths {
			if !ok {
				break
			}
			for _, at := range doc.Text(s.Place, path...) {
				cuts = addRuns(cuts, data, at.From, at.To)
			}
		}
	}
	return cuts
}

// addRuns adds what looks like a key between two offsets, if no cut is there
// yet.
func addRuns(cuts []Cut, data []byte, from, to int) []Cut {
	if slices.ContainsFunc(cuts, func(c Cut) bool { return c.Off < to && from < c.Off+c.Length }) {
		return cuts
	}
	for i := from; i < to; {
		run := i
		for run < to && keyByte(data[run]) {
			run++
		}
		if run-i >= clients.ShortestSecret {
			cuts = addCut(cuts, Cut{Off: i, Length: run - i, Of: digestOf(data[i:run])})
		}
		i = max(run, i+1)
	}
	return cuts
}

// A member is a file of the archive behind operation.json.
type member struct {
	name string
	mode fs.FileMode
	data []byte
}

// change is the change whose bytes from before the member has.
func (m member) change() (int, bool) {
	index, ok := strings.CutPrefix(m.name, beforePrefix)
	n, err := strconv.Atoi(index)
	return n, ok && err == nil
}

// write writes the archive anew.
func (r *record) write(path string) error {
	meta, err := json.Marshal(r.Operation)
	if err != nil {
		return fmt.Errorf("encode the backup: %w", err)
	}
	j := journal{path: path, op: r.Operation}
	return j.write(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, func(out *tar.Writer) error {
		if err := j.add(out, operationName, privateFile, meta); err != nil {
			return err
		}
		for _, m := range r.members {
			if err := j.add(out, m.name, m.mode, m.data); err != nil {
				return err
			}
		}
		return out.Close()
	})
}

// A lostKey says that a backup cannot be put back as long as a key is unknown.
type lostKey struct{ variable, operation string }

// whole returns what the i-th change of a backup found. If that is keyed, the
// backup has no key, and it is put in its place again: from the file as it is
// now, or from the variable. If neither has it the content has no data, and
// lost says so.
func (s *Store) whole(r *record, i int) (before Content, keyed bool, lost *lostKey) {
	before = r.was(i)
	at := slices.IndexFunc(r.Redacted, func(d Redaction) bool { return d.Member == r.last[i] })
	if _, there := r.before[i]; !there || at < 0 {
		return before, false, nil
	}
	red, c := r.Redacted[at], r.Changes[i]
	lost = &lostKey{variable: keyVariable(r, c), operation: r.ID}
	known := secrets{}
	if have, err := readContent(c.Path); err == nil {
		for _, cut := range red.Cuts {
			if at := cut.Of.find(have.Data); len(at) > 0 {
				known.add(have.Data[at[0] : at[0]+cut.Of.Length])
			}
		}
	}
	if s.Key != nil {
		if key := s.Key(lost.variable); !key.IsZero() {
			known.add([]byte(key.Reveal()))
		}
	}
	data, ok := known.filled(before.Data, red.Cuts)
	before.SHA256, before.Data = red.SHA256, nil
	if !ok || digest(data) != red.SHA256 {
		return before, true, lost
	}
	before.Data = data
	return before, true, nil
}

// keyVariable is the variable that held the key of an entry.
func keyVariable(r *record, c Change) string {
	for _, s := range r.keyed() {
		if RealPath(s.Path) == c.Path && s.KeyEnv != "" {
			return s.KeyEnv
		}
	}
	return "FULLSTORY_API_KEY"
}
