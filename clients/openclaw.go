package clients

import "fsskills/clients/document"

// openclaw was run as 2026.9.6. Its file may be JSON5, of which this program
// takes comments and trailing commas and no more. Without "transport" a URL is
// one for server-sent events, and "auth" makes it pass over a header. Where
// OPENCLAW_STATE_DIR names another folder than the usual one, ~/.agents is not
// read; OPENCLAW_HOME moves the state and not ~/.agents. In a project, the
// skills are read where an agent has its workspace there
// (https://docs.openclaw.ai/tools/skills). As commands, skills have names
// without hyphens, so that none is promised here.
var openclaw = Client{
	ID:      "openclaw",
	Aliases: []string{"open-claw", "clawdbot", "moltbot"},
	Name:    "OpenClaw",
	Docs: []string{
		"https://docs.openclaw.ai/cli/mcp",
		"https://docs.openclaw.ai/tools/skills",
		"https://docs.openclaw.ai/help/environment",
	},
	Evidence: Observed,
	Version:  "2026.9.6",
	Signs: Signs{
		Programs: []string{"openclaw"},
		Files: []Paths{
			everywhere(openclawState + "/state"),
			everywhere(openclawState + "/plugin-skills"),
		},
	},
	Skills: Skills{
		Dir:     everywhere("${OPENCLAW_STATE_DIR:-~/.agents}/skills"),
		Also:    []Paths{everywhere(openclawState + "/skills")},
		Refused: []SkillTrait{NoFrontMatter, BrokenYAML, NoDescription},
		Call:    Automatic,
	},
	Servers: []Config{{
		Files: []File{
			{At: everywhere("${OPENCLAW_CONFIG_PATH}")},
			{At: everywhere(openclawState + "/openclaw.json")},
		},
		Format: document.JSONC,
		Root:   []string{"mcp", "servers"},
		Fields: []Field{
			{Path: "url", Value: "<url>"},
			{Path: "transport", Value: "streamable-http"},
			{Path: "auth", Value: "oauth", Auth: OAuth},
			{Path: "headers/Authorization", Value: "Bearer ${<key>}", Auth: APIKey},
		},
	}},
	Steps: Steps{
		OAuth: []string{"openclaw mcp login <name>"},
		APIKey: []string{
			"put a line <key>=… into ~/.openclaw/.env too if the gateway runs as a service: it does not see your shell",
			"openclaw mcp doctor <name> --probe shows whether <name> connects",
		},
		Unset:  "OpenClaw warns, sends the text ${<key>} itself and the server answers 401",
		Skills: []string{"start a new session: the assistant loads skills by itself (as commands their names have underscores for hyphens)"},
	},
	Project: &Project{
		Dir:  "./.agents/skills",
		Also: []Path{"./skills"},
	},
}

const openclawState = "${OPENCLAW_STATE_DIR:-${OPENCLAW_HOME:-~}/.openclaw}"
