package installer

// restoreServer plans the return of a config file's bytes.
func restoreServer(c Change, edit serverEdit, was, r Receipt) Action {
	a := Action{Kind: c.Kind, Path: c.Path}
	record := c.Server
	for _, known := range []Receipt{was, r} {
		for i := range known.Servers {
			if RealPath(known.Servers[i].Path) == c.Path {
				a.Path, record = known.Servers[i].Path, &known.Servers[i]
			}
		}
	}
	if record != nil {
		a.Name, a.Clients = record.Place.Name, record.Clients
		edit.file.Path, edit.file.Format, edit.file.Place = a.Path, record.Format, record.Place
	}
	edit.last = was.Server(a.Path)
	step := &serverStep{edit: edit, target: c.Path, record: r.Server(a.Path)}
	a.server = step
	have, err := readContent(c.Path)
	if out := outside(r.Project, c.Path); out != nil {
		err = out
	}
	if err != nil {
		return a.refused(err)
	}
	step.before = have
	step.edit.secrets = secrets{}
	for _, known := range []*Server{edit.last, step.record} {
		step.edit.secrets.lookFor(known, have.Data)
		step.edit.secrets.lookFor(known, edit.exact.Data)
	}
	out := edit.on(have)
	a.Op, a.State, a.Reason, a.Hint, a.Partial = out.op, out.state, out.reason, out.hint, out.partial
	if a.Op == OpKeep {
		return a
	}
	step.record, step.mode = out.record, out.mode
	step.replaces = edit.force && a.Changes()
	a.WritesKey = out.writesKey && a.Changes()
	if a.Changes() && !out.gone {
		step.after = Content{SHA256: out.sha256, Mode: edit.modeAfter(out, have), Data: out.data}
	}
	return a
}

// putBack works out the return of a file's bytes from before an operation.
func (e serverEdit) putBack(have Content) outcome {
	out := outcome{op: OpNone, state: StateCurrent, record: e.last}
	switch {
	case e.exact.SHA256 == have.SHA256:
		return out
	case !e.left.is(have) && !e.force:
		out.op, out.state, out.partial = OpKeep, StateEdited, true
		out.reason = "changed since"
		out.hint = "--diff shows the difference, --force overwrites after a backup"
		return out
	case e.lost != nil:
		out.op, out.state, out.partial = OpKeep, StateEdited, true
		out.reason = "the API key that was in it is not kept in the backup"
		out.hint = "set " + e.lost.variable + " to that key and run 'fsskills restore " + e.lost.operation + "'"
		return out
	case !e.exact.Exists():
		out.op, out.gone = OpRemove, true
	case have.Exists():
		out.op = OpUpdate
	default:
		out.op, out.state = OpCreate, StateAbsent
	}
	out.data, out.sha256 = e.exact.Data, e.exact.SHA256
	out.writesKey = e.keyed
	if !have.Exists() || have.Mode == e.left.Mode && !e.shared || out.writesKey {
		out.mode = e.exact.Mode
	}
	return out
}
