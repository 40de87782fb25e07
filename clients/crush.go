package clients

// crush has two forms of configuration, JSON, which it calls legacy, and
// crushrc, a Bash script, which nothing but Crush should edit. It reads both
// and merges them; where they name the same server, the script wins, and it
// logs a warning about a folder that has both. OAuth is off unless the entry
// asks for it. CRUSH_SKILLS_DIR takes the place of all of the user's skills
// folders. On Windows the configuration is in ~/.config too, and what is in
// %LOCALAPPDATA% is the program's own.
var crush = Client{
	ID:      "crush",
	Aliases: []string{"charm-crush", "charmbracelet-crush", "crush-cli"},
	Name:    "Crush",
	Docs: []string{
		"https://github.com/charmbracelet/crush/blob/main/docs/config/README.md",
		"https://github.com/charmbracelet/crush/blob/main/schema.json",
		"https://github.com/charmbracelet/crush/blob/main/internal/config/load.go",
	},
	Evidence: Documented,
	Signs: Signs{
		Programs: []string{"crush"},
		Files: []Paths{
			everywhere("${CRUSH_GLOBAL_CONFIG:-${XDG_CONFIG_HOME:-~/.config}/crush}/crushrc"),
			everywhere("${CRUSH_GLOBAL_DATA}/crush.json"),
			{
				Linux:   "${XDG_DATA_HOME:-~/.local/share}/crush/crush.json",
				Darwin:  "${XDG_DATA_HOME:-~/.local/share}/crush/crush.json",
				Windows: "${XDG_DATA_HOME:-${LOCALAPPDATA:-~/AppData/Local}}/crush/crush.json",
			},
			{
				Linux:   "${XDG_DATA_HOME:-~/.local/share}/crush/providers.json",
				Darwin:  "${XDG_DATA_HOME:-~/.local/share}/crush/providers.json",
				Windows: "${XDG_DATA_HOME:-${LOCALAPPDATA:-~/AppData/Local}}/crush/providers.json",
			},
		},
	},
	Skills: Skills{
		Dir: everywhere("${CRUSH_SKILLS_DIR:-~/.agents/skills}"),
		Also: []Paths{
			everywhere("${XDG_CONFIG_HOME:-~/.config}/crush/skills"),
			everywhere("${XDG_CONFIG_HOME:-~/.config}/agents/skills"),
			everywhere("~/.claude/skills"),
			{Windows: "${LOCALAPPDATA:-~/AppData/Local}/crush/skills"},
			{Windows: "${LOCALAPPDATA:-~/AppData/Local}/agents/skills"},
		},
		Call: Automatic,
	},
	Servers: []Config{{
		Files:  []File{{At: everywhere("${CRUSH_GLOBAL_CONFIG:-${XDG_CONFIG_HOME:-~/.config}/crush}/crush.json")}},
		Root:   []string{"mcp"},
		Fields: crushFields,
		Notes: []Note{{
			Found: everywhere("${CRUSH_GLOBAL_CONFIG:-${XDG_CONFIG_HOME:-~/.config}/crush}/crushrc"),
			Says:  crushScript,
		}},
	}},
	Steps: Steps{
		OAuth:  []string{"start crush anew and sign in to <name> when it asks"},
		APIKey: []string{"start crush anew; its side bar shows whether <name> connects"},
		Unset:  "Crush sends no key and the server answers 401",
		Skills: []string{"start crush anew: it reads skills when it starts"},
	},
	Project: &Project{
		Dir:  "./.agents/skills",
		Also: []Path{"./.crush/skills", "./.claude/skills", "./.cursor/skills"},
		Servers: []Config{{
			Files: []File{
				{At: everywhere("./.crush.json"), Found: true},
				{At: everywhere("./crush.json")},
			},
			Root:   []string{"mcp"},
			Fields: crushFields,
			Notes: []Note{
				{Found: everywhere("./.crushrc"), Says: crushScript},
				{Found: everywhere("./crushrc"), Says: crushScript},
			},
		}},
	},
}

var crushFields = []Field{
	{Path: "type", Value: "http"},
	{Path: "url", Value: "<url>"},
	{Path: "oauth", Value: true, Auth: OAuth},
	{Path: "headers/Authorization", Value: "Bearer $<key>", Auth: APIKey},
}

const crushScript = "look into your crushrc, which was not edited: Crush reads crush.json beside it and logs a warning, but a server <name> in crushrc counts before this one"
