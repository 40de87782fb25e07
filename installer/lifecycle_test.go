package installer

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"fsskills/registry"
)

func first() *registry.Snapshot {
	return snapshot(strings.Repeat("1", 40), map[string]string{
		"alpha/SKILL.md": "# alpha 1\n", "alpha/references/a.md": "a 1\n", "alpha/run.sh": "#!/bin/sh\n",
		"beta/SKILL.md": "# beta 1\n",
	})
}

func second() *registry.Snapshot {
	return snapshot(strings.Repeat("2", 40), map[string]string{
		"alpha/SKILL.md": "# alpha 2\n", "alpha/references/b.md": "b 2\n", "alpha/run.sh": "#!/bin/sh\n",
		"gamma/SKILL.md": "# gamma 2\n",
	})
}

// seed gives a home the config files of two clients.
func seed(w *world) {
	w.write(".claude.json", "{\n  \"numStartups\": 3,\n  \"mcpServers\": {}\n}")
	w.write(".cursor/mcp.json", "{ \"mcpServers\": { \"a\": { \"command\": \"a\" } } }\n")
}

func TestInstallTwiceIsOnce(t *testing.T) {
	w := newWorld(t)
	seed(w)
	w.install(w.request(first(), "claude-code", "cursor"))
	after := w.tree()
	receipt := w.read(".local/state/fsskills/receipt.json")
	again, err := NewInstall(w.receipt(), w.request(first(), "claude-code", "cursor"))
	if err != nil {
		t.Fatal(err)
	}
	if !again.Empty() || again.Records() {
		t.Errorf("the second plan is not empty: %s", states(w.apply(again)))
	}
	w.apply(again)
	if got := w.tree(); got != after {
		t.Errorf("the second install changed files:\n%s", got)
	}
	if w.read(".local/state/fsskills/receipt.json") != receipt {
		t.Error("the second install changed the receipt")
	}
}

func TestUninstallGivesEverythingBack(t *testing.T) {
	w := newWorld(t)
	seed(w)
	before := w.tree()
	w.install(w.request(first(), "claude-code", "cursor", "codex"))
	if !w.exists(".agents/skills/alpha/references/a.md") || !w.exists(".claude/skills/beta/SKILL.md") || !w.exists(".codex/config.toml") {
		t.Fatalf("not installed:\n%s", w.tree())
	}
	w.uninstall(Removal{})
	if got := w.tree(); got != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, got)
	}
}

func TestOneClientOutLeavesTheOthers(t *testing.T) {
	w := newWorld(t)
	seed(w)
	w.install(w.request(first(), "claude-code", "cursor", "codex"))
	w.uninstall(Removal{Clients: []string{"codex"}})
	if w.exists(".codex") {
		t.Error("codex has its file still")
	}
	if !w.exists(".agents/skills/alpha/SKILL.md") {
		t.Error("cursor has lost its skills")
	}
	w.uninstall(Removal{Clients: []string{"cursor"}})
	if w.exists(".agents") {
		t.Error("the shared folder outlives its last client")
	}
	if !w.exists(".claude/skills/alpha/SKILL.md") {
		t.Error("claude-code has lost its skills")
	}
}

func TestUpdate(t *testing.T) {
	w := newWorld(t)
	seed(w)
	w.install(w.request(first(), "cursor"))
	w.write(".agents/skills/alpha/mine.md", "mine\n")
	w.update(w.request(second(), "cursor"))
	dir := ".agents/skills/"
	if got := w.read(dir + "alpha/SKILL.md"); got != "# alpha 2\n" {
		t.Errorf("alpha is %q", got)
	}
	for rel, want := range map[string]bool{
		"alpha/references/b.md": true, "alpha/references/a.md": false, "alpha/mine.md": true,
		"gamma/SKILL.md": true, "beta": false,
	} {
		if w.exists(dir+rel) != want {
			t.Errorf("%s: there is %v, want %v", rel, !want, want)
		}
	}
	if info, err := os.Stat(filepath.Join(w.home, dir, "alpha/run.sh")); err != nil || info.Mode().Perm()&0o100 == 0 && runtime.GOOS != "windows" {
		t.Errorf("run.sh lost its mode: %v %v", info.Mode(), err)
	}
	plan, err := NewUpdate(w.receipt(), w.request(second(), "cursor"))
	if err != nil || !plan.Empty() || plan.Records() {
		t.Errorf("a second update has something to do: %v %v", plan.Actions, err)
	}
}

func TestUpdateKeepsEdits(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(first(), "cursor"))
	dir := ".agents/skills/"
	w.write(dir+"alpha/SKILL.md", "# alpha, mine\n")
	w.write(dir+"beta/SKILL.md", "# beta, mine\n")
	w.write(dir+"gamma/SKILL.md", "# gamma, not from here\n")
	results := w.update(w.request(second(), "cursor"))
	for rel, want := range map[string]string{
		"alpha/SKILL.md": "# alpha, mine\n", "beta/SKILL.md": "# beta, mine\n",
		"gamma/SKILL.md": "# gamma, not from here\n", "alpha/references/b.md": "b 2\n",
	} {
		if got := w.read(dir + rel); got != want {
			t.Errorf("%s is %q, want %q", rel, got, want)
		}
	}
	want := "update edited alpha\nkeep orphaned beta\nkeep foreign gamma"
	if got := states(results); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}

	req := w.request(second(), "cursor")
	req.Force = true
	w.update(req)
	if got := w.read(dir + "alpha/SKILL.md"); got != "# alpha 2\n" {
		t.Errorf("--force left alpha as %q", got)
	}
	if w.exists(dir + "beta") {
		t.Error("--force left beta")
	}
}

func TestDeletedByTheUserStaysDeleted(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(first(), "cursor"))
	if err := os.Remove(filepath.Join(w.home, ".agents/skills/alpha/references/a.md")); err != nil {
		t.Fatal(err)
	}
	w.install(w.request(first(), "cursor"))
	if w.exists(".agents/skills/alpha/references/a.md") {
		t.Error("a file that the user deleted came back")
	}
	if err := os.RemoveAll(filepath.Join(w.home, ".agents/skills/alpha")); err != nil {
		t.Fatal(err)
	}
	w.update(w.request(second(), "cursor"))
	if w.exists(".agents/skills/alpha") {
		t.Error("update brought back a skill that the user deleted")
	}
	w.install(w.request(second(), "cursor"))
	if !w.exists(".agents/skills/alpha/SKILL.md") {
		t.Error("install did not put the skill back")
	}
}

func TestForeignSkillStays(t *testing.T) {
	w := newWorld(t)
	w.write(".agents/skills/alpha/SKILL.md", "# somebody else's\n")
	before := w.read(".agents/skills/alpha/SKILL.md")
	results := w.install(w.request(first(), "cursor"))
	if got := states(results); !strings.Contains(got, "keep foreign alpha") {
		t.Errorf("got\n%s", got)
	}
	if w.read(".agents/skills/alpha/SKILL.md") != before {
		t.Error("a foreign skill was overwritten")
	}
	w.uninstall(Removal{})
	if w.read(".agents/skills/alpha/SKILL.md") != before {
		t.Error("a foreign skill went with the uninstall")
	}
}

func TestIdenticalSkillIsAdopted(t *testing.T) {
	w := newWorld(t)
	w.write(".agents/skills/beta/SKILL.md", "# beta 1\n")
	results := w.install(w.request(first(), "cursor"))
	if got := states(results); !strings.Contains(got, "none current beta") {
		t.Errorf("got\n%s", got)
	}
	w.uninstall(Removal{})
	if !w.exists(".agents/skills/beta/SKILL.md") {
		t.Error("what was there before went with the uninstall")
	}
}

func TestUninstallKeepsEdits(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(first(), "cursor"))
	w.write(".agents/skills/alpha/SKILL.md", "# alpha, mine\n")
	w.write(".agents/skills/beta/mine.md", "mine\n")
	w.uninstall(Removal{})
	if got := w.read(".agents/skills/alpha/SKILL.md"); got != "# alpha, mine\n" {
		t.Errorf("alpha is %q", got)
	}
	if !w.exists(".agents/skills/beta/mine.md") || w.exists(".agents/skills/beta/SKILL.md") {
		t.Errorf("beta is wrong:\n%s", w.tree())
	}
	// They come together again, with the edit kept.
	w.install(w.request(first(), "cursor"))
	if got := w.read(".agents/skills/alpha/SKILL.md"); got != "# alpha, mine\n" {
		t.Errorf("alpha is %q after another install", got)
	}
	if !w.exists(".agents/skills/beta/SKILL.md") {
		t.Error("beta was not put beside the user's file")
	}
}

func TestNothingIsWrittenThroughLinks(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(first(), "cursor"))
	w.write("elsewhere/a.md", "a 1\n")
	refs := filepath.Join(w.home, ".agents/skills/alpha/references")
	if err := os.RemoveAll(refs); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(w.home, "elsewhere"), refs); err != nil {
		t.Skip("no links here:", err)
	}
	before := w.read("elsewhere/a.md")
	req := w.request(second(), "cursor")
	req.Force = true
	req.Command = "update"
	plan, err := NewUpdate(w.receipt(), req)
	if err != nil {
		t.Fatal(err)
	}
	w.try(plan)
	if w.exists("elsewhere/b.md") || w.read("elsewhere/a.md") != before {
		t.Errorf("something was written through the link:\n%s", w.tree())
	}
}

func TestLinkedFoldersAndConfigsStayLinks(t *testing.T) {
	w := newWorld(t)
	w.write("dotfiles/cursor.json", "{\n  \"mcpServers\": {}\n}\n")
	w.write("dotfiles/skills/keep.txt", "keep\n")
	for link, target := range map[string]string{".cursor/mcp.json": "dotfiles/cursor.json", ".agents/skills": "dotfiles/skills"} {
		path := filepath.Join(w.home, link)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(filepath.Join(w.home, target), path); err != nil {
			t.Skip("no links here:", err)
		}
	}
	before := w.tree()
	w.install(w.request(first(), "cursor"))
	if !strings.Contains(w.read("dotfiles/cursor.json"), serverURL) || !w.exists("dotfiles/skills/alpha/SKILL.md") {
		t.Errorf("the targets were not written:\n%s", w.tree())
	}
	w.uninstall(Removal{})
	if got := w.tree(); got != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, got)
	}
}

func TestTwoPathsOfOneFolder(t *testing.T) {
	w := newWorld(t)
	w.write(".claude/skills/keep.txt", "keep\n")
	link := filepath.Join(w.home, ".agents", "skills")
	if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(w.home, ".claude", "skills"), link); err != nil {
		t.Skip("no links here:", err)
	}
	before := w.tree()
	w.install(w.request(first(), "claude-code"))
	w.install(w.request(first(), "claude-code", "cursor"))
	w.uninstall(Removal{Clients: []string{"claude-code"}})
	if !w.exists(".agents/skills/alpha/SKILL.md") {
		t.Error("cursor has lost its skills")
	}
	w.uninstall(Removal{})
	if got := w.tree(); got != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, got)
	}
}

// TestUninstallAfterTheClientRewroteItsFile has a client that parses its file
// and writes it anew, as many do.
func TestUninstallAfterTheClientRewroteItsFile(t *testing.T) {
	const before = "{\"numStartups\":3}"
	w := newWorld(t)
	w.write(".claude.json", before)
	req := w.request(nil, "claude-code", "cursor")
	for i := range req.Targets {
		req.Targets[i].Skills = false
	}
	w.install(req)
	w.write(".claude.json", "{\n  \"numStartups\": 4,\n  \"mcpServers\": {\n    \"fullstory\": {\n      \"type\": \"http\",\n      \"url\": \""+serverURL+"\"\n    }\n  },\n  \"tips\": {}\n}\n")
	w.write(".cursor/mcp.json", "{\"mcpServers\":{\"fullstory\":{\"url\":\""+serverURL+"\"}}}")
	w.uninstall(Removal{})
	const want = "{\n  \"numStartups\": 4,\n  \"tips\": {}\n}\n"
	if got := w.read(".claude.json"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if w.exists(".cursor") {
		t.Errorf("a file that fsskills made stays although nothing is in it:\n%s", w.tree())
	}
}

// TestUninstallAfterAnEditElsewhere has a user who edits around our entry.
func TestUninstallAfterAnEditElsewhere(t *testing.T) {
	w := newWorld(t)
	w.write(".cursor/mcp.json", "{ \"mcpServers\": { \"a\": { \"command\": \"a\" } } }\n")
	req := w.request(nil, "cursor")
	req.Targets[0].Skills = false
	w.install(req)
	now := w.read(".cursor/mcp.json")
	w.write(".cursor/mcp.json", strings.Replace(now, `"command": "a"`, `"command": "b"`, 1))
	// Another install sees that all is right and keeps the way back.
	w.install(req)
	w.uninstall(Removal{})
	if got, want := w.read(".cursor/mcp.json"), "{ \"mcpServers\": { \"a\": { \"command\": \"b\" } } }\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	// Something leans on our text: it goes by structure.
	w.write(".cursor/mcp.json", "{\"mcpServers\":{}}")
	w.install(req)
	now = w.read(".cursor/mcp.json")
	w.write(".cursor/mcp.json", strings.TrimSuffix(now, "}}")+`,"b":{"command":"b"}}}`)
	w.uninstall(Removal{})
	if got, want := w.read(".cursor/mcp.json"), `{"mcpServers":{"b":{"command":"b"}}}`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestModesAndEditedLeftovers(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(first(), "cursor"))
	skill := filepath.Join(w.home, ".agents", "skills", "alpha")
	if err := os.Chmod(filepath.Join(skill, "SKILL.md"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.write(".agents/skills/alpha/references/a.md", "mine\n") // upstream is about to drop it
	w.update(w.request(second(), "cursor"))
	info, err := os.Stat(filepath.Join(skill, "SKILL.md"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" { // which keeps no modes
		t.Errorf("the user's mode was not kept: %v", info.Mode())
	}
	if got := w.read(".agents/skills/alpha/references/a.md"); got != "mine\n" {
		t.Errorf("an edited file that upstream dropped is %q", got)
	}
}

func TestBackupsAreBounded(t *testing.T) {
	w := newWorld(t)
	for i := range maxBackups + 5 {
		s := first()
		if i%2 == 1 {
			s = second()
		}
		req := w.request(s, "cursor")
		req.Force = true
		w.install(req)
		if w.exists(".local/state/fsskills/" + journalName) {
			t.Fatal("the journal stays after an operation")
		}
	}
	ops, err := w.store.Operations()
	if err != nil {
		t.Fatal(err)
	}
	if len(ops) != maxBackups {
		t.Errorf("%d backups, want %d", len(ops), maxBackups)
	}
	if newest := w.receipt().Operation; ops[0].ID != newest {
		t.Errorf("the newest backup is %s, the last operation %s", ops[0].ID, newest)
	}
	if ops[len(ops)-1].Command != "install" || ops[0].ID <= ops[len(ops)-1].ID {
		t.Error("the wrong backups went")
	}
}

// TestFinishedButNotFiled has an operation killed after its receipt: it is
// complete, and its leftovers are tidied away.
func TestFinishedButNotFiled(t *testing.T) {
	w := newWorld(t)
	seed(w)
	w.install(w.request(first(), "cursor"))
	after := w.tree()
	id := w.receipt().Operation
	if err := os.Rename(w.store.backupPath(id), w.store.path(journalName)); err != nil {
		t.Fatal(err)
	}
	w.write(".agents/"+stageName("skills", id)+"/alpha/SKILL.md", "half\n")
	w.write(".cursor/.mcp.json.fsskills-"+id, "half\n")
	r, err := w.store.Recover()
	if err != nil || r == nil || !r.Finished {
		t.Fatalf("got %+v, %v", r, err)
	}
	if got := w.tree(); got != after {
		t.Errorf("got:\n%s\nwant:\n%s", got, after)
	}
}

// TestDamagedState has files of fsskills' own that cannot be read: an error
// that names the file, never "nothing installed".
func TestDamagedState(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(first(), "cursor"))
	for _, damage := range []string{"", "{", "{\"version\": 99}", "[]"} {
		w.write(".local/state/fsskills/receipt.json", damage)
		_, err := w.store.Receipt()
		var corrupt *CorruptError
		if !errors.As(err, &corrupt) || corrupt.Path != w.store.path(receiptName) || corrupt.Hint() == "" {
			t.Errorf("%q: %v", damage, err)
		}
	}
	for _, damage := range []string{"", "no archive", strings.Repeat("\x00", 2048)} {
		w.write(".local/state/fsskills/"+journalName, damage)
		_, err := w.store.Recover()
		if _, ok := errors.AsType[*CorruptError](err); !ok {
			t.Errorf("%q: %v", damage, err)
		}
	}
}

// TestFilesBecomeFolders has upstream make a folder of a file and the reverse.
func TestFilesBecomeFolders(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(snapshot("1", map[string]string{"alpha/SKILL.md": "1\n", "alpha/foo": "a file\n", "alpha/ref/x": "x\n", "alpha/ref/y": "y\n"}), "cursor"))
	next := snapshot("2", map[string]string{"alpha/SKILL.md": "1\n", "alpha/foo/bar": "now inside\n", "alpha/ref": "a file now\n"})
	w.update(w.request(next, "cursor"))
	if got := w.read(".agents/skills/alpha/foo/bar") + w.read(".agents/skills/alpha/ref"); got != "now inside\na file now\n" {
		t.Errorf("got %q", got)
	}
	w.uninstall(Removal{})
	if w.exists(".agents") {
		t.Errorf("something stays:\n%s", w.tree())
	}
	// What the user has in the way stays.
	w.install(w.request(snapshot("1", map[string]string{"alpha/SKILL.md": "1\n", "alpha/ref/x": "x\n"}), "cursor"))
	w.write(".agents/skills/alpha/ref/mine", "mine\n")
	w.update(w.request(next, "cursor"))
	if got := w.read(".agents/skills/alpha/ref/mine"); got != "mine\n" {
		t.Errorf("the user's file is %q", got)
	}
}

// TestLinkToOurSkill has a user who links one client's skill to another's.
func TestLinkToOurSkill(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(first(), "cursor"))
	link := filepath.Join(w.home, ".claude", "skills", "alpha")
	if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(w.home, ".agents", "skills", "alpha"), link); err != nil {
		t.Skip("no links here:", err)
	}
	w.install(w.request(first(), "claude-code", "cursor"))
	w.uninstall(Removal{Clients: []string{"cursor"}})
	if _, err := os.Stat(filepath.Join(link, "SKILL.md")); err != nil {
		t.Errorf("claude-code's link leads nowhere: %v", err)
	}
	w.uninstall(Removal{})
	if w.exists(".agents") || !w.exists(".claude/skills/alpha") {
		t.Errorf("the wrong things stay:\n%s", w.tree())
	}
}

// TestForceGivesBackWhatItDisplaced fails at each step of a takeover.
func TestForceGivesBackWhatItDisplaced(t *testing.T) {
	for _, what := range []string{"link", "file", "link inside"} {
		for step := 1; ; step++ {
			w := newWorld(t)
			place := filepath.Join(w.home, ".agents", "skills", "alpha")
			w.write("mine/SKILL.md", "mine\n")
			if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
				t.Fatal(err)
			}
			var err error
			switch what {
			case "link":
				err = os.Symlink(filepath.Join(w.home, "mine"), place)
			case "file":
				err = os.WriteFile(place, []byte("precious\n"), 0o640)
			default:
				w.install(w.request(first(), "cursor"))
				if err = os.Remove(filepath.Join(place, "SKILL.md")); err == nil {
					err = os.Symlink(filepath.Join(w.home, "mine", "SKILL.md"), filepath.Join(place, "SKILL.md"))
				}
			}
			if err != nil {
				t.Skip("no links here:", err)
			}
			before := w.tree()
			req := w.request(first(), "cursor")
			req.Force = true
			req.Targets[0].Server = nil
			plan := must(NewInstall(w.receipt(), req))
			n := 0
			w.store.step = func(string) error {
				if n++; n == step {
					return errors.New("no")
				}
				return nil
			}
			results, err := w.store.Apply(t.Context(), plan)
			if n < step {
				if what == "link inside" {
					info, err := os.Stat(filepath.Join(place, "SKILL.md"))
					if err != nil || info.Mode().Perm() == 0 {
						t.Errorf("the file that took the link's place: %v, %v", info, err)
					}
				}
				break
			}
			failed := err != nil
			for _, r := range results {
				failed = failed || r.Err != nil && r.Action.Name == "alpha"
			}
			if !failed {
				continue // beta's step
			}
			w.store.step = nil
			if _, err := w.store.Recover(); err != nil {
				t.Fatalf("%s, step %d: %v", what, step, err)
			}
			got := w.tree()
			for line := range strings.Lines(before) {
				if !strings.Contains(got, line) {
					t.Fatalf("%s, step %d: lost %sgot:\n%s", what, step, line, got)
				}
			}
		}
	}
}

func TestRelativeLinkInALinkedFolder(t *testing.T) {
	w := newWorld(t)
	w.write("data/shared/mcp.json", "{}\n")
	if err := os.MkdirAll(filepath.Join(w.home, "data", "cursor"), 0o755); err != nil {
		t.Fatal(err)
	}
	err := errors.Join(
		os.Symlink(filepath.Join("data", "cursor"), filepath.Join(w.home, ".cursor")),
		os.Symlink(filepath.Join("..", "shared", "mcp.json"), filepath.Join(w.home, "data", "cursor", "mcp.json")),
	)
	if err != nil {
		t.Skip("no links here:", err)
	}
	req := w.request(nil, "cursor")
	req.Targets[0].Skills = false
	w.install(req)
	if !strings.Contains(w.read("data/shared/mcp.json"), serverURL) || w.exists("shared") {
		t.Errorf("the wrong file was written:\n%s", w.tree())
	}
}

// TestRecoverFromWhatIsOursNoMore has the user put something else in the place
// of what an interrupted operation was at.
func TestRecoverFromWhatIsOursNoMore(t *testing.T) {
	w := newWorld(t)
	seed(w)
	w.install(w.request(first(), "cursor"))
	id := w.receipt().Operation
	if err := os.Rename(w.store.backupPath(id), w.store.path(journalName)); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(w.store.path(receiptName)); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(w.home, ".cursor", "mcp.json")
	if err := errors.Join(os.Remove(config), os.Mkdir(config, 0o755)); err != nil {
		t.Fatal(err)
	}
	r, err := w.store.Recover()
	if err != nil || r == nil || len(r.Left) != 1 || !strings.Contains(r.Left[0], "mcp.json") {
		t.Fatalf("got %+v, %v", r, err)
	}
	if w.exists(".agents") {
		t.Errorf("the skills were not taken back:\n%s", w.tree())
	}
}

// TestUninstallFromListsThatWeMade has clients with list-shaped roots rewrite
// the files that we made the list in.
func TestUninstallFromListsThatWeMade(t *testing.T) {
	for id, rewrite := range map[string]struct{ rel, before, now, want string }{
		"continue": {
			".continue/config.yaml", "name: Local\nversion: 0.0.1\n",
			"name: Local\nmcpServers:\n    - {type: streamable-http, url: \"" + serverURL + "\", name: fullstory}\nversion: 0.0.2\n",
			"name: Local\nversion: 0.0.2\n",
		},
		"mistral-vibe": {
			".vibe/config.toml", "model = \"m\"\n",
			"model = \"n\"\n\n[[mcp_servers]]\nurl = \"" + serverURL + "\"\nname = \"fullstory\"\n",
			"model = \"n\"\n",
		},
	} {
		t.Run(id, func(t *testing.T) {
			w := newWorld(t)
			w.write(rewrite.rel, rewrite.before)
			req := w.request(nil, id)
			req.Targets[0].Skills = false
			w.install(req)
			w.write(rewrite.rel, rewrite.now)
			w.uninstall(Removal{})
			if got := w.read(rewrite.rel); strings.TrimRight(got, "\n") != strings.TrimRight(rewrite.want, "\n") {
				t.Errorf("got %q, want %q", got, rewrite.want)
			}
		})
	}
}

// TestForceDisplacesOnlyWhatThePlanSaw has the user put a folder of their own
// in the place of a link between the plan and the write.
func TestForceDisplacesOnlyWhatThePlanSaw(t *testing.T) {
	w := newWorld(t)
	place := filepath.Join(w.home, ".agents", "skills", "alpha")
	if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(w.home, "elsewhere"), place); err != nil {
		t.Skip("no links here:", err)
	}
	req := w.request(first(), "cursor")
	req.Force = true
	plan := must(NewInstall(w.receipt(), req))
	if err := os.Remove(place); err != nil {
		t.Fatal(err)
	}
	w.write(".agents/skills/alpha/precious.md", "mine\n")
	for _, r := range w.try(plan) {
		if r.Action.Name == "alpha" && !errors.Is(r.Err, ErrChanged) {
			t.Errorf("got %v, want %v", r.Err, ErrChanged)
		}
	}
	if got := w.read(".agents/skills/alpha/precious.md"); got != "mine\n" {
		t.Errorf("the user's file is %q", got)
	}
}
