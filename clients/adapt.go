package clients

import (
	"slices"

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

func undrop(e *document.Entry, field string) {
	e.Drop = slices.DeleteFunc(e.Drop, func(p []string) bool { return is(p, field) })
}

// replace gives a field of the entry another value.
func replace(e *document.Entry, field string, value any) {
	for i := range e.Fields {
		if is(e.Fields[i].Path, field) {
			e.Fields[i].Value = value
		}
	}
}

func is(p []string, field string) bool { return len(p) == 1 && p[0] == field }
