package clients

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fsskills/clients/document"
)

// keptAt is what a client makes of an entry in the place where it would be
// written.
func keptAt(t *testing.T, c Client, m machine, sf ServerFile, write func(document.Document) (document.Change, error)) []KeptEntry {
	t.Helper()
	doc, err := document.Parse(sf.Format, nil)
	if err != nil {
		t.Fatal(err)
	}
	change, err := write(doc)
	if err != nil {
		t.Fatal(err)
	}
	m.files = map[string]string{sf.Path: string(document.Apply(nil, change.Edits))}
	s := m.system()
	var entries []KeptEntry
	for _, f := range c.KeptFiles(s) {
		if f.Path != sf.Path {
			continue
		}
		doc, err := f.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, f.Entries(doc)...)
	}
	return entries
}

// TestNoMistake: what is written for a client is right for it, on every system
// and in every scope.
func TestNoMistake(t *testing.T) {
	t.Parallel()
	n := 0
	for _, goos := range []string{"", "darwin", "windows"} {
		m := machine{goos: goos}
		for _, c := range All() {
			for _, scope := range scopes {
				c, ok := c.In(scope)
				if !ok {
					continue
				}
				literal := server(APIKey)
				literal.Literal = true
				for _, srv := range []Server{server(OAuth), server(APIKey), literal} {
					auth := srv.Auth
					for _, sf := range c.ServerFiles(m.system(), srv) {
						if sf.Unable != nil || strings.Contains(sf.Path, "*") {
							continue
						}
						entries := keptAt(t, c, m, sf, func(doc document.Document) (document.Change, error) { return doc.Set(sf.Place, sf.Sample()) })
						if len(entries) != 1 {
							t.Errorf("%s %s %s: %d entries in %s", c.ID, scope, auth, len(entries), sf.Path)
							continue
						}
						n++
						for _, wrong := range c.Mistakes(entries[0]) {
							t.Errorf("%s %s %s, %s: %+v", c.ID, scope, auth, sf.Path, wrong)
						}
					}
				}
			}
		}
	}
	if n < 200 {
		t.Errorf("%d entries were looked at", n)
	}
}

// TestForeignSpelling gives each client a key in every way in which some client
// has it, under the header that it reads: only its own ways pass.
func TestForeignSpelling(t *testing.T) {
	t.Parallel()
	s := machine{}.system()
	for _, c := range All() {
		for _, sf := range c.ServerFiles(s, server(OAuth)) {
			own, field := c.Servers[0].reads()
			if own == "<key>" || field == "" {
				field = "headers/Authorization"
			}
			for _, as := range spellings {
				said := strings.ReplaceAll(as, "<key>", "FULLSTORY_API_KEY")
				if strings.HasSuffix(as, ":-") {
					said += "}"
				}
				entry := sf.Entry
				entry.Fields = append(slices.Clip(entry.Fields), document.Field{Path: strings.Split(field, "/"), Value: "Bearer " + said})
				entries := keptAt(t, c, machine{}, sf, func(doc document.Document) (document.Change, error) { return doc.Set(sf.Place, entry) })
				if len(entries) != 1 {
					continue // a file of another machine
				}
				wrong := ""
				for _, m := range c.Mistakes(entries[0]) {
					if strings.Contains(m.Says, "does not replace") {
						wrong = m.Says
					}
				}
				_, bridged := entries[0].Value.(map[string]any)["command"]
				cfg := entries[0].config
				as2, _ := cfg.reads()
				right := bridged || as == as2 || contains(cfg.AlsoKey, as)
				if right != (wrong == "") {
					t.Errorf("%s: %s: right %v, but %q", c.ID, said, right, wrong)
				}
			}
		}
	}
}

func contains(list []string, s string) bool {
	return strings.Contains("\x00"+strings.Join(list, "\x00")+"\x00", "\x00"+s+"\x00")
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	const url = "https://api.fullstory.com/mcp/fullstory"
	for _, c := range []struct {
		id, file, content, want string
	}{
		{"claude-code", "~/.claude.json", `{"mcpServers":{"fullstory":{"url":"` + url + `"}}}`, `it lacks "type": "http"`},
		{"claude-code", "~/.claude.json", `{"mcpServers":{"fullstory":{"type":"streamable-http","url":"` + url + `"}}}`, ""},
		{"claude-code", "~/.claude.json", `{"mcpServers":{"fullstory":{"type":"sse","url":"` + url + `"}}}`, `"type" should be "http"`},
		{"claude-code", "~/.claude.json", `{"mcpServers":{"other":{"type":"http","url":"` + url + `","headers":{"authorization":"Bearer ${env:K}"}}}}`, `the key is written ${env:K}, which Claude Code does not replace: it reads ${NAME}`},
		{"claude-code", "~/.claude.json", `{"mcpServers":{"fullstory":{"type":"http","url":"` + url + `","headers":{"Authorization":"${K}"}}}}`, `there is no "Bearer" before the key`},
		{"claude-code", "~/.claude.json", `{"mcpServers":{"fullstory":{"type":"http","url":"` + url + `","headers":{"Authorization":"Bearer ${K:-}"}}}}`, ""},
		{"claude-code", "~/.claude.json", `{"mcpServers":{"fullstory":{"type":"http"}}}`, `it has no address: "url" is missing`},
		{"claude-code", "~/.claude.json", `{"mcpServers":{"fullstory":{"command":"npx","args":["mcp-remote","` + url + `"]}}}`, ""},
		{"claude-code", "~/.claude.json", `{"mcpServers":{"fullstory":7}}`, "it is no map of fields"},
		{"gemini-cli", "~/.gemini/settings.json", `{"mcpServers":{"fullstory":{"url":"` + url + `"}}}`, ""},
		{"gemini-cli", "~/.gemini/settings.json", `{"mcpServers":{"fullstory":{"httpUrl":"` + url + `"}}}`, ""},
		{"gemini-cli", "~/.gemini/settings.json", `{"mcpServers":{"fullstory":{"httpUrl":"` + url + `","headers":{"Authorization":"Bearer {env:K}"}}}}`, "the key is written {env:K}, which Gemini CLI does not replace: it reads ${NAME}"},
		{"qwen-code", "~/.qwen/settings.json", `{"mcpServers":{"fullstory":{"url":"` + url + `"}}}`, `the address is under "url", and Qwen Code reads "httpUrl"`},
		{"codex", "~/.codex/config.toml", "[mcp_servers.fullstory]\nurl = \"" + url + "\"\nhttp_headers = { Authorization = \"Bearer ${K}\" }\n", `the key is written ${K}, which Codex does not replace: it takes the name of the variable from "bearer_token_env_var"; "http_headers.Authorization" gets in the way of what Codex should take`},
		{"codex", "~/.codex/config.toml", "[mcp_servers.fullstory]\nurl = \"" + url + "\"\nhttp_headers = { Authorization = \"Bearer secret-key-1\" }\n", `the key itself seems to be in the file, where a variable would do: it takes the name of the variable from "bearer_token_env_var"`},
		{"codex", "~/.codex/config.toml", "[mcp_servers.fullstory]\nurl = \"" + url + "\"\nbearer_token_env_var = \"K\"\nhttp_headers = { Authorization = \"Bearer secret-key-1\" }\n", `the key itself seems to be in the file, where a variable would do: it takes the name of the variable from "bearer_token_env_var"; "http_headers.Authorization" gets in the way of what Codex should take`},
		{"codex", "~/.codex/config.toml", "[mcp_servers.fullstory]\nurl = \"" + url + "\"\nheaders = { Authorization = \"Bearer secret-key-1\" }\n", `Codex does not read it: it takes the name of the variable from "bearer_token_env_var"`},
		{"codex", "~/.codex/config.toml", "[mcp_servers.fullstory]\nurl = \"" + url + "\"\nbearer_token_env_var = \"na1.secret-key-1\"\n", `"bearer_token_env_var" is no name of a variable, and may be the key itself`},
		{"claude-code", "~/.claude.json", `{"mcpServers":{"fullstory":{"type":"http","url":"` + url + `","headers":{"Authorization":"Bearer ${env:secretkey0123456789012}"}}}}`, `the key is written ${env:…}, which Claude Code does not replace: it reads ${NAME}`},
		{"opencode", "~/.config/opencode/opencode.json", `{"mcp":{"fullstory":{"type":"remote","url":"` + url + `","headers":{"Authorization":"Bearer {env:K}"}}}}`, `it lacks "oauth": false`},
		{"opencode", "~/.config/opencode/opencode.json", `{"mcp":{"fullstory":{"enabled":false,"type":"remote","url":"` + url + `"}}}`, "it is turned off"},
	} {
		s := machine{files: map[string]string{c.file: c.content}}.system()
		client, ok := All().Find(c.id)
		if !ok {
			t.Fatal(c.id)
		}
		var says []string
		for _, f := range client.KeptFiles(s) {
			doc, err := f.Parse(s)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range f.Entries(doc) {
				for _, m := range client.Mistakes(e) {
					says = append(says, m.Says)
				}
			}
		}
		if got := strings.Join(says, "; "); got != c.want {
			t.Errorf("%s: %s\n got %s\nwant %s", c.id, c.content, got, c.want)
		}
		if strings.Contains(strings.ReplaceAll(fmt.Sprint(says), "-", ""), "secretkey") {
			t.Error("the key is in", says)
		}
	}
}

func TestMisplaced(t *testing.T) {
	t.Parallel()
	s := machine{files: map[string]string{"~/.cursor/mcp.json": `{"servers":{"fullstory":{"url":"https://api.fullstory.com/mcp/fullstory"}},"mcpServers":{"x":{}}}`}}.system()
	client, _ := All().Find("cursor")
	files := client.KeptFiles(s)
	if len(files) != 1 {
		t.Fatal(files)
	}
	doc, err := files[0].Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	if entries := files[0].Entries(doc); len(entries) != 0 {
		t.Error(entries)
	}
	if entries := files[0].Misplaced(doc, All().Roots()); len(entries) != 1 || entries[0].Place.Root[0] != "servers" {
		t.Error(entries)
	}
}

func TestApproved(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		id    string
		files map[string]string
		want  string // unknown, given, missing or refused
	}{
		{"claude-code", nil, "unknown"},
		{"claude-code", map[string]string{"~/.claude.json": `{}`}, "missing"},
		{"claude-code", map[string]string{"~/.claude.json": `{"projects":{"/home/ann/web":{"enabledMcpjsonServers":["fullstory"]}}}`}, "given"},
		{"claude-code", map[string]string{"~/.claude.json": `{"projects":{"/home/ann/other":{"enabledMcpjsonServers":["fullstory"]}}}`}, "missing"},
		{"claude-code", map[string]string{"~/.claude.json": `{}`, "~/.claude/settings.json": `{"enableAllProjectMcpServers":true}`}, "given"},
		{"claude-code", map[string]string{"~/.claude.json": `{}`, "~/web/.claude/settings.local.json": `{"enabledMcpjsonServers":["fullstory"]}`}, "given"},
		{"claude-code", map[string]string{"~/.claude.json": `{"projects":{"/home/ann/web":{"disabledMcpjsonServers":["fullstory"],"enabledMcpjsonServers":["fullstory"]}}}`}, "refused"},
		{"claude-code", map[string]string{"~/.claude.json": `{`}, "unknown"},
		{"codex", nil, "unknown"},
		{"codex", map[string]string{"~/.codex/config.toml": ""}, "missing"},
		{"codex", map[string]string{"~/.codex/config.toml": "[projects.\"/home/ann/web\"]\ntrust_level = \"trusted\"\n"}, "given"},
		{"codex", map[string]string{"~/.codex/config.toml": "[projects.\"/home/ann/web\"]\ntrust_level = \"untrusted\"\n"}, "refused"},
		{"gemini-cli", nil, "unknown"},
		{"gemini-cli", map[string]string{"~/.gemini/trustedFolders.json": `{}`}, "missing"},
		{"gemini-cli", map[string]string{"~/.gemini/trustedFolders.json": `{"/home/ann":"TRUST_FOLDER"}`}, "given"},
		{"gemini-cli", map[string]string{"~/.gemini/trustedFolders.json": `{"/home/ann":"TRUST_FOLDER","/home/ann/web":"DO_NOT_TRUST"}`}, "refused"},
		{"gemini-cli", map[string]string{"~/.gemini/trustedFolders.json": `{}`, "~/.gemini/settings.json": `{"security":{"folderTrust":{"enabled":false}}}`}, "given"},
		{"copilot-cli", map[string]string{"~/.copilot/config.json": `{"trustedFolders":["/home/ann/we"]}`}, "missing"},
		{"copilot-cli", map[string]string{"~/.copilot/config.json": `{"trustedFolders":["/home/ann"]}`}, "given"},
		{"zed", nil, "unknown"},
	} {
		client, _ := All().Find(c.id)
		told := client.Approved(machine{files: c.files}.system())
		got := "unknown"
		switch {
		case told.Given:
			got = "given"
		case told.Refused:
			got = "refused"
		case told.Known:
			got = "missing"
		}
		if got != c.want {
			t.Errorf("%s with %v: %s, want %s", c.id, c.files, got, c.want)
		}
		if told.Known && !told.Given && told.File == "" {
			t.Errorf("%s with %v: no file", c.id, c.files)
		}
	}
}

// TestNoMistakeOfOwn: what is written for a client that the user describes is
// right for it, whatever its fields are called.
func TestNoMistakeOfOwn(t *testing.T) {
	t.Parallel()
	m := machine{}
	catalog, mistakes := own(`
- id: acme
  server: {file: ~/acme.toml, format: toml, root: servers, entry: {kind: remote, address: <url>}, api-key: {token: <secret>}}
- id: bravo
  server: {file: ~/bravo.json, format: json, root: m, entry: {at: {link: <url>}}, api-key: {headers: {Authorization: Bearer %<key>%}}}
`, m.system())
	if len(mistakes) > 0 || len(catalog) != 2 {
		t.Fatal(mistakes)
	}
	literal := server(APIKey)
	literal.Literal = true
	for _, c := range catalog {
		for _, srv := range []Server{server(OAuth), server(APIKey), literal} {
			for _, sf := range c.ServerFiles(m.system(), srv) {
				if sf.Unable != nil {
					continue
				}
				entries := keptAt(t, c, m, sf, func(doc document.Document) (document.Change, error) { return doc.Set(sf.Place, sf.Sample()) })
				if len(entries) != 1 || entries[0].URL != srv.URL {
					t.Errorf("%s %s: %+v", c.ID, srv.Auth, entries)
					continue
				}
				for _, wrong := range c.Mistakes(entries[0]) {
					t.Errorf("%s %s: %+v", c.ID, srv.Auth, wrong)
				}
			}
		}
	}
}
