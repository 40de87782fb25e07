package clients

// lmStudio signs in to remote servers by itself, as its page of May 2026 has
// it; 0.3.28 did not (https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/1059).
// A user may have moved its folder: ~/.lmstudio-home-pointer, which names it,
// is not followed
// (https://github.com/lmstudio-ai/lmstudio-js/blob/main/packages/lms-common-server/src/findLMStudioHome.ts).
var lmStudio = Client{
	ID:      "lmstudio",
	Aliases: []string{"lm-studio", "lms"},
	Name:    "LM Studio",
	Docs: []string{
		"https://lmstudio.ai/docs/app/mcp",
		"https://lmstudio.ai/docs/integrations/mcp-remote",
	},
	Evidence: Documented,
	Signs: Signs{
		Programs: []string{"lms"},
		Apps: []Paths{
			{Darwin: "/Applications/LM Studio.app", Windows: "${LOCALAPPDATA:-~/AppData/Local}/Programs/LM Studio"},
			{Darwin: "~/Applications/LM Studio.app"},
		},
		Files: []Paths{
			everywhere("~/.lmstudio-home-pointer"),
			everywhere("~/.lmstudio/.internal"),
			everywhere("~/.lmstudio/bin/lms"),
			{Linux: "${XDG_CONFIG_HOME:-~/.config}/LM Studio", Darwin: "~/Library/Application Support/LM Studio", Windows: "${APPDATA:-~/AppData/Roaming}/LM Studio"},
		},
	},
	Servers: []Config{{
		Files: []File{
			{ // the folder of older installations
				At:     everywhere("~/.cache/lm-studio/mcp.json"),
				When:   everywhere("~/.cache/lm-studio"),
				Unless: everywhere("~/.lmstudio"),
			},
			{At: everywhere("~/.lmstudio/mcp.json")},
		},
		Root:   []string{"mcpServers"},
		Fields: []Field{{Path: "url", Value: "<url>"}},
		Adapt:  keepHTTPType,
		NoKey: &Unable{
			Reason: "no way is documented in which LM Studio takes a header from the environment",
			Remedy: "use --auth oauth for lmstudio",
		},
		Literal: []Field{{Path: "headers/Authorization", Value: "Bearer <secret>"}},
	}},
	Steps: Steps{
		OAuth: []string{
			"open the Program tab in LM Studio and turn <name> on: a browser opens to sign in (0.4 or newer)",
			"if <name> is not there, LM Studio's folder is elsewhere: choose Install, Edit mcp.json and paste what fsskills snippet --client lmstudio prints",
		},
		Desktop: true,
		Skills:  []string{"LM Studio has no skills: it gets the server alone"},
	},
}
