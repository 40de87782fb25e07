package cmd

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fsskills/clients"
	"fsskills/installer"
)

// A doctorClient is a client of the machine in the document of doctor.
type doctorClient struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Detected bool   `json:"detected"`
	Why      string `json:"why"`
	// Version is the one that is installed, where a file tells; Observed is the
	// one that was tried.
	Version  string   `json:"version,omitempty"`
	Observed string   `json:"observed,omitempty"`
	Files    []string `json:"files"`  // in which it keeps servers, as far as they are there
	Skills   int      `json:"skills"` // of ours that it has
	Agents   int      `json:"agents"`
	Entry    string   `json:"entry,omitempty"`  // the file with the entry that was written for it
	Plugin   string   `json:"plugin,omitempty"` // what shows that it has Fullstory's own
}

// A patient is a client that is on the machine or has something of ours, as it
// is in the scope.
type patient struct {
	clients.Client
	found  clients.Detection
	plugin string
	files  []clients.KeptFile
	// recorded is true if it has something of ours.
	recorded bool
}

// patients are those that the later checks look at. They are looked for once.
func (c *checkup) patients() []patient {
	if c.looked {
		return c.found
	}
	c.looked = true
	recorded := c.receipt.Recorded(false)
	for _, client := range c.catalog {
		detection := client.Detect(c.sys)
		scoped, ok := client.In(c.at.scope)
		has := slices.Contains(recorded, client.ID)
		if !ok || !detection.Found && !has {
			continue
		}
		files := scoped.KeptFiles(c.sys)
		if c.at.scope == clients.ProjectScope {
			if local, ok := client.LocalFile(c.sys); ok {
				files = append(files, local)
			}
		}
		c.found = append(c.found, patient{Client: scoped, found: detection, plugin: scoped.Plugin(c.sys), files: files, recorded: has})
	}
	return c.found
}

// docs are the patients for the document.
func (c *checkup) docs() []doctorClient {
	docs := []doctorClient{}
	for _, p := range c.patients() {
		d := doctorClient{
			ID: p.ID, Name: p.Name, Detected: p.found.Found, Why: clean(p.found.Why), Observed: p.Version,
			Version: clean(c.env.installedVersion(p.Client)), Files: []string{}, Plugin: clean(p.plugin),
		}
		for _, f := range p.files {
			if !f.Unread {
				d.Files = append(d.Files, clean(f.Path))
			}
		}
		for _, i := range c.receipt.Items {
			switch {
			case i.Left || !slices.Contains(i.Clients, p.ID):
			case i.Kind == installer.KindAgent:
				d.Agents++
			default:
				d.Skills++
			}
		}
		if s := c.receipt.ServerOf(p.ID); s != nil {
			d.Entry = clean(s.Path)
		}
		docs = append(docs, d)
	}
	return docs
}

// checkClients says which clients there are and have nothing yet. As long as the
// receipt cannot be read, that is not known.
func (c *checkup) checkClients(context.Context) ([]finding, error) {
	if _, err := c.read(); err != nil {
		return nil, nil //nolint:nilerr // it has been said
	}
	var without, ids, unseen, unseenIDs []string
	for _, p := range c.patients() {
		switch {
		case p.recorded && !p.found.Found:
			unseen, unseenIDs = append(unseen, p.Name), append(unseenIDs, p.ID)
		case !p.recorded && p.plugin == "":
			without, ids = append(without, p.Name+" ("+strings.TrimPrefix(p.found.Why, "found ")+")"), append(ids, p.ID)
		}
	}
	if len(c.patients()) == 0 {
		return []finding{{
			Severity: severityWarning, Message: "no AI client is found here that fsskills knows",
			Remedy: "install one, or name it: 'fsskills clients' lists them, 'fsskills install" + c.at.flags() + " --client ID' takes any",
		}}, nil
	}
	var found []finding
	if len(ids) > 0 {
		found = append(found, finding{
			Severity: severityInfo, Message: "found, with nothing of Fullstory's yet: " + some(without),
			Remedy: "'fsskills install" + c.at.flags() + " --client " + atMost(ids, "all") + "' gives them the skills",
		})
	}
	if len(unseen) > 0 {
		found = append(found, finding{
			Severity: severityInfo, Message: "set up for Fullstory, though not found here: " + some(unseen),
			Remedy: "nothing, if they are still to come; 'fsskills uninstall" + c.at.flags() + " --client " + atMost(unseenIDs, "ID") + "' takes it out",
		})
	}
	return found, nil
}

// mostNamed is how many clients a sentence names. The document has all of them.
const mostNamed = 8

// some are names for a sentence.
func some(names []string) string {
	if more := len(names) - mostNamed; more > 1 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:mostNamed], ", "), more)
	}
	return strings.Join(names, ", ")
}

// atMost are ids for a command, or another word if that would be too many.
func atMost(ids []string, instead string) string {
	if len(ids) > mostNamed+1 {
		return instead
	}
	return strings.Join(ids, ",")
}
