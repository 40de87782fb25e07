package clients

// antigravity is three products, the application, the editor and the terminal
// program agy, which share the folder ~/.gemini/config: its file of servers and
// its skills. They do not read ~/.agents/skills
// (https://github.com/google-antigravity/antigravity-cli/issues/103). Before
// version 2 the file was in another place. agy stops at a comment or a trailing
// comma in it (measured with 1.1.25:
// https://github.com/stbenjam/skillsaw/blob/main/docs/rules/antigravity-mcp-valid.md).
// In a project, agy reads the file named below; that the application does too
// was denied in May 2026 (https://github.com/laravel/boost/pull/818).
var antigravity = Client{
	ID:      "antigravity",
	Aliases: []string{"antigravity-cli", "antigravity-ide", "google-antigravity", "agy"},
	Name:    "Antigravity",
	Docs: []string{
		"https://antigravity.google/docs/mcp",
		"https://antigravity.google/docs/skills",
		"https://github.com/google-antigravity/antigravity-cli/blob/main/docs/docs-cli-gcli-migration.md",
		"https://github.com/google-antigravity/antigravity-cli/blob/main/docs/docs-cli-plugins.md",
		"https://github.com/google-antigravity/antigravity-cli/issues/233",
	},
	Evidence: Documented,
	Signs: Signs{
		Programs: []string{"agy", "antigravity", "antigravity-ide"},
		Apps: []Paths{
			{Darwin: "/Applications/Antigravity.app", Windows: "${LOCALAPPDATA:-~/AppData/Local}/Programs/Antigravity"},
			{Darwin: "~/Applications/Antigravity.app", Windows: "${LOCALAPPDATA:-~/AppData/Local}/agy/bin/agy.exe"},
		},
		Files: []Paths{
			everywhere("~/.gemini/antigravity-cli/settings.json"),
			everywhere("~/.gemini/antigravity-cli/builtin"),
			everywhere("~/.gemini/antigravity/brain"),
			everywhere("~/.gemini/config/config.json"),
			{Linux: "~/.local/bin/agy", Darwin: "~/.local/bin/agy"},
			{
				Linux:   "${XDG_CONFIG_HOME:-~/.config}/Antigravity/User",
				Darwin:  "~/Library/Application Support/Antigravity/User",
				Windows: "${APPDATA:-~/AppData/Roaming}/Antigravity/User",
			},
		},
	},
	Skills: Skills{
		Dir:  everywhere("~/.gemini/config/skills"),
		Also: []Paths{everywhere("~/.gemini/skills"), everywhere("~/.gemini/antigravity-cli/skills")},
		Call: Slash,
	},
	Servers: []Config{{
		Files: []File{
			{At: everywhere("~/.gemini/config/mcp_config.json"), Found: true},
			{At: everywhere("~/.gemini/antigravity/mcp_config.json"), Found: true},
			{At: everywhere("~/.gemini/config/mcp_config.json")},
		},
		Strict:  true,
		Root:    []string{"mcpServers"},
		Fields:  antigravityFields,
		NoKey:   errAntigravityKey,
		Literal: []Field{{Path: "headers/Authorization", Value: "Bearer <secret>"}},
	}},
	Steps: Steps{
		OAuth:  []string{"open Antigravity's settings, Customizations, and choose Authenticate beside <name> (in agy: type /mcp and choose <name>)"},
		Skills: []string{"start a new conversation in Antigravity: type / to see the skills"},
	},
	Project: &Project{
		Dir:  "./.agents/skills",
		Also: []Path{"./.agent/skills"},
		Servers: []Config{{
			Files:  []File{{At: everywhere("./.agents/mcp_config.json")}},
			Strict: true,
			Root:   []string{"mcpServers"},
			Fields: antigravityFields,
			NoKey:  errAntigravityKey,
		}},
		Approve: []string{"start agy in the project and trust the folder when it asks"},
	},
}

var (
	antigravityFields = []Field{{Path: "serverUrl", Value: "<url>"}}

	errAntigravityKey = &Unable{
		Reason: "Antigravity sends headers as they are written and cannot take a key from the environment (google-antigravity/antigravity-cli#233)",
		Remedy: "use --auth oauth for antigravity",
	}
)
