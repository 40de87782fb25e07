package form

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// A Value is a place in the file. The methods that read it note what is wrong
// and return something empty then; one that is not given reads as empty and is
// no mistake.
type Value struct {
	form *Form
	// node is the value, nil if it is not given.
	node *yaml.Node
	// above is where to point at if it is not given.
	above *yaml.Node
	// Field is where it is in the file, as a person would say it.
	Field string
}

// Given reports whether the file has this value.
func (v Value) Given() bool { return v.node != nil }

// Wrong notes a mistake at the value.
func (v Value) Wrong(format string, args ...any) {
	at := v.node
	if at == nil {
		at = v.above
	}
	m := Mistake{Line: 1, Column: 1, Field: v.Field, Msg: fmt.Sprintf(format, args...)}
	if at != nil {
		m.Line, m.Column = at.Line, at.Column
	}
	v.form.mistakes = append(v.form.mistakes, m)
}

// Required notes a mistake if the value is not given, with what is right.
func (v Value) Required(what string) {
	if !v.Given() {
		v.Wrong("is missing: %s", what)
	}
}

// is reports whether the value is given and of a kind, and notes a mistake if
// it is another.
func (v Value) is(kind yaml.Kind, what string) bool {
	switch {
	case v.node == nil:
		return false
	case v.node.Kind == yaml.AliasNode:
		v.Wrong("is an alias (*%s): write the value itself here", v.node.Value)
		return false
	case v.node.Tag == "!!null":
		v.Wrong("has no value: give it one, or leave it out")
		return false
	case v.node.Kind == kind:
		return true
	}
	v.Wrong("should be %s, and is %s", what, describe(v.node))
	return false
}

func describe(n *yaml.Node) string {
	if n.Kind == yaml.MappingNode {
		return "a map"
	}
	if n.Kind == yaml.SequenceNode {
		return "a list"
	}
	switch n.Tag {
	case "!!str":
		return "text"
	case "!!int", "!!float":
		return "a number"
	case "!!bool":
		return "true or false"
	case "!!timestamp":
		return "a date"
	}
	return "of a kind that has no meaning here (" + n.Tag + ")"
}

// Text returns a piece of text.
func (v Value) Text() string {
	if !v.is(yaml.ScalarNode, "text") {
		return ""
	}
	if v.node.Tag != "!!str" {
		v.Wrong("should be text, and is %s: put it into quotes", describe(v.node))
		return ""
	}
	return v.plain(v.node.Value)
}

// plain refuses text that cannot be seen, which would hide what it says.
func (v Value) plain(text string) string {
	switch {
	case text == "":
		v.Wrong("is empty: give it a value, or leave it out")
	case strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }):
		v.Wrong("holds a character that cannot be seen: write it in one line of plain text")
		return ""
	}
	return text
}

// Whole returns a whole number; false if it is not given or none.
func (v Value) Whole() (int, bool) {
	if !v.is(yaml.ScalarNode, "a whole number") {
		return 0, false
	}
	var n int
	if v.node.Tag != "!!int" || v.node.Decode(&n) != nil {
		v.Wrong("should be a whole number, and is %s", describe(v.node))
		return 0, false
	}
	return n, true
}

// Scalar returns text, a bool, an int or a float64, nil if it is none of them.
func (v Value) Scalar() any {
	if !v.is(yaml.ScalarNode, "text, a number, true or false") {
		return nil
	}
	if v.node.Tag == "!!str" {
		return v.plain(v.node.Value)
	}
	var value any
	if err := v.node.Decode(&value); err != nil {
		v.Wrong("cannot be read: %s", strings.TrimPrefix(err.Error(), "yaml: "))
		return nil
	}
	switch n := value.(type) {
	case bool, int:
		return n
	case float64:
		if !math.IsNaN(n) && !math.IsInf(n, 0) {
			return n
		}
	}
	v.Wrong("should be text, a number, true or false, and is %s: put it into quotes if it is meant as text", describe(v.node))
	return nil
}

// IsText reports whether the value is text: for where more than one kind is
// right.
func (v Value) IsText() bool { return v.node != nil && v.node.Tag == "!!str" }

// IsList reports whether the value is a list.
func (v Value) IsList() bool { return v.node != nil && v.node.Kind == yaml.SequenceNode }

// IsMap reports whether the value is a map.
func (v Value) IsMap() bool { return v.node != nil && v.node.Kind == yaml.MappingNode }

// List returns the elements of a list, of which there is at least one.
func (v Value) List() []Value {
	if !v.is(yaml.SequenceNode, "a list, as in [one, two]") {
		return nil
	}
	if len(v.node.Content) == 0 {
		v.Wrong("is an empty list: name something, or leave it out")
	}
	return v.elements()
}

func (v Value) elements() []Value {
	list := make([]Value, len(v.node.Content))
	for i, n := range v.node.Content {
		list[i] = Value{form: v.form, node: n, Field: fmt.Sprintf("%s[%d]", v.Field, i)}
	}
	return list
}

// Elements returns the elements of a list, which may be empty.
func (v Value) Elements() []Value {
	if !v.is(yaml.SequenceNode, "a list, as in [one, two]") {
		return nil
	}
	return v.elements()
}

// Texts returns the pieces of text of a list.
func (v Value) Texts() []string {
	var texts []string
	for _, e := range v.List() {
		if text := e.Text(); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// OneOf returns text that is one of words.
func (v Value) OneOf(words ...string) string {
	text := v.Text()
	if text != "" && !slices.Contains(words, text) {
		if near := nearest(text, words); near != "" {
			v.Wrong("%q is not known: did you mean %s?", text, near)
		} else {
			v.Wrong("%q is not known: use %s", text, either(words))
		}
		return ""
	}
	return text
}

// either joins words as in "a, b or c".
func either(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
