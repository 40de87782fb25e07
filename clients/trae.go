package clients

import "fsskills/clients/document"

// trae and traeCN are two editors of ByteDance, for the world and for China,
// with folders of their own. Their pages name the file "mcp.json" and the one
// of a project; where the former is comes from users. Whether Trae signs in to
// a server is not told, so that it gets the bridge.
var trae = Client{
	ID:       "trae",
	Aliases:  []string{"trae-ai", "trae-ide"},
	Name:     "Trae",
	Docs:     traeDocs,
	Evidence: Reported,
	Signs: Signs{
		Programs: []string{"trae"},
		Apps: []Paths{
			{Darwin: "/Applications/Trae.app", Windows: "${LOCALAPPDATA:-~/AppData/Local}/Programs/Trae"},
			{Darwin: "~/Applications/Trae.app"},
		},
		Files: []Paths{
			everywhere("~/.trae/argv.json"),
			everywhere("~/.trae/extensions"),
			inEditor("Trae", "globalStorage/state.vscdb"),
		},
	},
	Skills: Skills{Dir: everywhere("~/.trae/skills"), Call: Automatic},
	Servers: []Config{
		{
			Files: []File{{At: Paths{
				Linux:  "${XDG_CONFIG_HOME:-~/.config}/Trae/User/mcp.json",
				Darwin: "~/Library/Application Support/Trae/User/mcp.json",
			}}},
			Format: document.JSON,
			Root:   []string{"mcpServers"},
			Fields: bridgeFields,
			Drop:   bridgeDrop,
			Keep:   bridgeKeep,
			NoKey:  errTraeKey,
		},
		{
			Files:    []File{{At: Paths{Windows: "${APPDATA:-~/AppData/Roaming}/Trae/User/mcp.json"}}},
			Format:   document.JSON,
			Root:     []string{"mcpServers"},
			Fields:   cmdBridgeFields,
			Drop:     bridgeDrop,
			Keep:     bridgeKeep,
			NoKey:    errTraeKey,
			NotInURL: notInCommand,
		},
	},
	Steps:   traeSteps,
	Project: &traeProject,
}

var traeCN = Client{
	ID:       "trae-cn",
	Aliases:  []string{"trae-ide-cn"},
	Name:     "Trae CN",
	Docs:     traeDocs,
	Evidence: Reported,
	Signs: Signs{
		Programs: []string{"trae-cn"},
		Apps: []Paths{
			{Darwin: "/Applications/Trae CN.app", Windows: "${LOCALAPPDATA:-~/AppData/Local}/Programs/Trae CN"},
			{Darwin: "~/Applications/Trae CN.app"},
		},
		Files: []Paths{
			everywhere("~/.trae-cn/argv.json"),
			everywhere("~/.trae-cn/extensions"),
			inEditor("Trae CN", "globalStorage/state.vscdb"),
		},
	},
	Skills: Skills{Dir: everywhere("~/.trae-cn/skills"), Call: Automatic},
	Servers: []Config{
		{
			Files: []File{{At: Paths{
				Linux:  "${XDG_CONFIG_HOME:-~/.config}/Trae CN/User/mcp.json",
				Darwin: "~/Library/Application Support/Trae CN/User/mcp.json",
			}}},
			Format: document.JSON,
			Root:   []string{"mcpServers"},
			Fields: bridgeFields,
			Drop:   bridgeDrop,
			Keep:   bridgeKeep,
			NoKey:  errTraeKey,
		},
		{
			Files:    []File{{At: Paths{Windows: "${APPDATA:-~/AppData/Roaming}/Trae CN/User/mcp.json"}}},
			Format:   document.JSON,
			Root:     []string{"mcpServers"},
			Fields:   cmdBridgeFields,
			Drop:     bridgeDrop,
			Keep:     bridgeKeep,
			NoKey:    errTraeKey,
			NotInURL: notInCommand,
		},
	},
	Steps:   traeSteps,
	Project: &traeProject,
}

var (
	traeDocs = []string{
		"https://www.volcengine.com/docs/86677/2137601",
		"https://www.npmjs.com/package/skills",
	}
	traeSteps   = Steps{OAuth: traeOAuth, Desktop: true, Skills: traeNewChat}
	traeOAuth   = []string{"open MCP in Trae's settings and turn <name> on: a browser opens to sign in (this needs Node.js, for npx)"}
	traeNewChat = []string{"start a new chat in Trae"}
	traeProject = Project{
		Dir: "./.trae/skills",
		Servers: []Config{{
			Files:    []File{{At: everywhere("./.trae/mcp.json")}},
			Format:   document.JSON,
			Root:     []string{"mcpServers"},
			Fields:   bridgeFields,
			Drop:     bridgeDrop,
			Keep:     bridgeKeep,
			NoKey:    errTraeKey,
			NotInURL: notInCommand,
		}},
		Approve: []string{"open the project in Trae and turn on the servers of projects under MCP in its settings"},
	}
	errTraeKey = &Unable{
		Reason: "whether Trae takes a key from the environment is not documented",
		Remedy: "use --auth oauth for trae and trae-cn",
	}
)
