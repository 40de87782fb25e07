package cmd

import (
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// What is collected goes to a stream at once.
type collected struct {
	strings.Builder
	stream io.Writer
}

// limit is how many cells a line on a stream may have, 0 if any number: what
// goes to a program is not broken into lines.
func (e *Env) limit(w io.Writer) int {
	if p, ok := w.(*collected); ok {
		w = p.stream
	}
	if w == e.Err && e.ErrTTY || w == e.Out && e.OutTTY {
		return e.columns()
	}
	return 0
}

// lay is clean text, which may be dressed, as lines of at most limit cells, each
// behind indent blanks and all but the first behind two more. Lines are broken at
// blanks alone: what is to be typed or clicked has to stay whole, and so a longer
// word has a line of its own.
func lay(text string, indent, limit int) string {
	margin := strings.Repeat(" ", indent)
	if limit <= 0 || ansi.StringWidth(text) <= limit-indent {
		return margin + text
	}
	const hang = "  "
	var b strings.Builder
	used := 0
	for first := true; text != ""; first = false {
		word := strings.TrimLeft(text, " ")
		gap := len(text) - len(word)
		word, text = cutWord(word)
		switch wide := ansi.StringWidth(word); {
		case first:
			b.WriteString(margin + word)
			used = indent + wide
		case used+gap+wide <= limit:
			b.WriteString(strings.Repeat(" ", gap) + word)
			used += gap + wide
		default:
			b.WriteString("\n" + margin + hang + word)
			used = indent + len(hang) + wide
		}
	}
	return b.String()
}

// cutWord is the word at the beginning of text, and the rest.
func cutWord(text string) (word, rest string) {
	if i := strings.IndexByte(text, ' '); i >= 0 {
		return text[:i], text[i:]
	}
	return text, ""
}

// wrapped prints text as lay lays it out for the stream, and end.
func (e *Env) wrapped(w io.Writer, indent int, text, end string) {
	_, _ = io.WriteString(w, lay(text, indent, e.limit(w))+end)
}

// tell says a sentence to the user.
func (e *Env) tell(text string) { e.wrapped(e.Err, 0, text, "\n") }
