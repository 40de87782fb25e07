package document

import (
	"bytes"
	"fmt"
)

// A tree is one source as one format reads it. It finds and edits; that an
// edit did what it should is for [verify] to see.
type tree interface {
	bytes() []byte
	// parse reads another source of the same format.
	parse(src []byte) (tree, error)
	// with returns the tree after edits inside the entry. It may take on trust
	// that the result is well formed.
	with(edits []Edit) (tree, error)

	entries(p Place) ([]Found, error)
	lookup(path []string) (any, bool)
	// find decodes the entry. The error is a *SyntaxError if the root is of
	// the wrong type or cannot be told apart.
	find(p Place) (v any, found bool, err error)
	// raw returns the text of a value in the entry that is there.
	raw(p Place, path []string) []byte

	// insert writes an entry that is not there yet.
	insert(p Place, v any) ([]Edit, error)
	// put sets a value in the entry, whose parent is a map that is there. An
	// empty path is the entry's own value.
	put(p Place, path []string, v any) ([]Edit, error)
	// cut takes out a value that is there. An empty path is the entry.
	cut(p Place, path []string) ([]Edit, error)

	// extent is the bytes that belong to the entry.
	extent(p Place) []span
	// depth is how many keys of the root are there.
	depth(p Place) int
	// rest is everything but the entry, in order and in the file's spelling:
	// keys, values, comments. Of the root's own keys it has the first depth.
	rest(p Place, depth int) [][]byte
}

// A document is a tree behind the interface that everybody uses.
type document struct{ tree }

func (d document) Entries(p Place) ([]Found, error) { return d.entries(p) }

func (d document) Loose() int {
	t, ok := d.tree.(*jsonTree)
	if !ok || t.loose == 0 {
		return 0
	}
	line, _ := position(t.src, t.loose-1)
	return line
}

func (d document) Lookup(path ...string) (any, bool) { return d.lookup(path) }

func (d document) Text(p Place, path ...string) (found []Range) {
	var failed error
	defer func() {
		if failed != nil {
			found = []Range{{0, len(d.bytes())}} // better too much than too little
		}
	}()
	defer refuse(&failed)
	entry, there, err := d.find(p)
	if _, reached := at(entry, path); err != nil || !there || !reached {
		return nil
	}
	raw, src := d.raw(p, path), d.bytes()
	for _, s := range d.extent(p) {
		for from := s.start; len(raw) > 0; {
			i := bytes.Index(src[from:s.end], raw)
			if i < 0 {
				break
			}
			found = append(found, Range{from + i, from + i + len(raw)})
			from += i + len(raw)
		}
	}
	if found == nil {
		for _, s := range d.extent(p) {
			found = append(found, Range{s.start, s.end})
		}
	}
	return found
}

// refuse makes a refusal of a mistake in this package: a layout that nobody
// foresaw must not take the program down in the middle of its other clients.
// The tests take it for the mistake that it is.
func refuse(err *error) {
	if r := recover(); r != nil {
		*err = &VerifyError{fmt.Sprintf("%s: %v", mistake, r)}
	}
}

// mistake begins the message of a refusal that should not have been needed.
const mistake = "internal mistake"

func (d document) Set(p Place, want Entry) (_ Change, err error) {
	defer refuse(&err)
	want = want.named(p)
	value, err := want.value()
	if err != nil {
		return Change{}, err
	}
	have, found, err := d.find(p)
	if err != nil {
		return Change{}, err
	}
	w := &work{tree: d.tree, place: p, entry: &decodedEntry{have, found}}
	if err := w.set(want, value, have, found); err != nil {
		return Change{}, err
	}
	change := Change{Edits: w.edits, Inserted: !found, Prior: w.prior}
	if change.Empty() {
		return Change{}, nil
	}
	expected, err := want.over(have, found)
	if err != nil {
		return Change{}, err
	}
	return d.checked(p, change, func(after tree) error {
		got, _, err := after.find(p)
		if err != nil {
			return err
		}
		if !same(got, expected) {
			return &VerifyError{"the entry would not be as wanted"}
		}
		again := &work{tree: after, place: p, entry: &decodedEntry{got, true}}
		if err := again.set(want, value, got, true); err != nil {
			return err
		}
		if len(again.edits) > 0 {
			return &VerifyError{"a second run would change the entry again"}
		}
		return nil
	})
}

func (d document) Delete(p Place) (_ Change, err error) {
	defer refuse(&err)
	_, found, err := d.find(p)
	if err != nil || !found {
		return Change{}, err
	}
	raw := d.raw(p, nil)
	edits, err := d.cut(p, nil)
	if err != nil {
		return Change{}, err
	}
	change := Change{Edits: edits, Prior: []Prior{{Raw: raw}}}
	return d.checked(p, change, func(after tree) error { return gone(after, p) })
}

func (d document) Restore(p Place, prior []Prior) (_ Change, err error) {
	defer refuse(&err)
	_, found, err := d.find(p)
	if err != nil || !found {
		return Change{}, err
	}
	w := &work{tree: d.tree, place: p}
	if err := w.restore(prior); err != nil {
		return Change{}, err
	}
	change := Change{Edits: w.edits, Prior: w.prior}
	if change.Empty() {
		return Change{}, nil
	}
	return d.checked(p, change, func(after tree) error {
		again := &work{tree: after, place: p}
		if err := again.restore(prior); err != nil {
			return err
		}
		if len(again.edits) > 0 {
			return &VerifyError{"the earlier values would not be as they were"}
		}
		return nil
	})
}

func (d document) Undo(p Place, edits []Edit) (_ Change, ok bool) {
	var failed error
	defer func() { ok = ok && failed == nil }()
	defer refuse(&failed)
	rebased, ok := Rebase(edits, d.bytes())
	if !ok || len(rebased) == 0 {
		return Change{}, false
	}
	change, err := d.compared(p, Change{Edits: Invert(rebased)}, func(tree) error { return nil })
	return change, err == nil
}

func gone(after tree, p Place) error {
	_, found, err := after.find(p)
	if err == nil && found {
		err = &VerifyError{"the entry would still be there"}
	}
	return err
}

// Render returns a small complete file that holds nothing but the entry, to be
// pasted by hand.
func Render(format Format, p Place, want Entry) []byte {
	doc, err := Parse(format, nil)
	if err != nil {
		return nil
	}
	change, err := doc.Set(p, want)
	if err != nil {
		return nil
	}
	return Apply(nil, change.Edits)
}
