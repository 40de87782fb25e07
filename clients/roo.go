package clients

import (
	"slices"

	"fsskills/clients/document"
)

// roo is an extension of editors that its makers closed in May 2026; copies
// that are installed go on working. It never learned OAuth
// (https://github.com/RooCodeInc/Roo-Code/pull/11874), for which it needs the
// bridge. It starts commands through the command interpreter on Windows by
// itself, and refuses an entry that has fields of both kinds of servers.
var roo = Client{
	ID:      "roo",
	Aliases: []string{"roo-code", "roocode", "roo-cline", "rooveterinaryinc.roo-cline"},
	Name:    "Roo Code",
	Docs: []string{
		"https://github.com/RooCodeInc/Roo-Code/blob/main/src/services/mcp/McpHub.ts",
		"https://github.com/RooCodeInc/Roo-Code/blob/main/src/utils/config.ts",
		"https://github.com/RooCodeInc/Roo-Code/blob/main/src/services/skills/SkillsManager.ts",
	},
	Evidence: Documented,
	Signs: Signs{
		Files: []Paths{
			everywhere("~/.vscode/extensions/rooveterinaryinc.roo-cline-*"),
			everywhere("~/.vscode-insiders/extensions/rooveterinaryinc.roo-cline-*"),
			everywhere("~/.vscode-server/extensions/rooveterinaryinc.roo-cline-*"),
			everywhere("~/.cursor/extensions/rooveterinaryinc.roo-cline-*"),
			everywhere("~/.windsurf/extensions/rooveterinaryinc.roo-cline-*"),
		},
	},
	Skills: Skills{
		Dir:  everywhere("~/.agents/skills"),
		Also: []Paths{everywhere("~/.roo/skills")},
		Call: Slash,
	},
	Agents: Agents{None: "keeps its modes in one file, and none of them to single tools"},
	Servers: []Config{{
		// Each editor has its own file: the first that the extension is in, and
		// the others.
		Files: []File{
			{At: inEditor("Code", rooFile), When: inEditor("Code", rooFolder)},
			{At: inEditor("Code - Insiders", rooFile), When: inEditor("Code - Insiders", rooFolder)},
			{At: inEditor("Cursor", rooFile), When: inEditor("Cursor", rooFolder)},
			{At: inEditor("Windsurf", rooFile), When: inEditor("Windsurf", rooFolder)},
			{At: inEditor("VSCodium", rooFile), When: inEditor("VSCodium", rooFolder)},
			{At: rooRemote, When: rooRemoteFolder},
			{At: inEditor("Code", rooFile)},
		},
		Root:     rooRoot,
		Fields:   rooFields,
		Strict:   true,
		Adapt:    oneTransport,
		NotInURL: notInCommand,
	}},
	More: []Config{
		{
			Files: []File{{At: inEditor("Code - Insiders", rooFile), When: inEditor("Code - Insiders", rooFolder)}},
			Root:  rooRoot, Fields: rooFields, Strict: true, Adapt: oneTransport, NotInURL: notInCommand,
		},
		{
			Files: []File{{At: inEditor("Cursor", rooFile), When: inEditor("Cursor", rooFolder)}},
			Root:  rooRoot, Fields: rooFields, Strict: true, Adapt: oneTransport, NotInURL: notInCommand,
		},
		{
			Files: []File{{At: inEditor("Windsurf", rooFile), When: inEditor("Windsurf", rooFolder)}},
			Root:  rooRoot, Fields: rooFields, Strict: true, Adapt: oneTransport, NotInURL: notInCommand,
		},
		{
			Files: []File{{At: inEditor("VSCodium", rooFile), When: inEditor("VSCodium", rooFolder)}},
			Root:  rooRoot, Fields: rooFields, Strict: true, Adapt: oneTransport, NotInURL: notInCommand,
		},
		{
			Files: []File{{At: rooRemote, When: rooRemoteFolder}},
			Root:  rooRoot, Fields: rooFields, Strict: true, Adapt: oneTransport, NotInURL: notInCommand,
		},
	},
	Steps: Steps{
		OAuth:   []string{"open Roo Code's MCP settings and restart <name>: a browser opens to sign in (this needs Node.js, for npx)"},
		APIKey:  []string{"open Roo Code's MCP settings and restart <name>"},
		Unset:   "Roo Code sends the variable's name in place of the key and the server answers 401",
		Desktop: true,
		Skills:  []string{"start a new task in Roo Code"},
	},
	Project: &Project{
		Dir:  "./.agents/skills",
		Also: []Path{"./.roo/skills"},
		Servers: []Config{{
			Files:    []File{{At: everywhere("./.roo/mcp.json")}},
			Root:     rooRoot,
			Fields:   rooFields,
			Strict:   true,
			Adapt:    oneTransport,
			NotInURL: notInCommand,
		}},
	},
}

// What an extension keeps is in a folder of its own in the editor's.
const (
	rooFolder = "globalStorage/rooveterinaryinc.roo-cline"
	rooFile   = rooFolder + "/settings/mcp_settings.json"
)

var (
	// In a remote window of VS Code, and in WSL, extensions run there.
	rooRemote       = Paths{Linux: "~/.vscode-server/data/User/" + rooFile}
	rooRemoteFolder = Paths{Linux: "~/.vscode-server/data/User/" + rooFolder}

	rooRoot   = []string{"mcpServers"}
	rooFields = []Field{
		{Path: "command", Value: "npx", Auth: OAuth},
		{Path: "args", Value: []any{"-y", bridge, "<url>"}, Auth: OAuth},
		{Path: "type", Value: "streamable-http", Auth: APIKey},
		{Path: "url", Value: "<url>", Auth: APIKey},
		{Path: "headers/Authorization", Value: "Bearer ${env:<key>}", Auth: APIKey},
	}
)

// inEditor is a place in the user folder of an editor made from VS Code.
func inEditor(editor, place Path) Paths {
	return Paths{
		Linux:   "${VSCODE_APPDATA:-${XDG_CONFIG_HOME:-~/.config}}/" + editor + "/User/" + place,
		Darwin:  "${VSCODE_APPDATA:-~/Library/Application Support}/" + editor + "/User/" + place,
		Windows: "${VSCODE_APPDATA:-${APPDATA:-~/AppData/Roaming}}/" + editor + "/User/" + place,
	}
}

// oneTransport takes all headers out of an entry that starts the bridge, and
// leaves the bridge its environment.
func oneTransport(e *document.Entry, _ map[string]any, srv Server) {
	if srv.Auth != OAuth {
		return
	}
	undrop(e, "env")
	undrop(e, "cwd")
	e.Drop = slices.DeleteFunc(e.Drop, func(p []string) bool { return p[0] == "headers" })
	e.Drop = append(e.Drop, []string{"headers"})
}
