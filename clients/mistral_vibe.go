package clients

import (
	"slices"

	"fsskills/clients/document"
)

// mistralVibe keeps its servers in a list. How it signs in is in "auth", which
// takes no field that it does not know and cannot stand beside the older
// fields of that kind; versions that know no "auth" pass over it
// (https://github.com/mistralai/mistral-vibe/blob/main/vibe/core/config/models.py).
var mistralVibe = Client{
	ID:      "mistral-vibe",
	Aliases: []string{"vibe", "vibe-cli", "mistral"},
	Name:    "Mistral Vibe",
	Docs: []string{
		"https://docs.mistral.ai/vibe/code/cli/mcp-servers",
		"https://docs.mistral.ai/resources/mcp",
		"https://github.com/mistralai/mistral-vibe/blob/main/README.md",
		"https://github.com/mistralai/mistral-vibe/blob/main/vibe/core/config/models.py",
	},
	Evidence: Documented,
	Signs: Signs{
		Programs: []string{"vibe"},
		Files: []Paths{
			everywhere("${VIBE_HOME:-~/.vibe}/.env"),
			everywhere("${VIBE_HOME:-~/.vibe}/trusted_folders.toml"),
			everywhere("${VIBE_HOME:-~/.vibe}/logs"),
		},
	},
	Skills: Skills{
		Dir:  everywhere("~/.agents/skills"),
		Also: []Paths{everywhere("${VIBE_HOME:-~/.vibe}/skills")},
		Call: Slash,
	},
	Servers: []Config{{
		Files:   []File{{At: everywhere("${VIBE_HOME:-~/.vibe}/config.toml")}},
		Format:  document.TOML,
		Root:    []string{"mcp_servers"},
		ListKey: "name",
		Fields:  vibeFields,
		Adapt:   signInOnce,
	}},
	Steps: Steps{
		OAuth:  []string{"start vibe, type /mcp, choose <name> and sign in; a version that cannot do so needs --auth api-key"},
		APIKey: []string{"start vibe anew and type /mcp to see whether <name> connects"},
		Unset:  "Vibe sends no key and the server answers 401",
		Skills: []string{"start a new vibe session: type / to see the skills"},
	},
	// Versions of the first half of 2026 read one config.toml only, the
	// project's if there is one; newer ones put both together
	// (https://github.com/mistralai/mistral-vibe/blob/main/vibe/core/config/vibe_schema.py).
	Project: &Project{
		Dir:  "./.agents/skills",
		Also: []Path{"./.vibe/skills"},
		Servers: []Config{{
			Files:   []File{{At: everywhere("./.vibe/config.toml")}},
			Format:  document.TOML,
			Root:    []string{"mcp_servers"},
			ListKey: "name",
			Fields:  vibeFields,
			Adapt:   signInOnce,
		}},
		Approve: []string{"start vibe in the project and trust the folder when it asks (an older version then reads the project's config.toml in place of yours: bring it up to date first)"},
	},
}

var vibeFields = []Field{
	{Path: "transport", Value: "streamable-http"},
	{Path: "url", Value: "<url>"},
	{Path: "auth/type", Value: "oauth", Auth: OAuth},
	{Path: "auth/scopes", Value: []any{}, Auth: OAuth, Ensure: true},
	{Path: "api_key_env", Value: "<key>", Auth: APIKey},
}

// signInOnce leaves a Vibe entry with one way to sign in. With a key, the
// entry's own "auth" takes it if that is for keys, and gives way if not; with
// OAuth, everything that is about keys and headers goes.
func signInOnce(e *document.Entry, old map[string]any, srv Server) {
	auth, _ := old["auth"].(map[string]any)
	switch {
	case srv.Auth == OAuth:
		e.Drop = append(
			e.Drop, []string{"headers"}, []string{"api_key_header"}, []string{"api_key_format"},
			[]string{"auth", "headers"}, []string{"auth", "api_key_env"},
			[]string{"auth", "api_key_header"}, []string{"auth", "api_key_format"},
		)
	case auth["type"] == "static":
		for i := range e.Fields {
			if is(e.Fields[i].Path, "api_key_env") {
				e.Fields[i].Path = []string{"auth", "api_key_env"}
			}
		}
		e.Drop = slices.DeleteFunc(e.Drop, func(p []string) bool { return p[0] == "auth" })
		e.Drop = append(
			e.Drop, []string{"api_key_env"},
			[]string{"auth", "headers", "Authorization"}, []string{"auth", "headers", "authorization"},
			[]string{"auth", "api_key_header"}, []string{"auth", "api_key_format"},
		)
	default:
		e.Drop = append(e.Drop, []string{"auth"}, []string{"api_key_header"}, []string{"api_key_format"})
	}
}
