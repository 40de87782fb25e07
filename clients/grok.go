package clients

import "fsskills/clients/document"

// grok was run as 1.0.41. Beside its own file it reads those of Claude Code and
// Cursor and a project's .mcp.json; its own entry of a name counts before
// theirs.
var grok = Client{
	ID:       "grok",
	Aliases:  []string{"grok-cli", "grok-build"},
	Name:     "Grok",
	Docs:     []string{"https://docs.x.ai/build/features/mcp-servers", "https://docs.x.ai/build/features/skills-plugins-marketplaces"},
	Evidence: Observed,
	Version:  "1.0.41",
	Signs: Signs{
		Programs: []string{"grok"},
		Files: []Paths{
			everywhere("${GROK_HOME:-~/.grok}/bin"),
			everywhere("${GROK_HOME:-~/.grok}/docs"),
			everywhere("${GROK_HOME:-~/.grok}/auth.json"),
			everywhere("${GROK_HOME:-~/.grok}/logs/unified.jsonl"),
		},
	},
	Skills: Skills{
		Dir: everywhere("~/.agents/skills"),
		Also: []Paths{
			everywhere("${GROK_HOME:-~/.grok}/skills"),
			everywhere("~/.claude/skills"),
			everywhere("~/.cursor/skills"),
		},
		Refused: []SkillTrait{HasBOM},
		Call:    Slash,
	},
	Servers: []Config{{
		Files:  []File{{At: everywhere("${GROK_HOME:-~/.grok}/config.toml")}},
		Format: document.TOML,
		Root:   []string{"mcp_servers"},
		Fields: grokFields,
		Drop:   []string{"bearer_token_env_var"},
		Adapt:  keepHTTPType,
	}},
	Steps: Steps{
		OAuth:  []string{"start grok, type /mcps, choose <name> and press i to sign in"},
		APIKey: []string{"grok mcp doctor <name> shows whether it connects"},
		Unset:  "Grok sends the text ${<key>} itself and the server answers 401",
		Skills: []string{"type / in grok to see the skills: it sees new ones within seconds"},
	},
	Project: &Project{
		Dir:  "./.agents/skills",
		Also: []Path{"./.grok/skills", "./.claude/skills", "./.cursor/skills"},
		Servers: []Config{{
			Files:  []File{{At: everywhere("./.grok/config.toml")}},
			Format: document.TOML,
			Root:   []string{"mcp_servers"},
			Fields: grokFields,
			Drop:   []string{"bearer_token_env_var"},
			Adapt:  keepHTTPType,
		}},
		Approve: []string{"run grok --trust in the project once: until then Grok starts none of its servers and loads none of its skills"},
	},
}

var grokFields = []Field{
	{Path: "url", Value: "<url>"},
	{Path: "headers/Authorization", Value: "Bearer ${<key>}", Auth: APIKey},
}
