package clients

import (
	"slices"
	"strings"

	"fsskills/clients/document"
	"fsskills/clients/form"
)

// server is where and how the client keeps the entry.
func (d *definition) server(v form.Value, c Client, scope Scope) []Config {
	if !v.Given() {
		return nil
	}
	f := serverFields(v)
	if v.IsMap() {
		f.At("file").Required("the file in which the client keeps its servers")
		f.At("format").Required("json, jsonc (with comments), toml or yaml")
		f.At("root").Required("the key below which the file has its servers, such as mcpServers")
		f.At("entry").Required("what the file says about a server, such as {type: http, url: <url>}")
	}
	format := format(f.At("format"))
	cfg := Config{
		Files:   []File{{At: everywhere(d.path(f.At("file"), scope))}},
		Format:  format,
		Strict:  format == document.JSON,
		Root:    root(f.At("root")),
		ListKey: f.At("list-key").Text(),
		Fields:  fields(f.At("entry"), "url", "name"),
	}
	key := fields(f.At("api-key"), "url", "name", "key", "secret")
	if f.At("entry").IsMap() && !holds(cfg.Fields, "<url>") {
		f.At("entry").Wrong("has no <url>, which stands for the server's address: put it where the client expects the address")
	}
	env, secret := holds(key, "<key>"), holds(key, "<secret>")
	switch at := f.At("api-key"); {
	case !at.Given():
		cfg.NoKey = &Unable{
			Reason: "config.yaml does not say how " + c.Name + " reads a key from the environment (api-key)",
			Remedy: "add it there, or use --auth oauth for " + c.ID,
		}
	case !at.IsMap():
	case env && secret:
		at.Wrong("has both <key>, the name of a variable, and <secret>, the key itself: use one of them")
	case secret && scope == ProjectScope:
		at.Wrong("holds the key itself, and a project's file is for everybody: use <key>, or leave it out")
	case secret:
		cfg.Literal = key
		cfg.NoKey = &Unable{
			Reason: c.Name + " keeps the key itself in its file, as config.yaml says",
			Remedy: "use --auth oauth for " + c.ID,
		}
	case env:
		cfg.Fields = withKey(cfg.Fields, key)
	default:
		at.Wrong("has no <key>, which stands for the name of the variable with the key")
	}
	for _, field := range cfg.Fields {
		if cfg.ListKey != "" && field.Path == cfg.ListKey && field.Value != "<name>" {
			f.At("entry").Wrong("sets %s, the list-key, to something else than <name>: leave it out", cfg.ListKey)
			return nil
		}
	}
	if err := cfg.writable(); err != nil {
		f.At("entry").Wrong("cannot be written into such a file: %v", err)
	}
	return []Config{cfg}
}

// writable tries the entry in an empty file.
func (cfg *Config) writable() error {
	if len(cfg.Root) == 0 || len(cfg.Fields) == 0 {
		return nil // which is said already
	}
	for _, auth := range []AuthMethod{OAuth, APIKey} {
		doc, err := document.Parse(cfg.Format, nil)
		if err != nil {
			return err
		}
		entry := cfg.entry(Server{Name: ServerName, URL: "https://example.com", Auth: auth, KeyEnv: "KEY"})
		if _, err := doc.Set(document.Place{Root: cfg.Root, Name: ServerName, ListKey: cfg.ListKey}, entry); err != nil {
			return err
		}
	}
	return nil
}

// withKey joins the fields for a key to those of every entry. A field that is
// in both has the one value or the other.
func withKey(fields, key []Field) []Field {
	for _, k := range key {
		k.Auth = APIKey
		i := slices.IndexFunc(fields, func(f Field) bool { return f.Path == k.Path })
		if i < 0 {
			fields = append(fields, k)
			continue
		}
		fields[i].Auth = OAuth
		fields = slices.Insert(fields, i+1, k)
	}
	return fields
}

// root is the path of the map or list with the servers: one key or several.
func root(v form.Value) []string {
	if !v.IsText() {
		return v.Texts()
	}
	key := v.Text()
	if outer, inner, dotted := strings.Cut(key, "."); dotted {
		v.Wrong("%q has a dot: write [%s, %s] for a key below a key, or [%q] for one key with a dot in it", key, outer, inner, key)
	}
	return []string{key}
}

func format(v form.Value) document.Format {
	all := []document.Format{document.JSON, document.JSONC, document.TOML, document.YAML}
	words := make([]string, len(all))
	for i, f := range all {
		words[i] = f.String()
	}
	return all[max(0, slices.Index(words, v.OneOf(words...)))]
}

// fields are those of a map of values and further maps. In their texts the
// words stand for something.
func fields(v form.Value, words ...string) []Field {
	var out []Field
	for _, p := range v.Pairs() {
		if strings.Contains(p.Name, "/") {
			p.Wrong("has a slash in its name, which fsskills cannot write")
			continue
		}
		if !p.IsMap() {
			if val := value(p.Value, words); val != nil {
				out = append(out, Field{Path: p.Name, Value: val})
			}
			continue
		}
		inner := fields(p.Value, words...)
		if len(p.Pairs()) == 0 {
			p.Wrong("is an empty map: give it a field, or leave it out")
		}
		for _, f := range inner {
			f.Path = p.Name + "/" + f.Path
			out = append(out, f)
		}
	}
	return out
}

// value is a text, a number, a bool or a list of them.
func value(v form.Value, words []string) any {
	if v.IsList() {
		list := []any{}
		for _, element := range v.Elements() {
			if element.IsMap() || element.IsList() {
				element.Wrong("is a map or a list inside a list, which fsskills cannot write")
				continue
			}
			list = append(list, value(element, words))
		}
		return list
	}
	scalar := v.Scalar()
	text, ok := scalar.(string)
	if !ok {
		return scalar
	}
	for _, word := range placeholders(text) {
		if !slices.Contains(words, word) {
			v.Wrong("<%s> means nothing here: %s", word, meaning(word, words))
		}
	}
	return text
}

// placeholders are the words of letters, underscores and hyphens that stand in
// angle brackets in text, in their order.
func placeholders(text string) []string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-"
	var words []string
	for {
		before, rest, closed := strings.Cut(text, ">")
		if !closed {
			return words
		}
		text = rest
		word := before[strings.LastIndexByte(before, '<')+1:]
		if word != before && word != "" && strings.Trim(word, letters) == "" {
			words = append(words, word)
		}
	}
}

func meaning(word string, words []string) string {
	if (word == "key" || word == "secret") && !slices.Contains(words, word) {
		return "it belongs under api-key, as an entry for OAuth has no key"
	}
	return "there are <" + strings.Join(words, ">, <") + ">"
}

// holds reports whether a text in fields holds a placeholder.
func holds(fields []Field, placeholder string) bool {
	return slices.ContainsFunc(fields, func(f Field) bool { return valueHolds(f.Value, placeholder) })
}

func valueHolds(value any, placeholder string) bool {
	switch v := value.(type) {
	case string:
		return strings.Contains(v, placeholder)
	case []any:
		return slices.ContainsFunc(v, func(e any) bool { return valueHolds(e, placeholder) })
	}
	return false
}
