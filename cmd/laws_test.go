package cmd_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"fsskills/clients"
	"fsskills/clients/document"
	"fsskills/clients/form"
)

// TestLaws runs each script in testdata/laws with the real binary for every
// client of the catalog and for some of a user's own, in each scope in which it
// has something, and for both ways to sign in. The script finds the client's id in $CLIENT, the scope in
// $SCOPE and the folder that it is about, the home or a project, in $SITE; the
// config file in $CONFIG, a copy of that file's first bytes in $WORK/original
// and the skills folder in $SKILLS. Conditions: [skills] and [server] if the
// client has such a place there, [able] if it can be given the entry.
func TestLaws(t *testing.T) {
	scripts, err := filepath.Glob("testdata/laws/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, c := range append(clients.All(), ownClients(t)...) {
		for _, scope := range []clients.Scope{clients.UserScope, clients.ProjectScope} {
			c, ok := c.In(scope)
			if !ok {
				continue
			}
			for _, auth := range []clients.AuthMethod{clients.OAuth, clients.APIKey} {
				if auth == clients.APIKey && len(c.Servers) == 0 {
					continue // as without one
				}
				t.Run(c.ID+"/"+string(scope)+"/"+string(auth), func(t *testing.T) {
					var law lawful
					testscript.Run(t, testscript.Params{
						Files:               scripts,
						RequireExplicitExec: true,
						Cmds:                scriptCommands(""),
						Setup: func(e *testscript.Env) error {
							err := setup(e)
							if err == nil {
								law, err = settle(e, c, scope, auth)
							}
							if err == nil && !law.skills && !law.server {
								e.T().Skip(c.Name + " has nothing on this system")
							}
							return err
						},
						Condition: func(cond string) (bool, error) {
							switch cond {
							case "skills":
								return law.skills, nil
							case "server":
								return law.server, nil
							case "able":
								return law.able, nil
							}
							return false, fmt.Errorf("unknown condition %s", cond)
						},
					})
				})
			}
		}
	}
}

// ownFile is a user's own file with clients of their own.
const ownFile = "testdata/own.yaml"

func ownClients(t *testing.T) clients.Catalog {
	t.Helper()
	data, err := os.ReadFile(ownFile)
	if err != nil {
		t.Fatal(err)
	}
	sheet, root := form.Read(data)
	sys := clients.System{GOOS: "linux", Home: "/home/you", Getenv: func(string) string { return "" }}
	own := clients.Own(root.Fields("own-clients").At("own-clients"), sys, clients.All())
	if mistakes := sheet.Mistakes(); len(mistakes) > 0 || len(own) == 0 {
		t.Fatalf("%d clients, mistakes: %v", len(own), mistakes)
	}
	return own
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}

// TestLawsOfWrittenKeys does the same with testdata/laws_key for each client
// that can have the key itself in its file.
func TestLawsOfWrittenKeys(t *testing.T) {
	scripts, err := filepath.Glob("testdata/laws_key/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	tried := 0
	sys := clients.System{
		GOOS: runtime.GOOS, Home: t.TempDir(), Getenv: func(string) string { return "" },
		Stat: os.Stat, ReadFile: os.ReadFile, Glob: filepath.Glob,
	}
	for _, c := range append(clients.All(), ownClients(t)...) {
		c, _ := c.In(clients.UserScope)
		file, err := c.ServerFile(sys, clients.Server{Name: clients.ServerName, Auth: clients.APIKey, Literal: true})
		if err != nil || !file.HoldsKey() {
			continue
		}
		tried++
		t.Run(c.ID, func(t *testing.T) {
			testscript.Run(t, testscript.Params{
				Files:               scripts,
				RequireExplicitExec: true,
				Cmds:                scriptCommands(""),
				Setup: func(e *testscript.Env) error {
					if err := setup(e); err != nil {
						return err
					}
					_, err := settle(e, c, clients.UserScope, clients.OAuth)
					e.Setenv("FULLSTORY_API_KEY", "na1.test-key-123/456==")
					return err
				},
			})
		})
	}
	if tried < 2 {
		t.Errorf("only %d clients can have the key itself", tried)
	}
}

// lawful are the conditions of a script of the laws.
type lawful struct{ skills, server, able bool }

// settle gives the home or the project of a script the client's config file, as
// a user might have it, and tells the script where things are.
func settle(e *testscript.Env, c clients.Client, scope clients.Scope, auth clients.AuthMethod) (law lawful, err error) {
	site := e.Getenv("HOME")
	if scope == clients.ProjectScope {
		site = filepath.Join(e.WorkDir, "site")
		if err := os.MkdirAll(filepath.Join(site, ".git"), 0o755); err != nil {
			return law, err
		}
	}
	sys := clients.System{
		GOOS: runtime.GOOS, Home: e.Getenv("HOME"), Project: site, Getenv: e.Getenv,
		LookPath: func(string) (string, error) { return "", os.ErrNotExist },
		Stat:     os.Stat, ReadFile: os.ReadFile, Glob: filepath.Glob,
	}
	if c.Evidence == clients.Defined {
		if err := copyFile(ownFile, filepath.Join(e.Getenv("XDG_CONFIG_HOME"), "fsskills", "config.yaml")); err != nil {
			return law, err
		}
	}
	url, _ := clients.ServerURL("us")
	file, err := c.ServerFile(sys, clients.Server{Name: clients.ServerName, URL: url, Auth: auth, KeyEnv: "FULLSTORY_API_KEY"})
	law = lawful{skills: c.SkillsDir(sys) != "", server: file.Path != "", able: err == nil}
	for name, value := range map[string]string{
		"CLIENT": c.ID, "SCOPE": string(scope), "SITE": site, "AUTH": string(auth), "CONFIG": file.Path, "SKILLS": c.SkillsDir(sys),
	} {
		e.Setenv(name, value)
	}
	if !law.server {
		return law, nil
	}
	if err := os.MkdirAll(filepath.Dir(file.Path), 0o755); err != nil {
		return law, err
	}
	data := []byte(sample(file))
	if err := os.WriteFile(file.Path, data, 0o640); err != nil {
		return law, err
	}
	return law, os.WriteFile(filepath.Join(e.WorkDir, "original"), data, 0o644)
}

// sample is a config file with another server and a setting on either side.
func sample(file clients.ServerFile) string {
	root := file.Place.Root
	switch {
	case file.Format == document.TOML && file.Place.ListKey != "":
		return fmt.Sprintf("# mine\nmodel = \"m\" # a model\n\n[[%s]]\n%s = \"other\" # keep\ncommand = \"other\"\n\n[[models]]\nname = \"m\"\n", strings.Join(root, "."), file.Place.ListKey)
	case file.Format == document.TOML:
		return fmt.Sprintf("# mine\nmodel = \"m\" # a model\n\n[%s.other]\ncommand = \"other\" # keep\n\n[tui]\ntheme = \"dark\"\n", strings.Join(root, "."))
	case file.Format == document.YAML && file.Place.ListKey != "":
		return fmt.Sprintf("# mine\nname: m   # a model\nversion: 1.0.0\n%s:\n- %s: other  # keep\n  command: other\n\n# the end\nlast: 1\n", strings.Join(root, ":\n "), file.Place.ListKey)
	case file.Format == document.YAML:
		return fmt.Sprintf("# mine\nmodel: m   # a model\n%s:\n  other:\n    enabled: true  # keep\n    type: builtin\n\n# the end\nlast: 1\n", strings.Join(root, ":\n "))
	}
	comment := " // keep"
	if file.Strict || file.Format == document.JSON {
		comment = ""
	}
	var b strings.Builder
	b.WriteString("{\n  \"first\": 1.0,\n")
	indent := "  "
	for _, key := range root {
		fmt.Fprintf(&b, "%s%q: {\n", indent, key)
		indent += "  "
	}
	fmt.Fprintf(&b, "%s\"other\": {\n%s  \"command\": \"other\"%s\n%s}\n", indent, indent, comment, indent)
	for range root {
		indent = indent[2:]
		b.WriteString(indent + "}")
		if indent == "  " {
			b.WriteString(",")
		}
		b.WriteString("\n")
	}
	b.WriteString("  \"last\": \"caf\\u00e9\"\n}\n")
	return b.String()
}
