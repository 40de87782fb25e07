package clients

import "fsskills/clients/document"

// opencode was run as 1.18.33. It merges several files, those of a project
// over those of the user, and the files below are in the order in which their
// entries win. Version 2 keeps the entries one level deeper but reads the
// older layout too, which is why a new file has that one
// (https://opencode.ai/docs/migrate-v1/). OAuth has to be turned off for a key
// to count. On every system the folders are those of the XDG specification.
var opencode = Client{
	ID:      "opencode",
	Aliases: []string{"open-code", "opencode-ai"},
	Name:    "OpenCode",
	Docs: []string{
		"https://opencode.ai/v1/docs/mcp-servers",
		"https://opencode.ai/v2/docs/mcp-servers/",
		"https://opencode.ai/docs/migrate-v1/",
		"https://opencode.ai/v1/docs/skills",
		"https://opencode.ai/docs/agents",
	},
	Evidence: Observed,
	Version:  "1.18.33",
	Signs: Signs{
		Programs: []string{"opencode"},
		Files: []Paths{
			{Linux: "~/.opencode/bin/opencode", Darwin: "~/.opencode/bin/opencode", Windows: "~/.opencode/bin/opencode.exe"},
			everywhere("${XDG_DATA_HOME:-~/.local/share}/opencode"),
			everywhere("${XDG_STATE_HOME:-~/.local/state}/opencode"),
		},
	},
	Skills: Skills{
		Dir: everywhere("~/.agents/skills"),
		Also: []Paths{
			everywhere("~/.claude/skills"),
			everywhere("${XDG_CONFIG_HOME:-~/.config}/opencode/skills"),
			everywhere("${XDG_CONFIG_HOME:-~/.config}/opencode/skill"),
			everywhere("~/.opencode/skills"),
		},
		Refused: []SkillTrait{NoFrontMatter, BrokenYAML, NoName},
		Call:    Slash,
	},
	// A list of tools keeps it from starting, and a key that it does not know
	// goes to the model's provider with every request.
	Agents: Agents{
		Dir: everywhere("${XDG_CONFIG_HOME:-~/.config}/opencode/agent"),
		Ext: ".md",
		Also: []Paths{
			everywhere("${XDG_CONFIG_HOME:-~/.config}/opencode/agents"),
			everywhere("~/.opencode/agent"),
			everywhere("~/.opencode/agents"),
		},
		Reads:     []string{".md"},
		Form:      FrontMatter,
		Unnamed:   true,
		Fixed:     []AgentKey{{"mode", "subagent"}}, // others stand among those that a user talks to
		Tools:     Permissions,
		Spellings: []string{"<server>_<tool>"},
		AsShipped: "does not start at all while it is there",
	},
	Servers: []Config{
		{
			Files:     opencodeFiles,
			Format:    document.JSONC,
			Root:      []string{"mcp", "servers"},
			NeedsRoot: true,
			Fields:    opencodeFields,
			Adapt:     keepOAuthSettings,
		},
		{
			Files:  opencodeFiles,
			Format: document.JSONC,
			Root:   []string{"mcp"},
			Fields: opencodeFields,
			Adapt:  keepOAuthSettings,
		},
	},
	Steps: Steps{
		OAuth:  []string{"opencode mcp auth <name> (in OpenCode 2: start opencode, type /mcps, choose <name> and sign in)"},
		APIKey: []string{"start opencode anew; opencode mcp list shows whether <name> connects (\"failed\" with 401 means a wrong key)"},
		Unset:  "OpenCode sends an empty key and says \"failed\"",
		Skills: []string{"start opencode anew: it reads skills when it starts"},
		Agents: []string{"start opencode anew: it reads skills and agents when it starts, and opencode agent list shows the agents"},
	},
	Project: &Project{
		Dir:        "./.agents/skills",
		Also:       []Path{"./.claude/skills", "./.opencode/skills"},
		Agents:     "./.opencode/agent",
		AlsoAgents: []Path{"./.opencode/agents"},
		Servers: []Config{
			{
				Files:     opencodeProjectFiles,
				Format:    document.JSONC,
				Root:      []string{"mcp", "servers"},
				NeedsRoot: true,
				Fields:    opencodeFields,
				Adapt:     keepOAuthSettings,
			},
			{
				Files:  opencodeProjectFiles,
				Format: document.JSONC,
				Root:   []string{"mcp"},
				Fields: opencodeFields,
				Adapt:  keepOAuthSettings,
			},
		},
		Approve: []string{"change to the project's folder: elsewhere OpenCode does not know <name>"},
	},
}

var (
	opencodeFiles = []File{
		{At: everywhere("~/.opencode/opencode.jsonc"), Found: true},
		{At: everywhere("~/.opencode/opencode.json"), Found: true},
		{At: everywhere("${XDG_CONFIG_HOME:-~/.config}/opencode/opencode.jsonc"), Found: true},
		{At: everywhere("${XDG_CONFIG_HOME:-~/.config}/opencode/opencode.json"), Found: true},
		{At: everywhere("${XDG_CONFIG_HOME:-~/.config}/opencode/config.json"), Found: true},
		{At: everywhere("${XDG_CONFIG_HOME:-~/.config}/opencode/opencode.json")},
	}
	opencodeProjectFiles = []File{
		{At: everywhere("./.opencode/opencode.jsonc"), Found: true},
		{At: everywhere("./.opencode/opencode.json"), Found: true},
		{At: everywhere("./opencode.jsonc"), Found: true},
		{At: everywhere("./opencode.json")},
	}
	opencodeFields = []Field{
		{Path: "type", Value: "remote"},
		{Path: "url", Value: "<url>"},
		{Path: "oauth", Value: false, Auth: APIKey},
		{Path: "headers/Authorization", Value: "Bearer {env:<key>}", Auth: APIKey},
	}
)

// keepOAuthSettings leaves the "oauth" of an OpenCode entry that is a map: it
// has the user's client ID or scope. Only a false, which turns OAuth off, has
// to go for OAuth.
func keepOAuthSettings(e *document.Entry, old map[string]any, _ Server) {
	if old["oauth"] != false {
		undrop(e, "oauth")
	}
}
