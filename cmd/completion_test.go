package cmd

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
)

func TestCompleteArgs(t *testing.T) {
	words := func(*cobra.Command) []string { return []string{"one\tthe \x1b[1mfirst", "two", "three"} }
	got, directive := completeArgs(words)(nil, []string{"two"}, "")
	if diff := cmp.Diff([]string{"one\tthe first", "three"}, got); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
	if directive != cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveKeepOrder {
		t.Errorf("directive %d, want no files", directive)
	}
}

func TestCompleteList(t *testing.T) {
	words := func(*cobra.Command) []string { return []string{"codex", "cursor\tCursor", "zed"} }
	tests := []struct {
		typed string
		want  []string
	}{
		{"", []string{"codex", "cursor\tCursor", "zed"}},
		{"c", []string{"codex", "cursor\tCursor", "zed"}}, // the shell leaves those that fit
		{"zed,", []string{"zed,codex", "zed,cursor\tCursor"}},
		{"zed,codex,cu", []string{"zed,codex,cursor\tCursor"}},
	}
	for _, test := range tests {
		got, _ := completeList(words)(nil, nil, test.typed)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("words after %q (-want +got):\n%s", test.typed, diff)
		}
	}
}
