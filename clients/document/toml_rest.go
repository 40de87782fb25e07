package document

import "slices"

func (t *tomlTree) raw(p Place, path []string) []byte {
	entry, found, err := t.entry(p)
	if err != nil || !found {
		return nil
	}
	return t.inlined(nil, append(entry, tomlSteps(path)...))
}

// inlined appends the value at path as it could stand behind an equals sign:
// as it is written or, if it is spread over lines, as an inline table.
func (t *tomlTree) inlined(text []byte, path []tomlStep) []byte {
	s, err := t.site(path)
	if err != nil || s.whole() {
		return append(text, s.val.of(t.src)...)
	}
	if !s.there() {
		return nil
	}
	children := t.children(path)
	if len(children) == 0 {
		return append(text, "{}"...)
	}
	open, end := "{ ", " }"
	if children[0][len(path)].item > 0 {
		open, end = "[", "]"
	}
	text = append(text, open...)
	for i, child := range children {
		if i > 0 {
			text = append(text, ", "...)
		}
		if step := child[len(path)]; step.item == 0 {
			text = append(appendTOMLKey(text, step.key), " = "...)
		}
		text = t.inlined(text, child)
	}
	return append(text, end...)
}

func (t *tomlTree) extent(p Place) []span {
	entry, found, err := t.entry(p)
	if err != nil || !found {
		return nil
	}
	s, err := t.site(entry)
	switch {
	case err != nil:
		return nil
	case s.inline():
		m := s.outer[len(s.outer)-1].members[s.at]
		return []span{{m.key.start, m.val.end}}
	}
	return t.runs(s)
}

func (t *tomlTree) depth(p Place) int {
	n, _ := reach(t.value, p.Root)
	return n
}

// rest has no comments: all bytes outside the edits are the same, so that a
// comment could only get lost together with a value, or make one.
func (t *tomlTree) rest(p Place, depth int) [][]byte {
	entry, found, err := t.entry(p)
	if err != nil {
		return nil
	}
	if !found {
		entry = tomlSteps(append(slices.Clone(p.Root), p.Name))
	}
	var out [][]byte
	for _, e := range t.exprs {
		switch {
		case found && len(e.path) >= len(entry) && slices.Equal(e.path[:len(entry)], entry):
		case !e.header() && len(e.path) < len(entry) && slices.Equal(e.path, entry[:len(e.path)]):
			out = append(out, t.src[e.start:e.keys[len(e.keys)-1].end])
			out = t.restInline(out, e.val, entry, len(e.path), depth, found)
		default:
			out = append(out, e.of(t.src))
		}
	}
	return out
}

// restInline collects the members of the inline value at v, the value of the
// first n steps of entry.
func (t *tomlTree) restInline(out [][]byte, v span, entry []tomlStep, n, depth int, found bool) [][]byte {
	if c := t.src[v.start]; c != '{' && c != '[' {
		return append(out, v.of(t.src))
	}
	b, keys := tomlInline(t.src, v)
	for i, m := range b.members {
		step := tomlStep{item: i + 1}
		if !b.list() {
			step = tomlStep{key: keys[i][0].name}
		}
		switch {
		case step != entry[n] || !b.list() && len(keys[i]) > 1:
			out = append(out, t.src[m.key.start:m.val.end])
		case n == len(entry)-1:
			if !found {
				out = append(out, t.src[m.key.start:m.val.end])
			}
		default:
			if n < depth {
				out = append(out, m.key.of(t.src))
			}
			out = t.restInline(out, m.val, entry, n+1, depth, found)
		}
	}
	return out
}
