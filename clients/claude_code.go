package clients

import (
	"slices"

	"fsskills/clients/document"
)

// claudeCode was run as 2.1.197, 2.1.330 and 2.1.332. An entry without "type" is
// skipped, a comment or trailing comma in the file is fatal, and of all skills
// folders it reads its own alone.
var claudeCode = Client{
	ID:      "claude-code",
	Aliases: []string{"claude", "claudecode", "claude-cli", "anthropic-claude-code"},
	Name:    "Claude Code",
	Docs: []string{
		"https://code.claude.com/docs/en/mcp",
		"https://code.claude.com/docs/en/skills",
		"https://code.claude.com/docs/en/sub-agents",
		"https://code.claude.com/docs/en/settings",
		"https://code.claude.com/docs/en/setup",
	},
	Evidence: Observed,
	Version:  "2.1.332",
	Signs: Signs{
		Programs: []string{"claude"},
		Files: []Paths{
			everywhere("${CLAUDE_CONFIG_DIR:-~/.claude}/settings.json"),
			everywhere("${CLAUDE_CONFIG_DIR:-~/.claude}/projects"),
			everywhere("${CLAUDE_CONFIG_DIR:-~/.claude}/history.jsonl"),
			everywhere("${CLAUDE_CONFIG_DIR:-~/.claude}/.credentials.json"),
			everywhere("~/.claude/local/claude"),
			{Linux: "~/.local/bin/claude", Darwin: "~/.local/bin/claude", Windows: "~/.local/bin/claude.exe"},
		},
	},
	Skills: Skills{
		Dir:     everywhere("${CLAUDE_CONFIG_DIR:-~/.claude}/skills"),
		Refused: []SkillTrait{HasBOM},
		Call:    Slash,
	},
	// Of the spellings of a tool it passes over those that it does not know. The
	// second one is for the server that Fullstory's plugin brings, the third for
	// Copilot, which reads the folder of a project, too.
	Agents: Agents{
		Dir:   everywhere("${CLAUDE_CONFIG_DIR:-~/.claude}/agents"),
		Ext:   ".md",
		Reads: []string{".md"},
		Form:  FrontMatter,
		Tools: ToolLine,
		Spellings: []string{
			"mcp__<server>__<tool>",
			"mcp__plugin_" + pluginName + "_<server>__<tool>",
			"<server>/<tool>",
		},
		Plugin:    []Paths{everywhere("${CLAUDE_CONFIG_DIR:-~/.claude}/plugins/cache/*/fullstory/*/agents")},
		AsShipped: "refuses to start it, since it knows none of its tools (an older version starts it without tools)",
	},
	Plugins: []Marker{{Settings: everywhere("${CLAUDE_CONFIG_DIR:-~/.claude}/settings.json"), Key: []string{"enabledPlugins"}}},
	Unread: []Config{
		{Files: []File{{At: everywhere("${CLAUDE_CONFIG_DIR:-~/.claude}/settings.json")}}, Root: []string{"mcpServers"}},
		{Files: []File{{At: everywhere("${CLAUDE_CONFIG_DIR:-~/.claude}/.mcp.json")}}, Root: []string{"mcpServers"}},
		{Files: []File{{At: Paths{Linux: "~/.mcp.json", Darwin: "~/.mcp.json"}}}, Root: []string{"mcpServers"}},
	},
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
		AlsoKey: []string{"${<key>:-"},
		Adapt:   keepStreamableType,
	}},
	Steps: Steps{
		OAuth:  []string{"start claude, type /mcp, choose <name> and then Authenticate"},
		APIKey: []string{"start claude anew; claude mcp list shows whether <name> connects"},
		Unset:  "Claude Code sends the text ${<key>} itself and the server answers 401",
		Skills: []string{"start a new claude session: it reads skills when it starts"},
		Agents: []string{"start a new claude session: it reads skills and agents when it starts, and /agents lists the agents"},
	},
	Project: &Project{
		Dir:    "./.claude/skills",
		Agents: "./.claude/agents",
		// A local setting counts before the team's, and that before the user's.
		Plugins: []Marker{
			{Settings: everywhere("./.claude/settings.local.json"), Key: []string{"enabledPlugins"}},
			{Settings: everywhere("./.claude/settings.json"), Key: []string{"enabledPlugins"}},
			{Settings: everywhere("${CLAUDE_CONFIG_DIR:-~/.claude}/settings.json"), Key: []string{"enabledPlugins"}},
		},
		Servers: []Config{dotMCP},
		// What claude mcp add does unless it is told a scope.
		Local: &Config{
			Files: []File{
				{At: everywhere("${CLAUDE_CONFIG_DIR}/.claude.json")},
				{At: everywhere("~/.claude.json")},
			},
			Strict:  true,
			Root:    []string{"projects", "<project>", "mcpServers"},
			Fields:  dotMCPFields,
			AlsoKey: []string{"${<key>:-"},
			Adapt:   keepStreamableType,
		},
		Unread: []Config{
			{Files: []File{{At: everywhere("./.claude/settings.json")}}, Root: []string{"mcpServers"}},
			{Files: []File{{At: everywhere("./.claude/settings.local.json")}}, Root: []string{"mcpServers"}},
		},
		Approved: claudeApproved,
		Approve:  []string{"start claude in the project and approve <name> when it asks (claude mcp list says \"Pending approval\" until then)"},
	},
}

// keepStreamableType leaves the name that MCP's specification has for the type,
// which Claude Code takes as another word for the same
// (https://code.claude.com/docs/en/mcp). Other clients read a project's file,
// which have not been seen to.
func keepStreamableType(e *document.Entry, old map[string]any, _ Server) {
	if old["type"] == "streamable-http" {
		replace(e, "type", old["type"])
	}
}

// claudeApproved looks where Claude Code keeps the answer to its question about
// the servers of a project (observed with 2.1.330): in its own file, by project,
// or in one of its settings.
func claudeApproved(s System) Approval {
	own, file := s.state("${CLAUDE_CONFIG_DIR:-~}/.claude.json", document.JSON)
	if own == nil {
		return Approval{}
	}
	told := Approval{Known: true, File: file}
	decided := func(doc document.Document, key ...string) bool {
		all := append(slices.Clone(key), "enableAllProjectMcpServers")
		return says(doc, true, all...) || lists(doc, ServerName, append(slices.Clone(key), "enabledMcpjsonServers")...)
	}
	told.Given = decided(own, "projects", s.Project)
	told.Refused = lists(own, ServerName, "projects", s.Project, "disabledMcpjsonServers")
	for _, at := range [...]Path{
		"${CLAUDE_CONFIG_DIR:-~/.claude}/settings.json", "./.claude/settings.json", "./.claude/settings.local.json",
	} {
		doc, settings := s.state(at, document.JSON)
		told.Given = told.Given || decided(doc)
		if lists(doc, ServerName, "disabledMcpjsonServers") {
			told.Refused, told.File = true, settings
		}
	}
	told.Given = told.Given && !told.Refused
	return told
}
