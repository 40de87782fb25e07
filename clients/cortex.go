package clients

// cortex is Snowflake's Cortex Code for the terminal. Its pages name the
// files; the spelling of an entry is somebody else's word, with the vendor's
// page for it
// (https://github.com/dyoshikawa/rulesync/blob/main/src/features/mcp/cortexcode-mcp.ts).
// How a header takes a variable is not said there. There are other programs
// called cortex, so that it is told by its files.
var cortex = Client{
	ID:      "cortex",
	Aliases: []string{"cortex-code", "cortexcode", "snowflake-cortex-code"},
	Name:    "Snowflake Cortex Code",
	Docs: []string{
		"https://docs.snowflake.com/en/user-guide/cortex-code/extensibility",
		"https://docs.snowflake.com/en/user-guide/cortex-code/settings",
		"https://github.com/dyoshikawa/rulesync/blob/main/src/features/mcp/cortexcode-mcp.ts",
	},
	Evidence: Reported,
	Signs: Signs{
		Files: []Paths{everywhere(cortexHome + "/settings.json"), everywhere(cortexHome + "/permissions.json")},
	},
	Skills: Skills{
		Dir:  everywhere(cortexHome + "/skills"),
		Also: []Paths{everywhere("~/.claude/skills")},
		Call: Dollar,
	},
	Servers: []Config{{
		Files: []File{{At: everywhere(cortexHome + "/mcp.json")}},
		Root:  []string{"mcpServers"},
		Fields: []Field{
			{Path: "type", Value: "http"},
			{Path: "url", Value: "<url>"},
		},
		NoKey: &Unable{
			Reason: "how Cortex Code takes a header from the environment is not documented",
			Remedy: "use --auth oauth for cortex",
		},
		Literal: []Field{{Path: "headers/Authorization", Value: "Bearer <secret>"}},
	}},
	Steps: Steps{
		OAuth:  []string{"start cortex and sign in to <name> in the browser; its tools are there from the next session on"},
		APIKey: []string{"start cortex anew; cortex mcp list shows <name>"},
		Skills: []string{"start a new cortex session: type $ to see the skills"},
	},
	Project: &Project{
		Dir:  "./.cortex/skills",
		Also: []Path{"./.claude/skills"},
	},
}

const cortexHome = "${SNOWFLAKE_HOME:-~/.snowflake}/cortex"
