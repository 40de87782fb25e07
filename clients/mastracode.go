package clients

// mastraCode was run as 0.32.1, and its source read. A comment or a trailing
// comma in its file is as bad as an empty file. In a project it starts what
// .mcp.json names without asking.
var mastraCode = Client{
	ID:      "mastracode",
	Aliases: []string{"mastra", "mastra-code"},
	Name:    "Mastra Code",
	Docs: []string{
		"https://github.com/mastra-ai/mastra/blob/main/docs/src/content/en/docs/mastra-code/configuration.mdx",
		"https://www.npmjs.com/package/mastracode",
	},
	Evidence: Observed,
	Version:  "0.32.1",
	Signs: Signs{
		Programs: []string{"mastracode"},
		Files: []Paths{
			everywhere("${MASTRA_APP_DATA_DIR}/mastra.db"),
			{
				Linux:   "${XDG_DATA_HOME:-~/.local/share}/mastracode",
				Darwin:  "~/Library/Application Support/mastracode",
				Windows: "${APPDATA:-~/AppData/Roaming}/mastracode",
			},
		},
	},
	Skills: Skills{
		Dir:  everywhere("~/.agents/skills"),
		Also: []Paths{everywhere("~/.mastracode/skills"), everywhere("~/.claude/skills")},
		Call: Automatic,
	},
	Servers: []Config{{
		Files:  []File{{At: everywhere("~/.mastracode/mcp.json")}},
		Strict: true,
		Root:   []string{"mcpServers"},
		Fields: []Field{
			{Path: "url", Value: "<url>"},
			{Path: "headers/Authorization", Value: "Bearer ${<key>}", Auth: APIKey},
		},
		Adapt: keepHTTPType,
	}},
	Steps: Steps{
		OAuth:  []string{"start mastracode, type /mcp, choose <name> and authenticate"},
		APIKey: []string{"start mastracode anew; /mcp shows whether <name> connects"},
		Unset:  "Mastra Code sends an empty key and the server answers 401",
		Skills: []string{"start mastracode anew: it reads skills when it starts"},
	},
	Project: &Project{
		Dir:     "./.agents/skills",
		Also:    []Path{"./.mastracode/skills", "./.claude/skills"},
		Servers: []Config{dotMCP},
	},
}
