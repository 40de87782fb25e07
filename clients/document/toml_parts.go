package document

import (
	"slices"
	"strconv"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// Large documents are decoded in parts. go-toml looks for each key among all that
// came before it, which takes a minute for a file of 10 MB.
// Source: https://github.com/pelletier/go-toml/blob/v2.4.3/internal/tracker/seen.go
const (
	largeTOML = 64 << 10
	partExprs = 200 // headers and pairs of one part
)

// A tomlPart is a piece of a document that is a document too. What is known of it
// by names of headers holds those above them.
type tomlPart struct {
	text   []byte
	tables map[string]bool // made by headers, or on the way of one
	lists  map[string]bool // of tables
}

// decodeTOMLParts decodes a document in parts, each of exprs headers and pairs or
// somewhat more, and puts their values together. It reports false for a mistake, and
// wherever two parts have something in common that is not plainly right, such as a
// table that dotted keys make in one and a header in the other: to decode the document
// whole tells then, and says what is wrong.
func decodeTOMLParts(src []byte, exprs int) (map[string]any, bool) {
	c := tomlCutter{src: src, exprs: exprs, seen: map[string]bool{}, lists: map[string]bool{}, dotted: map[string]bool{}, open: true}
	if !c.cut() {
		return nil, false
	}
	whole := map[string]any{}
	known := tomlPart{tables: map[string]bool{}, lists: map[string]bool{}}
	for _, part := range c.parts {
		var v map[string]any
		if toml.Unmarshal(part.text, &v) != nil || !known.join(part, whole, v, "") {
			return nil, false
		}
		for id := range part.tables {
			if c.dotted[id] {
				return nil, false
			}
			known.tables[id] = true
		}
		for id := range part.lists {
			known.lists[id] = true
		}
	}
	return whole, true
}

// join puts the values of a table of part, whose name is id, into that table of the
// parts before, which p knows. Only tables and lists that have headers in both may be
// there already.
func (p tomlPart) join(part tomlPart, into, from map[string]any, id string) bool {
	for key, v := range from {
		old, there := into[key]
		if !there {
			into[key] = v
			continue
		}
		id := tomlID(id, key)
		switch v := v.(type) {
		case map[string]any:
			old, ok := old.(map[string]any)
			if !ok || !p.tables[id] || !part.tables[id] || !p.join(part, old, v, id) {
				return false
			}
		case []any:
			old, ok := old.([]any)
			if !ok || !p.lists[id] || !part.lists[id] {
				return false
			}
			into[key] = append(old, v...)
		default:
			return false
		}
	}
	return true
}

// tomlID is the name of a table in the one whose name is id.
func tomlID(id, key string) string { return id + strconv.Quote(key) }

// A tomlCutter cuts a document into parts, between two headers or pairs that can
// be told apart from there on: not within an element of a list of tables, which a
// part cannot begin in the middle of.
type tomlCutter struct {
	src    []byte
	exprs  int // of a part
	parts  []tomlPart
	seen   map[string]bool // headers
	lists  map[string]bool
	dotted map[string]bool // tables that dotted keys have made

	start  int    // of the part that is being read
	count  int    // of its headers and pairs
	lead   []byte // the header that it begins with, once more
	part   tomlPart
	table  string   // the name of the newest header
	keys   []string // its keys
	header []byte   // as it could stand once more
	open   bool     // a part may begin behind it
}

// cut makes the parts. It reports false if the document is not well formed, or has
// a header twice.
func (c *tomlCutter) cut() bool {
	c.next(0)
	var p unstable.Parser
	p.Reset(c.src)
	for p.NextExpression() {
		e := p.Expression()
		var keys []string
		at := -1
		for it := e.Key(); it.Next(); {
			if at < 0 {
				at = lineStart(c.src, int(it.Node().Raw.Offset))
			}
			keys = append(keys, string(it.Node().Data))
		}
		switch {
		case at < 0:
			return false
		case e.Kind == unstable.KeyValue:
			c.pair(keys, at)
		case !c.head(keys, at, e.Kind == unstable.ArrayTable):
			return false
		}
		c.count++
	}
	c.end(len(c.src))
	return p.Error() == nil
}

// pair takes a key and value whose line starts at an offset.
func (c *tomlCutter) pair(keys []string, at int) {
	if c.open && c.count >= c.exprs {
		c.end(at)
		c.lead = c.header
		c.next(at)
		c.within(c.keys)
	}
	id := c.table
	for _, k := range keys[:len(keys)-1] {
		id = tomlID(id, k)
		c.dotted[id] = true
	}
}

// head takes a header. It reports false if it is here twice.
func (c *tomlCutter) head(keys []string, at int, element bool) bool {
	id, inList := "", false
	for _, k := range keys[:len(keys)-1] {
		id = tomlID(id, k)
		inList = inList || c.lists[id]
	}
	id = tomlID(id, keys[len(keys)-1])
	if !element {
		inList = inList || c.lists[id]
		if !inList && c.seen[id] {
			return false
		}
		c.seen[id] = true
	}
	if !inList && c.count >= c.exprs {
		c.end(at)
		c.lead = nil
		c.next(at)
	}
	c.table, c.keys, c.open = id, keys, !inList && !element
	if element {
		c.lists[id], c.part.lists[id] = true, true
		keys = keys[:len(keys)-1]
	} else {
		c.header = append(appendTOMLHeader(nil, Place{Root: keys[:len(keys)-1], Name: keys[len(keys)-1]}), '\n')
	}
	c.within(keys)
	return true
}

// within notes that the part has the table of these keys, and those above it.
func (c *tomlCutter) within(keys []string) {
	id := ""
	for _, k := range keys {
		id = tomlID(id, k)
		c.part.tables[id] = true
	}
}

// end ends the part before an offset.
func (c *tomlCutter) end(at int) {
	c.part.text = c.src[c.start:at]
	if len(c.lead) > 0 {
		c.part.text = slices.Concat(c.lead, c.part.text)
	}
	c.parts = append(c.parts, c.part)
}

// next begins a part.
func (c *tomlCutter) next(at int) {
	c.start, c.count = at, 0
	c.part = tomlPart{tables: map[string]bool{}, lists: map[string]bool{}}
}
