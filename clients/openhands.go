package clients

import "fsskills/clients/document"

// openHands is the terminal program. Its file is one of FastMCP's, in which a
// remote server signs in only if "auth" says so and a header is sent as it is
// written (https://github.com/OpenHands/OpenHands-CLI/blob/main/openhands_cli/mcp/mcp_utils.py).
var openHands = Client{
	ID:      "openhands",
	Aliases: []string{"openhands-cli"},
	Name:    "OpenHands CLI",
	Docs: []string{
		"https://docs.openhands.dev/openhands/usage/cli/mcp-servers",
		"https://docs.openhands.dev/overview/skills",
		"https://github.com/OpenHands/OpenHands-CLI/blob/main/openhands_cli/locations.py",
	},
	Evidence: Documented,
	Signs: Signs{
		Programs: []string{"openhands"},
		Files: []Paths{
			everywhere("${OPENHANDS_PERSISTENCE_DIR:-~/.openhands}/agent_settings.json"),
			everywhere("${OPENHANDS_PERSISTENCE_DIR:-~/.openhands}/cli_config.json"),
			everywhere("${OPENHANDS_PERSISTENCE_DIR:-~/.openhands}/conversations"),
		},
	},
	Skills: Skills{
		Dir:  everywhere("~/.agents/skills"),
		Also: []Paths{everywhere("~/.openhands/skills"), everywhere("~/.openhands/microagents")},
		Call: Automatic,
	},
	Servers: []Config{{
		Files: []File{{At: everywhere("${OPENHANDS_PERSISTENCE_DIR:-~/.openhands}/mcp.json")}},
		Root:  []string{"mcpServers"},
		Fields: []Field{
			{Path: "url", Value: "<url>"},
			{Path: "transport", Value: "http"},
			{Path: "auth", Value: "oauth", Auth: OAuth},
		},
		Adapt: keepFastMCPTransport,
		NoKey: &Unable{
			Reason: "OpenHands sends a header as it is written and takes no key from the environment",
			Remedy: "use --auth oauth for openhands",
		},
		Literal: []Field{
			{Path: "transport", Value: "http"},
			{Path: "headers/Authorization", Value: "Bearer <secret>"},
		},
	}},
	Steps: Steps{
		ByHand: []string{"OpenHands CLI reads no servers from a project: run fsskills install --client openhands without --scope project for its server"},
		OAuth:  []string{"start openhands: a browser opens to sign in; /mcp shows <name>"},
		Skills: []string{"start a new openhands conversation: it reads skills when it starts"},
	},
	Project: &Project{
		Dir:  "./.agents/skills",
		Also: []Path{"./.openhands/skills", "./.openhands/microagents"},
	},
}

// keepFastMCPTransport leaves the other name of streamable HTTP, which means
// the same.
func keepFastMCPTransport(e *document.Entry, old map[string]any, _ Server) {
	if old["transport"] == "streamable-http" {
		replace(e, "transport", old["transport"])
	}
}
