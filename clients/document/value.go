package document

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"unicode/utf8"
)

// A rawText is a value in the words of the file it goes into.
type rawText []byte

// decoded returns v as [Found] would give it, so that the two can be compared.
func decoded(v any) (any, error) {
	switch v := v.(type) {
	case nil, string, bool, int64:
		return v, nil
	case int:
		return int64(v), nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("a value of %v cannot be written", v)
		}
		return v, nil
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			var err error
			if list[i], err = decoded(e); err != nil {
				return nil, err
			}
		}
		return list, nil
	case Map:
		m := make(map[string]any, len(v))
		for _, p := range v {
			if _, twice := m[p.Key]; twice {
				return nil, fmt.Errorf("a map with the key %q twice", p.Key)
			}
			var err error
			if m[p.Key], err = decoded(p.Value); err != nil {
				return nil, err
			}
		}
		return m, nil
	}
	return nil, fmt.Errorf("a value of type %T cannot be written", v)
}

// same compares decoded values. The order of a map does not count.
func same(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, same)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, same)
	case float64:
		b, ok := b.(float64)
		return ok && (a == b || a != a && b != b)
	}
	return a == b
}

// with returns m with v at path, making the maps on the way.
func (m Map) with(path []string, v any) Map {
	if len(path) > 1 {
		var inner Map
		if i := m.index(path[0]); i >= 0 {
			inner, _ = m[i].Value.(Map)
		}
		v = inner.with(path[1:], v)
	}
	if i := m.index(path[0]); i >= 0 {
		m = slices.Clone(m)
		m[i].Value = v
		return m
	}
	return append(slices.Clip(m), Pair{path[0], v})
}

func (m Map) index(key string) int {
	return slices.IndexFunc(m, func(p Pair) bool { return p.Key == key })
}

// wrap puts v under path, outermost key first.
func wrap(path []string, v any) any {
	for _, key := range slices.Backward(path) {
		v = Map{{key, v}}
	}
	return v
}

// at follows path through decoded maps.
func at(v any, path []string) (any, bool) {
	for _, key := range path {
		m, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		if v, ok = m[key]; !ok {
			return nil, false
		}
	}
	return v, true
}

// reach is how many keys of path lead through maps to something: the value
// there is returned too. It is len(path) if path leads all the way.
func reach(v any, path []string) (int, any) {
	for i, key := range path {
		m, ok := v.(map[string]any)
		if !ok {
			return i, v
		}
		next, ok := m[key]
		if !ok {
			return i, v
		}
		v = next
	}
	return len(path), v
}

// hasPrefix reports whether path starts with prefix.
func hasPrefix(path, prefix []string) bool {
	return len(path) >= len(prefix) && slices.Equal(path[:len(prefix)], prefix)
}

// typeName is what messages call a decoded value.
func typeName(v any) string {
	switch v.(type) {
	case map[string]any:
		return "a map"
	case []any:
		return "a list"
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case nil:
		return "null"
	}
	return "a number"
}

// Quoted returns s between double quotes, on one line, as a string of the
// format that every reader of it takes for s. It has to be valid UTF-8.
func Quoted(f Format, s string) string {
	switch f {
	case TOML:
		return string(appendTOMLString(nil, s))
	case YAML:
		return string(appendQuoted(nil, s, yamlEscaped))
	default:
		return string(appendJSONString(nil, s))
	}
}

// appendQuoted writes s between double quotes with the escapes that JSON, TOML
// and YAML share. escaped are the characters that the format does not take as
// they are, all below U+10000.
func appendQuoted(text []byte, s string, escaped func(rune) bool) []byte {
	text = append(text, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			text = append(text, '\\', byte(r))
		case r == '\n':
			text = append(text, `\n`...)
		case r == '\r':
			text = append(text, `\r`...)
		case r == '\t':
			text = append(text, `\t`...)
		case escaped(r):
			text = fmt.Appendf(text, `\u%04X`, r)
		default:
			text = utf8.AppendRune(text, r)
		}
	}
	return append(text, '"')
}
