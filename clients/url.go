package clients

import (
	"net/url"
	"path"
	"strings"
)

// ServerName is the name of the server entry in every client. The skills call
// their tools as fullstory:…, so that no other name would do.
const ServerName = "fullstory"

// IsVariable reports whether name can be that of an environment variable, as
// a [Server]'s KeyEnv is.
func IsVariable(name string) bool {
	for i, r := range name {
		letter := r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != ""
}

// ServerURL returns the address of Fullstory's MCP server in region, "us" or
// "eu". The European one follows from the address of the vendor's other
// server there; it is not documented.
func ServerURL(region string) (string, bool) {
	switch region {
	case "us":
		return "https://api.fullstory.com/mcp/fullstory", true
	case "eu":
		return "https://api.eu1.fullstory.com/mcp/fullstory", true
	}
	return "", false
}

// Ours reports whether rawURL is one of Fullstory's servers for these skills:
// an http or https URL whose host is fullstory.com or below it, in any case
// and at any port. The activations server of the same host is another product
// and not ours.
func Ours(rawURL string) bool {
	u, err := url.Parse(rawURL)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") {
		return false
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if host != "fullstory.com" && !strings.HasSuffix(host, ".fullstory.com") {
		return false
	}
	const activations = "/mcp/activations"
	p := strings.ToLower(path.Clean("/" + strings.ReplaceAll(u.Path, `\`, "/")))
	return p != activations && !strings.HasPrefix(p, activations+"/")
}

// EntryURL returns the server that a decoded entry of any client leads to: the
// URL under whatever name the client has for it or, for a local program that
// bridges to a remote server, the first URL among its arguments. It is empty
// if there is none.
func EntryURL(value any) string {
	entry, ok := value.(map[string]any)
	if !ok {
		return ""
	}
	for _, key := range [...]string{"url", "serverUrl", "httpUrl", "uri", "baseUrl"} {
		if u, ok := entry[key].(string); ok && u != "" {
			return u
		}
	}
	for _, key := range [...]string{"args", "command"} {
		switch arg := entry[key].(type) {
		case string:
			if u := firstURL(strings.Fields(arg)); u != "" {
				return u
			}
		case []any:
			words := make([]string, 0, len(arg))
			for _, a := range arg {
				if word, ok := a.(string); ok {
					words = append(words, word)
				}
			}
			if u := firstURL(words); u != "" {
				return u
			}
		case map[string]any: // older versions of Zed: {"path": …, "args": […]}
			if u := EntryURL(map[string]any{"args": arg["args"]}); u != "" {
				return u
			}
		}
	}
	return ""
}

func firstURL(words []string) string {
	for _, word := range words {
		if strings.HasPrefix(word, "https://") || strings.HasPrefix(word, "http://") {
			return word
		}
	}
	return ""
}
