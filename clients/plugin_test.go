package clients

import "testing"

func TestPlugin(t *testing.T) {
	t.Parallel()
	const enabled = `{"enabledPlugins": {"fullstory@fullstory": true}}`
	gemini := "~/.gemini/extensions/fullstory/gemini-extension.json"
	enablement := "~/.gemini/extensions/extension-enablement.json"
	tests := []struct {
		name   string
		client string
		m      machine
		want   string
	}{
		{"claude", "claude-code", machine{files: map[string]string{"~/.claude/settings.json": enabled}}, "/home/ann/.claude/settings.json"},
		{"claude, another marketplace", "claude-code", machine{files: map[string]string{"~/.claude/settings.json": `{"enabledPlugins": {"x@y": true, "fullstory@acme": true}}`}}, "/home/ann/.claude/settings.json"},
		{"claude, turned off", "claude-code", machine{files: map[string]string{"~/.claude/settings.json": `{"enabledPlugins": {"fullstory@fullstory": false}}`}}, ""},
		{"claude, off in one marketplace and on in another", "claude-code", machine{files: map[string]string{"~/.claude/settings.json": `{"enabledPlugins": {"fullstory@a": false, "fullstory@b": true}}`}}, "/home/ann/.claude/settings.json"},
		{"claude, another plugin", "claude-code", machine{files: map[string]string{"~/.claude/settings.json": `{"enabledPlugins": {"fullstory-extra@fullstory": true}}`}}, ""},
		{"claude, not a map", "claude-code", machine{files: map[string]string{"~/.claude/settings.json": `{"enabledPlugins": ["fullstory@fullstory"]}`}}, ""},
		{"claude, broken", "claude-code", machine{files: map[string]string{"~/.claude/settings.json": `{"enabledPlugins": {`}}, ""},
		{"claude, folder moved", "claude-code", machine{env: map[string]string{"CLAUDE_CONFIG_DIR": "/c"}, files: map[string]string{"/c/settings.json": enabled}}, "/c/settings.json"},
		{"copilot", "copilot-cli", machine{files: map[string]string{"~/.copilot/settings.json": enabled}}, "/home/ann/.copilot/settings.json"},
		{"codex", "codex", machine{files: map[string]string{"~/.codex/config.toml": "[plugins.\"fullstory@fullstory\"]\nenabled = true\n"}}, "/home/ann/.codex/config.toml"},
		{"codex, turned off", "codex", machine{files: map[string]string{"~/.codex/config.toml": "[plugins.\"fullstory@fullstory\"]\nenabled = false\n"}}, ""},
		{"codex, none", "codex", machine{files: map[string]string{"~/.codex/config.toml": "model = \"x\"\n"}}, ""},
		{"gemini", "gemini-cli", machine{files: map[string]string{gemini: "{}"}}, "/home/ann/.gemini/extensions/fullstory/gemini-extension.json"},
		{"gemini, turned off", "gemini-cli", machine{files: map[string]string{gemini: "{}", enablement: `{"fullstory": {"overrides": ["!/home/ann/*"]}}`}}, ""},
		{"gemini, turned off in one project", "gemini-cli", machine{files: map[string]string{gemini: "{}", enablement: `{"fullstory": {"overrides": ["/home/ann/*", "!/home/ann/p/*"]}}`}}, "/home/ann/.gemini/extensions/fullstory/gemini-extension.json"},
		{"gemini, turned off and on", "gemini-cli", machine{files: map[string]string{gemini: "{}", enablement: `{"fullstory": {"overrides": ["!/home/ann/*", "/home/ann/*"]}}`}}, "/home/ann/.gemini/extensions/fullstory/gemini-extension.json"},
		{"gemini on windows, turned off", "gemini-cli", machine{goos: "windows", files: map[string]string{gemini: "{}", enablement: `{"fullstory": {"overrides": ["!/C:/Users/ann/*"]}}`}}, ""},
		{"cursor", "cursor", machine{files: map[string]string{"~/.cursor/plugins/cache/acme/fullstory/0123/plugin.json": "{}"}}, "/home/ann/.cursor/plugins/cache/acme/fullstory"},
		{"cursor, by hand", "cursor", machine{files: map[string]string{"~/.cursor/plugins/local/fullstory/plugin.json": "{}"}}, "/home/ann/.cursor/plugins/local/fullstory"},
		{"cursor, another", "cursor", machine{files: map[string]string{"~/.cursor/plugins/cache/fullstory/other/plugin.json": "{}"}}, ""},
		{"none", "claude-code", machine{}, ""},
		{"no such thing", "zed", machine{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, _ := All().Find(tt.client)
			if got := c.Plugin(tt.m.system()); got != tt.want {
				t.Errorf("Plugin = %q, want %q", got, tt.want)
			}
		})
	}
}
