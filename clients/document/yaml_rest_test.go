package document

import (
	"bytes"
	"slices"
	"testing"
)

// What is beside the entry tells one file from another by its keys, values,
// spelling and order, and not by its comments and blanks.
func TestYAMLRest(t *testing.T) {
	rest := func(src string) [][]byte {
		tree, err := parseYAML([]byte(src + "mcp:\n  fullstory:\n    url: x\n"))
		if err != nil {
			t.Fatal(err)
		}
		p := Place{Root: []string{"mcp"}, Name: "fullstory"}
		return tree.rest(p, tree.depth(p))
	}
	same := func(a, b string) bool { return slices.EqualFunc(rest(a), rest(b), bytes.Equal) }
	const base = "one: two\nlist: [a, bc]\n"
	for _, other := range []string{"# mine\none:   two\nlist: [ a, bc ]\n\n", "one: two # mine\nlist: [a,\n bc]\n"} {
		if !same(base, other) {
			t.Errorf("%q counts as another", other)
		}
	}
	for _, other := range []string{
		"", "one: twe\nlist: [a, bc]\n", "ane: two\nlist: [a, bc]\n", "one: 'two'\nlist: [a, bc]\n", "one: &a two\nlist: [a, bc]\n",
		"one: !!str two\nlist: [a, bc]\n", "list: [a, bc]\none: two\n", "one: two\nlist: [ab, c]\n", "one: two\nlist: [a, [bc]]\n",
		"one: two\nlist: [[a], bc]\n", "one: two\nlist: [a, bc, d]\n", "one: two\nlist:\n  - a\n  - bc\n", "one: two\nlist: {a: bc}\n",
	} {
		if same(base, other) {
			t.Errorf("%q counts as the same", other)
		}
	}
	if same("list: [[a], bc]\n", "list: [[a, bc]]\n") {
		t.Error("it does not count where a list ends")
	}
}
