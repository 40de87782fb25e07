package document

import "slices"

// A tomlTree is a TOML source as the list of its headers and pairs.
type tomlTree struct {
	src   []byte
	start int // behind the byte order mark
	exprs []tomlExpr
	value any // the whole document, decoded
}

func parseTOML(src []byte) (tree, error) {
	start, err := checkEncoding(src)
	if err != nil {
		return nil, err
	}
	v, err := decodeTOML(src, start)
	if err != nil {
		return nil, err
	}
	s := tomlScanner{src: src, i: start, items: map[string]int{}}
	return &tomlTree{src: src, start: start, exprs: s.exprs(), value: v}, nil
}

func (t *tomlTree) bytes() []byte { return t.src }

func (t *tomlTree) parse(src []byte) (tree, error) { return parseTOML(src) }

func (t *tomlTree) with(edits []Edit) (tree, error) { return parseTOML(Apply(t.src, edits)) }

// A tomlSite is how a value is written, or how near to it the file comes.
type tomlSite struct {
	expr   int       // the pair that has or holds the value, -1 if none does
	val    span      // the value, if it is written as one
	outer  []bracket // the inline tables and arrays that hold it, outermost first
	at     int       // the member of the innermost, -1 if the value is not there
	steps  int       // of the path, how many the last of outer lies below the top
	spread []int     // else the headers and pairs that the value is spread over
}

// whole reports whether the value is written in one place.
func (s tomlSite) whole() bool { return s.val != span{} }

// inline reports whether the value is, or would have to be, inside an inline
// table or array.
func (s tomlSite) inline() bool { return len(s.outer) > 0 }

// site finds the value at path. The error is for an inline table with dotted
// keys on the way, which nobody writes.
func (t *tomlTree) site(path []tomlStep) (tomlSite, error) {
	s := tomlSite{expr: -1}
	for i, e := range t.exprs {
		switch {
		case len(e.path) >= len(path) && slices.Equal(e.path[:len(path)], path) && (len(e.path) > len(path) || e.header()):
			s.spread = append(s.spread, i)
		case !e.header() && len(e.path) <= len(path) && slices.Equal(e.path, path[:len(e.path)]):
			s.expr, s.val, s.steps = i, e.val, len(e.path)
			return s, t.descend(&s, path[len(e.path):])
		}
	}
	return s, nil
}

// descend follows path through inline values.
func (t *tomlTree) descend(s *tomlSite, path []tomlStep) error {
	for n, step := range path {
		c := t.src[s.val.start]
		if c != '{' && c != '[' || (c == '[') != (step.item > 0) {
			*s = tomlSite{expr: -1}
			return nil
		}
		b, keys := tomlInline(t.src, s.val)
		i := step.item - 1
		if c == '{' {
			i = slices.IndexFunc(keys, func(k []tomlKey) bool { return k[0].name == step.key })
			if i >= 0 && len(keys[i]) > 1 {
				return errorAt(t.src, keys[i][0].start, "dotted keys inside an inline table cannot be edited")
			}
		}
		s.outer, s.at = append(s.outer, b), i
		if i < 0 {
			s.val = span{}
			s.steps += n
			return nil
		}
		s.val = b.members[i].val
	}
	s.steps += len(path) - 1
	return nil
}

// there reports whether the file has the value.
func (s tomlSite) there() bool { return s.whole() || len(s.spread) > 0 }

// start is where the value is first written.
func (t *tomlTree) startOf(s tomlSite) int {
	switch {
	case s.inline() && s.whole():
		return s.outer[len(s.outer)-1].members[s.at].key.start
	case s.whole():
		return t.exprs[s.expr].start
	}
	return t.exprs[s.spread[0]].start
}

// entry is the path of the entry; false if it is not there.
func (t *tomlTree) entry(p Place) ([]tomlStep, bool, error) {
	root, found, err := t.root(p)
	path := tomlSteps(p.Root)
	if err != nil || !found {
		return nil, false, err
	}
	if p.ListKey == "" {
		_, found = at(root, []string{p.Name})
		return append(path, tomlStep{key: p.Name}), found, nil
	}
	list, _ := root.([]any)
	item := 0
	for i, e := range list {
		if name, _ := at(e, []string{p.ListKey}); name != p.Name {
			continue
		}
		if item > 0 {
			first, _ := position(t.src, t.element(path, item))
			return nil, false, errorAt(t.src, t.element(path, i+1), "%q is here twice, first on line %d", p.Name, first)
		}
		item = i + 1
	}
	return append(path, tomlStep{item: item}), item > 0, nil
}

func (t *tomlTree) element(root []tomlStep, item int) int {
	s, err := t.site(append(slices.Clip(root), tomlStep{item: item}))
	if err != nil || !s.there() {
		return t.start
	}
	return t.startOf(s)
}

// root decodes the map or list that holds the entries.
func (t *tomlTree) root(p Place) (v any, found bool, err error) {
	for n := range len(p.Root) + 1 {
		v, found = at(t.value, p.Root[:n])
		if !found {
			return nil, false, nil
		}
		_, isMap := v.(map[string]any)
		_, isList := v.([]any)
		want := "a map"
		if n == len(p.Root) && p.ListKey != "" {
			isMap, want = isList, "a list"
		}
		if isMap {
			continue
		}
		s, err := t.site(tomlSteps(p.Root[:n]))
		if err != nil {
			return nil, false, err
		}
		off := s.val.start
		if !s.whole() {
			off = t.startOf(s)
		}
		return nil, false, errorAt(t.src, off, "%q is %s, not %s", p.Root[n-1], typeName(v), want)
	}
	return v, true, nil
}

func (t *tomlTree) find(p Place) (any, bool, error) {
	path, found, err := t.entry(p)
	if err != nil || !found {
		return nil, false, err
	}
	if _, err := t.site(path); err != nil {
		return nil, false, err
	}
	return t.decoded(path), true, nil
}

// decoded is the value at a path that is there.
func (t *tomlTree) decoded(path []tomlStep) any {
	v := t.value
	for _, step := range path {
		switch c := v.(type) {
		case map[string]any:
			v = c[step.key]
		case []any:
			v = c[step.item-1]
		}
	}
	return v
}

func (t *tomlTree) lookup(path []string) (any, bool) { return at(t.value, path) }

func (t *tomlTree) entries(p Place) ([]Found, error) {
	_, found, err := t.root(p)
	if err != nil || !found {
		return nil, err
	}
	var all []Found
	for _, path := range t.children(tomlSteps(p.Root)) {
		f := Found{Value: t.decoded(path), Name: path[len(path)-1].key}
		if p.ListKey != "" {
			name, _ := at(f.Value, []string{p.ListKey})
			f.Name, _ = name.(string)
		}
		s, err := t.site(path)
		if err != nil {
			return nil, err
		}
		f.Line, _ = position(t.src, t.startOf(s))
		all = append(all, f)
	}
	return all, nil
}

// children returns the paths of what the table or array at path holds, in the
// order of the file.
func (t *tomlTree) children(path []tomlStep) [][]tomlStep {
	var all [][]tomlStep
	seen := map[tomlStep]bool{}
	add := func(step tomlStep) {
		if !seen[step] {
			seen[step] = true
			all = append(all, append(slices.Clip(path), step))
		}
	}
	for _, e := range t.exprs {
		if len(e.path) > len(path) && slices.Equal(e.path[:len(path)], path) {
			add(e.path[len(path)])
		}
	}
	s, err := t.site(path)
	if err != nil || !s.whole() || t.src[s.val.start] != '{' && t.src[s.val.start] != '[' {
		return all
	}
	b, keys := tomlInline(t.src, s.val)
	for i := range b.members {
		if b.list() {
			add(tomlStep{item: i + 1})
		} else {
			add(tomlStep{key: keys[i][0].name})
		}
	}
	return all
}
