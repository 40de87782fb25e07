package installer

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// doubled reports a name that an object of a valid JSON document has twice, in
// any case: the decoder would silently believe the last of them.
func doubled(data []byte) error {
	type object struct {
		names []string
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
			var name string
			if err := json.Unmarshal(data[from:i+1], &name); err != nil {
				return at(data, err)
			}
			top := &open[len(open)-1]
			if slices.ContainsFunc(top.names, func(n string) bool { return strings.EqualFold(n, name) }) {
				return placeIn(data, from, fmt.Errorf("%q is there twice", name))
			}
			top.names = append(top.names, name)
		}
	}
	return nil
}
