package installer

import "fsskills/registry"

// copied returns a record of a skill that somebody else has put there, if it is
// one that the source had at some other commit, byte for byte: then it is
// upstream's, and follows it like any other. Of several, the one that accounts
// for most of the files is meant.
func (ip itemPlanner) copied(have present, want registry.Skill) (*Item, error) {
	if have.kind != folder || !have.skill {
		return nil, nil
	}
	if same, err := identical(have, want); same || err != nil {
		return nil, err
	}
	var best *registry.Version
	for i, v := range ip.versions {
		if v.Skill.Name != want.Name || best != nil && len(v.Skill.Files) <= len(best.Skill.Files) {
			continue
		}
		same, err := identical(have, v.Skill)
		if err != nil {
			return nil, err
		}
		if same {
			best = &ip.versions[i]
		}
	}
	if best == nil {
		return nil, nil
	}
	rec := &Item{
		Kind: KindSkill, Name: want.Name, Folder: ip.folder, Clients: ip.ids, Commit: best.Commit,
		Description: best.Skill.Description, UserInvocable: best.Skill.UserInvocable, Adopted: true, shared: ip.locked,
	}
	for _, f := range best.Skill.Files {
		rec.Files = append(rec.Files, File{Path: f.Path, SHA256: f.SHA256, Exec: f.Mode&0o100 != 0})
	}
	return rec, nil
}

// Strangers returns the names of the skills in whose places the plan finds
// skills that are not the snapshot's: they may be copies of older ones.
func (p Plan) Strangers() []string {
	var names []string
	for _, a := range p.Actions {
		if a.Kind == KindSkill && a.State == StateForeign && isFolder(a.Path) {
			names = append(names, a.Name)
		}
	}
	return union(names, nil)
}
