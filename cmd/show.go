package cmd

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"fsskills/installer"
)

// showPlan prints what is going to happen, client by client. A place that serves
// several is shown with the first of them.
func (rep *reporter) showPlan(w io.Writer, st style, plan installer.Plan) {
	r := rep.run
	if r.opts.quiet {
		return
	}
	env := r.env
	fmt.Fprintln(w)
	env.wrapped(w, 0, st.bold(rep.title(plan)), "\n")
	for _, line := range rep.redirected(plan) {
		env.wrapped(w, 2, r.brief(line), "\n")
	}
	rep.news.write(env, w, st)

	places, of := rep.places(plan)
	shown, diffs := map[string]bool{}, map[string]bool{}
	for _, c := range r.everyone {
		if len(of[c.ID]) == 0 {
			continue
		}
		fmt.Fprintf(w, "\n  %s\n", st.bold(c.Name))
		for _, place := range of[c.ID] {
			if shown[place] {
				env.wrapped(w, 4, tilde(place, env.Home)+", as above", "\n")
				continue
			}
			shown[place] = true
			rep.showPlace(w, st, place, places[place], diffs)
		}
	}
	for _, a := range plan.Actions { // what is no client's, such as a project's lock
		if place := placeOf(a); places[place] != nil && !shown[place] {
			shown[place] = true
			fmt.Fprintln(w)
			rep.showPlace(w, st, place, places[place], diffs)
		}
	}
	fmt.Fprintln(w)
}

// places sorts the actions that are to be shown by their folder or file, and
// those by their clients.
func (rep *reporter) places(plan installer.Plan) (actions map[string][]installer.Action, of map[string][]string) {
	actions, of = map[string][]installer.Action{}, map[string][]string{}
	for _, a := range plan.Actions {
		if a.Op == installer.OpNone && !rep.run.opts.verbose {
			continue
		}
		place := placeOf(a)
		actions[place] = append(actions[place], a)
		for _, id := range a.Clients {
			if !slices.Contains(of[id], place) {
				of[id] = append(of[id], place)
			}
		}
	}
	return actions, of
}

// manySkills is how many new skills of a folder have a line each.
const manySkills = 6

// showPlace prints the actions of one folder or file.
func (rep *reporter) showPlace(w io.Writer, st style, place string, actions []installer.Action, diffs map[string]bool) {
	env := rep.run.env
	heading := tilde(place, env.Home)
	if len(actions[0].Clients) > 1 {
		heading += "  " + st.dim("("+rep.names(actions[0].Clients)+")")
	}
	if place != "" { // what a client keeps in no file has none
		env.wrapped(w, 4, heading, "\n")
	}
	var plainly []string
	for _, a := range actions {
		if a.Op == installer.OpCreate && a.Kind == installer.KindSkill && a.Reason == "" && a.From == "" {
			plainly = append(plainly, clean(a.Name))
		}
	}
	together := len(plainly) > manySkills && !rep.run.opts.verbose && !rep.run.opts.diff
	if together {
		env.wrapped(w, 6, st.green(fmt.Sprintf("%-7s %d skills", installer.OpCreate, len(plainly)))+": "+strings.Join(plainly, ", "), "\n")
	}
	for _, a := range actions {
		if together && slices.Contains(plainly, clean(a.Name)) && a.Kind == installer.KindSkill {
			continue
		}
		env.wrapped(w, 6, rep.describe(a, st), "\n")
		if rep.run.opts.diff || rep.run.refuses(a) {
			rep.showDiff(w, a, diffs)
		}
	}
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

// showDiffs prints the text of what the plan changes, as far as it is wanted.
func (rep *reporter) showDiffs(plan installer.Plan, wanted func(installer.Action) bool) {
	w := rep.run.env.Err
	shown := map[string]bool{}
	for _, a := range plan.Actions {
		if a.Changes() && wanted(a) {
			fmt.Fprintln(w)
			rep.run.env.wrapped(w, 2, tilde(a.Path, rep.run.env.Home), "\n")
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

// placeOf is the folder or file that an action is shown under.
func placeOf(a installer.Action) string {
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
