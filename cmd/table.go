package cmd

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// A column is a table's column. Its paint, if any, dresses a cell after the
// cell has got its width.
type column struct {
	title string
	kind  cellKind
	paint func(string) string
}

// A cellKind is what becomes of a column's cells where a line has no room.
type cellKind int

const (
	cellWord  cellKind = iota // a name or a state, which is shown whole
	cellProse                 // a description, which loses its end
	cellNames                 // names between commas: the first, and how many more
	cellLines                 // a path or a reason, which goes on in further lines
)

// least is how many cells such a cell needs to say anything, 0 for all of it.
func (k cellKind) least() int {
	return [...]int{cellWord: 0, cellProse: 12, cellNames: 20, cellLines: 14}[k]
}

// A table is printed aligned for people and tab-separated for programs. It is
// laid out here and not by a library: those break words in their middle, know one
// way of making a column narrower, and fill lines with blanks.
type table struct {
	columns []column
	rows    [][]string
}

// add appends a row, one cell for each column.
func (t *table) add(row ...string) {
	cleaned := make([]string, len(t.columns))
	for i := range cleaned {
		cleaned[i] = clean(row[i])
	}
	t.rows = append(t.rows, cleaned)
}

const (
	tableGap   = 2  // cells between columns
	tableTall  = 4  // lines of an average row beyond which one is hard to follow
	tableUsual = 80 // the width of a terminal that does not say its own
)

// print writes t to env.Out. On a terminal it has a title line and fits the
// width: what is longest gets narrower, or each row becomes a paragraph if that
// would leave too little or if a screen reader reads. Elsewhere a row is a line
// of cells between tabs, and nothing is left out.
func (t *table) print(env *Env) error {
	_, err := io.WriteString(env.Out, t.text(env))
	return err
}

func (t *table) text(env *Env) string {
	var b strings.Builder
	limit := env.Width
	if limit <= 0 {
		limit = tableUsual
	}
	if !env.OutTTY {
		for _, row := range t.rows {
			b.WriteString(strings.Join(row, "\t") + "\n")
		}
		return b.String()
	}
	shown := t.spaced()
	widths := shown.widths(limit)
	switch {
	case len(t.rows) == 0:
	case env.readAloud():
		shown.stack(&b, limit, env.outStyle(), true)
	case widths == nil || shown.tall(widths):
		shown.stack(&b, limit, env.outStyle(), false)
	default:
		shown.align(&b, widths, env.outStyle())
	}
	return b.String()
}

// readAloud reports whether output is heard rather than seen, as the user has
// said with ACCESSIBLE: then no meaning is in the place of a word on a line.
func (e *Env) readAloud() bool {
	word := strings.ToLower(e.Getenv("ACCESSIBLE"))
	return word != "" && word != "0" && word != "false"
}

// spaced is t with a blank behind each comma between names, so that a line can
// end there.
func (t *table) spaced() *table {
	rows := make([][]string, len(t.rows))
	for i, row := range t.rows {
		rows[i] = slices.Clone(row)
		for j, c := range t.columns {
			if c.kind == cellNames {
				rows[i][j] = strings.ReplaceAll(row[j], ",", ", ")
			}
		}
	}
	return &table{columns: t.columns, rows: rows}
}

// widths shares limit among the columns: each has what it needs but for the
// widest, which have the same. It is nil if that would be too little for one.
func (t *table) widths(limit int) []int {
	need, least := make([]int, len(t.columns)), make([]int, len(t.columns))
	level := 0
	for i, c := range t.columns {
		need[i] = cells(c.title)
		for _, row := range t.rows {
			need[i] = max(need[i], cells(row[i]))
		}
		if least[i] = need[i]; c.kind.least() > 0 {
			least[i] = min(need[i], c.kind.least())
		}
		level = max(level, need[i])
	}
	widths := make([]int, len(t.columns))
	room := limit - tableGap*(len(t.columns)-1)
	for left := -1; left < 0; level-- {
		if level < 0 {
			return nil
		}
		left = room
		for i := range widths {
			widths[i] = min(need[i], max(level, least[i]))
			left -= widths[i]
		}
		for i := range widths { // what does not come out even
			if left > 0 && widths[i] == level && widths[i] < need[i] {
				widths[i]++
				left--
			}
		}
	}
	return widths
}

// tall reports whether the rows would go over too many lines.
func (t *table) tall(widths []int) bool {
	lines := 0
	for _, row := range t.rows {
		height := 0
		for i, c := range t.columns {
			height = max(height, len(c.cut(row[i], widths[i])))
		}
		lines += height
	}
	return lines > tableTall*len(t.rows)
}

// align writes the titles and the rows, each column in its width. No line has
// blanks at its end.
func (t *table) align(b *strings.Builder, widths []int, st style) {
	titles := make([][]string, len(t.columns))
	for i, c := range t.columns {
		titles[i] = []string{c.title}
	}
	writeLines(b, widths, titles, func(int) func(string) string { return st.dim })
	for _, row := range t.rows {
		cut := make([][]string, len(row))
		for i, c := range t.columns {
			cut[i] = c.cut(row[i], widths[i])
		}
		writeLines(b, widths, cut, func(i int) func(string) string { return t.columns[i].paint })
	}
}

// cut is a cell in lines of at most limit cells.
func (c column) cut(cell string, limit int) []string {
	switch {
	case cells(cell) <= limit:
		return []string{cell}
	case c.kind == cellLines:
		return fold(cell, limit)
	case c.kind == cellNames:
		return []string{c.fewer(cell, limit)}
	default:
		return []string{shorten(cell, limit)}
	}
}

// fewer shortens names to the first of them and how many more there are.
func (c column) fewer(names string, limit int) string {
	all := strings.Split(names, ", ")
	for n := len(all) - 1; n > 0; n-- {
		text := fmt.Sprintf("%s, %d more", strings.Join(all[:n], ", "), len(all)-n)
		if cells(text) <= limit {
			return text
		}
	}
	return shorten(fmt.Sprintf("%d %s", len(all), strings.ToLower(c.title)), limit)
}

// writeLines writes a row, whose cells may be of several lines.
func writeLines(b *strings.Builder, widths []int, row [][]string, paint func(int) func(string) string) {
	height := 0
	for _, cell := range row {
		height = max(height, len(cell))
	}
	for line := range height {
		pad := 0
		for i, cell := range row {
			text := ""
			if line < len(cell) {
				text = cell[line]
			}
			if text != "" {
				b.WriteString(strings.Repeat(" ", pad))
				pad = 0
			}
			pad += widths[i] - cells(text) + tableGap
			if dress := paint(i); dress != nil {
				text = dress(text)
			}
			b.WriteString(text)
		}
		b.WriteByte('\n')
	}
}

// stack writes rows as paragraphs: the first cell, with its title if all is to be
// named, then a titled line for each further cell that says something. Rows of the
// same name are one paragraph, which says once what goes for all of them.
func (t *table) stack(b *strings.Builder, limit int, st style, named bool) {
	for from := 0; from < len(t.rows); {
		to := from + 1
		for to < len(t.rows) && t.rows[to][0] == t.rows[from][0] {
			to++
		}
		if from > 0 {
			b.WriteByte('\n')
		}
		head := t.rows[from][0]
		if named {
			head = strings.ToLower(t.columns[0].title) + ": " + head
		}
		for _, line := range fold(head, limit) {
			b.WriteString(st.bold(line) + "\n")
		}
		t.paragraph(b, limit, t.rows[from:to])
		from = to
	}
}

// paragraph writes the cells of rows but for their first.
func (t *table) paragraph(b *strings.Builder, limit int, rows [][]string) {
	same := make([]bool, len(t.columns))
	for i := range same {
		same[i] = i > 0 && !slices.ContainsFunc(rows, func(row []string) bool { return row[i] != rows[0][i] })
	}
	t.titled(b, limit, rows[0], func(i int) bool { return same[i] })
	for _, row := range rows {
		t.titled(b, limit, row, func(i int) bool { return i > 0 && !same[i] })
	}
}

// titled writes a line for each cell that says something, of the chosen columns.
func (t *table) titled(b *strings.Builder, limit int, row []string, chosen func(int) bool) {
	for i, c := range t.columns {
		if row[i] == "" || !chosen(i) {
			continue
		}
		indent := "  "
		for _, line := range fold(strings.ToLower(c.title)+": "+row[i], limit-len("    ")) {
			if c.paint != nil {
				line = c.paint(line)
			}
			b.WriteString(indent + line + "\n")
			indent = "    "
		}
	}
}

// fitting is the length of the part of a long word that a line of limit cells
// takes: of a path up to a separator, if one is near.
func fitting(word string, limit int) int {
	room, end := limit, len(word)
	for i, r := range word {
		if room -= runeCells(r); room < 0 {
			end = i
			break
		}
	}
	if i := strings.LastIndexAny(word[:end], `/\`) + 1; i > end/3 {
		return i
	}
	return end
}
