// Package schema holds a JSON Schema for each document that fsskills prints with
// --json, for the tests that hold the documents to them. docs/json.md says which
// is whose.
package schema

import "embed"

// Suffix is what the names of the files end with.
const Suffix = ".schema.json"

// Files are the schemas, each named by what it describes and [Suffix].
//
//go:embed *.schema.json
var Files embed.FS
