package clients

import "fsskills/clients/document"

// kimi was run as 2.1.0. Its file must be strict JSON, and one entry that it
// cannot read stops all of its servers. It sends what stands in a header as it
// is and takes the key by the name of its variable. In a project it reads
// .mcp.json too, from which an entry of the same name in its own file counts.
var kimi = Client{
	ID:      "kimi",
	Aliases: []string{"kimi-code-cli", "kimi-code", "kimi-cli"},
	Name:    "Kimi Code CLI",
	Docs: []string{
		"https://github.com/MoonshotAI/kimi-code/blob/main/docs/en/customization/mcp.md",
		"https://github.com/MoonshotAI/kimi-code/blob/main/docs/en/customization/skills.md",
		"https://moonshotai.github.io/kimi-code/",
	},
	Evidence: Observed,
	Version:  "2.1.0",
	Signs: Signs{
		Programs: []string{"kimi"},
		Files: []Paths{
			everywhere("${KIMI_CODE_HOME:-~/.kimi-code}/config.toml"),
			everywhere("${KIMI_CODE_HOME:-~/.kimi-code}/device_id"),
			everywhere("${KIMI_CODE_HOME:-~/.kimi-code}/sessions"),
			everywhere("${KIMI_CODE_HOME:-~/.kimi-code}/workspaces.json"),
		},
	},
	Skills: Skills{
		Dir:     everywhere("~/.agents/skills"),
		Also:    []Paths{everywhere("${KIMI_CODE_HOME:-~/.kimi-code}/skills")},
		Refused: []SkillTrait{NoFrontMatter, BrokenYAML, UnquotedColon, NoDescription, NoName},
		Call:    SlashSkill,
	},
	Servers: []Config{{
		Files:  []File{{At: everywhere("${KIMI_CODE_HOME:-~/.kimi-code}/mcp.json")}},
		Strict: true,
		Root:   []string{"mcpServers"},
		Fields: kimiFields,
		Drop:   []string{"auth"},
		Keep:   []string{"type"}, // Kimi does not look at it
		Adapt:  keepKimiTransport,
	}},
	Steps: Steps{
		OAuth:  []string{"start kimi and type /mcp-config login <name>"},
		APIKey: []string{"start kimi anew, send a first message and type /mcp to see whether <name> connects"},
		Unset:  "Kimi does not connect to <name>",
		Skills: []string{"start a new kimi session: type /skill: to see the skills"},
	},
	Project: &Project{
		Dir:  "./.agents/skills",
		Also: []Path{"./.kimi-code/skills"},
		Servers: []Config{{
			Files:  []File{{At: everywhere("./.kimi-code/mcp.json")}},
			Strict: true,
			Root:   []string{"mcpServers"},
			Fields: kimiFields,
			Drop:   []string{"auth"},
			Keep:   []string{"type"},
			Adapt:  keepKimiTransport,
		}},
		Approve: []string{"start kimi in the root of the project, not below it, and choose Trust this folder"},
	},
}

var kimiFields = []Field{
	{Path: "url", Value: "<url>"},
	{Path: "bearerTokenEnvVar", Value: "<key>", Auth: APIKey},
}

// keepKimiTransport leaves what is right already: the transport that Kimi takes
// a URL for, and an "auth" that says OAuth while the entry is to sign in so.
func keepKimiTransport(e *document.Entry, old map[string]any, srv Server) {
	if old["transport"] == "http" {
		undrop(e, "transport")
	}
	if srv.Auth == OAuth && old["auth"] == "oauth" {
		undrop(e, "auth")
	}
}
