package registry

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// BenchmarkParseSkill reads a SKILL.md with the front matter of one, and with a
// body of some size, which is not parsed.
func BenchmarkParseSkill(b *testing.B) {
	fronts := map[string]string{
		"short": "name: demo\ndescription: shows what it does\n",
		"long":  "name: demo\ndescription: >-\n" + strings.Repeat("  Use it when somebody asks for a thing like this.\n", 20) + "user-invocable: true\nallowed-tools: [Read, Grep]\nmetadata:\n  author: somebody\n  version: \"1\"\n",
		"loose": "name: demo\ndescription: Say it: like this, unquoted\n",
	}
	for _, front := range []string{"short", "long", "loose"} {
		for _, kb := range []int{4, 64} {
			data := []byte("---\n" + fronts[front] + "---\n" + strings.Repeat("A line of instructions.\n", kb<<10/24))
			b.Run(fmt.Sprintf("front=%s/size=%dKB", front, kb), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(data)))
				for b.Loop() {
					if s := ParseSkill("demo", data); s.Description == "" {
						b.Fatal("no description")
					}
				}
			})
		}
	}
}

// BenchmarkCollect reads a folder of skills of ten files each, and looks them
// through.
func BenchmarkCollect(b *testing.B) {
	for _, n := range []int{3, 100, 1000} {
		b.Run(fmt.Sprintf("skills=%d", n), func(b *testing.B) {
			dir := b.TempDir()
			files := fstest.MapFS{}
			for i := range n {
				name := fmt.Sprintf("skill-%d", i)
				text := []byte(skillText(name) + strings.Repeat("A line of instructions.\n", 100))
				files["skills/"+name+"/SKILL.md"] = &fstest.MapFile{Data: text}
				for k := range 9 {
					files[fmt.Sprintf("skills/%s/references/%d.md", name, k)] = &fstest.MapFile{Data: text[len(skillText(name)):]}
				}
			}
			if err := os.CopyFS(dir, files); err != nil {
				b.Fatal(err)
			}
			tree, err := openFolder(dir)
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() {
				if err := tree.root.Close(); err != nil {
					b.Error(err)
				}
			})
			b.ReportAllocs()
			for b.Loop() {
				snap, err := collect(b.Context(), tree, dir)
				if err != nil || len(snap.Skills) != n {
					b.Fatal("not all skills are read:", err)
				}
			}
		})
	}
}
