package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"fsskills/.ci/bench/measure"
)

// table writes a series in Markdown: what each command took at each size, and what
// became of each cost. It reports whether all of them are flat.
func table(r *result) (section string, flat bool) {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n%d rounds. ![Plot](%s.svg)\n\n", r.title, r.rounds, r.name)
	served := r.served()
	head := []string{"command", r.units, "wall, ms", "CPU, ms", "CPU for each, µs", "peak, MiB", "peak for each, kB"}
	if served {
		head = append(head, "requests", "bytes down", "bytes for each")
	}
	row(&b, head)
	row(&b, append([]string{"---"}, repeat("--:", len(head)-1)...))
	for _, command := range r.commands {
		took := map[string]costs{}
		for _, q := range []quantity{wall, cpu, peak, requests, down} {
			took[q.name] = r.of(command, q)
		}
		for i, n := range r.sizes {
			if len(took["CPU"][i]) == 0 {
				row(&b, append([]string{command, count(n)}, repeat("–", len(head)-2)...))
				continue
			}
			each := func(q quantity, scale float64) string {
				if i == 0 {
					return "–"
				}
				return number(scale * measure.Summarize(unitCosts(r.sizes, took[q.name], i)).Median)
			}
			cells := []string{
				command, count(n), spread(took["wall"][i]), spread(took["CPU"][i]), each(cpu, 1000),
				median(took["peak"][i]), each(peak, (1<<20)/1000.0),
			}
			if served {
				cells = append(cells, median(took["requests"][i]), median(took["bytes down"][i]), each(down, 1))
			}
			row(&b, cells)
		}
	}
	verdicts, flat := r.verdicts()
	b.WriteString("\n" + verdicts)
	return b.String(), flat
}

// verdicts writes what became of each cost.
func (r *result) verdicts() (text string, flat bool) {
	var b strings.Builder
	row(&b, []string{"command", "cost", "compared", "is", "at most", "above that, with noise", "verdict"})
	row(&b, []string{"---", "---", "---", "--:", "--:", "--:", "---"})
	flat = true
	for _, command := range r.commands {
		for _, j := range r.judged {
			f := judge(j.growth, r.sizes, r.of(command, j.quantity))
			last := r.sizes[len(r.sizes)-1]
			compared := fmt.Sprintf("%s, with that of %s", count(last), count(r.sizes[0]))
			limit, what := little, j.name
			if j.growth == perUnit {
				compared = fmt.Sprintf("at %s, with that at %s", count(last), count(r.sizes[middle(r.sizes)]))
				limit, what = steeper, j.name+" for each "+r.unit
			}
			verdict := words(f.verdict)
			if r.failure() != nil {
				verdict = words(measure.Failed)
			}
			if f.verdict == measure.Missed || f.excess.N == 0 || r.failure() != nil {
				flat = false
			}
			scale, unit := 1.0, j.unit
			if unit == "ms" && j.growth == perUnit {
				scale, unit = 1000, "µs"
			}
			row(&b, []string{
				command, what, compared,
				strings.TrimSpace(number(scale*f.last) + " " + unit),
				strings.TrimSpace(fmt.Sprintf("%v × %s %s", limit, number(scale*f.mid), unit)),
				fmt.Sprintf("%s (%s to %s)", number(scale*f.excess.Median), number(scale*f.excess.Low), number(scale*f.excess.High)),
				verdict,
			})
		}
	}
	if err := r.failure(); err != nil {
		fmt.Fprintf(&b, "\nFailed: %s\n", strings.Join(strings.Fields(err.Error()), " "))
	}
	return b.String(), flat
}

// served says whether anything went over the wire.
func (r *result) served() bool {
	for _, command := range r.commands {
		for _, values := range r.of(command, down) {
			if measure.Summarize(values).Most > 0 {
				return true
			}
		}
	}
	return false
}

func row(b *strings.Builder, cells []string) {
	fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
}

func repeat(text string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = text
	}
	return list
}

// spread is a median, with the least and the most.
func spread(values []float64) string {
	s := measure.Summarize(values)
	return fmt.Sprintf("%s (%s–%s)", number(s.Median), number(s.Least), number(s.Most))
}

func median(values []float64) string { return number(measure.Summarize(values).Median) }

// number writes three digits that count, and all of those before the point.
func number(x float64) string {
	digits := 0
	if x != 0 {
		digits = max(0, 2-int(math.Floor(math.Log10(math.Abs(x)))))
	}
	text := strconv.FormatFloat(math.Abs(x), 'f', digits, 64)
	whole, rest, _ := strings.Cut(text, ".")
	n, err := strconv.Atoi(whole)
	if err != nil {
		return text // no number, or none that anything takes
	}
	text = count(n)
	if rest = strings.TrimRight(rest, "0"); rest != "" {
		text += "." + rest
	}
	if x < 0 && text != "0" {
		text = "-" + text
	}
	return text
}

// count writes a whole number with commas.
func count(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
