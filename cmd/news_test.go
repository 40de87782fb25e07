package cmd

import (
	"fmt"
	"strings"
	"testing"

	"fsskills/installer"
	"fsskills/registry"
)

// TestNewsOfManyCommits shows as many as a person would read and says how many
// more there are.
func TestNewsOfManyCommits(t *testing.T) {
	commits := func(n int) []registry.Commit {
		all := make([]registry.Commit, n)
		for i := range all {
			all[i] = registry.Commit{ID: fmt.Sprintf("%040d", i), Subject: strings.Repeat("long ", 100)}
		}
		return all
	}
	for _, test := range []struct {
		history registry.History
		want    string // the line behind the commits
	}{
		{registry.History{Commits: commits(3)}, "gone: alpha"},
		{registry.History{Commits: commits(10)}, "gone: alpha"},
		{registry.History{Commits: commits(12)}, "and 2 before"},
		{registry.History{Commits: commits(10), More: true}, "and more before"},
		{registry.History{Commits: commits(100), More: true}, "and more than 90 before"},
	} {
		var b strings.Builder
		n := news{from: "a", to: "b", history: test.history, skills: []installer.SkillChange{{Name: "alpha", Op: installer.OpRemove}}}
		n.write(&Env{}, &b, style{})
		lines := strings.Split(b.String(), "\n")
		shown := min(len(test.history.Commits), mostCommits)
		if got := strings.TrimSpace(lines[2+shown]); got != test.want {
			t.Errorf("behind %d commits: %q, want %q", shown, got, test.want)
		}
		if w := cells(lines[2]); w > 100 {
			t.Errorf("a subject takes a line of %d cells", w)
		}
	}
}
