package installer

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A new skill in a folder is for all who have something there, not only for the
// clients of this run: it must not go while one of them is left.
func TestNewSkillIsForAllOfTheFolder(t *testing.T) {
	one := map[string]string{"one/SKILL.md": "one\n"}
	two := map[string]string{"one/SKILL.md": "one\n", "two/SKILL.md": "two\n"}
	for name, bring := range map[string]func(*world, Request){
		"install": func(w *world, req Request) { w.install(req) },
		"update":  func(w *world, req Request) { w.update(req) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.install(w.request(snapshot("1111", one), "codex", "gemini-cli"))
			bring(w, w.request(snapshot("2222", two), "codex"))
			r := w.receipt()
			for _, item := range r.Items {
				if diff := cmp.Diff([]string{"codex", "gemini-cli"}, item.Clients); diff != "" {
					t.Errorf("%s:\n%s", item.Name, diff)
				}
			}
			if len(r.Items) != 2 {
				t.Errorf("%d skills are recorded", len(r.Items))
			}
		})
	}
}
