package clients

import "fsskills/clients/document"

// jetbrainsCopilot is the plugin of GitHub for the IDEs of JetBrains. GitHub
// documents the file's layout, its users the place: on a Mac too it is under
// ~/.config (https://github.com/microsoft/copilot-intellij-feedback/issues/1579).
// The plugin reads no file of a project
// (https://github.com/microsoft/copilot-intellij-feedback/issues/546). It is
// moving over to Copilot CLI, which has files of its own.
var jetbrainsCopilot = Client{
	ID:      "jetbrains-copilot",
	Aliases: []string{"copilot-jetbrains", "copilot-intellij", "github-copilot-jetbrains", "intellij-copilot"},
	Name:    "GitHub Copilot for JetBrains",
	Docs: []string{
		"https://docs.github.com/en/copilot/how-tos/provide-context/use-mcp-in-your-ide/extend-copilot-chat-with-mcp?tool=jetbrains",
		"https://docs.github.com/en/copilot/concepts/customizations/agent-skills",
		"https://github.com/microsoft/copilot-intellij-feedback/issues/168",
		"https://github.com/microsoft/copilot-intellij-feedback/issues/1579",
	},
	Evidence: Documented,
	Signs: Signs{
		Apps: []Paths{
			{
				Linux:   "${XDG_DATA_HOME:-~/.local/share}/JetBrains/*/github-copilot-intellij",
				Darwin:  "~/Library/Application Support/JetBrains/*/plugins/github-copilot-intellij",
				Windows: "${APPDATA:-~/AppData/Roaming}/JetBrains/*/plugins/github-copilot-intellij",
			},
		},
	},
	Skills: Skills{
		Dir:  everywhere("~/.agents/skills"),
		Also: []Paths{everywhere("${COPILOT_HOME:-~/.copilot}/skills")},
		Call: Automatic,
	},
	Servers: []Config{{
		Files: []File{{At: Paths{
			Linux:   "${XDG_CONFIG_HOME:-~/.config}/github-copilot/intellij/mcp.json",
			Darwin:  "${XDG_CONFIG_HOME:-~/.config}/github-copilot/intellij/mcp.json",
			Windows: "${LOCALAPPDATA:-~/AppData/Local}/github-copilot/intellij/mcp.json",
		}}},
		Format: document.JSON,
		Root:   []string{"servers"},
		Fields: []Field{
			{Path: "type", Value: "http"},
			{Path: "url", Value: "<url>"},
		},
		Drop: []string{"requestInit/headers/Authorization", "requestInit/headers/authorization"},
		NoKey: &Unable{
			Reason: "Copilot for JetBrains is reported not to send the headers that its file has (microsoft/copilot-intellij-feedback#1579)",
			Remedy: "use --auth oauth for jetbrains-copilot",
		},
	}},
	Steps: Steps{
		OAuth:   []string{"open Copilot Chat in agent mode in your JetBrains IDE and sign in to <name> when it asks"},
		Desktop: true,
		Skills:  []string{"start a new chat in agent mode in your JetBrains IDE"},
	},
	Project: &Project{
		Dir:  "./.agents/skills",
		Also: []Path{"./.github/skills", "./.claude/skills"},
	},
}
