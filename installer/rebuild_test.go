package installer

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"fsskills/registry"
)

// live brings a home into a random state by a number of runs and edits.
func live(w *world, rnd *rand.Rand, runs int) {
	w.t.Helper()
	all := [][]string{{"claude-code"}, {"cursor"}, {"codex", "cursor"}, {"claude-code", "cursor", "codex"}}
	for range runs {
		ids := all[rnd.IntN(len(all))]
		snap := []*registry.Snapshot{first(), second()}[rnd.IntN(2)]
		switch rnd.IntN(8) {
		case 0, 1, 2:
			w.install(w.request(snap, ids...))
		case 3, 4:
			w.update(w.request(snap, ids...))
		case 5:
			w.uninstall(Removal{Clients: ids[:1]})
		case 6:
			dir := []string{".agents/skills/", ".claude/skills/"}[rnd.IntN(2)]
			if w.exists(dir + "alpha") {
				w.write(dir+"alpha/"+[]string{"SKILL.md", "run.sh", "mine.md"}[rnd.IntN(3)], fmt.Sprint("mine ", rnd.IntN(100), "\n"))
			}
		case 7:
			if w.exists(".cursor/mcp.json") {
				w.write(".cursor/mcp.json", strings.Replace(w.read(".cursor/mcp.json"), "\"a\"", "\"b\"", 1))
			}
		}
	}
}

// rebuild works the receipt out anew and wants that to succeed.
func (w *world) rebuild(req Request) *Rebuilt {
	w.t.Helper()
	b, err := w.store.Rebuild(req)
	if err != nil || b == nil {
		w.t.Fatalf("got %+v, %v", b, err)
	}
	return b
}

// copyTree makes to as from is.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	if err := os.RemoveAll(to); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), info.Mode().Perm())
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), data, info.Mode().Perm())
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestRebuildIsExact loses or damages the receipt after any number of runs: the
// backups have all of it.
func TestRebuildIsExact(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			rnd := rand.New(rand.NewPCG(seed, 1))
			w := newWorld(t)
			seedHome(w)
			w.install(w.request(first(), "cursor"))
			for range 4 {
				live(w, rnd, 3)
				want, home := w.receipt(), w.tree()
				damage := []string{"", "{", "[]", "gone"}[rnd.IntN(4)]
				if damage == "gone" {
					w.remove(".local/state/fsskills/" + receiptName)
				} else {
					w.write(".local/state/fsskills/"+receiptName, damage)
				}
				b := w.rebuild(w.request(nil, "claude-code", "cursor", "codex"))
				got := w.receipt()
				if !b.Exact || !got.equal(want) || got.Operation != want.Operation {
					t.Fatalf("from %s, exact %v:\n%+v\nwant\n%+v", b.From, b.Exact, got, want)
				}
				if w.tree() != home {
					t.Fatal("the home has changed")
				}
				if damage == "gone" {
					if b.Aside != "" {
						t.Errorf("%s is kept, and nothing was there", b.Aside)
					}
				} else if data, err := os.ReadFile(b.Aside); err != nil || string(data) != damage {
					t.Errorf("the damaged receipt is not kept: %q, %v", data, err)
				}
			}
		})
	}
}

// seedHome is seed, and a skill that was there before.
func seedHome(w *world) {
	seed(w)
	w.write(".claude/skills/beta/SKILL.md", "# beta 1\n")
}

// TestRebuildOfLess has backups that do not hold the receipt: what uninstall
// and update make of the home is what they make of it with the true receipt.
func TestRebuildOfLess(t *testing.T) {
	for seed := range uint64(10) {
		for _, after := range []struct {
			name string
			run  func(w *world)
		}{
			{"uninstall", func(w *world) { w.uninstall(Removal{}) }},
			{"forced uninstall", func(w *world) { w.uninstall(Removal{Force: true}) }},
			{"update", func(w *world) { w.update(w.request(second(), "claude-code", "cursor", "codex")) }},
		} {
			t.Run(fmt.Sprint(seed, " ", after.name), func(t *testing.T) {
				t.Parallel()
				rnd := rand.New(rand.NewPCG(seed, 2))
				w := newWorld(t)
				seed := seedHome
				seed(w)
				w.install(w.request(first(), "claude-code", "cursor"))
				live(w, rnd, 4)
				w.install(w.request(first(), "claude-code", "cursor", "codex"))
				w.write(".agents/skills/beta/more.md", "mine\n")

				kept := filepath.Join(t.TempDir(), "home")
				copyTree(t, w.home, kept)
				after.run(w)
				want := w.tree()

				copyTree(t, kept, w.home)
				w.strip()
				b := w.rebuild(w.request(nil, "claude-code", "cursor", "codex"))
				if b.Exact {
					t.Errorf("%s cannot be exact", b.From)
				}
				after.run(w)
				if got := w.tree(); got != want {
					t.Errorf("got:\n%s\nwant:\n%s", got, want)
				}
			})
		}
	}
}

// TestReplayOfWhatWasLeft has an uninstall that leaves an edited file, and an
// install that takes the skill up again, as the last operation: its changes
// tell which of the skill's files are live.
func TestReplayOfWhatWasLeft(t *testing.T) {
	for name, again := range map[string]bool{"uninstalled": false, "installed again": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.install(w.request(first(), "cursor"))
			w.write(".agents/skills/alpha/SKILL.md", "# mine\n")
			w.uninstall(Removal{Command: "uninstall"})
			if again {
				w.install(w.request(first(), "cursor"))
			}
			folder := filepath.Join(w.home, ".agents", "skills")
			want := w.receipt().Item(folder, "alpha")
			w.strip()
			w.rebuild(w.request(nil, "cursor"))
			got := w.receipt().Item(folder, "alpha")
			if want == nil || got == nil || got.Left != want.Left || want.Left == again || len(got.Files) != len(want.Files) {
				t.Fatalf("got %+v, want %+v", got, want)
			}
			w.update(w.request(second(), "cursor"))
			if w.exists(".agents/skills/alpha/references/b.md") != again {
				t.Errorf("after an update:\n%s", w.tree())
			}
		})
	}
}

// strip takes the receipts out of the newest backup, and the others away.
func (w *world) strip() {
	w.t.Helper()
	w.remove(".local/state/fsskills/" + receiptName)
	w.remove(".local/state/fsskills/" + recordedName)
	backups, err := w.store.backedUp()
	if err != nil || len(backups) == 0 {
		w.t.Fatal(backups, err)
	}
	newest := backups[len(backups)-1]
	r, err := readOperation(newest.path)
	if err != nil {
		w.t.Fatal(err)
	}
	r.members = slices.DeleteFunc(r.members, func(m member) bool { return m.name == afterName })
	if err := r.write(newest.path); err != nil {
		w.t.Fatal(err)
	}
}

// TestRebuildWithoutBackups knows nothing but the disk: what is found there
// counts as found, and uninstall leaves it.
func TestRebuildWithoutBackups(t *testing.T) {
	w := newWorld(t)
	seed(w)
	w.install(w.request(first(), "cursor"))
	w.write(".agents/skills/alpha/mine.md", "mine\n")
	w.write(".agents/skills/own/SKILL.md", "# mine\n")
	w.remove(".local/state/fsskills/backups")
	w.write(".local/state/fsskills/"+receiptName, "{")
	req := w.request(nil, "claude-code", "cursor", "codex")
	req.Versions = versions(first(), second())
	home := w.tree()
	b := w.rebuild(req)
	if b.Exact || b.From != "" {
		t.Errorf("from %q, exact %v", b.From, b.Exact)
	}
	r := w.receipt()
	for _, name := range []string{"alpha", "beta"} {
		item := r.Item(filepath.Join(w.home, ".agents", "skills"), name)
		if item == nil || !item.Adopted || item.Commit != first().Commit || !slices.Equal(item.Clients, []string{"codex", "cursor"}) {
			t.Errorf("%s: %+v", name, item)
		}
	}
	server := r.Server(filepath.Join(w.home, ".cursor", "mcp.json"))
	if len(r.Items) != 2 || server == nil || !server.Found || server.URL != serverURL {
		t.Errorf("got %+v", r)
	}
	w.uninstall(Removal{})
	if got := w.tree(); got != home {
		t.Errorf("uninstall took what may have been there before:\n%s\nwant:\n%s", got, home)
	}
	w.uninstall(Removal{Force: true})
	if w.exists(".agents/skills/alpha/SKILL.md") || !w.exists(".agents/skills/alpha/mine.md") || !w.exists(".agents/skills/own/SKILL.md") {
		t.Errorf("with force:\n%s", w.tree())
	}
	if strings.Contains(w.read(".cursor/mcp.json"), serverURL) {
		t.Error("the entry is there with force, too")
	}
}

// TestRebuildAndUpdate follows upstream after a rebuild from the disk alone.
func TestRebuildAndUpdate(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(first(), "cursor"))
	w.remove(".local/state/fsskills")
	w.write(".local/state/fsskills/"+receiptName, "")
	req := w.request(nil, "cursor")
	req.Versions = versions(first(), second())
	w.rebuild(req)
	w.update(w.request(second(), "cursor"))
	if got := w.read(".agents/skills/alpha/SKILL.md"); got != "# alpha 2\n" {
		t.Errorf("alpha is %q", got)
	}
}

// TestRebuildBesideABrokenBackup names the backup and goes by the one before
// it and by what is on the disk.
func TestRebuildBesideABrokenBackup(t *testing.T) {
	w := newWorld(t)
	seed(w)
	before := w.tree()
	w.install(w.request(first(), "cursor"))
	w.update(w.request(second(), "cursor"))
	backups, err := w.store.backedUp()
	if err != nil || len(backups) != 2 {
		t.Fatal(backups, err)
	}
	if err := os.WriteFile(backups[1].path, []byte("no archive"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.remove(".local/state/fsskills/" + receiptName)
	req := w.request(nil, "cursor")
	req.Versions = versions(first(), second())
	b := w.rebuild(req)
	if b.Exact || b.From != backups[0].path || !slices.Equal(b.Unread, []string{backups[1].path}) {
		t.Errorf("got %+v", b)
	}
	w.uninstall(Removal{})
	if w.exists(".agents/skills/alpha") {
		t.Errorf("alpha was brought to another version, and is ours:\n%s", w.tree())
	}
	w.uninstall(Removal{Force: true})
	if got := w.tree(); got != before {
		t.Errorf("got:\n%s\nwant:\n%s", got, before)
	}
}

// TestRebuildBesideABackupThatLies has a backup without its end whose changes
// cannot have been: it is passed over like one that cannot be read.
func TestRebuildBesideABackupThatLies(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(first(), "cursor"))
	want := w.receipt()
	w.update(w.request(second(), "cursor"))
	w.strip()
	backups, err := w.store.backedUp()
	if err != nil || len(backups) != 2 {
		t.Fatal(backups, err)
	}
	r, err := readOperation(backups[1].path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range r.Changes {
		if r.Changes[i].After.SHA256 != "" {
			r.Changes[i].After.SHA256 = "no digest"
		}
	}
	if err := r.write(backups[1].path); err != nil {
		t.Fatal(err)
	}
	b := w.rebuild(w.request(nil, "cursor"))
	if b.Exact || b.From != backups[0].path || !slices.Equal(b.Unread, []string{backups[1].path}) || !w.receipt().equal(want) {
		t.Errorf("got %+v", b)
	}
}

// TestRebuildThenRecover loses the receipt in the middle of an operation.
func TestRebuildThenRecover(t *testing.T) {
	for _, at := range []string{"receipt", "folder", "swap"} {
		t.Run(at, func(t *testing.T) {
			w := newWorld(t)
			seed(w)
			w.install(w.request(first(), "cursor"))
			home, want := w.tree(), w.receipt()
			req := w.request(second(), "cursor")
			req.Targets[0].Server.URL = "https://api.eu1.fullstory.com/mcp/fullstory"
			plan := must(NewInstall(w.receipt(), req))
			killed := errors.New("killed")
			w.store.step = func(name string) error {
				if strings.HasPrefix(name, at) {
					return killed
				}
				return nil
			}
			op, contents, err := w.store.operation(plan)
			if err != nil {
				t.Fatal(err)
			}
			j, err := w.store.begin(op, func(i int) []byte { return contents[i] })
			if err != nil {
				t.Fatal(err)
			}
			results := make([]Result, len(plan.Actions))
			for i, a := range plan.Actions {
				results[i].Action = a
			}
			w.store.run(t.Context(), j, results)
			w.store.step = nil
			w.write(".local/state/fsskills/"+receiptName, "{\"version\"")
			b := w.rebuild(w.request(nil, "cursor"))
			if got := w.receipt(); !b.Exact || !got.equal(want) {
				t.Fatalf("got %+v from %s, want %+v", got, b.From, want)
			}
			rec, err := w.store.Recover()
			if err != nil || rec == nil || rec.Finished || len(rec.Left) > 0 {
				t.Fatalf("got %+v, %v", rec, err)
			}
			if got := w.tree(); got != home {
				t.Errorf("got:\n%s\nwant:\n%s", got, home)
			}
		})
	}
}

// TestRecoverKeepsTheReceiptInTheBackup has a kill after the receipt was saved:
// the backup that is filed late has it, too.
func TestRecoverKeepsTheReceiptInTheBackup(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(first(), "cursor"))
	want := w.receipt()
	w.strip()
	backups, err := w.store.backedUp()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(backups[0].path, w.store.path(journalName)); err != nil {
		t.Fatal(err)
	}
	if err := w.store.saveReceipt(want); err != nil {
		t.Fatal(err)
	}
	if rec, err := w.store.Recover(); err != nil || rec == nil || !rec.Finished {
		t.Fatalf("got %+v, %v", rec, err)
	}
	w.remove(".local/state/fsskills/" + receiptName)
	if b := w.rebuild(w.request(nil, "cursor")); !b.Exact || !w.receipt().equal(want) {
		t.Errorf("got %+v", b)
	}
}

// TestRebuildLeavesAGoodReceipt, and one that is only too new.
func TestRebuildLeavesAGoodReceipt(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(first(), "cursor"))
	if b, err := w.store.Rebuild(w.request(nil, "cursor")); b != nil || err != nil {
		t.Errorf("got %+v, %v", b, err)
	}
	newer := `{"version": 99}`
	w.write(".local/state/fsskills/"+receiptName, newer)
	if _, err := w.store.Rebuild(w.request(nil, "cursor")); !isCorrupt(err) {
		t.Errorf("got %v", err)
	}
	if got := w.read(".local/state/fsskills/" + receiptName); got != newer {
		t.Errorf("the newer receipt is %q", got)
	}
}

// TestRebuildTellsHowAnEntrySignsIn by what would change nothing.
func TestRebuildTellsHowAnEntrySignsIn(t *testing.T) {
	w := newWorld(t)
	req := w.request(nil, "cursor", "codex")
	for i := range req.Targets {
		req.Targets[i].Server.Auth, req.Targets[i].Server.KeyEnv = "api-key", "MY_KEY"
	}
	w.install(req)
	w.remove(".local/state/fsskills")
	w.write(".local/state/fsskills/"+receiptName, "")
	w.rebuild(w.request(nil, "cursor", "codex"))
	r := w.receipt()
	if len(r.Servers) != 2 {
		t.Fatalf("got %+v", r.Servers)
	}
	for _, s := range r.Servers {
		if s.Auth != "api-key" || s.KeyEnv != "MY_KEY" || !s.Found {
			t.Errorf("%s: %+v", s.Path, s)
		}
	}
}

// TestRebuildOfAProject has the lock as the source of truth.
func TestRebuildOfAProject(t *testing.T) {
	w := newWorld(t).inProject()
	w.store.Project = w.sys.Project
	w.install(w.request(first(), "cursor", "claude-code"))
	home, want := w.tree(), w.receipt()
	w.write(".local/state/fsskills/"+receiptName, "{")
	if b := w.rebuild(w.request(nil, "cursor")); !b.Exact || !w.receipt().equal(want) {
		t.Errorf("got %+v, want %+v", w.receipt(), want)
	}
	w.remove(".local")
	w.write(".local/state/fsskills/"+receiptName, "{")
	w.rebuild(w.request(nil, "cursor"))
	if w.tree() != home {
		t.Error("the home has changed")
	}
	w.uninstall(Removal{})
	if w.exists("web/.agents") || w.exists("web/.cursor") || w.exists("web/"+LockfileName) {
		t.Errorf("what the lock names is there:\n%s", w.tree())
	}
}

// TestRebuildFromWhatWasRecordedLast has the newest backup broken, and a receipt
// from after that operation which no backup has.
func TestRebuildFromWhatWasRecordedLast(t *testing.T) {
	w := newWorld(t)
	seed(w)
	w.install(w.request(first(), "cursor"))
	w.update(w.request(second(), "cursor"))
	req := w.request(second(), "codex")
	req.Targets[0].Server = nil
	w.install(req) // the skills are there already
	want := w.receipt()
	if err := os.WriteFile(w.store.backupPath(want.Operation), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	w.remove(".local/state/fsskills/" + receiptName)
	b := w.rebuild(w.request(nil, "cursor"))
	if got := w.receipt(); !b.Exact || !got.equal(want) || got.Operation != want.Operation {
		t.Errorf("from %s, exact %v:\n%+v\nwant\n%+v", b.From, b.Exact, got, want)
	}

	// Without the newest backup, an older record is no whole truth.
	w.update(w.request(first(), "cursor"))
	if err := os.WriteFile(w.store.backupPath(w.receipt().Operation), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	w.remove(".local/state/fsskills/" + receiptName)
	if b := w.rebuild(w.request(nil, "cursor")); b.Exact || b.From != w.store.path(recordedName) {
		t.Errorf("from %s, exact %v", b.From, b.Exact)
	}
}

// TestRebuildIsLeftToANewerOne that has made the newest backup.
func TestRebuildIsLeftToANewerOne(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(first(), "cursor"))
	path := w.store.backupPath(w.receipt().Operation)
	r, err := readOperation(path)
	if err != nil {
		t.Fatal(err)
	}
	r.Was.Version = receiptVersion + 1
	if err := r.write(path); err != nil {
		t.Fatal(err)
	}
	w.write(".local/state/fsskills/"+receiptName, "")
	_, err = w.store.Rebuild(w.request(nil, "cursor"))
	if corrupt, ok := errors.AsType[*CorruptError](err); !ok || !corrupt.Newer() || w.read(".local/state/fsskills/"+receiptName) != "" {
		t.Errorf("got %v", err)
	}
}
