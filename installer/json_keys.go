package installer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// doubled reports a name that an object of a valid JSON document has twice, in
// any case: the decoder would silently believe the last of them.
func doubled(data []byte) error {
	type object struct {
		names [][]byte
		value bool // a value is next, not a name
		list  bool // an array: there are no names
	}
	var open []object
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '{':
			open = append(open, object{})
		case '[':
			open = append(open, object{list: true})
		case '}', ']':
			open = open[:len(open)-1]
		case ',':
			open[len(open)-1].value = false
		case ':':
			open[len(open)-1].value = true
		case '"':
			from := i
			for i++; data[i] != '"'; i++ {
				if data[i] == '\\' {
					i++
				}
			}
			if len(open) == 0 || open[len(open)-1].list || open[len(open)-1].value {
				continue
			}
			name := data[from+1 : i]
			if bytes.IndexByte(name, '\\') >= 0 {
				var plain string
				if err := json.Unmarshal(data[from:i+1], &plain); err != nil {
					return at(data, err)
				}
				name = []byte(plain)
			}
			top := &open[len(open)-1]
			if slices.ContainsFunc(top.names, func(n []byte) bool { return bytes.EqualFold(n, name) }) {
				return placeIn(data, from, fmt.Errorf("%q is there twice", name))
			}
			top.names = append(top.names, name)
		}
	}
	return nil
}
