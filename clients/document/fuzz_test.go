package document

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// The places and entries that the fuzzers try on every input.
var (
	fuzzPlaces = []Place{
		{Root: []string{"mcpServers"}, Name: "fullstory"},
		{Root: []string{"mcpServers"}, Name: "fullstory", ListKey: "name"},
		{Root: []string{"a", "mcpServers"}, Name: "fullstory"},
	}
	fuzzEntries = []Entry{
		{Fields: []Field{{Path: []string{"url"}, Value: "https://api.example/mcp"}}},
		{
			Fields: []Field{
				{Path: []string{"type"}, Value: "http"},
				{Path: []string{"url"}, Value: "https://api.example/mcp"},
				{Path: []string{"headers", "Authorization"}, Value: "Bearer ${KEY}"},
				{Path: []string{"enabled"}, Value: true, Ensure: true},
			},
			Drop: [][]string{{"command"}, {"args"}, {"env", "KEY"}},
		},
		{
			Fields:  []Field{{Path: []string{"command"}, Value: "npx"}, {Path: []string{"args"}, Value: []any{"-y", "a b"}}},
			Replace: true,
		},
	}
)

func fuzz(f *testing.F, format Format, folder string, more ...string) {
	f.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", folder, "*.txtar"))
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range txtar.Parse(raw).Files {
			f.Add(part.Data)
		}
	}
	for _, src := range more {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 1<<14 {
			return
		}
		for _, p := range fuzzPlaces {
			for _, e := range fuzzEntries {
				laws(t, format, src, p, e)
			}
		}
	})
}

func FuzzJSON(f *testing.F) {
	fuzz(f, JSON, "json", "{\"a\":{\"mcpServers\":null}}", "{\"mcpServers\":{\"full\\u0073tory\":{\"command\":1,}},}")
}

func FuzzTOML(f *testing.F) {
	fuzz(f, TOML, "toml", "mcpServers.fullstory.command = 1\n[a.mcpServers]\n", "[[mcpServers]]\nname='fullstory'\n[mcpServers.env]\nKEY=1\n")
}

func FuzzYAML(f *testing.F) {
	fuzz(f, YAML, "yaml", "a: {mcpServers: }\n", "mcpServers:\n- env:\n    KEY: |+\n     x\n\n  name: fullstory\n")
}
