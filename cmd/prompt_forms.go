package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"fsskills/registry"
)

// A formPrompter asks with forms that are drawn on the terminal and go away when
// they are answered; a line with the answer stays.
type formPrompter struct{ env *Env }

func (p *formPrompter) one(ctx context.Context, q question) (int, error) {
	d := newDrawing(p.env, q, false, "Up and Down choose")
	if err := p.run(ctx, d); err != nil {
		return 0, err
	}
	p.keep(q, q.options[d.at].label)
	return d.at, nil
}

func (p *formPrompter) several(ctx context.Context, q question) ([]int, error) {
	d := newDrawing(p.env, q, true, "Up and Down move, Space chooses, Ctrl-A all or none")
	if err := p.run(ctx, d); err != nil {
		return nil, err
	}
	var chosen []int
	var labels []string
	for i, on := range d.chosen {
		if on {
			chosen = append(chosen, i)
			labels = append(labels, q.options[i].label)
		}
	}
	if len(labels) == 0 {
		labels = []string{"none of them"}
	}
	p.keep(q, strings.Join(labels, ", "))
	return chosen, nil
}

// run draws a form until it is answered. Its error is how else the form was left.
func (p *formPrompter) run(ctx context.Context, d *drawing) error {
	profile := colorprofile.ANSI
	if !p.env.errStyle().on {
		profile = colorprofile.ASCII
	}
	asking, leave := context.WithCancelCause(ctx)
	defer leave(nil)
	in := p.env.In
	if file, ok := in.(*os.File); ok {
		in = endingFile{File: file, ended: func() { leave(errCancelled) }}
	}
	_, err := tea.NewProgram(d,
		tea.WithContext(asking), tea.WithInput(in), tea.WithOutput(p.env.Err),
		tea.WithColorProfile(profile), tea.WithoutSignalHandler(),
	).Run()
	if d.rows > 0 && d.width > 0 {
		p.env.Width = d.width // for what is said next
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case asking.Err() != nil:
		return context.Cause(asking)
	case errors.Is(err, tea.ErrProgramPanic):
		return &registry.BugError{What: "a question cannot be drawn: " + err.Error()}
	case err != nil:
		return fmt.Errorf("ask on the terminal: %w", err)
	}
	return d.left
}

// An endingFile tells when nothing can be read from a terminal any more, such as
// one that was closed: the library would wait for ever.
type endingFile struct {
	*os.File
	ended func()
}

// Read reads as the file does.
func (f endingFile) Read(b []byte) (int, error) {
	n, err := f.File.Read(b)
	if err != nil {
		f.ended()
	}
	return n, err
}

// keep leaves a line with the answer.
func (p *formPrompter) keep(q question, answer string) {
	if q.said != "" {
		p.env.wrapped(p.env.Err, 0, p.env.errStyle().dim(q.said+":")+" "+answer, "\n")
	}
}
