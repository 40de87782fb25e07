package clients

// windsurf is sold as Devin Desktop since June 2026. Its older agent, Cascade,
// and its newer one, Devin Local, have a file and a spelling each; 3.9.19 has
// the newer one alone. Where both are there, both files count. The plugin for
// JetBrains editors has a third (https://github.com/laravel/boost/issues/87).
var windsurf = Client{
	ID:      "windsurf",
	Aliases: []string{"codeium", "cascade", "devin-desktop"},
	Name:    "Windsurf (Devin Desktop)",
	Docs: []string{
		"https://docs.windsurf.com/windsurf/cascade/mcp",
		"https://docs.windsurf.com/plugins/cascade/mcp",
		"https://docs.devin.ai/desktop/cascade/mcp",
		"https://docs.devin.ai/desktop/devin-local",
		"https://docs.devin.ai/desktop/changelog",
		"https://docs.devin.ai/desktop/cascade/skills",
	},
	Evidence: Documented,
	Signs: Signs{
		Programs: []string{"windsurf", "devin-desktop"},
		Apps: []Paths{
			{Darwin: "/Applications/Windsurf.app", Windows: "${LOCALAPPDATA:-~/AppData/Local}/Programs/Windsurf"},
			{Darwin: "/Applications/Devin.app", Windows: "${LOCALAPPDATA:-~/AppData/Local}/Programs/Devin"},
		},
		Files: []Paths{
			everywhere("~/.windsurf/argv.json"),
			everywhere("~/.windsurf/extensions"),
			everywhere("~/.codeium/windsurf/memories"),
			everywhere("~/.codeium/windsurf/installation_id"),
			{
				Linux:   "${XDG_CONFIG_HOME:-~/.config}/Windsurf/User",
				Darwin:  "~/Library/Application Support/Windsurf/User",
				Windows: "${APPDATA:-~/AppData/Roaming}/Windsurf/User",
			},
			devinDesktop,
		},
	},
	Skills: Skills{
		Dir:  everywhere("~/.agents/skills"),
		Also: []Paths{everywhere("~/.codeium/windsurf/skills"), devinSkills, everywhere("~/.claude/skills")},
		Call: Slash,
	},
	Agents: devinAgents,
	Servers: []Config{
		{
			Files: []File{
				{At: devinFile, When: devinFolder, Shared: true},
				{At: devinFile, When: devinDesktop, Shared: true},
			},
			Root:   []string{"mcpServers"},
			Fields: devinFields,
			Adapt:  keepHTTPType,
			NoKey:  errDevinKey, Literal: devinLiteral,
		},
		cascadeServers,
		{
			Files:  []File{{At: devinFile, Shared: true}},
			Root:   []string{"mcpServers"},
			Fields: devinFields,
			Adapt:  keepHTTPType,
			NoKey:  errDevinKey, Literal: devinLiteral,
		},
	},
	More: []Config{
		cascadeServers,
		{
			Files:  []File{{At: everywhere("~/.codeium/mcp_config.json"), Found: true}},
			Root:   []string{"mcpServers"},
			Fields: cascadeFields,
			Adapt:  keepHTTPType,
		},
	},
	Steps: Steps{
		OAuth: []string{"open the MCP servers in the editor's settings, choose Refresh, and Authenticate beside <name> (in a terminal: devin mcp login <name>)"},
		APIKey: []string{
			"open the MCP servers in the editor's settings and choose Refresh: Cascade takes the key, the newer Devin Local has no documented way to",
		},
		Unset:   "the server answers 401",
		Desktop: true,
		Skills:  []string{"start a new conversation: type / to see the skills (@ in Cascade)"},
	},
	Project: &devinProject,
}

// devinCLI is the agent of Devin Desktop in a terminal. It reads the same file
// as that since 3000.3; what older versions have under the same key in
// config.json it moves there when it starts
// (https://docs.devin.ai/cli/extensibility/mcp/configuration).
var devinCLI = Client{
	ID:      "devin-cli",
	Aliases: []string{"devin", "devin-terminal", "devin-for-terminal"},
	Name:    "Devin for Terminal",
	Docs: []string{
		"https://docs.devin.ai/cli/extensibility/mcp/configuration",
		"https://docs.devin.ai/cli/extensibility/skills/overview",
		"https://docs.devin.ai/cli/reference/configuration/config-file",
	},
	Evidence: Documented,
	Signs: Signs{
		Programs: []string{"devin"},
		Files: []Paths{
			{Linux: unixDevin + "/config.json", Darwin: unixDevin + "/config.json", Windows: windowsDevin + "/config.json"},
			{Linux: "${XDG_DATA_HOME:-~/.local/share}/devin/cli", Darwin: "~/Library/Application Support/devin/cli", Windows: windowsDevin + "/cli"},
			{Linux: "${XDG_DATA_HOME:-~/.local/share}/devin/credentials.toml", Darwin: "~/.local/share/devin/credentials.toml"},
		},
	},
	Skills: Skills{
		Dir:  everywhere("~/.agents/skills"),
		Also: []Paths{devinSkills, everywhere("~/.codeium/windsurf/skills"), everywhere("~/.claude/skills")},
		Call: Slash,
	},
	Agents: devinAgents,
	Servers: []Config{{
		Files:  []File{{At: devinFile}},
		Root:   []string{"mcpServers"},
		Fields: devinFields,
		Adapt:  keepHTTPType,
		NoKey:  errDevinKey, Literal: devinLiteral,
	}},
	Steps: Steps{
		OAuth:  []string{"devin mcp login <name>"},
		Skills: []string{"start a new devin session: type / to see the skills"},
	},
	Project: &devinProject,
}

var devinProject = Project{
	Dir:        "./.agents/skills",
	Also:       []Path{"./.devin/skills", "./.windsurf/skills", "./.claude/skills"},
	AlsoAgents: []Path{"./.devin/agents"},
	Servers: []Config{{
		Files:  []File{{At: everywhere("./.devin/mcp_config.json")}},
		Root:   []string{"mcpServers"},
		Fields: devinFields,
		Adapt:  keepHTTPType,
		NoKey:  errDevinKey,
	}},
	Approve: []string{"open the project in Devin (run devin in it) and trust the folder when it asks"},
}

// The folder of Devin Local and Devin for Terminal.
const (
	unixDevin    = "${XDG_CONFIG_HOME:-~/.config}/devin"
	windowsDevin = "${APPDATA:-~/AppData/Roaming}/devin"
)

var (
	// devinDesktop is where the editor keeps its user's settings since it has
	// its new name.
	devinDesktop = Paths{
		Linux:   "${XDG_CONFIG_HOME:-~/.config}/Devin/User",
		Darwin:  "~/Library/Application Support/Devin/User",
		Windows: "${APPDATA:-~/AppData/Roaming}/Devin/User",
	}
	devinFolder = Paths{Linux: unixDevin, Darwin: unixDevin, Windows: windowsDevin}
	devinFile   = Paths{Linux: unixDevin + "/mcp_config.json", Darwin: unixDevin + "/mcp_config.json", Windows: windowsDevin + "/mcp_config.json"}
	devinSkills = Paths{Linux: unixDevin + "/skills", Darwin: unixDevin + "/skills", Windows: windowsDevin + "/skills"}
	devinAgents = Agents{Also: devinAlsoAgents, Reads: devinReads}

	devinAlsoAgents = []Paths{{Linux: unixDevin + "/agents", Darwin: unixDevin + "/agents", Windows: windowsDevin + "/agents"}}
	devinReads      = []string{"/AGENT.md", ".md"} // each has a folder of its name

	devinFields = []Field{
		{Path: "url", Value: "<url>"},
		{Path: "transport", Value: "http"},
	}
	devinLiteral = []Field{{Path: "headers/Authorization", Value: "Bearer <secret>"}}

	cascadeServers = Config{Files: cascadeFiles, Root: cascadeRoot, Fields: cascadeFields, Adapt: keepHTTPType}

	cascadeFiles  = []File{{At: everywhere("~/.codeium/windsurf/mcp_config.json"), When: everywhere("~/.codeium/windsurf")}}
	cascadeRoot   = []string{"mcpServers"}
	cascadeFields = []Field{
		{Path: "serverUrl", Value: "<url>"},
		{Path: "headers/Authorization", Value: "Bearer ${env:<key>}", Auth: APIKey},
	}
)

// The pages have ${env:…} for Cascade and for OAuth settings, and headers as
// they are written for Devin Local and Devin for Terminal.
var errDevinKey = &Unable{
	Reason: "how Devin takes a header from the environment is not documented",
	Remedy: "use --auth oauth for windsurf and devin-cli",
}
