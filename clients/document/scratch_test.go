package document

import (
	"fmt"
	"testing"
)

func TestScratch(t *testing.T) {
	want := Entry{Fields: []Field{{Path: []string{"type"}, Value: "http"}, {Path: []string{"url"}, Value: "https://api"}, {Path: []string{"headers", "Authorization"}, Value: "Bearer x"}}, Drop: [][]string{{"command"}, {"args"}, {"env", "K"}}}
	p := Place{Root: []string{"mcpServers"}, Name: "fullstory"}
	for _, src := range []string{
		"", "{}", "{ }", "{\n}", "// c", "{\n\t\"a\": 1 // x\n}", `{"mcpServers":{}}`, `{"mcpServers": { }}`, "{\n  \"mcpServers\": { }\n}", "{\n  \"mcpServers\": {} // c\n}", `{"a":{"x": 1}, }`,
		"{\n  \"mcpServers\": {\n    // none\n  },\n}", "{\n  \"mcpServers\": { // none\n  }\n}", "{\n  \"mcpServers\": { /* none */ }\n}", `{"mcpServers":null}`, "{\n    \"x\": [],\n    \"mcpServers\": null\n}",
		"{\n  \"mcpServers\": {\n    \"fullstory\": {\n      \"command\": \"npx\", // run\n      \"args\": [1,\n 2],\n      \"env\": {\"K\": \"v\"},\n      \"mine\": true // yes\n    }\n  }\n}",
		`{"mcpServers":{"fullstory":{"command":"npx","args":[]}}}`,
		`{"mcpServers": { "a": { "url": "x" } } }`,
		"{\n  \"mcpServers\": {\n    \"fullstory\": {\"headers\": \"x\", \"url\": \"http\\u0073:\\/\\/api\"}\n  }\n}",
		"{\n  \"mcpServers\": {\n    \"fullstory\": null\n  }\n}",
		"{ \"a\": 1\n}", "{\n    \"a\": 1\n  , \"b\": 2\n}",
	} {
		d, err := Parse(JSON, []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		ch, err := d.Set(p, want)
		fmt.Printf("=====\n%s\n-----%v\n%s\n", src, err, Apply([]byte(src), ch.Edits))
		for _, pr := range ch.Prior {
			fmt.Printf("   prior %v %s\n", pr.Path, pr.Raw)
		}
		d, _ = Parse(JSON, Apply([]byte(src), ch.Edits))
		if len(ch.Prior) > 0 {
			re, err := d.Restore(p, ch.Prior)
			fmt.Printf("---- restored %v\n%s\n", err, Apply(d.(document).bytes(), re.Edits))
		}
		ch, err = d.Delete(p)
		fmt.Printf("---- deleted %v\n%s\n", err, Apply(d.(document).bytes(), ch.Edits))
	}
}
