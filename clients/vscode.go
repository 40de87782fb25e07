package clients

import (
	"strings"

	"fsskills/clients/document"
)

var vscode = Client{
	ID:       "vscode",
	Aliases:  []string{"code", "vs-code", "visual-studio-code", "vscode-copilot"},
	Name:     "VS Code",
	Docs:     vscodeDocs,
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
			{Linux: linuxCode + "/globalStorage/state.vscdb", Darwin: darwinCode + "/globalStorage/state.vscdb", Windows: windowsCode + "/globalStorage/state.vscdb"},
			everywhere("~/.vscode/argv.json"),
			everywhere("~/.vscode/extensions"),
		},
	},
	Skills: vscodeSkills,
	Agents: vscodeAgents,
	Servers: []Config{{
		Files: []File{
			{At: everywhere("${VSCODE_PORTABLE}/user-data/User/mcp.json")},
			{
				At:     Paths{Linux: flatpakCode + "/mcp.json"},
				When:   Paths{Linux: flatpakCode},
				Unless: Paths{Linux: linuxCode},
			},
			{At: Paths{Linux: linuxCode + "/mcp.json", Darwin: darwinCode + "/mcp.json", Windows: windowsCode + "/mcp.json"}},
		},
		Format:  document.JSONC,
		Root:    []string{"servers"},
		Fields:  vscodeFields,
		AlsoKey: []string{"${input:<key>}"},
	}},
	More: []Config{{
		Files: []File{
			{At: everywhere("${VSCODE_PORTABLE}/user-data/User/profiles/*/mcp.json"), Each: true, Uses: hasOwnServers},
			{
				At:     Paths{Linux: flatpakCode + "/profiles/*/mcp.json"},
				Each:   true,
				Unless: Paths{Linux: linuxCode},
				Uses:   hasOwnServers,
			},
			{
				At:     Paths{Linux: linuxCode + "/profiles/*/mcp.json", Darwin: darwinCode + "/profiles/*/mcp.json", Windows: windowsCode + "/profiles/*/mcp.json"},
				Each:   true,
				Unless: everywhere("${VSCODE_PORTABLE}"),
				Uses:   hasOwnServers,
			},
		},
		Format:  document.JSONC,
		Root:    []string{"servers"},
		Fields:  vscodeFields,
		AlsoKey: []string{"${input:<key>}"},
	}},
	Steps:   vscodeSteps,
	Project: &vscodeProject,
}

var vscodeInsiders = Client{
	ID:       "vscode-insiders",
	Aliases:  []string{"code-insiders", "vs-code-insiders", "visual-studio-code-insiders"},
	Name:     "VS Code Insiders",
	Docs:     vscodeDocs,
	Evidence: Documented,
	Signs: Signs{
		Programs: []string{"code-insiders"},
		NotIn:    notVSCode,
		Apps: []Paths{
			{Linux: "~/.var/app/com.visualstudio.code.insiders", Darwin: "/Applications/Visual Studio Code - Insiders.app", Windows: "${LOCALAPPDATA:-~/AppData/Local}/Programs/Microsoft VS Code Insiders"},
			{Darwin: "~/Applications/Visual Studio Code - Insiders.app", Windows: "${ProgramFiles:-C:/Program Files}/Microsoft VS Code Insiders"},
		},
		Files: []Paths{
			{Linux: linuxInsiders + "/settings.json", Darwin: darwinInsiders + "/settings.json", Windows: windowsInsiders + "/settings.json"},
			{Linux: linuxInsiders + "/globalStorage/state.vscdb", Darwin: darwinInsiders + "/globalStorage/state.vscdb", Windows: windowsInsiders + "/globalStorage/state.vscdb"},
			everywhere("~/.vscode-insiders/argv.json"),
			everywhere("~/.vscode-insiders/extensions"),
		},
	},
	Skills: vscodeSkills,
	Agents: vscodeAgents,
	Servers: []Config{{
		Files: []File{
			{
				At:     Paths{Linux: flatpakInsiders + "/mcp.json"},
				When:   Paths{Linux: flatpakInsiders},
				Unless: Paths{Linux: linuxInsiders},
			},
			{At: Paths{Linux: linuxInsiders + "/mcp.json", Darwin: darwinInsiders + "/mcp.json", Windows: windowsInsiders + "/mcp.json"}},
		},
		Format:  document.JSONC,
		Root:    []string{"servers"},
		Fields:  vscodeFields,
		AlsoKey: []string{"${input:<key>}"},
	}},
	More: []Config{{
		Files: []File{
			{
				At:     Paths{Linux: flatpakInsiders + "/profiles/*/mcp.json"},
				Each:   true,
				Unless: Paths{Linux: linuxInsiders},
				Uses:   hasOwnServers,
			},
			{
				At:   Paths{Linux: linuxInsiders + "/profiles/*/mcp.json", Darwin: darwinInsiders + "/profiles/*/mcp.json", Windows: windowsInsiders + "/profiles/*/mcp.json"},
				Each: true,
				Uses: hasOwnServers,
			},
		},
		Format:  document.JSONC,
		Root:    []string{"servers"},
		Fields:  vscodeFields,
		AlsoKey: []string{"${input:<key>}"},
	}},
	Steps:   vscodeSteps,
	Project: &vscodeProject,
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
	flatpakCode     = "~/.var/app/com.visualstudio.code/config/Code/User"
	flatpakInsiders = "~/.var/app/com.visualstudio.code.insiders/config/Code - Insiders/User"
)

const (
	sharedSkills  = "~/.agents/skills"
	copilotAgents = "${COPILOT_HOME:-~/.copilot}/agents"
)

var (
	vscodeDocs = []string{
		"https://code.visualstudio.com/docs/copilot/reference/mcp-configuration",
		"https://code.visualstudio.com/docs/copilot/customization/agent-skills",
		"https://code.visualstudio.com/docs/copilot/customization/custom-agents",
		"https://code.visualstudio.com/docs/configure/profiles",
		"https://github.com/microsoft/vscode/blob/main/src/vs/workbench/contrib/mcp/common/mcpRegistry.ts",
	}
	// notVSCode are where editors made from VS Code, and its server for remote
	// windows, have a program "code" of their own.
	notVSCode = []string{"/Cursor.app/", "/Windsurf.app/", "/.cursor-server/", "/.windsurf-server/", "/.vscode-server/", "/.vscode-server-insiders/"}

	vscodeSkills       = Skills{Dir: vscodeSkillsFolder, Also: vscodeAlso, Call: Slash}
	vscodeSkillsFolder = Paths{Linux: sharedSkills, Darwin: sharedSkills, Windows: sharedSkills}
	vscodeAlso         = []Paths{everywhere("${COPILOT_HOME:-~/.copilot}/skills"), everywhere("~/.claude/skills")}

	vscodeAgents = Agents{
		Dir:       vscodeAgentsFolder,
		Ext:       ".agent.md",
		Reads:     vscodeReads,
		Form:      FrontMatter,
		Tools:     ToolItems,
		Spellings: vscodeSpellings,
	}
	vscodeAgentsFolder = Paths{Linux: copilotAgents, Darwin: copilotAgents, Windows: copilotAgents}
	vscodeReads        = []string{".agent.md", ".md"}
	vscodeSpellings    = []string{"<server>/<tool>"}

	// ${env:…} is filled in all over an entry, headers included (mcpRegistry.ts
	// resolves what it starts a server with as a whole), as a maintainer says
	// too (https://github.com/microsoft/vscode/issues/245237). But the value
	// that was found first is kept and used from then on, an empty one as well.
	// That may be what
	// https://github.com/microsoft/vscode/issues/336232 is about, in which a
	// header is said not to be filled in.
	vscodeFields = []Field{
		{Path: "type", Value: "http"},
		{Path: "url", Value: "<url>"},
		{Path: "headers/Authorization", Value: "Bearer ${env:<key>}", Auth: APIKey},
	}
	vscodeSteps = Steps{
		OAuth:   vscodeOAuth,
		APIKey:  vscodeAPIKey,
		Unset:   "the server answers 401, also later",
		Desktop: true,
		Skills:  vscodeNewChat,
		Agents:  vscodeNewStart,
	}
	vscodeOAuth  = []string{"run MCP: List Servers from the Command Palette, choose <name>, Start Server, trust it and sign in in the browser"}
	vscodeAPIKey = []string{
		"only when VS Code sees <key>, run MCP: List Servers from the Command Palette, choose <name> and Start Server: VS Code keeps the key that it finds then, unencrypted in its own storage, and goes on using it",
		"if the server answers 401 because <key> was not set at that time, or was another: add \"inputs\": [] to mcp.json, hover over what VS Code shows after ${env:<key>} there, and choose Clear",
	}
	vscodeNewChat  = []string{"open a new chat in agent mode: type / to see the skills"}
	vscodeNewStart = []string{"start VS Code anew and open a new chat in agent mode: type / to see the skills; /agents lists the agents"}

	vscodeProject = Project{
		Dir:        "./.agents/skills",
		Also:       []Path{"./.github/skills", "./.claude/skills"},
		Agents:     "./.github/agents",
		AlsoAgents: []Path{"./.claude/agents"},
		Servers: []Config{{
			Files:   dotVSCodeFiles,
			Format:  document.JSONC,
			Root:    []string{"servers"},
			Fields:  vscodeFields,
			AlsoKey: []string{"${input:<key>}"},
		}},
		Approve: []string{"open the project in VS Code, trust the folder when it asks, and choose Trust when it asks about <name>"},
	}
	// dotVSCodeFiles are the file of a project that editors of Microsoft share.
	dotVSCodeFiles = []File{{At: everywhere("./.vscode/mcp.json")}}
)

// hasOwnServers reports whether file, the mcp.json in the folder of a profile,
// is read: a profile may use the servers of the default one instead, and a
// folder may be no profile. VS Code keeps the list of them in storage.json.
func hasOwnServers(s System, file string) bool {
	folder, _ := s.split(file)
	profiles, id := s.split(folder)
	user, _ := s.split(profiles)
	doc, err := s.parse(s.clean(user+"/globalStorage/storage.json"), document.JSON)
	if err != nil {
		return false
	}
	value, _ := doc.Lookup("userDataProfiles")
	list, _ := value.([]any)
	for _, item := range list {
		profile, _ := item.(map[string]any)
		flags, _ := profile["useDefaultFlags"].(map[string]any)
		if profileFolder(profile) == id {
			return flags["mcp"] != true
		}
	}
	return false
}

// profileFolder returns the name of a profile's folder, which older versions
// wrote as the parts of a URL.
func profileFolder(profile map[string]any) string {
	location, _ := profile["location"].(string)
	if parts, ok := profile["location"].(map[string]any); ok {
		location, _ = parts["path"].(string)
	}
	return location[strings.LastIndex(location, "/")+1:]
}
