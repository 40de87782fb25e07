package clients

// replit runs in the cloud and has the project there: it reads skills that are
// committed, and servers are added in its pages. Its page on skills calls the
// folder /.agent/skills, and what skills managers write for it .agents/skills
// (https://github.com/vercel-labs/skills/blob/main/src/agents.ts).
var replit = Client{
	ID:       "replit",
	Aliases:  []string{"replit-agent"},
	Name:     "Replit",
	Docs:     []string{"https://docs.replit.com/replitai/skills", "https://docs.replit.com/replitai/mcp/overview"},
	Evidence: Reported,
	Skills:   Skills{Call: Automatic},
	Steps: Steps{
		ByHand: []string{"add the server among the MCP servers of your Replit account: <url> (https://docs.replit.com/replitai/mcp/overview says where)"},
		Skills: []string{"commit the skills and open the project in Replit: Agent reads them by itself"},
	},
	Project: &Project{
		Dir:  "./.agents/skills",
		Also: []Path{"./.agent/skills"},
	},
}
