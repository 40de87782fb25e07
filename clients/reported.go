package clients

// A reportedClient is one that managers of skills list and of which no more is
// known here. It is found by its name and never looked for.
type reportedClient struct {
	id, name string
	// project and user are the folders that those managers write for it. An
	// empty one means that there is none.
	project, user Path
	aliases       []string
}

// reported are the clients of the list of the skills program that have no
// entry of their own. Their folders are as that list has them; none was tried.
// Universal is a folder and no product: whatever reads the shared one. That
// list has ~/.config/agents/skills for it, which Amp and Goose read beside the
// shared folder, so that they would find every skill twice.
var reported = [...]reportedClient{
	{"adal", "AdaL", "./.adal/skills", "~/.adal/skills", nil},
	{"aider-desk", "AiderDesk", "./.aider-desk/skills", "~/.aider-desk/skills", nil},
	{"astrbot", "AstrBot", "./data/skills", "~/.astrbot/data/skills", nil},
	{"autohand-code", "Autohand Code CLI", "./.autohand/skills", "${AUTOHAND_HOME:-~/.autohand}/skills", nil},
	{"codearts-agent", "CodeArts Agent", "./.codeartsdoer/skills", "~/.codeartsdoer/skills", nil},
	{"codemaker", "Codemaker", "./.codemaker/skills", "~/.codemaker/skills", nil},
	{"codestudio", "Code Studio", "./.codestudio/skills", "~/.codestudio/skills", nil},
	{"command-code", "Command Code", "./.commandcode/skills", "~/.commandcode/skills", nil},
	{"deepagents", "Deep Agents", "./.agents/skills", "~/.deepagents/agent/skills", nil},
	{"dexto", "Dexto", "./.agents/skills", "~/.agents/skills", nil},
	{"eve", "Eve", "./agent/skills", "", nil},
	{"forgecode", "ForgeCode", "./.forge/skills", "~/.forge/skills", nil},
	{"inference-sh", "inference.sh", "./.inferencesh/skills", "~/.inferencesh/skills", nil},
	{"jazz", "Jazz", "./.jazz/skills", "~/.jazz/skills", nil},
	{"kode", "Kode", "./.kode/skills", "~/.kode/skills", nil},
	{"lingma", "Lingma", "./.lingma/skills", "~/.lingma/skills", nil},
	{"loaf", "Loaf", "./.agents/skills", "~/.agents/skills", nil},
	{"mcpjam", "MCPJam", "./.mcpjam/skills", "~/.mcpjam/skills", nil},
	{"moxby", "Moxby", "./.moxby/skills", "~/.moxby/skills", nil},
	{"mux", "Mux", "./.mux/skills", "~/.mux/skills", nil},
	{"neovate", "Neovate", "./.neovate/skills", "~/.neovate/skills", nil},
	{"ona", "Ona", "./.ona/skills", "~/.ona/skills", nil},
	{"pochi", "Pochi", "./.pochi/skills", "~/.pochi/skills", nil},
	{"promptscript", "PromptScript", "./.agents/skills", "", nil},
	{"reasonix", "Reasonix", "./.reasonix/skills", "~/.reasonix/skills", nil},
	{"terramind", "Terramind", "./.terramind/skills", "~/.terramind/skills", nil},
	{"tinycloud", "Tinycloud", "./.tinycloud/skills", "~/.tinycloud/skills", nil},
	{"universal", "Universal", "./.agents/skills", "~/.agents/skills", nil},
	{"zcode", "ZCode", "./.zcode/skills", "~/.zcode/skills", nil},
	{"zencoder", "Zencoder", "./.zencoder/skills", "~/.zencoder/skills", nil},
	{"zenflow", "Zenflow", "./.zencoder/skills", "~/.zencoder/skills", nil},
}

var reportedDocs = []string{
	"https://github.com/vercel-labs/skills/blob/main/README.md#supported-agents",
	"https://github.com/vercel-labs/skills/blob/main/src/agents.ts",
}

func (r *reportedClient) client() Client {
	c := Client{
		ID: r.id, Aliases: r.aliases, Name: r.name, Docs: reportedDocs, Evidence: Reported,
		Skills:  Skills{Call: Automatic},
		Project: &Project{Dir: r.project},
	}
	if r.user != "" {
		c.Skills.Dir = everywhere(r.user)
	}
	c.Steps.Skills = []string{"start " + r.name + " anew; that it reads this folder is what managers of skills say, so look whether it does"}
	return c
}
