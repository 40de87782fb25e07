package cmd

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/jsonschema-go/jsonschema"

	"fsskills/clients/document"
	"fsskills/docs/schema"
)

// A documentKind is a kind of documents: the type that is printed, and which of
// its fields such documents never have.
type documentKind struct {
	of    reflect.Type
	never []string
}

func documentKinds() map[string]documentKind {
	return map[string]documentKind{
		"result":     {of: reflect.TypeFor[resultDoc](), never: []string{"error"}},
		"error":      {of: reflect.TypeFor[resultDoc](), never: []string{"source", "project", "lock", "news"}},
		"list":       {of: reflect.TypeFor[listDoc]()},
		"status":     {of: reflect.TypeFor[statusDoc]()},
		"clients":    {of: reflect.TypeFor[clientsDoc]()},
		"doctor":     {of: reflect.TypeFor[doctorDoc]()},
		"version":    {of: reflect.TypeFor[versionDoc]()},
		"snippet":    {of: reflect.TypeFor[snippetDoc]()},
		"operations": {of: reflect.TypeFor[operationsDoc]()},
	}
}

// TestSchemas: the schemas have the fields that are printed and no others, with
// their types, and each is described.
func TestSchemas(t *testing.T) {
	t.Parallel()
	kinds := documentKinds()
	files, err := fs.Glob(schema.Files, "*"+schema.Suffix)
	if err != nil || len(files) != len(kinds) {
		t.Errorf("the schemas are %q (%v), the kinds of documents %d", files, err, len(kinds))
	}
	for kind, doc := range kinds {
		t.Run(kind, func(t *testing.T) {
			resolved, err := readSchema(kind)
			if err != nil {
				t.Fatal(err)
			}
			root := resolved.Schema()
			if root.Schema != "https://json-schema.org/draft/2020-12/schema" || root.ID != kind+schema.Suffix || root.Title == "" {
				t.Errorf("$schema %q, $id %q, title %q", root.Schema, root.ID, root.Title)
			}
			c := schemaCheck{t: t, kind: kind, root: root, used: map[string]bool{}}
			c.object(kind, root, doc.of, doc.never)
			for name := range root.Defs {
				if !c.used[name] {
					t.Errorf("$defs/%s is used by nothing", name)
				}
			}
		})
	}
}

// A schemaCheck compares a schema with a type.
type schemaCheck struct {
	t    *testing.T
	kind string
	root *jsonschema.Schema
	used map[string]bool // of the definitions
}

// object compares an object with the struct that is printed as one.
func (c *schemaCheck) object(where string, s *jsonschema.Schema, of reflect.Type, never []string) {
	c.t.Helper()
	if s.Type != "object" || s.Description == "" {
		c.t.Errorf("%s: type %q, description %q", where, s.Type, s.Description)
	}
	if s.AdditionalProperties == nil || s.AdditionalProperties.Not == nil {
		c.t.Errorf("%s takes additional properties", where)
	}
	fields := jsonFields(of)
	var required []string
	for name, f := range fields {
		if slices.Contains(never, name) {
			continue
		}
		property, ok := s.Properties[name]
		if !ok {
			c.t.Errorf("%s has no %s, which is printed", where, name)
			continue
		}
		if property.Description == "" {
			c.t.Errorf("%s.%s is not described", where, name)
		}
		if !f.optional || where == "error" && name == "error" {
			required = append(required, name)
		}
		c.value(where+"."+name, property, f.of)
	}
	for name := range s.Properties {
		if _, ok := fields[name]; !ok || slices.Contains(never, name) {
			c.t.Errorf("%s has %s, which is never printed", where, name)
		}
	}
	slices.Sort(required)
	if diff := cmp.Diff(required, slices.Sorted(slices.Values(s.Required))); diff != "" {
		c.t.Errorf("%s: required (-printed always +schema):\n%s", where, diff)
	}
}

// value compares a property, or an item, with a field's type.
func (c *schemaCheck) value(where string, s *jsonschema.Schema, of reflect.Type) {
	c.t.Helper()
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	if name, ok := strings.CutPrefix(s.Ref, "#/$defs/"); ok {
		if c.root.Defs[name] == nil || of.Kind() != reflect.Struct {
			c.t.Errorf("%s is %s, printed is %v", where, name, of)
			return
		}
		if !c.used[name] {
			c.used[name] = true
			c.object(c.kind+"/"+name, c.root.Defs[name], of, nil)
		}
		return
	}
	want := map[reflect.Kind]string{
		reflect.String: "string", reflect.Bool: "boolean", reflect.Int: "integer", reflect.Slice: "array",
	}[of.Kind()]
	switch {
	case of == reflect.TypeFor[time.Time]():
		if want = "string"; s.Format != "date-time" {
			c.t.Errorf("%s is a time, its format %q", where, s.Format)
		}
	case s.Const != nil:
		return // compared with what is printed by each script
	case want == "array" && s.MaxItems != nil && *s.MaxItems == 0:
	case want == "array":
		if s.Items == nil {
			c.t.Errorf("%s does not say what is in it", where)
			return
		}
		c.value(where, s.Items, of.Elem())
	default:
		c.words(where, s, of)
	}
	if s.Type != want {
		c.t.Errorf("%s is a %q, printed is %v", where, s.Type, of)
	}
}

// words compares an enumeration with the constants of a type or, where the type
// is a plain string, with what the code says elsewhere.
func (c *schemaCheck) words(where string, s *jsonschema.Schema, of reflect.Type) {
	c.t.Helper()
	want := constants(c.t, of)
	switch where {
	case "result/client.status":
		want = []string{"changed", "unchanged", "kept", "failed"}
	case "result/mcp.auth":
		want = []string{"oauth", "api-key"}
	case "clients/client.auth":
		want = []string{"oauth", "api-key", "write-key"}
	case "snippet.form":
		want = formWords()
	case "snippet.format", "snippet/more.format":
		want = nil
		for f := document.Format(0); f.String() != "unknown"; f++ {
			want = append(want, f.String())
		}
	case "result.command":
		want = []string{"install", "update", "uninstall", "restore"}
	case "error/error.code":
		want = nil
		for _, status := range exitStatuses() {
			if status.code != exitDone {
				want = append(want, strconv.Itoa(int(status.code)))
			}
		}
	}
	var got []string
	for _, word := range s.Enum {
		if n, ok := word.(float64); ok {
			word = strconv.Itoa(int(n))
		}
		got = append(got, word.(string))
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		c.t.Errorf("%s: words (-code +schema):\n%s", where, diff)
	}
}

// constants are the values of the constants of a type of ours, none if it is
// not ours.
func constants(t *testing.T, of reflect.Type) []string {
	t.Helper()
	folder, ours := strings.CutPrefix(of.PkgPath(), "fsskills/")
	if !ours {
		return nil
	}
	files, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(folder), "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("the source of %v: %v", of, err)
	}
	var words []string
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if name, ok := spec.Type.(*ast.Ident); !ok || name.Name != of.Name() {
				return false
			}
			for _, value := range spec.Values {
				literal, ok := value.(*ast.BasicLit)
				if !ok {
					continue
				}
				word := literal.Value
				if literal.Kind == token.STRING {
					if word, err = strconv.Unquote(word); err != nil {
						t.Fatal(err)
					}
				}
				words = append(words, word)
			}
			return false
		})
	}
	if len(words) == 0 {
		t.Errorf("%v has no constants", of)
	}
	return words
}

// A jsonField is a field as it is printed.
type jsonField struct {
	of       reflect.Type
	optional bool
}

// jsonFields are the fields of a struct by the names that they are printed with.
func jsonFields(of reflect.Type) map[string]jsonField {
	fields := map[string]jsonField{}
	for f := range of.Fields() {
		tag, tagged := f.Tag.Lookup("json")
		if f.Anonymous && !tagged {
			maps.Copy(fields, jsonFields(f.Type))
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		if !f.IsExported() || name == "-" {
			continue
		}
		fields[name] = jsonField{of: f.Type, optional: strings.Contains(options, "omitempty")}
	}
	return fields
}
