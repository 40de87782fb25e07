package document

import (
	"bytes"
	"slices"
)

// checked hands out a change after it has been made on a copy: it takes away
// nothing that is not the entry's, the result parses, check likes it, and
// everything but the entry is as it was. All changes of all formats go through
// here.
func (d document) checked(p Place, change Change, check func(after tree) error) (Change, error) {
	if !inside(change.Edits, d.extent(p)) {
		return Change{}, &VerifyError{"bytes outside the entry would go"}
	}
	return d.compared(p, change, check)
}

// compared is checked for a change that takes back what an earlier one wrote,
// the root of the entry maybe.
func (d document) compared(p Place, change Change, check func(after tree) error) (Change, error) {
	after, err := d.parse(Apply(d.bytes(), change.Edits))
	if err != nil {
		return Change{}, &VerifyError{"the result would not parse: " + err.Error()}
	}
	if err := check(after); err != nil {
		return Change{}, err
	}
	// The root itself may come with the first entry and go with the last.
	depth := min(d.depth(p), after.depth(p))
	if !slices.EqualFunc(d.rest(p, depth), after.rest(p, depth), bytes.Equal) {
		return Change{}, &VerifyError{"something beside the entry would change"}
	}
	return change, nil
}

// inside reports whether edits take away nothing but the entry's own bytes,
// blanks, commas and a null in the place of the root.
func inside(edits []Edit, own []span) bool {
	for _, e := range edits {
		var foreign []byte
		for i, c := range e.Old {
			if !slices.ContainsFunc(own, func(s span) bool { return s.holds(e.Off + i) }) {
				foreign = append(foreign, c)
			}
		}
		switch string(bytes.Trim(foreign, " \t\r\n,")) {
		case "", "null", "Null", "NULL", "~":
		default:
			return false
		}
	}
	return true
}
