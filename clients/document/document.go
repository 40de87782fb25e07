// Package document edits one entry in a client's configuration file and leaves
// every other byte of the file as it was.
//
// A file is never decoded and encoded again. Each format has a scanner that
// finds the byte ranges of the entry and of its fields; a change is a short
// list of [Edit] values that are spliced into the source. Before a change is
// handed out the result is parsed again and checked: our entry is as wanted,
// everything else is equal in value, order and spelling, and setting it once
// more changes nothing. A layout that nobody foresaw is therefore refused with
// an error and never damaged.
//
// Positions in errors are 1-based; columns count characters (code points).
package document

import "fmt"

// A Format is the syntax of a configuration file.
type Format int

// The formats that clients use. JSON and JSONC are read alike (comments and
// trailing commas are accepted); they differ in what a new file may hold.
// No edit ever brings a comment or a trailing comma into a file.
const (
	JSON Format = iota
	JSONC
	TOML
	YAML
)

// String is the word for the format.
func (f Format) String() string {
	words := [...]string{"json", "jsonc", "toml", "yaml"}
	if f < 0 || int(f) >= len(words) {
		return "unknown"
	}
	return words[f]
}

// A Place says where in a file the entry lives.
type Place struct {
	// Root is the path of the map or list that holds the entries, outermost
	// key first. A key that itself contains a dot is one element.
	Root []string
	// Name is the entry's key in that map or, if ListKey is set, the value of
	// that field in the list's element.
	Name string
	// ListKey is the field that names an element when the root is a list
	// (Continue, Mistral Vibe). Empty when the root is a map.
	ListKey string
}

// A Field is one value inside an entry.
type Field struct {
	// Path leads from the entry to the value, such as
	// ["headers", "Authorization"].
	Path []string
	// Value is a string, bool, int, float64, []any or Map.
	Value any
	// Ensure keeps a value that is already there, whatever it is, and adds
	// this one only where the field is missing. Otherwise the field is ours
	// and is set to Value.
	Ensure bool
}

// A Map is an ordered map value; the order is the order of writing.
type Map []Pair

// A Pair is one member of a Map.
type Pair struct {
	Key   string
	Value any
}

// An Entry is what Set should leave in the file: Fields in the order in which
// a new entry is written, and the paths that must not be there.
type Entry struct {
	Fields []Field
	// Drop lists the fields of a competing transport. A dropped field whose
	// map is then empty takes that map with it.
	Drop [][]string
	// Replace drops everything the entry held before, the fields of the
	// user's own too.
	Replace bool
}

// A Prior is the value that a field had before Set changed it. Raw is its
// text in the file, nil if the field was not there.
type Prior struct {
	Path []string `json:"path"`
	Raw  []byte   `json:"raw,omitempty"`
}

// A Change is what Set, Restore or Delete would do to the source.
type Change struct {
	Edits []Edit
	// Inserted is true when the entry did not exist before.
	Inserted bool
	// Prior has the earlier value of every field that Edits touch, when the
	// entry existed. The whole entry is Path nil.
	Prior []Prior
}

// Empty reports whether there is nothing to do.
func (c Change) Empty() bool { return len(c.Edits) == 0 }

// A Found is one entry that a file holds under a root.
type Found struct {
	Name string
	// Value is the decoded value: string, bool, int64, float64, nil, []any or
	// map[string]any, whatever the format.
	Value any
	// Line is where the entry starts.
	Line int
}

// A Range is the bytes of a source from one offset to behind another.
type Range struct{ From, To int }

// A Document is a parsed configuration file.
type Document interface {
	// Entries returns what the root at place holds, in file order. A root
	// that is missing or null is empty.
	Entries(place Place) ([]Found, error)
	// Loose returns the line of the first comment or trailing comma of a JSON
	// document, 0 if it has none: some clients cannot read a file with one.
	Loose() int
	// Lookup returns the decoded value at path, outermost key first.
	Lookup(path ...string) (any, bool)
	// Text returns the bytes in which the value at path in the entry is written:
	// nothing if it is not there, the whole entry if it is written in pieces.
	Text(place Place, path ...string) []Range
	// Set returns the change that makes the entry at place as wanted. The
	// change is empty when it is so already.
	Set(place Place, want Entry) (Change, error)
	// Delete returns the change that takes the entry at place out. The change
	// is empty when there is none.
	Delete(place Place) (Change, error)
	// Restore returns the change that puts earlier field values back into the
	// entry at place, leaving what the user has changed since elsewhere in it.
	Restore(place Place, prior []Prior) (Change, error)
	// Undo returns the change that takes out again what edits of an earlier
	// Set put in, though the file was edited elsewhere since. It is exact:
	// what edits replaced comes back too. False means that our text does not
	// stand there any more as it was written, or that taking it out would harm
	// something that has come to lean on it; use Delete or Restore then.
	Undo(place Place, edits []Edit) (Change, bool)
}

// Parse reads src. A source that is empty or holds only blanks and comments is
// an empty document. The error is a *[SyntaxError] with a position.
func Parse(format Format, src []byte) (Document, error) {
	t, err := parse(format, src)
	if err != nil {
		return nil, err
	}
	return document{t}, nil
}

func parse(format Format, src []byte) (tree, error) {
	switch format {
	case TOML:
		return parseTOML(src)
	case YAML:
		return parseYAML(src)
	default:
		return parseJSON(src)
	}
}

// A SyntaxError says why a file cannot be edited, and where. Line and Column
// are 0 when the place is not known.
type SyntaxError struct {
	Line, Column int
	Msg          string
}

func (e *SyntaxError) Error() string {
	switch {
	case e.Line == 0:
		return e.Msg
	case e.Column == 0:
		return fmt.Sprintf("%d: %s", e.Line, e.Msg)
	}
	return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Msg)
}

// A VerifyError says that a change was worked out and then found wanting, so
// that it is not handed out. The file is fine; its layout is one that this
// package does not know how to edit.
type VerifyError struct{ Msg string }

func (e *VerifyError) Error() string { return "cannot edit this file safely: " + e.Msg }
