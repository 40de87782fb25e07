package cmd

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strings"

	"fsskills/clients"
	"fsskills/installer"
)

// missingAgents are the findings of agents that the installed skills speak of and
// that a client could have and has not, as far as the skills are kept here.
func (c *checkup) missingAgents(ctx context.Context) ([]finding, error) {
	skills := slices.ContainsFunc(c.receipt.Items, func(i installer.Item) bool { return i.Kind == installer.KindSkill && !i.Left })
	if c.receipt.Choices.NoAgents || !skills {
		return nil, nil
	}
	targets, err := c.statusTargets(nil)
	if err != nil {
		return nil, err
	}
	kept, err := c.before(ctx, nil)
	if ofType[*usageError](err) {
		return nil, nil // a cache that is refused is said to be where it is looked at
	}
	if kept == nil || err != nil {
		return nil, err
	}
	compared, _ := installer.NewStatus(c.receipt, installer.Request{
		Command: c.command, System: c.sys, Targets: targets, Snapshot: kept, Choices: c.receipt.Choices, Names: c.receipt.Choices.Skills,
	})
	var found []finding
	for _, one := range compared {
		if one.Kind != installer.KindAgent || !one.New || one.State != installer.StateAbsent {
			continue
		}
		ids := strings.Join(one.Clients, ",")
		found = append(found, finding{
			Severity: severityWarning, Path: one.Path, Message: "the agent " + one.Name + ", of which the skills speak, is missing for " + c.nameAll(one.Clients),
			Remedy: "'fsskills install" + c.at.flags() + " --client " + ids + "' places it",
		})
	}
	return found, nil
}

// nameAll are the names of clients, for people.
func (c *checkup) nameAll(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = id
		if client, ok := c.catalog.Find(id); ok {
			names[i] = client.Name
		}
	}
	return strings.Join(names, ", ")
}

// spelledElsewhere are the findings of agents in a client's folder that call the
// tools of the server as another client does, and not as this one.
func (c *checkup) spelledElsewhere() []finding {
	var found []finding
	looked := map[string]bool{}
	for _, p := range c.patients() {
		if len(p.Agents.Spellings) == 0 || p.Agents.Tools == clients.NoToolList {
			continue
		}
		for _, dir := range p.AgentFolders(c.sys) {
			entries, err := os.ReadDir(dir)
			if err != nil {
				continue // what cannot be read was said of the other agents
			}
			for _, e := range entries[:min(len(entries), mostAgents)] {
				path := dir + string(os.PathSeparator) + e.Name()
				if looked[path+p.ID] || !slices.ContainsFunc(p.AgentEndings(), func(end string) bool { return strings.HasSuffix(e.Name(), end) }) {
					continue
				}
				looked[path+p.ID] = true
				if other := c.speltFor(p.Client, path); other != "" {
					found = append(found, finding{
						Severity: severityWarning, Path: path,
						Message: "the agent " + path + " names its tools as " + other + " does, and " + p.Name + " knows none of them",
						Remedy:  "remove it: 'fsskills install" + c.at.flags() + " --client " + p.ID + "' places one that works",
					})
				}
			}
		}
	}
	return found
}

// speltFor is the client for which an agent names the tools of the server, if it
// is another one than this; else empty.
func (c *checkup) speltFor(client clients.Client, path string) string {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > largestAgent {
		return ""
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	head, _, _ := bytes.Cut(bytes.TrimPrefix(data, []byte("---")), []byte("\n---"))
	head = toolLines(head)
	if calls(head, client) {
		return ""
	}
	for _, other := range c.catalog {
		if other.ID != client.ID && calls(head, other) {
			return other.Name
		}
	}
	return ""
}

// toolLines are the lines of an agent's head that say which tools it may use.
func toolLines(head []byte) []byte {
	var out []byte
	inside := false
	for line := range bytes.Lines(head) {
		if c := line[0]; c != ' ' && c != '\t' && c != '-' && c != '\n' && c != '\r' {
			key, _, _ := bytes.Cut(line, []byte(":"))
			inside = string(key) == "tools" || string(key) == "permission"
		}
		if inside {
			out = append(out, line...)
		}
	}
	return out
}

// calls reports whether those lines have a tool of the server in them, as a client
// spells it.
func calls(head []byte, client clients.Client) bool {
	return slices.ContainsFunc(client.Agents.Spellings, func(as string) bool {
		before, _, _ := strings.Cut(strings.ReplaceAll(as, "<server>", clients.ServerName), "<tool>")
		for rest := head; ; {
			i := bytes.Index(rest, []byte(before))
			if i < 0 {
				return false
			}
			if i == 0 || strings.ContainsRune(" \t\n\r\"',[:-", rune(rest[i-1])) {
				return true
			}
			rest = rest[i+1:]
		}
	})
}
