package cmd

import (
	"context"
	"errors"
	"slices"
	"strings"

	"fsskills/clients"
	"fsskills/installer"
)

// request turns the options and what is recorded into what is wanted.
func (r *run) request(ctx context.Context, opts installOptions) (installer.Request, error) {
	req := installer.Request{Command: r.command, System: r.sys, Force: opts.force, Choices: opts.choices(r.receipt.Choices)}
	for _, c := range r.chosen {
		if r.skipped[c.ID] != "" {
			continue
		}
		if file := c.Plugin(r.sys); file != "" && !opts.force && !opts.locked {
			r.skipped[c.ID] = "the Fullstory plugin is installed there (" + file + "); --force installs beside it"
			if !opts.mcpOnly && c.AgentsDir(r.sys) != "" {
				// The plugin brings the agent too, in a form that no client can use.
				req.Targets = append(req.Targets, installer.Target{Client: c, Plugin: true, Agents: !req.Choices.NoAgents})
			}
			continue
		}
		if opts.skillsOnly && c.SkillsDir(r.sys) == "" {
			r.skipped[c.ID], r.partial = "has no skills folder", true
			continue
		}
		t := installer.Target{Client: c, Skills: !opts.mcpOnly, Agents: !opts.mcpOnly && !req.Choices.NoAgents}
		if !opts.skillsOnly && (!opts.locked || r.lockfile.HasServer(c.ID)) {
			// What is recorded in a project is what its lock says.
			srv, err := opts.server(r.receipt, c.ID, r.config)
			if err == nil {
				err = r.trustServer(opts.entryOptions, srv)
			}
			if err != nil {
				return req, err
			}
			t.Server = &srv
		}
		req.Targets = append(req.Targets, t)
	}
	if opts.writeKey {
		if err := r.takeKey(ctx, req.Targets); err != nil {
			return req, err
		}
	}
	if len(req.Targets) == 0 && r.partial {
		var reasons []string
		for _, c := range r.chosen {
			reasons = append(reasons, c.Name+": "+r.skipped[c.ID])
		}
		return req, &hintedError{err: errors.New(strings.Join(reasons, "; ")), hint: "choose another client with --client, or leave --skills-only out"}
	}
	r.warnOfRegion(req.Targets)
	r.mentionRecorded(opts.entryOptions, req.Targets)
	req.Names = req.Choices.Skills
	if names := namedSkills(opts.skills); len(names) > 0 {
		req.Names = names
	}
	return req, nil
}

// regionNote says what is not sure about the address for the EU.
func regionNote(srv clients.Server) string {
	if eu, _ := clients.ServerURL("eu"); srv.URL != eu {
		return ""
	}
	return "the address for the EU, " + srv.URL + ", follows the pattern of Fullstory's other services; it is not documented"
}

// warnOfRegion says what may be wrong with the address: the EU's is inferred,
// and a key begins with the region that it is for.
func (r *run) warnOfRegion(targets []installer.Target) {
	eu, _ := clients.ServerURL("eu")
	us, _ := clients.ServerURL("us")
	said := map[string]bool{}
	for _, t := range targets {
		srv := t.Server
		if srv == nil || said[srv.URL] {
			continue
		}
		said[srv.URL] = true
		if note := regionNote(*srv); note != "" {
			r.note(note)
		}
		if srv.Auth != clients.APIKey {
			continue
		}
		key, what := r.env.Getenv(srv.KeyEnv), "the key in "+srv.KeyEnv
		if !srv.Key.IsZero() {
			key, what = srv.Key.Reveal(), "the key"
		}
		if strings.HasPrefix(key, "eu1.") && srv.URL == us {
			r.warn(what + " begins with eu1., so it is for the EU: use --region eu")
		}
		if strings.HasPrefix(key, "na1.") && srv.URL == eu {
			r.warn(what + " begins with na1., so it is for North America: use --region us")
		}
	}
}

// choices are what a later run takes over.
func (o *installOptions) choices(c installer.Choices) installer.Choices {
	if o.auth != "" {
		c.Auth = clients.AuthMethod(o.auth)
	}
	if o.keyEnv != "" {
		c.KeyEnv = o.keyEnv
	}
	if o.region != "" {
		c.URL, _ = clients.ServerURL(o.region)
	}
	if o.url != "" {
		c.URL = o.url
	}
	switch names := namedSkills(o.skills); {
	case o.mcpOnly:
	case len(o.skills) > 0 && len(names) == 0:
		c.Skills, c.SkillsSet, c.Without = nil, true, nil // all, in so many words
	case len(names) > 0 && (!c.SkillsSet || len(c.Skills) > 0):
		c.Skills = append(slices.Clone(c.Skills), names...)
		slices.Sort(c.Skills)
		c.Skills, c.SkillsSet = slices.Compact(c.Skills), true
	default:
		c.SkillsSet = true
	}
	if o.noAgents != nil {
		c.NoAgents = *o.noAgents
	}
	c.Without = slices.DeleteFunc(slices.Clone(c.Without), func(name string) bool { return slices.Contains(o.skills, name) })
	return c
}
