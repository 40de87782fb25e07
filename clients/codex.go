package clients

import "fsskills/clients/document"

// codex was run as 0.169.0 and 0.171.0. It reads no "headers", and one mistake
// in its file stops every one of its commands. The file of a project counts
// before that of the user, plugins included, once the user trusts the project.
var codex = Client{
	ID:       "codex",
	Aliases:  []string{"openai-codex", "codex-cli", "openai-codex-cli", "codexcli"},
	Name:     "Codex",
	Docs:     []string{"https://developers.openai.com/codex/mcp", "https://developers.openai.com/codex/skills", "https://developers.openai.com/codex/subagents"},
	Evidence: Observed,
	Version:  "0.171.0",
	Signs: Signs{
		Programs: []string{"codex"},
		Files: []Paths{
			everywhere("${CODEX_HOME:-~/.codex}/auth.json"),
			everywhere("${CODEX_HOME:-~/.codex}/sessions"),
			everywhere("${CODEX_HOME:-~/.codex}/history.jsonl"),
			everywhere("${CODEX_HOME:-~/.codex}/version.json"),
		},
	},
	Skills: Skills{
		Dir:     everywhere("~/.agents/skills"),
		Also:    []Paths{everywhere("${CODEX_HOME:-~/.codex}/skills")},
		Refused: []SkillTrait{NoFrontMatter, BrokenYAML, NoDescription, HasBOM},
		Call:    Dollar,
	},
	Agents: Agents{
		Dir:       everywhere("${CODEX_HOME:-~/.codex}/agents"),
		Ext:       ".toml",
		Reads:     []string{".toml"},
		Form:      TOMLKeys,
		Open:      "Codex cannot hold an agent to a list of tools: this one may use all that the session has",
		AsShipped: "passes over it without a word, since it is no TOML file",
	},
	Plugins: []Marker{{
		Settings: everywhere("${CODEX_HOME:-~/.codex}/config.toml"),
		Format:   document.TOML,
		Key:      []string{"plugins"},
		Flag:     "enabled",
	}},
	Servers: []Config{{
		Files:  []File{{At: everywhere("${CODEX_HOME:-~/.codex}/config.toml")}},
		Format: document.TOML,
		Root:   []string{"mcp_servers"},
		Fields: codexFields,
		Drop:   codexDrop,
		Keep:   codexKeep,
	}},
	Steps: Steps{
		OAuth:  []string{"codex mcp login <name>"},
		APIKey: []string{"start codex anew; codex mcp list shows <name> with a bearer token"},
		Unset:  "Codex does not start this server; its others go on",
		Skills: []string{"start a new codex session: type $ to see the skills"},
		Agents: []string{"start a new codex session: type $ to see the skills, and name the agent to use it: Codex starts one only when asked"},
	},
	Project: &Project{
		Dir:    "./.agents/skills",
		Also:   []Path{"./.codex/skills"},
		Agents: "./.codex/agents",
		Plugins: []Marker{
			{
				Settings: everywhere("./.codex/config.toml"),
				Format:   document.TOML,
				Key:      []string{"plugins"},
				Flag:     "enabled",
			},
			{
				Settings: everywhere("${CODEX_HOME:-~/.codex}/config.toml"),
				Format:   document.TOML,
				Key:      []string{"plugins"},
				Flag:     "enabled",
			},
		},
		Servers: []Config{{
			Files:  []File{{At: everywhere("./.codex/config.toml")}},
			Format: document.TOML,
			Root:   []string{"mcp_servers"},
			Fields: codexFields,
			Drop:   codexDrop,
			Keep:   codexKeep,
		}},
		Approved: codexTrusted,
		Approve:  []string{"start codex in the project and trust it when it asks, and stay there: until then, and elsewhere, Codex does not know <name>"},
	},
}

var (
	codexFields = []Field{
		{Path: "url", Value: "<url>"},
		{Path: "bearer_token_env_var", Value: "<key>", Auth: APIKey},
	}
	codexDrop = []string{
		"env_vars", "bearer_token",
		"http_headers/Authorization", "http_headers/authorization",
		"env_http_headers/Authorization", "env_http_headers/authorization",
	}
	codexKeep = []string{"type", "headers/Authorization", "headers/authorization"} // Codex knows none of them
)

// codexTrusted looks for the project, or a folder above it, among those that the
// user trusts (observed with 0.169.0).
func codexTrusted(s System) Approval {
	doc, file := s.state("${CODEX_HOME:-~/.codex}/config.toml", document.TOML)
	if doc == nil {
		return Approval{}
	}
	value, folder := s.under(doc, "projects")
	fields, _ := value.(map[string]any)
	own := folder != "" && s.slashed(folder) == s.slashed(s.Project)
	return Approval{Known: true, File: file, Given: own && fields["trust_level"] == "trusted", Refused: own && fields["trust_level"] == "untrusted"}
}
