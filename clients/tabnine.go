package clients

// tabnine is the terminal program of Tabnine, a relative of Gemini CLI. Its
// page names the file and says that a project's counts where the project is
// trusted; the spelling of a remote server and the folders for skills are
// somebody else's word, with the vendor's pages for it
// (https://github.com/dyoshikawa/rulesync/blob/main/src/features/mcp/tabnine-mcp.ts).
// How a header could take a variable is not said.
var tabnine = Client{
	ID:      "tabnine",
	Aliases: []string{"tabnine-cli", "tabnine-agent"},
	Name:    "Tabnine",
	Docs: []string{
		"https://docs.tabnine.com/main/getting-started/tabnine-agent/mcp-intro-and-setup/mcp-server-config",
		"https://docs.tabnine.com/main/getting-started/tabnine-cli/features/agent-skills",
		"https://github.com/dyoshikawa/rulesync/blob/main/src/features/mcp/tabnine-mcp.ts",
	},
	Evidence: Reported,
	Signs:    Signs{Programs: []string{"tabnine"}},
	Skills: Skills{
		Dir:  everywhere("~/.agents/skills"),
		Also: []Paths{everywhere("~/.tabnine/agent/skills")},
		Call: Automatic,
	},
	Servers: []Config{{
		Files:   []File{{At: everywhere("~/.tabnine/agent/settings.json")}},
		Root:    []string{"mcpServers"},
		Fields:  tabnineFields,
		NoKey:   errTabnineKey,
		Literal: []Field{{Path: "headers/Authorization", Value: "Bearer <secret>"}},
	}},
	Steps: Steps{
		OAuth:  []string{"start tabnine and type /mcp to sign in to <name>"},
		APIKey: []string{"start tabnine anew; tabnine mcp list shows <name>"},
		Skills: []string{"start tabnine anew: it reads skills when it starts"},
	},
	Project: &Project{
		Dir:  "./.agents/skills",
		Also: []Path{"./.tabnine/agent/skills"},
		Servers: []Config{{
			Files:  []File{{At: everywhere("./.tabnine/agent/settings.json")}},
			Root:   []string{"mcpServers"},
			Fields: tabnineFields,
			NoKey:  errTabnineKey,
		}},
		Approve: []string{"start tabnine in the project and trust the folder: it reads a project's settings only then"},
	},
}

var (
	tabnineFields = []Field{
		{Path: "url", Value: "<url>"},
		{Path: "type", Value: "http"},
	}
	errTabnineKey = &Unable{
		Reason: "how Tabnine takes a header from the environment is not documented",
		Remedy: "use --auth oauth for tabnine",
	}
)
