package cmd

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestHelpPages walks all commands: each page says what it should and fits a
// narrow terminal, except for lines that are to be copied.
func TestHelpPages(t *testing.T) {
	env, out, _ := testEnv(t)
	env.OutTTY, env.Width = true, 40
	root := newRoot(env)

	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		t.Run(strings.ReplaceAll(c.CommandPath(), " ", "_"), func(t *testing.T) {
			out.Reset()
			if err := writeHelp(env, c); err != nil {
				t.Fatal(err)
			}
			page := out.String()
			for _, part := range []string{"\nUsage:\n", "\nExit status:\n", "\n  130  interrupted\n"} {
				if !strings.Contains(page, part) {
					t.Errorf("no %q in the page:\n%s", part, page)
				}
			}
			if c.Short == "" || strings.HasSuffix(c.Short, ".") {
				t.Errorf("short help %q is empty or ends with a full stop", c.Short)
			}
			if c.HasParent() && c.Example == "" {
				t.Error("no examples")
			}
			for line := range strings.Lines(page) {
				copied := strings.HasPrefix(line, "  fsskills ")
				if n := cells(strings.TrimRight(line, "\n")); n > env.Width && !copied {
					t.Errorf("takes %d cells of %d: %q", n, env.Width, line)
				}
			}
		})
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(root)
}
