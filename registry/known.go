package registry

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
)

// A known is what another snapshot holds already. Two that follow on each other
// differ in little: the rest need not be reviewed again, nor held twice. The zero
// value knows nothing.
type known struct {
	skills map[string]Skill  // by name
	data   map[string][]byte // by SHA256
}

// knownOf is what a snapshot holds, which may be nil.
func knownOf(s *Snapshot) known {
	if s == nil {
		return known{}
	}
	k := known{map[string]Skill{}, map[string][]byte{}}
	for _, skill := range s.Skills {
		k.skills[skill.Name] = skill
		for _, f := range skill.Files {
			k.data[f.SHA256] = f.Data
		}
	}
	for _, a := range s.Agents {
		k.data[a.File.SHA256] = a.File.Data
	}
	return k
}

// shared is data, or the same bytes where they are held already.
func (k known) shared(data []byte) []byte {
	if len(k.data) == 0 {
		return data
	}
	sum := sha256.Sum256(data)
	if held, same := k.data[hex.EncodeToString(sum[:])]; same {
		return held
	}
	return data
}

// skill is the skill of that name if it has exactly these files, sorted by path:
// all that is told of a skill follows from its name and them.
func (k known) skill(name string, files []File) (Skill, bool) {
	skill, found := k.skills[name]
	if !found || len(skill.Files) != len(files) {
		return Skill{}, false
	}
	same := slices.EqualFunc(skill.Files, files, func(a, b File) bool {
		return a.Path == b.Path && a.Mode == b.Mode && a.SHA256 == b.SHA256
	})
	return skill, same
}
