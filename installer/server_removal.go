package installer

import (
	"bytes"
	"errors"
	"strings"

	"fsskills/clients"
	"fsskills/clients/document"
)

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
	out.mode = e.keyMode(have)
	if e.opened.SHA256 != have.SHA256 || last.Found {
		return e.takeOutOfEdited(have, last, out)
	}
	return out.takeBack(have, last, document.Change{Edits: document.Invert(e.opened.Edits)})
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
			if last.Key != nil && e.secrets[last.Key.Digest] != nil {
				out.reason += "; the API key that --write-key wrote is still in it"
			}
			return out
		}
	}
	if !there {
		return outcome{op: OpNone, state: StateAbsent}
	}
	if change, ok := doc.Undo(last.Place, e.opened.Edits); ok && !last.Found {
		return out.takeBack(have, last, change)
	}
	switch {
	case last.Inserted || last.Found || e.priorLost && e.force:
		out.op = OpRemove
		out.change, err = deleteEntry(doc, have.Data, last)
	case e.priorLost && (last.Key == nil || e.secrets[last.Key.Digest] == nil):
		// The key that is there is none that we wrote: it is the user's.
		out.op, out.partial, out.record = OpKeep, true, &last
		out.reason = "the API key that was in the entry before is not kept, and not in the file any more"
		out.hint = "--force takes the whole entry out, after a backup"
		return out
	case e.priorLost:
		// What we wrote goes in any case; what was there is kept nowhere.
		out.partial = true
		out.reason = "the API key that was in the entry before fsskills is kept nowhere, so that what held it is taken out"
		out.hint = "put your own key back by hand if you need the entry"
		out.change, err = doc.Restore(last.Place, e.opened.Prior)
	default:
		out.change, err = doc.Restore(last.Place, e.opened.Prior)
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
		if n == 0 {
			here.ListKey = last.Place.ListKey
		}
		found, err := doc.Entries(here)
		if err != nil {
			return change, err
		}
		if len(found) > 0 {
			break // the user has put something of their own there
		}
		outer, err := doc.Delete(document.Place{Root: root[:at-1], Name: root[at-1]})
		if _, odd := errors.AsType[*document.VerifyError](err); odd {
			break // an empty map stays, which harms nobody
		}
		if err != nil {
			return change, err
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
