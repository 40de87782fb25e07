package main

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strings"

	"fsskills/.ci/bench/measure"
)

// Measures in pixels.
const (
	panelWidth  = 330
	panelHeight = 240
	leftEdge    = 62 // of a panel, for the numbers of its axis
	bottomEdge  = 46
	topEdge     = 34
	rightEdge   = 18
	titleHeight = 40
	legendLine  = 22
)

// A panel is one plot of a picture. Both of its axes are logarithmic.
type panel struct {
	title string
	lines []curve
}

// A curve is one command. Its points that are not above zero are left out: a logarithm
// has no place for them.
type curve struct {
	name   string
	points []point
}

type point struct{ x, y float64 }

// inks and marks tell commands apart; each of them does so alone.
var (
	inks  = []string{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#444444"}
	marks = []func(x, y float64, ink string) string{
		func(x, y float64, ink string) string {
			return fmt.Sprintf("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>", x, y, ink)
		},
		polygon("-4,-4 4,-4 4,4 -4,4"),
		polygon("0,-5 5,4 -5,4"),
		polygon("0,-5 5,0 0,5 -5,0"),
		polygon("0,5 5,-4 -5,-4"),
		func(x, y float64, ink string) string {
			return fmt.Sprintf("<path d=\"M%.1f %.1fl8 8m0 -8l-8 8\" stroke=\"%s\" stroke-width=\"2\"/>", x-4, y-4, ink)
		},
	}
)

// polygon is a mark with these corners around its middle.
func polygon(corners string) func(x, y float64, ink string) string {
	return func(x, y float64, ink string) string {
		return fmt.Sprintf("<polygon points=\"%s\" transform=\"translate(%.1f %.1f)\" fill=\"%s\"/>", corners, x, y, ink)
	}
}

// draw draws a series: the costs of each command, and what each further unit costs.
func draw(r *result) string {
	panels := []panel{
		r.panel("CPU time, ms", cpu),
		r.panelOfUnits("CPU for each further "+r.unit+", µs", cpu, 1000),
		r.panel("Peak of memory, MiB", peak),
	}
	if r.served() {
		panels = append(panels, r.panel("Bytes down", down))
	} else {
		panels = append(panels, r.panel("Time on the clock, ms", wall))
	}
	legend := (len(r.commands) + 2) / 3
	width, height := 2*panelWidth, titleHeight+2*panelHeight+legend*legendLine+16
	var b strings.Builder
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"title desc\">\n", width, height, width, height)
	fmt.Fprintf(&b, "<title id=\"title\">%s</title>\n<desc id=\"desc\">Four plots over %s, with logarithmic axes. The table beside this picture has all their numbers.</desc>\n", html.EscapeString(r.title), r.units)
	b.WriteString("<style>text{font:12px system-ui,\"DejaVu Sans\",sans-serif;fill:#222}.t{font-size:17px;font-weight:bold}.h{font-weight:bold}.e{text-anchor:end}.m{text-anchor:middle}</style>\n")
	fmt.Fprintf(&b, "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n<text x=\"16\" y=\"27\" class=\"t\">%s</text>\n", width, height, html.EscapeString(r.title))
	for i, p := range panels {
		fmt.Fprintf(&b, "<g transform=\"translate(%d %d)\">\n", i%2*panelWidth, titleHeight+i/2*panelHeight)
		p.draw(&b, r)
		b.WriteString("</g>\n")
	}
	for i, command := range r.commands {
		x, y := float64(24+i%3*210), float64(titleHeight+2*panelHeight+12+i/3*legendLine)
		fmt.Fprintf(&b, "%s<text x=\"%.0f\" y=\"%.0f\">%s</text>\n", marks[i%len(marks)](x, y-4, inks[i%len(inks)]), x+12, y, html.EscapeString(command))
	}
	return b.String() + "</svg>\n"
}

// panel is what each command took.
func (r *result) panel(title string, q quantity) panel {
	p := panel{title: title}
	for _, command := range r.commands {
		c := curve{name: command}
		for i, values := range r.of(command, q) {
			if y := measure.Summarize(values).Median; y > 0 {
				c.points = append(c.points, point{float64(r.sizes[i]), y})
			}
		}
		p.lines = append(p.lines, c)
	}
	return p
}

// panelOfUnits is what each command took for each further unit.
func (r *result) panelOfUnits(title string, q quantity, scale float64) panel {
	p := panel{title: title}
	for _, command := range r.commands {
		c, took := curve{name: command}, r.of(command, q)
		for i := 1; i < len(r.sizes); i++ {
			if y := scale * measure.Summarize(unitCosts(r.sizes, took, i)).Median; y > 0 {
				c.points = append(c.points, point{float64(r.sizes[i]), y})
			}
		}
		p.lines = append(p.lines, c)
	}
	return p
}

// draw draws a panel with its upper left corner at 0, 0.
func (p panel) draw(b *strings.Builder, r *result) {
	fmt.Fprintf(b, "<text x=\"%d\" y=\"20\" class=\"h\">%s</text>\n", leftEdge, html.EscapeString(p.title))
	low, high, ok := p.decades()
	if !ok {
		fmt.Fprintf(b, "<text x=\"%d\" y=\"%d\">Nothing above zero.</text>\n", leftEdge, panelHeight/2)
		return
	}
	first, last := math.Log10(float64(r.sizes[0])), math.Log10(float64(r.sizes[len(r.sizes)-1]))
	atX := func(x float64) float64 {
		return leftEdge + (math.Log10(x)-first)/(last-first)*(panelWidth-leftEdge-rightEdge)
	}
	atY := func(y float64) float64 {
		return topEdge + (float64(high)-math.Log10(y))/float64(high-low)*(panelHeight-topEdge-bottomEdge)
	}
	const right, bottom = panelWidth - rightEdge, panelHeight - bottomEdge
	steps := []float64{1}
	if high-low == 1 {
		steps = []float64{1, 2, 5}
	}
	for e := low; e <= high; e++ {
		for _, step := range steps {
			at := step * math.Pow10(e)
			if at > math.Pow10(high) {
				break
			}
			fmt.Fprintf(b, "<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\" class=\"e\">%s</text>\n", leftEdge, atY(at), right, leftEdge-6, atY(at)+4, short(at))
		}
	}
	label := math.Inf(-1)
	for _, n := range r.sizes {
		x := atX(float64(n))
		fmt.Fprintf(b, "<path d=\"M%.1f %dV%d\" stroke=\"#eee\"/>", x, topEdge, bottom)
		if x-label > 26 { // else they would stand on each other
			fmt.Fprintf(b, "<text x=\"%.1f\" y=\"%d\" class=\"m\">%s</text>\n", x, bottom+17, short(float64(n)))
			label = x
		}
	}
	fmt.Fprintf(b, "<text x=\"%d\" y=\"%d\" class=\"m\">%s</text>\n", (leftEdge+right)/2, bottom+34, r.units)
	fmt.Fprintf(b, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#888\"/>\n", leftEdge, topEdge, right-leftEdge, bottom-topEdge)
	for i, line := range p.lines {
		var path, dots strings.Builder
		for k, at := range line.points {
			x, y := atX(at.x), atY(at.y)
			fmt.Fprintf(&path, "%c%.1f %.1f", "ML"[min(k, 1)], x, y)
			dots.WriteString(marks[i%len(marks)](x, y, inks[i%len(inks)]))
		}
		if path.Len() > 0 {
			fmt.Fprintf(b, "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>%s\n", path.String(), inks[i%len(inks)], dots.String())
		}
	}
}

// decades are the powers of ten around all points, at least one decade. There are
// none if there is no point.
func (p panel) decades() (low, high int, ok bool) {
	var all []float64
	for _, line := range p.lines {
		for _, at := range line.points {
			all = append(all, at.y)
		}
	}
	if len(all) == 0 {
		return 0, 0, false
	}
	low, high = int(math.Floor(math.Log10(slices.Min(all)))), int(math.Ceil(math.Log10(slices.Max(all))))
	return low, max(high, low+1), true
}

// short writes a number as an axis has room for it.
func short(x float64) string {
	switch {
	case x >= 1e6:
		return number(x/1e6) + " M"
	case x >= 1e4:
		return number(x/1e3) + " k"
	}
	return number(x)
}
