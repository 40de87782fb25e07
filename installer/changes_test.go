package installer

import (
	"fmt"
	"strings"
	"testing"
)

// inShort is news on one line a file.
func inShort(news []SkillChange) string {
	var b strings.Builder
	for _, s := range news {
		fmt.Fprintf(&b, "%s %s", s.Op, s.Name)
		if s.From != "" {
			fmt.Fprintf(&b, " from %s", s.From)
		}
		for _, f := range s.Files {
			fmt.Fprintf(&b, ", %s %s", f.Op, f.Path)
			if f.Counted {
				fmt.Fprintf(&b, " +%d -%d", f.Added, f.Removed)
			}
		}
		b.WriteString("\n")
	}
	return strings.TrimSpace(b.String())
}

func TestNews(t *testing.T) {
	one := map[string]string{
		"alpha/SKILL.md": "a\nb\nc\n", "alpha/old.md": "x\ny\n", "alpha/picture.bin": "\x00\x01",
		"beta/SKILL.md": "b\n", "gone/SKILL.md": "g\n",
		"long/SKILL.md": "# How to\n\nDo this.\nThen that.\n",
	}
	two := map[string]string{
		"alpha/SKILL.md": "a\nB\nc\nd\n", "alpha/new.md": "-- x\n++ y\n", "alpha/picture.bin": "\x00\x02",
		"beta/SKILL.md": "b\n", "fresh/SKILL.md": "f\n",
		"renamed/SKILL.md": "# How to\n\nDo this.\nThen that.\nAnd more.\n",
	}
	const alpha = "update alpha, update SKILL.md +2 -1, create new.md +2 -0, remove old.md +0 -2, update picture.bin\n"
	for _, test := range []struct {
		name  string
		edit  func(*world)
		names []string // of those installed
		want  string
	}{
		{"all of it", nil, nil, alpha + "create fresh, create SKILL.md +1 -0\nremove gone, remove SKILL.md +0 -1\nupdate renamed from long, update SKILL.md +1 -0"},
		{"named skills", nil, []string{"alpha", "beta"}, strings.TrimSpace(alpha)},
		{"one copy is edited", func(w *world) { w.write(".agents/skills/alpha/SKILL.md", "mine\n") }, []string{"alpha"}, strings.TrimSpace(alpha)},
		{"both are", func(w *world) {
			w.write(".agents/skills/alpha/SKILL.md", "mine\n")
			w.write(".claude/skills/alpha/SKILL.md", "mine\n")
		}, []string{"alpha"}, strings.TrimSpace(strings.Replace(alpha, "SKILL.md +2 -1", "SKILL.md", 1))},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			req := w.request(snapshot(strings.Repeat("1", 40), one), "claude-code", "cursor")
			req.Names, req.Choices.Skills = test.names, test.names
			w.install(req)
			if test.edit != nil {
				test.edit(w)
			}
			req = w.request(snapshot(strings.Repeat("2", 40), two), "claude-code", "cursor")
			if got := inShort(req.News(w.receipt())); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
			// Of the snapshot of the commit, all is known.
			req.Before = snapshot(strings.Repeat("1", 40), one)
			want := strings.Replace(test.want, "update SKILL.md, create new", "update SKILL.md +2 -1, create new", 1)
			if got := inShort(req.News(w.receipt())); got != want {
				t.Errorf("with the former snapshot, got\n%s\nwant\n%s", got, want)
			}
		})
	}
}
