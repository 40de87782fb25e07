package cmd

import (
	"io"
	"strings"
)

// A column is a table's column. Its paint, if any, dresses a cell after the
// cell has got its width.
type column struct {
	title string
	paint func(string) string
}

// A table is printed aligned for people and tab-separated for programs.
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
	tableLeast = 20 // cells below which a shortened last column says nothing
)

// print writes t to env.Out. On a terminal it has a title line and fits the
// width: the last column is shortened, or each row becomes a paragraph if
// that would leave too little of it. Elsewhere a row is a line of cells
// between tabs, and nothing is left out.
func (t *table) print(env *Env) error {
	var b strings.Builder
	switch {
	case !env.OutTTY:
		for _, row := range t.rows {
			b.WriteString(strings.Join(row, "\t") + "\n")
		}
	case len(t.rows) > 0:
		t.fit(&b, env.columns(), env.outStyle())
	}
	_, err := io.WriteString(env.Out, b.String())
	return err
}

func (t *table) fit(b *strings.Builder, limit int, st style) {
	widths := t.widths()
	last := len(widths) - 1
	room := limit
	for _, w := range widths[:last] {
		room -= w + tableGap
	}
	if room < min(tableLeast, widths[last]) {
		t.stack(b, limit, st)
		return
	}
	widths[last] = min(widths[last], room)

	titles := make([]string, len(t.columns))
	for i, c := range t.columns {
		titles[i] = c.title
	}
	writeRow(b, widths, titles, func(int) func(string) string { return st.dim })
	for _, row := range t.rows {
		writeRow(b, widths, row, func(i int) func(string) string { return t.columns[i].paint })
	}
}

func (t *table) widths() []int {
	widths := make([]int, len(t.columns))
	for i, c := range t.columns {
		widths[i] = cells(c.title)
		for _, row := range t.rows {
			widths[i] = max(widths[i], cells(row[i]))
		}
	}
	return widths
}

// writeRow writes one line without blanks at its end.
func writeRow(b *strings.Builder, widths []int, row []string, paint func(int) func(string) string) {
	pad := 0
	for i, cell := range row {
		cell = shorten(cell, widths[i])
		if cell != "" {
			b.WriteString(strings.Repeat(" ", pad))
			pad = 0
		}
		pad += widths[i] - cells(cell) + tableGap
		if dress := paint(i); dress != nil {
			cell = dress(cell)
		}
		b.WriteString(cell)
	}
	b.WriteByte('\n')
}

// stack writes each row as a paragraph: the first cell, then one titled line
// for each further cell that has something to say.
func (t *table) stack(b *strings.Builder, limit int, st style) {
	for _, row := range t.rows {
		b.WriteString(st.bold(shorten(row[0], limit)) + "\n")
		for i, cell := range row[1:] {
			if cell == "" {
				continue
			}
			c := t.columns[i+1]
			indent := "  "
			for _, line := range wrap(strings.ToLower(c.title)+": "+cell, limit-len("    ")) {
				if c.paint != nil {
					line = c.paint(line)
				}
				b.WriteString(indent + line + "\n")
				indent = "    "
			}
		}
	}
}
