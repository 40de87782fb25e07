package installer

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"fsskills/clients"
	"fsskills/registry"
)

// refusals warns of skills that a chosen client is known not to load.
func (req Request) refusals(skills []registry.Skill) []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range skills {
		for _, w := range s.Warnings {
			if msg := fmt.Sprintf("%s: %s", s.Name, w); !seen[msg] {
				seen[msg] = true
				out = append(out, msg)
			}
		}
		if len(s.Traits) == 0 || seen[s.Name] {
			continue
		}
		seen[s.Name] = true
		traits := make([]clients.SkillTrait, len(s.Traits))
		for i, t := range s.Traits {
			traits[i] = clients.SkillTrait(t)
		}
		var names []string
		for _, t := range req.Targets {
			if t.Skills && len(t.Client.Refuses(traits)) > 0 {
				names = append(names, t.Client.Name)
			}
		}
		if len(names) > 0 {
			out = append(out, fmt.Sprintf("%s: %s may not load it as it is (%s)", s.Name, strings.Join(names, ", "), joinTraits(traits)))
		}
	}
	return out
}

func joinTraits(traits []clients.SkillTrait) string {
	words := make([]string, len(traits))
	for i, t := range traits {
		words[i] = string(t)
	}
	return strings.Join(words, ", ")
}

// doubles tells which clients find the same skills in two of our folders.
func (req Request) doubles(after Receipt) []string {
	used := map[string]bool{}
	for _, rec := range after.Items {
		used[rec.Folder] = used[rec.Folder] || !rec.Left
	}
	both := map[string][]string{}
	for _, t := range req.Targets {
		dir := t.Client.SkillsDir(req.System)
		if !t.Skills || !used[dir] {
			continue
		}
		for _, also := range t.Client.AlsoReads(req.System) {
			if used[also] {
				key := dir + " and " + also
				both[key] = append(both[key], t.Client.Name)
			}
		}
	}
	var out []string
	for _, key := range slices.Sorted(maps.Keys(both)) {
		verb := "read"
		if len(both[key]) == 1 {
			verb = "reads"
		}
		out = append(out, fmt.Sprintf("%s %s both %s; the copies are the same and are updated together", strings.Join(both[key], ", "), verb, key))
	}
	return out
}
