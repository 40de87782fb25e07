package clients

// droid was run as 0.225.2. An entry without "type" is taken for a local
// program that never answers. FACTORY_HOME_OVERRIDE stands for the whole home
// folder. The server of a project counts before the user's of that name, and
// was connected to without a question.
var droid = Client{
	ID:      "droid",
	Aliases: []string{"factory", "factory-droid", "factorydroid", "factory-ai", "factory-cli"},
	Name:    "Factory Droid",
	Docs: []string{
		"https://docs.factory.ai/harness/mcp",
		"https://docs.factory.ai/cli/configuration/skills",
	},
	Evidence: Observed,
	Version:  "0.225.2",
	Signs: Signs{
		Programs: []string{"droid"},
		Files: []Paths{
			everywhere("${FACTORY_HOME_OVERRIDE:-~}/.factory/host.json"),
			everywhere("${FACTORY_HOME_OVERRIDE:-~}/.factory/telemetry"),
			everywhere("${FACTORY_HOME_OVERRIDE:-~}/.factory/auth.encrypted"),
			everywhere("${FACTORY_HOME_OVERRIDE:-~}/.factory/history.json"),
		},
	},
	Skills: Skills{
		Dir: everywhere("${FACTORY_HOME_OVERRIDE:-~}/.agents/skills"),
		Also: []Paths{
			everywhere("${FACTORY_HOME_OVERRIDE:-~}/.factory/skills"),
			everywhere("${FACTORY_HOME_OVERRIDE:-~}/.agent/skills"),
		},
		Call: Slash,
	},
	Agents: Agents{
		Also:  []Paths{everywhere("${FACTORY_HOME_OVERRIDE:-~}/.factory/droids")},
		Reads: []string{".md"},
	},
	Servers: []Config{{
		Files:   []File{{At: everywhere("${FACTORY_HOME_OVERRIDE:-~}/.factory/mcp.json")}},
		Root:    []string{"mcpServers"},
		Fields:  droidFields,
		AlsoKey: []string{"${<key>:-"},
	}},
	Steps: Steps{
		OAuth:  []string{"start droid, type /mcp, choose <name> and Authenticate"},
		APIKey: []string{"start droid anew; droid mcp list shows whether <name> connects"},
		Unset:  "Droid does not connect to this server; its others go on",
		Skills: []string{"start a new droid session: type / to see the skills"},
	},
	Project: &Project{
		Dir:        "./.agents/skills",
		Also:       []Path{"./.factory/skills", "./.agent/skills"},
		AlsoAgents: []Path{"./.factory/droids"},
		Servers: []Config{{
			Files:   []File{{At: everywhere("./.factory/mcp.json")}},
			Root:    []string{"mcpServers"},
			Fields:  droidFields,
			AlsoKey: []string{"${<key>:-"},
		}},
	},
}

var droidFields = []Field{
	{Path: "type", Value: "http"},
	{Path: "url", Value: "<url>"},
	{Path: "headers/Authorization", Value: "Bearer ${<key>}", Auth: APIKey},
}
