package document

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var servers = Place{Root: []string{"mcpServers"}, Name: "fullstory"}

func mustParse(t *testing.T, f Format, src string) Document {
	t.Helper()
	doc, err := Parse(f, []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestEntries(t *testing.T) {
	want := []Found{
		{Name: "b", Value: map[string]any{"url": "x", "n": int64(60000), "f": 0.5, "on": true, "list": []any{"1", int64(1)}}, Line: 2},
		{Name: "a", Value: "text", Line: 3},
	}
	for f, src := range map[Format]string{
		JSON: "{\"mcpServers\": { // c\n\"b\": {\"url\": \"\\u0078\", \"n\": 6e4, \"f\": 0.5, \"on\": true, \"list\": [\"1\", 1]},\n\"a\": \"text\"}}",
		TOML: "[mcpServers]\nb = {url = 'x', n = 60_000, f = 0.5, on = true, list = [\"1\", 1]}\na = \"text\"\n",
		YAML: "mcpServers:\n  b: {url: x, n: 60000, f: .5, on: true, list: ['1', 1]}\n  a: text\n",
	} {
		got, err := mustParse(t, f, src).Entries(servers)
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("format %d: %v\n%s", f, err, d)
		}
	}
	list := Place{Root: []string{"s"}, Name: "x", ListKey: "name"}
	for f, src := range map[Format]string{
		JSON: "{\"s\": [\n{\"v\": 1, \"name\": \"n\"}]}",
		TOML: "\n[[s]]\nv = 1\nname = \"n\"\n",
		YAML: "s:\n- v: 1\n  name: n\n",
	} {
		got, err := mustParse(t, f, src).Entries(list)
		if d := cmp.Diff([]Found{{Name: "n", Value: map[string]any{"v": int64(1), "name": "n"}, Line: 2}}, got); d != "" || err != nil {
			t.Errorf("list in format %d: %v\n%s", f, err, d)
		}
	}
}

func TestEntriesOfNothing(t *testing.T) {
	for f, sources := range map[Format][]string{
		JSON: {"", "{}", `{"mcpServers": null}`, `{"mcpServers": {}}`},
		TOML: {"", "a = 1\n", "[mcpServers]\n"},
		YAML: {"", "# c\n", "mcpServers:\n", "mcpServers: ~\n", "mcpServers: {}\n"},
	} {
		for _, src := range sources {
			doc := mustParse(t, f, src)
			if got, err := doc.Entries(servers); len(got) > 0 || err != nil {
				t.Errorf("%q: %v, %v", src, got, err)
			}
			for what, change := range map[string]func() (Change, error){
				"Delete": func() (Change, error) { return doc.Delete(servers) },
				"Restore": func() (Change, error) {
					return doc.Restore(servers, []Prior{{Path: []string{"url"}, Raw: []byte("1")}})
				},
			} {
				if c, err := change(); !c.Empty() || err != nil {
					t.Errorf("%s of %q: %v, %v", what, src, c, err)
				}
			}
		}
	}
}

func TestLookup(t *testing.T) {
	for f, src := range map[Format]string{
		JSON: `{"plugins": {"f@f": {"enabled": true}}, "plugins.x": 1}`,
		TOML: "[plugins.\"f@f\"]\nenabled = true\n",
		YAML: "plugins: &p\n  f@f: {enabled: true}\n",
	} {
		doc := mustParse(t, f, src)
		if v, ok := doc.Lookup("plugins", "f@f", "enabled"); v != true || !ok {
			t.Errorf("format %d: %v, %v", f, v, ok)
		}
		for _, path := range [][]string{{"plugins", "x"}, {"plugins", "f@f", "enabled", "x"}, {"no"}} {
			if v, ok := doc.Lookup(path...); ok {
				t.Errorf("format %d: %v is %v", f, path, v)
			}
		}
	}
}

// A hostile file must cost neither the process nor its memory or time.
func TestHostile(t *testing.T) {
	bomb := []byte("a0: &a0 [x, x]\n")
	for i := range 60 {
		bomb = fmt.Appendf(bomb, "a%d: &a%d [*a%d, *a%d, *a%d]\n", i+1, i+1, i, i, i)
	}
	bomb = append(bomb, "mcpServers:\n  big: *a60\n"...)
	start := time.Now()
	doc := mustParse(t, YAML, string(bomb))
	if got, err := doc.Entries(servers); len(got) != 1 || err != nil {
		t.Errorf("%d entries, %v", len(got), err)
	}
	if _, err := doc.Set(servers, goldenEntry); err != nil {
		t.Error(err)
	}
	for f, src := range map[Format]string{
		JSON:  strings.Repeat("[", 3<<20),
		JSONC: `{"a":` + strings.Repeat(`{"a":`, 1<<20),
		TOML:  "a = " + strings.Repeat("[", 1<<20),
		YAML:  strings.Repeat("[", 1<<16),
	} {
		var at *SyntaxError
		if _, err := Parse(f, []byte(src)); !errors.As(err, &at) || at.Line != 1 {
			t.Errorf("format %d: %v", f, err)
		}
	}
	if spent := time.Since(start); spent > 10*time.Second {
		t.Errorf("took %v", spent)
	}
}

func TestEncoding(t *testing.T) {
	for src, want := range map[string]string{
		"\xff\xfe{\x00}\x00":       "1:1: the file is UTF-16 text; save it as UTF-8",
		"\xfe\xff\x00{\x00}":       "1:1: the file is UTF-16 text; save it as UTF-8",
		"{\x00}\x00":               "1:1: the file is UTF-16 text; save it as UTF-8",
		"\ufeff# é\r\n# \"caf\xe9": "2:7: invalid UTF-8",
		"# a\r# \ufffd\xff":        "2:4: invalid UTF-8",
	} {
		for _, f := range []Format{JSON, TOML, YAML} {
			if _, err := Parse(f, []byte(src)); err == nil || err.Error() != want {
				t.Errorf("%q in format %d: %v, want %s", src, f, err, want)
			}
		}
	}
}

func TestReplace(t *testing.T) {
	want := Entry{Fields: []Field{{Path: []string{"url"}, Value: "u"}}, Replace: true}
	for f, src := range map[Format]string{
		JSON: "{\"mcpServers\": {\"fullstory\": {\"x\": 1}, \"b\": 2}}",
		TOML: "[mcpServers.fullstory]\nx = 1\n[mcpServers.fullstory.y]\nz = 1\n",
		YAML: "mcpServers:\n  fullstory:\n    x: 1\n    y:\n    - 1\n  b: 2\n",
	} {
		laws(t, f, []byte(src), servers, want)
		doc := mustParse(t, f, src)
		change, err := doc.Set(servers, want)
		if err != nil || len(change.Prior) != 1 || change.Prior[0].Path != nil {
			t.Fatalf("format %d: %v, %v", f, change, err)
		}
		got, err := mustParse(t, f, string(Apply([]byte(src), change.Edits))).Entries(servers)
		if err != nil || !same(got[0].Value, map[string]any{"url": "u"}) {
			t.Errorf("format %d: %v, %v", f, got, err)
		}
	}
}

// Text that was written on behind ours must not be harmed by taking ours out.
func TestUndoLooksAtWhatFollows(t *testing.T) {
	src := `{"mcpServers":{}}`
	change, err := mustParse(t, JSON, src).Set(servers, goldenEntry)
	if err != nil {
		t.Fatal(err)
	}
	after := string(Apply([]byte(src), change.Edits))
	followed := strings.TrimSuffix(after, "}}") + `,"b":1}}`
	if undo, ok := mustParse(t, JSON, followed).Undo(servers, change.Edits); ok {
		t.Errorf("gives %s", Apply([]byte(followed), undo.Edits))
	}
	elsewhere := strings.Replace(after, "{", `{"b":1,`, 1)
	undo, ok := mustParse(t, JSON, elsewhere).Undo(servers, change.Edits)
	if got := string(Apply([]byte(elsewhere), undo.Edits)); !ok || got != `{"b":1,"mcpServers":{}}` {
		t.Errorf("gives %v, %s", ok, got)
	}
}

func TestUnwritableValues(t *testing.T) {
	for f, v := range map[Format]any{JSON: struct{}{}, YAML: []string{"x"}, TOML: nil} {
		if _, err := mustParse(t, f, "").Set(servers, Entry{Fields: []Field{{Path: []string{"a"}, Value: v}}}); err == nil {
			t.Errorf("%T was written", v)
		}
	}
}

func TestRender(t *testing.T) {
	want := Entry{Fields: []Field{{Path: []string{"url"}, Value: "u"}}}
	for f, text := range map[Format]string{
		JSON: "{\n  \"mcpServers\": {\n    \"fullstory\": {\n      \"url\": \"u\"\n    }\n  }\n}\n",
		TOML: "[mcpServers.fullstory]\nurl = \"u\"\n",
		YAML: "mcpServers:\n  fullstory:\n    url: u\n",
	} {
		if got := string(Render(f, servers, want)); got != text {
			t.Errorf("format %d: %q", f, got)
		}
	}
}

func TestLoose(t *testing.T) {
	for src, want := range map[string]int{
		`{"a": [1, 2], "b": {}}`:        0,
		"":                              0,
		"{\n  \"a\": 1, // no\n}":       2,
		"{\n  \"a\": [1,\n2,\n]}":       4,
		"{\n  \"a\": 1,\n}":             3,
		"/* no */ {}":                   1,
		"{}\n\n// no\n":                 3,
		`{"a": "// , ]", "b": ",}"}`:    0,
		`{"a": {"b": [], "c": [{}] } }`: 0,
	} {
		if got := mustParse(t, JSON, src).Loose(); got != want {
			t.Errorf("%q: line %d, want %d", src, got, want)
		}
	}
	if got := mustParse(t, TOML, "# fine\na = [1,]\n").Loose(); got != 0 {
		t.Errorf("TOML: line %d", got)
	}
}
