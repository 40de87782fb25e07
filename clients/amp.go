package clients

import "fsskills/clients/document"

// amp was run as 0.0.1790142911. It reads its settings from one file, in which
// the key of the servers has a dot in it, and the file that ends in "jsonc" only
// where the other is missing. Its help names the folders for skills.
var amp = Client{
	ID:       "amp",
	Aliases:  []string{"ampcode", "sourcegraph-amp", "amp-cli"},
	Name:     "Amp",
	Docs:     []string{"https://ampcode.com/docs/customize/mcp", "https://ampcode.com/manual"},
	Evidence: Observed,
	Version:  "0.0.1790142911-g7618fb",
	Signs: Signs{
		Programs: []string{"amp"},
		Files: []Paths{
			everywhere("~/.amp/bin"),
			everywhere("~/.local/share/amp"),
			everywhere("~/.cache/amp"),
		},
	},
	Skills: Skills{
		Dir: everywhere("~/.agents/skills"),
		Also: []Paths{
			everywhere("~/.config/agents/skills"),
			everywhere("~/.config/amp/skills"),
			everywhere("~/.claude/skills"),
		},
		Call: Automatic,
	},
	Agents: Agents{None: noAgentFiles},
	Servers: []Config{{
		Files: []File{
			{At: everywhere("${AMP_SETTINGS_FILE}")},
			{At: ampSettings, Found: true},
			{
				At: Paths{
					Linux:   "${XDG_CONFIG_HOME:-~/.config}/amp/settings.jsonc",
					Darwin:  "~/.config/amp/settings.jsonc",
					Windows: "~/.config/amp/settings.jsonc",
				},
				Found: true,
			},
			{At: ampSettings},
		},
		Format: document.JSONC,
		Root:   []string{"amp.mcpServers"},
		Fields: ampFields,
		Adapt:  keepHTTPType,
	}},
	Steps: Steps{
		OAuth:  []string{"start amp: a browser opens to sign in"},
		APIKey: []string{"start amp anew; amp mcp doctor shows whether <name> connects"},
		Unset:  "Amp sends the text ${<key>} itself and the server answers 401",
		Skills: []string{"start a new amp thread: it reads skills when it starts"},
	},
	Project: &Project{
		Dir:  "./.agents/skills",
		Also: []Path{"./.claude/skills"},
		Servers: []Config{{
			Files: []File{
				{At: everywhere("./.amp/settings.json"), Found: true},
				{At: everywhere("./.amp/settings.jsonc"), Found: true},
				{At: everywhere("./.amp/settings.json")},
			},
			Format: document.JSONC,
			Root:   []string{"amp.mcpServers"},
			Fields: ampFields,
			Adapt:  keepHTTPType,
		}},
		Approve: []string{"in the project, run amp mcp approve <name>; it asks you to log in to Amp first if you have not"},
	},
}

var (
	ampSettings = Paths{
		Linux:   "${XDG_CONFIG_HOME:-~/.config}/amp/settings.json",
		Darwin:  "~/.config/amp/settings.json",
		Windows: "~/.config/amp/settings.json",
	}
	ampFields = []Field{
		{Path: "url", Value: "<url>"},
		{Path: "headers/Authorization", Value: "Bearer ${<key>}", Auth: APIKey},
	}
)
