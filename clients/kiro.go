package clients

// kiro is an editor and a terminal program, which share files. KIRO_HOME moves
// those of the program alone. Either fills in a variable only once its user has
// allowed that, and sends its name otherwise.
var kiro = Client{
	ID:      "kiro",
	Aliases: []string{"kiro-cli", "kiro-ide"},
	Name:    "Kiro",
	Docs: []string{
		"https://kiro.dev/docs/mcp/configuration",
		"https://kiro.dev/docs/mcp/security",
		"https://kiro.dev/docs/cli/mcp/configuration",
		"https://kiro.dev/docs/skills",
		"https://kiro.dev/docs/cli/skills",
	},
	Evidence: Documented,
	Signs: Signs{
		Programs: []string{"kiro-cli", "kiro"},
		Apps: []Paths{
			{Darwin: "/Applications/Kiro.app", Windows: "${LOCALAPPDATA:-~/AppData/Local}/Programs/Kiro"},
			{Darwin: "~/Applications/Kiro.app"},
			{Darwin: "/Applications/Kiro CLI.app"},
		},
		Files: []Paths{
			kiroEditor,
			everywhere("~/.kiro/argv.json"),
			everywhere("~/.kiro/extensions"),
			everywhere("${KIRO_HOME:-~/.kiro}/settings/cli.json"),
			everywhere("${KIRO_HOME:-~/.kiro}/sessions"),
		},
	},
	Skills: Skills{
		Dir:  everywhere("${KIRO_HOME:-~/.kiro}/skills"),
		Also: []Paths{everywhere("~/.kiro/skills")},
		Call: Slash,
	},
	// Its older versions read JSON, the newer ones Markdown.
	Agents: Agents{
		Also:  []Paths{everywhere("${KIRO_HOME:-~/.kiro}/agents")},
		Reads: []string{".json", ".md"},
	},
	Servers: []Config{{
		Files:  []File{{At: everywhere("${KIRO_HOME:-~/.kiro}/settings/mcp.json")}},
		Root:   []string{"mcpServers"},
		Fields: kiroFields,
		Adapt:  keepHTTPType,
	}},
	More: []Config{{
		Files:  []File{{At: everywhere("~/.kiro/settings/mcp.json"), When: kiroEditor}},
		Root:   []string{"mcpServers"},
		Fields: kiroFields,
		Adapt:  keepHTTPType,
	}},
	Steps: Steps{
		OAuth: []string{"open Kiro's MCP servers (/mcp in kiro-cli): a browser opens to sign in when <name> connects"},
		APIKey: []string{
			"in the editor, allow <key> when Kiro asks about it (or list it under Mcp Approved Env Vars in its settings)",
			`for kiro-cli, add "<key>" to the list "kiroAgent.mcpApprovedEnvVars" in ~/.kiro/settings/cli.json`,
		},
		Unset:   "Kiro sends the text ${<key>} itself and the server answers 401",
		Desktop: true,
		Skills:  []string{"start a new Kiro session: type / to see the skills (a custom agent of kiro-cli sees only those that its \"resources\" name)"},
	},
	Project: &Project{
		Dir:        "./.kiro/skills",
		AlsoAgents: []Path{"./.kiro/agents"},
		Servers: []Config{{
			Files:  []File{{At: everywhere("./.kiro/settings/mcp.json")}},
			Root:   []string{"mcpServers"},
			Fields: kiroFields,
			Adapt:  keepHTTPType,
		}},
		Approve: []string{"open the project in Kiro (run kiro-cli in it) and trust the workspace when it asks"},
	},
}

var (
	kiroEditor = Paths{
		Linux:   "${XDG_CONFIG_HOME:-~/.config}/Kiro/User",
		Darwin:  "~/Library/Application Support/Kiro/User",
		Windows: "${APPDATA:-~/AppData/Roaming}/Kiro/User",
	}
	kiroFields = []Field{
		{Path: "url", Value: "<url>"},
		{Path: "headers/Authorization", Value: "Bearer ${<key>}", Auth: APIKey},
	}
)
