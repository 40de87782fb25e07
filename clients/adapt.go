package clients

import (
	"slices"
	"strings"

	"fsskills/clients/document"
)

// keepHTTPType leaves a type that already says HTTP, for a client that needs
// none: only one that says otherwise is in the way of the URL.
func keepHTTPType(e *document.Entry, old map[string]any, _ Server) {
	switch old["type"] {
	case "http", "streamable-http", "streamableHttp", "streamable_http":
		undrop(e, "type")
	}
}

// keepHTTPURL leaves the spelling of an entry that has the URL as "httpUrl".
// Versions of Gemini CLI from 2025 know no other way; newer ones still take it
// (observed with 0.61.0).
func keepHTTPURL(e *document.Entry, old map[string]any, srv Server) {
	if _, ok := old["httpUrl"].(string); !ok {
		return
	}
	e.Fields = slices.DeleteFunc(e.Fields, func(f document.Field) bool { return is(f.Path, "type") })
	for i := range e.Fields {
		if is(e.Fields[i].Path, "url") {
			e.Fields[i] = document.Field{Path: []string{"httpUrl"}, Value: srv.URL}
		}
	}
	undrop(e, "httpUrl")
	e.Drop = append(e.Drop, []string{"url"}, []string{"type"})
}

// keepOAuthSettings leaves the "oauth" of an OpenCode entry that is a map: it
// has the user's client ID or scope. Only a false, which turns OAuth off, has
// to go for OAuth.
func keepOAuthSettings(e *document.Entry, old map[string]any, _ Server) {
	if old["oauth"] != false {
		undrop(e, "oauth")
	}
}

// listKeyVariable sees to Goose's "env_keys", the list of the variables that
// Goose looks up to fill in headers. Other names in it are the user's. A name
// that no header of ours needs any more must go: Goose does not start an
// extension if one of them is not set
// (https://github.com/aaif-goose/goose/pull/5439).
func listKeyVariable(e *document.Entry, old map[string]any, srv Server) {
	value, there := old["env_keys"]
	list, _ := value.([]any)
	stale := headerVariable(old)
	gone := func(name any) bool { return name == stale || name == srv.KeyEnv }
	wanted := slices.DeleteFunc(slices.Clone(list), gone)
	switch {
	case !there:
		return
	case srv.Auth == APIKey && len(wanted) == len(list)-1 && slices.Contains(list, any(srv.KeyEnv)):
		return // the one that we need is in, and no other of ours
	case srv.Auth == APIKey:
		wanted = append(wanted, srv.KeyEnv)
	case len(wanted) == len(list):
		return
	}
	e.Fields = slices.DeleteFunc(e.Fields, func(f document.Field) bool { return is(f.Path, "env_keys") })
	e.Fields = append(e.Fields, document.Field{Path: []string{"env_keys"}, Value: wanted})
}

// headerVariable returns the variable that the entry's header takes the key
// from, as in "Bearer ${NAME}", or "".
func headerVariable(entry map[string]any) string {
	headers, _ := entry["headers"].(map[string]any)
	value, _ := headers["Authorization"].(string)
	_, rest, _ := strings.Cut(value, "${")
	name, _, found := strings.Cut(rest, "}")
	if !found {
		return ""
	}
	return strings.TrimSpace(name)
}

func undrop(e *document.Entry, field string) {
	e.Drop = slices.DeleteFunc(e.Drop, func(p []string) bool { return is(p, field) })
}

func is(p []string, field string) bool { return len(p) == 1 && p[0] == field }
