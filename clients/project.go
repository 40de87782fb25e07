package clients

// dotMCP is the .mcp.json in the root of a project. Several clients read it,
// so that they all have to write the very same entry: the one that each of
// them takes. Claude Code needs the type; Copilot CLI offers every tool of a
// server there that names none.
var dotMCP = Config{
	Files:   dotMCPFiles,
	Strict:  true,
	Root:    dotMCPRoot,
	Fields:  dotMCPFields,
	AlsoKey: dotMCPAlsoKey,
	Notes:   dotMCPNotes,
}

var (
	dotMCPFiles  = []File{{At: everywhere("./.mcp.json")}}
	dotMCPRoot   = []string{"mcpServers"}
	dotMCPFields = []Field{
		{Path: "type", Value: "http"},
		{Path: "url", Value: "<url>"},
		{Path: "headers/Authorization", Value: "Bearer ${<key>}", Auth: APIKey},
	}
	dotMCPAlsoKey = []string{"${<key>:-"}
	dotMCPNotes   = []Note{{
		Found: everywhere("./.github/mcp.json"),
		Says:  "move the servers of .github/mcp.json into .mcp.json if you use Copilot CLI: where there is a .mcp.json, it reads that one alone",
	}}
)
