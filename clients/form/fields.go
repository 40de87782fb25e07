package form

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"gopkg.in/yaml.v3"
)

// Fields are those of a map whose fields are known.
type Fields struct {
	of    Value
	known map[string]Value
}

// A Pair is a field of a map whose fields are its author's.
type Pair struct {
	Name string
	Value
}

// Fields reads a map that has no other fields than names.
func (v Value) Fields(names ...string) Fields {
	f := Fields{of: v, known: map[string]Value{}}
	for _, p := range v.Pairs() {
		if slices.Contains(names, p.Name) {
			f.known[p.Name] = p.Value
			continue
		}
		hint := "there are " + strings.Join(names, ", ")
		if near := nearest(p.Name, names); near != "" {
			hint = "did you mean " + near + "?"
		}
		p.key().Wrong("is not a field here: %s", hint)
	}
	return f
}

// At returns the field name, given or not.
func (f Fields) At(name string) Value {
	if v, ok := f.known[name]; ok {
		return v
	}
	above := f.of.node
	if above == nil {
		above = f.of.above
	}
	return Value{form: f.of.form, above: above, Field: f.of.below(name)}
}

// Pairs reads a map with any fields, each once.
func (v Value) Pairs() []Pair {
	if !v.is(yaml.MappingNode, "a map, as in {name: value}") {
		return nil
	}
	var pairs []Pair
	first := map[string]*yaml.Node{}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		key, value := v.node.Content[i], v.node.Content[i+1]
		at := Value{form: v.form, node: key, Field: v.below(key.Value)}
		switch {
		case key.Kind != yaml.ScalarNode || key.Tag == "!!merge" || key.Value == "":
			at.Field = v.Field
			at.Wrong("has a field whose name is not plain text")
		case first[key.Value] != nil:
			at.Wrong("is there twice: the first is in line %d", first[key.Value].Line)
		default:
			first[key.Value] = key
			at.plain(key.Value)
			pairs = append(pairs, Pair{key.Value, Value{form: v.form, node: value, above: key, Field: at.Field}})
		}
	}
	return pairs
}

// key is where the name of the field stands.
func (p Pair) key() Value { return Value{form: p.form, node: p.above, Field: p.Field} }

func (v Value) below(name string) string {
	if v.Field == "" {
		return name
	}
	return v.Field + "." + name
}

// nearest is the name that was probably meant, empty if none is near: at most two
// slips make the difference, and no more than one in two letters.
func nearest(word string, names []string) string {
	best, least := "", 3
	if len(word) > 64 { // hostile input stays cheap
		return best
	}
	for _, name := range names {
		if d := levenshtein.ComputeDistance(strings.ToLower(strings.ReplaceAll(word, "_", "-")), name); d < least && 2*d <= len(word) {
			best, least = name, d
		}
	}
	return best
}
