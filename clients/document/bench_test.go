package document

import (
	"fmt"
	"testing"
)

// bigJSON looks like a ~/.claude.json with years of history, about n bytes.
func bigJSON(n int) []byte {
	src := []byte("{\n  \"numStartups\": 412,\n  \"projects\": {")
	for i := 0; len(src) < n; i++ {
		if i > 0 {
			src = append(src, ',')
		}
		src = fmt.Appendf(src, `
    "/home/user/work/project-%d": {
      "allowedTools": [],
      "history": [
        {
          "display": "explain why the test \"Test%d\" fails on café machines",
          "pastedContents": {}
        }
      ],
      "mcpServers": {},
      "lastCost": 0.%d,
      "hasTrustDialogAccepted": true
    }`, i, i, i)
	}
	return append(src, "\n  },\n  \"mcpServers\": {\n    \"a\": {\n      \"command\": \"a\"\n    }\n  }\n}\n"...)
}

func BenchmarkSetJSON(b *testing.B) {
	place := Place{Root: []string{"mcpServers"}, Name: "fullstory"}
	want := Entry{Fields: []Field{
		{Path: []string{"type"}, Value: "http"},
		{Path: []string{"url"}, Value: "https://api.fullstory.com/mcp/fullstory"},
	}}
	for _, mb := range []int{1, 10, 100} {
		src := bigJSON(mb << 20)
		run := func(name string, src []byte) {
			b.Run(fmt.Sprintf("%s/%dMB", name, mb), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(src)))
				for b.Loop() {
					doc, err := Parse(JSON, src)
					if err != nil {
						b.Fatal(err)
					}
					change, err := doc.Set(place, want)
					if err != nil {
						b.Fatal(err)
					}
					Apply(src, change.Edits)
				}
			})
		}
		run("insert", src)
		old := Entry{Fields: []Field{{Path: []string{"url"}, Value: "https://old"}, {Path: []string{"type"}, Value: "sse"}}}
		doc, err := Parse(JSON, src)
		if err != nil {
			b.Fatal(err)
		}
		change, err := doc.Set(place, old)
		if err != nil {
			b.Fatal(err)
		}
		run("update", Apply(src, change.Edits))
	}
}

func BenchmarkParseJSON(b *testing.B) {
	src := bigJSON(10 << 20)
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		if _, err := Parse(JSON, src); err != nil {
			b.Fatal(err)
		}
	}
}
