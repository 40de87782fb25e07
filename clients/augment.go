package clients

import "fsskills/clients/document"

// augment is the terminal program auggie, run as 0.36.0, and extensions of
// editors. A header was seen to go out as it is written. The extensions read
// the skills but keep their servers elsewhere, where only their settings reach.
var augment = Client{
	ID:      "augment",
	Aliases: []string{"auggie", "auggie-cli", "augment-code"},
	Name:    "Augment (Auggie)",
	Docs: []string{
		"https://docs.augmentcode.com/cli/integrations",
		"https://docs.augmentcode.com/cli/reference",
		"https://docs.augmentcode.com/cli/skills",
	},
	Evidence: Observed,
	Version:  "0.36.0",
	Signs: Signs{
		Programs: []string{"auggie"},
		Files: []Paths{
			everywhere("~/.augment/session.json"),
			everywhere("~/.augment/.auggie.json"),
			everywhere("~/.augment/task-storage"),
			everywhere("~/.vscode/extensions/augment.vscode-augment-*"),
			everywhere("~/.cursor/extensions/augment.vscode-augment-*"),
		},
	},
	Skills: Skills{
		Dir:  everywhere("~/.agents/skills"),
		Also: []Paths{everywhere("~/.augment/skills"), everywhere("~/.claude/skills")},
		Call: Slash,
	},
	Agents: Agents{
		Also:  []Paths{everywhere("~/.augment/agents"), everywhere("~/.claude/agents"), everywhere("~/.agents/agents")},
		Reads: []string{".md", ".txt"},
	},
	Servers: []Config{{
		Files:   []File{{At: everywhere("~/.augment/settings.json")}},
		Format:  document.JSONC,
		Root:    []string{"mcpServers"},
		Fields:  augmentFields,
		NoKey:   errAugmentKey,
		Literal: []Field{{Path: "headers/Authorization", Value: "Bearer <secret>"}},
	}},
	Steps: Steps{
		OAuth: []string{
			"start auggie, type /mcp, choose <name> and then Authenticate",
			"in an editor with the Augment extension, add <url> under Settings, MCP: it does not read auggie's file",
		},
		Skills: []string{"start a new auggie session: /skills shows them"},
	},
	Project: &Project{
		Dir:        "./.agents/skills",
		Also:       []Path{"./.augment/skills", "./.claude/skills"},
		AlsoAgents: []Path{"./.augment/agents", "./.claude/agents", "./.agents/agents"},
		Servers: []Config{{
			Files:  []File{{At: everywhere("./.augment/settings.json")}},
			Format: document.JSONC,
			Root:   []string{"mcpServers"},
			Fields: augmentFields,
			NoKey:  errAugmentKey,
		}},
	},
}

var augmentFields = []Field{
	{Path: "type", Value: "http"},
	{Path: "url", Value: "<url>"},
}

var errAugmentKey = &Unable{
	Reason: "Auggie sends a header as it is written and takes no key from the environment",
	Remedy: "use --auth oauth for augment",
}
