package clients

import "fsskills/clients/document"

// copilotCLI was run as 1.0.102. It needs "tools" in the file of the user.
var copilotCLI = Client{
	ID:      "copilot-cli",
	Aliases: []string{"copilot", "github-copilot", "github-copilot-cli", "gh-copilot"},
	Name:    "GitHub Copilot CLI",
	Docs: []string{
		"https://docs.github.com/en/copilot/reference/copilot-cli-reference/cli-command-reference",
		"https://docs.github.com/en/copilot/how-tos/copilot-cli/customize-copilot/add-mcp-servers",
	},
	Evidence: Observed,
	Signs: Signs{
		Programs: []string{"copilot"},
		Files: []Paths{
			everywhere("${COPILOT_HOME:-~/.copilot}/config.json"),
			everywhere("${COPILOT_HOME:-~/.copilot}/settings.json"),
			everywhere("${COPILOT_HOME:-~/.copilot}/command-history-state.json"),
		},
	},
	Skills: Skills{
		Dir:     everywhere("~/.agents/skills"),
		Also:    []Paths{everywhere("${COPILOT_HOME:-~/.copilot}/skills")},
		Refused: []SkillTrait{NoFrontMatter, BrokenYAML, UnquotedColon, LongDescription},
		Call:    Slash,
	},
	Plugins: []Marker{{
		Settings: everywhere("${COPILOT_HOME:-~/.copilot}/settings.json"),
		Key:      []string{"enabledPlugins"},
	}},
	Servers: []Config{{
		Files: []File{{At: everywhere("${COPILOT_HOME:-~/.copilot}/mcp-config.json")}},
		Root:  []string{"mcpServers"},
		Fields: []Field{
			{Path: "type", Value: "http"},
			{Path: "url", Value: "<url>"},
			{Path: "headers/Authorization", Value: "Bearer ${<key>}", Auth: APIKey},
			{Path: "tools", Value: []any{"*"}, Ensure: true},
		},
	}},
	Steps: Steps{
		OAuth:  []string{"start copilot and type /mcp auth <name>"},
		APIKey: []string{"start copilot anew; if it asks you to sign in to <name> in spite of the key, type /mcp enable <name> (github/copilot-cli#3100)"},
		Unset:  "Copilot CLI sends the text ${<key>} itself and the server answers 401",
		Skills: []string{"start a new copilot session: type / to see the skills"},
	},
}

// codex was run as 0.169.0. It reads no "headers", and one mistake in its file
// stops every one of its commands.
var codex = Client{
	ID:       "codex",
	Aliases:  []string{"openai-codex", "codex-cli", "openai-codex-cli"},
	Name:     "Codex",
	Docs:     []string{"https://developers.openai.com/codex/mcp", "https://developers.openai.com/codex/skills"},
	Evidence: Observed,
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
		Fields: []Field{
			{Path: "url", Value: "<url>"},
			{Path: "bearer_token_env_var", Value: "<key>", Auth: APIKey},
		},
		Drop: []string{
			"env_vars", "bearer_token",
			"http_headers/Authorization", "http_headers/authorization",
			"env_http_headers/Authorization", "env_http_headers/authorization",
		},
		Keep: []string{"type", "headers/Authorization", "headers/authorization"}, // Codex knows none of them
	}},
	Steps: Steps{
		OAuth:  []string{"codex mcp login <name>"},
		APIKey: []string{"start codex anew; codex mcp list shows <name> with a bearer token"},
		Unset:  "Codex does not start this server; its others go on",
		Skills: []string{"start a new codex session: type $ to see the skills"},
	},
}

// geminiCLI was run as 0.61.0. GEMINI_CLI_HOME stands for the whole home
// folder, that of ~/.agents included (its source).
var geminiCLI = Client{
	ID:      "gemini-cli",
	Aliases: []string{"gemini", "google-gemini", "google-gemini-cli"},
	Name:    "Gemini CLI",
	Docs: []string{
		"https://github.com/google-gemini/gemini-cli/blob/main/docs/tools/mcp-server.md",
		"https://github.com/google-gemini/gemini-cli/blob/main/docs/cli/skills.md",
	},
	Evidence: Observed,
	Signs: Signs{
		Programs: []string{"gemini"},
		Files: []Paths{
			everywhere("${GEMINI_CLI_HOME:-~}/.gemini/oauth_creds.json"),
			everywhere("${GEMINI_CLI_HOME:-~}/.gemini/trustedFolders.json"),
			everywhere("${GEMINI_CLI_HOME:-~}/.gemini/extensions/extension-enablement.json"),
		},
	},
	Skills: Skills{
		Dir:     everywhere("${GEMINI_CLI_HOME:-~}/.agents/skills"),
		Also:    []Paths{everywhere("${GEMINI_CLI_HOME:-~}/.gemini/skills")},
		Refused: []SkillTrait{NoFrontMatter, NoDescription, NoName, HasBOM},
		Call:    Automatic,
	},
	Plugins: []Marker{{
		Folder: everywhere("${GEMINI_CLI_HOME:-~}/.gemini/extensions/fullstory/gemini-extension.json"),
		Off:    everywhere("${GEMINI_CLI_HOME:-~}/.gemini/extensions/extension-enablement.json"),
	}},
	Servers: []Config{{
		Files: []File{{At: everywhere("${GEMINI_CLI_HOME:-~}/.gemini/settings.json")}},
		Root:  []string{"mcpServers"},
		Fields: []Field{
			{Path: "url", Value: "<url>"},
			{Path: "type", Value: "http"},
			{Path: "headers/Authorization", Value: "Bearer ${<key>}", Auth: APIKey},
		},
		Adapt: keepHTTPURL,
	}},
	Steps: Steps{
		OAuth:  []string{"start gemini in a folder that it trusts and type /mcp auth <name>"},
		APIKey: []string{"start gemini anew in a folder that it trusts; gemini mcp list shows whether <name> connects"},
		Unset:  "Gemini CLI sends an empty key and the server answers 401",
		Skills: []string{"type /skills reload in gemini, or start it anew"},
	},
}

// opencode was run as 1.18.33. It merges several files; version 2 keeps the
// entries one level deeper. OAuth has to be turned off for a key to count.
var opencode = Client{
	ID:       "opencode",
	Aliases:  []string{"open-code", "opencode-ai"},
	Name:     "OpenCode",
	Docs:     []string{"https://opencode.ai/docs/mcp-servers", "https://opencode.ai/v2/docs/mcp-servers/", "https://opencode.ai/docs/skills"},
	Evidence: Observed,
	Signs: Signs{
		Programs: []string{"opencode"},
		Files: []Paths{
			everywhere("~/.opencode/bin/opencode"),
			everywhere("${XDG_DATA_HOME:-~/.local/share}/opencode"),
			everywhere("${XDG_STATE_HOME:-~/.local/state}/opencode"),
		},
	},
	Skills: Skills{
		Dir: everywhere("~/.agents/skills"),
		Also: []Paths{
			everywhere("~/.claude/skills"),
			everywhere("${XDG_CONFIG_HOME:-~/.config}/opencode/skills"),
			everywhere("${XDG_CONFIG_HOME:-~/.config}/opencode/skill"),
			everywhere("~/.opencode/skills"),
		},
		Refused: []SkillTrait{NoFrontMatter, BrokenYAML, NoName},
		Call:    Automatic,
	},
	Servers: []Config{
		{
			Files:     opencodeFiles,
			Format:    document.JSONC,
			Root:      []string{"mcp", "servers"},
			NeedsRoot: true,
			Fields:    opencodeFields,
			Adapt:     keepOAuthSettings,
		},
		{
			Files:  opencodeFiles,
			Format: document.JSONC,
			Root:   []string{"mcp"},
			Fields: opencodeFields,
			Adapt:  keepOAuthSettings,
		},
	},
	Steps: Steps{
		OAuth:  []string{"opencode mcp auth <name>"},
		APIKey: []string{"start opencode anew; opencode mcp list shows whether <name> connects (\"needs authentication\" means a wrong key here)"},
		Unset:  "OpenCode sends an empty key and says \"needs authentication\"",
		Skills: []string{"start opencode anew: it reads skills when it starts"},
	},
}

var (
	opencodeFiles = []File{
		{At: everywhere("${XDG_CONFIG_HOME:-~/.config}/opencode/opencode.jsonc"), Found: true},
		{At: everywhere("${XDG_CONFIG_HOME:-~/.config}/opencode/opencode.json"), Found: true},
		{At: everywhere("${XDG_CONFIG_HOME:-~/.config}/opencode/config.json"), Found: true},
		{At: everywhere("${XDG_CONFIG_HOME:-~/.config}/opencode/opencode.json")},
	}
	opencodeFields = []Field{
		{Path: "type", Value: "remote"},
		{Path: "url", Value: "<url>"},
		{Path: "oauth", Value: false, Auth: APIKey},
		{Path: "headers/Authorization", Value: "Bearer {env:<key>}", Auth: APIKey},
	}
)

// goose keeps servers as "extensions". A header is filled in with the
// variables that "env_keys" lists and with no others
// (https://github.com/aaif-goose/goose/pull/5439).
var goose = Client{
	ID:       "goose",
	Aliases:  []string{"block-goose", "goose-cli", "codename-goose"},
	Name:     "Goose",
	Docs:     []string{"https://block.github.io/goose/docs/guides/config-files", "https://github.com/aaif-goose/goose/pull/5439"},
	Evidence: Documented,
	Signs: Signs{
		Programs: []string{"goose"},
		NotIn:    []string{"/go/bin/"}, // the database migration tool of the same name, as go install puts it
		Apps: []Paths{
			{Darwin: "/Applications/Goose.app", Windows: "${LOCALAPPDATA:-~/AppData/Local}/Programs/Goose"},
			{Darwin: "~/Applications/Goose.app"},
		},
		Files: []Paths{
			{Linux: "${XDG_DATA_HOME:-~/.local/share}/goose", Darwin: "${XDG_DATA_HOME:-~/.local/share}/goose", Windows: "${APPDATA:-~/AppData/Roaming}/Block/goose/data"},
			{Linux: "${XDG_STATE_HOME:-~/.local/state}/goose", Darwin: "${XDG_STATE_HOME:-~/.local/state}/goose"},
			{Linux: "${XDG_CONFIG_HOME:-~/.config}/goose/permission.yaml", Darwin: "${XDG_CONFIG_HOME:-~/.config}/goose/permission.yaml", Windows: "${APPDATA:-~/AppData/Roaming}/Block/goose/config/permission.yaml"},
		},
	},
	Skills: Skills{
		Dir: everywhere("~/.agents/skills"),
		Also: []Paths{
			everywhere("~/.claude/skills"),
			{Linux: "${XDG_CONFIG_HOME:-~/.config}/goose/skills", Darwin: "${XDG_CONFIG_HOME:-~/.config}/goose/skills", Windows: "${APPDATA:-~/AppData/Roaming}/Block/goose/config/skills"},
		},
		Call: Slash,
	},
	Servers: []Config{{
		Files: []File{
			{At: everywhere("${GOOSE_PATH_ROOT}/config/config.yaml")},
			{At: Paths{
				Linux:   "${XDG_CONFIG_HOME:-~/.config}/goose/config.yaml",
				Darwin:  "${XDG_CONFIG_HOME:-~/.config}/goose/config.yaml",
				Windows: "${APPDATA:-~/AppData/Roaming}/Block/goose/config/config.yaml",
			}},
		},
		Format: document.YAML,
		Root:   []string{"extensions"},
		Fields: []Field{
			{Path: "enabled", Value: true, Ensure: true},
			{Path: "type", Value: "streamable_http"},
			{Path: "name", Value: "<name>", Ensure: true},
			{Path: "description", Value: "Fullstory", Ensure: true},
			{Path: "uri", Value: "<url>"},
			{Path: "headers/Authorization", Value: "Bearer ${<key>}", Auth: APIKey},
			{Path: "env_keys", Value: []any{"<key>"}, Auth: APIKey, Ensure: true},
			{Path: "timeout", Value: 300, Ensure: true},
		},
		Adapt: listKeyVariable,
	}},
	Steps: Steps{
		OAuth:  []string{"start a session (goose session): a browser opens to sign in"},
		APIKey: []string{"start a new session; Goose Desktop may ask once for <key> and keeps it in the keyring"},
		Unset:  "Goose does not start the extension",
		Skills: []string{"start a new session: type / to see the skills"},
	},
}

// amp reads its settings from one file, in which the key of the servers has a
// dot in it; amp mcp list of 0.0.1790142911 was seen to read it. Its help names
// the folders for skills.
var amp = Client{
	ID:       "amp",
	Aliases:  []string{"ampcode", "sourcegraph-amp", "amp-cli"},
	Name:     "Amp",
	Docs:     []string{"https://ampcode.com/docs/customize/mcp", "https://ampcode.com/manual"},
	Evidence: Documented,
	Signs: Signs{
		Programs: []string{"amp"},
		Files: []Paths{
			everywhere("~/.amp/bin"),
			everywhere("~/.local/share/amp"),
			everywhere("~/.cache/amp"),
		},
	},
	Skills: Skills{
		Dir: everywhere("~/.agents/skills"),
		Also: []Paths{
			everywhere("~/.config/agents/skills"),
			everywhere("~/.config/amp/skills"),
			everywhere("~/.claude/skills"),
		},
		Call: Automatic,
	},
	Servers: []Config{{
		Files: []File{
			{At: everywhere("${AMP_SETTINGS_FILE}")},
			{At: Paths{
				Linux:   "${XDG_CONFIG_HOME:-~/.config}/amp/settings.json",
				Darwin:  "~/.config/amp/settings.json",
				Windows: "~/.config/amp/settings.json",
			}},
		},
		Format: document.JSONC,
		Root:   []string{"amp.mcpServers"},
		Fields: []Field{
			{Path: "url", Value: "<url>"},
			{Path: "headers/Authorization", Value: "Bearer ${<key>}", Auth: APIKey},
		},
		Adapt: keepHTTPType,
	}},
	Steps: Steps{
		OAuth:  []string{"start amp: a browser opens to sign in"},
		APIKey: []string{"start amp anew; amp mcp list shows <name>"},
		Unset:  "the server answers 401",
		Skills: []string{"start a new amp thread: it reads skills when it starts"},
	},
}
