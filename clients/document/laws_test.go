package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pelletier/go-toml/v2"
	"github.com/tailscale/hujson"
	"gopkg.in/yaml.v3"
)

// An oracle decodes a file with a parser that is none of ours. It reports false
// for what it cannot judge.
type oracle func(src []byte) (any, bool)

var oracles = map[Format]oracle{JSON: oracleJSON, JSONC: oracleJSON, TOML: oracleTOML, YAML: oracleYAML}

func oracleJSON(src []byte) (any, bool) {
	src = bytes.TrimPrefix(src, []byte(byteOrderMark))
	if len(stripJSON(src)) == 0 {
		return nil, true
	}
	// hujson ends a line comment at LF only and wants one behind the last.
	std, err := hujson.Standardize(append(bytes.ReplaceAll(bytes.Clone(src), []byte("\r"), []byte("\n")), '\n'))
	if err != nil {
		return nil, false
	}
	d := json.NewDecoder(bytes.NewReader(std))
	d.UseNumber()
	var v any
	err = d.Decode(&v)
	return v, err == nil
}

// stripJSON takes blanks and comments off the front.
func stripJSON(src []byte) []byte {
	s := jsonScanner{src: src}
	return src[s.space(0):]
}

func oracleTOML(src []byte) (any, bool) {
	var v map[string]any
	err := toml.Unmarshal(bytes.TrimPrefix(src, []byte(byteOrderMark)), &v)
	return v, err == nil
}

func oracleYAML(src []byte) (v any, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	src = bytes.TrimPrefix(src, []byte(byteOrderMark))
	err := yaml.Unmarshal(maskDirective(src, 0), &v)
	return stringKeys(v), err == nil
}

// stringKeys makes all maps of one type.
func stringKeys(v any) any {
	switch v := v.(type) {
	case map[any]any:
		m := map[string]any{}
		for k, e := range v {
			m[fmt.Sprintf("%T %v", k, k)] = stringKeys(e)
			if s, ok := k.(string); ok {
				delete(m, "string "+s)
				m[s] = stringKeys(e)
			}
		}
		return m
	case map[string]any:
		for k, e := range v {
			v[k] = stringKeys(e)
		}
	case []any:
		for i, e := range v {
			v[i] = stringKeys(e)
		}
	}
	return v
}

// apart splits a decoded file into the entry and everything else. Maps and
// lists that are empty or null on the way to the entry count as missing.
func apart(v any, p Place, path []string) (entry, rest any) {
	m, isMap := v.(map[string]any)
	if len(path) > 0 {
		if !isMap {
			return nil, v
		}
		entry, inner := apart(m[path[0]], p, path[1:])
		m = maps.Clone(m)
		delete(m, path[0])
		if inner != nil {
			m[path[0]] = inner
		}
		if len(m) == 0 {
			return entry, nil
		}
		return entry, m
	}
	if p.ListKey == "" && isMap {
		m = maps.Clone(m)
		entry = m[p.Name]
		delete(m, p.Name)
		if len(m) == 0 {
			return entry, nil
		}
		return entry, m
	}
	if list, ok := v.([]any); ok && p.ListKey != "" {
		var others []any
		for _, e := range list {
			if em, ok := e.(map[string]any); ok && em[p.ListKey] == p.Name {
				entry = e
				continue
			}
			others = append(others, e)
		}
		if others == nil {
			return entry, nil
		}
		return entry, others
	}
	return nil, v
}

// laws holds Set, Delete, Restore, Undo and the edits to what they promise, for
// one file, and returns what Set made of it. It reports false if Set refused.
func laws(t *testing.T, f Format, src []byte, p Place, want Entry) ([]byte, bool) {
	t.Helper()
	doc, err := Parse(f, src)
	if err != nil {
		var at *SyntaxError
		if !errors.As(err, &at) || at.Line < 1 || at.Column < 1 {
			t.Errorf("Parse: %v is no SyntaxError with a place", err)
		}
		return nil, false
	}
	if _, err := doc.Entries(p); err != nil {
		refusal(t, "Entries", err)
	}
	doc.Lookup(append(slices.Clone(p.Root), p.Name)...)
	change, err := doc.Set(p, want)
	if err != nil {
		refusal(t, "Set", err)
		return nil, false
	}
	after := Apply(src, change.Edits)
	if back := Apply(after, Invert(change.Edits)); !bytes.Equal(back, src) {
		t.Errorf("Invert does not give back the source: %q", back)
	}
	judge := oracles[f]
	before, known := judge(src)
	result, ok := judge(after)
	if known && !ok {
		t.Errorf("the result does not parse:\n%s", after)
	}
	known = known && ok
	oldEntry, oldRest := apart(before, p, p.Root)
	_, newRest := apart(result, p, p.Root)
	same := func(what string, a, b any) {
		t.Helper()
		if d := cmp.Diff(a, b, cmpopts.EquateNaNs(), cmpopts.EquateComparable()); known && d != "" {
			t.Errorf("%s:\n%s\nsource:\n%s\nresult:\n%s", what, d, src, after)
		}
	}
	same("the rest changed", oldRest, newRest)

	doc, err = Parse(f, after)
	if err != nil {
		t.Fatalf("the result does not parse: %v\n%s", err, after)
	}
	if again, err := doc.Set(p, want); err != nil || !again.Empty() {
		t.Errorf("a second Set gives %v, %v for\n%s", again.Edits, err, after)
	}
	if undo, ok := doc.Undo(p, change.Edits); ok && !bytes.Equal(Apply(after, undo.Edits), src) {
		t.Errorf("Undo gives\n%s\nof\n%s", Apply(after, undo.Edits), src)
	}
	if gone, err := doc.Delete(p); err != nil {
		refusal(t, "Delete", err)
	} else if v, ok := judge(Apply(after, gone.Edits)); ok {
		entry, rest := apart(v, p, p.Root)
		if entry != nil && !change.Empty() {
			t.Errorf("Delete leaves the entry in\n%s", Apply(after, gone.Edits))
		}
		same("Delete changed the rest", oldRest, rest)
	} else if known {
		t.Errorf("after Delete the file does not parse:\n%s", Apply(after, gone.Edits))
	}
	if change.Inserted || change.Empty() {
		return after, true
	}
	if restored, err := doc.Restore(p, change.Prior); err != nil {
		refusal(t, "Restore", err)
	} else if v, ok := judge(Apply(after, restored.Edits)); ok {
		entry, rest := apart(v, p, p.Root)
		same("Restore changed the rest", oldRest, rest)
		if m, isMap := oldEntry.(map[string]any); !isMap || len(m) > 0 {
			same("Restore changed the entry", oldEntry, entry)
		}
	} else if known {
		t.Errorf("after Restore the file does not parse:\n%s", Apply(after, restored.Edits))
	}
	return after, true
}

func refusal(t *testing.T, what string, err error) {
	t.Helper()
	var at *SyntaxError
	var miss *VerifyError
	if strings.Contains(err.Error(), mistake) {
		t.Errorf("%s: %v", what, err)
	}
	if errors.As(err, &at) && at.Line > 0 && at.Column > 0 || errors.As(err, &miss) {
		return
	}
	t.Errorf("%s: %v is neither a SyntaxError with a place nor a VerifyError", what, err)
}
