package document

import (
	"bytes"
	"slices"
)

func (t *tomlTree) insert(p Place, v any) ([]Edit, error) {
	root, err := t.site(tomlSteps(p.Root))
	if err != nil {
		return nil, err
	}
	switch {
	case root.whole():
		b, _ := tomlInline(t.src, root.val)
		return t.addInline(append(root.outer, b), p.Name, v)
	case root.inline():
		if p.ListKey != "" {
			v = []any{v}
		} else {
			v = Map{{p.Name, v}}
		}
		missing := p.Root[root.steps:]
		return t.addInline(root.outer, missing[0], wrap(missing[1:], v))
	}
	header := appendTOMLHeader(nil, p)
	text, err := t.table(header, v, newlineAt(t.src, len(t.src)))
	if err != nil {
		return nil, err
	}
	return t.addTable(root, text), nil
}

// appendTOMLHeader writes the header that an entry of its own has.
func appendTOMLHeader(text []byte, p Place) []byte {
	keys, open, end := slices.Concat(p.Root, []string{p.Name}), "[", "]"
	if p.ListKey != "" {
		keys, open, end = p.Root, "[[", "]]"
	}
	text = append(text, open...)
	for i, k := range keys {
		if i > 0 {
			text = append(text, '.')
		}
		text = appendTOMLKey(text, k)
	}
	return append(text, end...)
}

// table writes a header and a line for each member of v.
func (t *tomlTree) table(header []byte, v any, newline string) ([]byte, error) {
	text := slices.Concat(header, []byte(newline))
	switch v := v.(type) {
	case Map:
		for _, p := range v {
			var err error
			if text, err = appendTOMLPair(text, p.Key, p.Value); err != nil {
				return nil, err
			}
			text = append(text, newline...)
		}
		return text, nil
	case rawText:
		if len(v) > 0 && v[0] == '{' {
			b, _ := tomlInline(v, span{0, len(v)})
			for _, m := range b.members {
				text = append(append(text, v[m.key.start:m.val.end]...), newline...)
			}
			return text, nil
		}
	}
	return nil, &VerifyError{"the entry is a table here and cannot become a plain value"}
}

// addInline writes a member into the innermost of outer.
func (t *tomlTree) addInline(outer []bracket, key string, v any) ([]Edit, error) {
	b := outer[len(outer)-1]
	var text []byte
	var err error
	if b.list() {
		text, err = appendTOMLValue(text, v)
	} else {
		text, err = appendTOMLPair(text, key, v)
	}
	if err != nil {
		return nil, err
	}
	l := b.layout(outer[:len(outer)-1])
	if len(b.members) == 0 && !hasNewline(b.of(t.src)) {
		l.multi = false
		if !b.list() && b.end-b.start == len("{}") {
			text = append(append([]byte{' '}, text...), ' ')
		}
	}
	return b.add(l, " ", text), nil
}

// addTable writes text, a header with its pairs, behind the last table of the
// root's family, else at the end.
func (t *tomlTree) addTable(root tomlSite, text []byte) []Edit {
	at := len(t.src)
	if n := len(root.spread); n > 0 {
		if header, last := t.section(root.spread[n-1]); header >= 0 {
			at = t.sectionEnd(last)
		}
	}
	newline := newlineAt(t.src, at)
	var lead []byte
	if before := t.src[t.start:at]; len(before) > 0 {
		if lineBreak(before, len(before)-1) == 0 {
			lead = append(lead, newline...)
		}
		if !blankLineBefore(t.src, t.start, at) {
			lead = append(lead, newline...)
		}
		if at == len(t.src) && lineBreak(before, len(before)-1) == 0 {
			text = bytes.TrimSuffix(text, []byte(newline))
		}
	}
	if at < len(t.src) && lineBreak(t.src, blanks(t.src, at)) == 0 {
		text = append(text, newline...)
	}
	return []Edit{{Off: at, New: append(lead, text...)}}
}

// blankLineBefore reports whether the line that ends before at is empty.
func blankLineBefore(src []byte, start, at int) bool {
	line := bytes.TrimRight(src[start:at], " \t")
	switch {
	case bytes.HasSuffix(line, []byte("\r\n")):
		line = line[:len(line)-2]
	case bytes.HasSuffix(line, []byte("\n")):
		line = line[:len(line)-1]
	default:
		return false
	}
	line = bytes.TrimRight(line, " \t")
	return len(line) == 0 || line[len(line)-1] == '\n'
}

// section returns the header that expression i stands under, -1 if none, and
// the last expression under it.
func (t *tomlTree) section(i int) (header, last int) {
	for header = i; header >= 0 && !t.exprs[header].header(); header-- {
	}
	for last = i; last+1 < len(t.exprs) && !t.exprs[last+1].header(); last++ {
	}
	return header, last
}

// sectionEnd is the start of the line behind expression i and the comments
// that follow it at once, unless those lead to the next header.
func (t *tomlTree) sectionEnd(i int) int {
	next := func(off int) int {
		off = lineEnd(t.src, off)
		return off + lineBreak(t.src, off)
	}
	end := next(t.exprs[i].end)
	at := end
	for bytes.HasPrefix(t.src[blanks(t.src, at):], []byte{'#'}) {
		at = next(at)
	}
	if blank := blanks(t.src, at); at > end && (blank == len(t.src) || lineBreak(t.src, blank) > 0) {
		return at
	}
	return end
}

func (t *tomlTree) put(p Place, path []string, v any) ([]Edit, error) {
	entry, found, err := t.entry(p)
	if err != nil {
		return nil, err
	}
	if !found {
		return t.insert(p, wrap(path, v))
	}
	full := slices.Concat(entry, tomlSteps(path))
	s, err := t.site(full)
	switch {
	case err != nil:
		return nil, err
	case s.whole():
		text, err := appendTOMLValue(nil, v)
		return []Edit{{Off: s.val.start, Old: s.val.of(t.src), New: text}}, err
	case s.there():
		return t.replace(p, path, v)
	case s.inline():
		return t.addInline(s.outer, path[len(path)-1], v)
	}
	return t.addPair(full, v)
}

// replace takes a value that is spread over several lines out and writes it
// anew.
func (t *tomlTree) replace(p Place, path []string, v any) ([]Edit, error) {
	first, err := t.cut(p, path)
	if err != nil {
		return nil, err
	}
	without, err := t.with(first)
	if err != nil {
		return nil, err
	}
	second, err := without.put(p, path, v)
	return Compose(first, second), err
}

// addPair writes one more pair into the table of path, which is spread over
// headers and pairs.
func (t *tomlTree) addPair(path []tomlStep, v any) ([]Edit, error) {
	table, key := path[:len(path)-1], path[len(path)-1].key
	s, err := t.site(table)
	if err != nil {
		return nil, err
	}
	var prefix []byte
	after := -1
	for _, i := range s.spread {
		e := t.exprs[i]
		if e.header() && len(e.path) == len(table) {
			// The table has a header: the pair goes to the end of its section.
			_, after = t.section(i)
			prefix = nil
			break
		}
		if header, _ := t.section(i); !e.header() && (header < 0 || len(t.exprs[header].path) < len(table)) {
			// The table is made by dotted keys, with as many parts too many as
			// lie below it.
			dots := len(e.keys) - (len(e.path) - len(table))
			after, prefix = i, t.src[e.start:e.keys[dots].start]
		}
	}
	if after < 0 {
		// Only tables below it have headers.
		p := Place{Name: path[len(path)-2].key}
		for _, step := range path[:len(path)-2] {
			p.Root = append(p.Root, step.key)
		}
		first := lineStart(t.src, t.exprs[s.spread[0]].start)
		newline := newlineAt(t.src, first)
		text, err := t.table(appendTOMLHeader(nil, p), Map{{key, v}}, newline)
		return []Edit{{Off: first, New: append(text, newline...)}}, err
	}
	e := t.exprs[after]
	text, err := appendTOMLPair(slices.Concat([]byte(indentAt(t.src, e.start)), prefix), key, v)
	if err != nil {
		return nil, err
	}
	end := lineEnd(t.src, e.end)
	newline := newlineAt(t.src, end)
	return []Edit{{Off: end, New: append([]byte(newline), text...)}}, nil
}

func (t *tomlTree) cut(p Place, path []string) ([]Edit, error) {
	entry, _, err := t.entry(p)
	if err != nil {
		return nil, err
	}
	s, err := t.site(append(entry, tomlSteps(path)...))
	if err != nil {
		return nil, err
	}
	if s.inline() {
		return s.outer[len(s.outer)-1].remove(s.at), nil
	}
	var edits []Edit
	for _, run := range t.runs(s) {
		run = t.tidy(run)
		edits = append(edits, Edit{Off: run.start, Old: run.of(t.src)})
	}
	return edits, nil
}

// runs are the whole lines that a value is written on, with what stands
// between two parts of it.
func (t *tomlTree) runs(s tomlSite) []span {
	parts := s.spread
	if s.whole() {
		parts = []int{s.expr}
	}
	var runs []span
	for n, i := range parts {
		end := lineEnd(t.src, t.exprs[i].end)
		end += lineBreak(t.src, end)
		if n > 0 && parts[n-1] == i-1 {
			runs[len(runs)-1].end = end
			continue
		}
		runs = append(runs, span{lineStart(t.src, t.exprs[i].start), end})
	}
	return runs
}

// tidy widens a run by an empty line if it stands between two, and by the line
// break before it if the file does not end in one.
func (t *tomlTree) tidy(run span) span {
	before := blankLineBefore(t.src, t.start, run.start)
	if run.end < len(t.src) {
		after := blanks(t.src, run.end)
		if n := lineBreak(t.src, after); n > 0 && (before || run.start == t.start) {
			run.end = after + n
		}
		return run
	}
	unended := lineBreak(t.src, max(len(t.src)-1, 0)) == 0
	if before && run.start > t.start {
		run.start = lineStart(t.src, t.breakBefore(run.start))
	}
	if unended && run.start > t.start {
		run.start = t.breakBefore(run.start)
	}
	return run
}

// breakBefore is where the line break that ends at off starts.
func (t *tomlTree) breakBefore(off int) int {
	if off >= 2 && lineBreak(t.src, off-2) == 2 {
		return off - 2
	}
	return off - 1
}
