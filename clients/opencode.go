package clients

import "fsskills/clients/document"

// opencode was run as 1.18.33. It merges several files; version 2 keeps the
// entries one level deeper. OAuth has to be turned off for a key to count.
var opencode = Client{
	ID:       "opencode",
	Aliases:  []string{"open-code", "opencode-ai"},
	Name:     "OpenCode",
	Docs:     []string{"https://opencode.ai/docs/mcp-servers", "https://opencode.ai/v2/docs/mcp-servers/", "https://opencode.ai/docs/skills"},
	Evidence: Observed,
	Signs: Signs{
		Programs: []string{"opencode"},
		Files: []Paths{
			everywhere("~/.opencode/bin/opencode"),
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
		Call:    Automatic,
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
		OAuth:  []string{"opencode mcp auth <name>"},
		APIKey: []string{"start opencode anew; opencode mcp list shows whether <name> connects (\"needs authentication\" means a wrong key here)"},
		Unset:  "OpenCode sends an empty key and says \"needs authentication\"",
		Skills: []string{"start opencode anew: it reads skills when it starts"},
	},
}

var (
	opencodeFiles = []File{
		{At: everywhere("${XDG_CONFIG_HOME:-~/.config}/opencode/opencode.jsonc"), Found: true},
		{At: everywhere("${XDG_CONFIG_HOME:-~/.config}/opencode/opencode.json"), Found: true},
		{At: everywhere("${XDG_CONFIG_HOME:-~/.config}/opencode/config.json"), Found: true},
		{At: everywhere("${XDG_CONFIG_HOME:-~/.config}/opencode/opencode.json")},
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

