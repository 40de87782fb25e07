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

// In a project, its own settings count before the user's.
func TestPluginInAProject(t *testing.T) {
	t.Parallel()
	const on = `{"enabledPlugins": {"fullstory@fullstory": true}}`
	const off = `{"enabledPlugins": {"fullstory@fullstory": false}}`
	const tomlOn = "[plugins.\"fullstory@fullstory\"]\nenabled = true\n"
	const tomlOff = "[plugins.\"fullstory@fullstory\"]\nenabled = false\n"
	gemini := "~/.gemini/extensions/fullstory/gemini-extension.json"
	enablement := "~/.gemini/extensions/extension-enablement.json"
	rules := func(patterns string) machine {
		return machine{files: map[string]string{gemini: "{}", enablement: `{"fullstory": {"overrides": [` + patterns + `]}}`}}
	}
	tests := []struct {
		name   string
		client string
		m      machine
		want   string
	}{
		{"claude, in the project", "claude-code", machine{files: map[string]string{"~/web/.claude/settings.json": on}}, "/home/ann/web/.claude/settings.json"},
		{"claude, here alone", "claude-code", machine{files: map[string]string{"~/web/.claude/settings.local.json": on}}, "/home/ann/web/.claude/settings.local.json"},
		{"claude, the user's", "claude-code", machine{files: map[string]string{"~/.claude/settings.json": on, "~/web/.claude/settings.json": "{}"}}, "/home/ann/.claude/settings.json"},
		{"claude, the user's, off in the project", "claude-code", machine{files: map[string]string{"~/.claude/settings.json": on, "~/web/.claude/settings.json": off}}, ""},
		{"claude, the project's, off here", "claude-code", machine{files: map[string]string{"~/web/.claude/settings.json": on, "~/web/.claude/settings.local.json": off}}, ""},
		{"claude, off in the project, on from another marketplace", "claude-code", machine{files: map[string]string{"~/.claude/settings.json": `{"enabledPlugins": {"fullstory@acme": true}}`, "~/web/.claude/settings.json": off}}, "/home/ann/.claude/settings.json"},
		{"copilot, in the project", "copilot-cli", machine{files: map[string]string{"~/web/.github/copilot/settings.json": on}}, "/home/ann/web/.github/copilot/settings.json"},
		{"copilot, by claude's settings", "copilot-cli", machine{files: map[string]string{"~/web/.claude/settings.json": on}}, "/home/ann/web/.claude/settings.json"},
		{"copilot, its own settings count before claude's", "copilot-cli", machine{files: map[string]string{"~/web/.github/copilot/settings.json": off, "~/web/.claude/settings.json": on}}, ""},
		{"codex, in the project", "codex", machine{files: map[string]string{"~/web/.codex/config.toml": tomlOn}}, "/home/ann/web/.codex/config.toml"},
		{"codex, the user's, off in the project", "codex", machine{files: map[string]string{"~/.codex/config.toml": tomlOn, "~/web/.codex/config.toml": tomlOff}}, ""},
		{"gemini, the user's", "gemini-cli", machine{files: map[string]string{gemini: "{}"}}, "/home/ann/.gemini/extensions/fullstory/gemini-extension.json"},
		{"gemini, off in the project", "gemini-cli", rules(`"/home/ann/*", "!/home/ann/web/*"`), ""},
		{"gemini, off in another", "gemini-cli", rules(`"/home/ann/*", "!/home/ann/web2/*"`), "/home/ann/.gemini/extensions/fullstory/gemini-extension.json"},
		{"gemini, off but on in the project", "gemini-cli", rules(`"!/home/ann/*", "/home/ann/web/*"`), "/home/ann/.gemini/extensions/fullstory/gemini-extension.json"},
		{"none", "claude-code", machine{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, _ := All().Find(tt.client)
			c, _ = c.In(ProjectScope)
			if got := c.Plugin(tt.m.system()); got != tt.want {
				t.Errorf("Plugin = %q, want %q", got, tt.want)
			}
		})
	}
	claude, _ := All().Find("claude-code")
	m := machine{files: map[string]string{"~/web/.claude/settings.json": on}}
	if got := claude.Plugin(m.system()); got != "" {
		t.Errorf("for the user, Plugin = %q, which is the project's alone", got)
	}
}
