package cmd_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestPlantedHome has links in the home before a command begins. Those above the
// skills are the user's own and are followed; what a skill or an agent is made of
// is not, wherever a link in it leads.
func TestPlantedHome(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("on Windows a link takes a privilege that the test may not have")
	}
	versions := func(t *testing.T) (one, two string) {
		t.Helper()
		agent := strings.Replace(agentText(), "name: bad", "name: helper", 1)
		list := append(in("alpha", thing{name: "references/a.md", data: "first\n"}, thing{name: "references/b.md", data: "first\n"}), in("beta", thing{name: "references/a.md", data: "first\n"}, thing{name: "references/b.md", data: "first\n"})...)
		list = append(list, thing{name: "agents/helper.md", data: agent})
		one = folderSource(t, t.TempDir(), list)
		two = folderSource(t, t.TempDir(), append(list, thing{name: "skills/alpha/references/a.md", data: "second\n"}, thing{name: "skills/alpha/references/c.md", data: "second\n"}, thing{name: "agents/helper.md", data: agent + "More.\n"}))
		if err := os.Remove(filepath.Join(two, "skills/alpha/references/b.md")); err != nil {
			t.Fatal(err)
		}
		return one, two
	}
	const alpha = ".agents/skills/alpha"
	plants := []struct {
		place, target string
		followed      bool
	}{
		{alpha, "beta", false},
		{alpha, "OUTSIDE", false},
		{alpha + "/references", "../beta/references", false},
		{alpha + "/references", "OUTSIDE/references", false},
		{alpha + "/references", "../../../../outside/references", false},
		{alpha + "/references", ".", false},
		{alpha + "/references/a.md", "../../beta/references/a.md", false},
		{alpha + "/references/a.md", "OUTSIDE/references/a.md", false},
		{alpha + "/SKILL.md", "OUTSIDE/SKILL.md", false},
		{".claude/agents/helper.md", "OUTSIDE/helper.md", false},
		{".agents/skills", "OUTSIDE", true},
		{".agents", "OUTSIDE", true},
		{".claude/agents", "OUTSIDE", true},
	}
	for _, command := range []string{"install", "update", "update --force", "uninstall", "uninstall --force", "restore"} {
		for _, plant := range plants {
			t.Run(command+"/"+plant.place+" to "+strings.ReplaceAll(plant.target, "/", "_"), func(t *testing.T) {
				t.Parallel()
				h := newHostileHome(t)
				one, two := versions(t)
				args := func(words, source string) []string {
					return append(strings.Fields(words), "--yes", "--json", "--client", "codex,claude-code", "--source", source)
				}
				must := func(args []string) {
					if status, out, said := h.run(args...); status != 0 {
						t.Fatalf("%q: exit status %d\n%s%s", args, status, out, said)
					}
				}
				must(args("install", one))
				if command == "restore" {
					must(args("update", two))
				}
				path, outside := filepath.Join(h.home, plant.place), filepath.Join(h.parent, "outside")
				for _, name := range []string{"SKILL.md", "references/a.md", "references/b.md"} {
					data, err := os.ReadFile(filepath.Join(h.home, ".agents/skills/beta", name))
					if err != nil {
						t.Fatal(err)
					}
					folderSource(t, outside, []thing{{name: name, data: string(data)}})
				}
				agent, err := os.ReadFile(filepath.Join(h.home, ".claude/agents/helper.md"))
				if err != nil {
					t.Fatal(err)
				}
				folderSource(t, outside, []thing{{name: "helper.md", data: string(agent)}})
				target := strings.Replace(plant.target, "OUTSIDE", outside, 1)
				if plant.followed {
					target = filepath.Join(h.parent, "followed")
					err = os.Rename(path, target)
				} else {
					err = os.Rename(path, filepath.Join(h.parent, "spare"))
				}
				if err := errors.Join(err, os.Symlink(target, path)); err != nil {
					t.Fatal(err)
				}
				others := h.others()
				switch {
				case strings.HasPrefix(command, "uninstall"):
					h.run(append(strings.Fields(command), "--yes")...)
				case command == "restore":
					_, out, _ := h.run("restore", "--json")
					h.run("restore", newest(t, out), "--yes")
				default:
					h.run(args(command, two)...)
				}
				if now := h.others(); now != others {
					t.Errorf("written through the link:\n%s\nwas\n%s", now, others)
				}
				if !strings.HasPrefix(command, "uninstall") {
					for _, name := range []string{"references/a.md", "references/b.md"} {
						data, err := os.ReadFile(filepath.Join(h.home, ".agents/skills/beta", name))
						if err != nil || string(data) != "first\n" {
							t.Errorf("another skill's %s: %q, %v", name, data, err)
						}
					}
				}
				if _, err := os.Lstat(path); err != nil && plant.followed && !strings.HasPrefix(command, "uninstall") {
					t.Errorf("the user's link: %v", err)
				}
			})
		}
	}
}

// newest is the last operation that restore lists.
func newest(t *testing.T, out string) string {
	t.Helper()
	var doc struct{ Operations []struct{ ID string } }
	if err := json.Unmarshal([]byte(out), &doc); err != nil || len(doc.Operations) == 0 {
		t.Fatalf("no operation: %v in %s", err, out)
	}
	return doc.Operations[0].ID
}
