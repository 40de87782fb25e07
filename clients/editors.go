package clients

// windsurf is sold as Devin Desktop since June 2026. Its older agent, Cascade,
// and its newer one, Devin Local, have a file and a spelling each. The newer
// one counts where its file is, or where only its folder is.
var windsurf = Client{
	ID:       "windsurf",
	Aliases:  []string{"codeium", "cascade", "devin-desktop"},
	Name:     "Windsurf",
	Docs:     []string{"https://docs.windsurf.com/windsurf/cascade/mcp", "https://docs.devin.ai/desktop/cascade/mcp", "https://docs.windsurf.com/windsurf/cascade/skills"},
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
		},
	},
	Skills: Skills{
		Dir:  everywhere("~/.agents/skills"),
		Also: []Paths{everywhere("~/.codeium/windsurf/skills"), {Linux: "~/.config/devin/skills", Darwin: "~/.config/devin/skills", Windows: "${APPDATA:-~/AppData/Roaming}/devin/skills"}},
		Call: At,
	},
	Servers: []Config{
		{
			Files: []File{
				{At: devinFile, Found: true},
				{
					At:     devinFile,
					When:   Paths{Linux: "~/.config/devin", Darwin: "~/.config/devin", Windows: "${APPDATA:-~/AppData/Roaming}/devin"},
					Unless: everywhere("~/.codeium/windsurf"),
				},
			},
			Root: []string{"mcpServers"},
			Fields: []Field{
				{Path: "url", Value: "<url>"},
				{Path: "transport", Value: "http"},
			},
			Adapt: keepHTTPType,
			NoKey: &Unable{
				Reason: "how Devin Local, Windsurf's newer agent, takes a header from the environment is not documented",
				Remedy: "use --auth oauth for windsurf",
			},
		},
		{
			Files: []File{{At: everywhere("~/.codeium/windsurf/mcp_config.json")}},
			Root:  []string{"mcpServers"},
			Fields: []Field{
				{Path: "serverUrl", Value: "<url>"},
				{Path: "headers/Authorization", Value: "Bearer ${env:<key>}", Auth: APIKey},
			},
			Adapt: keepHTTPType,
		},
	},
	Steps: Steps{
		OAuth:   []string{"open the MCP servers in Windsurf, choose Refresh, and Authenticate beside <name> (in a terminal, for Devin: devin mcp login <name>)"},
		APIKey:  []string{"open the MCP servers in Windsurf and choose Refresh"},
		Unset:   "the server answers 401",
		Desktop: true,
		Skills:  []string{"start a new conversation in Windsurf: type @ to see the skills"},
	},
}

var devinFile = Paths{
	Linux:   "~/.config/devin/mcp_config.json",
	Darwin:  "~/.config/devin/mcp_config.json",
	Windows: "${APPDATA:-~/AppData/Roaming}/devin/mcp_config.json",
}
