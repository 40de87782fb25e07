package registry

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestParseAgent(t *testing.T) {
	const front = "name: helper\ndescription: Helps.\ntools:\n  - fullstory:one\n"
	plain := Agent{Name: "helper", Description: "Helps.", Tools: []string{"one"}, Body: []byte("Do it.\n")}
	described := func(d string) Agent {
		a := plain
		a.Description = d
		return a
	}
	with := func(description string) string {
		return "---\nname: helper\ndescription: " + description + "\ntools: [fullstory:one]\n---\nDo it.\n"
	}
	body := func(b string) Agent {
		a := plain
		a.Body = []byte(b)
		return a
	}
	several, warned := plain, plain
	several.Tools = []string{"b_2", "A-1", "a-1"}
	warned.Body = []byte("a\u200bb\n")
	warned.Findings = []Finding{{"helper.md", 7, FindingHidden, "1 invisible character (U+200B)", 0}}
	control := body("\n  a \n---\nb: \x1b\n\n")
	control.Findings = []Finding{{"helper.md", 10, FindingHidden, "1 control character (U+001B)", 0}}
	escaped := described("a\u200bb")
	escaped.Findings = []Finding{{"helper.md", 3, FindingHidden, `1 invisible character (U+200B) in the value of "description"`, 0}}
	tests := []struct {
		name, text string
		want       Agent
	}{
		{"plain", "---\n" + front + "---\nDo it.\n", plain},
		{"BOM", bom + "---\n" + front + "---\nDo it.\n", plain},
		{"blanks behind the lines", "--- \t\n" + front + "---  \nDo it.\n", plain},
		{"another order", "---\ntools: [\"fullstory:one\"]\n'description': 'Helps.'\nname: \"helper\"\n---\nDo it.\n", plain},
		{"comments", "---\n# one\n" + front + "# two: 2\n---\nDo it.\n", plain},
		{"end of a document", "---\n" + front + "...\n---\nDo it.\n", plain},
		{"CRLF", strings.ReplaceAll("---\n"+front+"---\nDo it.\nNow.\n", "\n", "\r\n"), body("Do it.\r\nNow.\r\n")},
		{"body as it is", "---\n" + front + "---\n\n  a \n---\nb: \x1b\n\n", control},
		{"no end of line", "---\n" + front + "---\nx", body("x")},
		{"tools in order", "---\nname: helper\ndescription: Helps.\ntools:\n- fullstory:b_2\n- fullstory:A-1\n- 'fullstory:a-1'\n---\nDo it.\n", several},
		{"hidden in the body", "---\n" + front + "---\na\u200bb\n", warned},
		{"hidden by an escape", with(`"a\u200bb"`), escaped},
		{"quoted", with(`"a: \"b\" # c"`), described(`a: "b" # c`)},
		{"blanks are kept", with(`" a\tb "`), described(" a\tb ")},
		{"colon without a blank", with("use fullstory:one — always"), described("use fullstory:one — always")},
		{"literal", with("|\n  a\n   b"), described("a\n b\n")},
		{"folded", with(">-\n  a: b\n  c"), described("a: b c")},
		{"over two lines", with("a\n  b"), described("a b")},
		{"a number", with("0x10"), described("0x10")},
		{"an exclamation", with("Go! ! now"), described("Go! ! now")},
		{"a flag of tags", with("\U0001F3F4\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F"), described("\U0001F3F4\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseAgent("helper", []byte(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What is not understood is named.
func TestUnfitAgents(t *testing.T) {
	const name, description, tools = "name: helper\n", "description: Helps.\n", "tools: [fullstory:one]\n"
	front := func(lines string) string { return "---\n" + lines + "---\nDo it.\n" }
	listed := func(entries string) string { return front(name + description + "tools:" + entries + "\n") }
	described := func(d string) string { return front(name + "description: " + d + "\n" + tools) }
	named := func(n string) string { return front("name: " + n + "\n" + description + tools) }
	more := func(lines string) string { return front(name + description + tools + lines) }
	const form = "is not of the form fullstory:<tool>"
	tests := []struct{ what, text, says string }{
		{"nothing", "", "no front matter"},
		{"text only", "Do it.\n", "no front matter"},
		{"blank line first", "\n" + more(""), "no front matter"},
		{"not closed", "---\n" + name + description + tools, "does not end"},
		{"four hyphens", "----\n" + name + description + tools + "----\nDo it.\n", "does not end"},
		{"too long", more("# " + strings.Repeat("x", maxFrontMatterBytes) + "\n"), "within 16 KiB"},
		{"empty front matter", front(""), "is empty"},
		{"comments only", front("# name\n"), "is empty"},
		{"null", front("~\n"), "is empty"},
		{"a list", front("- name: helper\n"), "not made of keys and values"},
		{"a word", front("helper\n"), "not made of keys and values"},
		{"no YAML", more("x: [a\n"), "not valid YAML: did not find"},
		{"colon in a value", described("use when: asked"), "not valid YAML: mapping values"},
		{"tab", front(name + "\tdescription: x\n" + tools), "not valid YAML"},
		{"unknown alias", described("*x"), "not valid YAML: unknown anchor"},
		{"second document", more("--- {model: x}\n"), "more than one YAML document"},
		{"document behind the end", more("...\n--- {model: x}\n"), "more than one YAML document"},
		{"text behind the end", more("...\nmodel: x\n"), "not valid YAML"},
		{"carriage return", described("x\rmodel: y"), "line 3: control character U+000D"},
		{"line separator", described("x\u2028model: y"), "line 3: control character U+2028"},
		{"next line", described("x\u0085model: y"), "line 3: control character U+0085"},
		{"escape", described("x\x1b[2J"), "line 3: control character U+001B"},
		{"escaped escape", described(`"x\e[2J"`), "control character U+001B"},
		{"escaped carriage return", described(`"x\ry"`), "control character U+000D"},
		{"bad UTF-8", more("") + "\xff", "not valid UTF-8"},
		{"half a surrogate", described(`"\uD800"`), "not valid YAML"},
		{"zero byte", more("") + "\x00", "zero byte"},
		{"UTF-16", "\xff\xfe-\x00-\x00-\x00", "not valid UTF-8"},

		{"no name", front(description + tools), `no "name"`},
		{"no description", front(name + tools), `no "description"`},
		{"no tools", front(name + description), `no "tools"`},
		{"model", more("model: x\n"), `unknown key "model"`},
		{"capital", front("Name: helper\n" + description + tools), `unknown key "Name"`},
		{"blank behind a key", front("'name ': helper\n" + description + tools), `unknown key "name "`},
		{"merge", more("<<: {model: x}\n"), `unknown key "<<"`},
		{"null key", more("~: x\n"), `unknown key "~"`},
		{"key in colour", more("\"a\\e[31m\": x\n"), `unknown key "a\x1b[31m"`},
		{"long key", more(strings.Repeat("k", 1000) + ": x\n"), `unknown key "` + strings.Repeat("k", 80) + "…"},
		{"key is a list", more("? [a]\n: x\n"), "line 5: a key that is no plain word"},
		{"name twice", more(name), `the key "name" is there twice`},
		{"tools twice", more(tools), `the key "tools" is there twice`},
		{"twice in another spelling", more("\"description\": x\n"), `the key "description" is there twice`},
		{"anchor", front("name: &n helper\n" + description + tools), `the value of "name" has an anchor or a tag`},
		{"alias", front("name: helper\ndescription: &d Helps.\n" + tools), `the value of "description"`},
		{"anchor of a key", front("&n name: helper\n" + description + tools), "line 2: a key that is no plain word"},
		{"tag of a key", front(name + "!!str description: x\n" + tools), "line 3: a key that is no plain word"},
		{"tag", described("!!str x"), `the value of "description"`},
		{"own tag", described("!x y"), `the value of "description"`},
		{"bare tag", described("! y"), `the value of "description"`},
		{"binary", described("!!binary SGVscHMu"), `the value of "description"`},
		{"tag of tools", listed(" !!set {fullstory:one: ~}"), `the value of "tools"`},
		{"anchor of the list", listed(" &t\n- fullstory:one"), `the value of "tools"`},
		{"anchor of all", front("&a\n" + name + description + tools), "as a whole"},
		{"tag of all", front("!!map\n" + name + description + tools), "as a whole"},

		{"another name", named("other"), `the name "other" differs from the file's, helper`},
		{"name in capitals", named("Helper"), `the name "Helper": `},
		{"name with a blank", named(`"helper "`), `the name "helper ": `},
		{"name is a path", named("../helper"), `the name "../helper": `},
		{"empty name", named(`""`), `the name "" differs`},
		{"null name", named("~"), `"name" is not a text`},
		{"name is a list", named("[helper]"), `"name" is not a text`},
		{"name is a mapping", named("{a: helper}"), `"name" is not a text`},
		{"empty description", described(""), `"description" is empty`},
		{"null description", described("null"), `"description" is empty`},
		{"blank description", described(`" \n"`), `"description" is empty`},
		{"description is a list", described("[a, b]"), `"description" is not a text`},
		{"description is a mapping", described("{a: b}"), `"description" is not a text`},

		{"tools are a text", listed(" fullstory:one"), `"tools" is "fullstory:one", not a list`},
		{"tools with commas", listed(" mcp__fullstory__one, Read"), `"tools" is "mcp__fullstory__one, Read", not a list`},
		{"tools are a mapping", listed(" {fullstory:one: true}"), `"tools" is not a list`},
		{"tools are null", listed(""), `"tools" is not a list`},
		{"empty list", listed(" []"), `"tools" is an empty list`},
		{"another server", listed("\n- fullstory:one\n- other:one"), `entry 2 of "tools", "other:one", ` + form},
		{"server in capitals", listed(" [Fullstory:one]"), form},
		{"a client's spelling", listed(" [mcp__fullstory__one]"), `"mcp__fullstory__one", ` + form},
		{"a client's tool", listed(" [fullstory:one, Read]"), `entry 2 of "tools", "Read", ` + form},
		{"all tools", listed(" ['fullstory:*']"), `"fullstory:*", ` + form},
		{"all of all", listed(" ['*']"), `"*", ` + form},
		{"no tool", listed(" ['fullstory:']"), `"fullstory:", ` + form},
		{"two colons", listed(" [fullstory:a:b]"), form},
		{"blank", listed(" ['fullstory: one']"), form},
		{"blank behind", listed(" ['fullstory:one ']"), form},
		{"line end", listed(` ["fullstory:one\n"]`), form},
		{"dot", listed(" [fullstory:a.b]"), form},
		{"slash", listed(" [fullstory/one]"), form},
		{"no ASCII", listed(" [fullstory:größe]"), form},
		{"comma", listed(" ['fullstory:a,Read']"), form},
		{"entry is a mapping", listed("\n- fullstory: one"), `entry 1 of "tools" is not a plain text`},
		{"entry is a list", listed(" [[fullstory:one]]"), `entry 1 of "tools" is not a plain text`},
		{"entry is null", listed("\n-"), form},
		{"entry with an anchor", listed("\n- &x fullstory:one\n- *x"), `entry 1 of "tools" is not a plain text`},
		{"entry with a tag", listed(" [!!str fullstory:one]"), `entry 1 of "tools" is not a plain text`},
		{"entry with a bare tag", listed(" [! fullstory:one]"), `entry 1 of "tools" is not a plain text`},
		{"tool twice", listed(" [fullstory:one, fullstory:two, 'fullstory:one']"), `entry 3 of "tools", "fullstory:one", is there twice`},

		{"no body", "---\n" + name + description + tools + "---\n", "nothing stands below"},
		{"no line end", "---\n" + name + description + tools + "---", "nothing stands below"},
		{"blank body", "---\n" + name + description + tools + "---\n \t\r\n\n", "nothing stands below"},
	}
	for _, tt := range tests {
		t.Run(tt.what, func(t *testing.T) {
			got, err := ParseAgent("helper", []byte(tt.text))
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v, want it to say %q", err, tt.says)
			}
			if diff := cmp.Diff(Agent{}, got); diff != "" {
				t.Errorf("beside the error: %s", diff)
			}
		})
	}
	for _, stem := range []string{"", ".", "..", "a/b", `a\b`, "../a", "Helper", "a.b", "a_b", "a--b", "-a", "nul", "com1", "a b", "ä", "a\n", strings.Repeat("a", 65)} {
		if _, err := ParseAgent(stem, []byte(agentText(stem))); err == nil {
			t.Errorf("%q is taken for a name", stem)
		}
	}
}

// written puts an agent into the form that sources have it in.
func written(a Agent) string {
	var b strings.Builder
	b.WriteString("---\nname: " + a.Name + "\ndescription: \"")
	for _, r := range a.Description {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r < ' ' || r == 0x7f || r == 0xFEFF || r == 0x2028 || r == 0x2029 || r > 0xFFFF:
			fmt.Fprintf(&b, `\U%08X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteString("\"\ntools:\n")
	for _, tool := range a.Tools {
		b.WriteString("  - " + toolPrefix + tool + "\n")
	}
	return b.String() + "---\n" + string(a.Body)
}

func FuzzParseAgent(f *testing.F) {
	f.Add("helper", []byte(agentText("helper")))
	f.Add("a", []byte(bom+"---\r\nname: a\r\ndescription: >\r\n  b\r\n  c\r\ntools: [fullstory:x]\r\n---\r\nd"))
	f.Add("a", []byte("---\nname: &a [*a]\n? x\n: - y\n---\n"))
	f.Add("7", []byte("---\n{name: 7, description: \"\\u200b\\t\\\"\", tools: ['fullstory:x']}\n...\n---\n---\n"))
	f.Add("a", []byte("---\nname: a\ndescription: |2\n    b\n\n   c\ntools:\n- fullstory:x\n# end\n---\n\n"))
	f.Fuzz(func(t *testing.T, stem string, data []byte) {
		a, err := ParseAgent(stem, data)
		if err != nil {
			if s := err.Error(); s == "" || len(s) > 500 || strings.Contains(s, "\n") {
				t.Errorf("reason %q", s)
			}
			return
		}
		if CheckSkillName(a.Name) != nil || a.Name != stem || len(a.Tools) == 0 || !utf8.ValidString(a.Description) || !strings.HasSuffix(string(data), string(a.Body)) {
			t.Errorf("taken as %+v", a)
		}
		text := written(a)
		if front, _ := splitFrontMatter([]byte(text)); front == nil {
			return // it is longer with escapes
		}
		again, err := ParseAgent(stem, []byte(text))
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		a.Findings, again.Findings = nil, nil // the lines differ
		if diff := cmp.Diff(a, again); diff != "" {
			t.Error(diff)
		}
	})
}

// However a file is damaged, it is an agent that can be written, or refused.
func TestRandomAgents(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"---\n", "name: helper\n", "description: x\n", "tools:\n", "- fullstory:a\n", "tools: [fullstory:b]\n", "model: y\n", "\r", "&a ", "*a", "!!str ", "\"", "'", "|\n", "\u202e", "\xff", "...\n", "do it\n", " ", "{", "]"}
	for range 3000 {
		data := []byte(agentText("helper"))
		for range 1 + random.IntN(3) {
			at, cut := random.IntN(len(data)+1), 0
			if random.IntN(2) == 0 {
				cut = random.IntN(min(20, len(data)-at) + 1)
			}
			data = slices.Concat(data[:at], []byte(pieces[random.IntN(len(pieces))]), data[at+cut:])
		}
		a, err := ParseAgent("helper", data)
		if err != nil {
			continue
		}
		again, err := ParseAgent("helper", []byte(written(a)))
		if a.Findings, again.Findings = nil, nil; err != nil || !cmp.Equal(a, again) {
			t.Errorf("%q: %v\n%s", data, err, cmp.Diff(a, again))
		}
	}
}
