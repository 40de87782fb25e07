package clients

// iflow is known from what others write for it
// (https://github.com/whit3rabbit/agent-config/blob/main/docs/agents/iflow.md).
// That is how it starts local programs: how it would spell a remote server is
// not there, so that it gets the bridge.
var iflow = Client{
	ID:      "iflow",
	Aliases: []string{"iflow-cli"},
	Name:    "iFlow CLI",
	Docs: []string{
		"https://platform.iflow.cn/en/cli/configuration/settings",
		"https://platform.iflow.cn/en/cli/examples/skill",
		"https://github.com/whit3rabbit/agent-config/blob/main/docs/agents/iflow.md",
	},
	Evidence: Reported,
	Signs:    Signs{Programs: []string{"iflow"}},
	Skills: Skills{
		Dir:  everywhere("~/.iflow/skills"),
		Call: Automatic,
	},
	Servers: []Config{
		{
			Files:  []File{{At: Paths{Linux: "~/.iflow/settings.json", Darwin: "~/.iflow/settings.json"}}},
			Root:   []string{"mcpServers"},
			Fields: bridgeFields,
			Drop:   bridgeDrop,
			Keep:   bridgeKeep,
			NoKey:  errIFlowKey,
		},
		{
			Files:    []File{{At: Paths{Windows: "~/.iflow/settings.json"}}},
			Root:     []string{"mcpServers"},
			Fields:   cmdBridgeFields,
			Drop:     bridgeDrop,
			Keep:     bridgeKeep,
			NoKey:    errIFlowKey,
			NotInURL: notInCommand,
		},
	},
	Steps: Steps{
		OAuth:  []string{"start iflow: a browser opens to sign in (this needs Node.js, for npx); iflow mcp list shows <name>"},
		Skills: []string{"start a new iflow session: it reads skills when it starts"},
	},
	Project: &Project{Dir: "./.iflow/skills"},
}

var errIFlowKey = &Unable{
	Reason: "how iFlow CLI sends a header to a remote server is not documented",
	Remedy: "use --auth oauth for iflow",
}
