package clients

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fsskills/clients/document"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the files in testdata")

func checkGolden(t *testing.T, id, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", id, name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (go test ./clients -update makes it)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// server is what the goldens are made for.
func server(auth AuthMethod) Server {
	return Server{Name: ServerName, URL: "https://api.fullstory.com/mcp/fullstory", Auth: auth, KeyEnv: "FULLSTORY_API_KEY"}
}

// moved has every variable that moves a client's folders.
func moved(root string) map[string]string {
	return map[string]string{
		"APPDATA": root + "/roam", "LOCALAPPDATA": root + "/local", "ProgramFiles": root + "/programs",
		"XDG_CONFIG_HOME": root + "/config", "XDG_DATA_HOME": root + "/data", "XDG_STATE_HOME": root + "/state",
		"CLAUDE_CONFIG_DIR": root + "/claude", "CODEX_HOME": root + "/codex", "COPILOT_HOME": root + "/copilot",
		"GEMINI_CLI_HOME": root + "/gemini", "CLINE_DIR": root + "/cline",
		"AMP_SETTINGS_FILE": root + "/amp.json", "VIBE_HOME": root + "/vibe", "CONTINUE_GLOBAL_DIR": root + "/continue",
		"GOOSE_PATH_ROOT": root + "/goose", "QWEN_HOME": root + "/qwen", "FACTORY_HOME_OVERRIDE": root + "/factory",
		"CRUSH_GLOBAL_CONFIG": root + "/crush", "CRUSH_GLOBAL_DATA": root + "/crush-data", "CRUSH_SKILLS_DIR": root + "/crush-skills",
		"OPENCLAW_STATE_DIR": root + "/openclaw", "HERMES_HOME": root + "/hermes", "QODER_CONFIG_DIR": root + "/qoder",
		"QODERCN_CONFIG_DIR": root + "/qodercn", "SNOWFLAKE_HOME": root + "/snowflake", "MASTRA_APP_DATA_DIR": root + "/mastra",
		"AUTOHAND_HOME": root + "/autohand",
		"KIRO_HOME":     root + "/kiro", "MCPORTER_CONFIG": root + "/mcporter.json", "PI_CODING_AGENT_DIR": root + "/pi",
		"OPENHANDS_PERSISTENCE_DIR": root + "/openhands", "KIMI_CODE_HOME": root + "/kimi", "GROK_HOME": root + "/grok",
	}
}

func TestPaths(t *testing.T) {
	t.Parallel()
	machines := []struct {
		name string
		m    machine
	}{
		{"linux", machine{}},
		{"linux, folders moved", machine{env: moved("/moved")}},
		{"darwin", machine{goos: "darwin"}},
		{"darwin, folders moved", machine{goos: "darwin", env: moved("/moved")}},
		{"windows", machine{goos: "windows"}},
		{"windows, folders moved", machine{goos: "windows", env: moved("D:/moved")}},
	}
	for _, c := range described() {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			for _, mm := range machines {
				fmt.Fprintln(&out, mm.name)
				for _, scope := range scopes {
					if c, ok := c.In(scope); ok {
						writePlaces(&out, c, mm.m.system())
					}
				}
				fmt.Fprintf(&out, "  %s\n", c.Detect(mm.m.system()).Why)
			}
			checkGolden(t, c.ID, "paths.golden", out.String())
		})
	}
}

var scopes = []Scope{UserScope, ProjectScope}

// writePlaces writes where the client keeps things in one scope.
func writePlaces(out *strings.Builder, c Client, s System) {
	for _, sf := range c.ServerFiles(s, server(OAuth)) {
		fmt.Fprintf(out, "  server %s\n", sf.Path)
	}
	if dir := c.SkillsDir(s); dir != "" {
		fmt.Fprintf(out, "  skills %s\n", dir)
	}
	for _, dir := range c.AlsoReads(s) {
		fmt.Fprintf(out, "  also   %s\n", dir)
	}
	for _, dir := range c.AgentFolders(s) {
		what := "agents, also"
		if dir == c.AgentsDir(s) {
			what = "agents"
		}
		fmt.Fprintf(out, "  %s %s\n", what, dir)
	}
}

// onItsOwn is a system on which the client has a file for servers: all of them
// but the few that are for one system only.
func onItsOwn(c Client) System {
	for _, goos := range []string{"linux", "darwin", "windows"} {
		if s := (machine{goos: goos}).system(); len(c.ServerFiles(s, server(OAuth))) > 0 {
			return s
		}
	}
	return machine{}.system()
}

// signIns are the ways to sign in that the client may have, by their names.
func signIns(t *testing.T, c Client) map[string]Server {
	t.Helper()
	ways := map[string]Server{string(OAuth): server(OAuth), string(APIKey): server(APIKey)}
	if slices.ContainsFunc(c.Servers, func(cfg Config) bool { return cfg.Literal != nil }) {
		ways["write-key"] = written(t)
	}
	return ways
}

// TestEntry sets the entry of each client into an empty document and reads it
// back.
func TestEntry(t *testing.T) {
	t.Parallel()
	for _, c := range All() {
		for _, scope := range scopes {
			c, ok := c.In(scope)
			s := onItsOwn(c)
			if !ok || len(c.ServerFiles(s, server(OAuth))) == 0 {
				continue
			}
			prefix := ""
			if scope == ProjectScope {
				prefix = "project.entry." // "project." alone is that of TestConfig
			}
			for name, srv := range signIns(t, c) {
				t.Run(c.ID+"/"+prefix+name, func(t *testing.T) {
					t.Parallel()
					checkGolden(t, c.ID, prefix+name+".golden", rendered(t, c, s, srv))
				})
			}
		}
	}
}

// TestConfig sets the entry of each client into a file as a user might have
// it, testdata/<id>/config.json for one (project.json in a project), and takes
// it out again.
func TestConfig(t *testing.T) {
	t.Parallel()
	for _, c := range All() {
		for _, scope := range scopes {
			c, ok := c.In(scope)
			s := onItsOwn(c)
			if !ok || len(c.ServerFiles(s, server(OAuth))) == 0 {
				continue
			}
			for signIn, srv := range signIns(t, c) {
				t.Run(c.ID+"/"+string(scope)+"/"+signIn, func(t *testing.T) {
					t.Parallel()
					sf, err := c.ServerFile(s, srv)
					if err != nil {
						return // TestEntry has the reason
					}
					name := "config"
					if scope == ProjectScope {
						name = "project"
					}
					file := name + extension(sf.Format)
					src, err := os.ReadFile(filepath.Join("testdata", c.ID, file))
					if err != nil {
						t.Fatal(err)
					}
					checkGolden(t, c.ID, name+"."+signIn+".golden", edited(t, sf, srv, src))
				})
			}
		}
	}
}

func extension(f document.Format) string {
	switch f {
	case document.TOML:
		return ".toml"
	case document.YAML:
		return ".yaml"
	default:
		return ".json"
	}
}

// edited is src with the entry of sf, which goes again without a trace.
func edited(t *testing.T, sf ServerFile, srv Server, src []byte) string {
	t.Helper()
	doc, err := document.Parse(sf.Format, src)
	if err != nil {
		t.Fatal(err)
	}
	if line := doc.Loose(); line > 0 && sf.Strict {
		t.Errorf("line %d has a comment or a trailing comma, which the client cannot read", line)
	}
	others, err := doc.Entries(sf.Place)
	if err != nil || len(others) == 0 {
		t.Errorf("the file has no other servers: %v", err)
	}
	change, err := doc.Set(sf.Place, sf.WithKey(srv.Key))
	if err != nil {
		t.Fatal(err)
	}
	out := document.Apply(src, change.Edits)
	if back := document.Apply(out, document.Invert(change.Edits)); string(back) != string(src) {
		t.Errorf("taken out again (-want +got):\n%s", cmp.Diff(string(src), string(back)))
	}
	return string(out)
}

func rendered(t *testing.T, c Client, s System, srv Server) string {
	t.Helper()
	sf, err := c.ServerFile(s, srv)
	if sf.Path == "" || sf.Place.Name != ServerName {
		t.Errorf("ServerFile(%s) names no place: %+v", srv.Auth, sf)
	}
	if unable := (*Unable)(nil); errors.As(err, &unable) {
		if unable.Reason == "" || unable.Hint() == "" || len(sf.Entry.Fields) > 0 {
			t.Errorf("ServerFile(%s) = %+v, %#v", srv.Auth, sf.Entry, unable)
		}
		return fmt.Sprintf("unable: %s\nhint: %s\n", unable, unable.Hint())
	}
	if err != nil {
		t.Fatal(err)
	}
	doc, err := document.Parse(sf.Format, nil)
	if err != nil {
		t.Fatal(err)
	}
	change, err := doc.Set(sf.Place, sf.WithKey(srv.Key))
	if err != nil {
		t.Fatal(err)
	}
	src := document.Apply(nil, change.Edits)
	doc, err = document.Parse(sf.Format, src)
	if err != nil {
		t.Fatalf("%v in:\n%s", err, src)
	}
	entries, err := doc.Entries(sf.Place)
	if err != nil || len(entries) != 1 || entries[0].Name != ServerName {
		t.Fatalf("Entries = %v, %v in:\n%s", entries, err, src)
	}
	if got := EntryURL(entries[0].Value); got != srv.URL {
		t.Errorf("EntryURL = %q in:\n%s", got, src)
	}
	if again, err := doc.Set(sf.Place, sf.WithKey(srv.Key)); err != nil || !again.Empty() {
		t.Errorf("setting it once more: %v, %v", again, err)
	}
	var drops []string
	for _, d := range sf.Entry.Drop {
		drops = append(drops, strings.Join(d, "/"))
	}
	return fmt.Sprintf("%s\n-- drops --\n%s\n", strings.TrimSuffix(string(src), "\n"), strings.Join(drops, " "))
}

func TestNextGolden(t *testing.T) {
	t.Parallel()
	set := map[string]string{"FULLSTORY_API_KEY": "set"}
	for _, c := range described() {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			for _, tt := range []struct {
				name   string
				m      machine
				auth   AuthMethod
				skills bool
			}{
				{"oauth", machine{}, OAuth, true},
				{"key not set", machine{}, APIKey, false},
				{"key not set, windows", machine{goos: "windows"}, APIKey, false},
				{"key set", machine{env: set}, APIKey, false},
				{"skills only", machine{}, "", true},
			} {
				for _, scope := range scopes {
					c, ok := c.In(scope)
					if !ok {
						continue
					}
					fmt.Fprintf(&out, "%s scope, %s\n", scope, tt.name)
					for _, step := range c.Next(tt.m.system(), server(tt.auth), tt.skills, false) {
						fmt.Fprintln(&out, "  "+step)
					}
				}
			}
			for _, scope := range scopes {
				if c, ok := c.In(scope); ok && c.NoAgents() == "" {
					fmt.Fprintf(&out, "%s scope, skills and agents\n", scope)
					for _, step := range c.Next(machine{}.system(), server(""), true, true) {
						fmt.Fprintln(&out, "  "+step)
					}
				}
			}
			if strings.ContainsAny(out.String(), "<>") {
				t.Errorf("a placeholder is left:\n%s", &out)
			}
			checkGolden(t, c.ID, "next.golden", out.String())
		})
	}
}
