package clients

import "fsskills/clients/document"

// visualStudio runs on Windows alone. Of the files that it reads in a project,
// the one that VS Code reads too is the one that has "servers" as its root for
// both; the .mcp.json of other clients has another.
var visualStudio = Client{
	ID:       "visual-studio",
	Aliases:  []string{"visualstudio", "vs2022", "vs2026", "visual-studio-copilot"},
	Name:     "Visual Studio",
	Docs:     []string{"https://learn.microsoft.com/visualstudio/ide/mcp-servers", "https://learn.microsoft.com/visualstudio/ide/copilot-agent-skills"},
	Evidence: Documented,
	Signs: Signs{
		Programs: []string{"devenv"},
		Apps: []Paths{
			{Windows: "${ProgramFiles:-C:/Program Files}/Microsoft Visual Studio/*/*/Common7/IDE/devenv.exe"},
		},
	},
	Skills: Skills{
		Dir: Paths{Windows: "~/.agents/skills"},
		Also: []Paths{
			{Windows: "${COPILOT_HOME:-~/.copilot}/skills"},
			{Windows: "~/.claude/skills"},
		},
		Call: Automatic,
	},
	Servers: []Config{{
		Files:  []File{{At: Paths{Windows: "~/.mcp.json"}}},
		Root:   []string{"servers"},
		Fields: vscodeFields,
		NoKey:  errVisualStudioKey,
	}},
	Steps: Steps{
		OAuth:   []string{"open .mcp.json (of a project: .vscode/mcp.json) in Visual Studio, choose Authenticate above <name>, and turn on its tools in the tool picker of Copilot Chat in agent mode, where they are off at first"},
		ByHand:  []string{"install on Windows: Visual Studio runs there alone"},
		Desktop: true,
		Skills:  []string{"start a new chat in agent mode (skills need Visual Studio 2026, version 18.5 or later)"},
	},
	Project: &Project{
		Dir:  "./.agents/skills",
		Also: []Path{"./.github/skills", "./.claude/skills"},
		Servers: []Config{{
			Files:  dotVSCodeFiles,
			Format: document.JSONC,
			Root:   []string{"servers"},
			Fields: vscodeFields,
			NoKey:  errVisualStudioKey,
		}},
	},
}

// errVisualStudioKey: the documented way is an input, ${input:…}, for which
// Visual Studio asks.
var errVisualStudioKey = &Unable{
	Reason: "Visual Studio asks its user for a key and keeps it; that it takes one from the environment is not documented",
	Remedy: "use --auth oauth for visual-studio",
}
