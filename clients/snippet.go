package clients

import "fsskills/clients/document"

// A Form is a spelling of the entry for those who read it: clients, gateways
// and services that the catalog does not have.
type Form struct {
	// Word is what users call it.
	Word string
	// Readers says who reads it.
	Readers string
	config  Config
}

// Forms returns the forms, the most common one first.
func Forms() []Form {
	return []Form{
		{
			Word:    "mcp.json",
			Readers: "clients with \"mcpServers\" in their file, as the .mcp.json of Claude Code and Copilot CLI",
			config: Config{
				Format: document.JSON,
				Root:   []string{"mcpServers"},
				Fields: []Field{
					{Path: "type", Value: "http"},
					{Path: "url", Value: "<url>"},
					{Path: "headers/Authorization", Value: "Bearer ${<key>}", Auth: APIKey},
				},
			},
		},
		{Word: "servers", Readers: "VS Code and what is made from it, in an mcp.json", config: vscode.Servers[0]},
		{Word: "toml", Readers: "Codex, in a config.toml", config: codex.Servers[0]},
		{
			// LibreChat's file, as the one of a shared service
			// (https://www.librechat.ai/docs/configuration/librechat_yaml/object_structure/mcp_servers).
			Word:    "yaml",
			Readers: "LibreChat, in a librechat.yaml",
			config: Config{
				Format: document.YAML,
				Root:   []string{"mcpServers"},
				Fields: []Field{
					{Path: "type", Value: "streamable-http"},
					{Path: "url", Value: "<url>"},
					{Path: "headers/Authorization", Value: "Bearer ${<key>}", Auth: APIKey},
				},
			},
		},
	}
}

// ServerFile returns the entry of srv in this form. It has no path.
func (f Form) ServerFile(srv Server) ServerFile {
	return Client{}.serverFile(System{}, &f.config, "", srv)
}
