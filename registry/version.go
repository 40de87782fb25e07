package registry

// A Version is a skill as its source had it at some commit.
type Version struct {
	Commit string
	Skill  Skill
}
