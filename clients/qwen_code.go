package clients

// qwenCode was run as 0.15.10 and 0.24.4. A bare URL means another transport to
// it, whatever the type says. QWEN_HOME stands for ~/.qwen, not for the home
// folder. In a project it reads .mcp.json as well, newer versions only, and its
// own file counts before that one.
var qwenCode = Client{
	ID:      "qwen-code",
	Aliases: []string{"qwen", "qwen-cli", "qwencode"},
	Name:    "Qwen Code",
	Docs: []string{
		"https://github.com/QwenLM/qwen-code/blob/main/docs/users/features/mcp.md",
		"https://github.com/QwenLM/qwen-code/blob/main/docs/users/features/skills.md",
		"https://github.com/QwenLM/qwen-code/blob/main/docs/users/features/sub-agents.md",
	},
	Evidence: Observed,
	Version:  "0.24.4",
	Signs: Signs{
		Programs: []string{"qwen"},
		Files: []Paths{
			everywhere("${QWEN_HOME:-~/.qwen}/oauth_creds.json"),
			everywhere("${QWEN_HOME:-~/.qwen}/installation_id"),
			everywhere("${QWEN_HOME:-~/.qwen}/extension-store"),
			everywhere("${QWEN_HOME:-~/.qwen}/projects"),
		},
	},
	Skills: Skills{
		Dir:     everywhere("~/.agents/skills"),
		Also:    []Paths{everywhere("${QWEN_HOME:-~/.qwen}/skills")},
		Refused: []SkillTrait{NoFrontMatter, NoDescription, NoName},
		Call:    Slash,
	},
	Agents: Agents{
		Dir:       everywhere("${QWEN_HOME:-~/.qwen}/agents"),
		Ext:       ".md",
		Reads:     []string{".md"},
		Form:      FrontMatter,
		Tools:     ToolItems,
		Spellings: []string{"mcp__<server>__<tool>"},
		AsShipped: "starts it without any tool",
	},
	Servers: []Config{{
		Files:   []File{{At: everywhere("${QWEN_HOME:-~/.qwen}/settings.json")}},
		Root:    []string{"mcpServers"},
		Fields:  qwenFields,
		AlsoKey: []string{"$<key>"},
	}},
	Steps: Steps{
		OAuth:  []string{"start qwen, type /mcp, choose <name> and sign in"},
		APIKey: []string{"start qwen anew; qwen mcp list shows whether <name> connects"},
		Unset:  "Qwen Code sends the text ${<key>} itself and the server answers 401",
		Skills: []string{"start qwen anew: type / to see the skills"},
		Agents: []string{"start qwen anew: type / to see the skills; /agents lists the agents"},
	},
	Project: &Project{
		Dir:    "./.agents/skills",
		Also:   []Path{"./.qwen/skills"},
		Agents: "./.qwen/agents",
		Servers: []Config{{
			Files:   []File{{At: everywhere("./.qwen/settings.json")}},
			Root:    []string{"mcpServers"},
			Fields:  qwenFields,
			AlsoKey: []string{"$<key>"},
		}},
		Approve: []string{
			"start qwen in the project's root, trust the folder if it asks, and run qwen mcp approve <name> there " +
				"(qwen mcp list says \"Pending approval\" until then; older versions need no approval)",
		},
	},
}

var qwenFields = []Field{
	{Path: "httpUrl", Value: "<url>"},
	{Path: "headers/Authorization", Value: "Bearer ${<key>}", Auth: APIKey},
}
