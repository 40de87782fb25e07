package installer

import (
	"reflect"
	"slices"
)

// planServers plans the entries, one for each file.
func (req Request) planServers(r Receipt, p *Plan) {
	type job struct {
		edit   serverEdit
		real   string
		unable error
	}
	var jobs []job
	for _, t := range req.Targets {
		if t.Server == nil {
			continue
		}
		file, err := t.Client.ServerFile(req.System, *t.Server)
		real := realPath(file.Path)
		i := slices.IndexFunc(jobs, func(j job) bool {
			return err == nil && j.unable == nil && j.real == real && reflect.DeepEqual(j.edit.file.Entry, file.Entry)
		})
		if i >= 0 {
			jobs[i].edit.ids = append(jobs[i].edit.ids, t.Client.ID)
			continue
		}
		jobs = append(jobs, job{unable: err, real: real, edit: serverEdit{
			force: req.Force, file: file, want: *t.Server, ids: []string{t.Client.ID}, last: r.live(file.Path),
		}})
	}
	for _, j := range jobs {
		if j.unable != nil {
			p.Actions = append(p.Actions, j.edit.unable(j.unable))
			continue
		}
		a, warnings := planServer(j.edit)
		p.Actions = append(p.Actions, a)
		p.Warnings = append(p.Warnings, warnings...)
	}
}
