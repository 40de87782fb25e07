package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"fsskills/.ci/bench/measure"
)

// named are clients that both fsskills and skills know: our word, and theirs if it
// is another one. Those come first that have a skills folder of their own with
// fsskills, so that it does not save work by sharing; the others share one.
var named = strings.Fields(`
	claude-code junie antigravity continue trae trae-cn hermes=hermes-agent codebuddy cortex bob iflow=iflow-cli
	kiro=kiro-cli cursor copilot-cli=github-copilot codex gemini-cli opencode windsurf cline goose
	roo kilo zed amp qwen-code droid crush mistral-vibe openclaw qoder
	qoder-cn rovodev tabnine=tabnine-cli firebender devin-cli=devin warp augment kimi=kimi-code-cli pi openhands`)

// unnamed are further ones that skills does not know or that have no server file.
var unnamed = strings.Fields("vscode vscode-insiders jetbrains-copilot mastracode grok adal aider-desk astrbot autohand-code codemaker")

// servers are clients whose server entries both fsskills and add-mcp write, and two
// more on each side: add-mcp writes those of Cline into two places, and knows fx.
var servers = strings.Fields(`
	antigravity cline claude-code codex cursor gemini-cli goose copilot-cli=github-copilot-cli grok=grok-build kilo=kilo-code
	kimi=kimi-code kiro=kiro-cli mastracode mcporter opencode pi vscode windsurf zed qwen-code=cline-cli droid=fx`)

// ours and theirs are what clients are called here and there.
func ours(pairs []string) []string   { return words(pairs, false) }
func theirs(pairs []string) []string { return words(pairs, true) }

func words(pairs []string, second bool) []string {
	var list []string
	for _, pair := range pairs {
		one, two, ok := strings.Cut(pair, "=")
		if second && ok {
			one = two
		}
		list = append(list, one)
	}
	return list
}

// clients asks fsskills for all clients, and gives them by their names.
func (b *bench) clients(ctx context.Context) (map[string]measure.Place, error) {
	list, err := b.runner.Places(ctx, b.program)
	all := map[string]measure.Place{}
	for _, c := range list {
		all[c.ID] = c
	}
	return all, err
}

// installed looks whether each client has every skill in its folder and our entry in
// its server file, and counts the folders.
func (b *bench) installed(home string, clients []string, skills, entries bool) (folders int, err error) {
	seen := map[string]bool{}
	for _, id := range clients {
		at, ok := b.catalog[id]
		if !ok {
			return 0, fmt.Errorf("fsskills knows no client %s", id)
		}
		if skills && at.Skills != "" && !seen[at.Skills] {
			seen[at.Skills] = true
			for _, name := range b.skills {
				if _, err := os.Stat(filepath.Join(home, at.Skills, name, "SKILL.md")); err != nil {
					return 0, fmt.Errorf("%s: %w", id, err)
				}
			}
		}
		if entries && at.Config != "" {
			if err := hasEntry(filepath.Join(home, at.Config)); err != nil {
				return 0, fmt.Errorf("%s: %w", id, err)
			}
		}
	}
	return len(seen), nil
}

// The address of the server entry.
const address = "https://api.fullstory.com/mcp/fullstory"

func hasEntry(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !bytes.Contains(data, []byte(address)) {
		return fmt.Errorf("no entry in %s", path)
	}
	return nil
}

// count counts the folders of skills that another program has made, each skill once,
// and the files that have the entry in them.
func count(home string) (skills, entries int, err error) {
	err = filepath.WalkDir(home, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if d.Name() == "SKILL.md" {
			skills++
			return nil
		}
		switch err := hasEntry(path); {
		case err == nil:
			entries++
		case errors.Is(err, os.ErrPermission):
			return err
		}
		return nil
	})
	return skills, entries, err
}
