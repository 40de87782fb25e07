package installer

import (
	"slices"
	"strings"

	"fsskills/registry"
)

// agentNews returns what the snapshot has of agents that the recorded commit has
// not.
func (req Request) agentNews(r Receipt) []SkillChange {
	now, before := agentsByName(req.Snapshot.Agents), agentsByName(req.before().Agents)
	var news []SkillChange
	seen := map[string]bool{}
	for _, rec := range r.Items {
		if rec.Kind != KindAgent || rec.Left || seen[rec.Name] || len(req.Names) > 0 && !slices.Contains(req.Names, rec.Name) {
			continue
		}
		seen[rec.Name] = true
		want, there := now[rec.Name]
		old, known := before[rec.Name]
		c := SkillChange{Kind: KindAgent, Name: rec.Name, Op: OpUpdate}
		switch {
		case !there && req.refusal(KindAgent, rec.Name) == nil:
			c.Op = OpRemove
			if known {
				c.Files = fileNews([]registry.File{old.File}, nil)
			}
		case !there:
			continue
		case known:
			c.Files = fileNews([]registry.File{old.File}, []registry.File{want.File})
		default:
			c.Files = req.spelledNews(r, want)
		}
		if len(c.Files) > 0 || c.Op == OpRemove {
			news = append(news, c)
		}
	}
	comes := func(t Target) bool {
		return t.folder(KindAgent, req.System) != "" && (t.Plugin || req.HasServer(t, r))
	}
	for _, a := range req.companions(req.expected()) {
		if !seen[a.Name] && slices.ContainsFunc(req.Targets, comes) {
			seen[a.Name] = true
			news = append(news, SkillChange{Kind: KindAgent, Name: a.Name, Op: OpCreate, Files: fileNews(nil, []registry.File{a.File})})
		}
	}
	sortFunc(news, func(a, b *SkillChange) int { return strings.Compare(a.Name, b.Name) })
	return news
}

func agentsByName(agents []registry.Agent) map[string]registry.Agent {
	out := map[string]registry.Agent{}
	for _, a := range agents {
		out[a.Name] = a
	}
	return out
}

// expected are the names of what is to be there, of skills and agents; none
// means all.
func (req Request) expected() []string {
	if len(req.Names) > 0 {
		return req.Names
	}
	return req.Choices.Skills
}

// spelledNews compares an agent with what is recorded of it, as its clients have
// it, where it is not known how the source had it.
func (req Request) spelledNews(r Receipt, want registry.Agent) []FileNews {
	for _, f := range recordedFolders(r, KindAgent, req.ids()) {
		rec := r.Item(f.dir, want.Name)
		to := req.spell(r, f, want)
		if rec == nil || rec.Left || to.err != nil {
			continue
		}
		was, _ := rec.former()
		return fileNews(was.Files, to.files)
	}
	return nil
}
