package clients

// warp fills in the variables of its whole file before it reads it: one that
// is not set, or a comment, and it starts none of the servers there
// (https://github.com/warpdotdev/warp/blob/0267a5d234851e33910cd748c0ace1c1f17ad47a/app/src/ai/mcp/file_mcp_watcher.rs).
var warp = Client{
	ID:      "warp",
	Aliases: []string{"warp-terminal"},
	Name:    "Warp",
	Docs: []string{
		"https://docs.warp.dev/agents/capabilities/mcp",
		"https://docs.warp.dev/agent-platform/capabilities/skills",
		"https://github.com/warpdotdev/warp/blob/08a16706f4316ba708f2895cbf5eff388077ff92/app/src/ai/mcp/parsing.rs",
	},
	Evidence: Documented,
	Signs: Signs{
		Programs: []string{"warp-terminal"},
		Apps: []Paths{
			{Linux: "/opt/warpdotdev/warp-terminal", Darwin: "/Applications/Warp.app", Windows: "${LOCALAPPDATA:-~/AppData/Local}/Programs/Warp"},
			{Darwin: "~/Applications/Warp.app", Windows: "${ProgramFiles:-C:/Program Files}/Warp"},
		},
		Files: []Paths{
			{Linux: "${XDG_STATE_HOME:-~/.local/state}/warp-terminal", Darwin: "~/Library/Group Containers/2BBY89MBSN.dev.warp", Windows: "${LOCALAPPDATA:-~/AppData/Local}/warp/Warp"},
			{Linux: "${XDG_CONFIG_HOME:-~/.config}/warp-terminal", Darwin: "~/Library/Application Support/dev.warp.Warp-Stable", Windows: "${APPDATA:-~/AppData/Roaming}/warp/Warp"},
		},
	},
	Skills: Skills{
		Dir: everywhere("~/.agents/skills"),
		Also: []Paths{
			everywhere("~/.warp/skills"), everywhere("~/.claude/skills"), everywhere("~/.codex/skills"),
			everywhere("~/.cursor/skills"), everywhere("~/.gemini/skills"), everywhere("~/.copilot/skills"),
			everywhere("~/.factory/skills"), everywhere("~/.github/skills"), everywhere("~/.opencode/skills"),
		},
		Call: Slash,
	},
	Servers: []Config{{
		Files:  []File{{At: everywhere("~/.warp/.mcp.json")}},
		Strict: true,
		Root:   []string{"mcpServers"},
		Fields: warpFields,
		Keep:   []string{"type"}, // Warp does not look at it
	}},
	Steps: Steps{
		OAuth:   []string{"open Settings, Agents, MCP servers in Warp: a browser opens to sign in when <name> starts"},
		APIKey:  []string{"open Settings, Agents, MCP servers in Warp to see whether <name> runs"},
		Unset:   "Warp starts none of the servers in this file",
		Desktop: true,
		Skills:  []string{"start a new conversation with Warp's agent: type / to see the skills"},
	},
	Project: &Project{
		Dir: "./.agents/skills",
		Also: []Path{
			"./.warp/skills", "./.claude/skills", "./.codex/skills", "./.cursor/skills", "./.gemini/skills",
			"./.copilot/skills", "./.factory/skills", "./.github/skills", "./.opencode/skills",
		},
		Servers: []Config{{
			Files:  []File{{At: everywhere("./.warp/.mcp.json")}},
			Strict: true,
			Root:   []string{"mcpServers"},
			Fields: warpFields,
			Keep:   []string{"type"},
		}},
		Approve: []string{"open the project in Warp and start <name> under Settings, Agents, MCP servers; Warp wants that again after each of its starts"},
	},
}

var warpFields = []Field{
	{Path: "url", Value: "<url>"},
	{Path: "headers/Authorization", Value: "Bearer ${<key>}", Auth: APIKey},
}
