package cmd

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// A sheet is a question laid out for a terminal, in lines.
type sheet struct {
	title, text []string
	options     [][]string
	height      int // of all of it
	tallest     int // of the options
}

// room is the number of lines for the options.
func (s sheet) room() int { return s.height - len(s.title) - len(s.text) }

// flow is clean text as lines of at most width cells. A word that is longer is
// broken.
func flow(text string, width int) []string {
	return strings.Split(ansi.Wrap(strings.Join(wrap(text, max(width, 1)), "\n"), max(width, 1), ""), "\n")
}

// layOut lays a question out for a terminal of some columns and rows, 0 if their
// number is not known. Where there is no room for everything, the option that is
// going to be chosen has to be seen: what there is to know goes first, then what
// there is to say of the options, and then the keys.
func (q question) layOut(width, rows int, keys string) sheet {
	s := q.sheet(width, keys)
	for _, drop := range []func(){
		func() { q.text = nil },
		func() {
			q.options = slices.Clone(q.options)
			for i := range q.options {
				q.options[i].text = ""
			}
		},
		func() { keys = "" },
	} {
		options := 0
		for _, o := range s.options {
			options += len(o)
		}
		if rows <= 0 || s.height-options+max(s.tallest, min(options, leastOptions)) <= rows {
			break
		}
		drop()
		s = q.sheet(width, keys)
	}
	if rows > 0 {
		s.height = min(s.height, rows)
	}
	return s
}

// leastOptions is how many lines of options are to be seen at a time.
const leastOptions = 3

// sheet lays a question out in lines of some cells, with the keys that can be
// pressed below the text.
func (q question) sheet(width int, keys string) sheet {
	s := sheet{title: flow(q.title, width)}
	for _, t := range q.text {
		s.text = append(s.text, flow(t, width)...)
	}
	if keys != "" {
		s.text = append(s.text, flow(keys, width)...)
	}
	s.height = len(s.title) + len(s.text)
	for _, o := range q.options {
		text := described(o)
		if o.key != "" {
			text += " (" + o.key + ")"
		}
		lines := flow(text, width-len(cursorSign)-len(chosenSign))
		s.height += len(lines)
		s.tallest = max(s.tallest, len(lines))
		s.options = append(s.options, lines)
	}
	return s
}
