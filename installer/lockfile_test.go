package installer

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fsskills/clients"
)

// The lock is the same wherever it is written: another home, another root,
// another order of clients.
func TestLockfileIsTheSameEverywhere(t *testing.T) {
	t.Parallel()
	write := func(ids ...string) string {
		w := newWorld(t).inProject()
		w.install(w.request(first(), ids...))
		return w.read("web/" + LockfileName)
	}
	one := write("claude-code", "codex", "gemini-cli")
	if two := write("gemini-cli", "codex", "claude-code"); one != two {
		t.Errorf("two locks:\n%s\n%s", one, two)
	}
	if strings.Contains(one, os.TempDir()) || strings.Contains(one, `\`) {
		t.Errorf("a path of this machine:\n%s", one)
	}
}

// What a lock says is what a clone knows, though the receipt stays elsewhere.
func TestInProjectWithoutReceipt(t *testing.T) {
	t.Parallel()
	w := newWorld(t).inProject()
	w.install(w.request(first(), "claude-code", "codex"))
	// An edited file has the digest that it was written with in the receipt, and
	// upstream's in the lock.
	w.write("web/.claude/skills/alpha/SKILL.md", "# mine\n")
	w.update(w.request(second(), "claude-code", "codex"))
	here := w.receipt()

	lock, err := ReadLockfile(w.sys.Project)
	if err != nil {
		t.Fatal(err)
	}
	there, warnings, err := Receipt{}.InProject(w.sys.Project, lock, clients.All(), w.sys)
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	if len(here.Items) == 0 || len(there.Items) != len(here.Items) || len(there.Servers) != len(here.Servers) {
		t.Fatalf("%d and %d items, %d and %d servers", len(here.Items), len(there.Items), len(here.Servers), len(there.Servers))
	}
	again, err := there.lockfile().encode()
	if err != nil || string(again) != w.read("web/"+LockfileName) {
		t.Errorf("the lock of what the lock says:\n%s\nwant:\n%s", again, w.read("web/"+LockfileName))
	}
	state, changed := there.Item(filepath.Join(w.sys.Project, ".claude", "skills"), "alpha").Inspect()
	if state != StateEdited || len(changed) != 1 || changed[0].Path != "SKILL.md" {
		t.Errorf("the edited skill is %s: %v", state, changed)
	}
}

// Clients that are not known here stay in the lock.
func TestLockKeepsStrangers(t *testing.T) {
	t.Parallel()
	w := newWorld(t).inProject()
	w.install(w.request(first(), "claude-code"))
	path := LockfilePath(w.sys.Project)
	lock, err := ReadLockfile(w.sys.Project)
	if err != nil {
		t.Fatal(err)
	}
	lock.Folders[0].Clients = append(lock.Folders[0].Clients, "tomorrow")
	lock.Folders = append(lock.Folders, LockedFolder{Path: ".tomorrow/skills", Clients: []string{"tomorrow"}})
	for i := range lock.Skills {
		lock.Skills[i].Folders = []string{".claude/skills"}
	}
	lock.Servers = append(lock.Servers, LockedServer{Path: ".tomorrow/mcp.json", Clients: []string{"tomorrow"}, URL: serverURL, Auth: clients.OAuth})
	data, err := lock.encode()
	if err == nil {
		err = os.WriteFile(path, data, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.update(w.request(second(), "claude-code"))
	got := w.read("web/" + LockfileName)
	if n := strings.Count(got, `"tomorrow"`); n != 3 || !strings.Contains(got, ".tomorrow/mcp.json") {
		t.Errorf("%d times tomorrow in:\n%s", n, got)
	}
}

func TestReadLockfileRefuses(t *testing.T) {
	t.Parallel()
	const sum = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	skill := func(name, path, sum string) string {
		file, err := json.Marshal(File{Path: path, SHA256: sum})
		if err != nil {
			t.Fatal(err)
		}
		return `{"version": 1, "source": {}, "folders": [], "skills": [{"name": "` + name + `", "files": [{"path": "SKILL.md", "sha256": "` + sum + `"}, ` + string(file) + `]}]}`
	}
	for name, tt := range map[string]struct{ text, want string }{
		"empty":         {"", "unexpected end"},
		"cut off":       {"{", "not valid JSON"},
		"a list":        {"[]", "fsskills.lock:1:1: the document cannot be an array"},
		"no version":    {"{}", "has no version"},
		"newer":         {`{"version": 2}`, "format version 2"},
		"commit":        {`{"version": 1, "source": {"commit": "main"}}`, "is no commit id"},
		"skill name":    {skill("../x", "a", sum), `"../x"`},
		"path out":      {skill("x", "../a", sum), "is no path of a file"},
		"path absolute": {skill("x", "/a", sum), "is no path of a file"},
		"backslash":     {skill("x", `a\b`, sum), "is no path of a file"},
		"file twice":    {skill("x", "SKILL.md", sum), "there twice"},
		"digest":        {skill("x", "a", "ABC"), "is no sha256"},
		"agent's file":  {`{"version": 1, "agents": [{"name": "x", "files": [{"path": "y.md", "sha256": "` + strings.Repeat("a", 64) + `"}]}]}`, "x is not one file of that name"},
		"agent's files": {`{"version": 1, "agents": [{"name": "x", "files": [{"path": "x.md", "sha256": "` + strings.Repeat("a", 64) + `"}, {"path": "y.md", "sha256": "` + strings.Repeat("a", 64) + `"}]}]}`, "x is not one file of that name"},
		"no SKILL.md":   {`{"version": 1, "skills": [{"name": "x", "files": []}]}`, "has no SKILL.md"},
		"folder out":    {`{"version": 1, "folders": [{"path": "../x"}]}`, "no path below the project"},
		"folder drive":  {`{"version": 1, "folders": [{"path": "C:\\x"}]}`, "no path below the project"},
		"server out":    {`{"version": 1, "servers": [{"path": "/etc/x"}]}`, "no path below the project"},
		"folder twice":  {`{"version": 1, "folders": [{"path": "x", "clients": ["a"]}, {"path": "x", "clients": ["b"]}]}`, "is there twice"},
		"no clients":    {`{"version": 1, "folders": [{"path": "x"}]}`, "has no clients"},
		"auth":          {`{"version": 1, "servers": [{"path": "x", "clients": ["a"], "url": "https://a.test", "auth": "magic"}]}`, "no way to sign in"},
		"variable":      {`{"version": 1, "servers": [{"path": "x", "clients": ["a"], "url": "https://a.test", "auth": "api-key", "keyEnv": "A\nB"}]}`, "no name of a variable"},
		"address":       {`{"version": 1, "servers": [{"path": "x", "clients": ["a"], "url": "file:///etc", "auth": "oauth"}]}`, "no address"},
		"negative":      {`{"version": 1, "servers": [{"path": "x", "clients": ["a"], "url": "https://a.test", "auth": "oauth", "madeRoot": -1}]}`, "negative"},
		"device":        {skill("x", "CON", sum), "reserved on Windows"},
		"too large":     {`{"version": 1}` + strings.Repeat(" ", maxLockfile), "is the limit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			if err := os.WriteFile(LockfilePath(root), []byte(tt.text), 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := ReadLockfile(root)
			lockErr, ok := errors.AsType[*LockfileError](err)
			if !ok || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), LockfileName) || lockErr.Hint() == "" {
				t.Errorf("ReadLockfile = %v, want %q", err, tt.want)
			}
		})
	}
}

// A lock that a pull brings while the plan is worked out is not overwritten.
func TestLockChangesMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t).inProject()
	before := w.receipt()
	w.install(w.request(first(), "claude-code"))
	theirs := w.tree()
	plan, err := NewInstall(before, w.request(first(), "codex"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.store.Apply(t.Context(), plan)
	if lockErr, ok := errors.AsType[*LockfileError](err); !ok || lockErr.Hint() != "run this again" {
		t.Errorf("Apply = %v", err)
	}
	if got := w.tree(); got != theirs {
		t.Errorf("written all the same:\n%s\nwant:\n%s", got, theirs)
	}
}

// What another branch has of its own is not ours, though it is what we once
// wrote on this one.
func TestBranchWithoutLock(t *testing.T) {
	t.Parallel()
	w := newWorld(t).inProject()
	w.install(w.request(first(), "claude-code"))
	if err := os.Remove(LockfilePath(w.sys.Project)); err != nil {
		t.Fatal(err)
	}
	branch := w.tree()
	w.uninstall(Removal{Command: "uninstall"})
	if got := w.tree(); got != branch {
		t.Errorf("taken out:\n%s\nwant:\n%s", got, branch)
	}
	// Asked for again, it is taken over as it stands.
	w.install(w.request(first(), "claude-code"))
	if r := w.receipt(); len(r.Items) == 0 || !r.Items[0].Adopted {
		t.Errorf("the items are %+v", r.Items)
	}
}
