package clients

import (
	"slices"

	"fsskills/clients/document"
)

// geminiCLI was run as 0.61.0. GEMINI_CLI_HOME stands for the whole home
// folder, that of ~/.agents included (its source). It turns off every server
// and every skill of a project, and the user's servers too, in a folder that
// it does not trust. Extensions are the user's alone; rules turn them off in
// single folders.
var geminiCLI = Client{
	ID:      "gemini-cli",
	Aliases: []string{"gemini", "google-gemini", "google-gemini-cli", "geminicli"},
	Name:    "Gemini CLI",
	Docs: []string{
		"https://github.com/google-gemini/gemini-cli/blob/main/docs/tools/mcp-server.md",
		"https://github.com/google-gemini/gemini-cli/blob/main/docs/cli/skills.md",
		"https://github.com/google-gemini/gemini-cli/blob/main/docs/core/subagents.md",
	},
	Evidence: Observed,
	Version:  "0.61.0",
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
	// It drops an agent that has a key or the form of a tool's name that it does
	// not know, and prints an error whenever it starts.
	Agents: Agents{
		Dir:       everywhere("${GEMINI_CLI_HOME:-~}/.gemini/agents"),
		Ext:       ".md",
		Reads:     []string{".md"},
		Form:      FrontMatter,
		Tools:     ToolItems,
		Spellings: []string{"mcp_<server>_<tool>"},
		Plugin:    []Paths{everywhere("${GEMINI_CLI_HOME:-~}/.gemini/extensions/fullstory/agents")},
		AsShipped: "does not load it and prints an error whenever it starts",
	},
	Plugins: []Marker{{
		Folder: everywhere("${GEMINI_CLI_HOME:-~}/.gemini/extensions/fullstory/gemini-extension.json"),
		Off:    everywhere("${GEMINI_CLI_HOME:-~}/.gemini/extensions/extension-enablement.json"),
	}},
	Servers: []Config{{
		Files:   []File{{At: everywhere("${GEMINI_CLI_HOME:-~}/.gemini/settings.json")}},
		Root:    []string{"mcpServers"},
		Fields:  geminiFields,
		Spare:   []string{"type"},
		AlsoKey: []string{"$<key>", "${<key>:-"},
		Adapt:   keepHTTPURL,
	}},
	Steps: Steps{
		OAuth:  []string{"start gemini in a folder that it trusts and type /mcp auth <name>"},
		APIKey: []string{"start gemini anew in a folder that it trusts; gemini mcp list shows whether <name> connects"},
		Unset:  "Gemini CLI sends an empty key and the server answers 401",
		Skills: []string{"type /skills reload in gemini, or start it anew"},
		Agents: []string{"start gemini anew: it reads skills and agents when it starts; /skills list and /agents list show them"},
	},
	Project: &Project{
		Dir:    "./.agents/skills",
		Also:   []Path{"./.gemini/skills"},
		Agents: "./.gemini/agents",
		Accept: []string{"start gemini in the project and enable the agent when it asks about new ones, and once more after each change: until then it has none"},
		Plugins: []Marker{{
			Folder: everywhere("${GEMINI_CLI_HOME:-~}/.gemini/extensions/fullstory/gemini-extension.json"),
			Off:    everywhere("${GEMINI_CLI_HOME:-~}/.gemini/extensions/extension-enablement.json"),
			Where:  "./",
		}},
		Servers: []Config{{
			Files:   []File{{At: everywhere("./.gemini/settings.json")}},
			Root:    []string{"mcpServers"},
			Fields:  geminiFields,
			Spare:   []string{"type"},
			AlsoKey: []string{"$<key>", "${<key>:-"},
			Adapt:   keepHTTPURL,
		}},
		Approved: geminiTrusted,
		Approve:  []string{"start gemini in the project and trust the folder when it asks: until then Gemini CLI turns off what the project brings"},
	},
}

var geminiFields = []Field{
	{Path: "url", Value: "<url>"},
	{Path: "type", Value: "http"},
	{Path: "headers/Authorization", Value: "Bearer ${<key>}", Auth: APIKey},
}

// keepHTTPURL leaves the spelling of an entry that has the URL as "httpUrl".
// Versions of Gemini CLI from 2025 know no other way; newer ones still take it
// (observed with 0.61.0).
func keepHTTPURL(e *document.Entry, old map[string]any, srv Server) {
	if _, ok := old["httpUrl"].(string); !ok {
		return
	}
	e.Fields = slices.DeleteFunc(e.Fields, func(f document.Field) bool { return is(f.Path, "type") })
	for i := range e.Fields {
		if is(e.Fields[i].Path, "url") {
			e.Fields[i] = document.Field{Path: []string{"httpUrl"}, Value: srv.URL}
		}
	}
	undrop(e, "httpUrl")
	e.Drop = append(e.Drop, []string{"url"}, []string{"type"})
}

// geminiTrusted looks for the project among the folders that the user has
// decided about, of which the nearest counts
// (https://github.com/google-gemini/gemini-cli/blob/main/docs/cli/trusted-folders.md).
// Without the file, nobody has been asked yet.
func geminiTrusted(s System) Approval {
	if s.Getenv("GEMINI_CLI_TRUST_WORKSPACE") == "true" {
		return Approval{Known: true, Given: true}
	}
	if settings, _ := s.state("${GEMINI_CLI_HOME:-~}/.gemini/settings.json", document.JSON); says(settings, false, "security", "folderTrust", "enabled") {
		return Approval{Known: true, Given: true}
	}
	doc, file := s.state("${GEMINI_CLI_HOME:-~}/.gemini/trustedFolders.json", document.JSON)
	if doc == nil {
		return Approval{}
	}
	level, _ := s.under(doc)
	return Approval{
		Known: true, File: file, Refused: level == "DO_NOT_TRUST",
		Given: level == "TRUST_FOLDER" || level == "TRUST_PARENT",
	}
}
