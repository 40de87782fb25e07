package clients

import (
	"slices"
	"strings"

	"fsskills/clients/document"
)

// goose keeps servers as "extensions". A header is filled in with the
// variables that "env_keys" lists and with no others
// (https://github.com/aaif-goose/goose/pull/5439). GOOSE_PATH_ROOT moves all
// of its folders but those that it shares with other clients. It keeps no
// servers in a project.
var goose = Client{
	ID:      "goose",
	Aliases: []string{"block-goose", "goose-cli", "codename-goose"},
	Name:    "Goose",
	Docs: []string{
		"https://block.github.io/goose/docs/guides/config-files",
		"https://block.github.io/goose/docs/guides/context-engineering/using-skills",
		"https://github.com/block/goose/blob/main/crates/goose/src/config/paths.rs",
		"https://github.com/block/goose/blob/main/crates/goose/src/skills/mod.rs",
		"https://github.com/aaif-goose/goose/pull/5439",
	},
	Evidence: Documented,
	Signs: Signs{
		Programs: []string{"goose"},
		NotIn:    []string{"/go/bin/"}, // the database migration tool of the same name, as go install puts it
		Apps: []Paths{
			{Darwin: "/Applications/Goose.app", Windows: "${LOCALAPPDATA:-~/AppData/Local}/Programs/Goose"},
			{Darwin: "~/Applications/Goose.app"},
		},
		Files: []Paths{
			everywhere("${GOOSE_PATH_ROOT}/data"),
			{Linux: "${XDG_DATA_HOME:-~/.local/share}/goose", Darwin: "${XDG_DATA_HOME:-~/.local/share}/goose", Windows: "${APPDATA:-~/AppData/Roaming}/Block/goose/data"},
			{Linux: "${XDG_STATE_HOME:-~/.local/state}/goose", Darwin: "${XDG_STATE_HOME:-~/.local/state}/goose"},
			{Linux: "${XDG_CONFIG_HOME:-~/.config}/goose/permission.yaml", Darwin: "${XDG_CONFIG_HOME:-~/.config}/goose/permission.yaml", Windows: "${APPDATA:-~/AppData/Roaming}/Block/goose/config/permission.yaml"},
		},
	},
	Skills: Skills{
		Dir: everywhere("~/.agents/skills"),
		Also: []Paths{
			everywhere("~/.claude/skills"),
			everywhere("~/.config/agents/skills"),
			everywhere("${GOOSE_PATH_ROOT}/config/skills"),
			{
				Linux:   "${XDG_CONFIG_HOME:-~/.config}/goose/skills",
				Darwin:  "${XDG_CONFIG_HOME:-~/.config}/goose/skills",
				Windows: "${APPDATA:-~/AppData/Roaming}/Block/goose/config/skills",
			},
		},
		Refused: []SkillTrait{NoFrontMatter, BrokenYAML, NoName},
		Call:    Slash,
	},
	Agents: Agents{
		Also: []Paths{
			everywhere("${GOOSE_PATH_ROOT}/config/agents"),
			{
				Linux:   "${XDG_CONFIG_HOME:-~/.config}/goose/agents",
				Darwin:  "${XDG_CONFIG_HOME:-~/.config}/goose/agents",
				Windows: "${APPDATA:-~/AppData/Roaming}/Block/goose/config/agents",
			},
			everywhere("~/.claude/agents"),
		},
		Reads: []string{".md"},
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
	Project: &Project{
		Dir:        "./.agents/skills",
		Also:       []Path{"./.goose/skills", "./.claude/skills"},
		AlsoAgents: []Path{"./.goose/agents", "./.claude/agents", "./.agents/agents"},
	},
}

// listKeyVariable sees to Goose's "env_keys", the list of the variables that
// Goose looks up to fill in headers. Other names in it are the user's. A name
// that no header of ours needs any more must go: Goose does not start an
// extension if one of them is not set
// (https://github.com/aaif-goose/goose/pull/5439).
func listKeyVariable(e *document.Entry, old map[string]any, srv Server) {
	value, there := old["env_keys"]
	list, _ := value.([]any)
	stale := headerVariable(old)
	gone := func(name any) bool { return name == stale || name == srv.KeyEnv }
	wanted := slices.DeleteFunc(slices.Clone(list), gone)
	switch {
	case !there:
		return
	case srv.Auth == APIKey && len(wanted) == len(list)-1 && slices.Contains(list, any(srv.KeyEnv)):
		return // the one that we need is in, and no other of ours
	case srv.Auth == APIKey:
		wanted = append(wanted, srv.KeyEnv)
	case len(wanted) == len(list):
		return
	}
	e.Fields = slices.DeleteFunc(e.Fields, func(f document.Field) bool { return is(f.Path, "env_keys") })
	e.Fields = append(e.Fields, document.Field{Path: []string{"env_keys"}, Value: wanted})
}

// headerVariable returns the variable that the entry's header takes the key
// from, as in "Bearer ${NAME}", or "".
func headerVariable(entry map[string]any) string {
	headers, _ := entry["headers"].(map[string]any)
	value, _ := headers["Authorization"].(string)
	_, rest, _ := strings.Cut(value, "${")
	name, _, found := strings.Cut(rest, "}")
	if !found {
		return ""
	}
	return strings.TrimSpace(name)
}
