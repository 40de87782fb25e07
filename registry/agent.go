package registry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"
)

// An Agent is a sub-agent that a source's skills rely on, as the source has it.
// No client takes its file as it is: each spells tools and keys in its own way.
type Agent struct {
	// Name is that of the file, less its extension, and of the front matter.
	Name string
	// Description is the whole value, as it is.
	Description string
	// Tools are the tools of Fullstory's server that it may use, in the order of
	// the file and without the server's name.
	Tools []string
	// Body is all that stands behind the front matter, as it is.
	Body []byte
	// Path is the file's in the source.
	Path string
	// File is the file as the source has it. Its path is the file's name.
	File File
	// Findings are what a user should look at, in the order of lines.
	Findings []Finding
}

const (
	// agentsDir is the folder with the agents, beside that of the skills.
	agentsDir = "agents"
	agentExt  = ".md"
)

// agentsBeside gives the folder with the agents to that of the skills.
func agentsBeside(skills string) string { return path.Join(path.Dir(skills), agentsDir) }

// isAgentFile says whether a file of this name is taken for an agent. A README
// tells people of the agents.
func isAgentFile(name string) bool {
	return strings.HasSuffix(name, agentExt) && !strings.EqualFold(name, "readme"+agentExt)
}

// agents reads the agents of a folder into a snapshot. That there is no such
// folder is no error.
func (c *collector) agents(ctx context.Context, dir string, snap *Snapshot) error {
	entries, err := c.tree.list(ctx, dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return c.noAgents(ctx, dir, snap)
	case err == nil && len(entries) > maxSkills, errors.Is(err, errTooLarge):
		return &LimitError{Where: dir, What: fmt.Sprintf("%d entries", maxSkills)}
	case err != nil:
		return err
	}
	sortEntries(entries)
	seen := map[string]string{} // names by sameFileKey, whatever became of them
	for _, e := range entries {
		if e.kind == folder || !isAgentFile(e.name) {
			if note := misnamedAgent(e); note != "" {
				snap.Warnings = append(snap.Warnings, dir+"/"+note)
			}
			continue
		}
		key := sameFileKey(e.name)
		agent, err := c.agent(ctx, dir, e, seen[key])
		seen[key] = e.name
		no, out := errors.AsType[*refused](err)
		_, unclear := errors.AsType[*UnclearError](err)
		switch {
		case out:
			name := strings.TrimSuffix(e.name, agentExt)
			snap.Refused = append(snap.Refused, Refusal{Agent: legible(cmp.Or(name, e.name)), Path: legible(no.path), Reason: no.reason, Unclear: unclear})
		case err != nil:
			return err
		default:
			snap.Agents = append(snap.Agents, agent)
		}
	}
	sort.Slice(snap.Agents, func(i, j int) bool { return snap.Agents[i].Name < snap.Agents[j].Name })
	return nil
}

// noAgents looks at what stands in the place of the folder of agents, if there is
// none: a link is not followed, and what it leads to is not gone for that.
func (c *collector) noAgents(ctx context.Context, dir string, snap *Snapshot) error {
	parent := path.Dir(dir)
	if parent == "." {
		parent = ""
	}
	entries, err := c.tree.list(ctx, parent)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(entries, func(e entry) bool { return e.name == path.Base(dir) && e.kind != folder && !e.kind.isFile() })
	if i >= 0 {
		snap.Refused = append(snap.Refused, Refusal{Agent: AllAgents, Path: dir, Reason: "a " + entries[i].kind.String() + " is not followed"})
	}
	return nil
}

// misnamedAgent gives a note about a file that is an agent but for the letter
// case of its extension, else "".
func misnamedAgent(e entry) string {
	lower := strings.ToLower(e.name)
	if !e.kind.isFile() || strings.HasSuffix(e.name, agentExt) || !isAgentFile(lower) {
		return ""
	}
	return e.name + " is ignored: the name of an agent's file must end in " + agentExt
}

// agent reads one agent. other is the file before it that has the same name, or
// "". The error is a *refused if the agent is unsafe.
func (c *collector) agent(ctx context.Context, dir string, e entry, other string) (Agent, error) {
	where := dir + "/" + e.name // not joined: a name of .. is to be seen
	switch {
	case !e.kind.isFile():
		return Agent{}, &refused{where, "a " + e.kind.String() + " is not followed"}
	case other == e.name:
		return Agent{}, &refused{where, "the source has this name twice"}
	case other != "":
		return Agent{}, &refused{where, "the same file as " + other + " where letter case does not count"}
	}
	stem := strings.TrimSuffix(e.name, agentExt)
	if problem := checkAgentName(stem); problem != "" {
		return Agent{}, &refused{where, problem}
	}
	data, err := c.read(ctx, dir, e, maxAgentBytes)
	if err != nil {
		return Agent{}, err
	}
	agent, err := ParseAgent(stem, data)
	if err != nil {
		return Agent{}, errors.Join(&refused{where, err.Error()}, err)
	}
	agent.Path = where
	agent.File = newFile(e.name, e.kind, data)
	return agent, nil
}
