package installer

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"fsskills/registry"
)

// A Finding is what a user should look at in a skill or an agent.
type Finding struct {
	Of   Kind // skill or agent
	Name string
	registry.Finding
}

// review collects what is found in the skills and agents of a plan, and warns of
// those that it writes.
func (p *Plan) review() {
	type key struct {
		of           Kind
		name, commit string
	}
	seen, written := map[key]bool{}, map[key]bool{}
	for _, a := range p.Actions {
		if a.wants() != nil && a.Changes() {
			written[key{a.Kind, a.Name, a.item.want.commit}] = true
		}
	}
	var alarms []Finding
	for _, a := range p.Actions {
		want := a.wants()
		if want == nil || seen[key{a.Kind, a.Name, want.commit}] {
			continue
		}
		k := key{a.Kind, a.Name, want.commit}
		seen[k] = true
		for _, f := range want.findings {
			p.Findings = append(p.Findings, Finding{a.Kind, a.Name, f})
			if written[k] {
				alarms = append(alarms, Finding{a.Kind, a.Name, f})
			}
		}
	}
	sortFindings(p.Findings)
	sortFindings(alarms)
	p.Warnings = append(p.Warnings, Alarms(alarms)...)
}

// sortFindings sorts by what the findings are of: skills first, by name.
func sortFindings(all []Finding) {
	sortStableFunc(all, func(a, b *Finding) int {
		return cmp.Or(-cmp.Compare(a.Of, b.Of), cmp.Compare(a.Name, b.Name))
	})
}

// wants is what an action makes of the source, nil if nothing.
func (a Action) wants() *thing {
	if a.item == nil || a.Op == OpRemove {
		return nil
	}
	return a.item.want
}

// Alarms are findings in words: one text for each kind in each skill or agent.
// The findings are sorted by those.
func Alarms(all []Finding) []string {
	var out []string
	for len(all) > 0 {
		of, name, n := all[0].Of, all[0].Name, 0
		for n < len(all) && all[n].Of == of && all[n].Name == name {
			n++
		}
		for _, kind := range registry.FindingKinds() {
			if text := alarm(all[:n], kind); text != "" {
				if of == KindAgent {
					text = "the agent " + name + ": " + text
				} else {
					text = name + ": " + text
				}
				out = append(out, text)
			}
		}
		all = all[n:]
	}
	return out
}

// mostPlaces is how many findings of a kind a warning names.
const mostPlaces = 4

// alarm says what there is of one kind, "" if there is nothing.
func alarm(all []Finding, kind registry.FindingKind) string {
	var parts []string
	said := map[string]bool{}
	left := 0
	for _, f := range all {
		switch {
		case f.Kind != kind:
		case kind == registry.FindingHost && said[f.Text]:
		case f.More > 0:
			left += f.More
		case len(parts) == mostPlaces:
			said[f.Text] = true
			left++
		default:
			said[f.Text] = true
			parts = append(parts, shown(f.Finding))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	text := phrase(kind) + ": " + strings.Join(parts, ", ")
	if left > 0 {
		text += fmt.Sprintf(" and %d more", left)
	}
	return text
}

// shown is a finding with where it is.
func shown(f registry.Finding) string {
	if f.Kind == registry.FindingExecutable {
		return fmt.Sprintf("%s (%s)", f.Path, f.Text)
	}
	return fmt.Sprintf("%s (%s)", f.Text, place(f))
}

// place is where a finding is.
func place(f registry.Finding) string {
	if f.Line == 0 {
		return f.Path
	}
	return fmt.Sprintf("%s:%d", f.Path, f.Line)
}

// phrase is what a skill does that has findings of a kind.
func phrase(kind registry.FindingKind) string {
	switch kind {
	case registry.FindingHidden:
		return "has HIDDEN CHARACTERS, which the assistant reads and you do not see"
	case registry.FindingCommand:
		return "runs commands as soon as it is loaded"
	case registry.FindingHooks:
		return "has hooks, commands that the client runs by itself"
	case registry.FindingTools:
		return "lets tools run without asking you"
	case registry.FindingExecutable:
		return "has files that can be run"
	case registry.FindingHost:
		return "links to hosts that are not Fullstory's"
	}
	return string(kind)
}

// A StrictError says that what a project's lock wants has findings.
type StrictError struct {
	Name  string
	Why   registry.Refusal
	Where string // the lock
}

func (e *StrictError) Error() string {
	return fmt.Sprintf("%s locks %s, which --strict refuses: %s: %s", e.Where, e.Name, e.Why.Path, e.Why.Reason)
}

// Hint says how to insist.
func (e *StrictError) Hint() string { return "look at it, and leave --strict out if it may do that" }

// Strict returns the snapshot less the skills and agents that have findings and
// that the plan would write; nil if there are none. The error is a
// [*registry.NoSkillsError] if no skill is left, and a [*StrictError] if a
// project's lock wants such a one.
func (req Request) Strict(p Plan) (*registry.Snapshot, error) {
	refused := map[Kind]map[string]registry.Refusal{KindSkill: {}, KindAgent: {}}
	for _, a := range p.Actions {
		want := a.wants()
		if want == nil || !a.Changes() || len(want.findings) == 0 {
			continue
		}
		why := req.strictly(a)
		if req.Locked != nil {
			return nil, &StrictError{Name: a.Name, Why: why, Where: LockfilePath(req.System.Project)}
		}
		refused[a.Kind][a.Name] = why
		if was := a.item.forgets; was != "" {
			why.Skill = was // it has another name, and is not gone
			refused[a.Kind][was] = why
		}
	}
	if req.Snapshot == nil || len(refused[KindSkill])+len(refused[KindAgent]) == 0 {
		return nil, nil
	}
	rest := *req.Snapshot
	rest.Skills = slices.DeleteFunc(slices.Clone(rest.Skills), func(s registry.Skill) bool {
		_, no := refused[KindSkill][s.Name]
		return no
	})
	rest.Agents = slices.DeleteFunc(slices.Clone(rest.Agents), func(a registry.Agent) bool {
		_, no := refused[KindAgent][a.Name]
		return no
	})
	var out []registry.Refusal
	for _, kind := range []Kind{KindSkill, KindAgent} {
		for _, name := range slices.Sorted(maps.Keys(refused[kind])) {
			out = append(out, refused[kind][name])
		}
	}
	if len(rest.Skills) == 0 {
		return nil, &registry.NoSkillsError{Source: rest.Source.URL, Refused: out}
	}
	rest.Refused = slices.Concat(rest.Refused, out)
	return &rest, nil
}

// strictly is why --strict refuses what an action would write: the first finding,
// with its place in the source, and how many there are beside.
func (req Request) strictly(a Action) registry.Refusal {
	found := a.item.want.findings
	no := registry.Refusal{Path: place(found[0]), Strict: true}
	from := ""
	if a.Kind == KindAgent {
		no.Agent = a.Name
		for _, x := range req.Snapshot.Agents {
			if x.Name == a.Name {
				from = strings.TrimSuffix(x.Path, x.File.Path)
			}
		}
	} else {
		no.Skill = a.Name
		if s, ok := setOf(req.Snapshot.Skills)[a.Name]; ok {
			from = s.Path + "/"
		}
	}
	no.Path = from + no.Path
	no.Reason = phrase(found[0].Kind) + ": " + found[0].Text
	more := 0
	for _, f := range found[1:] {
		more += max(1, f.More)
	}
	switch {
	case more == 1:
		no.Reason += ", and 1 more finding"
	case more > 1:
		no.Reason += fmt.Sprintf(", and %d more findings", more)
	}
	no.Reason += " (--strict)"
	return no
}
