package clients

import "fsskills/clients/document"

// cursor is the editor and its terminal agent, which share files. It was not
// run; its pages and those of server vendors agree on the spelling.
var cursor = Client{
	ID:       "cursor",
	Aliases:  []string{"cursor-agent", "cursor-cli", "cursor-editor"},
	Name:     "Cursor",
	Docs:     []string{"https://cursor.com/docs/mcp", "https://cursor.com/docs/context/skills"},
	Evidence: Documented,
	Signs: Signs{
		Programs: []string{"cursor", "cursor-agent"},
		Apps: []Paths{
			{Darwin: "/Applications/Cursor.app", Windows: "${LOCALAPPDATA:-~/AppData/Local}/Programs/cursor"},
			{Darwin: "~/Applications/Cursor.app"},
		},
		Files: []Paths{
			everywhere("~/.cursor/argv.json"),
			everywhere("~/.cursor/extensions"),
			everywhere("~/.cursor/cli-config.json"),
			everywhere("~/.cursor/ide_state.json"),
			{
				Linux:   "${XDG_CONFIG_HOME:-~/.config}/Cursor/User",
				Darwin:  "~/Library/Application Support/Cursor/User",
				Windows: "${APPDATA:-~/AppData/Roaming}/Cursor/User",
			},
		},
	},
	Skills: Skills{
		Dir: everywhere("~/.agents/skills"),
		Also: []Paths{
			everywhere("~/.cursor/skills"),
			everywhere("~/.claude/skills"),
			everywhere("~/.codex/skills"),
		},
		Call: Slash,
	},
	// Where Cursor unpacks plugins is somebody else's word
	// (https://docs.rs/ljos/0.35.2/ljos_cli/fn.cursor_plugin_in.html).
	Plugins: []Marker{
		{Folder: everywhere("~/.cursor/plugins/cache/*/fullstory")},
		{Folder: everywhere("~/.cursor/plugins/local/fullstory")},
	},
	Servers: []Config{{
		Files: []File{{At: everywhere("~/.cursor/mcp.json")}},
		Root:  []string{"mcpServers"},
		Fields: []Field{
			{Path: "url", Value: "<url>"},
			{Path: "headers/Authorization", Value: "Bearer ${env:<key>}", Auth: APIKey},
		},
		Adapt: keepHTTPType,
	}},
	Steps: Steps{
		OAuth: []string{"open Cursor Settings, MCP, and choose Connect beside <name> (in a terminal: cursor-agent mcp login <name>)"},
		APIKey: []string{
			"open Cursor Settings, MCP: <name> should be green; if it asks you to log in, Cursor passes over the key, so install with --auth oauth",
		},
		Unset:   "the server answers 401",
		Desktop: true,
		Skills:  []string{"start a new chat in Cursor: type / to see the skills"},
	},
}

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

// windsurf is sold as Devin Desktop since June 2026. Its older agent, Cascade,
// and its newer one, Devin Local, have a file and a spelling each. The newer
// one counts where its file is, or where only its folder is.
var windsurf = Client{
	ID:       "windsurf",
	Aliases:  []string{"codeium", "cascade", "devin-desktop"},
	Name:     "Windsurf",
	Docs:     []string{"https://docs.windsurf.com/windsurf/cascade/mcp", "https://docs.devin.ai/desktop/cascade/mcp", "https://docs.windsurf.com/windsurf/cascade/skills"},
	Evidence: Documented,
	Signs: Signs{
		Programs: []string{"windsurf", "devin-desktop"},
		Apps: []Paths{
			{Darwin: "/Applications/Windsurf.app", Windows: "${LOCALAPPDATA:-~/AppData/Local}/Programs/Windsurf"},
			{Darwin: "/Applications/Devin.app", Windows: "${LOCALAPPDATA:-~/AppData/Local}/Programs/Devin"},
		},
		Files: []Paths{
			everywhere("~/.windsurf/argv.json"),
			everywhere("~/.windsurf/extensions"),
			everywhere("~/.codeium/windsurf/memories"),
			everywhere("~/.codeium/windsurf/installation_id"),
			{
				Linux:   "${XDG_CONFIG_HOME:-~/.config}/Windsurf/User",
				Darwin:  "~/Library/Application Support/Windsurf/User",
				Windows: "${APPDATA:-~/AppData/Roaming}/Windsurf/User",
			},
		},
	},
	Skills: Skills{
		Dir:  everywhere("~/.agents/skills"),
		Also: []Paths{everywhere("~/.codeium/windsurf/skills"), {Linux: "~/.config/devin/skills", Darwin: "~/.config/devin/skills", Windows: "${APPDATA:-~/AppData/Roaming}/devin/skills"}},
		Call: At,
	},
	Servers: []Config{
		{
			Files: []File{
				{At: devinFile, Found: true},
				{
					At:     devinFile,
					When:   Paths{Linux: "~/.config/devin", Darwin: "~/.config/devin", Windows: "${APPDATA:-~/AppData/Roaming}/devin"},
					Unless: everywhere("~/.codeium/windsurf"),
				},
			},
			Root: []string{"mcpServers"},
			Fields: []Field{
				{Path: "url", Value: "<url>"},
				{Path: "transport", Value: "http"},
			},
			Adapt: keepHTTPType,
			NoKey: &Unable{
				Reason: "how Devin Local, Windsurf's newer agent, takes a header from the environment is not documented",
				Remedy: "use --auth oauth for windsurf",
			},
		},
		{
			Files: []File{{At: everywhere("~/.codeium/windsurf/mcp_config.json")}},
			Root:  []string{"mcpServers"},
			Fields: []Field{
				{Path: "serverUrl", Value: "<url>"},
				{Path: "headers/Authorization", Value: "Bearer ${env:<key>}", Auth: APIKey},
			},
			Adapt: keepHTTPType,
		},
	},
	Steps: Steps{
		OAuth:   []string{"open the MCP servers in Windsurf, choose Refresh, and Authenticate beside <name> (in a terminal, for Devin: devin mcp login <name>)"},
		APIKey:  []string{"open the MCP servers in Windsurf and choose Refresh"},
		Unset:   "the server answers 401",
		Desktop: true,
		Skills:  []string{"start a new conversation in Windsurf: type @ to see the skills"},
	},
}

var devinFile = Paths{
	Linux:   "~/.config/devin/mcp_config.json",
	Darwin:  "~/.config/devin/mcp_config.json",
	Windows: "${APPDATA:-~/AppData/Roaming}/devin/mcp_config.json",
}

// zed sends headers as they are written: nothing in them is filled in.
var zed = Client{
	ID:       "zed",
	Aliases:  []string{"zed-editor", "zeditor"},
	Name:     "Zed",
	Docs:     []string{"https://zed.dev/docs/ai/mcp", "https://zed.dev/docs/ai/skills", "https://github.com/zed-industries/zed/issues/60459"},
	Evidence: Documented,
	Signs: Signs{
		Programs: []string{"zed", "zeditor"},
		NotIn:    []string{"/sbin/"}, // the event daemon of ZFS has the same name
		Apps: []Paths{
			{Linux: "~/.local/zed.app", Darwin: "/Applications/Zed.app", Windows: "${LOCALAPPDATA:-~/AppData/Local}/Programs/Zed"},
			{Linux: "~/.var/app/dev.zed.Zed", Darwin: "~/Applications/Zed.app"},
		},
		Files: []Paths{
			{Linux: "${XDG_DATA_HOME:-~/.local/share}/zed", Darwin: "~/Library/Application Support/Zed", Windows: "${LOCALAPPDATA:-~/AppData/Local}/Zed"},
			{Linux: "${XDG_CONFIG_HOME:-~/.config}/zed/keymap.json", Darwin: "~/.config/zed/keymap.json", Windows: "${APPDATA:-~/AppData/Roaming}/Zed/keymap.json"},
		},
	},
	Skills: Skills{Dir: everywhere("~/.agents/skills"), Call: Slash},
	Servers: []Config{{
		Files: []File{
			{At: Paths{Linux: "${FLATPAK_XDG_CONFIG_HOME}/zed/settings.json"}},
			{
				At:     Paths{Linux: "~/.var/app/dev.zed.Zed/config/zed/settings.json"},
				When:   Paths{Linux: "~/.var/app/dev.zed.Zed/config/zed"},
				Unless: Paths{Linux: "${XDG_CONFIG_HOME:-~/.config}/zed"},
			},
			{At: Paths{
				Linux:   "${XDG_CONFIG_HOME:-~/.config}/zed/settings.json",
				Darwin:  "~/.config/zed/settings.json",
				Windows: "${APPDATA:-~/AppData/Roaming}/Zed/settings.json",
			}},
		},
		Format: document.JSONC,
		Root:   []string{"context_servers"},
		Fields: []Field{{Path: "url", Value: "<url>"}},
		Drop:   []string{"source"},
		Keep:   []string{"type"},
		NoKey: &Unable{
			Reason: "Zed sends headers as they are written and cannot take a key from the environment (zed-industries/zed#60459)",
			Remedy: "use --auth oauth for zed",
		},
	}},
	Steps: Steps{
		OAuth:   []string{"open the Agent Panel's settings in Zed and choose Authenticate beside <name>"},
		Desktop: true,
		Skills:  []string{"start a new thread in Zed's Agent Panel: type / to see the skills"},
	},
}

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
		Call: Slash,
	},
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
		OAuth:  []string{"open Continue's MCP panel (/mcp in cn) and authenticate <name>; if Continue had no config.yaml yet, put a line with name: and one with version: at its top"},
		APIKey: []string{"start Continue anew; /mcp in cn shows whether <name> connects"},
		Unset:  "Continue sends no key that counts and the server answers 401",
		Skills: []string{"start a new cn session: type / to see the skills"},
	},
}
