package document

import (
	"bytes"
	"fmt"
	"testing"
)

// A sample makes a file of about n bytes as a client might keep it: years of
// its own notes, and one server at the end.
type sample struct {
	format Format
	place  Place
	// head begins the file, note is one of its own entries, of which the number
	// comes twice, and tail ends it.
	head, note, tail string
	between          string // notes
}

func samples() []sample {
	const json = `
    "/home/user/work/project-%[1]d": {
      "allowedTools": [],
      "history": [
        {
          "display": "explain why the test \"Test%[1]d\" fails on café machines",
          "pastedContents": {}
        }
      ],
      "mcpServers": {},
      "lastCost": 0.%[1]d,
      "hasTrustDialogAccepted": true
    }`
	place := Place{Root: []string{"mcpServers"}, Name: "fullstory"}
	return []sample{
		{
			format: JSON, place: place, head: "{\n  \"numStartups\": 412,\n  \"projects\": {", note: json, between: ",",
			tail: "\n  },\n  \"mcpServers\": {\n    \"a\": {\n      \"command\": \"a\"\n    }\n  }\n}\n",
		},
		{
			format: JSONC, place: place, head: "{\n  // what I have done\n  \"projects\": {", between: ", // done",
			note: "\n    /* number %[1]d */\n    \"project-%[1]d\": { \"theme\": \"dark\", \"recent\": [1, 2, %[1]d,], }",
			tail: "\n  },\n  \"mcpServers\": {\n    \"a\": { \"command\": \"a\" }, // mine\n  },\n}\n",
		},
		{
			format: TOML, place: Place{Root: []string{"mcp_servers"}, Name: "fullstory"}, head: "model = \"best\" # for now\n",
			note: "\n[projects.\"/home/user/work/project-%[1]d\"]\ntrust_level = \"trusted\"\nnotes = '''\nnumber %[1]d\n'''\n",
			tail: "\n[mcp_servers.a]\ncommand = \"a\"\nargs = [\"--quiet\"]\n",
		},
		{
			format: YAML, place: Place{Root: []string{"extensions"}, Name: "fullstory"}, head: "# mine\nprojects:\n",
			note: "  project-%[1]d:\n    trust: true # number %[1]d\n    tools: [read, write]\n    note: |\n      ran well\n",
			tail: "extensions:\n  a:\n    cmd: a\n    enabled: true\n",
		},
	}
}

func (s sample) file(n int) []byte {
	src := []byte(s.head)
	for i := 0; len(src)+len(s.tail) < n; i++ {
		if i > 0 {
			src = append(src, s.between...)
		}
		src = fmt.Appendf(src, s.note, i)
	}
	return append(src, s.tail...)
}

// eachSample runs a benchmark for each format and size of file.
func eachSample(b *testing.B, run func(b *testing.B, s sample, src []byte)) {
	b.Helper()
	for _, s := range samples() {
		for _, size := range []struct {
			name string
			n    int
		}{{"1KB", 1 << 10}, {"32KB", 32 << 10}, {"1MB", 1 << 20}, {"10MB", 10 << 20}} {
			if size.n > 1<<20 && s.format != JSON {
				continue // what clients write themselves is JSON
			}
			src := s.file(size.n)
			b.Run(fmt.Sprintf("format=%s/size=%s", s.format, size.name), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(src)))
				run(b, s, src)
			})
		}
	}
}

// benchEntry is what most clients are given, and benchOld what is updated to it.
var (
	benchEntry = Entry{
		Fields: []Field{
			{Path: []string{"type"}, Value: "http"},
			{Path: []string{"url"}, Value: "https://api.fullstory.com/mcp/fullstory"},
		},
		Drop: [][]string{{"command"}, {"args"}, {"env"}, {"serverUrl"}, {"httpUrl"}},
	}
	benchOld = Entry{Fields: []Field{
		{Path: []string{"url"}, Value: "https://old"},
		{Path: []string{"type"}, Value: "sse"},
		{Path: []string{"command"}, Value: "npx"},
	}}
)

// set reads a file and works out what gives it the entry.
func set(b *testing.B, s sample, src []byte, want Entry) Change {
	b.Helper()
	doc, err := Parse(s.format, src)
	if err != nil {
		b.Fatal(err)
	}
	change, err := doc.Set(s.place, want)
	if err != nil {
		b.Fatal(err)
	}
	return change
}

func BenchmarkParse(b *testing.B) {
	eachSample(b, func(b *testing.B, s sample, src []byte) {
		b.Helper()
		for b.Loop() {
			if _, err := Parse(s.format, src); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkInsert(b *testing.B) {
	eachSample(b, func(b *testing.B, s sample, src []byte) {
		b.Helper()
		for b.Loop() {
			Apply(src, set(b, s, src, benchEntry).Edits)
		}
	})
}

func BenchmarkUpdate(b *testing.B) {
	eachSample(b, func(b *testing.B, s sample, src []byte) {
		b.Helper()
		src = Apply(src, set(b, s, src, benchOld).Edits)
		for b.Loop() {
			Apply(src, set(b, s, src, benchEntry).Edits)
		}
	})
}

func BenchmarkNothingToDo(b *testing.B) {
	eachSample(b, func(b *testing.B, s sample, src []byte) {
		b.Helper()
		src = Apply(src, set(b, s, src, benchEntry).Edits)
		for b.Loop() {
			if !set(b, s, src, benchEntry).Empty() {
				b.Fatal("there is something to do")
			}
		}
	})
}

// BenchmarkUndo takes an entry out again by its own text.
func BenchmarkUndo(b *testing.B) {
	eachSample(b, func(b *testing.B, s sample, src []byte) {
		b.Helper()
		change := set(b, s, src, benchEntry)
		after := Apply(src, change.Edits)
		for b.Loop() {
			doc, err := Parse(s.format, after)
			if err != nil {
				b.Fatal(err)
			}
			back, ok := doc.Undo(s.place, change.Edits)
			if !ok || !bytes.Equal(Apply(after, back.Edits), src) {
				b.Fatal("it does not go back")
			}
		}
	})
}
