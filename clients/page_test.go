package clients

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"fsskills/clients/document"

	"gopkg.in/yaml.v3"
)

// TestPage holds the page on clients to the catalog.
func TestPage(t *testing.T) {
	t.Parallel()
	const file = "README.md"
	want := page(t)
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != want {
		t.Errorf("%s is not the catalog's (%v): run go test ./clients -run TestPage -update", file, err)
	}
}

const pageHead = `<!-- Written by go test ./clients -run TestPage -update: change the catalog and not this page. -->

# Clients

What fsskills knows of each client, with the pages that it is from. How it is known is said in a word:

| evidence | means |
| --- | --- |
| observed | the real client was run, and seen to read what is written here |
| documented | its vendor's pages or its source say so |
| reported | others say so; it may be wrong |

Skills are in the folder named here and in no other. Paths are those of a new account on Linux; variables that move them
are honoured. In a project they are below its root. An entry names the variable that has the key, in the client's own way,
and never the key; a client that cannot read a variable takes OAuth only or, where ` + "`--write-key`" + ` asks for that, the key
itself. Where OAuth says "bridge", the client starts the local program ` + "`" + bridge + "`" + `, which signs in for it and
needs Node.js.

A skill may come with an agent, a helper that the assistant starts in a conversation of its own and that may use a few
tools alone. Vendors spell it in different ways, and in a foreign spelling it has no tools or does worse. So only those
clients are given any that were seen to take them, and VS Code, which reads the files of Copilot CLI. To add another, run
it: its sub-agent has to get the tools that the agent names and no other one, and the server has to be called. Then put
` + "`Agents`" + ` into the client's entry and the folder into its ` + "`Project`" + `, name the page on them, and run
` + "`go test ./clients -update`" + `.

`

func page(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	out.WriteString(pageHead)
	out.WriteString("| client | `--client` | skills | in a project | server entry | in a project | OAuth | key | evidence |\n")
	out.WriteString("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, c := range described() {
		s := onItsOwn(c)
		p, _ := c.In(ProjectScope)
		fmt.Fprintf(
			&out, "| [%s](#%s) | `%s` | %s | %s | %s | %s | %s | %s | %s |\n", c.Name, anchor(c.Name), c.ID,
			code(s.short(c.SkillsDir(s))), code(s.short(projectDir(p, s))), code(s.short(firstFile(c, s))), code(s.short(projectFile(p, s))),
			oauthWord(c, s), keyWord(c, s), known(c),
		)
	}
	for _, c := range described() {
		section(t, &out, c)
	}
	out.WriteString("\n## Known by name\n\nManagers of skills list these with the folders that they write for them. They are never looked for and have no server\nentry here: name one with `--client`, see whether it finds the skills, and add the server by hand (`fsskills snippet`\nprints an entry to paste).\n\n")
	out.WriteString("| client | `--client` | skills | in a project |\n| --- | --- | --- | --- |\n")
	s := machine{}.system()
	for _, c := range All()[len(catalog):] {
		p, _ := c.In(ProjectScope)
		fmt.Fprintf(&out, "| %s | `%s` | %s | %s |\n", c.Name, c.ID, code(s.short(c.SkillsDir(s))), code(s.short(projectDir(p, s))))
	}
	fmt.Fprintf(&out, "\nFrom %s.\n", links(reportedDocs))
	return out.String()
}

// known is the evidence, with the version that was run.
func known(c Client) string {
	if c.Version != "" {
		return string(c.Evidence) + " " + c.Version
	}
	return string(c.Evidence)
}

// section is all that the page has of one client.
func section(t *testing.T, out *strings.Builder, c Client) {
	t.Helper()
	s := onItsOwn(c)
	fmt.Fprintf(out, "\n## %s\n\n`%s`", c.Name, c.ID)
	if len(c.Aliases) > 0 {
		fmt.Fprintf(out, ", also called `%s`", strings.Join(c.Aliases, "`, `"))
	}
	fmt.Fprintf(out, ". %s: %s.\n\n", strings.ToUpper(known(c)[:1])+known(c)[1:], links(c.Docs))
	item := func(what, value string) {
		if value != "" {
			fmt.Fprintf(out, "* %s: %s\n", what, value)
		}
	}
	item("skills", everySystem(c.SkillsDir))
	item("reads too", codes(s, c.AlsoReads(s)))
	switch call := c.Invoke("name", true); {
	case c.Skills.Call == "":
	case call == "automatic":
		item("a skill is called", "by the assistant itself")
	default:
		item("a skill is called", code(call))
	}
	item("agents", everySystem(c.AgentsDir))
	item("an agent there", agentWord(t, c))
	item("reads agents in", codes(s, otherAgents(c, s)))
	item("what it may use", c.OpenAgents())
	item("no agents", withClient(c, c.Agents.None))
	item("an agent as the repository has it", withClient(c, c.UpstreamAgent()))
	item("server entry", everySystem(func(s System) string { return firstFile(c, s) }))
	item("and, where it is in use", codes(s, moreFiles(c, s)))
	item("moved by", variablesOf(c))
	pageEntries(t, out, c, "")
	p, ok := c.In(ProjectScope)
	if !ok {
		item("in a project", "nothing")
		return
	}
	if dir := projectDir(p, s); dir != "" {
		item("skills in a project", code(s.short(dir)))
	}
	item("reads there too", codes(s, p.AlsoReads(s)))
	if dir := p.AgentsDir(s); dir != "" {
		item("agents in a project", code(s.short(dir)))
	}
	item("reads agents in a project in", codes(s, otherAgents(p, s)))
	item("acceptance of a project's agents", strings.Join(c.Project.Accept, "; "))
	if len(p.Servers) == 0 {
		if len(c.Servers) > 0 {
			item("server entry in a project", "none")
		}
		return
	}
	item("server entry in a project", code(s.short(projectFile(p, s))))
	pageEntries(t, out, p, " in a project")
	item("approval in a project", strings.NewReplacer("<name>", ServerName).Replace(strings.Join(p.Steps.Approve, "; ")))
}

// entries are the two entries in one scope, or why there is none.
func pageEntries(t *testing.T, out *strings.Builder, c Client, where string) {
	t.Helper()
	s := onItsOwn(c)
	if len(c.ServerFiles(s, server(OAuth))) == 0 {
		return
	}
	for _, auth := range []AuthMethod{OAuth, APIKey} {
		what := map[AuthMethod]string{OAuth: "with OAuth", APIKey: "with a key"}[auth] + where
		sf, err := c.ServerFile(s, server(auth))
		if err != nil {
			fmt.Fprintf(out, "* %s: no, since %s", what, err)
			if cfg, _ := c.config(s); len(cfg.Literal) > 0 {
				out.WriteString("; with `--write-key` the key itself is written")
			}
			out.WriteString("\n")
			continue
		}
		fmt.Fprintf(out, "* %s: %s\n", what, code(oneLine(t, sf)))
	}
}

// oneLine is a new file with nothing but the entry, in one line.
func oneLine(t *testing.T, sf ServerFile) string {
	t.Helper()
	doc, err := document.Parse(sf.Format, nil)
	if err != nil {
		t.Fatal(err)
	}
	change, err := doc.Set(sf.Place, sf.Entry)
	if err != nil {
		t.Fatal(err)
	}
	src := document.Apply(nil, change.Edits)
	var line bytes.Buffer
	switch sf.Format {
	case document.TOML:
		return strings.Join(strings.Fields(string(src)), " ")
	case document.YAML:
		var node yaml.Node
		if err := yaml.Unmarshal(src, &node); err != nil {
			t.Fatal(err)
		}
		node.Content[0].Style = yaml.FlowStyle
		flow, err := yaml.Marshal(&node)
		if err != nil {
			t.Fatal(err)
		}
		line.Write(flow)
	default:
		if err := json.Compact(&line, src); err != nil {
			t.Fatal(err)
		}
	}
	return strings.TrimSpace(line.String())
}

func oauthWord(c Client, s System) string {
	sf, err := c.ServerFile(s, server(OAuth))
	switch {
	case err != nil:
		return "–"
	case slices.ContainsFunc(sf.Entry.Fields, func(f document.Field) bool { return is(f.Path, "command") }):
		return "bridge"
	}
	return "yes"
}

func keyWord(c Client, s System) string {
	cfg, _ := c.config(s)
	switch {
	case cfg == nil:
		return "–"
	case cfg.NoKey == nil:
		return "yes"
	case len(cfg.Literal) > 0:
		return "`--write-key`"
	}
	return "no"
}

func firstFile(c Client, s System) string {
	if files := c.ServerFiles(s, server(OAuth)); len(files) > 0 {
		return files[0].Path
	}
	return ""
}

// moreFiles are the places of further files, as the catalog has them.
func moreFiles(c Client, s System) []string {
	var files []string
	for i := range c.More {
		for _, f := range c.More[i].Files {
			if file := s.at(f.At); file != "" && file != firstFile(c, s) && !slices.Contains(files, file) {
				files = append(files, file)
			}
		}
	}
	return files
}

func projectDir(p Client, s System) string { return inProject(p.SkillsDir(s), p) }

func projectFile(p Client, s System) string { return inProject(firstFile(p, s), p) }

// inProject is path, empty for a client that has nothing in a project.
func inProject(path string, p Client) string {
	if p.Project == nil {
		return ""
	}
	return path
}
