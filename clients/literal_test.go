package clients

import (
	"reflect"
	"strings"
	"testing"

	"fsskills/clients/document"
)

// written is the server for a client that gets the key itself.
func written(t *testing.T) Server {
	t.Helper()
	srv := server(APIKey)
	srv.Literal = true
	var err error
	if srv.Key, err = NewSecret("na1.c2VjcmV0"); err != nil {
		t.Fatal(err)
	}
	return srv
}

// TestLiteral holds every place for the key to what can be done with it.
func TestLiteral(t *testing.T) {
	t.Parallel()
	for _, c := range All() {
		for i, cfg := range c.Servers {
			if cfg.Literal == nil {
				continue
			}
			if cfg.NoKey == nil {
				t.Errorf("%s: the key itself is asked for, but the client can read it from the environment", c.ID)
			}
			srv := written(t)
			sf := ServerFile{Entry: cfg.entry(srv)}
			if !sf.HoldsKey() {
				t.Errorf("%s: Literal of file %d has no <secret>", c.ID, i)
			}
			for _, f := range sf.Entry.Fields {
				if hasText(f.Value, "<") || hasText(f.Value, srv.Key.Reveal()) {
					t.Errorf("%s: %v is %q before the key is filled in", c.ID, f.Path, f.Value)
				}
			}
			var entry document.Map
			for _, f := range sf.WithKey(srv.Key).Fields {
				entry = append(entry, document.Pair{Key: strings.Join(f.Path, "/"), Value: f.Value})
			}
			for _, path := range sf.KeyPaths() {
				if !dropped(cfg.entry(server(OAuth)), path) {
					t.Errorf("%s: OAuth leaves the key in %v", c.ID, path)
				}
			}
			if key, ok := sf.KeyIn(nested(sf.WithKey(srv.Key))); !ok || !key.Equal(srv.Key) {
				t.Errorf("%s: the key is not found again in %v", c.ID, entry)
			}
			if key, ok := sf.KeyIn(nested(cfg.entry(server(OAuth)))); ok {
				t.Errorf("%s: a key is found where there is none: %v", c.ID, key)
			}
		}
		if c.Project != nil {
			for _, cfg := range c.Project.Servers {
				if cfg.Literal != nil {
					t.Errorf("%s: a project's file is committed, and must not hold a key", c.ID)
				}
			}
		}
	}
}

// dropped reports whether an entry does away with what is at path, or has a
// value of its own there.
func dropped(e document.Entry, path []string) bool {
	for _, d := range e.Drop {
		if reflect.DeepEqual(d, path) {
			return true
		}
	}
	for _, f := range e.Fields {
		if reflect.DeepEqual(f.Path, path) && !f.Ensure {
			return true
		}
	}
	return false
}

func hasText(value any, text string) bool {
	switch v := value.(type) {
	case string:
		return strings.Contains(v, text)
	case []any:
		for _, e := range v {
			if hasText(e, text) {
				return true
			}
		}
	}
	return false
}

// nested is the entry as it is decoded.
func nested(e document.Entry) map[string]any {
	out := map[string]any{}
	for _, f := range e.Fields {
		m := out
		for _, key := range f.Path[:len(f.Path)-1] {
			inner, _ := m[key].(map[string]any)
			if inner == nil {
				inner = map[string]any{}
				m[key] = inner
			}
			m = inner
		}
		m[f.Path[len(f.Path)-1]] = f.Value
	}
	return out
}

// TestLiteralInAnArgument has a client whose key is in a list, beside fields
// that the entry has without the key too.
func TestLiteralInAnArgument(t *testing.T) {
	t.Parallel()
	cfg := Config{
		Fields:  []Field{{Path: "command", Value: "npx"}, {Path: "args", Value: []any{"-y", "<url>"}}},
		Literal: []Field{{Path: "args", Value: []any{"-y", "<url>", "--header", "Authorization: Bearer <secret>"}}, {Path: "env/KEY", Value: "<secret>"}},
		NoKey:   &Unable{Reason: "cannot", Remedy: "do not"},
	}
	srv := written(t)
	srv.URL = "https://example.com/<secret>"
	sf := ServerFile{Entry: cfg.entry(srv)}
	want := map[string]any{
		"command": "npx", "args": []any{"-y", srv.URL, "--header", "Authorization: Bearer na1.c2VjcmV0"},
		"env": map[string]any{"KEY": "na1.c2VjcmV0"},
	}
	got := nested(sf.WithKey(srv.Key))
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if shown := nested(sf.Sample()); hasText(shown["args"], "c2VjcmV0") || !hasText(shown["args"], "Bearer "+KeyText) {
		t.Errorf("shown as %v", shown)
	}
	if key, ok := sf.KeyIn(got); !ok || !key.Equal(srv.Key) {
		t.Error("the key is not found in the list")
	}
	for _, args := range [][]any{nil, {"-y"}, {"-y", "x", "--header", "Authorization: Basic na1.c2VjcmV0"}, {"-y", "x", "--header", 1}} {
		if _, ok := sf.KeyIn(map[string]any{"args": args}); ok {
			t.Errorf("a key is found in %v", args)
		}
	}
	if e := cfg.entry(server(OAuth)); !dropped(e, []string{"env", "KEY"}) || !reflect.DeepEqual(nested(e)["args"], []any{"-y", server(OAuth).URL}) {
		t.Errorf("without the key the entry is %v", e)
	}
	// In any other entry the word is one like another.
	plain := Config{Fields: []Field{{Path: "x", Value: "<secret>"}}}
	if sf := (ServerFile{Entry: plain.entry(srv)}); sf.HoldsKey() {
		t.Errorf("%v holds a key", sf.Entry)
	}
}
