package clients

// rovoDev is Atlassian's agent for the terminal. It reaches remote servers
// with headers that stand in its file
// (https://docs.firecrawl.dev/es/quickstarts/rovo-dev-cli); nothing says that
// it signs in by itself, so that it gets the bridge. Its pages have two names
// for the file: the guide mcp.json and the list of settings mcp_config.json,
// and a setting can name another. A project's file counts only where that
// setting names it, so that there is none here.
var rovoDev = Client{
	ID:      "rovodev",
	Aliases: []string{"rovo-dev", "rovo", "rovodev-cli", "acli-rovodev"},
	Name:    "Rovo Dev",
	Docs: []string{
		"https://support.atlassian.com/rovo/docs/connect-to-an-mcp-server-in-rovo-dev-cli/",
		"https://support.atlassian.com/rovo/docs/extend-rovo-dev-cli-with-agent-skills/",
		"https://support.atlassian.com/rovo/docs/manage-rovo-dev-cli-settings/",
	},
	Evidence: Documented,
	Signs:    Signs{Files: []Paths{everywhere("~/.rovodev/config.yml")}},
	Skills: Skills{
		Dir:  everywhere("~/.agents/skills"),
		Also: []Paths{everywhere("~/.rovodev/skills")},
		Call: Automatic,
	},
	Servers: []Config{
		{
			Files: []File{
				{At: Paths{Linux: "~/.rovodev/mcp.json", Darwin: "~/.rovodev/mcp.json"}, Found: true},
				{At: Paths{Linux: "~/.rovodev/mcp_config.json", Darwin: "~/.rovodev/mcp_config.json"}, Found: true},
				{At: Paths{Linux: "~/.rovodev/mcp.json", Darwin: "~/.rovodev/mcp.json"}},
			},
			Root: []string{"mcpServers"},
			Fields: []Field{
				{Path: "command", Value: "npx", Auth: OAuth},
				{Path: "args", Value: []any{"-y", bridge, "<url>"}, Auth: OAuth},
				{Path: "transport", Value: "stdio", Auth: OAuth},
			},
			NoKey:   errRovoDevKey,
			Literal: rovoDevLiteral,
			Adapt:   oneTransport,
		},
		{
			Files: []File{
				{At: Paths{Windows: "~/.rovodev/mcp.json"}, Found: true},
				{At: Paths{Windows: "~/.rovodev/mcp_config.json"}, Found: true},
				{At: Paths{Windows: "~/.rovodev/mcp.json"}},
			},
			Root: []string{"mcpServers"},
			Fields: []Field{
				{Path: "command", Value: "cmd", Auth: OAuth},
				{Path: "args", Value: []any{"/c", "npx", "-y", bridge, "<url>"}, Auth: OAuth},
				{Path: "transport", Value: "stdio", Auth: OAuth},
			},
			NoKey:    errRovoDevKey,
			Literal:  rovoDevLiteral,
			Adapt:    oneTransport,
			NotInURL: notInCommand,
		},
	},
	Steps: Steps{
		OAuth: []string{
			"start acli rovodev run: a browser opens to sign in (this needs Node.js, for npx)",
			"type /mcp to see <name>; if it is not there, acli rovodev mcp opens the file that counts for you",
		},
		APIKey: []string{"start acli rovodev run anew and type /mcp to see whether <name> connects"},
		Skills: []string{"start a new Rovo Dev session: it loads skills by itself"},
	},
	Project: &Project{
		Dir:  "./.agents/skills",
		Also: []Path{"./.rovodev/skills"},
	},
}

var (
	errRovoDevKey = &Unable{
		Reason: "how Rovo Dev takes a header from the environment is not documented",
		Remedy: "use --auth oauth for rovodev",
	}
	rovoDevLiteral = []Field{
		{Path: "url", Value: "<url>"},
		{Path: "headers/Authorization", Value: "Bearer <secret>"},
		{Path: "transport", Value: "http"},
	}
)
