package clients

import "fsskills/clients/document"

// junie is a plugin of JetBrains' IDEs and a terminal program; they share
// files. The plugin's page says that it takes local servers only, so that the
// bridge is what works in both.
var junie = Client{
	ID:      "junie",
	Aliases: []string{"junie-cli", "jetbrains-junie"},
	Name:    "Junie",
	Docs: []string{
		"https://www.jetbrains.com/help/junie/model-context-protocol-mcp.html",
		"https://junie.jetbrains.com/docs/junie-cli-mcp-configuration.html",
		"https://junie.jetbrains.com/docs/agent-skills.html",
	},
	Evidence: Documented,
	Signs: Signs{
		Programs: []string{"junie"},
		Files: []Paths{
			everywhere("${JUNIE_DATA:-~/.local/share/junie}/versions"), // as its installer has it
			everywhere("~/.junie/logs"),
		},
	},
	Skills: Skills{Dir: everywhere("~/.junie/skills"), Call: Automatic},
	Agents: Agents{Reads: []string{".md"}},
	Servers: []Config{
		{
			Files:  []File{{At: Paths{Linux: "~/.junie/mcp/mcp.json", Darwin: "~/.junie/mcp/mcp.json"}}},
			Format: document.JSON,
			Root:   []string{"mcpServers"},
			Fields: bridgeFields,
			Drop:   bridgeDrop,
			Keep:   bridgeKeep,
			NoKey:  errJunieKey,
		},
		{
			Files:    []File{{At: Paths{Windows: "~/.junie/mcp/mcp.json"}}},
			Format:   document.JSON,
			Root:     []string{"mcpServers"},
			Fields:   cmdBridgeFields,
			Drop:     bridgeDrop,
			Keep:     bridgeKeep,
			NoKey:    errJunieKey,
			NotInURL: notInCommand,
		},
	},
	Steps: Steps{
		OAuth:  []string{"start Junie: a browser opens to sign in (this needs Node.js, for npx)"},
		Skills: []string{"start a new task in Junie"},
	},
	// Whether Junie reads the ./.agents/skills of a project is told both ways.
	// The file of a project is for a team with several systems.
	Project: &Project{
		Dir:        "./.junie/skills",
		Also:       []Path{"./.agents/skills"},
		AlsoAgents: []Path{"./.junie/agents"},
		Servers: []Config{{
			Files:    []File{{At: everywhere("./.junie/mcp/mcp.json")}},
			Format:   document.JSON,
			Root:     []string{"mcpServers"},
			Fields:   bridgeFields,
			Drop:     bridgeDrop,
			Keep:     bridgeKeep,
			NoKey:    errJunieKey,
			NotInURL: notInCommand,
		}},
	},
}

var errJunieKey = &Unable{
	Reason: "whether Junie takes a key from the environment is not documented",
	Remedy: "use --auth oauth for junie",
}
