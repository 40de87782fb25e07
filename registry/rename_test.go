package registry

import (
	"maps"
	"strings"
	"testing"
)

// skillOf is a skill from files: path, text, path, text and so on.
func skillOf(name string, files ...string) Skill {
	s := ParseSkill(name, []byte(files[1]))
	for i := 0; i < len(files); i += 2 {
		s.Files = append(s.Files, File{Path: files[i], Data: []byte(files[i+1])})
	}
	return s
}

// manual is a SKILL.md.
func manual(name, body string) string {
	return "---\nname: " + name + "\ndescription: An example.\n---\n" + body
}

func TestRenamed(t *testing.T) {
	const body = "# Heading\n\nDo this first.\nThen do that.\nAnd say so.\n"
	long := strings.Repeat("A line that every skill has.\n", 40)
	old := skillOf("old", "SKILL.md", manual("old", body))
	for _, test := range []struct {
		name        string
		gone, fresh []Skill
		want        map[string]string
	}{
		{"the name alone has changed", []Skill{old}, []Skill{skillOf("new", "SKILL.md", manual("new", body))}, map[string]string{"old": "new"}},
		{"a line has, too", []Skill{old}, []Skill{skillOf("new", "SKILL.md", manual("new", strings.Replace(body, "Heading", "Title", 1)))}, map[string]string{"old": "new"}},
		{"line ends", []Skill{old}, []Skill{skillOf("new", "SKILL.md", strings.ReplaceAll(manual("new", body), "\n", "\r\n"))}, map[string]string{"old": "new"}},
		{"without front matter", []Skill{skillOf("old", "SKILL.md", body)}, []Skill{skillOf("new", "SKILL.md", body)}, map[string]string{"old": "new"}},
		{"front matter alone", []Skill{skillOf("old", "SKILL.md", manual("old", ""))}, []Skill{skillOf("new", "SKILL.md", manual("new", ""))}, map[string]string{"old": "new"}},
		{"empty front matter", []Skill{skillOf("old", "SKILL.md", "---\n---\n"+body)}, []Skill{skillOf("new", "SKILL.md", "---\n---\n"+body)}, map[string]string{"old": "new"}},
		{"another body under the same front matter", []Skill{old}, []Skill{skillOf("new", "SKILL.md", manual("new", "Something else.\n"))}, nil},
		{"another body beside the same big file", []Skill{skillOf("old", "SKILL.md", manual("old", body), "LICENSE", long)}, []Skill{skillOf("new", "SKILL.md", manual("new", "Something else.\n"), "LICENSE", long)}, nil},
		{"the same body beside other big files", []Skill{skillOf("old", "SKILL.md", manual("old", body), "a.md", long)}, []Skill{skillOf("new", "SKILL.md", manual("new", body), "a.md", strings.Repeat("Other words.\n", 90))}, nil},
		{"two that are just as much like it", []Skill{old}, []Skill{skillOf("new", "SKILL.md", manual("new", body)), skillOf("neu", "SKILL.md", manual("neu", body))}, nil},
		{"two, one of them more", []Skill{old}, []Skill{skillOf("new", "SKILL.md", manual("new", body)), skillOf("most", "SKILL.md", manual("most", body+"And more of it.\n"))}, map[string]string{"old": "new"}},
		{"two of the old ones are the same", []Skill{old, skillOf("too", "SKILL.md", manual("too", body))}, []Skill{skillOf("new", "SKILL.md", manual("new", body))}, nil},
		{"nothing there", []Skill{{Name: "old"}}, []Skill{{Name: "new"}}, nil},
		{"none fresh", []Skill{old}, nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := Renamed(test.gone, test.fresh); !maps.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
