package document

import (
	"strings"
	"testing"
)

// TestText finds the bytes of a value in every format, however it is written.
func TestText(t *testing.T) {
	place := Place{Root: []string{"servers"}, Name: "mine"}
	list := Place{Root: []string{"servers"}, Name: "mine", ListKey: "name"}
	path := []string{"headers", "Authorization"}
	for _, test := range []struct {
		name   string
		format Format
		place  Place
		src    string
		want   []string
	}{
		{"JSON", JSON, place, `{"servers": {"x": {"headers": {"Authorization": "a"}}, "mine": {"headers": {"Authorization": "a"}}}}`, []string{`"a"`}},
		{"escapes", JSON, place, `{"servers": {"mine": {"headers": {"Authorization": "B\u003da"}}}}`, []string{`"B\u003da"`}},
		{"in a list", JSON, list, `{"servers": [{"name": "mine", "headers": {"Authorization": "abc"}}]}`, []string{`"abc"`}},
		{"twice in the entry", JSON, place, `{"servers": {"mine": {"note": "abc", "headers": {"Authorization": "abc"}}}}`, []string{`"abc"`, `"abc"`}},
		{"not there", JSON, place, `{"servers": {"mine": {"headers": {}}}}`, nil},
		{"no entry", JSON, place, `{"servers": {}}`, nil},
		{"an empty file", JSON, place, ``, nil},
		{"no map on the way", JSON, place, `{"servers": {"mine": {"headers": 1}}}`, nil},
		{"TOML", TOML, place, "[servers.mine]\nheaders = { Authorization = \"abc\" }\n", []string{`"abc"`}},
		{"a table", TOML, place, "[servers.mine]\nurl = 1\n[servers.other]\n[servers.mine.headers]\nAuthorization = 'abc'\n", []string{`'abc'`}},
		{"dotted", TOML, place, "servers.mine.headers.Authorization = \"abc\"\n", []string{`"abc"`}},
		{"YAML", YAML, place, "servers:\n  mine:\n    headers:\n      Authorization: Bearer abc # x\n", []string{`Bearer abc`}},
		{"flow", YAML, place, "servers: {mine: {headers: {Authorization: \"abc\"}}}\n", []string{`"abc"`}},
		{"several lines", YAML, place, "servers:\n  mine:\n    headers:\n      Authorization: >-\n        Bearer\n        abc\n    url: x\n", []string{"  mine:\n    headers:\n      Authorization: >-\n        Bearer\n        abc\n    url: x\n"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			doc, err := Parse(test.format, []byte(test.src))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range doc.Text(test.place, path...) {
				got = append(got, test.src[r.From:r.To])
			}
			if strings.Join(got, "|") != strings.Join(test.want, "|") {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestQuoted has the characters that one format or another does not take as
// they are, and reads them back.
func TestQuoted(t *testing.T) {
	text := "a: \"b\" # \\ 'é😀'\t\r\n\x00\x1f\x7f\u0085\u2028\ufeff\uffff"
	for format, want := range map[Format]string{
		JSON:  `"a: \"b\" # \\ 'é😀'\t\r\n\u0000\u001F` + "\x7f\u0085\u2028\ufeff\uffff" + `"`,
		JSONC: `"a: \"b\" # \\ 'é😀'\t\r\n\u0000\u001F` + "\x7f\u0085\u2028\ufeff\uffff" + `"`,
		TOML:  `"a: \"b\" # \\ 'é😀'\t\r\n\u0000\u001F\u007F` + "\u0085\u2028\ufeff\uffff" + `"`,
		YAML:  `"a: \"b\" # \\ 'é😀'\t\r\n\u0000\u001F\u007F\u0085\u2028\uFEFF\uFFFF"`,
	} {
		got := Quoted(format, text)
		if got != want {
			t.Errorf("%s: %q, want %q", format, got, want)
		}
		src := map[Format]string{JSON: `{"k": ` + got + `}`, JSONC: `{"k": ` + got + `}`, TOML: "k = " + got, YAML: "k: " + got}[format]
		doc, err := Parse(format, []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		if back, _ := doc.Lookup("k"); back != text {
			t.Errorf("%s: reads back %q", format, back)
		}
	}
}
