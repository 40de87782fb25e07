package installer

import "fsskills/registry"

// copied returns a record of a skill that somebody else has put there, if it is
// one that the source had at some other commit, byte for byte: then it is
// upstream's, and follows it like any other. Of several, the one that accounts
// for most of the files is meant.
func (ip itemPlanner) copied(have present, want thing) (*Item, error) {
	if want.kind != KindSkill || have.kind != folder || !have.taken {
		return nil, nil // of an agent, no other commit's spelling is known
	}
	if same, err := identical(have, want.files); same || err != nil {
		return nil, err
	}
	best, err := versionOf(have, want.name, ip.versions)
	if best == nil || err != nil {
		return nil, err
	}
	rec := &Item{
		Kind: KindSkill, Name: want.name, Folder: ip.folder, Clients: ip.ids, Commit: best.Commit,
		Description: best.Skill.Description, UserInvocable: best.Skill.UserInvocable, Adopted: true, shared: ip.locked,
	}
	rec.Files = filesOf(best.Skill.Files)
	return rec, nil
}

// versionOf returns the version of a skill that is there, byte for byte: of
// several the one that accounts for most of the files. It is nil if none is.
func versionOf(have present, name string, versions []registry.Version) (*registry.Version, error) {
	var best *registry.Version
	for i, v := range versions {
		if v.Skill.Name != name || best != nil && len(v.Skill.Files) <= len(best.Skill.Files) {
			continue
		}
		same, err := identical(have, v.Skill.Files)
		if err != nil {
			return nil, err
		}
		if same {
			best = &versions[i]
		}
	}
	return best, nil
}

// filesOf are the files of a thing as they are recorded.
func filesOf(of []registry.File) []File {
	files := make([]File, len(of))
	for i, f := range of {
		files[i] = File{Path: f.Path, SHA256: f.SHA256, Exec: f.Mode&0o100 != 0}
	}
	return files
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
