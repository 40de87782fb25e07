package cmd_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestDurable sees by the system calls what waits for the disk: the journal
// before anything of the user's is written, each config file before it gets its
// place, and the receipt before its own; and no file of a skill, which can be
// fetched again.
func TestDurable(t *testing.T) {
	bin, err := exec.LookPath("fsskills")
	if err != nil {
		t.Fatal(err)
	}
	p := &faultPlace{t, filepath.Join(t.TempDir(), "000000"), bin}
	for rel, text := range faultHome() {
		p.write(rel, text)
	}
	trace, ws, out := p.disturbed(fault{}, []string{"install", "--yes", "--source", p.path("source")})
	if !ws.Exited() || ws.ExitStatus() != 0 {
		t.Fatalf("%v\n%s", ws, out)
	}
	var synced, placed, unsynced []string
	skills := 0
	for _, c := range trace.calls {
		inState, isSkill := strings.Contains(c.path, "/.local/"), strings.Contains(c.path, "/skills/") || strings.Contains(c.path, "/.fsskills-")
		switch {
		case isSkill && c.name == "fsync":
			t.Errorf("%s: a skill's file is synced", c)
		case isSkill && c.name == opensToWrite:
			skills++
		case c.name == "fsync":
			synced = append(synced, c.path)
		}
		if c.name == opensToWrite && !inState && !strings.Contains(c.path, "/.cache/") && (len(synced) == 0 || !strings.Contains(synced[0], "journal")) {
			t.Errorf("%s: before the journal is on the disk", c)
		}
		from, to, moves := strings.Cut(c.path, " ")
		if moves && strings.HasPrefix(c.name, "renameat") && (strings.Contains(from, ".fsskills-ID.new") || strings.Contains(to, "receipt.json")) {
			placed = append(placed, from)
			if !strings.Contains(strings.Join(synced, "\n"), from) {
				unsynced = append(unsynced, from)
			}
		}
	}
	if len(placed) < 5 || skills == 0 {
		t.Errorf("only %d files are placed, and %d of skills written: %q", len(placed), skills, trace.calls)
	}
	if len(unsynced) > 0 {
		t.Errorf("placed, and not on the disk yet: %q", unsynced)
	}
}
