package clients

import "fsskills/clients/document"

// continueDev is an extension of editors and the terminal program cn, run as
// 1.5.47. It keeps its servers in a list, of the user's skills folders reads
// its own alone, and takes variables of the environment for secrets. Its file
// needs a name and a version, which it gives one that it makes itself.
var continueDev = Client{
	ID:      "continue",
	Aliases: []string{"cn", "continue-dev", "continuedev", "continue.continue"},
	Name:    "Continue",
	Docs: []string{
		"https://docs.continue.dev/customize/deep-dives/mcp",
		"https://github.com/continuedev/continue/blob/main/core/config/markdown/loadMarkdownSkills.ts",
	},
	Evidence: Observed,
	Version:  "1.5.47",
	Signs: Signs{
		Programs: []string{"cn"},
		Files: []Paths{
			everywhere("${CONTINUE_GLOBAL_DIR:-~/.continue}/sessions"),
			everywhere("${CONTINUE_GLOBAL_DIR:-~/.continue}/index"),
			everywhere("${CONTINUE_GLOBAL_DIR:-~/.continue}/config.json"),
			everywhere("~/.vscode/extensions/continue.continue-*"),
			everywhere("~/.cursor/extensions/continue.continue-*"),
		},
	},
	Skills: Skills{
		Dir:  everywhere("${CONTINUE_GLOBAL_DIR:-~/.continue}/skills"),
		Call: SlashDash,
	},
	Agents: Agents{None: noAgentFiles},
	Servers: []Config{{
		Files:   []File{{At: everywhere("${CONTINUE_GLOBAL_DIR:-~/.continue}/config.yaml")}},
		Format:  document.YAML,
		Root:    []string{"mcpServers"},
		ListKey: "name",
		Fields: []Field{
			{Path: "type", Value: "streamable-http"},
			{Path: "url", Value: "<url>"},
			{Path: "requestOptions/headers/Authorization", Value: "Bearer ${{ secrets.<key> }}", Auth: APIKey},
		},
		Drop: []string{"requestOptions/headers/authorization", "apiKey"},
	}},
	Steps: Steps{
		OAuth:  []string{"open Continue's MCP panel and authenticate <name> (cn fetches the program mcp-remote from npm for that, which opens a browser); if Continue had no config.yaml yet, put a line with name: and one with version: at its top"},
		APIKey: []string{"if Continue had no config.yaml yet, put a line with name: and one with version: at its top", "start Continue anew; /mcp in cn shows whether <name> connects"},
		Unset:  "Continue sends no key that counts and the server answers 401",
		Skills: []string{"start a new cn session: type / to see the skills"},
	},
	// The extension takes servers from files in ./.continue/mcpServers, which
	// cn was seen not to read.
	// Of the two folders that it reads in a project, Claude Code's is the one
	// that does not show every skill twice where a team has both.
	Project: &Project{Dir: "./.claude/skills", Also: []Path{"./.continue/skills"}},
}
