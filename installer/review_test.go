package installer

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fsskills/registry"
)

func TestAlarms(t *testing.T) {
	host := func(path string, line int, host string) Finding {
		return Finding{KindSkill, "alpha", registry.Finding{Path: path, Line: line, Kind: registry.FindingHost, Text: host}}
	}
	found := []Finding{
		host("a.md", 1, "one.test"),
		host("b.md", 2, "one.test"),
		{KindSkill, "alpha", registry.Finding{Path: "run", Kind: registry.FindingExecutable, Text: "its mode says so"}},
		{KindSkill, "alpha", registry.Finding{Path: "SKILL.md", Line: 7, Kind: registry.FindingHidden, Text: "1 bidirectional control (U+202E)"}},
	}
	for i := range 5 {
		found = append(found, host("c.md", i+1, fmt.Sprintf("h%d.test", i)))
	}
	more := host("c.md", 9, "and 40 more")
	more.More = 40
	found = append(found, more, Finding{KindAgent, "helper", registry.Finding{Path: "helper.md", Line: 3, Kind: registry.FindingHost, Text: "one.test"}})
	want := []string{
		"alpha: has HIDDEN CHARACTERS, which the assistant reads and you do not see: 1 bidirectional control (U+202E) (SKILL.md:7)",
		"alpha: has files that can be run: run (its mode says so)",
		"alpha: links to hosts that are not Fullstory's: one.test (a.md:1), h0.test (c.md:1), h1.test (c.md:2), h2.test (c.md:3) and 42 more",
		"the agent helper: links to hosts that are not Fullstory's: one.test (helper.md:3)",
	}
	if diff := cmp.Diff(want, Alarms(found)); diff != "" {
		t.Error(diff)
	}
	for _, kind := range registry.FindingKinds() {
		if phrase(kind) == string(kind) {
			t.Errorf("%s has no words", kind)
		}
	}
}
