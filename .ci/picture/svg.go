package main

import (
	"encoding/hex"
	"fmt"
	"html"
	"image/color"
	"slices"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
)

// Measures in pixels. Every run of letters is told its width, so that columns
// stand under each other in whatever font there is.
const (
	cellWidth  = 8.4
	cellHeight = 19
	fontSize   = 14
	margin     = 18
	bar        = 30 // of the window
	between    = 16 // parts
)

const (
	background = "#0d1117"
	foreground = "#d5dbe3"
	faint      = "#8b949e"
	rule       = "#30363d"
)

// palette has the sixteen colours that a program names by number, which are
// another matter on each terminal, by the value that the emulator gives them.
var palette = map[string]string{
	"#000000": "#484f58", "#800000": "#ff7b72", "#008000": "#56d364", "#808000": "#e3b341",
	"#000080": "#79c0ff", "#800080": "#d2a8ff", "#008080": "#56d4dd", "#c0c0c0": "#d5dbe3",
	"#808080": "#8b949e", "#ff0000": "#ffa198", "#00ff00": "#7ee787", "#ffff00": "#f2cc60",
	"#0000ff": "#a5d6ff", "#ff00ff": "#e2c5ff", "#00ffff": "#b3f0ff", "#ffffff": "#ffffff",
}

// A look is how letters are drawn; colours are empty if they are the usual ones.
type look struct {
	ink, paper                   string
	bold, italic, underline, out bool
}

// A cell is one character of the screen, or more of one look that stand together.
type cell struct {
	column, width int
	text          string
	look          look
}

type line []cell

func (l line) blank() bool {
	return !slices.ContainsFunc(l, func(c cell) bool { return !c.empty() || c.look.paper != "" })
}

func (l line) text() string {
	var b strings.Builder
	for _, c := range l {
		b.WriteString(c.text)
	}
	return b.String()
}

func (c cell) empty() bool { return strings.TrimSpace(c.text) == "" }

// lookOf reads a style of the emulator.
func lookOf(s uv.Style) look {
	l := look{
		ink: colour(s.Fg), paper: colour(s.Bg),
		bold: s.Attrs&uv.AttrBold != 0, italic: s.Attrs&uv.AttrItalic != 0,
		underline: s.Underline != 0, out: s.Attrs&uv.AttrStrikethrough != 0,
	}
	if s.Attrs&uv.AttrReverse != 0 {
		l.ink, l.paper = or(l.paper, background), or(l.ink, foreground)
	}
	if s.Attrs&uv.AttrFaint != 0 && l.ink == "" {
		l.ink = faint
	}
	return l
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// colour is a colour as CSS has it, empty for none.
func colour(c color.Color) string {
	if c == nil {
		return ""
	}
	r, g, b, _ := c.RGBA()
	css := "#" + hex.EncodeToString([]byte{byte(r >> 8), byte(g >> 8), byte(b >> 8)})
	return or(palette[css], css)
}

// rgb reads a colour as CSS has it.
func rgb(css string) color.Color {
	var c color.RGBA
	if _, err := fmt.Sscanf(css, "#%02x%02x%02x", &c.R, &c.G, &c.B); err != nil {
		panic(err)
	}
	c.A = 255
	return c
}

// pieces are the letters of a line, each run of one look without a gap of two cells
// or more. Coloured paper shows in gaps too, so these count then.
func (l line) pieces() line {
	var out line
	for i, c := range l {
		if c.empty() && c.look.paper == "" {
			single := i > 0 && i+1 < len(l) && !l[i-1].empty() && !l[i+1].empty() && l[i-1].look == l[i+1].look
			if !single {
				continue
			}
			c.look = l[i-1].look
		}
		if n := len(out) - 1; n >= 0 && out[n].look == c.look && out[n].column+out[n].width == c.column {
			out[n].text += c.text
			out[n].width += c.width
			continue
		}
		out = append(out, c)
	}
	return out
}

// css says how a look differs from the usual one.
func (l look) css() string {
	var out []string
	if l.ink != "" {
		out = append(out, "fill:"+l.ink)
	}
	if l.bold {
		out = append(out, "font-weight:bold")
	}
	if l.italic {
		out = append(out, "font-style:italic")
	}
	switch {
	case l.underline:
		out = append(out, "text-decoration:underline")
	case l.out:
		out = append(out, "text-decoration:line-through")
	}
	return strings.Join(out, ";")
}

// draw makes the picture, each part below the one before.
func draw(parts [][]line) string {
	var body strings.Builder
	var looks []string
	y := float64(bar + 6)
	width := margin*2 + columns*cellWidth
	for i, part := range parts {
		if i > 0 {
			fmt.Fprintf(&body, "<path d=\"M0 %sH%s\" stroke=\"%s\"/>\n", number(y+between/2), number(width), rule)
			y += between
		}
		for _, l := range part {
			for _, p := range l.pieces() {
				at := margin + float64(p.column)*cellWidth
				wide := float64(p.width) * cellWidth
				if p.look.paper != "" {
					fmt.Fprintf(&body, "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%d\" fill=\"%s\"/>\n", number(at), number(y), number(wide), cellHeight, p.look.paper)
				}
				text := strings.TrimRight(p.text, " ")
				if text == "" {
					continue
				}
				fmt.Fprintf(&body, "<text x=\"%s\" y=\"%s\"", number(at), number(y+fontSize))
				if used := p.width - (len(p.text) - len(text)); used > 1 {
					fmt.Fprintf(&body, " textLength=\"%s\"", number(float64(used)*cellWidth))
				}
				if css := p.look.css(); css != "" {
					n := slices.Index(looks, css)
					if n < 0 {
						n, looks = len(looks), append(looks, css)
					}
					fmt.Fprintf(&body, " class=\"%s\"", class(n))
				}
				fmt.Fprintf(&body, ">%s</text>\n", html.EscapeString(text))
			}
			y += cellHeight
		}
	}
	height := y + margin

	var b strings.Builder
	w, h := number(width), number(height)
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%s\" height=\"%s\" viewBox=\"0 0 %s %s\" role=\"img\" aria-labelledby=\"title desc\">\n", w, h, w, h)
	fmt.Fprintf(&b, "<title id=\"title\">%s</title>\n<desc id=\"desc\">%s</desc>\n", html.EscapeString(title), html.EscapeString(description))
	fmt.Fprintf(&b, "<style>text{font:%dpx ui-monospace,SFMono-Regular,Menlo,Consolas,\"DejaVu Sans Mono\",\"Liberation Mono\",monospace;fill:%s}", fontSize, foreground)
	for n, css := range looks {
		fmt.Fprintf(&b, ".%s{%s}", class(n), css)
	}
	fmt.Fprintf(&b, "</style>\n<rect width=\"%s\" height=\"%s\" rx=\"8\" fill=\"%s\"/>\n", w, h, background)
	for i := range 3 {
		fmt.Fprintf(&b, "<circle cx=\"%d\" cy=\"%d\" r=\"5.5\" fill=\"%s\"/>\n", margin+5+i*19, bar/2+2, rule)
	}
	return b.String() + body.String() + "</svg>\n"
}

// class names the style sheet's rule for the nth look.
func class(n int) string { return string(rune('a' + n)) }

// number writes tenths of pixels.
func number(x float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", x), ".0")
}
