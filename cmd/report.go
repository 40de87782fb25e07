package cmd

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"fsskills/clients"
	"fsskills/installer"
	"fsskills/registry"
)

// A reporter tells what a command does or did, client by client.
type reporter struct {
	run      *run
	targets  []installer.Target
	snapshot *registry.Snapshot
	// detected are the chosen clients that were found before anything was
	// written: what we write is no sign of a client.
	detected map[string]bool
	results  []installer.Result
	// exact is why a dry run of install --locked does not come to the locked
	// bytes.
	exact error
	// news is what an update brings, nil if there is none.
	news *news
}

// lockResult is what became of the project's lock, nil if it is not touched.
func (rep *reporter) lockResult() *installer.Result {
	for i := range rep.results {
		if rep.results[i].Action.Kind == installer.KindLock {
			return &rep.results[i]
		}
	}
	return nil
}

func newReporter(r *run, targets []installer.Target, snapshot *registry.Snapshot) *reporter {
	rep := &reporter{run: r, targets: targets, snapshot: snapshot, detected: map[string]bool{}}
	if r.opts.asJSON {
		for _, c := range r.chosen {
			rep.detected[c.ID] = c.Detect(r.sys).Found
		}
	}
	return rep
}

func (rep *reporter) ids() []string {
	ids := make([]string, len(rep.targets))
	for i, t := range rep.targets {
		ids[i] = t.Client.ID
	}
	return ids
}

// An account is what became of one client.
type account struct {
	client  clients.Client
	target  *installer.Target
	skipped string
	skills  []installer.Result
	agents  []installer.Result
	servers []installer.Result
	next    []string
}

// accounts sorts results by client.
func (rep *reporter) accounts(results []installer.Result) []account {
	var out []account
	for _, c := range rep.run.chosen {
		acc := account{client: c, skipped: rep.run.skipped[c.ID]}
		if i := slices.IndexFunc(rep.targets, func(t installer.Target) bool { return t.Client.ID == c.ID }); i >= 0 {
			acc.target = &rep.targets[i]
		}
		for i := range results {
			if !slices.Contains(results[i].Action.Clients, c.ID) {
				continue
			}
			res := results[i]
			switch res.Action.Kind {
			case installer.KindServer:
				acc.servers = append(acc.servers, res)
			case installer.KindAgent:
				acc.agents = append(acc.agents, res)
			default:
				acc.skills = append(acc.skills, res)
			}
		}
		acc.next = acc.steps(rep.run.sys)
		out = append(out, acc)
	}
	return out
}

func (a *account) results() []installer.Result {
	return slices.Concat(a.skills, a.agents, a.servers)
}

// status is the client in one word.
func (a *account) status() string {
	has := map[string]bool{}
	for _, r := range a.results() {
		has[r.Status()] = true
	}
	for _, s := range []string{"failed", "changed", "kept"} {
		if has[s] {
			return s
		}
	}
	return "unchanged"
}

// steps are what is left to the user after a change.
func (a *account) steps(sys clients.System) []string {
	var srv clients.Server
	isChanged := func(r installer.Result) bool { return r.Status() == "changed" }
	come := func(r installer.Result) bool { return isChanged(r) && r.Action.Op != installer.OpRemove }
	agents := slices.ContainsFunc(a.agents, come)
	if a.target == nil || !a.target.Skills && a.target.Server == nil && !a.target.Agents {
		return nil // nothing was to be put there
	}
	if a.target.Server != nil && slices.ContainsFunc(a.servers, isChanged) {
		srv = *a.target.Server
	}
	changed := slices.ContainsFunc(a.skills, isChanged)
	if changed && a.target.Server != nil && !a.client.KeepsServers(sys) {
		srv = *a.target.Server
	}
	byHand := a.target.Skills && a.client.SkillsDir(sys) == "" && srv.Auth != ""
	if srv.Auth == "" && !changed && !agents {
		return nil
	}
	return a.client.Next(sys, srv, changed || byHand, agents)
}

// exit is the status that the results come to. Nothing usable done is a
// failure; something left out is partly done.
func exit(results []installer.Result) exitCode {
	var failed, partial, usable bool
	for _, r := range results {
		switch {
		case r.Status() == "failed":
			failed = true
		case r.Action.Partial:
			partial = true
		case r.Action.Kind == installer.KindLock:
			// It follows from the rest.
		default:
			usable = true
		}
	}
	switch {
	case failed && !usable && !partial:
		return exitFailed
	case failed || partial:
		return exitPartly
	}
	return exitDone
}

// finish prints the result and returns the exit status as an error.
func (rep *reporter) finish(plan installer.Plan, results []installer.Result) error {
	r := rep.run
	if results == nil {
		results = dryResults(plan)
	}
	code := exit(results)
	if code == exitDone && (r.partial || anyUnsafe(rep.refused())) {
		code = exitPartly
	}
	rep.results = results
	accounts := rep.accounts(results)
	if r.opts.dryRun && r.command == "update" && !plan.Empty() && code == exitDone {
		code = exitDiffers
	}
	if rep.exact != nil {
		code = exitDiffers
	}
	var err error
	if r.opts.asJSON {
		err = rep.writeJSON(plan, accounts)
	} else if !r.opts.quiet || code != exitDone {
		err = rep.writeText(plan, accounts)
	}
	if err == nil && code != exitDone {
		err = &exitError{code: code}
	}
	return err
}

// writeText prints the result for people.
func (rep *reporter) writeText(plan installer.Plan, accounts []account) error {
	r := rep.run
	st := r.env.outStyle()
	b := collected{stream: r.env.Out}
	switch {
	case r.opts.dryRun:
		rep.showPlan(&b, st, plan)
	case r.asked:
		fmt.Fprintln(&b) // what was asked and done stands above
	}
	wide := 0
	for _, a := range accounts {
		wide = max(wide, cells(a.client.Name))
	}
	for _, a := range accounts {
		if s := a.status(); r.opts.quiet && s != "failed" && s != "kept" {
			continue
		}
		rep.line(&b, 0, a.client.Name+strings.Repeat(" ", wide-cells(a.client.Name))+"  "+rep.verdict(a, st))
	}
	rep.explain(&b, accounts, st)
	if r.opts.quiet {
		_, err := io.WriteString(r.env.Out, b.String())
		return err
	}
	if plan.Empty() {
		fmt.Fprintln(&b, rep.nothing(accounts))
	} else if r.opts.dryRun {
		fmt.Fprintln(&b, "\nThis was a dry run: nothing was written.")
	}
	rep.writeNext(&b, accounts, st)
	rep.writeCalls(&b, accounts, st)
	_, err := io.WriteString(r.env.Out, b.String())
	return err
}

func (rep *reporter) nothing(accounts []account) string {
	for _, a := range accounts {
		if s := a.status(); s == "failed" || s == "kept" {
			return "Nothing was written."
		}
	}
	return "Everything is up to date: nothing was written."
}

// verdict is what became of a client, on one line.
func (rep *reporter) verdict(a account, st style) string {
	skipped := ""
	if a.skipped != "" {
		skipped = "skipped: " + rep.run.brief(a.skipped)
	}
	if skipped != "" && len(a.results()) == 0 {
		return skipped
	}
	word := a.status()
	switch word {
	case "failed":
		word = st.red(word)
	case "changed":
		word = st.green(word)
		if rep.run.opts.dryRun {
			word = st.green("would change")
		}
	case "kept":
		word = st.yellow(word)
	}
	var parts []string
	for _, op := range []installer.Op{installer.OpCreate, installer.OpUpdate, installer.OpRemove} {
		for _, of := range []struct {
			noun    string
			results []installer.Result
		}{{"skill", a.skills}, {"agent", a.agents}} {
			n := 0
			for _, s := range of.results {
				if s.Err == nil && s.Action.Op == op {
					n++
				}
			}
			if n > 0 {
				parts = append(parts, fmt.Sprintf("%d %s %sd", n, plural(n, of.noun), op))
			}
		}
	}
	said := ""
	for _, s := range a.servers {
		if part := fmt.Sprintf("server entry %sd", s.Action.Op); s.Err == nil && s.Action.Changes() && part != said {
			parts, said = append(parts, part), part
		}
	}
	if skipped != "" {
		parts = append(parts, "the rest "+skipped)
	}
	if len(parts) > 0 {
		word += "  " + st.dim(strings.Join(parts, ", "))
	}
	return word
}

// explain says, once for each skill and file, why it was kept or failed, and
// the way out.
func (rep *reporter) explain(w io.Writer, accounts []account, st style) {
	if lock := rep.lockResult(); lock != nil {
		accounts = append(slices.Clip(accounts), account{servers: []installer.Result{*lock}})
	}
	said := map[string]bool{}
	for _, heading := range []string{"Failed", "Left out", "Kept", "Kept in part"} {
		for _, a := range accounts {
			for _, res := range a.results() {
				reason, hint := res.Action.Reason, res.Action.Hint
				if res.Err != nil {
					reason, hint = res.Err.Error(), installer.Remedy(res.Err)
				}
				if headingOf(res) != heading || reason == "" || said[res.Action.Path+reason] {
					continue
				}
				said[res.Action.Path+reason] = true
				if !said[heading] {
					said[heading] = true
					fmt.Fprintf(w, "\n%s\n", st.bold(heading))
				}
				rep.problem(w, res.Action, reason, hint)
			}
		}
	}
}

// headingOf is where explain puts a result.
func headingOf(res installer.Result) string {
	switch status := res.Status(); {
	case status == "failed":
		return "Failed"
	case status == "kept" && res.Action.State == installer.StateAbsent && res.Action.Partial:
		return "Left out"
	case status == "kept":
		return "Kept"
	case status == "changed":
		return "Kept in part"
	}
	return ""
}

// problem is one paragraph of explain.
func (rep *reporter) problem(w io.Writer, a installer.Action, reason, hint string) {
	if rest, ok := strings.CutPrefix(reason, "read "+a.Path); ok && a.Path != "" {
		reason = a.Path + rest // where is said once
	}
	where := tilde(a.Path, rep.run.env.Home)
	if where == "" {
		where = rep.names(a.Clients)
	}
	if rest, ok := strings.CutPrefix(reason, a.Path+":"); ok {
		rep.line(w, 2, where+":"+clean(rest))
	} else {
		rep.line(w, 2, where+": "+rep.run.brief(reason))
	}
	if hint != "" && !strings.Contains(hint, "\n") {
		rep.line(w, 4, rep.run.brief(hint))
		return
	}
	for line := range strings.Lines(hint) {
		fmt.Fprintf(w, "    %s\n", rep.run.brief(untab(line))) // lines to be copied stay whole
	}
}

// untab makes the lines of a file fit to print: tabs as blanks, no line end.
func untab(line string) string { return strings.ReplaceAll(chop(line), "\t", "    ") }

// chop is a line without its end.
func chop(line string) string { return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r") }

// line prints a line of the result, laid out for where it goes.
func (rep *reporter) line(w io.Writer, indent int, text string) {
	rep.run.env.wrapped(w, indent, text, "\n")
}
