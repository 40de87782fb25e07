package document

import "bytes"

// A work is a change in the making. It edits step by step, each step on the
// outcome of the one before, so that no step has to think of another.
type work struct {
	tree  tree
	place Place
	edits []Edit
	prior []Prior
	// entry is what find said last, nil once the tree has changed.
	entry *decodedEntry
}

// A decodedEntry is the value of an entry. Nobody changes it.
type decodedEntry struct {
	value any
	found bool
}

// find decodes the entry. It stays the same from one field to the next as long
// as nothing is edited, and most often nothing is.
func (w *work) find() (any, bool, error) {
	if w.entry == nil {
		value, found, err := w.tree.find(w.place)
		if err != nil {
			return nil, false, err
		}
		w.entry = &decodedEntry{value, found}
	}
	return w.entry.value, w.entry.found, nil
}

func (w *work) do(edits []Edit, err error) error {
	if err != nil {
		return err
	}
	next, err := w.tree.with(edits)
	if err != nil {
		return &VerifyError{"the result would not parse: " + err.Error()}
	}
	w.tree, w.entry = next, nil
	w.edits = Compose(w.edits, edits)
	return nil
}

// keep notes what a field was, unless an earlier note covers it.
func (w *work) keep(path []string, raw []byte) {
	for _, p := range w.prior {
		if hasPrefix(path, p.Path) {
			return
		}
	}
	w.prior = append(w.prior, Prior{Path: path, Raw: bytes.Clone(raw)})
}

func (w *work) set(want Entry, value, have any, found bool) error {
	if !found {
		// One step, and the result is parsed by whoever checks the change.
		edits, err := w.tree.insert(w.place, value)
		w.edits = Compose(nil, edits)
		return err
	}
	if want.whole(have) {
		v, err := decoded(value)
		if err != nil || same(v, have) {
			return err
		}
		w.keep(nil, w.tree.raw(w.place, nil))
		return w.do(w.tree.put(w.place, nil, value))
	}
	for _, f := range want.Fields {
		if err := w.field(f); err != nil {
			return err
		}
	}
	for _, path := range want.Drop {
		if !want.dropped(path) {
			continue
		}
		if err := w.cut(path); err != nil {
			return err
		}
	}
	return nil
}

func (w *work) field(f Field) error {
	have, _, err := w.find()
	if err != nil {
		return err
	}
	if old, there := at(have, f.Path); there {
		v, err := decoded(f.Value)
		if err != nil || f.Ensure || same(v, old) {
			return err
		}
	}
	return w.put(have, f.Path, f.Value)
}

// put sets the value at path in the entry, of which have is the value.
func (w *work) put(have any, path []string, v any) error {
	n, old := reach(have, path)
	m, isMap := old.(map[string]any)
	switch {
	case n == len(path):
		w.keep(path, w.tree.raw(w.place, path))
	case isMap:
		w.keep(path, nil)
		if n > 0 && len(m) == 0 {
			w.keep(path[:n], w.tree.raw(w.place, path[:n]))
		}
		path, v = path[:n+1], wrap(path[n+1:], v)
	default: // something else is where a map is wanted
		w.keep(path[:n], w.tree.raw(w.place, path[:n]))
		path, v = path[:n], wrap(path[n:], v)
	}
	return w.do(w.tree.put(w.place, path, v))
}

// cut takes the value at path out of the entry, as often as it is there, and
// the maps inside the entry that are empty then.
func (w *work) cut(path []string) error {
	for {
		have, _, err := w.find()
		if err != nil {
			return err
		}
		if _, there := at(have, path); !there || len(path) == 0 {
			return nil
		}
		w.keep(path, w.tree.raw(w.place, path))
		target := path
		for len(target) > 1 {
			parent, _ := at(have, target[:len(target)-1])
			if m, ok := parent.(map[string]any); !ok || len(m) > 1 {
				break
			}
			target = target[:len(target)-1]
		}
		if err := w.do(w.tree.cut(w.place, target)); err != nil {
			return err
		}
	}
}

// restore puts earlier values back and takes out fields that were not there.
// It puts first, as a TOML table made of dotted keys is gone with its last
// field, and again at the end: an earlier map that was empty comes back only
// if nothing else is in it by then.
func (w *work) restore(prior []Prior) error {
	for _, p := range prior {
		if err := w.putBack(p); err != nil {
			return err
		}
	}
	for _, p := range prior {
		if p.Raw == nil {
			if err := w.cut(p.Path); err != nil {
				return err
			}
		}
	}
	for _, p := range prior {
		if err := w.putBack(p); err != nil {
			return err
		}
	}
	return nil
}

func (w *work) putBack(p Prior) error {
	have, found, err := w.find()
	if err != nil || !found || p.Raw == nil {
		return err
	}
	if old, there := at(have, p.Path); there {
		m, _ := old.(map[string]any)
		if bytes.Equal(w.tree.raw(w.place, p.Path), p.Raw) || len(m) > 0 && emptyMap(p.Raw) && len(p.Path) > 0 {
			return nil
		}
	}
	return w.put(have, p.Path, rawText(p.Raw))
}

func emptyMap(raw []byte) bool {
	return len(raw) > 1 && raw[0] == '{' && len(bytes.TrimSpace(raw[1:])) == 1
}
