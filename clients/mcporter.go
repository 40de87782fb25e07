package clients

import (
	"slices"

	"fsskills/clients/document"
)

// mcporter calls servers from scripts and terminals; no assistant is in it. It
// was run as 0.12.3. It finds the servers of Cursor, Claude Code, Codex and
// others by itself, and its own entry of a name counts before theirs.
var mcporter = Client{
	ID:       "mcporter",
	Name:     "MCPorter",
	Docs:     []string{"https://github.com/steipete/mcporter/blob/main/docs/config.md", "https://www.npmjs.com/package/mcporter"},
	Evidence: Observed,
	Version:  "0.12.3",
	Signs: Signs{
		Programs: []string{"mcporter"},
		Files: []Paths{
			everywhere("${XDG_DATA_HOME}/mcporter/credentials.json"),
			everywhere("~/.mcporter/credentials.json"),
			everywhere("~/.mcporter/daemon"),
		},
	},
	Servers: []Config{{
		Files: []File{
			{At: everywhere("${MCPORTER_CONFIG}")},
			{At: everywhere("${XDG_CONFIG_HOME}/mcporter/mcporter.json"), Found: true},
			{At: everywhere("${XDG_CONFIG_HOME}/mcporter/mcporter.jsonc"), Found: true},
			{At: everywhere("~/.mcporter/mcporter.json"), Found: true},
			{At: everywhere("~/.mcporter/mcporter.jsonc"), Found: true},
			{At: everywhere("${XDG_CONFIG_HOME}/mcporter/mcporter.json")},
			{At: everywhere("~/.mcporter/mcporter.json")},
		},
		Format:  document.JSONC,
		Root:    []string{"mcpServers"},
		Fields:  mcporterFields,
		AlsoKey: []string{"${<key>:-"},
		Drop:    mcporterDrop,
		Keep:    []string{"type"}, // MCPorter does not look at it
		Adapt:   keepMCPorterSpelling,
	}},
	Steps: Steps{
		OAuth:  []string{"mcporter auth <name>"},
		APIKey: []string{"mcporter list <name>"},
		Unset:  "MCPorter does not connect to <name>; its others go on",
		Skills: []string{"MCPorter has no skills: it gets the server alone"},
	},
	Project: &Project{
		Servers: []Config{{
			Files:   []File{{At: everywhere("./config/mcporter.json")}},
			Format:  document.JSONC,
			Root:    []string{"mcpServers"},
			Fields:  mcporterFields,
			AlsoKey: []string{"${<key>:-"},
			Drop:    mcporterDrop,
			Keep:    []string{"type"},
			Adapt:   keepMCPorterSpelling,
		}},
	},
}

var (
	mcporterFields = []Field{
		{Path: "baseUrl", Value: "<url>"},
		{Path: "headers/Authorization", Value: "Bearer ${<key>}", Auth: APIKey},
	}
	mcporterDrop = []string{
		"base_url", "server_url", "executable", "auth", "refresh",
		"bearerToken", "bearer_token", "bearerTokenEnv", "bearer_token_env",
	}
)

// keepMCPorterSpelling leaves the URL of an entry under the name that it has
// there: MCPorter takes several, and as the first of them "baseUrl". "auth" goes
// only where it is not for the way in which the entry signs in.
func keepMCPorterSpelling(e *document.Entry, old map[string]any, srv Server) {
	if srv.Auth == OAuth && old["auth"] == "oauth" {
		undrop(e, "auth")
	}
	for _, name := range []string{"baseUrl", "base_url", "url", "serverUrl", "server_url"} {
		if _, ok := old[name].(string); !ok {
			continue
		}
		undrop(e, name)
		i := slices.IndexFunc(e.Fields, func(f document.Field) bool { return is(f.Path, "baseUrl") })
		e.Fields[i].Path = []string{name}
		return
	}
}
