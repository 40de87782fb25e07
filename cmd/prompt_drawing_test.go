package cmd

import (
	"errors"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// clientsQuestion is one of which several options can be the answer.
func clientsQuestion() question {
	return question{
		title: "Which clients?", text: []string{"Others can be named with --client."},
		options: []option{
			{label: "Claude Code", text: "found ~/.claude.json", chosen: true},
			{label: "Codex", text: "found ~/.codex/config.toml"},
			{label: "Zed", text: "found ~/.config/zed"},
		},
	}
}

// shown is what is seen of a drawing, line by line.
func shown(d *drawing) []string { return strings.Split(d.View().Content, "\n") }

// TestDrawingKeys presses keys, and looks at what is chosen and how it ends.
func TestDrawingKeys(t *testing.T) {
	none := clientsQuestion()
	none.options[0].chosen = false
	optional := none
	optional.none = true
	back := clientsQuestion()
	back.back = true
	one := question{title: "Go on?", usual: 1, options: []option{{key: "y", label: "Yes"}, {key: "n", label: "No"}, {key: "k", label: "Keep"}}}
	tests := []struct {
		name   string
		q      question
		many   bool
		keys   string
		at     int
		chosen []bool
		over   bool
		left   error
	}{
		{"Enter", clientsQuestion(), true, "enter", 0, []bool{true, false, false}, true, nil},
		{"another one", clientsQuestion(), true, "down space enter", 1, []bool{true, true, false}, true, nil},
		{"off again", clientsQuestion(), true, "x down x x enter", 1, []bool{false, false, false}, false, nil},
		{"round the end", clientsQuestion(), true, "up space down enter", 0, []bool{true, false, true}, true, nil},
		{"first and last", clientsQuestion(), true, "end space home space enter", 0, []bool{false, false, true}, true, nil},
		{"all", clientsQuestion(), true, "ctrl+a enter", 0, []bool{true, true, true}, true, nil},
		{"none of all", clientsQuestion(), true, "ctrl+a ctrl+a", 0, []bool{false, false, false}, false, nil},
		{"nothing chosen", none, true, "enter", 0, []bool{false, false, false}, false, nil},
		{"nothing chosen, as it may be", optional, true, "enter", 0, []bool{false, false, false}, true, nil},
		{"Escape", clientsQuestion(), true, "down esc", 1, []bool{true, false, false}, true, errCancelled},
		{"Escape goes back", back, true, "esc", 0, []bool{true, false, false}, true, errBack},
		{"Ctrl-C does not go back", back, true, "ctrl+c", 0, []bool{true, false, false}, true, errCancelled},
		{"the usual", one, false, "enter", 1, nil, true, nil},
		{"a letter", one, false, "y", 0, nil, true, nil},
		{"a letter that else moves", one, false, "k", 2, nil, true, nil},
		{"an unknown letter", one, false, "q", 1, nil, false, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			env, _, _ := testEnv(t)
			d := newDrawing(env, test.q, test.many, "Keys")
			for key := range strings.FieldsSeq(test.keys) {
				d.press(key)
			}
			if d.at != test.at || d.over != test.over || !errors.Is(d.left, test.left) || test.many && !slices.Equal(d.chosen, test.chosen) {
				t.Errorf("at %d, chosen %v, over %t, left by %v; want %d, %v, %t, %v", d.at, d.chosen, d.over, d.left, test.at, test.chosen, test.over, test.left)
			}
			if d.over && d.View().Content != "" {
				t.Errorf("stays on the screen: %q", d.View().Content)
			}
		})
	}
}

// TestDrawingSeen looks at the screen: all of it, what is said of a wrong answer, and
// on a terminal with few rows the option that the cursor is on.
func TestDrawingSeen(t *testing.T) {
	env, _, _ := testEnv(t)
	env.Width = 30
	q := clientsQuestion()
	q.options[0].chosen = false
	d := newDrawing(env, q, true, "Keys")
	d.press("down")
	want := []string{
		"Which clients?",
		"Others can be named with", "--client.",
		"[Keys, Enter goes on, Esc", "cancels]",
		"  [ ] Claude Code: found", "      ~/.claude.json",
		"> [ ] Codex: found", "      ~/.codex/config.toml",
		"  [ ] Zed: found ~/.config/zed",
	}
	if got := shown(d); !slices.Equal(got, want) {
		t.Errorf("shown:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	d.press("enter")
	want = append(want, "choose at least one with the", "space bar")
	if got := shown(d); !slices.Equal(got, want) {
		t.Errorf("shown after Enter:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for rows := 1; rows < 20; rows++ {
		d.Update(tea.WindowSizeMsg{Width: 30, Height: rows})
		for range q.options {
			d.press("down")
			d.press("enter") // says what is wrong, which takes lines, too
			got := shown(d)
			if !slices.ContainsFunc(got, func(line string) bool { return strings.HasPrefix(line, "> [ ] "+q.options[d.at].label) }) {
				t.Errorf("in %d rows the cursor is not seen:\n%s", rows, strings.Join(got, "\n"))
			}
			if rows > 3 && len(got) > rows {
				t.Errorf("in %d rows there are %d lines:\n%s", rows, len(got), strings.Join(got, "\n"))
			}
		}
	}
}

// TestDrawingIsAnswered presses keys that come before the program has ended.
func TestDrawingIsAnswered(t *testing.T) {
	q := question{title: "Go on?", options: []option{{key: "y", label: "Yes"}, {key: "n", label: "No"}}}
	for _, late := range []tea.KeyPressMsg{{Code: 'y', Text: "y"}, {Code: tea.KeyUp}, {Code: tea.KeyEscape}} {
		env, _, _ := testEnv(t)
		d := newDrawing(env, q, false, "Keys")
		d.Update(tea.KeyPressMsg{Code: 'n', Text: "n"})
		d.Update(late)
		if d.at != 1 || d.left != nil {
			t.Errorf("after n, %s makes of it %d, left by %v", late, d.at, d.left)
		}
	}
}
