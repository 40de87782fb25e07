package installer

import "testing"

func TestMask(t *testing.T) {
	for line, want := range map[string]string{
		`  "Authorization": "Bearer na1.key==",`: `  "Authorization": …`,
		`"Authorization":"Bearer na1.key=="`:     `"Authorization": …`,
		`      "na1.key==",`:                     ` …`,
		`      "na1.key=",`:                      ` …`,
		`na1.key=`:                               ` …`,
		`na1.key==", "`:                          ` …`,
		`- Bearer na1.key=`:                      ` …`,
		`- --header=secret`:                      `- --header= …`,
		`key = "secret"`:                         `key = …`,
		`key="secret"`:                           `key= …`,
		`    token: secret`:                      `    token: …`,
		`"a:b": "secret"`:                        `"a:b": …`,
		`  "url": "https://example.com/mcp",`:    `  "url": "https://example.com/mcp",`,
		`      "https://example.com/mcp"`:        `      "https://example.com/mcp"`,
		`url = "https://example.com/mcp?key=1"`:  `url = …`,
		`  "mcpServers": {`:                      `  "mcpServers": {`,
		`"Bearer na1.key", "x": 1`:               ` …`,
		`Bearer na1.key: x`:                      ` …`,
		`{ "mcpServers": { "a": "na1.key" } }`:   `{ "mcpServers": …`,
		`[mcp_servers.x]`:                        ` …`,
		`- name: x`:                              `- name: …`,
		`extensions:`:                            `extensions:`,
		`}`:                                      `}`,
	} {
		if got := mask(line); got != want {
			t.Errorf("mask(%q) = %q, want %q", line, got, want)
		}
	}
}
