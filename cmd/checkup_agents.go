package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fsskills/clients"
	"fsskills/installer"
	"fsskills/registry"
)

// mostAgents is how many files of a folder are looked at, and largestAgent how
// many bytes one may have: far more than agents take.
const (
	mostAgents   = 1000
	largestAgent = 1 << 20
)

// checkAgents looks for agents in the spelling of their source, which somebody
// has copied or a plugin has brought, for agents of ours without a server, and for
// clients that lack one.
func (c *checkup) checkAgents(ctx context.Context) ([]finding, error) {
	if _, err := c.read(); err != nil {
		c.receipt = installer.Receipt{} // which has been said
	}
	var found []finding
	shipped := map[string]int{} // from a file's path to its finding
	for _, client := range c.catalog {
		scoped, ok := client.In(c.at.scope)
		does := scoped.UpstreamAgent()
		if !ok || does == "" {
			continue
		}
		here := client.Detect(c.sys).Found
		for _, dir := range scoped.AgentFolders(c.sys) {
			files, err := agentsAsShipped(dir, scoped.AgentEndings())
			if err != nil {
				found = append(found, failure(err, dir))
			}
			for _, path := range files {
				n, known := shipped[path]
				if !known {
					n = len(found)
					shipped[path] = n
					found = append(found, c.asShipped(scoped, path))
				}
				if !known || here {
					found[n].Message += "; " + scoped.Name + " " + does
				}
				if here && found[n].Severity != severityError {
					found[n].Severity = severityError
				}
			}
		}
	}
	for _, client := range c.catalog {
		scoped, ok := client.In(c.at.scope)
		if ok && scoped.UpstreamAgent() != "" && scoped.Plugin(c.sys) != "" {
			found = append(found, c.ofPlugin(scoped)...)
		}
	}
	found = append(append(found, c.spelledElsewhere()...), c.withoutServer()...)
	missing, err := c.missingAgents(ctx)
	return append(found, missing...), err
}

// asShipped is the finding of a file that is an agent in its source's spelling.
func (c *checkup) asShipped(client clients.Client, path string) finding {
	f := finding{
		Severity: severityWarning, Path: path,
		Message: path + " is an agent as its source spells it, and not for a client",
		Remedy:  "remove it",
	}
	if client.NoAgents() == "" {
		f.Remedy += ": 'fsskills install" + c.at.flags() + " --client " + client.ID + "' places one that works"
	}
	return f
}

// agentsAsShipped are the files in a folder, with one of the endings, that are
// agents in their source's spelling.
func agentsAsShipped(dir string, endings []string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries[:min(len(entries), mostAgents)] {
		if !slices.ContainsFunc(endings, func(end string) bool { return strings.HasSuffix(e.Name(), end) }) {
			continue
		}
		path := filepath.Join(dir, e.Name())
		info, err := os.Stat(path)
		if err != nil || !info.Mode().IsRegular() || info.Size() > largestAgent {
			continue // nothing that a client would load
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return out, err
		}
		if registry.SpeltAsSource(data) {
			out = append(out, path)
		}
	}
	return out, nil
}

// ofPlugin are the findings of agents that Fullstory's plugin brings to a
// client.
func (c *checkup) ofPlugin(client clients.Client) []finding {
	var found []finding
	for _, dir := range client.PluginAgentFolders(c.sys) {
		files, err := agentsAsShipped(dir, client.AgentEndings())
		if err != nil {
			found = append(found, failure(err, dir))
		}
		for _, path := range files {
			f := finding{
				Severity: severityWarning, Path: path,
				Message: fmt.Sprintf("the Fullstory plugin brings an agent as its source spells it, %s; %s %s", path, client.Name, client.UpstreamAgent()),
				Remedy:  "'fsskills install" + c.at.flags() + " --client " + client.ID + "' places one beside it that works",
			}
			if c.hasAgent(client.ID) {
				f.Severity, f.Remedy = severityInfo, "nothing: the agent that fsskills has placed beside it works"
			}
			found = append(found, f)
		}
	}
	return found
}

// hasAgent reports whether a client has an agent of ours.
func (c *checkup) hasAgent(id string) bool {
	return slices.ContainsFunc(c.receipt.Items, func(i installer.Item) bool {
		return i.Kind == installer.KindAgent && !i.Left && slices.Contains(i.Clients, id)
	})
}

// withoutServer are the findings of agents of ours in clients that have no
// server for them.
func (c *checkup) withoutServer() []finding {
	req := installer.Request{System: c.sys}
	var found []finding
	for _, item := range c.receipt.Items {
		if item.Kind != installer.KindAgent || item.Left || !isThere(item.Path()) {
			continue
		}
		for _, id := range item.Clients {
			client, ok := c.catalog.Find(id)
			if !ok {
				continue
			}
			client, _ = client.In(c.at.scope)
			if client.Plugin(c.sys) != "" || c.unreadable(id) || req.HasServer(installer.Target{Client: client}, c.receipt) {
				continue
			}
			found = append(found, finding{
				Severity: severityWarning, Path: item.Path(),
				Message: fmt.Sprintf("the agent %s can do nothing in %s, which has no server %s", item.Name, client.Name, clients.ServerName),
				Remedy:  "'fsskills install" + c.at.flags() + " --client " + id + "' brings the server, 'fsskills uninstall " + item.Name + c.at.flags() + " --client " + id + "' takes the agent out",
			})
		}
	}
	return found
}

// unreadable reports whether a client's servers are not known, as one of its files
// cannot be read, which is said where the files are looked at.
func (c *checkup) unreadable(id string) bool {
	return slices.ContainsFunc(c.patients(), func(p patient) bool {
		return p.ID == id && slices.ContainsFunc(p.files, func(f clients.KeptFile) bool { return f.Counts && c.parsed(f).err != nil })
	})
}
