package clients

// cursor is the editor and its terminal agent, which share files. It was not
// run; its pages and those of server vendors agree on the spelling.
var cursor = Client{
	ID:       "cursor",
	Aliases:  []string{"cursor-agent", "cursor-cli", "cursor-editor"},
	Name:     "Cursor",
	Docs:     []string{"https://cursor.com/docs/mcp", "https://cursor.com/docs/cli/mcp", "https://cursor.com/docs/context/skills"},
	Evidence: Documented,
	Signs: Signs{
		Programs: []string{"cursor", "cursor-agent"},
		Apps: []Paths{
			{Darwin: "/Applications/Cursor.app", Windows: "${LOCALAPPDATA:-~/AppData/Local}/Programs/cursor"},
			{Darwin: "~/Applications/Cursor.app"},
		},
		Files: []Paths{
			everywhere("~/.cursor/argv.json"),
			everywhere("~/.cursor/extensions"),
			everywhere("~/.cursor/cli-config.json"),
			everywhere("~/.cursor/ide_state.json"),
			{
				Linux:   "${XDG_CONFIG_HOME:-~/.config}/Cursor/User",
				Darwin:  "~/Library/Application Support/Cursor/User",
				Windows: "${APPDATA:-~/AppData/Roaming}/Cursor/User",
			},
		},
	},
	Skills: Skills{
		Dir: everywhere("~/.agents/skills"),
		Also: []Paths{
			everywhere("~/.cursor/skills"),
			everywhere("~/.claude/skills"),
			everywhere("~/.codex/skills"),
		},
		Call: Slash,
	},
	// Its agents have all the tools of the session (as others say).
	Agents: Agents{
		Also:  []Paths{everywhere("~/.cursor/agents")},
		Reads: []string{".md"},
	},
	// Where Cursor unpacks plugins is somebody else's word
	// (https://docs.rs/ljos/0.35.2/ljos_cli/fn.cursor_plugin_in.html).
	Plugins: []Marker{
		{Folder: everywhere("~/.cursor/plugins/cache/*/fullstory")},
		{Folder: everywhere("~/.cursor/plugins/local/fullstory")},
	},
	Servers: []Config{{
		Files:  []File{{At: everywhere("~/.cursor/mcp.json")}},
		Root:   []string{"mcpServers"},
		Fields: cursorFields,
		Adapt:  keepHTTPType,
	}},
	Steps: Steps{
		OAuth: []string{"open Cursor Settings, MCP, and choose Connect beside <name> (in a terminal: cursor-agent mcp login <name>)"},
		APIKey: []string{
			"open Cursor Settings, MCP: <name> should be green; if it asks you to log in, Cursor passes over the key, so install with --auth oauth",
		},
		Unset:   "the server answers 401",
		Desktop: true,
		Skills:  []string{"start a new chat in Cursor: type / to see the skills"},
	},
	Project: &Project{
		Dir:        "./.agents/skills",
		Also:       []Path{"./.cursor/skills", "./.claude/skills", "./.codex/skills"},
		AlsoAgents: []Path{"./.cursor/agents"},
		Servers: []Config{{
			Files:  []File{{At: everywhere("./.cursor/mcp.json")}},
			Root:   []string{"mcpServers"},
			Fields: cursorFields,
			Adapt:  keepHTTPType,
		}},
		Approve: []string{"open the project in Cursor and turn <name> on in Cursor Settings, MCP, if it is off there (in a terminal: cursor-agent mcp enable <name>)"},
	},
}

var cursorFields = []Field{
	{Path: "url", Value: "<url>"},
	{Path: "headers/Authorization", Value: "Bearer ${env:<key>}", Auth: APIKey},
}
