package clients

import (
	"bytes"
	"slices"
)

// An Agent is a sub-agent, in no client's spelling.
type Agent struct {
	Name        string
	Description string
	// Tools are the tools of the server [ServerName] that it may use.
	Tools []string
	// Body is what it is told.
	Body []byte
}

// Agents says where a client keeps the user's sub-agents and how it spells one.
// The zero value is a client of which that is not known well enough: an agent
// in a wrong spelling is worse than none.
type Agents struct {
	// Dir is the folder, and Ext what follows the agent's name in the name of
	// its file. Without a Dir the client is given no agents.
	Dir Paths
	Ext string
	// Also are the other folders in which the client finds agents, and Reads
	// are the endings of the files that it reads in any of them. They are known
	// of some clients that are given none.
	Also  []Paths
	Reads []string
	// Plugin are the folders with the agents of Fullstory's plugin; a "*" in one
	// stands for any name.
	Plugin []Paths
	// Form is how a file is laid out. If Unnamed is true, it has no name in it:
	// the file's own name counts. Fixed are keys that every agent has.
	Form    AgentForm
	Unnamed bool
	Fixed   []AgentKey
	// Tools is how the list of tools is written and Spellings are the names of
	// one tool, of which "<server>" and "<tool>" are a part.
	Tools     ToolForm
	Spellings []string
	// Open says what an agent may use in a client that cannot hold it to its
	// tools. It is empty for one that can.
	Open string
	// None says in a few words, of which the client is the subject, why it is
	// given no agents, where more is known than that nobody has tried.
	None string
	// AsShipped says in the same way what the client does with an agent in the
	// spelling of Fullstory's repository; empty if that is not known.
	AsShipped string
}

// An AgentKey is a key with the value that it has in every agent.
type AgentKey struct{ Key, Value string }

// An AgentForm is how the file of an agent is laid out.
type AgentForm string

// The forms.
const (
	FrontMatter AgentForm = "front matter" // Markdown below a block of YAML
	TOMLKeys    AgentForm = "toml"         // TOML, with the text under a key
)

// A ToolForm is how an agent's list of tools is written.
type ToolForm string

// The ways.
const (
	NoToolList  ToolForm = ""            // not at all: the client has no such list
	ToolLine    ToolForm = "line"        // tools: with the names on one line
	ToolItems   ToolForm = "items"       // tools: with a YAML list
	Permissions ToolForm = "permissions" // permission: all denied, and then each allowed
)

const (
	noAgentFiles = "has no sub-agent files"
	notVerified  = "has not been seen to run an agent of this kind"
)

// AgentsDir returns the folder into which agents for this client go, an
// absolute path, or "" if it is given none.
func (c Client) AgentsDir(s System) string { return s.at(c.Agents.Dir) }

// AgentFolders returns every folder, an absolute path, in which the client is
// known to find agents, that of [Client.AgentsDir] first.
func (c Client) AgentFolders(s System) []string {
	dirs := make([]string, 0, 1+len(c.Agents.Also))
	for _, ps := range append([]Paths{c.Agents.Dir}, c.Agents.Also...) {
		if dir := s.at(ps); dir != "" && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// PluginAgentFolders returns the folders, absolute paths, in which Fullstory's
// plugin has its agents as far as it is there and that is known.
func (c Client) PluginAgentFolders(s System) []string {
	var dirs []string
	for _, ps := range c.Agents.Plugin {
		pattern := s.at(ps)
		if pattern == "" {
			continue
		}
		found, err := s.Glob(pattern)
		if err == nil { // else the pattern is no pattern, which the tests would show
			dirs = append(dirs, found...)
		}
	}
	return dirs
}

// AgentEndings returns what follows an agent's name in the names of the files
// that the client reads in [Client.AgentFolders], such as ".md".
func (c Client) AgentEndings() []string { return slices.Clone(c.Agents.Reads) }

// NoAgents says in a few words why the client is given no agents, "" if it is.
// The client is their subject: "has no sub-agent files".
func (c Client) NoAgents() string {
	switch {
	case c.Agents.Dir != Paths{}:
		return ""
	case c.Agents.None != "":
		return c.Agents.None
	}
	return notVerified
}

// SpellsAs reports whether the client wants the files of agents just as the other
// does.
func (c Client) SpellsAs(other Client) bool {
	probe := Agent{Name: "a", Description: "a", Tools: []string{"a", "b"}, Body: []byte("a")}
	name, data, err := c.AgentFile(probe)
	theirs, wanted, otherErr := other.AgentFile(probe)
	return err == nil && otherErr == nil && name == theirs && bytes.Equal(data, wanted)
}

// OpenAgents says what an agent may use beside its tools in a client that
// cannot hold it to them. It is "" for one that can.
func (c Client) OpenAgents() string { return c.Agents.Open }

// UpstreamAgent says what the client does with the file of an agent as
// Fullstory's repository has it, whose tools are in no client's spelling. The
// client is the subject of the words; "" means that it is not known.
func (c Client) UpstreamAgent() string { return c.Agents.AsShipped }

// in returns the agents of the project p for a client that has these for its
// user: the same spelling in other folders. Without p there are none.
func (a Agents) in(p *Project) Agents {
	if p == nil {
		return Agents{None: a.None}
	}
	a.Dir, a.Also = everywhere(p.Agents), nil
	for _, also := range p.AlsoAgents {
		a.Also = append(a.Also, everywhere(also))
	}
	return a
}
