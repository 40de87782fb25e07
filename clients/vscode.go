package clients

import "fsskills/clients/document"

var vscode = Client{
	ID:       "vscode",
	Aliases:  []string{"code", "vs-code", "visual-studio-code", "vscode-copilot"},
	Name:     "VS Code",
	Docs:     []string{"https://code.visualstudio.com/docs/copilot/reference/mcp-configuration", "https://code.visualstudio.com/docs/copilot/customization/agent-skills"},
	Evidence: Documented,
	Signs: Signs{
		Programs: []string{"code"},
		NotIn:    notVSCode,
		Apps: []Paths{
			{Linux: "~/.var/app/com.visualstudio.code", Darwin: "/Applications/Visual Studio Code.app", Windows: "${LOCALAPPDATA:-~/AppData/Local}/Programs/Microsoft VS Code"},
			{Darwin: "~/Applications/Visual Studio Code.app", Windows: "${ProgramFiles:-C:/Program Files}/Microsoft VS Code"},
		},
		Files: []Paths{
			{Linux: linuxCode + "/settings.json", Darwin: darwinCode + "/settings.json", Windows: windowsCode + "/settings.json"},
			{Linux: linuxCode + "/globalStorage", Darwin: darwinCode + "/globalStorage", Windows: windowsCode + "/globalStorage"},
			everywhere("~/.vscode/argv.json"),
			everywhere("~/.vscode/extensions"),
		},
	},
	Skills: vscodeSkills,
	Servers: []Config{{
		Files: []File{
			{At: everywhere("${VSCODE_PORTABLE}/user-data/User/mcp.json")},
			{
				At:     Paths{Linux: "~/.var/app/com.visualstudio.code/config/Code/User/mcp.json"},
				When:   Paths{Linux: "~/.var/app/com.visualstudio.code/config/Code/User"},
				Unless: Paths{Linux: linuxCode},
			},
			{At: Paths{Linux: linuxCode + "/mcp.json", Darwin: darwinCode + "/mcp.json", Windows: windowsCode + "/mcp.json"}},
		},
		Format: document.JSONC,
		Root:   []string{"servers"},
		Fields: vscodeFields,
	}},
	Steps: vscodeSteps,
}

var vscodeInsiders = Client{
	ID:       "vscode-insiders",
	Aliases:  []string{"code-insiders", "vs-code-insiders", "visual-studio-code-insiders"},
	Name:     "VS Code Insiders",
	Docs:     []string{"https://code.visualstudio.com/docs/copilot/reference/mcp-configuration", "https://code.visualstudio.com/docs/copilot/customization/agent-skills"},
	Evidence: Documented,
	Signs: Signs{
		Programs: []string{"code-insiders"},
		NotIn:    notVSCode,
		Apps: []Paths{
			{Darwin: "/Applications/Visual Studio Code - Insiders.app", Windows: "${LOCALAPPDATA:-~/AppData/Local}/Programs/Microsoft VS Code Insiders"},
			{Darwin: "~/Applications/Visual Studio Code - Insiders.app", Windows: "${ProgramFiles:-C:/Program Files}/Microsoft VS Code Insiders"},
		},
		Files: []Paths{
			{Linux: linuxInsiders + "/settings.json", Darwin: darwinInsiders + "/settings.json", Windows: windowsInsiders + "/settings.json"},
			{Linux: linuxInsiders + "/globalStorage", Darwin: darwinInsiders + "/globalStorage", Windows: windowsInsiders + "/globalStorage"},
			everywhere("~/.vscode-insiders/argv.json"),
			everywhere("~/.vscode-insiders/extensions"),
		},
	},
	Skills: vscodeSkills,
	Servers: []Config{{
		Files: []File{
			{At: Paths{Linux: linuxInsiders + "/mcp.json", Darwin: darwinInsiders + "/mcp.json", Windows: windowsInsiders + "/mcp.json"}},
		},
		Format: document.JSONC,
		Root:   []string{"servers"},
		Fields: vscodeFields,
	}},
	Steps: vscodeSteps,
}

// The user folders of VS Code. VSCODE_APPDATA moves them on every system
// (https://github.com/microsoft/vscode/issues/191281).
const (
	linuxCode       = "${VSCODE_APPDATA:-${XDG_CONFIG_HOME:-~/.config}}/Code/User"
	darwinCode      = "${VSCODE_APPDATA:-~/Library/Application Support}/Code/User"
	windowsCode     = "${VSCODE_APPDATA:-${APPDATA:-~/AppData/Roaming}}/Code/User"
	linuxInsiders   = "${VSCODE_APPDATA:-${XDG_CONFIG_HOME:-~/.config}}/Code - Insiders/User"
	darwinInsiders  = "${VSCODE_APPDATA:-~/Library/Application Support}/Code - Insiders/User"
	windowsInsiders = "${VSCODE_APPDATA:-${APPDATA:-~/AppData/Roaming}}/Code - Insiders/User"
)

var (
	// notVSCode are where editors made from VS Code, and its server for remote
	// windows, have a program "code" of their own.
	notVSCode = []string{"/Cursor.app/", "/Windsurf.app/", "/.cursor-server/", "/.windsurf-server/", "/.vscode-server/", "/.vscode-server-insiders/"}

	vscodeSkills = Skills{
		Dir:  everywhere("~/.agents/skills"),
		Also: []Paths{everywhere("${COPILOT_HOME:-~/.copilot}/skills"), everywhere("~/.claude/skills")},
		Call: Slash,
	}
	// A maintainer says that ${env:…} is supported
	// (https://github.com/microsoft/vscode/issues/245237); a user of 1.137 on
	// Windows says that a header had it literally, which is not answered yet
	// (https://github.com/microsoft/vscode/issues/336232).
	vscodeFields = []Field{
		{Path: "type", Value: "http"},
		{Path: "url", Value: "<url>"},
		{Path: "headers/Authorization", Value: "Bearer ${env:<key>}", Auth: APIKey},
	}
	vscodeSteps = Steps{
		OAuth:   []string{"run MCP: List Servers from the Command Palette, choose <name>, Start Server, trust it and sign in in the browser"},
		APIKey:  []string{"run MCP: List Servers from the Command Palette, choose <name> and Start Server; if the server answers 401 with the right key, this version does not fill in ${env:…} (microsoft/vscode#336232): install with --auth oauth"},
		Unset:   "the server answers 401",
		Desktop: true,
		Skills:  []string{"open a new chat in agent mode: type / to see the skills"},
	}
)
