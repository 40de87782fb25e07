package clients

// firebender is an extension of JetBrains' editors and Android Studio, known
// from what others write for it. They agree on the file, and on a remote
// server's "url" and "headers"; whether it signs in with OAuth is not said, so
// that it gets the bridge. Its page says that it loads ~/.agents/skills
// (https://docs.firebender.com/multi-agent/skills).
var firebender = Client{
	ID:       "firebender",
	Name:     "Firebender",
	Docs:     []string{"https://docs.firebender.com/context/mcp/overview", "https://docs.firebender.com/multi-agent/skills"},
	Evidence: Reported,
	Signs: Signs{
		Files: []Paths{
			everywhere("~/.firebender/hooks.json"),
			everywhere("~/.firebender/rules"),
			everywhere("~/.firebender/commands"),
		},
	},
	Skills: Skills{
		Dir: everywhere("~/.agents/skills"),
		Also: []Paths{
			everywhere("~/.firebender/skills"),
			everywhere("~/.claude/skills"),
			everywhere("~/.codex/skills"),
			everywhere("~/.cursor/skills"),
		},
		Call: Automatic,
	},
	Servers: []Config{
		{
			Files: []File{{At: Paths{Linux: "~/.firebender/firebender.json", Darwin: "~/.firebender/firebender.json"}}},
			Root:  []string{"mcpServers"},
			Fields: []Field{
				{Path: "command", Value: "npx", Auth: OAuth},
				{Path: "args", Value: []any{"-y", bridge, "<url>"}, Auth: OAuth},
			},
			NoKey:   errFirebenderKey,
			Literal: firebenderLiteral,
			Adapt:   oneTransport,
		},
		{
			Files: []File{{At: Paths{Windows: "~/.firebender/firebender.json"}}},
			Root:  []string{"mcpServers"},
			Fields: []Field{
				{Path: "command", Value: "cmd", Auth: OAuth},
				{Path: "args", Value: []any{"/c", "npx", "-y", bridge, "<url>"}, Auth: OAuth},
			},
			NoKey:    errFirebenderKey,
			Literal:  firebenderLiteral,
			Adapt:    oneTransport,
			NotInURL: notInCommand,
		},
	},
	Steps: Steps{
		OAuth:   []string{"start the editor anew: a browser opens to sign in (this needs Node.js, for npx)"},
		Desktop: true,
		Skills:  []string{"start a new chat in Firebender"},
	},
	Project: &Project{
		Dir:  "./.agents/skills",
		Also: []Path{"./.firebender/skills", "./.claude/skills", "./.codex/skills", "./.cursor/skills"},
	},
}

var (
	errFirebenderKey = &Unable{
		Reason: "how Firebender takes a header from the environment is not documented",
		Remedy: "use --auth oauth for firebender",
	}
	firebenderLiteral = []Field{
		{Path: "url", Value: "<url>"},
		{Path: "headers/Authorization", Value: "Bearer <secret>"},
	}
)
