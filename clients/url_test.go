package clients

import (
	"encoding/json"
	"testing"
)

func TestOurs(t *testing.T) {
	t.Parallel()
	for rawURL, want := range map[string]bool{
		"https://api.fullstory.com/mcp/fullstory":                  true,
		"https://api.eu1.fullstory.com/mcp/fullstory":              true,
		"https://fullstory.com":                                    true,
		"http://api.fullstory.com/mcp":                             true,
		"HTTPS://API.FullStory.COM/mcp/fullstory":                  true,
		"https://api.fullstory.com:8443/mcp/fullstory":             true,
		"https://api.fullstory.com./mcp/fullstory":                 true,
		"https://someone@api.fullstory.com/mcp":                    true,
		"https://api.fullstory.com/mcp/activations2":               true,
		"https://api.fullstory.com/mcp/activations":                false,
		"https://api.fullstory.com/mcp/activations/":               false,
		"https://api.fullstory.com/mcp/activations/v2?x=1":         false,
		"https://api.fullstory.com/MCP/Activations":                false,
		"https://api.fullstory.com/mcp//activations":               false,
		"https://api.fullstory.com/mcp/x/../activations":           false,
		"https://api.fullstory.com/mcp/%61ctivations":              false,
		"https://fullstory.com.evil.test/":                         false,
		"https://evilfullstory.com/mcp":                            false,
		"https://evil-fullstory.com/mcp":                           false,
		"https://fullstory.com@evil.test/mcp":                      false,
		"https://api.fullstory.com:x@evil.test/mcp":                false,
		`https://evil.test\@fullstory.com/mcp`:                     false,
		`https://evil.test\.fullstory.com/mcp`:                     false,
		"https://evil.test/fullstory.com":                          false,
		"https://evil.test?fullstory.com":                          false,
		"https://evil.test#.fullstory.com":                         false,
		"https://evil.test%2Ffullstory.com/":                       false,
		"https://evil.test%00.fullstory.com/":                      false,
		"https://fullstory.comm/":                                  false,
		"https://fullstory.co":                                     false,
		"//api.fullstory.com/mcp":                                  false,
		"api.fullstory.com/mcp":                                    false,
		"javascript://api.fullstory.com/%0aalert(1)":               false,
		"file://api.fullstory.com/etc":                             false,
		"\thttps://api.fullstory.com/mcp":                          false,
		"https://api.fullstory.com\n/mcp":                          false,
		"https://\u0192ullstory.com/":                              false,
		"https://api.fullstory.com\u3002evil.test/mcp":             false,
		"https://[::1]/fullstory.com":                              false,
		"":                                                         false,
		"https://":                                                 false,
		"https:///fullstory.com":                                   false,
		"https://api.fullstory.com:443@evil.test:443/mcp":          false,
		"https://api.fullstory.com/mcp/fullstory?mcp/activations=": true,
	} {
		if got := Ours(rawURL); got != want {
			t.Errorf("Ours(%q) = %v, want %v", rawURL, got, want)
		}
	}
}

func TestServerURL(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{
		"us": "https://api.fullstory.com/mcp/fullstory",
		"eu": "https://api.eu1.fullstory.com/mcp/fullstory",
		"":   "",
		"US": "",
		"ap": "",
	} {
		got, ok := ServerURL(region)
		if got != want || ok != (want != "") {
			t.Errorf("ServerURL(%q) = %q, %v, want %q", region, got, ok, want)
		}
		if ok && !Ours(got) {
			t.Errorf("ServerURL(%q) = %q, which is not ours", region, got)
		}
	}
}

func TestEntryURL(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ entry, want string }{
		{`{"type": "http", "url": "https://a.test"}`, "https://a.test"},
		{`{"serverUrl": "https://a.test"}`, "https://a.test"},
		{`{"httpUrl": "https://a.test"}`, "https://a.test"},
		{`{"uri": "https://a.test"}`, "https://a.test"},
		{`{"baseUrl": "https://a.test"}`, "https://a.test"},
		{`{"url": "", "httpUrl": "https://a.test"}`, "https://a.test"},
		{`{"command": "npx", "args": ["-y", "mcp-remote", "https://a.test", "--header", "X"]}`, "https://a.test"},
		{`{"command": "cmd", "args": ["/c", "npx", "mcp-remote", "http://localhost:1/mcp"]}`, "http://localhost:1/mcp"},
		{`{"type": "local", "command": ["npx", "mcp-remote", "https://a.test"]}`, "https://a.test"},
		{`{"command": "npx -y mcp-remote https://a.test --debug"}`, "https://a.test"},
		{`{"command": {"path": "npx", "args": ["mcp-remote", "https://a.test"]}}`, "https://a.test"},
		{`{"command": "node", "args": ["server.js", 7, null, {"url": "https://a.test"}]}`, ""},
		{`{"command": "node", "args": ["--note=https://a.test"]}`, ""},
		{`{"url": 7}`, ""},
		{`{}`, ""},
		{`"https://a.test"`, ""},
		{`null`, ""},
		{`[{"url": "https://a.test"}]`, ""},
	} {
		var value any
		if err := json.Unmarshal([]byte(tt.entry), &value); err != nil {
			t.Fatal(err)
		}
		if got := EntryURL(value); got != tt.want {
			t.Errorf("EntryURL(%s) = %q, want %q", tt.entry, got, tt.want)
		}
	}
}
