package cmd

import (
	"context"
	"strings"

	"fsskills/clients"
)

// checkApproval looks whether the user lets the clients use what is installed in
// the project, where a file of theirs tells.
func (c *checkup) checkApproval(context.Context) ([]finding, error) {
	if c.at.root == "" {
		return nil, nil
	}
	var found []finding
	for _, p := range c.patients() {
		told := p.Approved(c.sys)
		if !p.recorded || !p.found.Found || !told.Known || told.Given {
			continue
		}
		f := finding{
			Severity: severityWarning, Path: told.File,
			Message: p.Name + " has no word in " + told.File + " that you let it use what this project brings",
		}
		if len(p.Steps.Approve) > 0 {
			f.Remedy = strings.ReplaceAll(p.Steps.Approve[0], "<name>", clients.ServerName)
		}
		if told.Refused { // it does not ask again
			f.Message = p.Name + " was told in " + told.File + " not to use what this project brings"
			f.Remedy = "if it should use it, take that out of " + told.File + " and start " + p.Name + " in the project anew"
		}
		found = append(found, f)
	}
	return found, nil
}
