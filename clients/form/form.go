// Package form reads a YAML file that people write by hand, and is strict about
// it. Whoever reads it says which fields there are and of what kind; all that
// is wrong is collected with its place, so that a person sees it at once and
// not one mistake a run.
package form

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"

	"gopkg.in/yaml.v3"

	"fsskills/clients/document"
)

// A Form is a file while it is read.
type Form struct{ mistakes []Mistake }

// A Mistake is something that the author of the file has to put right.
type Mistake struct {
	// Line and Column are where it is, 1-based; Column counts characters.
	Line, Column int
	// Field is the field that it is about, as "servers[0].url"; empty if it is
	// about the file.
	Field string
	Msg   string
}

func (m Mistake) String() string {
	if m.Field == "" {
		return fmt.Sprintf("%d:%d: %s", m.Line, m.Column, m.Msg)
	}
	return fmt.Sprintf("%d:%d: %s: %s", m.Line, m.Column, m.Field, m.Msg)
}

// Read parses src. The value is what the whole file holds; it is not given if
// the file is empty or cannot be parsed, and then the form has the mistake.
func Read(src []byte) (*Form, Value) {
	f := &Form{}
	root := Value{form: f}
	// The parser of documents knows better where a mistake of syntax is.
	if _, err := document.Parse(document.YAML, src); err != nil {
		f.broken(err)
		return f, root
	}
	node, err := decode(bytes.TrimPrefix(src, []byte("\ufeff")))
	if err != nil {
		f.broken(err)
		return f, root
	}
	root.node = node
	return f, root
}

// decode returns the only document of src, nil if it is empty.
func decode(src []byte) (node *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil { // yaml.v3 panics on some broken input
			node, err = nil, fmt.Errorf("%v", r)
		}
	}()
	var doc yaml.Node
	err = yaml.NewDecoder(bytes.NewReader(src)).Decode(&doc)
	if errors.Is(err, io.EOF) {
		return nil, nil //nolint:nilnil // an empty file is no mistake
	}
	if err != nil || len(doc.Content) == 0 {
		return nil, err
	}
	if n := doc.Content[0]; n.Tag != "!!null" || n.Value != "" {
		return n, nil
	}
	return nil, nil //nolint:nilnil // comments alone are no mistake either
}

func (f *Form) broken(err error) {
	m := Mistake{Line: 1, Column: 1, Msg: strings.TrimPrefix(err.Error(), "yaml: ")}
	if syntax, ok := errors.AsType[*document.SyntaxError](err); ok {
		m.Line, m.Column, m.Msg = max(syntax.Line, 1), max(syntax.Column, 1), syntax.Msg
	}
	if strings.Contains(m.Msg, "cannot start any token") {
		m.Msg += "; put text that begins with a sign into quotes"
	}
	f.mistakes = append(f.mistakes, m)
}

// Mistakes returns what is wrong with the file, in the order of places.
func (f *Form) Mistakes() []Mistake {
	sorted := slices.Clone(f.mistakes)
	sort.Slice(sorted, func(i, j int) bool { // which is compiled once for all kinds of lists
		a, b := sorted[i], sorted[j]
		return cmp.Or(
			cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Field, b.Field), cmp.Compare(a.Msg, b.Msg),
		) < 0
	})
	return slices.Compact(sorted) // a value that is read twice is wrong twice
}
