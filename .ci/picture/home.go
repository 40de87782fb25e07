package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// files are a home with two clients in it and a repository with two skills,
// which are made up.
var files = map[string]string{
	".claude.json": `{
  "numStartups": 41,
  "mcpServers": {
    "github": { "type": "http", "url": "https://mcp.example.com/github" }
  }
}
`,
	".codex/config.toml": `# Codex, as I like it
model = "o-large"   # the slow one

[mcp_servers.docs]
command = "docs-mcp"   # keep me
`,
	"example-skills/skills/weekly-report/SKILL.md": `---
name: weekly-report
description: Summarises the week. Use when somebody asks how the week went.
---

# Weekly report

Ask which site is meant, then count visits and compare them with the week before.
`,
	"example-skills/skills/funnel-check/SKILL.md": `---
name: funnel-check
description: Looks for the step where people leave. Use for questions about conversion.
---

# Funnel check

Name the steps, then measure each.
`,
}

// furnish makes the home, and the repository in it, whose commit has the same id
// each time.
func furnish(ctx context.Context, home string) error {
	for name, text := range files {
		path := filepath.Join(home, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			return err
		}
	}
	const day = "2026-01-05T09:00:00Z"
	for _, args := range [][]string{
		{"init", "--quiet", "--object-format=sha1", "--initial-branch=main", "--template="},
		{"add", "--all"},
		{"commit", "--quiet", "--no-gpg-sign", "--message=Two skills"},
	} {
		git := exec.CommandContext(ctx, "git", args...)
		git.Dir = filepath.Join(home, "example-skills")
		git.Env = []string{
			"PATH=" + os.Getenv("PATH"), "HOME=" + home, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull,
			"GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@example.invalid", "GIT_AUTHOR_DATE=" + day,
			"GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@example.invalid", "GIT_COMMITTER_DATE=" + day,
		}
		if said, err := git.CombinedOutput(); err != nil {
			return fmt.Errorf("git %s: %w: %s", args[0], err, said)
		}
	}
	return nil
}
