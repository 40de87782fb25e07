package cmd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// lines reads what is typed, line by line. There is one for each run, because a
// second buffer would swallow what was typed for the first.
type lines struct{ in *bufio.Reader }

func newLines(in io.Reader) *lines { return &lines{in: bufio.NewReader(in)} }

// next waits for one line of input or for the end of ctx. A read cannot be
// called off, so at the end of ctx it stays behind; ctx being over, nobody
// reads after it.
func (l *lines) next(ctx context.Context) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	type answer struct {
		text string
		err  error
	}
	read := make(chan answer, 1)
	go func() {
		text, err := l.in.ReadString('\n')
		read <- answer{text, err}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case a := <-read:
		if errors.Is(a.err, io.EOF) {
			return "", errCancelled // even after some letters: Enter was not pressed
		}
		if a.err != nil {
			return "", fmt.Errorf("read the answer: %w", a.err)
		}
		return strings.TrimSpace(a.text), nil
	}
}

// A linePrompter asks in plain lines, for terminals that cannot draw and for
// people who have a screen read to them.
type linePrompter struct{ env *Env }

// ask prints a prompt and returns what is typed. The error is errBack for b,
// where the question has one before it.
func (p *linePrompter) ask(ctx context.Context, q question, prompt string) (string, error) {
	p.env.wrapped(p.env.Err, 0, prompt, " ")
	text, err := p.env.typed.next(ctx)
	if err != nil {
		fmt.Fprintln(p.env.Err) // what follows must not stand behind the question
		return "", err
	}
	if text = strings.ToLower(text); q.back && (text == "b" || text == "back") {
		return "", errBack
	}
	return text, nil
}

// introduce prints the question and what to know first.
func (p *linePrompter) introduce(q question) {
	fmt.Fprintln(p.env.Err)
	p.env.wrapped(p.env.Err, 0, p.env.errStyle().bold(q.title), "\n")
	for _, text := range q.text {
		p.env.wrapped(p.env.Err, 0, text, "\n")
	}
}

func (p *linePrompter) one(ctx context.Context, q question) (int, error) {
	if q.options[0].key == "" {
		return p.numbered(ctx, q)
	}
	for _, text := range q.text {
		p.env.wrapped(p.env.Err, 0, text, "\n")
	}
	var keys, plain []string
	for _, o := range q.options {
		keys, plain = append(keys, o.key), append(plain, o.key)
	}
	keys[q.usual] = strings.ToUpper(keys[q.usual])
	if q.back {
		keys, plain = append(keys, "b"), append(plain, "b")
	}
	if len(keys) > 2 {
		p.legend(q)
	}
	last := len(plain) - 1
	prompt := p.env.errStyle().bold(q.title) + " [" + strings.Join(keys, "/") + "]"
	for {
		text, err := p.ask(ctx, q, prompt)
		if err != nil {
			return 0, err
		}
		if text == "" {
			return q.usual, nil
		}
		if i := slices.IndexFunc(q.options, func(o option) bool { return text == o.key || text == o.word }); i >= 0 {
			return i, nil
		}
		p.env.wrapped(p.env.Err, 0, fmt.Sprintf("Please answer %s or %s.", strings.Join(plain[:last], ", "), plain[last]), "\n")
	}
}

// orBack says how to go back, if that can be done.
func orBack(q question) string {
	if q.back {
		return ", or b to go back"
	}
	return ""
}

// legend says what the letters mean.
func (p *linePrompter) legend(q question) {
	var means []string
	for _, o := range q.options {
		means = append(means, o.key+": "+o.label)
	}
	if q.back {
		means = append(means, "b: Go back")
	}
	means = append(means, "Enter: "+q.options[q.usual].key)
	p.env.wrapped(p.env.Err, 0, strings.Join(means, "; "), "\n")
}

// numbered asks for the number of one option.
func (p *linePrompter) numbered(ctx context.Context, q question) (int, error) {
	p.introduce(q)
	for i, o := range q.options {
		p.env.wrapped(p.env.Err, 2, fmt.Sprintf("%d  %s", i+1, described(o)), "\n")
	}
	prompt := fmt.Sprintf("The number of one, or Enter for %d%s:", q.usual+1, orBack(q))
	for {
		text, err := p.ask(ctx, q, prompt)
		if err != nil {
			return 0, err
		}
		if text == "" {
			return q.usual, nil
		}
		if n, err := strconv.Atoi(text); err == nil && 1 <= n && n <= len(q.options) {
			return n - 1, nil
		}
		p.env.wrapped(p.env.Err, 0, fmt.Sprintf("Please answer a number from 1 to %d.", len(q.options)), "\n")
	}
}

func (p *linePrompter) several(ctx context.Context, q question) ([]int, error) {
	p.introduce(q)
	var usual []int
	for i, o := range q.options {
		if o.chosen {
			usual = append(usual, i)
		}
		p.env.wrapped(p.env.Err, 2, fmt.Sprintf("%d  %s", i+1, described(o)), "\n")
	}
	enter := "all of them"
	switch {
	case len(usual) == 0:
		enter = "none"
	case len(usual) < len(q.options):
		enter = numbers(usual)
	}
	prompt := "The numbers of those you want, such as 1,2, or Enter for " + enter
	if q.none {
		prompt += ", or none"
	}
	prompt += orBack(q) + ":"
	for {
		text, err := p.ask(ctx, q, prompt)
		if err != nil {
			return nil, err
		}
		switch {
		case text == "":
			return usual, nil
		case text == "all", text == "a":
			return upTo(len(q.options)), nil
		case text == "none" && q.none:
			return nil, nil
		}
		if chosen := parseNumbers(text, len(q.options)); len(chosen) > 0 {
			return chosen, nil
		}
		p.env.wrapped(p.env.Err, 0, fmt.Sprintf("Please answer all, or numbers from 1 to %d with commas.", len(q.options)), "\n")
	}
}

// described is an option on one line.
func described(o option) string {
	if o.text == "" {
		return o.label
	}
	return o.label + ": " + o.text
}

// numbers are indexes as people read them.
func numbers(indexes []int) string {
	words := make([]string, len(indexes))
	for i, n := range indexes {
		words[i] = strconv.Itoa(n + 1)
	}
	return strings.Join(words, ",")
}

// upTo are the indexes below n.
func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// parseNumbers reads numbers from 1 to most, with commas or blanks between them,
// and returns their indexes in order, none if something else is there.
func parseNumbers(text string, most int) []int {
	var chosen []int
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 || n > most {
			return nil
		}
		chosen = append(chosen, n-1)
	}
	slices.Sort(chosen)
	return slices.Compact(chosen)
}
