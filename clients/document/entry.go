package document

import (
	"maps"
	"slices"
)

// named makes sure that an element of a list has the field it is found by.
func (e Entry) named(p Place) Entry {
	if p.ListKey == "" {
		return e
	}
	key := []string{p.ListKey}
	if !slices.ContainsFunc(e.Fields, func(f Field) bool { return slices.Equal(f.Path, key) }) {
		e.Fields = slices.Concat([]Field{{Path: key, Value: p.Name}}, e.Fields)
	}
	return e
}

// value is the entry as it is written anew.
func (e Entry) value() (any, error) {
	var m Map
	for _, f := range e.Fields {
		if len(f.Path) == 0 {
			return f.Value, nil
		}
		m = m.with(f.Path, f.Value)
	}
	_, err := decoded(m)
	return m, err
}

// whole reports whether the entry is one value rather than fields to be set
// one by one.
func (e Entry) whole(have any) bool {
	_, isMap := have.(map[string]any)
	return e.Replace || !isMap || slices.ContainsFunc(e.Fields, func(f Field) bool { return len(f.Path) == 0 })
}

// dropped reports whether a path of Drop counts: the fields win.
func (e Entry) dropped(path []string) bool {
	return !slices.ContainsFunc(e.Fields, func(f Field) bool { return hasPrefix(f.Path, path) })
}

// over works out, on decoded values, what the entry must be after Set.
func (e Entry) over(have any, found bool) (any, error) {
	if !found || e.whole(have) {
		v, err := e.value()
		if err != nil {
			return nil, err
		}
		return decoded(v)
	}
	for _, f := range e.Fields {
		if _, there := at(have, f.Path); there && f.Ensure {
			continue
		}
		v, err := decoded(f.Value)
		if err != nil {
			return nil, err
		}
		have = replaced(have, f.Path, v)
	}
	for _, path := range e.Drop {
		if e.dropped(path) {
			have = removed(have, path)
		}
	}
	return have, nil
}

// replaced returns a copy of have with v at path. What stands in the way and is
// no map gives way.
func replaced(have any, path []string, v any) any {
	if len(path) == 0 {
		return v
	}
	old, _ := have.(map[string]any)
	m := maps.Clone(old)
	if m == nil {
		m = map[string]any{}
	}
	m[path[0]] = replaced(old[path[0]], path[1:], v)
	return m
}

// removed returns a copy of have without the value at path and without the
// maps inside have that are empty for it.
func removed(have any, path []string) any {
	if _, there := at(have, path); !there || len(path) == 0 {
		return have
	}
	m := maps.Clone(have.(map[string]any)) //nolint:forcetypeassert // at went through it
	inner := removed(m[path[0]], path[1:])
	if rest, ok := inner.(map[string]any); len(path) == 1 || ok && len(rest) == 0 {
		delete(m, path[0])
	} else {
		m[path[0]] = inner
	}
	return m
}
