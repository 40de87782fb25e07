package cmd

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"fsskills/installer"
	"fsskills/registry"
)

// A saying is a text and the names of the clients that it is about.
type saying struct {
	text  string
	names []string
}

// sayings are the texts of each account, each once.
func sayings(accounts []account, of func(account) []string) []saying {
	var all []saying
	for _, a := range accounts {
		for _, text := range of(a) {
			i := slices.IndexFunc(all, func(s saying) bool { return s.text == text })
			if i < 0 {
				i = len(all)
				all = append(all, saying{text: text})
			}
			all[i].names = append(all[i].names, a.client.Name)
		}
	}
	return all
}

// writeSayings prints a heading and what follows, nothing if nothing does.
func (rep *reporter) writeSayings(w io.Writer, heading string, all []saying) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", heading)
	for _, s := range all {
		rep.line(w, 2, strings.Join(s.names, ", ")+": "+rep.run.brief(s.text))
	}
}

// writeNext prints what is left to the user, the same steps once.
func (rep *reporter) writeNext(w io.Writer, accounts []account, st style) {
	rep.writeSayings(w, st.bold("Next"), sayings(accounts, func(a account) []string { return a.next }))
}

// mostCalls is how many skills are named of which it is said how to call them.
const mostCalls = 24

// writeCalls says how the skills that have come are called in each client.
func (rep *reporter) writeCalls(w io.Writer, accounts []account, st style) {
	if rep.run.command != "install" || rep.run.opts.dryRun || rep.snapshot == nil {
		return
	}
	rep.writeSayings(w, st.bold("Call a skill"), sayings(accounts, func(a account) []string {
		if !slices.ContainsFunc(a.skills, func(res installer.Result) bool { return res.Status() == "changed" }) {
			return nil
		}
		return []string{rep.calls(a)}
	}))
}

// calls is how a client calls each of its skills. What it only calls by itself
// is named, too, and said to be so.
func (rep *reporter) calls(a account) string {
	var typed, automatic []string
	for _, res := range a.skills {
		i := slices.IndexFunc(rep.snapshot.Skills, func(s registry.Skill) bool { return s.Name == res.Action.Name })
		if i < 0 || res.Err != nil || res.Action.Op == installer.OpRemove {
			continue
		}
		skill := rep.snapshot.Skills[i]
		if call := a.client.Invoke(skill.Name, skill.UserInvocable); strings.Contains(call, skill.Name) {
			typed = append(typed, clean(call))
		} else {
			automatic = append(automatic, clean(skill.Name))
		}
	}
	slices.Sort(typed)
	slices.Sort(automatic)
	list := func(names []string) string {
		names = slices.Compact(names)
		if more := len(names) - mostCalls; more > 0 {
			return strings.Join(names[:mostCalls], ", ") + fmt.Sprintf(" and %d more ('fsskills list' has all)", more)
		}
		return strings.Join(names, ", ")
	}
	var parts []string
	if len(typed) > 0 {
		parts = append(parts, list(typed))
	}
	if len(automatic) > 0 {
		parts = append(parts, "the assistant calls "+list(automatic)+" by itself when a question is about it")
	}
	return strings.Join(parts, "; ")
}
