package clients

import "slices"

// A SkillTrait is something unusual about a skill that some clients do not
// cope with.
type SkillTrait string

// The traits.
const (
	HasBOM          SkillTrait = "bom"              // SKILL.md starts with a byte order mark
	UnquotedColon   SkillTrait = "unquoted-colon"   // ": " in a description without quotes
	LongDescription SkillTrait = "long-description" // over 1024 characters
	NoFrontMatter   SkillTrait = "no-front-matter"
	BrokenYAML      SkillTrait = "broken-yaml"
	NoDescription   SkillTrait = "no-description"
	NoName          SkillTrait = "no-name"
)

// Skills says where a client looks for skills. The zero value is a client
// without a skills folder.
type Skills struct {
	// Dir is the folder that is ours. It is the one that clients share,
	// ~/.agents/skills, wherever the client reads it.
	Dir Paths
	// Also are the other folders in which the client finds skills.
	Also []Paths
	// Refused are the traits with which the client drops a skill, shows an
	// error in its place or loads it without its description.
	Refused []SkillTrait
	// Call is how a user calls a skill. It is empty for a client that has no
	// skills at all.
	Call Invocation
}

// SkillsDir returns the one folder into which skills for this client go, an
// absolute path, or "" if the client has no skills folder.
func (c Client) SkillsDir(s System) string { return s.at(c.Skills.Dir) }

// AlsoReads returns the other folders, absolute paths, in which the client
// finds skills: a skill that is in one of them too is there twice.
func (c Client) AlsoReads(s System) []string {
	own := c.SkillsDir(s)
	dirs := make([]string, 0, len(c.Skills.Also))
	for _, ps := range c.Skills.Also {
		if dir := s.at(ps); dir != "" && dir != own && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// Refuses returns those of traits that keep this client from loading a skill,
// as far as is known. Nil means that none of them is known to.
func (c Client) Refuses(traits []SkillTrait) []SkillTrait {
	var refused []SkillTrait
	for _, t := range traits {
		if slices.Contains(c.Skills.Refused, t) {
			refused = append(refused, t)
		}
	}
	return refused
}

// Invoke returns how a user calls the skill name in this client, such as
// "/name", or "automatic" if the assistant alone decides to load it.
func (c Client) Invoke(name string, userInvocable bool) string {
	if !userInvocable || c.Skills.Call == Automatic || c.Skills.Call == "" {
		return "automatic"
	}
	return string(c.Skills.Call) + name
}
