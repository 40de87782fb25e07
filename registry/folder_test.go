package registry

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFolderLinksAreNotFollowed(t *testing.T) {
	outside := t.TempDir()
	writeFiles(t, outside, map[string]string{"secret/SKILL.md": demo, "key": "x"})
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"skills/good/SKILL.md": skillText("good"), "skills/bad/SKILL.md": skillText("bad")})
	for _, link := range []string{"skills/whole", "skills/bad/part"} {
		if err := os.Symlink(filepath.Join(outside, "secret"), filepath.Join(dir, link)); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
	}
	snap, err := snapshotOf(t, new(Remote), dir, "")
	if err != nil {
		t.Fatal(err)
	}
	var refused []string
	for _, r := range snap.Refused {
		refused = append(refused, r.Path)
	}
	if diff := cmp.Diff([]string{"skills/bad/part", "skills/whole"}, refused); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"skills/good/SKILL.md"}, paths(snap)); diff != "" {
		t.Error(diff)
	}
	// The skills folder itself as a link leads nowhere either.
	linked := t.TempDir()
	if err := os.Symlink(filepath.Join(dir, "skills"), filepath.Join(linked, "skills")); err != nil {
		t.Fatal(err)
	}
	if _, err := snapshotOf(t, new(Remote), linked, ""); !errors.Is(err, ErrNoSkills) {
		t.Errorf("linked skills folder: %v", err)
	}
}
