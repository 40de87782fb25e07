package installer

import (
	"fmt"
	"path/filepath"
	"slices"

	"fsskills/registry"
)

// leave reports whether what stands in the skill's place stays as it is, and
// says why in the action.
func (ip itemPlanner) leave(a *Action, have present, want thing, rec *Item) (bool, error) {
	switch {
	case have.strange() && !ip.force && ip.leadsHome(a.Path, want):
		a.Op, a.State, a.Reason = OpNone, StateCurrent, "a link to the same "+string(want.kind)+" in another folder"
		a.item.record, a.item.linked = rec, RealPath(a.Path)
		return true, nil
	case have.strange() && !ip.force:
		a.foreign(rec, describe(have))
		return true, nil
	case have.strange() && !have.shared:
		a.item.displace = &have
	case have.kind == folder && have.taken && rec == nil:
		same, err := identical(have, want.files)
		if err != nil {
			return false, err
		}
		if !same && !ip.force {
			a.foreign(rec, want.stranger(have))
			return true, nil
		}
		a.item.record.Adopted = same
	case have.kind == nothing && rec != nil && !rec.Left && !ip.again && !ip.force:
		a.Op, a.State, a.Reason = OpKeep, StateAbsent, want.kind.deleted()
		a.Hint = "fsskills install puts it back"
		gone := *rec
		gone.Name, gone.Commit = want.name, want.commit
		gone.Upstream = ip.upstream(want, gone.Files)
		a.item.record = &gone
		return true, nil
	}
	return false, nil
}

// foreign leaves alone what is not ours.
func (a *Action) foreign(rec *Item, what string) {
	a.Op, a.State, a.Partial = OpKeep, StateForeign, true
	a.Reason = what
	a.Hint = "move " + a.Path + " away, or let --force take over after a backup"
	a.item.record = rec
}

func describe(p present) string {
	if p.link != "" || p.kind == link {
		return fmt.Sprintf("a link to %s stands in its place", p.link)
	}
	return "a file stands in its place"
}

// identical reports whether every wanted file is there, byte for byte. Files
// of the user's own beside them do not matter.
func identical(have present, want []registry.File) (bool, error) {
	for _, w := range want {
		c, err := have.file(w.Path)
		if err != nil {
			return false, err
		}
		if c.SHA256 != w.SHA256 {
			return false, nil
		}
	}
	return true, nil
}

// leadsHome reports whether the link at path leads to the same thing in the
// folder of another chosen client, with the wanted bytes.
func (ip itemPlanner) leadsHome(path string, want thing) bool {
	real, err := filepath.EvalSymlinks(path)
	if err != nil || filepath.Base(real) != filepath.Base(path) || !slices.Contains(ip.targets, filepath.Dir(real)) {
		return false
	}
	have, err := want.kind.look(filepath.Dir(real), want.name, mainFile(want.files))
	if err != nil || have.kind != folder || have.strange() {
		return false
	}
	same, err := identical(have, want.files)
	return err == nil && same
}

// stranger says what stands in the thing's place and is not ours.
func (t thing) stranger(have present) string {
	if have.content.SHA256 == notAFile {
		return "something that is no file stands in its place"
	}
	if t.kind == KindAgent && have.content.SHA256 == t.raw {
		return "the agent as its source has it, which no client can use"
	}
	return t.kind.one() + " of this name that fsskills did not install"
}
