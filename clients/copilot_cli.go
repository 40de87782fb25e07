package clients

import (
	"slices"

	"fsskills/clients/document"
)

// copilotCLI was run as 1.0.102. It needs "tools" in the file of the user, not
// in a project. There it reads the first of two files, from folders that are
// trusted, and enables plugins by its own settings and by Claude Code's.
var copilotCLI = Client{
	ID:      "copilot-cli",
	Aliases: []string{"copilot", "github-copilot", "github-copilot-cli", "gh-copilot", "copilotcli"},
	Name:    "GitHub Copilot CLI",
	Docs: []string{
		"https://docs.github.com/en/copilot/reference/copilot-cli-reference/cli-command-reference",
		"https://docs.github.com/en/copilot/how-tos/copilot-cli/customize-copilot/add-mcp-servers",
		"https://docs.github.com/en/copilot/reference/copilot-cli-reference/cli-config-dir-reference",
		"https://docs.github.com/en/copilot/reference/custom-agents-configuration",
	},
	Evidence: Observed,
	Version:  "1.0.102",
	Signs: Signs{
		Programs: []string{"copilot"},
		Files: []Paths{
			everywhere("${COPILOT_HOME:-~/.copilot}/config.json"),
			everywhere("${COPILOT_HOME:-~/.copilot}/settings.json"),
			everywhere("${COPILOT_HOME:-~/.copilot}/command-history-state.json"),
		},
	},
	Skills: Skills{
		Dir:     everywhere("~/.agents/skills"),
		Also:    []Paths{everywhere("${COPILOT_HOME:-~/.copilot}/skills")},
		Refused: []SkillTrait{NoFrontMatter, BrokenYAML, UnquotedColon, LongDescription},
		Call:    Slash,
	},
	// Of x.agent.md and x.md it shows one. VS Code reads the same files.
	Agents: Agents{
		Dir:       everywhere("${COPILOT_HOME:-~/.copilot}/agents"),
		Ext:       ".agent.md",
		Reads:     []string{".agent.md", ".md"},
		Form:      FrontMatter,
		Tools:     ToolItems,
		Spellings: []string{"<server>/<tool>"},
		Plugin:    []Paths{everywhere("${COPILOT_HOME:-~/.copilot}/installed-plugins/*/fullstory/agents")},
		AsShipped: "starts it without any tool",
	},
	Plugins: []Marker{{
		Settings: everywhere("${COPILOT_HOME:-~/.copilot}/settings.json"),
		Key:      []string{"enabledPlugins"},
	}},
	Servers: []Config{{
		Files: []File{{At: everywhere("${COPILOT_HOME:-~/.copilot}/mcp-config.json")}},
		Root:  []string{"mcpServers"},
		Fields: []Field{
			{Path: "type", Value: "http"},
			{Path: "url", Value: "<url>"},
			{Path: "headers/Authorization", Value: "Bearer ${<key>}", Auth: APIKey},
			{Path: "tools", Value: []any{"*"}, Ensure: true},
		},
		AlsoKey: []string{"$<key>", "${<key>:-"},
	}},
	Steps: Steps{
		OAuth:  []string{"start copilot and type /mcp auth <name>"},
		APIKey: []string{"start copilot anew; if it asks you to sign in to <name> in spite of the key, type /mcp enable <name> (github/copilot-cli#3100)"},
		Unset:  "Copilot CLI sends the text ${<key>} itself and the server answers 401",
		Skills: []string{"start a new copilot session: type / to see the skills"},
		Agents: []string{"start a new copilot session: type / to see the skills; /agent lists the agents"},
	},
	Project: &Project{
		Dir:        "./.agents/skills",
		Also:       []Path{"./.github/skills", "./.claude/skills"},
		Agents:     "./.github/agents",
		AlsoAgents: []Path{"./.claude/agents"},
		Plugins: []Marker{
			{Settings: everywhere("./.github/copilot/settings.local.json"), Key: []string{"enabledPlugins"}},
			{Settings: everywhere("./.github/copilot/settings.json"), Key: []string{"enabledPlugins"}},
			{Settings: everywhere("./.claude/settings.local.json"), Key: []string{"enabledPlugins"}},
			{Settings: everywhere("./.claude/settings.json"), Key: []string{"enabledPlugins"}},
			{Settings: everywhere("${COPILOT_HOME:-~/.copilot}/settings.json"), Key: []string{"enabledPlugins"}},
		},
		Servers: []Config{
			{
				Files:   []File{{At: everywhere("./.github/mcp.json"), Found: true, Unless: everywhere("./.mcp.json")}},
				Strict:  true,
				Root:    []string{"mcpServers"},
				Fields:  dotMCPFields,
				AlsoKey: []string{"$<key>", "${<key>:-"},
			},
			dotMCP,
		},
		Approved: copilotTrusted,
		Approve: []string{
			"start copilot in the project, trust the folder when it asks and let it remember the answer: until then it passes over what the project brings",
		},
	},
}

// copilotTrusted looks for the project, or a folder above it, in the list of
// those that the user trusts (observed with 1.0.102).
func copilotTrusted(s System) Approval {
	doc, file := s.state("${COPILOT_HOME:-~/.copilot}/config.json", document.JSONC)
	if doc == nil {
		return Approval{}
	}
	value, _ := doc.Lookup("trustedFolders")
	list, _ := value.([]any)
	given := slices.ContainsFunc(list, func(v any) bool {
		folder, _ := v.(string)
		return folder != "" && s.covers(folder, s.Project)
	})
	return Approval{Known: true, File: file, Given: given}
}
