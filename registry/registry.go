// Package registry fetches the skills repository and reads the skills in it.
//
// It is the only package that talks git. A [Source] says where the skills come
// from; fetching it gives a [Snapshot]: the skills of one commit and the agents
// that they rely on, in memory, checked to be safe to write. An open source also tells what it was before:
// the commits since another one, and the older versions of its skills. A
// [Cache] keeps the last snapshot of each source for a time without network; it
// is all that is written to disk here. Nothing here knows a client.
package registry

import (
	"io/fs"
	"slices"
)

// DefaultSource is Fullstory's public skills repository.
const DefaultSource = "https://github.com/fullstorydev/fullstory-skills"

// A Kind is what a Source is.
type Kind string

// The kinds of sources.
const (
	Git     Kind = "git"     // a remote repository
	Local   Kind = "local"   // a git repository in a local folder, opened and not cloned
	Folder  Kind = "folder"  // a plain folder
	Archive Kind = "archive" // a .zip or .tar.gz file
)

// A Source is where skills come from.
type Source struct {
	Kind Kind
	// URL is the remote's address, or the absolute path of the folder or
	// archive. It never holds a password.
	URL string
	// Ref is a branch, a tag or a full commit id; empty means the remote's HEAD.
	Ref string
}

// A Snapshot is what a source held at one moment.
type Snapshot struct {
	Source Source
	// Commit is the full commit id. A plain folder or archive has none: there
	// it is "sha256:" and a digest of its skills and agents.
	Commit string
	// Pinned is true when Ref is a tag or a commit id and so never moves.
	Pinned bool
	Skills []Skill // sorted by name
	// Agents are those that the skills rely on, sorted by name. There may be
	// none.
	Agents []Agent
	// Refused names what was left out because it is unsafe to write.
	Refused []Refusal
	// Warnings are for the user: a dirty work tree, an odd manifest.
	Warnings []string
}

// HasAgents says whether there is an agent, or would be if it were not refused.
func (s *Snapshot) HasAgents() bool {
	return len(s.Agents) > 0 || slices.ContainsFunc(s.Refused, func(r Refusal) bool { return r.Agent != "" })
}

// AllAgents stands for the name in a [Refusal] of all agents that there may be.
// It is no name of one.
const AllAgents = "*"

// A Refusal is a skill or an agent that is left out, and why.
type Refusal struct {
	// Skill or Agent is its name; the other is empty. Both are for a path of an
	// archive that is in neither.
	Skill  string `json:"skill,omitempty"`
	Agent  string `json:"agent,omitempty"`
	Path   string `json:"path"`
	Reason string `json:"reason"`
	// Unclear is true if nothing about it is unsafe, and it is only written in a
	// way that is not known.
	Unclear bool `json:"unclear,omitempty"`
	// Strict is true if it could be installed, and the user wants nothing that
	// has findings.
	Strict bool `json:"-"`
}

// A Skill is a folder with a SKILL.md.
type Skill struct {
	Name          string // the folder's name
	Description   string
	UserInvocable bool
	Path          string // folder inside the source, slash-separated
	Files         []File // sorted by path
	// Traits are what some clients are known to stumble over.
	Traits   []Trait
	Warnings []string
	// Findings are what a user should look at, in the order of files and lines.
	Findings []Finding
}

// A File is one file of a skill, or that of an agent.
type File struct {
	Path   string // below the folder of the skill or the agents, slash-separated
	Mode   fs.FileMode
	Data   []byte
	SHA256 string // lower-case hex
}

// A Trait is a property of a skill that makes some client not load it.
type Trait string

// The traits that clients were seen to stumble over.
const (
	TraitBOM             Trait = "bom"
	TraitNoFrontMatter   Trait = "no-front-matter"
	TraitBrokenYAML      Trait = "broken-yaml"
	TraitUnquotedColon   Trait = "unquoted-colon"
	TraitNoName          Trait = "no-name"
	TraitNoDescription   Trait = "no-description"
	TraitLongDescription Trait = "long-description"
)
