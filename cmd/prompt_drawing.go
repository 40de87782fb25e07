package cmd

import (
	"cmp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// A drawing is a question on the screen: what was pressed so far, and how it looks.
type drawing struct {
	question
	many   bool   // several options can be chosen
	at     int    // the option that the cursor is on
	chosen []bool // of the options, where several can be
	keys   string // which can be pressed
	fault  string // what is wrong with the answer
	over   bool
	left   error // how the question was left, unless it was answered

	style       style
	width, rows int // of the terminal; no rows if they are not known
	sheet       sheet
	top         int // the first line of the options that is seen
}

// The signs in front of an option. They are of one width.
const (
	cursorSign    = "> "
	noCursorSign  = "  "
	chosenSign    = "[x] "
	notChosenSign = "[ ] "
)

// newDrawing is a drawing for a question. how says which keys choose.
func newDrawing(env *Env, q question, many bool, how string) *drawing {
	d := &drawing{
		question: q, many: many, chosen: make([]bool, len(q.options)),
		style: env.errStyle(), width: cmp.Or(env.Width, env.columns()),
	}
	d.keys = "[" + how + ", Enter goes on, Esc "
	if q.back {
		d.keys += "goes back]"
	} else {
		d.keys += "cancels]"
	}
	if many {
		for i, o := range q.options {
			d.chosen[i] = o.chosen
		}
	} else {
		d.at = q.usual
	}
	d.sheet = q.layOut(d.width, d.rows, d.keys)
	return d
}

// Init asks for nothing: the library tells the size of the terminal by itself.
func (d *drawing) Init() tea.Cmd { return nil }

// Update takes in what was pressed, and a new size of the terminal.
func (d *drawing) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		d.width, d.rows = msg.Width, msg.Height
		d.sheet = d.layOut(d.width, d.rows, d.keys)
	case tea.KeyPressMsg:
		if !d.over { // keys may come before the program has ended
			d.press(msg.String())
		}
	}
	if d.over {
		return d, tea.Quit
	}
	return d, nil
}

// press does what a key is for. A letter chooses as it does in plain lines.
func (d *drawing) press(key string) {
	d.fault = ""
	if i := slices.IndexFunc(d.options, func(o option) bool { return o.key != "" && o.key == key }); i >= 0 && !d.many {
		d.at, d.over = i, true
		return
	}
	n := len(d.options)
	switch key {
	case "up", "k", "ctrl+p":
		d.at = (d.at + n - 1) % n
	case "down", "j", "ctrl+n":
		d.at = (d.at + 1) % n
	case "home", "g":
		d.at = 0
	case "end", "G":
		d.at = n - 1
	case "space", "x":
		d.chosen[d.at] = !d.chosen[d.at]
	case "ctrl+a":
		all := slices.Contains(d.chosen, false)
		for i := range d.chosen {
			d.chosen[i] = all
		}
	case "enter", "tab":
		if d.many && !d.none && !slices.Contains(d.chosen, true) {
			d.fault = "choose at least one with the space bar"
			return
		}
		d.over = true
	case "esc":
		d.over, d.left = true, errCancelled
		if d.back {
			d.left = errBack
		}
	case "ctrl+c", "ctrl+d":
		d.over, d.left = true, errCancelled
	}
}

// View is what is seen of the question: nothing once it is over.
func (d *drawing) View() tea.View {
	if d.over {
		return tea.NewView("")
	}
	var lines []string
	for _, line := range d.sheet.title {
		lines = append(lines, d.style.bold(line))
	}
	lines = append(lines, d.sheet.text...)
	var faults []string
	if d.fault != "" {
		for _, line := range flow(d.fault, d.width) {
			faults = append(faults, d.style.yellow(line))
		}
	}
	room := d.sheet.room()
	if d.rows > 0 {
		room = max(min(room, d.rows-len(lines)-len(faults)), 1)
	}
	lines = append(lines, d.seen(room)...)
	return tea.NewView(strings.Join(append(lines, faults...), "\n"))
}

// seen are as many lines of the options as there is room for, among them those of
// the option that the cursor is on.
func (d *drawing) seen(room int) []string {
	var lines []string
	first, last := 0, 0 // lines of that option
	for i, option := range d.sheet.options {
		sign, rest := noCursorSign, noCursorSign
		if i == d.at {
			sign = d.style.cyan(strings.TrimSpace(cursorSign)) + " "
			first, last = len(lines), len(lines)+len(option)
		}
		if d.many {
			rest += strings.Repeat(" ", len(chosenSign))
			if d.chosen[i] {
				sign += chosenSign
			} else {
				sign += notChosenSign
			}
		}
		for n, line := range option {
			if n > 0 {
				sign = rest
			}
			lines = append(lines, sign+line)
		}
	}
	room = min(room, len(lines))
	d.top = min(max(d.top, last-room), first, len(lines)-room)
	return lines[d.top : d.top+room]
}
