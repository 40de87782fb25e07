package clients

// qoder is the terminal program of Qoder, run as 1.1.52. Its file may have
// comments and must not have trailing commas. Of a skill that is in both of
// its folders it lists one, with a warning. The editor of the same name keeps
// servers of its own, in a file that is not documented.
var qoder = Client{
	ID:       "qoder",
	Aliases:  []string{"qodercli", "qoder-cli"},
	Name:     "Qoder",
	Docs:     []string{"https://docs.qoder.com/cli/mcp-servers", "https://docs.qoder.com/cli/Skills", "https://www.npmjs.com/package/@qoder-ai/qodercli"},
	Evidence: Observed,
	Version:  "1.1.52",
	Signs: Signs{
		Programs: []string{"qodercli"},
		Files:    []Paths{everywhere(qoderHome + "/.auth"), everywhere(qoderHome + "/installation_id")},
	},
	Skills: Skills{
		Dir:     everywhere("~/.agents/skills"),
		Also:    []Paths{everywhere(qoderHome + "/skills")},
		Refused: []SkillTrait{HasBOM},
		Call:    Slash,
	},
	Servers: []Config{{
		Files:  []File{{At: everywhere(qoderHome + "/settings.json")}},
		Root:   []string{"mcpServers"},
		Fields: dotMCPFields,
	}},
	Steps: Steps{
		OAuth: []string{
			"start qodercli, type /mcp, choose <name> and sign in",
			"if you use the Qoder editor too, add the server there under Settings, MCP: <url>",
		},
		APIKey: []string{"start qodercli anew; qodercli mcp list shows whether <name> connects"},
		Unset:  "Qoder sends the text ${<key>} itself and the server answers 401",
		Skills: []string{"start a new qodercli session: type / to see the skills"},
	},
	Project: qoderProject,
}

// qoderCN is Qoder for China, run as 1.1.52. In a project it reads the same
// places as the other.
var qoderCN = Client{
	ID:       "qoder-cn",
	Aliases:  []string{"qodercn", "qoderclicn"},
	Name:     "Qoder CN",
	Docs:     []string{"https://docs.qoder.com/cli/mcp-servers", "https://www.npmjs.com/package/@qodercn-ai/qoderclicn"},
	Evidence: Observed,
	Version:  "1.1.52",
	Signs: Signs{
		Programs: []string{"qoderclicn"},
		Files:    []Paths{everywhere(qoderCNHome + "/.auth"), everywhere(qoderCNHome + "/installation_id")},
	},
	Skills: Skills{
		Dir:     everywhere("~/.agents/skills"),
		Also:    []Paths{everywhere(qoderCNHome + "/skills")},
		Refused: []SkillTrait{HasBOM},
		Call:    Slash,
	},
	Servers: []Config{{
		Files:  []File{{At: everywhere(qoderCNHome + "/settings.json")}},
		Root:   []string{"mcpServers"},
		Fields: dotMCPFields,
	}},
	Steps: Steps{
		OAuth:  []string{"start qoderclicn, type /mcp, choose <name> and sign in"},
		APIKey: []string{"start qoderclicn anew; qoderclicn mcp list shows whether <name> connects"},
		Unset:  "Qoder CN sends the text ${<key>} itself and the server answers 401",
		Skills: []string{"start a new qoderclicn session: type / to see the skills"},
	},
	Project: qoderProject,
}

const (
	qoderHome   = "${QODER_CONFIG_DIR:-~/.qoder}"
	qoderCNHome = "${QODERCN_CONFIG_DIR:-~/.qoder-cn}"
)

var qoderProject = &Project{
	Dir:     "./.agents/skills",
	Also:    []Path{"./.qoder/skills"},
	Servers: []Config{dotMCP},
	Approve: []string{"start the program in the project and approve <name> if it asks"},
}
