package cmd

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"fsskills/clients"
	"fsskills/installer"
	"fsskills/registry"
)

// target is a recorded client as update and status see it.
func (r *run) target(c clients.Client, choices installer.Choices) installer.Target {
	return installer.Target{Client: c, Skills: true, Agents: !choices.NoAgents, Plugin: c.Plugin(r.sys) != ""}
}

// leftOut says what of the source is not installed, and why.
func leftOut(ref registry.Refusal) string {
	what := ref.Skill
	switch ref.Agent {
	case "":
	case registry.AllAgents:
		what = "the agents"
	default:
		what = "the agent " + ref.Agent
	}
	if what == "" {
		return fmt.Sprintf("left out %s: %s", ref.Path, ref.Reason)
	}
	return fmt.Sprintf("left out %s: %s: %s", what, ref.Path, ref.Reason)
}

// mentionAgentless says which clients are given no agents, and what that means.
func (r *run) mentionAgentless(plan installer.Plan) {
	names := map[string][]string{} // by reason
	for _, c := range r.chosen {
		if why := plan.Agentless[c.ID]; why != "" {
			names[why] = append(names[why], c.Name)
		}
	}
	for _, why := range slices.Sorted(maps.Keys(names)) {
		r.note(fmt.Sprintf("no companion agent in %s (%s): the assistant reads sessions in the main conversation there", strings.Join(names[why], ", "), why))
	}
}

// mentionOpen says which clients, given an agent now, cannot hold it to its tools.
func (r *run) mentionOpen(plan installer.Plan) {
	for _, c := range r.chosen {
		comes := func(a installer.Action) bool {
			return a.Kind == installer.KindAgent && a.Op == installer.OpCreate && a.Serves(c.ID)
		}
		if open := c.OpenAgents(); open != "" && slices.ContainsFunc(plan.Actions, comes) {
			r.note(open)
		}
	}
}

// anyUnsafe reports whether any of that is more than written in an unknown way.
func anyUnsafe(refused []registry.Refusal) bool {
	return slices.ContainsFunc(refused, func(ref registry.Refusal) bool { return !ref.Unclear })
}

// refused are what the source has and cannot be installed: agents only if a
// client was to have some.
func (rep *reporter) refused() []registry.Refusal {
	if rep.snapshot == nil {
		return nil
	}
	wants := func(t installer.Target) bool { return t.Agents && t.Client.AgentsDir(rep.run.sys) != "" }
	agents := slices.ContainsFunc(rep.targets, wants)
	return slices.DeleteFunc(slices.Clone(rep.snapshot.Refused), func(ref registry.Refusal) bool { return ref.Agent != "" && !agents })
}

// missed is the snapshot of the recorded commit if a client has no agent though
// that commit has some: it may have had no server when the skills came. Nothing
// is fetched for it.
func (r *run) missed(ctx context.Context, session *registry.Session, targets []installer.Target) (*registry.Snapshot, error) {
	lacks := func(t installer.Target) bool {
		return t.Agents && t.Client.AgentsDir(r.sys) != "" && !slices.ContainsFunc(r.receipt.Items, func(i installer.Item) bool {
			return i.Kind == installer.KindAgent && !i.Left && slices.Contains(i.Clients, t.Client.ID)
		})
	}
	if !slices.ContainsFunc(targets, lacks) {
		return nil, nil
	}
	var snapshot *registry.Snapshot
	var err error
	was := r.receipt.Source
	switch {
	case was.Kind != registry.Git:
		snapshot, err = session.Snapshot(ctx)
	case r.env.guardCache(r.at) == nil && r.env.cache().Agentless(was.URL, was.Commit):
		return nil, nil
	default:
		snapshot, err = r.before(ctx, nil)
	}
	if err != nil || snapshot == nil || !snapshot.HasAgents() {
		return nil, err
	}
	r.installed = snapshot
	return snapshot, nil
}
