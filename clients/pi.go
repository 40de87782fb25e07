package clients

import "fsskills/clients/document"

// pi was run as 1.6.0. It connects to servers by itself since 0.99; the file
// must be strict JSON, and an entry with a type that it does not know is passed
// over.
var pi = Client{
	ID:      "pi",
	Aliases: []string{"pi-coding-agent", "pi-agent"},
	Name:    "Pi",
	Docs: []string{
		"https://github.com/earendil-works/pi/blob/main/packages/coding-agent/docs/mcp.md",
		"https://github.com/earendil-works/pi/blob/main/packages/coding-agent/docs/skills.md",
		"https://github.com/earendil-works/pi/blob/main/packages/coding-agent/docs/security.md",
	},
	Evidence: Observed,
	Version:  "1.6.0",
	Signs: Signs{
		Programs: []string{"pi"},
		Files: []Paths{
			everywhere("${PI_CODING_AGENT_DIR:-~/.pi/agent}/auth.json"),
			everywhere("${PI_CODING_AGENT_DIR:-~/.pi/agent}/settings.json"),
			everywhere("${PI_CODING_AGENT_DIR:-~/.pi/agent}/models-store.json"),
			everywhere("${PI_CODING_AGENT_DIR:-~/.pi/agent}/sessions"),
		},
	},
	Skills: Skills{
		Dir:     everywhere("~/.agents/skills"),
		Also:    []Paths{everywhere("${PI_CODING_AGENT_DIR:-~/.pi/agent}/skills")},
		Refused: []SkillTrait{NoFrontMatter, BrokenYAML, UnquotedColon, NoDescription},
		Call:    SlashSkill,
	},
	Agents: Agents{None: noAgentFiles},
	Servers: []Config{{
		Files:  []File{{At: everywhere("${PI_CODING_AGENT_DIR:-~/.pi/agent}/mcp.json")}},
		Strict: true,
		Root:   []string{"mcpServers"},
		Fields: piFields,
		Adapt:  keepPiType,
	}},
	Steps: Steps{
		OAuth:  []string{"pi mcp login <name> (a version before 0.99 knows no MCP servers)"},
		APIKey: []string{"pi mcp list shows whether <name> connects (a version before 0.99 knows no MCP servers)"},
		Unset:  "Pi does not connect to <name>; its others go on",
		Skills: []string{"type /reload in pi, or start it anew: /skill:… calls a skill"},
	},
	Project: &Project{
		Dir:  "./.agents/skills",
		Also: []Path{"./.pi/skills"},
		Servers: []Config{{
			Files:  []File{{At: everywhere("./.pi/mcp.json")}},
			Strict: true,
			Root:   []string{"mcpServers"},
			Fields: piFields,
			Adapt:  keepPiType,
		}},
		Approve: []string{"start pi in the project and trust it when it asks (for one run: pi --approve)"},
	},
}

var piFields = []Field{
	{Path: "url", Value: "<url>"},
	{Path: "headers/Authorization", Value: "Bearer ${<key>}", Auth: APIKey},
}

// keepPiType leaves a type that says HTTP as Pi spells it.
func keepPiType(e *document.Entry, old map[string]any, _ Server) {
	if old["type"] == "http" || old["type"] == "streamable-http" {
		undrop(e, "type")
	}
}
