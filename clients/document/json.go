package document

import (
	"bytes"
	"fmt"
	"slices"
)

// A jsonTree is a JSON source of which only the members of the outermost map
// or list are known. What is deeper is scanned again when it is asked for,
// which keeps a file of many megabytes cheap.
type jsonTree struct {
	src     []byte
	top     span     // the document's value; empty at the end of an empty document
	members []member // of the outermost container
	loose   int      // as the scanner has it
}

func parseJSON(src []byte) (tree, error) {
	start, err := checkEncoding(src)
	if err != nil {
		return nil, err
	}
	s := jsonScanner{src: src}
	i := s.space(start)
	if s.err != nil {
		return nil, s.err
	}
	if i == len(src) {
		return &jsonTree{src: src, top: span{i, i}, loose: s.loose}, nil
	}
	end, err := s.value(i)
	if err != nil {
		return nil, err
	}
	rest := s.space(end)
	if s.err != nil {
		return nil, s.err
	}
	if rest < len(src) {
		return nil, s.unexpected(rest, "text behind the end of the document")
	}
	return &jsonTree{src: src, top: span{i, end}, members: s.members, loose: s.loose}, nil
}

func (t *jsonTree) bytes() []byte { return t.src }

func (t *jsonTree) parse(src []byte) (tree, error) { return parseJSON(src) }

// with moves the offsets of the outermost members instead of scanning a large
// file for every step.
func (t *jsonTree) with(edits []Edit) (tree, error) {
	moved := func(off int) int {
		shift := 0
		for _, e := range edits {
			if e.Off < off {
				shift += len(e.New) - len(e.Old)
			}
		}
		return off + shift
	}
	next := &jsonTree{src: Apply(t.src, edits), top: span{t.top.start, moved(t.top.end)}, members: slices.Clone(t.members)}
	for i, m := range next.members {
		next.members[i] = member{span{moved(m.key.start), moved(m.key.end)}, span{moved(m.val.start), moved(m.val.end)}, moved(m.comma)}
	}
	return next, nil
}

// container returns the members of the map or list at s.
func (t *jsonTree) container(s span) bracket {
	if s == t.top {
		return bracket{src: t.src, span: s, members: t.members}
	}
	inner := jsonScanner{src: t.src[:s.end]}
	_, _ = inner.value(s.start) // it has been checked with the whole document
	return bracket{src: t.src, span: s, members: inner.members}
}

// kind is the first byte of a value: what opens it.
func (t *jsonTree) kind(s span) byte {
	if s.start == s.end {
		return 'n' // an empty document is like a null
	}
	return t.src[s.start]
}

func jsonKind(c byte) string {
	switch c {
	case '{':
		return "a map"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}

// A jsonSite is where an entry is, or how far its root is there.
type jsonSite struct {
	outer   []bracket // the containers from the document down to the last one
	on      []int     // for each of them the member that leads on, -1 at the end
	missing []string  // the keys of the root that are not there
	hole    *span     // a null where a container should be, or an empty document
}

func (s jsonSite) last() bracket { return s.outer[len(s.outer)-1] }

// entry is the member that is the entry; false if there is none.
func (s jsonSite) entry() (member, bool) {
	if len(s.outer) == 0 || s.hole != nil || len(s.missing) > 0 {
		return member{}, false
	}
	i := s.on[len(s.on)-1]
	if i < 0 {
		return member{}, false
	}
	return s.last().members[i], true
}

// site follows the root and looks for the entry.
func (t *jsonTree) site(p Place) (jsonSite, error) {
	var site jsonSite
	cur, what := t.top, "the document"
	for n := 0; ; n++ {
		want := byte('{')
		if n == len(p.Root) && p.ListKey != "" {
			want = '['
		}
		if t.kind(cur) == 'n' && (n > 0 || cur.start == cur.end) {
			site.hole, site.missing = &cur, p.Root[n:]
			return site, nil
		}
		if t.kind(cur) != want {
			return site, errorAt(t.src, cur.start, "%s is %s, not %s", what, jsonKind(t.kind(cur)), jsonKind(want))
		}
		b := t.container(cur)
		site.outer = append(site.outer, b)
		var i int
		var err error
		switch {
		case n < len(p.Root):
			i, err = t.index(b, p.Root[n])
		case p.ListKey == "":
			i, err = t.index(b, p.Name)
		default:
			i, err = t.element(b, p)
		}
		site.on = append(site.on, i)
		if err != nil || n == len(p.Root) {
			return site, err
		}
		if i < 0 {
			site.missing = p.Root[n:]
			return site, nil
		}
		cur, what = b.members[i].val, fmt.Sprintf("%q", p.Root[n])
	}
}

// index finds the only member with a key.
func (t *jsonTree) index(b bracket, key string) (int, error) {
	found := -1
	for i, m := range b.members {
		if !t.keyIs(m.key, key) {
			continue
		}
		if found >= 0 {
			first, _ := position(t.src, b.members[found].key.start)
			return -1, errorAt(t.src, m.key.start, "%q is here twice, first on line %d", key, first)
		}
		found = i
	}
	return found, nil
}

// element finds the only member of a list that is named so.
func (t *jsonTree) element(b bracket, p Place) (int, error) {
	found := -1
	for i, m := range b.members {
		if name, ok := t.field(m.val, p.ListKey); !ok || name != p.Name {
			continue
		}
		if found >= 0 {
			first, _ := position(t.src, b.members[found].val.start)
			return -1, errorAt(t.src, m.val.start, "%q is here twice, first on line %d", p.Name, first)
		}
		found = i
	}
	return found, nil
}

func (t *jsonTree) keyIs(s span, key string) bool {
	raw := s.of(t.src)
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1:len(raw)-1]) == key
	}
	return jsonString(raw) == key
}
