package clients

import "fsskills/clients/document"

// hermes reads other folders for skills only where its own file names them,
// but for those of a project, once that is trusted. There are other programs
// called hermes, so that it is told by its files.
var hermes = Client{
	ID:      "hermes",
	Aliases: []string{"hermes-agent", "nous-hermes"},
	Name:    "Hermes Agent",
	Docs: []string{
		"https://github.com/NousResearch/hermes-agent/blob/main/website/docs/reference/mcp-config-reference.md",
		"https://github.com/NousResearch/hermes-agent/blob/main/website/docs/user-guide/features/skills.md",
		"https://github.com/NousResearch/hermes-agent/blob/main/website/docs/user-guide/configuration.md",
	},
	Evidence: Documented,
	Signs: Signs{
		Files: []Paths{
			inHermes("SOUL.md"),
			inHermes(".env"),
			inHermes("auth.json"),
			inHermes("sessions"),
			inHermes("hermes-agent"),
		},
	},
	Skills: Skills{
		Dir:  inHermes("skills"),
		Call: Slash,
	},
	Servers: []Config{{
		Files:  []File{{At: inHermes("config.yaml")}},
		Format: document.YAML,
		Root:   []string{"mcp_servers"},
		Fields: []Field{
			{Path: "url", Value: "<url>"},
			{Path: "auth", Value: "oauth", Auth: OAuth},
			{Path: "headers/Authorization", Value: "Bearer ${<key>}", Auth: APIKey},
		},
	}},
	Steps: Steps{
		OAuth: []string{"hermes mcp login <name>"},
		APIKey: []string{
			"put a line <key>=… into Hermes' own .env too (hermes config shows where) if its gateway runs as a service: it does not see your shell",
			"type /reload-mcp in hermes, or start it anew",
		},
		Unset:  "Hermes sends the text ${<key>} itself and the server answers 401",
		Skills: []string{"start a new hermes session: type / to see the skills (those of a project only after hermes skills trust)"},
	},
	Project: &Project{
		Dir:  "./.agents/skills",
		Also: []Path{"./.hermes/skills"},
	},
}

// inHermes is a place in the folder of Hermes
// (https://github.com/NousResearch/hermes-agent/blob/main/hermes_constants.py).
func inHermes(name Path) Paths {
	return Paths{
		Linux:   "${HERMES_HOME:-~/.hermes}/" + name,
		Darwin:  "${HERMES_HOME:-~/.hermes}/" + name,
		Windows: "${HERMES_HOME:-${LOCALAPPDATA:-~/AppData/Local}/hermes}/" + name,
	}
}
