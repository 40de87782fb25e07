package clients

import (
	"fmt"
	"slices"
	"strings"

	"fsskills/clients/document"
)

// A Mistake is what keeps a client from using an entry as it stands in its
// file, as far as the catalog tells. It never has a key in it.
type Mistake struct {
	Field string // the path in the entry, such as "headers.Authorization"
	Says  string
	// Sure is true if the client itself was seen to make nothing of it. Else its
	// documentation says otherwise.
	Sure bool
	// Meant is true for what may well be the user's will.
	Meant bool
}

// Mistakes compares an entry with what this client would be given for the same
// server: the spelling of the address and of the key, and the fields that make
// it take the entry for what it is.
func (c Client) Mistakes(e KeptEntry) []Mistake {
	entry, ok := e.Value.(map[string]any)
	if !ok {
		return []Mistake{{Says: "it is no map of fields", Sure: true}}
	}
	_, starts := entry["command"]
	m := &mistakes{client: c, entry: entry, cfg: e.config}
	if entry["disabled"] == true || entry["enabled"] == false {
		m.add(Mistake{Says: "it is turned off", Meant: true})
	}
	if starts {
		return m.found // a bridge: what it does with its arguments is its own matter
	}
	if e.URL == "" {
		m.add(Mistake{Field: e.config.urlField(), Says: fmt.Sprintf("it has no address: %q is missing", e.config.urlField()), Sure: true})
		return m.found
	}
	srv := Server{Name: ServerName, URL: e.URL, Auth: OAuth}
	header, given := credentials(entry)
	named, _ := valueAt(entry, m.keyField()).(string)
	if named != "" && !IsVariable(named) {
		m.add(Mistake{Field: strings.Join(m.keyField(), "."), Says: fmt.Sprintf("%q is no name of a variable, and may be the key itself", strings.Join(m.keyField(), ".")), Sure: true})
	}
	if given || named != "" {
		srv.Auth, srv.KeyEnv = APIKey, named
		if ref, ok := referenceIn(header.text); ok {
			srv.KeyEnv = ref.name
		}
	}
	if given {
		m.judge(header)
	}
	if srv.Auth == APIKey && e.config.NoKey != nil {
		if srv.Literal = len(e.config.Literal) > 0; !srv.Literal {
			srv.Auth = OAuth
		}
	}
	want := e.config.entry(srv)
	if e.config.Adapt != nil {
		e.config.Adapt(&want, entry, srv)
	}
	m.compare(want, srv)
	for _, field := range m.cfg.Drop {
		path := strings.Split(field, "/")
		if alone := named == "" && given && slices.Equal(path, header.path) && srv.KeyEnv == ""; alone {
			continue // the key itself, and nothing beside it to be sent
		}
		if isCredential(path) && valueAt(entry, path) != nil {
			m.add(Mistake{Field: strings.Join(path, "."), Says: fmt.Sprintf("%q gets in the way of what %s should take", strings.Join(path, "."), c.Name)})
		}
	}
	return m.found
}

// isCredential reports whether a field is one that says who the user is.
func isCredential(path []string) bool {
	name := strings.ToLower(path[len(path)-1])
	return name == "authorization" || strings.Contains(name, "token")
}

// Variable is the name of the variable from which the client would take the key
// for the entry; empty if it takes none.
func (e KeptEntry) Variable() string {
	entry, ok := e.Value.(map[string]any)
	if !ok {
		return ""
	}
	m := &mistakes{entry: entry, cfg: e.config}
	if named, _ := valueAt(entry, m.keyField()).(string); IsVariable(named) {
		return named
	}
	as, _ := e.config.reads()
	header, _ := credentials(entry)
	if ref, ok := referenceIn(header.text); ok && (ref.as == as || slices.Contains(e.config.AlsoKey, ref.as)) && !strings.Contains(ref.as, "input:") {
		return ref.name
	}
	return ""
}

type mistakes struct {
	client Client
	cfg    *Config
	entry  map[string]any
	found  []Mistake
}

func (m *mistakes) add(one Mistake) {
	one.Sure = one.Sure || m.client.Evidence == Observed
	m.found = append(m.found, one)
}

// keyField is where the client has the name of the variable alone, nil if it has
// it within a text.
func (m *mistakes) keyField() []string {
	if as, field := m.cfg.reads(); as == "<key>" {
		return strings.Split(field, "/")
	}
	return nil
}

// A credential is a text of an entry that says who the user is.
type credential struct {
	path []string
	text string
}

// credentials is the first header of an entry that says who the user is,
// wherever the entry has its headers.
func credentials(entry map[string]any) (credential, bool) {
	var walk func(at []string, m map[string]any) (credential, bool)
	walk = func(at []string, m map[string]any) (credential, bool) {
		for _, key := range sorted(m) {
			path := append(slices.Clone(at), key)
			switch v := m[key].(type) {
			case string:
				if strings.EqualFold(key, "authorization") && v != "" && !strings.HasPrefix(strings.ToLower(strings.Join(at, "/")), "env") {
					return credential{path, v}, true
				}
			case map[string]any:
				if found, ok := walk(path, v); ok {
					return found, true
				}
			}
		}
		return credential{}, false
	}
	return walk(nil, entry)
}

func sorted(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// judge says what is wrong with the header that has the key.
func (m *mistakes) judge(c credential) {
	field := strings.Join(c.path, ".")
	as, own := m.cfg.reads()
	instead := "it takes no key from a variable"
	switch {
	case as == "<key>":
		instead = fmt.Sprintf("it takes the name of the variable from %q", strings.ReplaceAll(own, "/", "."))
	case as != "":
		instead = "it reads " + strings.ReplaceAll(as, "<key>", "NAME")
	}
	ref, isRef := referenceIn(c.text)
	switch {
	case isRef && ref.as != as && !slices.Contains(m.cfg.AlsoKey, ref.as):
		m.add(Mistake{Field: field, Says: fmt.Sprintf("the key is written %s, which %s does not replace: %s", ref.shown(), m.client.Name, instead)})
	case isRef && !strings.EqualFold(strings.TrimSpace(ref.before), strings.TrimSpace(bearer)):
		m.add(Mistake{Field: field, Says: `there is no "Bearer" before the key`, Sure: true})
	case !isRef && as == "<key>" && !strings.HasPrefix(own, c.path[0]+"/") && c.path[0] == "headers":
		m.add(Mistake{Field: field, Says: m.client.Name + " does not read it: " + instead})
	case !isRef && len(m.cfg.Literal) == 0 && as != "":
		m.add(Mistake{Field: field, Says: "the key itself seems to be in the file, where a variable would do: " + instead, Meant: true})
	}
}

// compare says which fields are not as the client wants them.
func (m *mistakes) compare(want document.Entry, srv Server) {
	for _, f := range want.Fields {
		path := strings.Join(f.Path, ".")
		have, text := valueAt(m.entry, f.Path), fmt.Sprint(f.Value)
		_, isList := f.Value.([]any)
		switch {
		case f.Ensure, isList, text == "", have == f.Value, srv.Auth == APIKey && srv.KeyEnv != "" && strings.Contains(text, srv.KeyEnv):
		case slices.Contains(m.cfg.Spare, path) && have == nil:
		case have == nil && f.Value == srv.URL:
			m.add(Mistake{Field: path, Says: fmt.Sprintf("the address is under %q, and %s reads %q", m.urlKey(srv.URL), m.client.Name, path)})
		case have == nil && !hasHole(f.Value) && !strings.HasSuffix(path, "uthorization"):
			m.add(Mistake{Field: path, Says: fmt.Sprintf("it lacks %q: %s", path, quoted(f.Value))})
		case have != nil && f.Value != srv.URL && !strings.HasSuffix(path, "uthorization"):
			m.add(Mistake{Field: path, Says: fmt.Sprintf("%q should be %s", path, quoted(f.Value))})
		}
	}
}

// urlField is the field in which a new entry has the address.
func (cfg *Config) urlField() string {
	i := slices.IndexFunc(cfg.Fields, func(f Field) bool { return f.Value == "<url>" })
	if i < 0 {
		return "url"
	}
	return strings.ReplaceAll(cfg.Fields[i].Path, "/", ".")
}

// addressIn is the server that an entry leads to, also under a name that this
// client alone has for it.
func (cfg *Config) addressIn(entry any) string {
	if url := EntryURL(entry); url != "" {
		return url
	}
	url, _ := valueAt(entry, strings.Split(cfg.urlField(), ".")).(string)
	return url
}

// urlKey is the field in which the entry has its address.
func (m *mistakes) urlKey(url string) string {
	for _, key := range sorted(m.entry) {
		if m.entry[key] == url {
			return key
		}
	}
	return "another name"
}

func quoted(v any) string {
	if text, ok := v.(string); ok {
		return fmt.Sprintf("%q", text)
	}
	return fmt.Sprint(v)
}

func valueAt(value any, path []string) any {
	if len(path) == 0 {
		return nil
	}
	for _, key := range path {
		m, _ := value.(map[string]any)
		value = m[key]
	}
	return value
}
