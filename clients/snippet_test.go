package clients

import (
	"strings"
	"testing"

	"fsskills/clients/document"
)

// TestSnippets walks the catalog: what is there to paste is a whole file of
// the client's format, leads to the server and holds no key but the text that
// stands for one.
func TestSnippets(t *testing.T) {
	t.Parallel()
	for _, c := range All() {
		for _, scope := range scopes {
			c, ok := c.In(scope)
			if !ok {
				continue
			}
			s := onItsOwn(c)
			for _, auth := range []AuthMethod{OAuth, APIKey} {
				srv := server(auth)
				srv.Literal = true
				for _, sf := range c.ServerFiles(s, srv) {
					checkSnippet(t, c.ID+"/"+string(scope)+"/"+string(auth), sf, auth)
				}
			}
		}
	}
	for _, f := range Forms() {
		for _, auth := range []AuthMethod{OAuth, APIKey} {
			checkSnippet(t, f.Word+"/"+string(auth), f.ServerFile(server(auth)), auth)
		}
	}
}

func checkSnippet(t *testing.T, name string, sf ServerFile, auth AuthMethod) {
	t.Helper()
	if sf.Unable != nil {
		if sf.Unable.Remedy == "" {
			t.Errorf("%s: no way out of %q", name, sf.Unable.Reason)
		}
		return
	}
	text := document.Render(sf.Format, sf.Place, sf.Sample())
	doc, err := document.Parse(sf.Format, text)
	if err != nil {
		t.Errorf("%s: %v in:\n%s", name, err, text)
		return
	}
	found, err := doc.Entries(sf.Place)
	if err != nil || len(found) != 1 || EntryURL(found[0].Value) != server(auth).URL {
		t.Errorf("%s: entries %v, %v in:\n%s", name, found, err, text)
	}
	hasKey := strings.Contains(string(text), server(auth).KeyEnv) || strings.Contains(string(text), KeyText)
	if hasKey != (auth == APIKey) || strings.Contains(string(text), "<secret>") {
		t.Errorf("%s: the key in the wrong place:\n%s", name, text)
	}
}

// A client that cannot read the environment has a sample of the entry in which
// the key itself stands, if that is known, and takes none unless it is asked to.
func TestSample(t *testing.T) {
	t.Parallel()
	c := Client{ID: "x", Servers: []Config{{
		Files:   []File{{At: everywhere("~/x.json")}},
		Root:    []string{"m"},
		Fields:  []Field{{Path: "url", Value: "<url>"}, {Path: "oauth", Value: true}},
		NoKey:   &Unable{Reason: "no", Remedy: "yes"},
		Literal: []Field{{Path: "oauth", Value: false}, {Path: "headers/Authorization", Value: "Bearer <secret>"}},
	}}}
	s, srv := machine{}.system(), server(APIKey)
	srv.Literal = true
	sf, err := c.ServerFile(s, srv)
	const want = "{\n  \"m\": {\n    \"fullstory\": {\n      \"url\": \"https://api.fullstory.com/mcp/fullstory\",\n" +
		"      \"oauth\": false,\n      \"headers\": {\n        \"Authorization\": \"Bearer YOUR-API-KEY\"\n      }\n    }\n  }\n}\n"
	if got := string(document.Render(sf.Format, sf.Place, sf.Sample())); err != nil || got != want {
		t.Errorf("%v\n%s", err, got)
	}
	if sf, err := c.ServerFile(s, server(APIKey)); err == nil || sf.Unable.Remedy != "yes, or --write-key to have the key itself written into its file" {
		t.Errorf("unasked: %+v, %v", sf, err)
	}
	c.Servers[0].Literal = nil
	if sf, err := c.ServerFile(s, srv); err == nil || sf.Unable.Remedy != "yes" {
		t.Errorf("without a known form: %+v, %v", sf, err)
	}
}
