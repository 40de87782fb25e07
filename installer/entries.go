package installer

import (
	"reflect"
	"slices"

	"fsskills/clients"
)

// planServers plans the entries, one for each file.
func (req Request) planServers(r Receipt, p *Plan) {
	type job struct {
		edit serverEdit
		real string
	}
	var jobs []job
	for _, t := range req.Targets {
		if t.Server == nil {
			continue
		}
		files := t.Client.ServerFiles(req.System, *t.Server)
		if len(files) == 0 && (!t.Skills || t.Client.SkillsDir(req.System) == "") {
			// Nothing else is done for the client that could count.
			files = []clients.ServerFile{{Unable: t.Client.Unplaced(*t.Server)}}
		}
		for _, file := range files {
			real := realPath(file.Path)
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
	for _, j := range jobs {
		if unable := j.edit.file.Unable; unable != nil {
			p.Actions = append(p.Actions, j.edit.unable(unable))
			continue
		}
		a, warnings := planServer(j.edit)
		p.Actions = append(p.Actions, a)
		p.Warnings = append(p.Warnings, warnings...)
	}
}
