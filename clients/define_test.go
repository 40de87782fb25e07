package clients

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fsskills/clients/document"
	"fsskills/clients/form"
)

// own reads a list of clients as config.yaml may have it.
func own(src string, s System) (Catalog, []form.Mistake) {
	f, list := form.Read([]byte(src))
	return Own(list, s, All()), f.Mistakes()
}

// TestOwn pins what becomes of descriptions: places, entries and steps.
func TestOwn(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile(filepath.Join("testdata", "own", "acme.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, m := range []machine{{}, {goos: "windows", env: map[string]string{"ACME_HOME": "D:/acme"}}} {
		s := m.system()
		s.Project = s.clean(s.Home + "/web")
		catalog, mistakes := own(string(src), s)
		for _, m := range mistakes {
			t.Error(m)
		}
		for _, c := range catalog {
			fmt.Fprintf(&out, "%s: %s %v, %s\n", s.GOOS, c.ID, c.Aliases, c.Name)
			fmt.Fprintf(&out, "  %s, %s\n", c.Invoke("demo", true), c.Detect(s).Why)
			for _, scope := range scopes {
				c, ok := c.In(scope)
				if !ok {
					continue
				}
				fmt.Fprintf(&out, " %s\n", scope)
				writePlaces(&out, c, s)
				if s.GOOS == "linux" && len(c.Servers) > 0 {
					out.WriteString(entries(t, c, s))
				}
			}
		}
	}
	checkGolden(t, "own", "acme.golden", out.String())
}

// entries are both entries of the client, which replace each other without a
// rest.
func entries(t *testing.T, c Client, s System) string {
	t.Helper()
	var out strings.Builder
	var texts []string
	for _, auth := range []AuthMethod{OAuth, APIKey, OAuth} {
		srv := server(auth)
		srv.Literal = true
		sf, err := c.ServerFile(s, srv)
		if err != nil {
			fmt.Fprintf(&out, "  unable: %v\n  hint: %s\n", err, sf.Unable.Remedy)
			return out.String()
		}
		var src []byte
		if len(texts) > 0 {
			src = []byte(texts[len(texts)-1])
		}
		doc, err := document.Parse(sf.Format, src)
		if err != nil {
			t.Fatal(err)
		}
		change, err := doc.Set(sf.Place, sf.Sample())
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(document.Apply(src, change.Edits)))
	}
	if texts[0] != texts[2] {
		t.Errorf("%s: OAuth after a key (-want +got):\n%s", c.ID, cmp.Diff(texts[0], texts[2]))
	}
	for line := range strings.Lines(texts[0] + texts[1]) {
		out.WriteString("    " + line)
	}
	return out.String()
}

// TestOwnMistakes has one line for each thing that can be wrong.
func TestOwnMistakes(t *testing.T) {
	t.Parallel()
	const server = "file: ~/.x/x.json, format: json, root: m, entry: {url: <url>}"
	for src, want := range map[string]string{
		"acme":                                "1:1: should be a list, as in [one, two], and is text",
		"[]":                                  "1:1: is an empty list",
		"- acme":                              "1:3: [0]: should be a map, as in {name: value}, and is text",
		"- {id: x}":                           "1:3: [0]: has neither skills nor a server",
		"- {skills: ~/x}":                     "1:3: [0].id: is missing",
		"- {id: x, skils: ~/x}":               "1:11: [0].skils: is not a field here: did you mean skills?",
		"- {id: x, colour: green}":            "1:11: [0].colour: is not a field here: there are id, name, aliases",
		"- {id: x, skills: ~/x, skills: ~/y}": "is there twice",
		"- {id: a--b, skills: ~/x}":           `[0].id: "a--b" should be made of`,
		"- {id: a-, skills: ~/x}":             `[0].id: "a-" should be made of`,
		"- {id: aé, skills: ~/x}":             `[0].id: "aé" should be made of`,
		"- {id: Acme, skills: ~/x}":           `1:8: [0].id: "Acme" should be made of the letters a to z, digits and single hyphens`,
		"- {id: -x, skills: ~/x}":             "should be made of",
		"- {id: 7, skills: ~/x}":              `1:8: [0].id: should be text, and is a number: put it into quotes`,
		"- {id: all, skills: ~/x}":            "1:8: [0].id: all means every client that is found",
		"- {id: cursor, skills: ~/x}":         "1:8: [0].id: cursor is a client that fsskills knows by itself (Cursor)",
		"- {id: claude, skills: ~/x}":         "1:8: [0].id: claude is another word for claude-code",
		"- {id: x, skills: ~/x}\n- {id: x, skills: ~/y}":                                  "2:8: [1].id: x is there twice",
		"- {id: x, aliases: [x], skills: ~/x}":                                            "1:21: [0].aliases[0]: x is there twice",
		"- {id: x, aliases: [code], skills: ~/x}":                                         "[0].aliases[0]: code is another word for vscode",
		"- {id: x, aliases: y, skills: ~/x}":                                              "1:20: [0].aliases: should be a list",
		"- {id: x, name: \"a\\eb\", skills: ~/x}":                                         "[0].name: holds a character that cannot be seen",
		"- {id: x, name: \"\", skills: ~/x}":                                              "[0].name: is empty",
		"- {id: x, name: , skills: ~/x}":                                                  "[0].name: has no value",
		"- {id: x, name: " + strings.Repeat("n", 61) + ", skills: ~/x}":                   "[0].name: is longer than 60 characters",
		"- {id: x, programs: [/bin/x], skills: ~/x}":                                      `[0].programs[0]: "/bin/x" is a path`,
		"- {id: x, call: slash, skills: ~/x}":                                             `[0].call: "slash" is not known: use /, /skill:, /skill-, $, @ or auto`,
		"- {id: x, skills: x/skills}":                                                     `1:19: [0].skills: "x/skills" is relative`,
		"- {id: x, skills: ./x/skills}":                                                   "is relative",
		"- {id: x, skills: ~x/skills}":                                                    "is relative",
		"- {id: x, skills: ~}":                                                            "[0].skills: has no value", // ~ is null in YAML
		"- {id: x, skills: \"~\"}":                                                        "is too much",
		"- {id: x, skills: ~/a/../b}":                                                     "goes up with ..",
		"- {id: x, skills: ~/*/skills}":                                                   "has a *",
		"- {id: x, skills: \"${HOME:-x}/y\"}":                                             "has a variable that cannot be read",
		"- {id: x, skills: \"~/${NAME:-~/x}/y\"}":                                         "has a variable that cannot be read",
		"- {id: x, skills: \"${NAME\"}":                                                   "has a variable that cannot be read",
		"- {id: x, also-reads: [~/y], server: {" + server + "}}":                          "[0].also-reads: is about skills, and there is no skills folder",
		"- {id: x, skills: ~/.agents/skills/x}":                                           "lies inside Cursor's skills folder or around it (~/.agents/skills)",
		"- {id: x, skills: ~/.agents}":                                                    "lies inside Cursor's skills folder or around it",
		"- {id: x, project: {}}":                                                          "[0].project: has neither skills nor a server",
		"- {id: x, project: {skills: ~/x}}":                                               `1:29: [0].project.skills: "~/x" should begin with ./`,
		"- {id: x, project: {skills: ./}}":                                                "is the project itself",
		"- {id: x, project: {skills: ./../x}}":                                            "goes up with ..",
		"- {id: x, project: {server: {" + server + "}}}":                                  "[0].project.server.file: \"~/.x/x.json\" should begin with ./",
		"- {id: x, server: {}}":                                                           "1:19: [0].server.entry: is missing",
		"- {id: x, server: {" + server + ", format: xml}}":                                "[0].server.format: is there twice",
		"- {id: x, server: {file: ~/x.xml, format: xml, root: m, entry: {url: <url>}}}":   `[0].server.format: "xml" is not known: use json, jsonc, toml or yaml`,
		"- {id: x, server: {file: ~/x, format: json, root: a.b, entry: {url: <url>}}}":    `[0].server.root: "a.b" has a dot: write [a, b]`,
		"- {id: x, server: {file: ~/x, format: json, root: [], entry: {url: <url>}}}":     "[0].server.root: is an empty list",
		"- {id: x, server: {file: ~/x, format: json, root: {a: b}, entry: {url: <url>}}}": "[0].server.root: should be a list",
		"- {id: x, server: {file: ~/x, format: json, root: m, entry: {url: https://x}}}":  "[0].server.entry: has no <url>",
		"- {id: x, server: {file: ~/x, format: json, root: m, entry: {url: <URL>}}}":      "[0].server.entry.url: <URL> means nothing here: there are <url>, <name>",
		"- {id: x, server: {file: ~/x, format: json, root: m, entry: {url: <url>, k: \"<url <a-b>> <1> <>\"}}}":                    "[0].server.entry.k: <a-b> means nothing here",
		"- {id: x, server: {file: ~/x, format: json, root: m, entry: {url: <url>, k: <key>}}}":                                     "<key> means nothing here: it belongs under api-key",
		"- {id: x, server: {file: ~/x, format: json, root: m, entry: {url: <url>, a/b: c}}}":                                       "has a slash in its name",
		"- {id: x, server: {file: ~/x, format: json, root: m, entry: {url: <url>, a: {}}}}":                                        "is an empty map",
		"- {id: x, server: {file: ~/x, format: json, root: m, entry: {url: <url>, a: }}}":                                          "has no value",
		"- {id: x, server: {file: ~/x, format: json, root: m, entry: {url: <url>, a: 2026-01-02}}}":                                "and is a date: put it into quotes",
		"- {id: x, server: {file: ~/x, format: json, root: m, entry: {url: <url>, a: .inf}}}":                                      "put it into quotes",
		"- {id: x, server: {file: ~/x, format: json, root: m, entry: {url: <url>, a: [{b: c}]}}}":                                  "is a map or a list inside a list",
		"- {id: x, server: {file: ~/x, format: json, root: m, entry: &e {url: <url>}, api-key: *e}}":                               "is an alias (*e)",
		"- {id: x, server: {" + server + ", api-key: {h: literal}}}":                                                               "[0].server.api-key: has no <key>",
		"- {id: x, server: {" + server + ", api-key: {h: <key>, i: <secret>}}}":                                                    "has both <key>",
		"- {id: x, project: {server: {file: ./x, format: json, root: m, entry: {url: <url>}, api-key: {h: <secret>}}}}":            "holds the key itself",
		"- {id: x, skills: ~/.x, server: {" + server + "}}":                                                                        "[0].server.file: lies in a skills folder, ~/.x",
		"- {id: x, skills: ~/.x/x.json/skills, server: {" + server + "}}":                                                          "[0].skills: is the server file, or lies below it",
		"- {id: x, server: {file: ~/.agents/skills/x.json, format: json, root: m, entry: {url: <url>}}}":                           "lies in the skills folder of Cursor",
		"- {id: x, server: {file: ~/.cursor/mcp.json, format: json, root: mcpServers, entry: {url: <url>}}}":                       "is Cursor's file too, and its entry looks different there",
		"- {id: x, server: {" + server + ", api-key: {a: <secret>}}}\n- {id: y, server: {" + server + ", api-key: {b: <secret>}}}": "[1].server.file: is x's file too",
		"- {id: x, server: {" + server + "}}\n- {id: y, server: {file: ~/.x/x.json, format: json, root: m, entry: {uri: <url>}}}":  "2:26: [1].server.file: is x's file too",
	} {
		_, mistakes := own(src, machine{}.system())
		var lines []string
		for _, m := range mistakes {
			lines = append(lines, m.String())
		}
		if all := strings.Join(lines, "\n"); !strings.Contains(all, want) {
			t.Errorf("%s\nwant %s\ngot  %s", src, want, all)
		}
	}
}

// What may look wrong and is not.
func TestOwnIsLenient(t *testing.T) {
	t.Parallel()
	const server = "file: ~/.x/x.json, format: json, root: m, entry: {url: <url>}"
	for _, src := range []string{
		"",
		"- {id: x, skills: ~/.agents/skills, also-reads: [~/.claude/skills]}",
		"- {id: x, skills: /opt/x/skills}",
		"- {id: x, skills: \"${X_HOME}/skills\"}",
		"- {id: x, skills: \"${X_HOME:-${XDG_CONFIG_HOME:-~/.config}/x}/skills\"}",
		"- {id: x, server: {" + server + "}}\n- {id: y, server: {" + server + "}}",
		"- {id: x, server: {file: ~/x, format: toml, root: [a.b, c], entry: {url: <url>, n: 1.5, l: []}}}",
	} {
		if _, mistakes := own(src, machine{}.system()); len(mistakes) > 0 {
			t.Errorf("%s\n%v", src, mistakes)
		}
	}
}

func FuzzOwn(f *testing.F) {
	src, err := os.ReadFile(filepath.Join("testdata", "own", "acme.yaml"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(src))
	for _, seed := range []string{
		"- {id: x, server: {file: ~/x, format: toml, root: [a.b, c], list-key: n, entry: {url: <url>, a: {b: [1, true, 1.5]}}}}",
		"- &a {id: x, skills: *a}", "- {<<: {id: x}}", "- ? [a]\n  : b", "- {id: x, skills: '${A:-${B:-~/x}}/s', project: {skills: ./s}}",
		"- id: x\n  skills: \"\x00\"", "%YAML 1.2\n---\n[]\n---\n[]", "\ufeff- {id: !!binary aGk=}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) {
		s := machine{}.system()
		catalog, mistakes := own(src, s)
		for _, m := range mistakes {
			if m.Line < 1 || m.Column < 1 || m.Msg == "" {
				t.Errorf("a mistake without a place: %#v", m)
			}
		}
		if len(mistakes) > 0 {
			return
		}
		for _, c := range catalog {
			if found, ok := append(All(), catalog...).Find(c.ID); !ok || found.Evidence != Defined {
				t.Errorf("%q is not found", c.ID)
			}
			for _, dir := range append(c.AlsoReads(s), c.SkillsDir(s)) {
				if dir != "" && !s.isAbs(dir) {
					t.Errorf("a relative folder: %q", dir)
				}
			}
			for _, auth := range []AuthMethod{OAuth, APIKey} {
				srv := server(auth)
				srv.Literal = true
				for _, sf := range c.ServerFiles(s, srv) {
					if !s.isAbs(sf.Path) {
						t.Errorf("a relative file: %q", sf.Path)
					}
					if text := document.Render(sf.Format, sf.Place, sf.Sample()); sf.Unable == nil && !strings.Contains(string(text), "fullstory") {
						t.Errorf("the entry cannot be written: %+v", sf)
					}
				}
			}
		}
	})
}
