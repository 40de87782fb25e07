package clients

// bob is IBM's editor Bob and its shell. The editor's file for the user has
// moved: its page had it in ~/.bob first and has it in ~/.bob/settings now
// (https://github.com/dyoshikawa/rulesync/blob/main/src/features/mcp/bob-mcp.ts).
// In a project the place is certain. A URL without a type is one for
// server-sent events; how a header takes a variable is not said. There are
// other programs called bob, so that it is told by its files.
var bob = Client{
	ID:      "bob",
	Aliases: []string{"ibm-bob", "bobshell", "bob-shell"},
	Name:    "IBM Bob",
	Docs: []string{
		"https://bob.ibm.com/docs/ide/configuration/mcp/mcp-in-bob",
		"https://bob.ibm.com/docs/ide/features/skills",
		"https://www.ibm.com/docs/en/SSZGQX/com.ibm.ads.develop/topics/tsk_connect_bob_mcp.html",
		"https://github.com/dyoshikawa/rulesync/blob/main/src/features/mcp/bob-mcp.ts",
	},
	Evidence: Reported,
	Signs:    Signs{Files: []Paths{everywhere("~/.bob/settings/settings.json")}},
	Skills: Skills{
		Dir:  everywhere("~/.bob/skills"),
		Call: Automatic,
	},
	Servers: []Config{{
		Files: []File{
			{At: everywhere("~/.bob/settings/mcp.json"), Found: true},
			{At: everywhere("~/.bob/mcp_settings.json"), Found: true, Unless: everywhere("~/.bob/settings")},
			{At: everywhere("~/.bob/settings/mcp.json")},
		},
		Root:    []string{"mcpServers"},
		Fields:  bobFields,
		NoKey:   errBobKey,
		Literal: []Field{{Path: "headers/Authorization", Value: "Bearer <secret>"}},
	}},
	Steps: Steps{
		OAuth:   []string{"open Bob's MCP settings and restart <name>: a browser opens to sign in"},
		APIKey:  []string{"open Bob's MCP settings and restart <name>"},
		Desktop: true,
		Skills:  []string{"start a new task in Bob: it loads skills by itself"},
	},
	Project: &Project{
		Dir: "./.bob/skills",
		Servers: []Config{{
			Files:  []File{{At: everywhere("./.bob/mcp.json")}},
			Root:   []string{"mcpServers"},
			Fields: bobFields,
			NoKey:  errBobKey,
		}},
	},
}

var (
	bobFields = []Field{
		{Path: "type", Value: "streamable-http"},
		{Path: "url", Value: "<url>"},
	}
	errBobKey = &Unable{
		Reason: "how Bob takes a header from the environment is not documented",
		Remedy: "use --auth oauth for bob",
	}
)
