package clients

// claudeCode was run as 2.1.197 and 2.1.330. An entry without "type" is
// skipped, a comment or trailing comma in the file is fatal, and of all skills
// folders it reads its own alone.
var claudeCode = Client{
	ID:       "claude-code",
	Aliases:  []string{"claude", "claudecode", "claude-cli", "anthropic-claude-code"},
	Name:     "Claude Code",
	Docs:     []string{"https://code.claude.com/docs/en/mcp", "https://code.claude.com/docs/en/skills"},
	Evidence: Observed,
	Signs: Signs{
		Programs: []string{"claude"},
		Files: []Paths{
			everywhere("${CLAUDE_CONFIG_DIR:-~/.claude}/settings.json"),
			everywhere("${CLAUDE_CONFIG_DIR:-~/.claude}/projects"),
			everywhere("${CLAUDE_CONFIG_DIR:-~/.claude}/history.jsonl"),
			everywhere("${CLAUDE_CONFIG_DIR:-~/.claude}/.credentials.json"),
			everywhere("~/.claude/local/claude"),
		},
	},
	Skills: Skills{
		Dir:     everywhere("${CLAUDE_CONFIG_DIR:-~/.claude}/skills"),
		Refused: []SkillTrait{HasBOM},
		Call:    Slash,
	},
	Plugins: []Marker{{
		Settings: everywhere("${CLAUDE_CONFIG_DIR:-~/.claude}/settings.json"),
		Key:      []string{"enabledPlugins"},
	}},
	Servers: []Config{{
		Files: []File{
			{At: everywhere("${CLAUDE_CONFIG_DIR:-~/.claude}/.config.json"), Found: true}, // its older name, preferred while it is there
			{At: everywhere("${CLAUDE_CONFIG_DIR}/.claude.json")},
			{At: everywhere("~/.claude.json")},
		},
		Strict: true,
		Root:   []string{"mcpServers"},
		Fields: []Field{
			{Path: "type", Value: "http"},
			{Path: "url", Value: "<url>"},
			{Path: "headers/Authorization", Value: "Bearer ${<key>}", Auth: APIKey},
		},
	}},
	Steps: Steps{
		OAuth:  []string{"start claude, type /mcp, choose <name> and then Authenticate"},
		APIKey: []string{"start claude anew; claude mcp list shows whether <name> connects"},
		Unset:  "Claude Code sends the text ${<key>} itself and the server answers 401",
		Skills: []string{"start a new claude session: it reads skills when it starts"},
	},
}

