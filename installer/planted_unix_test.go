//go:build unix

package installer

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPlantedLink puts a link in the place of a folder or file between the plan
// and the write, in each place there is. Nothing may be written, or taken out,
// where it leads.
func TestPlantedLink(t *testing.T) {
	jobs := map[string]struct {
		prepare func(*world)
		run     func(*world) Plan
	}{
		"install": {seed, func(w *world) Plan {
			return must(NewInstall(w.receipt(), w.request(first(), "claude-code", "cursor")))
		}},
	}
	for _, name := range []string{"update", "rename", "force", "uninstall", "project install", "project update", "project uninstall", "agents install", "agents update", "agents force", "agents uninstall"} {
		jobs[name] = struct {
			prepare func(*world)
			run     func(*world) Plan
		}{killJobs[name].prepare, killJobs[name].run}
	}
	jobs["restore"] = struct {
		prepare func(*world)
		run     func(*world) Plan
	}{killJobs["update"].prepare, func(w *world) Plan {
		w.apply(killJobs["update"].run(w))
		return w.restoreOf(w.receipt().Operation, false)
	}}
	places := []string{
		".claude/agents", ".claude/agents/helper.md", ".codex/agents", ".qwen/agents", ".qwen/agents/helper.md",
		".agents", ".agents/skills", ".agents/skills/alpha", ".agents/skills/alpha/references",
		".agents/skills/alpha/SKILL.md", ".claude/skills", ".cursor", ".cursor/mcp.json", ".claude.json",
	}
	for name, job := range jobs {
		for _, place := range places {
			t.Run(name+"/"+place, func(t *testing.T) {
				w := newWorld(t)
				job.prepare(w)
				plan := job.run(w)
				if strings.HasPrefix(name, "project ") {
					w = w.inProject()
					place = filepath.Join("web", place)
				}
				path := filepath.Join(w.home, place)
				// A copy of all that is there, so that no difference of bytes helps.
				elsewhere := filepath.Join(w.home, "elsewhere")
				if _, err := os.Lstat(path); err != nil {
					if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.Mkdir(elsewhere, 0o755)); err != nil {
						t.Fatal(err)
					}
				} else if err := os.Rename(path, elsewhere); err != nil {
					t.Fatal(err)
				}
				if err := os.Symlink(elsewhere, path); err != nil {
					t.Fatal(err)
				}
				before := w.subtree("elsewhere")
				results, err := w.store.Apply(t.Context(), plan)
				if got := w.subtree("elsewhere"); got != before {
					t.Errorf("written through the link (%v):\n%s\nwant\n%s", err, got, before)
				}
				if name == "rename" {
					// It comes along with what is in the skill's folder.
					path = strings.Replace(path, "/alpha/", "/omega/", 1)
				}
				if target, err := os.Readlink(path); err != nil || target != elsewhere {
					t.Errorf("the link is %q, %v", target, err)
				}
				for _, r := range results {
					if r.Err != nil && r.Err.Error() == "" {
						t.Errorf("an error without words: %+v", r.Action)
					}
				}
				if _, err := w.store.Recover(); err != nil {
					t.Error(err)
				}
				if got := w.subtree("elsewhere"); got != before {
					t.Errorf("recovered through the link:\n%s\nwant\n%s", got, before)
				}
			})
		}
	}
}

// subtree is the part of tree about what is below a folder, or a file.
func (w *world) subtree(rel string) string {
	w.t.Helper()
	var b strings.Builder
	for line := range strings.Lines(w.tree()) {
		if strings.HasPrefix(line, rel+" ") || strings.HasPrefix(line, rel+"/") {
			b.WriteString(line)
		}
	}
	return b.String()
}
