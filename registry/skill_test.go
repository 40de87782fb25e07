package registry

import (
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestParseSkill(t *testing.T) {
	front := func(lines string) string { return "---\n" + lines + "\n---\n\n# Body\n" }
	const ok = "name: demo\ndescription: Shows.\n"
	tests := []struct {
		name, text  string
		description string
		automatic   bool // not user-invocable
		traits      []Trait
		warnings    int // beyond one for each trait
	}{
		{"good", demo, "Shows how it is done.", false, nil, 0},
		{"CRLF", strings.ReplaceAll(demo, "\n", "\r\n"), "Shows how it is done.", false, nil, 0},
		{"BOM", bom + demo, "Shows how it is done.", false, []Trait{TraitBOM}, 0},
		{"automatic", front(ok + "user-invocable: false"), "Shows.", true, nil, 0},
		{"automatic, quoted", front(ok + `user-invocable: "False"`), "Shows.", true, nil, 0},
		{"invocable", front(ok + "user-invocable: true"), "Shows.", false, nil, 0},
		{"null means default", front(ok + "user-invocable:"), "Shows.", false, nil, 0},
		{"folded", front("name: demo\ndescription: >\n  One: two\n  three."), "One: two three.", false, nil, 0},
		{"quoted", front("name: demo\ndescription: \"One: two\""), "One: two", false, nil, 0},
		{"alias", front("name: &n demo\ndescription: *n"), "demo", false, nil, 0},
		{"dashes inside", front("name: demo\ndescription: a --- b"), "a --- b", false, nil, 0},
		{"colon", front("name: demo\ndescription: Use when: you can"), "Use when: you can", false, []Trait{TraitUnquotedColon}, 0},
		{"colon at the end", front("name: demo\ndescription: Use when:"), "Use when:", false, []Trait{TraitUnquotedColon}, 0},
		{"colon and quote", front("name: demo\ndescription: It's this: x"), "It's this: x", false, []Trait{TraitUnquotedColon}, 0},
		{"colon on a second line", front("name: demo\ndescription: One\n  two: three"), "One two: three", false, []Trait{TraitUnquotedColon}, 0},
		{"colon and automatic", front("name: demo\ndescription: a: b\nuser-invocable: false"), "a: b", true, []Trait{TraitUnquotedColon}, 0},
		{"broken", front("name: demo\ndescription: Shows.\nmetadata: [a"), "Shows.", false, []Trait{TraitBrokenYAML}, 0},
		{"broken and quoted", front("name: 'demo'\ndescription: \"Shows.\"\n\tx: [a"), "Shows.", false, []Trait{TraitBrokenYAML}, 0},
		{"a list", front("- a\n- b"), "", false, []Trait{TraitBrokenYAML, TraitNoName, TraitNoDescription}, 0},
		{"no front matter", "# Demo\n", "", false, []Trait{TraitNoFrontMatter}, 0},
		{"blank line first", "\n" + demo, "", false, []Trait{TraitNoFrontMatter}, 0},
		{"not closed", "---\nname: demo\n", "", false, []Trait{TraitNoFrontMatter}, 0},
		{"nothing", "", "", false, []Trait{TraitNoFrontMatter}, 0},
		{"empty front matter", "---\n---\n", "", false, []Trait{TraitNoName, TraitNoDescription}, 0},
		{"no name", front("description: Shows."), "Shows.", false, []Trait{TraitNoName}, 0},
		{"no description", front("name: demo"), "", false, []Trait{TraitNoDescription}, 0},
		{"null description", front("name: demo\ndescription: ~"), "", false, []Trait{TraitNoDescription}, 0},
		{"description is a list", front("name: demo\ndescription: [a, b]"), "", false, []Trait{TraitNoDescription}, 0},
		{"longest", front("name: demo\ndescription: " + strings.Repeat("ä", 1024)), strings.Repeat("ä", 1024), false, nil, 0},
		{"too long", front("name: demo\ndescription: " + strings.Repeat("ä", 1025)), strings.Repeat("ä", 1025), false, []Trait{TraitLongDescription}, 0},
		{"too long in UTF-16", front("name: demo\ndescription: " + strings.Repeat("😀", 513)), strings.Repeat("😀", 513), false, []Trait{TraitLongDescription}, 0},
		{"another name", front("name: other\ndescription: Shows."), "Shows.", false, nil, 1},
		{"unknown field", front(ok + "colour: red"), "Shows.", false, nil, 1},
		{"twice", front(ok + "license: MIT\nlicense: MIT"), "Shows.", false, nil, 1},
		{"known fields", front(ok + "license: MIT\ncompatibility: x\nmetadata: {a: b}\nallowed-tools: Read\ndisable-model-invocation: true\nargument-hint: x\nmodel: y\ncontext: fork\nagent: z\nhooks: {}\npaths: []"), "Shows.", false, nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := ParseSkill("demo", []byte(tt.text))
			if s.Name != "demo" || s.Description != tt.description || s.UserInvocable == tt.automatic {
				t.Errorf("name %q, description %q, invocable %t", s.Name, s.Description, s.UserInvocable)
			}
			if diff := cmp.Diff(tt.traits, s.Traits); diff != "" {
				t.Error(diff)
			}
			if len(s.Warnings) != len(tt.traits)+tt.warnings {
				t.Errorf("warnings %q", s.Warnings)
			}
		})
	}
}

// Nothing that fits into the bound for front matter takes long to read.
func TestFrontMatterBombs(t *testing.T) {
	laugh := "a0: &a0 lol\n"
	var lines strings.Builder
	for i := 1; i < 20; i++ {
		lines.WriteString(strings.ReplaceAll("aN: &aN [", "N", string(rune('a'+i))) + strings.Repeat("*a0, ", 9) + "*a0]\n")
	}
	laugh += lines.String()
	fill := maxFrontMatterBytes - 100
	for name, text := range map[string]string{
		"aliases":   laugh,
		"lists":     "x: " + strings.Repeat("[", fill),
		"maps":      "x: " + strings.Repeat("{a: ", fill/4),
		"indents":   strings.Repeat("- ", fill/2),
		"questions": strings.Repeat("? ", fill/2),
		"keys":      strings.Repeat("a:\n", fill/3),
		"tabs":      "x: a: b\n" + strings.Repeat(" \t\n", fill/3),
		"too long":  "name: demo\n#" + strings.Repeat("x", maxFrontMatterBytes),
	} {
		start := time.Now()
		s := ParseSkill("demo", []byte("---\n"+text+"\n---\n"))
		// A bomb takes minutes, a busy machine seconds.
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s took %v", name, took)
		}
		if len(s.Warnings) > maxFields+10 {
			t.Errorf("%s: %d warnings", name, len(s.Warnings))
		}
	}
}

func FuzzParseSkill(f *testing.F) {
	f.Add([]byte(demo))
	f.Add([]byte(bom + "---\r\nname: a\r\ndescription: b: c\r\n---\r\n"))
	f.Add([]byte("---\na: &a [*a]\n? x\n: - y\n---\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := ParseSkill("demo", data)
		if s.Name != "demo" || !utf8.ValidString(s.Description) {
			t.Errorf("name %q, description %q", s.Name, s.Description)
		}
		for _, w := range s.Warnings {
			if len(w) > 500 || strings.Contains(w, "\n") {
				t.Errorf("warning %q", w)
			}
		}
	})
}

func FuzzParseManifest(f *testing.F) {
	f.Add([]byte(`{"plugins":[{"name":"fullstory","source":"./plugins/fullstory"}]}`))
	f.Add([]byte(`{"plugins":[{"name":"fullstory","source":{"a":[]}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		place, _ := parseManifest(data)
		if place != "" && (!filepath.IsLocal(place) || path.Clean(place) != place || path.Base(place) != "skills") {
			t.Errorf("place %q", place)
		}
	})
}

func TestCheckName(t *testing.T) {
	good := []string{"a", "SKILL.md", "a b", "console", "com", "com10", "nulls.md", "ü", ".gitignore", "a..b", "LPT", "COMX"}
	bad := []string{
		"", ".", "..", "a/b", `a\b`, "C:", "a:b", "a?", "a*", "a|b", "a<", "a>", `"`, "a\x00", "a\n", "a\x7f", "a\u0085",
		"con", "CON.txt", "Aux", "nul.tar.gz", "COM1", "com¹", "lpt9.md", "CONIN$", "nul .txt",
		"a.", "a ", ".git", ".GIT", "git~1", "GIT~1", "a\xff", "a\u202eb", "a\u200bb", "\U000E0041",
	}
	for _, name := range good {
		if problem := checkName(name); problem != "" {
			t.Errorf("%q: %s", name, problem)
		}
	}
	for _, name := range bad {
		if checkName(name) == "" {
			t.Errorf("%q is taken", name)
		}
	}
}

func TestCheckSkillName(t *testing.T) {
	for _, name := range []string{"a", "session-review", "a1-2", strings.Repeat("a", 64)} {
		if problem := checkSkillName(name); problem != "" {
			t.Errorf("%q: %s", name, problem)
		}
	}
	for _, name := range []string{"", "-a", "a-", "a--b", "A", "a_b", "a.b", "ä", "a b", "nul", "com1", strings.Repeat("a", 65)} {
		if checkSkillName(name) == "" {
			t.Errorf("%q is taken", name)
		}
	}
}
