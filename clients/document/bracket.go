package document

import (
	"bytes"
	"strings"
)

// A bracket is a map or list between brackets with commas between its members,
// as JSON writes all and TOML its inline values. Between the members are only
// blanks and comments.
type bracket struct {
	src     []byte
	span    // from the opening bracket to behind the closing one
	members []member
	hash    bool // comments are # to the end of the line; else // and /* */
}

// A layout is how a new member of a bracket is to be written.
type layout struct {
	multi   bool   // on lines of its own, not on one line with the others
	indent  string // of the member's first line
	unit    string // one level of indentation
	newline string
}

func (b bracket) list() bool { return b.src[b.start] == '[' }

// closing is the offset of the closing bracket.
func (b bracket) closing() int { return b.end - 1 }

// comments returns the comments between two offsets that hold no members.
func (b bracket) comments(from, to int) []span {
	var found []span
	for i := from; i < to; {
		end := i
		if b.hash && b.src[i] == '#' {
			end = lineEnd(b.src, i)
		} else if !b.hash {
			end = commentEnd(b.src, i)
		}
		if end > i {
			found = append(found, span{i, end})
		}
		i = max(end, i+1)
	}
	return found
}

// gapBefore is where the blanks and comments before member i begin: at the end
// of the member before it.
func (b bracket) gapBefore(i int) int {
	if i == 0 {
		return b.start + 1
	}
	return b.members[i-1].val.end
}

// spread reports whether the members stand on several lines: a line break
// comes before the last one or behind it. An empty bracket is spread if there
// is one in it, or if what it stands in is spread.
func (b bracket) spread(outer []bracket) bool {
	if n := len(b.members); n > 0 {
		last := b.members[n-1]
		return hasNewline(b.src[b.gapBefore(n-1):last.key.start]) || hasNewline(b.src[last.val.end:b.closing()])
	}
	if hasNewline(b.src[b.start:b.end]) || len(outer) == 0 {
		return true
	}
	return outer[len(outer)-1].spread(outer[:len(outer)-1])
}

// indent is the indentation of the members, if they are spread, or what it
// would be.
func (b bracket) indent(unit string) string {
	if n := len(b.members); n > 0 && hasNewline(b.src[b.gapBefore(n-1):b.members[n-1].key.start]) {
		return indentAt(b.src, b.members[n-1].key.start)
	}
	return indentAt(b.src, b.start) + unit
}

// unit is one level of indentation, as seen in b or in what b stands in.
func (b bracket) unit(outer []bracket) string {
	for i := len(outer); i >= 0; i-- {
		at := b
		if i < len(outer) {
			at = outer[i]
		}
		own := indentAt(at.src, at.start)
		if rest, ok := strings.CutPrefix(at.indent(""), own); ok && rest != "" {
			return rest
		}
	}
	return "  "
}

// layout says how to write a member into b, which stands in outer.
func (b bracket) layout(outer []bracket) layout {
	unit := b.unit(outer)
	return layout{
		multi:   b.spread(outer),
		indent:  b.indent(unit),
		unit:    unit,
		newline: newlineAt(b.src, b.closing()),
	}
}

// add writes one more member behind the last. Its comma goes directly behind
// the last value and the member itself behind a comment on that line, so that
// no comment changes its owner. sep is the blank behind a comma on one line.
func (b bracket) add(l layout, sep string, text []byte) []Edit {
	n := len(b.members)
	if n == 0 {
		return b.fill(l, text)
	}
	last := b.members[n-1]
	from := last.val.end
	if last.comma >= 0 {
		from = last.comma + 1
		text = append(text, ',')
	}
	lead := sep
	if l.multi {
		lead = l.newline + l.indent
	}
	entry := Edit{Off: b.tail(from), New: append([]byte(lead), text...)}
	if last.comma >= 0 {
		return []Edit{entry}
	}
	if entry.Off == from {
		entry.New = append([]byte{','}, entry.New...)
		return []Edit{entry}
	}
	return []Edit{{Off: from, New: []byte{','}}, entry}
}

// tail is the end of the last comment that starts on the line of off.
func (b bracket) tail(off int) int {
	for {
		i := blanks(b.src, off)
		found := b.comments(i, min(i+1, b.closing()))
		if len(found) == 0 {
			return off
		}
		off = found[0].end
		if hasNewline(found[0].of(b.src)) {
			return off
		}
	}
}

// fill writes the first member, behind the bracket or the comments in it.
func (b bracket) fill(l layout, text []byte) []Edit {
	at := b.start + 1
	if found := b.comments(at, b.closing()); len(found) > 0 {
		at = found[len(found)-1].end
	}
	gap := string(b.src[at:b.closing()])
	if !l.multi {
		if at > b.start+1 || gap != "" {
			text = append([]byte{' '}, text...)
		}
		if at > b.start+1 && gap == "" {
			text = append(text, ' ')
		}
		return []Edit{{Off: at, New: text}}
	}
	text = append([]byte(l.newline+l.indent), text...)
	if !hasNewline([]byte(gap)) {
		close := indentAt(b.src, b.start)
		if rest, ok := strings.CutSuffix(close, gap); ok {
			close = rest // the gap becomes the end of the indentation
		} else {
			at = b.closing()
		}
		text = append(text, l.newline+close...)
	}
	return []Edit{{Off: at, New: text}}
}

// remove takes member i out, with one comma and with its line if nothing else
// is on it. Comments outside the member stay.
func (b bracket) remove(i int) []Edit {
	m := b.members[i]
	whole := span{m.key.start, m.val.end}
	comma := m.comma
	if comma < 0 && i > 0 {
		comma = b.members[i-1].comma
	}
	switch {
	case comma >= whole.end && onlyBlank(b.src[whole.end:comma]):
		whole.end, comma = comma+1, -1
	case comma >= 0 && comma < whole.start && onlyBlank(b.src[comma+1:whole.start]):
		// The line break before the member goes with the comma before it.
		return []Edit{{Off: comma, Old: b.src[comma:whole.end]}}
	}
	whole = wholeLine(b.src, whole)
	edits := []Edit{{Off: whole.start, Old: whole.of(b.src)}}
	switch {
	case comma > whole.start:
		edits = append(edits, Edit{Off: comma, Old: []byte{','}})
	case comma >= 0:
		edits = append([]Edit{{Off: comma, Old: []byte{','}}}, edits...)
	}
	return edits
}

// wholeLine widens s to its whole lines if nothing else is on them, else over
// the blanks behind it.
func wholeLine(src []byte, s span) span {
	end := blanks(src, s.end)
	start := lineStart(src, s.start)
	n := lineBreak(src, end)
	switch first := onlyBlank(src[start:s.start]); {
	case first && n > 0:
		return span{start, end + n}
	case !first && (n > 0 || end == len(src)):
		return span{blanksBefore(src, s.start), end}
	}
	return span{s.start, end}
}

func onlyBlank(b []byte) bool { return len(bytes.TrimLeft(b, " \t\r\n")) == 0 }
