package clients

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
	// its file.
	Dir Paths
	Ext string
	// Next are the user's steps once an agent has come.
	Next []string
}

// AgentsDir returns the folder into which agents for this client go, an
// absolute path, or "" if it is given none.
func (c Client) AgentsDir(s System) string { return s.at(c.Agents.Dir) }

// AgentFile returns an agent as the client has it: the name of the file in
// [Client.AgentsDir] and its bytes. The error says why the client cannot have
// this agent.
func (c Client) AgentFile(a Agent) (name string, data []byte, err error) {
	return a.Name + c.Agents.Ext, a.Body, nil
}

// NoAgents says in a few words why the client is given no agents, "" if it is.
func (c Client) NoAgents() string { return "" }
