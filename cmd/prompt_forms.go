package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"

	"fsskills/registry"
)

// A formPrompter asks with forms that are drawn on the terminal and go away when
// they are answered; a line with the answer stays.
type formPrompter struct{ env *Env }

func (p *formPrompter) one(ctx context.Context, q question) (int, error) {
	chosen := q.usual
	field := huh.NewSelect[int]()
	fit := func(s sheet) {
		field.Title(s.title).Description(s.text).Options(s.options...).Value(&chosen).Height(s.height)
	}
	// A letter chooses as it does in plain lines: the cursor goes there, and
	// Enter is pressed.
	press := func(name string) bool {
		i := slices.IndexFunc(q.options, func(o option) bool { return o.key != "" && o.key == name })
		if i < 0 {
			return false
		}
		chosen = i
		field.Value(&chosen)
		return true
	}
	if err := p.run(ctx, q, field, "Up and Down choose", fit, press); err != nil {
		return 0, err
	}
	p.keep(q, q.options[chosen].label)
	return chosen, nil
}

func (p *formPrompter) several(ctx context.Context, q question) ([]int, error) {
	var chosen []int
	for i, o := range q.options {
		if o.chosen {
			chosen = append(chosen, i)
		}
	}
	field := huh.NewMultiSelect[int]().Filterable(false).Validate(func(chosen []int) error {
		if len(chosen) == 0 && !q.none {
			return errors.New("choose at least one with the space bar")
		}
		return nil
	})
	fit := func(s sheet) {
		at, again := field.Hovered()
		field.Title(s.title).Description(s.text)
		if again { // the library goes to the first option that is chosen
			field.Value(&[]int{at}).Options(slices.Clone(s.options)...)
		}
		field.Value(new([]int)).Options(s.options...).Value(&chosen).Height(s.height)
	}
	if err := p.run(ctx, q, field, "Up and Down move, Space chooses, Ctrl-A all or none", fit, func(string) bool { return false }); err != nil {
		return nil, err
	}
	slices.Sort(chosen)
	labels := make([]string, len(chosen))
	for n, i := range chosen {
		labels[n] = q.options[i].label
	}
	if len(labels) == 0 {
		labels = []string{"none of them"}
	}
	p.keep(q, strings.Join(labels, ", "))
	return chosen, nil
}

// A sheet is a question laid out for a terminal. The library does not do it for
// options of which several can be chosen, breaks paths at their dots, and shows
// too few options in a field whose height it is not told.
type sheet struct {
	title, text string
	options     []huh.Option[int]
	height      int // lines
	tallest     int // of the options, in lines
}

// flow is clean text as lines of at most width cells. A word that is longer is
// broken.
func flow(text string, width int) string {
	return lipgloss.Wrap(strings.Join(wrap(text, max(width, 1)), "\n"), max(width, 1), "")
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
			options += lipgloss.Height(o.Key)
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

// sheet puts the keys that can be pressed below the text: the library's own line
// of them is cut off where it does not fit.
func (q question) sheet(width int, keys string) sheet {
	const signs = len("> [x] ")
	s := sheet{title: flow(q.title, width)}
	s.height = lipgloss.Height(s.title)
	var text []string
	for _, t := range q.text {
		text = append(text, flow(t, width))
	}
	if keys != "" {
		text = append(text, flow(keys, width))
	}
	if s.text = strings.Join(text, "\n"); s.text != "" {
		s.height += lipgloss.Height(s.text)
	}
	for i, o := range q.options {
		text := described(o)
		if o.key != "" {
			text += " (" + o.key + ")"
		}
		text = flow(text, width-signs)
		s.height += lipgloss.Height(text)
		s.tallest = max(s.tallest, lipgloss.Height(text))
		s.options = append(s.options, huh.NewOption(text, i))
	}
	return s
}

// run draws a form with one field until it is answered. how says which keys choose;
// fit puts the question into the field; press is told the name of each key, and says
// whether it has chosen an option.
func (p *formPrompter) run(ctx context.Context, q question, field huh.Field, how string, fit func(sheet), press func(string) bool) error {
	help := "[" + how + ", Enter goes on, Esc "
	if q.back {
		help += "goes back]"
	} else {
		help += "cancels]"
	}
	keys := huh.NewDefaultKeyMap()
	keys.Quit = key.NewBinding(key.WithKeys("ctrl+c", "ctrl+d", "esc"))
	keys.Select.Filter = key.NewBinding(key.WithDisabled()) // a letter chooses

	profile := colorprofile.ANSI
	if !p.env.errStyle().on {
		profile = colorprofile.ASCII
	}
	last := ""
	width, rows := cmp.Or(p.env.Width, p.env.columns()), 0
	fit(q.layOut(width, rows, help))
	asking, leave := context.WithCancelCause(ctx)
	defer leave(nil)
	in := p.env.In
	if f, ok := in.(*os.File); ok {
		in = endingFile{File: f, ended: func() { leave(errCancelled) }}
	}
	form := huh.NewForm(huh.NewGroup(field)).WithKeyMap(keys).WithTheme(huh.ThemeFunc(formTheme)).WithShowHelp(false).WithWidth(width)
	form.WithProgramOptions(
		tea.WithInput(in), tea.WithOutput(p.env.Err),
		tea.WithColorProfile(profile), tea.WithoutSignalHandler(),
		tea.WithFilter(func(_ tea.Model, msg tea.Msg) tea.Msg {
			switch msg := msg.(type) {
			case tea.InterruptMsg:
				return tea.QuitMsg{} // else the form would stay on the screen
			case tea.WindowSizeMsg:
				if msg.Width != width || msg.Height != rows {
					width, rows = msg.Width, msg.Height
					fit(q.layOut(width, rows, help))
					form.WithWidth(width)
				}
			case tea.KeyPressMsg:
				if last = msg.String(); press(last) {
					return tea.KeyPressMsg{Code: tea.KeyEnter}
				}
			}
			return msg
		}),
	)
	err := form.RunWithContext(asking)
	if rows > 0 && width > 0 {
		p.env.Width = width // for what is said next
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case asking.Err() != nil:
		return context.Cause(asking)
	case errors.Is(err, huh.ErrUserAborted) && last == "esc" && q.back:
		return errBack
	case errors.Is(err, huh.ErrUserAborted):
		return errCancelled
	case errors.Is(err, tea.ErrProgramPanic):
		return &registry.BugError{What: "a question cannot be drawn: " + err.Error()}
	case err != nil:
		return fmt.Errorf("ask on the terminal: %w", err)
	}
	return nil
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

// formTheme has no frames, which take room in narrow terminals, and says with
// signs what it says with colours.
func formTheme(isDark bool) *huh.Styles {
	t := huh.ThemeBase(isDark)
	plain := lipgloss.NewStyle()
	f := &t.Focused
	f.Base, f.Card = plain, plain
	f.Title = plain.Bold(true)
	f.Description = plain
	f.SelectSelector = plain.Foreground(lipgloss.Cyan).SetString("> ")
	f.MultiSelectSelector = f.SelectSelector
	f.SelectedPrefix = plain.SetString("[x] ")
	f.UnselectedPrefix = plain.SetString("[ ] ")
	f.SelectedOption = plain
	f.ErrorMessage = plain.Foreground(lipgloss.Yellow)
	f.ErrorIndicator = plain.SetString("")
	t.Blurred = t.Focused
	t.Group.Title, t.Group.Description = f.Title, f.Description
	return t
}
