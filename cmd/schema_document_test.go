package cmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"fsskills/docs/schema"
)

// CheckDocument says what is wrong with what a command has printed to stdout
// with --json: it has to be one document that fits the schema of its kind.
func CheckDocument(out []byte) error {
	var doc map[string]any
	d := json.NewDecoder(strings.NewReader(string(out)))
	if err := d.Decode(&doc); err != nil {
		return fmt.Errorf("no JSON document: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("something follows the document: %w", err)
	}
	kind, err := kindOf(doc)
	if err != nil {
		return err
	}
	resolved, err := readSchema(kind)
	if err != nil {
		return err
	}
	return resolved.Validate(doc)
}

// kindOf is the name of the schema for doc, as docs/json.md says.
func kindOf(doc map[string]any) (string, error) {
	command, ok := doc["command"].(string)
	if !ok {
		return "", errors.New("the document names no command")
	}
	if _, failed := doc["error"]; failed {
		return "error", nil
	}
	switch command {
	case "install", "update", "uninstall":
		return "result", nil
	case "restore":
		if _, listed := doc["operations"]; listed {
			return "operations", nil
		}
		return "result", nil
	}
	return command, nil
}

// readSchema reads the schema of one kind of documents.
func readSchema(kind string) (*jsonschema.Resolved, error) {
	text, err := schema.Files.ReadFile(kind + schema.Suffix)
	if err != nil {
		return nil, err
	}
	var s jsonschema.Schema
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("%s%s: %w", kind, schema.Suffix, err)
	}
	return s.Resolve(&jsonschema.ResolveOptions{BaseURI: "file:///"})
}

// TestCheckDocument: a document that is wrong in one thing does not fit.
func TestCheckDocument(t *testing.T) {
	const right = `{"schemaVersion": 1, "command": "restore", "operations": [
		{"id": "1", "time": "2026-01-02T03:04:05Z", "command": "install", "version": "dev", "files": ["/a"]}]}`
	if err := CheckDocument([]byte(right)); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"a missing field":     {`"version": "dev", `, ``},
		"an unknown field":    {`"version"`, `"extra": 1, "version"`},
		"another type":        {`["/a"]`, `[1]`},
		"null for a list":     {`["/a"]`, `null`},
		"another version":     {`"schemaVersion": 1`, `"schemaVersion": 2`},
		"an unknown command":  {`"command": "restore", `, `"command": "backup", `},
		"no command":          {`"command": "restore", `, ``},
		"a second document":   {`]}`, `]} {}`},
		"words behind it":     {`]}`, `]} done`},
		"a document cut off":  {`]}`, `]`},
		"an error in a table": {`"operations"`, `"error": {}, "operations"`},
	} {
		wrong := strings.Replace(right, change[0], change[1], 1)
		if wrong == right {
			t.Fatalf("%s: nothing is wrong with it", name)
		}
		if CheckDocument([]byte(wrong)) == nil {
			t.Errorf("%s: it fits", name)
		}
	}
}
