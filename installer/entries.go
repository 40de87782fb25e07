package installer

import (
	"reflect"
	"slices"

	"fsskills/clients"
)

// planServers plans the entries, one for each file.
func (req Request) planServers(r Receipt, p *Plan) {
	for _, e := range req.edits(r) {
		if unable := e.file.Unable; unable != nil {
			p.Actions = append(p.Actions, e.unable(unable))
			continue
		}
		a, warnings := planServer(e)
		p.Actions = append(p.Actions, a)
		p.Warnings = append(p.Warnings, warnings...)
	}
}

// edits are what is to be done to the files of the targets, each file once for
// all clients that want the same in it.
func (req Request) edits(r Receipt) []serverEdit {
	type job struct {
		edit serverEdit
		real string
	}
	var jobs []job
	for _, t := range req.Targets {
		if t.Server == nil {
			continue
		}
		files := req.serverFiles(r, t)
		if len(files) == 0 && (!t.Skills || t.Client.SkillsDir(req.System) == "") {
			// Nothing else is done for the client that could count.
			files = []clients.ServerFile{{Unable: t.Client.Unplaced(*t.Server)}}
		}
		for _, file := range files {
			real := req.once.real.of(file.Path)
			i := slices.IndexFunc(jobs, func(j job) bool {
				return file.Unable == nil && j.edit.file.Unable == nil && j.real == real && reflect.DeepEqual(j.edit.file.Entry, file.Entry)
			})
			if i >= 0 {
				jobs[i].edit.ids = append(jobs[i].edit.ids, t.Client.ID)
				continue
			}
			jobs = append(jobs, job{real: real, edit: serverEdit{
				shared: req.System.Project != "", outside: req.outside(file.Path), force: req.Force, file: file, want: *t.Server, ids: []string{t.Client.ID}, last: r.live(file.Path),
			}})
		}
	}
	edits := make([]serverEdit, len(jobs))
	for i, j := range jobs {
		edits[i] = j.edit
	}
	return edits
}
