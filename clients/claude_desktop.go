package clients

import "fsskills/clients/document"

// bridge is a local program that makes a remote server out of a client's
// standard input and output, and signs in with OAuth. The version is pinned:
// npx would otherwise run whatever was published last. It is one of the
// original author's, after the fix of CVE-2025-6514 (0.1.16) and before the
// package moved to another repository (by 0.5.0).
const bridge = "mcp-remote@0.1.38"

// claudeDesktop starts the servers of its file as local programs and does not
// connect to remote ones; those are "connectors", which users add in the
// application, and the bridge is the way to bring one by file.
var claudeDesktop = Client{
	ID:      "claude-desktop",
	Aliases: []string{"claude-app", "claudedesktop", "claude-desktop-app"},
	Name:    "Claude Desktop",
	Docs: []string{
		"https://support.claude.com/en/articles/11503834-building-custom-integrations-via-remote-mcp-servers",
		"https://www.npmjs.com/package/mcp-remote",
	},
	Evidence: Documented,
	Signs: Signs{
		Apps: []Paths{
			{Darwin: "/Applications/Claude.app", Windows: "${LOCALAPPDATA:-~/AppData/Local}/AnthropicClaude"},
			{Darwin: "~/Applications/Claude.app", Windows: "${LOCALAPPDATA:-~/AppData/Local}/Packages/Claude_*"},
		},
		Files: []Paths{
			{
				Linux:   "${XDG_CONFIG_HOME:-~/.config}/Claude/config.json",
				Darwin:  "~/Library/Application Support/Claude/config.json",
				Windows: "${APPDATA:-~/AppData/Roaming}/Claude/config.json",
			},
			{
				Linux:   "${XDG_CONFIG_HOME:-~/.config}/Claude/Preferences",
				Darwin:  "~/Library/Application Support/Claude/Preferences",
				Windows: "${APPDATA:-~/AppData/Roaming}/Claude/Preferences",
			},
			{
				Linux:   "${XDG_CONFIG_HOME:-~/.config}/Claude/Local State",
				Darwin:  "~/Library/Application Support/Claude/Local State",
				Windows: "${APPDATA:-~/AppData/Roaming}/Claude/Local State",
			},
		},
	},
	Skills: Skills{Call: Automatic},
	Agents: Agents{None: noAgentFiles},
	Servers: []Config{
		{
			Files: []File{{At: Paths{
				Linux:  "${XDG_CONFIG_HOME:-~/.config}/Claude/claude_desktop_config.json",
				Darwin: "~/Library/Application Support/Claude/claude_desktop_config.json",
			}}},
			Format: document.JSON,
			Root:   []string{"mcpServers"},
			Fields: []Field{
				{Path: "command", Value: "npx"},
				{Path: "args", Value: []any{"-y", bridge, "<url>"}},
			},
			Drop:  []string{"headers"},
			Keep:  []string{"env", "cwd", "headers/Authorization", "headers/authorization"},
			NoKey: errClaudeDesktopKey,
		},
		{
			// On Windows npx is a script, which only the command interpreter
			// can start (https://github.com/modelcontextprotocol/servers/issues/3460).
			Files: []File{
				// The packaged application sees its private copy, once it has one.
				{At: Paths{Windows: "${LOCALAPPDATA:-~/AppData/Local}/Packages/Claude_*/LocalCache/Roaming/Claude/claude_desktop_config.json"}, Found: true},
				{At: Paths{Windows: "${APPDATA:-~/AppData/Roaming}/Claude/claude_desktop_config.json"}},
			},
			Format: document.JSON,
			Root:   []string{"mcpServers"},
			Fields: []Field{
				{Path: "command", Value: "cmd"},
				{Path: "args", Value: []any{"/c", "npx", "-y", bridge, "<url>"}},
			},
			Drop:     []string{"headers"},
			Keep:     []string{"env", "cwd", "headers/Authorization", "headers/authorization"},
			NoKey:    errClaudeDesktopKey,
			NotInURL: `&|<>^%"`,
		},
	},
	Steps: Steps{
		OAuth: []string{
			"quit and reopen Claude Desktop: a browser opens to sign in (this needs Node.js, for npx)",
			"or leave the entry out and add <url> under Settings, Connectors, Add custom connector",
		},
		Desktop: true,
		Skills:  []string{"Claude Desktop has no skills folder: upload each skill as a .zip under Settings, Capabilities, Skills"},
	},
}

var errClaudeDesktopKey = &Unable{
	Reason: "Claude Desktop signs in to remote servers with OAuth only; its file cannot take a key from the environment",
	Remedy: "use --auth oauth for claude-desktop, or add the server under Settings, Connectors",
}
