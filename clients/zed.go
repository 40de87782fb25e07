package clients

import "fsskills/clients/document"

// zed sends headers as they are written: nothing in them is filled in.
var zed = Client{
	ID:      "zed",
	Aliases: []string{"zed-editor", "zeditor"},
	Name:    "Zed",
	Docs: []string{
		"https://zed.dev/docs/ai/mcp",
		"https://zed.dev/docs/ai/skills",
		"https://zed.dev/docs/worktree-trust",
		"https://github.com/zed-industries/zed/issues/60459",
	},
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
		Format:  document.JSONC,
		Root:    []string{"context_servers"},
		Fields:  []Field{{Path: "url", Value: "<url>"}},
		Drop:    []string{"source"},
		Keep:    []string{"type"},
		NoKey:   errZedKey,
		Literal: []Field{{Path: "headers/Authorization", Value: "Bearer <secret>"}},
	}},
	Steps: Steps{
		OAuth:   []string{"open the Agent Panel's settings in Zed and choose Authenticate beside <name>"},
		Desktop: true,
		Skills:  []string{"start a new thread in Zed's Agent Panel: type / to see the skills, of which Zed shows those of a project once it trusts the folder"},
	},
	// What a project brings counts only once the user trusts the folder.
	Project: &Project{
		Dir: "./.agents/skills",
		Servers: []Config{{
			Files:  []File{{At: everywhere("./.zed/settings.json")}},
			Format: document.JSONC,
			Root:   []string{"context_servers"},
			Fields: []Field{{Path: "url", Value: "<url>"}},
			Drop:   []string{"source"},
			Keep:   []string{"type"},
			NoKey:  errZedKey,
		}},
		Approve: []string{"open the project in Zed and trust it: choose the exclamation mark in the title bar, Restricted Mode"},
	},
}

var errZedKey = &Unable{
	Reason: "Zed sends headers as they are written and cannot take a key from the environment (zed-industries/zed#60459)",
	Remedy: "use --auth oauth for zed",
}
