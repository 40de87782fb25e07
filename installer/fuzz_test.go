package installer

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// FuzzLockfile reads a lock as a repository may have brought it. What is taken
// names places below the project only, and is the same once written and read.
func FuzzLockfile(f *testing.F) {
	const lock = `{"version":1,"source":{"url":"https://example.invalid/x","ref":"main","commit":"` + "0123456789012345678901234567890123456789" + `"},
"skills":[{"name":"alpha","folders":[".claude/skills"],"files":[{"path":"SKILL.md","sha256":"` + "0123456789012345678901234567890101234567890123456789012345678901" + `"}]}],
"folders":[{"path":".claude/skills","clients":["claude-code"]}],
"servers":[{"path":".mcp.json","clients":["claude-code"],"url":"https://api.fullstory.com/mcp/fullstory","auth":"oauth"}]}`
	f.Add([]byte(lock))
	f.Add([]byte(strings.Replace(lock, ".claude/skills", "../skills", 2)))
	f.Add([]byte(strings.Replace(lock, "SKILL.md", "SKILL.md/../../x", 1)))
	f.Add([]byte("<<<<<<< ours\n" + lock))
	f.Fuzz(func(t *testing.T, data []byte) {
		root := t.TempDir()
		l := readLock(t, root, data)
		if l == nil {
			return
		}
		for _, path := range l.paths() {
			if !filepath.IsLocal(path) || path == "." || strings.ContainsAny(path, "\\\x00") {
				t.Errorf("the place %q is taken", path)
			}
		}
		for _, items := range [][]LockedItem{l.Skills, l.Agents} {
			for _, item := range items {
				for _, file := range item.Files {
					if path := item.Name + "/" + file.Path; !filepath.IsLocal(path) || strings.Contains(path, "..") && strings.HasPrefix(filepath.Clean(path), "..") {
						t.Errorf("the file %q is taken", path)
					}
				}
			}
		}
		written, err := l.encode()
		if err != nil {
			t.Fatal(err)
		}
		again := readLock(t, root, written)
		if diff := cmp.Diff(l, again, cmpopts.IgnoreUnexported(Lockfile{}), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("another once it is written:\n%s", diff)
		}
	})
}

// readLock is nil where the lock is refused, which must be in the right words.
func readLock(t *testing.T, root string, data []byte) *Lockfile {
	t.Helper()
	if err := os.WriteFile(LockfilePath(root), data, 0o644); err != nil {
		t.Fatal(err)
	}
	l, err := ReadLockfile(root)
	if err == nil {
		return l
	}
	if refused, ok := errors.AsType[*LockfileError](err); !ok || refused.Hint() == "" || !strings.Contains(err.Error(), LockfileName) {
		t.Errorf("%T: %v", err, err)
	}
	return nil
}

// FuzzReceipt reads a receipt that was damaged. What is taken is safe to act upon:
// each path is absolute, and no file of a skill is outside of its folder.
func FuzzReceipt(f *testing.F) {
	w := newWorld(f)
	w.write(".cursor/mcp.json", "{ \"mcpServers\": { \"a\": { \"command\": \"a\" } } }\n")
	w.install(w.request(first(), "cursor", "claude-code"))
	good := w.read(".local/state/fsskills/" + receiptName)
	f.Add([]byte(good))
	f.Add([]byte(strings.ReplaceAll(good, "SKILL.md", "../x")))
	f.Add([]byte(strings.ReplaceAll(good, `"alpha"`, `".."`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		store := &Store{Dir: t.TempDir()}
		if err := os.WriteFile(store.path(receiptName), data, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := store.Receipt()
		if err != nil {
			if corrupt, ok := errors.AsType[*CorruptError](err); !ok || corrupt.Hint() == "" || !strings.Contains(err.Error(), receiptName) {
				t.Errorf("%T: %v", err, err)
			}
			return
		}
		for _, item := range r.Items {
			if !filepath.IsAbs(item.Folder) || filepath.Dir(item.Path()) != filepath.Clean(item.Folder) && item.Kind == KindSkill {
				t.Errorf("the place %q of %q is taken", item.Path(), item.Name)
			}
			for _, file := range append(item.Files, item.Upstream...) {
				if !filepath.IsLocal(file.Path) || strings.ContainsAny(file.Path, "\x00") {
					t.Errorf("the file %q is taken", file.Path)
				}
			}
		}
		for _, s := range r.Servers {
			if !filepath.IsAbs(s.Path) || strings.ContainsRune(s.Path, 0) {
				t.Errorf("the file %q is taken", s.Path)
			}
		}
		for _, dir := range r.Made {
			if !filepath.IsAbs(dir) {
				t.Errorf("the folder %q is taken", dir)
			}
		}
	})
}
