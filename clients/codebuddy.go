package clients

// codebuddy is CodeBuddy's terminal program; it could not be had to be run.
// Users of several of its versions agree on its files, of which it reads the
// first that is there and no other, and on the variables, whose names have to
// be in upper case
// (https://github.com/dyoshikawa/rulesync/blob/main/src/features/mcp/codebuddy-mcp.ts).
var codebuddy = Client{
	ID:      "codebuddy",
	Aliases: []string{"codebuddy-code", "codebuddy-cli", "tencent-codebuddy"},
	Name:    "CodeBuddy",
	Docs: []string{
		"https://www.codebuddy.ai/docs/cli/mcp",
		"https://www.codebuddy.ai/docs/cli/skills",
		"https://github.com/dyoshikawa/rulesync/blob/main/src/features/mcp/codebuddy-mcp.ts",
	},
	Evidence: Reported,
	Signs:    Signs{Programs: []string{"codebuddy"}},
	Skills: Skills{
		Dir:  everywhere("~/.codebuddy/skills"),
		Call: Slash,
	},
	Servers: []Config{{
		Files: []File{
			{At: everywhere("~/.codebuddy/.mcp.json"), Found: true},
			{At: everywhere("~/.codebuddy/mcp.json"), Found: true},
			{At: everywhere("~/.codebuddy.json"), Found: true},
			{At: everywhere("~/.codebuddy/.mcp.json")},
		},
		Root:   []string{"mcpServers"},
		Fields: dotMCPFields,
	}},
	Steps: Steps{
		OAuth:  []string{"start codebuddy, type /mcp and sign in to <name>; a version that cannot do so needs --auth api-key"},
		APIKey: []string{"start codebuddy anew; codebuddy mcp list shows <name>"},
		Unset:  "the server answers 401",
		Skills: []string{"start a new codebuddy session: type / to see the skills"},
	},
	Project: &Project{
		Dir:     "./.codebuddy/skills",
		Servers: []Config{dotMCP},
		Approve: []string{"start codebuddy in the project and approve <name> when it asks"},
	},
}
