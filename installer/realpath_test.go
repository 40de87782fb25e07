package installer

import (
	"os"
	"path/filepath"
	"testing"
)

// Where a path really is does not depend on what else was asked, on whether it
// exists, or on where in it the links are.
func TestRealPaths(t *testing.T) {
	w := newWorld(t)
	w.write("dots/claude/skills/one/SKILL.md", "one\n")
	w.write("dots/config.json", "{}\n")
	w.link("dots/claude", ".claude")
	w.link("dots/config.json", "config.json")
	w.link("nowhere", "broken")
	w.link("loop", "loop")
	home, err := filepath.EvalSymlinks(w.home)
	if err != nil {
		t.Fatal(err)
	}
	all := realPaths{}
	for _, tt := range []struct{ path, want string }{
		{"dots/claude/skills", "dots/claude/skills"},
		{".claude", "dots/claude"},
		{".claude/skills/one", "dots/claude/skills/one"},
		{".claude/skills/two/references", "dots/claude/skills/two/references"},
		{"config.json", "dots/config.json"},
		{"config.json/skills", "dots/config.json/skills"},
		{"broken", "broken"},
		{"broken/skills/one", "broken/skills/one"},
		{"loop/skills", "loop/skills"},
		{"none/skills", "none/skills"},
		{".", "."},
	} {
		path, want := filepath.Join(w.home, tt.path), filepath.Join(home, tt.want)
		for name, got := range map[string]string{
			"asked alone": RealPath(path), "asked first": realPaths{}.of(path), "asked after others": all.of(path),
			"asked again": all.of(path), "not remembered": realPaths(nil).of(path),
		} {
			if got != want {
				t.Errorf("%s, %s: %s, not %s", tt.path, name, got, want)
			}
		}
	}
	for _, path := range []string{"/.claude/skills/", "/.claude/../none", "//.claude/./skills"} {
		path = w.home + filepath.FromSlash(path)
		if got, want := (realPaths{}).of(path), RealPath(path); got != want {
			t.Errorf("%s: %s, not %s", path, got, want)
		}
	}
	if got := RealPath(string(os.PathSeparator)); got != string(os.PathSeparator) {
		t.Errorf("the root is %s", got)
	}
}
