package clients

import (
	"slices"
	"strings"

	"fsskills/clients/document"
)

// hole is what the strings of an entry have in the place of the key. No URL
// and no name has such characters.
const hole = "\x00key\x00"

// KeyText stands for the key in an entry that is shown.
const KeyText = "YOUR-API-KEY"

// literal reports whether the entry of srv holds the key itself.
func (cfg *Config) literal(srv Server) bool {
	return srv.Literal && srv.Auth == APIKey && cfg.NoKey != nil && len(cfg.Literal) > 0
}

// noKey is why the client cannot take the key from the environment and, where
// it can have the key itself, that it can.
func (cfg *Config) noKey() *Unable {
	if len(cfg.Literal) == 0 {
		return cfg.NoKey
	}
	return &Unable{
		Reason: cfg.NoKey.Reason,
		Remedy: cfg.NoKey.Remedy + ", or --write-key to have the key itself written into its file",
	}
}

// fields are those of the entry of srv.
func (cfg *Config) fields(srv Server) []Field {
	if !cfg.literal(srv) {
		return cfg.Fields
	}
	return withKey(slices.Clone(cfg.Fields), cfg.Literal)
}

// HoldsKey reports whether the entry holds the key itself. Its place in
// [ServerFile.Entry] is empty: [ServerFile.WithKey] fills it.
func (sf ServerFile) HoldsKey() bool { return len(sf.KeyPaths()) > 0 }

// KeyPaths are the fields that hold the key itself.
func (sf ServerFile) KeyPaths() [][]string {
	var paths [][]string
	for _, f := range sf.Entry.Fields {
		if hasHole(f.Value) {
			paths = append(paths, f.Path)
		}
	}
	return paths
}

// WithKey is the entry with the key in it.
func (sf ServerFile) WithKey(key Secret) document.Entry { return sf.with(key.Reveal()) }

// Sample is the entry with [KeyText] in the place of the key, to be shown.
func (sf ServerFile) Sample() document.Entry { return sf.with(KeyText) }

func (sf ServerFile) with(key string) document.Entry {
	fill := strings.NewReplacer(hole, key)
	e := sf.Entry
	e.Fields = slices.Clone(e.Fields)
	for i := range e.Fields {
		e.Fields[i].Value = filled(e.Fields[i].Value, fill)
	}
	return e
}

// KeyIn returns the key that the decoded entry has where this one has the
// place for it.
func (sf ServerFile) KeyIn(entry any) (Secret, bool) {
	for _, f := range sf.Entry.Fields {
		if !hasHole(f.Value) {
			continue
		}
		value := entry
		for _, key := range f.Path {
			m, _ := value.(map[string]any)
			value = m[key]
		}
		if key, ok := inHole(f.Value, value); ok {
			return key, true
		}
	}
	return Secret{}, false
}

func hasHole(value any) bool {
	switch v := value.(type) {
	case string:
		return strings.Contains(v, hole)
	case []any:
		return slices.ContainsFunc(v, hasHole)
	}
	return false
}

// inHole returns what value has where want has the hole.
func inHole(want, value any) (Secret, bool) {
	switch want := want.(type) {
	case string:
		text, _ := value.(string)
		before, after, ok := strings.Cut(want, hole)
		text, begins := strings.CutPrefix(text, before)
		text, ends := strings.CutSuffix(text, after)
		if !ok || !begins || !ends {
			return Secret{}, false
		}
		key, err := NewSecret(text)
		return key, err == nil
	case []any:
		list, _ := value.([]any)
		for i, w := range want {
			if i < len(list) && hasHole(w) {
				return inHole(w, list[i])
			}
		}
	}
	return Secret{}, false
}
