package clients

// cline is an extension of editors and a terminal program, run as 3.0.65. Both
// read one file; the program sends what stands in a header as it is, so that a
// key from the environment would work in the extension alone.
var cline = Client{
	ID:       "cline",
	Aliases:  []string{"cline-cli", "cline-vscode", "claude-dev", "saoudrizwan.claude-dev"},
	Name:     "Cline",
	Docs:     []string{"https://docs.cline.bot/mcp/mcp-overview", "https://docs.cline.bot/customization/skills"},
	Evidence: Observed,
	Version:  "3.0.65",
	Signs: Signs{
		Programs: []string{"cline"},
		Files: []Paths{
			everywhere("${CLINE_DATA_DIR:-${CLINE_DIR:-~/.cline}/data}/globalState.json"),
			everywhere("${CLINE_DATA_DIR:-${CLINE_DIR:-~/.cline}/data}/secrets.json"),
			everywhere("~/.vscode/extensions/saoudrizwan.claude-dev-*"),
			everywhere("~/.cursor/extensions/saoudrizwan.claude-dev-*"),
			{
				Linux:   linuxCode + "/globalStorage/saoudrizwan.claude-dev",
				Darwin:  darwinCode + "/globalStorage/saoudrizwan.claude-dev",
				Windows: windowsCode + "/globalStorage/saoudrizwan.claude-dev",
			},
		},
	},
	Skills: Skills{
		Dir:     everywhere("~/.agents/skills"),
		Also:    []Paths{everywhere("${CLINE_DIR:-~/.cline}/skills")},
		Refused: []SkillTrait{BrokenYAML, UnquotedColon},
		Call:    Slash,
	},
	Agents: Agents{
		Also:  []Paths{everywhere("${CLINE_DIR:-~/.cline}/agents")},
		Reads: []string{".md"},
	},
	Servers: []Config{{
		Files: []File{
			{At: everywhere("${CLINE_MCP_SETTINGS_PATH}")},
			{ // where the extension kept it; it moves the file once and reads it no more
				At: Paths{
					Linux:   linuxCode + "/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
					Darwin:  darwinCode + "/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
					Windows: windowsCode + "/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
				},
				Found:  true,
				Unless: everywhere("${CLINE_DATA_DIR:-${CLINE_DIR:-~/.cline}/data}"),
			},
			{At: everywhere("${CLINE_DATA_DIR:-${CLINE_DIR:-~/.cline}/data}/settings/cline_mcp_settings.json")},
		},
		Root: []string{"mcpServers"},
		Fields: []Field{
			{Path: "type", Value: "streamableHttp"},
			{Path: "url", Value: "<url>"},
		},
		NoKey: &Unable{
			Reason: "Cline's terminal program sends a variable's name in place of its value and shares its file with the extension",
			Remedy: "use --auth oauth for cline",
		},
		Literal: []Field{{Path: "headers/Authorization", Value: "Bearer <secret>"}},
	}},
	Steps: Steps{
		OAuth:  []string{"open Cline's MCP Servers panel and choose Authenticate beside <name> (in a terminal: cline mcp, and then Authorize OAuth)"},
		Skills: []string{"start a new task in Cline: type / to see the skills"},
	},
	// It has no servers for a project alone.
	Project: &Project{
		Dir:        "./.agents/skills",
		Also:       []Path{"./.cline/skills", "./.clinerules/skills", "./.claude/skills"},
		AlsoAgents: []Path{"./.cline/agents"},
	},
}
