package document

import (
	"bytes"
	"slices"
)

func (t *jsonTree) insert(p Place, v any) ([]Edit, error) {
	site, err := t.site(p)
	if err != nil {
		return nil, err
	}
	if len(site.missing) == 0 && site.hole == nil {
		return t.add(site.outer, p.Name, v), nil
	}
	if p.ListKey != "" {
		v = []any{v}
	} else {
		v = Map{{p.Name, v}}
	}
	if site.hole == nil {
		return t.add(site.outer, site.missing[0], wrap(site.missing[1:], v)), nil
	}
	return t.fill(site, wrap(site.missing, v)), nil
}

// add writes a member into the innermost of outer.
func (t *jsonTree) add(outer []bracket, key string, v any) []Edit {
	b := outer[len(outer)-1]
	s := t.style(outer)
	var text []byte
	if !b.list() {
		text = append(appendJSONString(text, key), s.colon...)
	}
	return b.add(s.layout, s.comma, s.value(text, v, s.indent))
}

// fill writes v in the place of a null or at the end of an empty document.
func (t *jsonTree) fill(site jsonSite, v any) []Edit {
	at := *site.hole
	if len(site.outer) > 0 {
		s := t.style(site.outer)
		return []Edit{{Off: at.start, Old: at.of(t.src), New: s.value(nil, v, t.indent(s, at.start))}}
	}
	s := jsonStyle{layout: layout{multi: true, unit: "  ", newline: newlineAt(t.src, at.start)}, colon: ": ", comma: " "}
	var text []byte
	if start := lineStart(t.src, at.start); !onlyBlank(t.src[start:at.start]) {
		text = append(text, s.newline...) // behind a comment without line break
	}
	text = s.value(text, v, "")
	if line := lineStart(t.src, at.start); at.start == len(t.src) && line == at.start {
		text = append(text, s.newline...)
	}
	return []Edit{{Off: at.start, Old: at.of(t.src), New: text}}
}

// indent is the indentation of the line that the value at off belongs to.
func (t *jsonTree) indent(s jsonStyle, off int) string {
	line := indentAt(t.src, off)
	if len(line) < len(s.indent) {
		return s.indent
	}
	return line
}

// inner goes from the entry along path and returns the containers from the
// document down to the one that holds its last key, and the member there, -1
// if it is missing.
func (t *jsonTree) inner(p Place, path []string) ([]bracket, int, error) {
	site, err := t.site(p)
	if err != nil {
		return nil, 0, err
	}
	outer, i := site.outer, site.on[len(site.on)-1]
	for _, key := range path {
		b := t.container(outer[len(outer)-1].members[i].val)
		outer, i = append(outer, b), t.lastIndex(b, key)
	}
	return outer, i, nil
}

// lastIndex finds the last member with a key, which is the one that counts.
func (t *jsonTree) lastIndex(b bracket, key string) int {
	for i, m := range slices.Backward(b.members) {
		if t.keyIs(m.key, key) {
			return i
		}
	}
	return -1
}

func (t *jsonTree) put(p Place, path []string, v any) ([]Edit, error) {
	outer, i, err := t.inner(p, path)
	if err != nil {
		return nil, err
	}
	if i < 0 {
		return t.add(outer, path[len(path)-1], v), nil
	}
	at := outer[len(outer)-1].members[i].val
	s := t.style(outer)
	return []Edit{{Off: at.start, Old: at.of(t.src), New: s.value(nil, v, t.indent(s, at.start))}}, nil
}

func (t *jsonTree) cut(p Place, path []string) ([]Edit, error) {
	outer, i, err := t.inner(p, path)
	if err != nil {
		return nil, err
	}
	return outer[len(outer)-1].remove(i), nil
}

func (t *jsonTree) raw(p Place, path []string) []byte {
	outer, i, err := t.inner(p, path)
	if err != nil || i < 0 {
		return nil
	}
	return bytes.Clone(outer[len(outer)-1].members[i].val.of(t.src))
}

func (t *jsonTree) extent(p Place) []span {
	site, err := t.site(p)
	if m, ok := site.entry(); ok && err == nil {
		return []span{{m.key.start, m.val.end}}
	}
	return nil
}

func (t *jsonTree) depth(p Place) int {
	site, err := t.site(p)
	if err != nil {
		return 0
	}
	return len(p.Root) - len(site.missing)
}

func (t *jsonTree) rest(p Place, depth int) [][]byte {
	site, err := t.site(p)
	if err != nil {
		return nil
	}
	r := jsonRest{t: t}
	end := len(t.src)
	if len(site.outer) == 0 {
		r.gap(0, end)
		return r.out
	}
	r.gap(0, t.top.start)
	r.level(site, 0, depth)
	r.gap(t.top.end, end)
	return r.out
}

// A jsonRest collects what is beside the entry.
type jsonRest struct {
	t   *jsonTree
	out [][]byte
}

func (r *jsonRest) gap(from, to int) {
	b := bracket{src: r.t.src, span: span{from, to + 1}}
	for _, c := range b.comments(from, to) {
		r.out = append(r.out, c.of(r.t.src))
	}
}

func (r *jsonRest) level(site jsonSite, n, depth int) {
	b, on := site.outer[n], site.on[n]
	last := n == len(site.outer)-1
	entry := last && site.hole == nil && len(site.missing) == 0
	pos := b.start + 1
	for i, m := range b.members {
		r.gap(pos, m.key.start)
		pos = m.val.end
		switch {
		case i != on:
			r.out = append(r.out, m.key.of(r.t.src), m.val.of(r.t.src))
		case entry:
		default:
			if n < depth {
				r.out = append(r.out, m.key.of(r.t.src))
			}
			r.gap(m.key.end, m.val.start)
			if !last {
				r.level(site, n+1, depth)
			}
		}
	}
	r.gap(pos, b.closing())
}
