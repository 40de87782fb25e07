package clients

import (
	"fmt"
	"strings"
	"testing"
)

// described are the clients that have an entry of their own.
func described() Catalog { return All()[:len(catalog)] }

// TestReported has the folders and the steps of those that have none in one
// file.
func TestReported(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	for _, c := range All()[len(catalog):] {
		fmt.Fprintf(&out, "%s, %s\n", c.ID, c.Name)
		for _, m := range []machine{{}, {goos: "windows"}} {
			for _, scope := range scopes {
				if c, ok := c.In(scope); ok {
					fmt.Fprintf(&out, "  %s\n", c.SkillsDir(m.system()))
				}
			}
		}
		for _, step := range c.Next(machine{}.system(), server(""), true, false) {
			fmt.Fprintf(&out, "  %s\n", step)
		}
		if got := c.Detect(machine{}.system()); got.Found || c.Evidence != Reported || len(c.Servers)+len(c.Project.Servers) > 0 {
			t.Errorf("%s is more than reported: %+v", c.ID, got)
		}
	}
	checkGolden(t, "", "reported.golden", out.String())
}

// TestEveryName finds the clients by the names that users of skills managers
// and of add-mcp know them by.
func TestEveryName(t *testing.T) {
	t.Parallel()
	all := All()
	for id := range strings.FieldsSeq(`
		adal aider-desk amp antigravity antigravity-cli astrbot augment autohand-code bob claude-code cline codearts-agent
		codebuddy codemaker codestudio codex command-code continue cortex crush cursor deepagents devin dexto droid eve
		firebender forgecode gemini-cli github-copilot goose hermes-agent iflow-cli inference-sh jazz junie kilo
		kimi-code-cli kiro-cli kode lingma loaf mcpjam mistral-vibe moxby mux neovate ona openclaw opencode openhands pi
		pochi promptscript qoder qoder-cn qwen-code reasonix replit roo rovodev tabnine-cli terramind tinycloud trae
		trae-cn universal warp windsurf zcode zed zencoder zenflow

		claude-desktop vscode vscode-insiders copilot-cli kiro lmstudio visual-studio mcporter jetbrains-copilot kimi grok
		devin-cli hermes iflow tabnine mastracode

		cline-vscode codeium cascade gemini grok-build kilo-code kilocode kimi-code mastra pi-agent`) {
		if _, ok := all.Find(id); !ok {
			t.Errorf("no client is called %s", id)
		}
	}
}
