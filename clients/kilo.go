package clients

import "fsskills/clients/document"

// kilo is an extension of editors and a terminal program, which was run as
// 7.7.7. It merges several files; new servers go into the one that it would
// write to itself. OAuth has to be turned off for a key to count. The extension up to
// version 5 had a file of its own, as Roo Code, which it was made from.
var kilo = Client{
	ID:      "kilo",
	Aliases: []string{"kilo-code", "kilocode", "kilo-cli", "kilocode.kilo-code"},
	Name:    "Kilo Code",
	Docs: []string{
		"https://kilo.ai/docs/automate/mcp/using-in-kilo-code",
		"https://kilo.ai/docs/customize/skills",
		"https://github.com/Kilo-Org/kilocode/blob/main/packages/opencode/src/config/config.ts",
	},
	Evidence: Observed,
	Version:  "7.7.7",
	Signs: Signs{
		Programs: []string{"kilo", "kilocode"},
		Files: []Paths{
			everywhere("${XDG_DATA_HOME:-~/.local/share}/kilo"),
			everywhere("${XDG_STATE_HOME:-~/.local/state}/kilo"),
			everywhere("~/.vscode/extensions/kilocode.kilo-code-*"),
			everywhere("~/.vscode-insiders/extensions/kilocode.kilo-code-*"),
			everywhere("~/.cursor/extensions/kilocode.kilo-code-*"),
		},
	},
	Skills: Skills{
		Dir: everywhere("~/.agents/skills"),
		Also: []Paths{
			everywhere("~/.claude/skills"),
			everywhere("${XDG_CONFIG_HOME:-~/.config}/kilo/skills"),
			everywhere("~/.kilo/skills"),
			everywhere("~/.kilocode/skills"),
		},
		Refused: []SkillTrait{NoFrontMatter, BrokenYAML, NoName},
		Call:    Slash,
	},
	Agents: Agents{
		Dir: everywhere(kiloConfig + "/agent"),
		Ext: ".md",
		Also: []Paths{
			everywhere(kiloConfig + "/agents"),
			everywhere("~/.kilo/agent"),
			everywhere("~/.kilo/agents"),
			everywhere("~/.kilocode/agents"),
		},
		Reads:     []string{".md"},
		Form:      FrontMatter,
		Unnamed:   true,
		Fixed:     []AgentKey{{"mode", "subagent"}},
		Tools:     Permissions,
		Spellings: []string{"<server>_<tool>"},
		AsShipped: "passes over it without a word",
	},
	Servers: []Config{
		{
			Files: []File{{
				At:     Paths{Linux: linuxCode + kiloLegacy, Darwin: darwinCode + kiloLegacy},
				Found:  true,
				Unless: everywhere(kiloConfig),
			}},
			Root:    []string{"mcpServers"},
			Fields:  kiloLegacyFields,
			Adapt:   oneTransport,
			NoKey:   errKiloLegacyKey,
			Literal: []Field{{Path: "headers/Authorization", Value: "Bearer <secret>"}},
		},
		{
			Files: []File{{
				At:     Paths{Windows: windowsCode + kiloLegacy},
				Found:  true,
				Unless: everywhere(kiloConfig),
			}},
			Root:     []string{"mcpServers"},
			Fields:   kiloLegacyCmdFields,
			Adapt:    oneTransport,
			NoKey:    errKiloLegacyKey,
			Literal:  []Field{{Path: "headers/Authorization", Value: "Bearer <secret>"}},
			NotInURL: notInCommand,
		},
		{
			Files: []File{
				{At: everywhere(kiloConfig + "/kilo.jsonc"), Found: true},
				{At: everywhere(kiloConfig + "/kilo.json"), Found: true},
				{At: everywhere(kiloConfig + "/opencode.jsonc"), Found: true},
				{At: everywhere(kiloConfig + "/opencode.json"), Found: true},
				{At: everywhere(kiloConfig + "/config.json"), Found: true},
				{At: everywhere(kiloConfig + "/kilo.jsonc")},
			},
			Format: document.JSONC,
			Root:   []string{"mcp"},
			Fields: kiloFields,
			Adapt:  keepOAuthSettings,
		},
	},
	Steps: Steps{
		OAuth:  []string{"kilo mcp auth <name> (in an editor: choose the notification that Kilo shows; version 5 opens a browser by itself)"},
		APIKey: []string{"start Kilo anew; kilo mcp list shows whether <name> connects (\"failed\" with 401 means a wrong key)"},
		Unset:  "Kilo sends an empty key and says \"failed\"",
		Skills: []string{"type /reload in Kilo, or start a new session"},
		Agents: []string{"start Kilo anew: it reads skills and agents when it starts, and kilo agent list shows the agents"},
	},
	Project: &Project{
		Unread:     []Config{{Files: []File{{At: everywhere("./.kilocode/mcp.json")}}, Root: []string{"mcpServers"}}},
		Dir:        "./.agents/skills",
		Also:       []Path{"./.claude/skills", "./.kilo/skills", "./.kilocode/skills"},
		Agents:     "./.kilo/agent",
		AlsoAgents: []Path{"./.kilo/agents", "./.kilocode/agents"},
		Servers: []Config{{
			Files: []File{
				{At: everywhere("./kilo.jsonc"), Found: true},
				{At: everywhere("./kilo.json"), Found: true},
				{At: everywhere("./.kilo/kilo.jsonc"), Found: true},
				{At: everywhere("./.kilo/kilo.json"), Found: true},
				{At: everywhere("./kilo.json")},
			},
			Format: document.JSONC,
			Root:   []string{"mcp"},
			Fields: kiloFields,
			Adapt:  keepOAuthSettings,
			NoKey: &Unable{
				Reason: "Kilo passes over the whole file of a project that takes something from the environment",
				Remedy: "install for the user (--scope user), or use --auth oauth for kilo",
			},
		}},
	},
}

const (
	kiloConfig = "${XDG_CONFIG_HOME:-~/.config}/kilo"
	kiloLegacy = "/globalStorage/kilocode.kilo-code/settings/mcp_settings.json"
)

var (
	kiloFields = []Field{
		{Path: "type", Value: "remote"},
		{Path: "url", Value: "<url>"},
		{Path: "oauth", Value: false, Auth: APIKey},
		{Path: "headers/Authorization", Value: "Bearer {env:<key>}", Auth: APIKey},
	}
	kiloLegacyFields = []Field{
		{Path: "command", Value: "npx", Auth: OAuth},
		{Path: "args", Value: []any{"-y", bridge, "<url>"}, Auth: OAuth},
		{Path: "type", Value: "streamable-http", Auth: APIKey},
		{Path: "url", Value: "<url>", Auth: APIKey},
	}
	kiloLegacyCmdFields = []Field{
		{Path: "command", Value: "cmd", Auth: OAuth},
		{Path: "args", Value: []any{"/c", "npx", "-y", bridge, "<url>"}, Auth: OAuth},
		{Path: "type", Value: "streamable-http", Auth: APIKey},
		{Path: "url", Value: "<url>", Auth: APIKey},
	}
	errKiloLegacyKey = &Unable{
		Reason: "whether this older version of Kilo Code takes a key from the environment is not documented",
		Remedy: "update Kilo Code to version 7, or use --auth oauth for kilo",
	}
)
