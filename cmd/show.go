package cmd

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"fsskills/installer"
)

// showPlan prints what is going to happen.
func (rep *reporter) showPlan(w io.Writer, st style, plan installer.Plan) {
	r := rep.run
	if r.opts.quiet {
		return
	}
	fmt.Fprintf(w, "\n%s\n", st.bold(rep.title(plan)))
	for _, line := range rep.redirected(plan) {
		fmt.Fprintf(w, "  %s\n", r.brief(line))
	}
	rep.news.write(w, st)
	folder := ""
	shown := map[string]bool{}
	for _, a := range plan.Actions {
		if a.Op == installer.OpNone && !r.opts.verbose {
			continue
		}
		if place := rep.place(a); place != folder {
			folder = place
			heading := tilde(place, r.env.Home)
			if names := rep.names(a.Clients); names != "" {
				heading += "  " + st.dim("("+names+")")
			}
			fmt.Fprintf(w, "\n  %s\n", heading)
		}
		fmt.Fprintf(w, "    %s\n", rep.describe(a, st))
		if r.opts.diff || r.refuses(a) {
			rep.showDiff(w, a, shown)
		}
	}
	fmt.Fprintln(w)
}

// refuses reports whether the action is one that a restore leaves undone,
// because its file has changed since: then the difference is the reason.
func (r *run) refuses(a installer.Action) bool {
	return r.command == "restore" && a.Op == installer.OpKeep && a.Partial
}

// showDiff prints an action's diff, and of the same one for another folder
// only that it is the same.
func (rep *reporter) showDiff(w io.Writer, a installer.Action, shown map[string]bool) {
	text := a.Diff()
	key := strings.ReplaceAll(text, a.Path, "")
	if key != "" && shown[key] {
		fmt.Fprintln(w, "      the same text as above")
		return
	}
	shown[key] = true
	for line := range strings.Lines(text) {
		fmt.Fprintf(w, "      %s\n", reveal(chop(line)))
	}
}

// showDiffs prints the text of all that the plan changes.
func (rep *reporter) showDiffs(w io.Writer, plan installer.Plan) {
	shown := map[string]bool{}
	for _, a := range plan.Actions {
		if a.Changes() {
			fmt.Fprintf(w, "\n  %s\n", tilde(a.Path, rep.run.env.Home))
			rep.showDiff(w, a, shown)
		}
	}
	fmt.Fprintln(w)
}

func (rep *reporter) title(plan installer.Plan) string {
	verb := strings.ToUpper(plan.Command[:1]) + plan.Command[1:]
	if rep.snapshot == nil || plan.Source.URL == "" {
		return verb
	}
	at := plan.Source.Commit
	if len(at) > 12 {
		at = at[:12]
	}
	title := fmt.Sprintf("%s from %s, %s", verb, tilde(plan.Source.URL, rep.run.env.Home), clean(at))
	if plan.Source.Ref != "" {
		title += " (" + clean(plan.Source.Ref) + ")"
	}
	return title
}

// place is the folder or file that an action is shown under.
func (rep *reporter) place(a installer.Action) string {
	if a.Kind == installer.KindServer {
		return a.Path
	}
	return filepath.Dir(a.Path)
}

// names are the display names of clients, in the order of the catalog.
func (rep *reporter) names(ids []string) string {
	var names []string
	for _, c := range rep.run.everyone {
		if slices.Contains(ids, c.ID) {
			names = append(names, c.Name)
		}
	}
	return strings.Join(names, ", ")
}

// describe is an action on one line.
func (rep *reporter) describe(a installer.Action, st style) string {
	what := titled(a.Kind, a.Name)
	line := fmt.Sprintf("%-7s %s", a.Op, what)
	if a.From != "" {
		line += ", until now " + filepath.Base(a.From)
	}
	switch a.Op {
	case installer.OpKeep, installer.OpNone:
	case installer.OpCreate:
		line = st.green(line)
	case installer.OpUpdate:
		line = st.yellow(line)
	case installer.OpRemove:
		line = st.red(line)
	}
	if a.Kind == installer.KindSkill && a.Changes() {
		n := 0
		for _, f := range a.Files {
			if f.Op != installer.OpKeep && f.Op != installer.OpNone {
				n++
			}
		}
		line += fmt.Sprintf("  (%d %s)", n, plural(n, "file"))
	}
	if a.WritesKey {
		line += ": " + st.bold("writes the key itself into "+tilde(a.Path, rep.run.env.Home))
	}
	if a.Reason != "" {
		line += ": " + rep.run.brief(a.Reason)
	}
	return line
}

// titled is what a skill, an agent or an entry is called where all of them are.
func titled(kind installer.Kind, name string) string {
	if kind == installer.KindServer || kind == installer.KindAgent {
		return string(kind) + " " + name
	}
	return name
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}
