package cmd

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fsskills/docs/schema"
)

// TestJSONPage holds docs/json.md to the schemas that there are, and to the
// columns that tables have.
func TestJSONPage(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "docs", "json.md"))
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	for kind := range documentKinds() {
		if file := kind + schema.Suffix; !strings.Contains(page, "\n| "+kind+" | ") || !strings.Contains(page, "["+file+"](schema/"+file+") |\n") {
			t.Errorf("docs/json.md does not name %s", file)
		}
	}

	env, _, _ := testEnv(t)
	env.OutTTY, env.Width = true, 400
	env.ConfigDir = filepath.Join(env.Home, "config")
	withFiles(map[string]string{"source/skills/alpha/SKILL.md": "---\nname: alpha\ndescription: An example.\n---\n"})(t, env.Home)
	run := func(args string) string {
		var out, errOut bytes.Buffer
		env.Out, env.Err = &out, &errOut
		if code := Run(t.Context(), *env, strings.Fields(args)); code != 0 {
			t.Fatalf("fsskills %s: exit status %d\n%s", args, code, &errOut)
		}
		return out.String()
	}
	run("install --yes --source source --client claude-code")
	for _, command := range []string{"list", "list --available", "status", "status --verbose", "clients", "restore"} {
		args := command
		if command == "clients" {
			args += " --all" // what a pipe gets
		}
		title, _, _ := strings.Cut(run(args), "\n")
		want := "| `" + command + "` | " + strings.ToLower(strings.Join(strings.Fields(title), ", ")) + " |\n"
		if !strings.Contains(page, want) {
			t.Errorf("docs/json.md lacks %q", want)
		}
	}
}
