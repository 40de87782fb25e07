package clients

import (
	"errors"
	"strings"
	"testing"

	"fsskills/clients/document"

	"github.com/google/go-cmp/cmp"
)

func TestServerFilePlace(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		client string
		m      machine
		path   string
		root   string // keys joined by dots
	}{
		{"claude in its folder", "claude-code", machine{env: map[string]string{"CLAUDE_CONFIG_DIR": "/c"}}, "/c/.claude.json", "mcpServers"},
		{"claude's older name", "claude-code", machine{files: map[string]string{"~/.claude/.config.json": "{}"}}, "/home/ann/.claude/.config.json", "mcpServers"},
		{"claude's older name in its folder", "claude-code", machine{env: map[string]string{"CLAUDE_CONFIG_DIR": "/c"}, files: map[string]string{"/c/.config.json": "{}"}}, "/c/.config.json", "mcpServers"},
		{"packaged claude desktop", "claude-desktop", machine{goos: "windows", files: map[string]string{
			`~\AppData\Local\Packages\Claude_abc\LocalCache\Roaming\Claude\claude_desktop_config.json`: "{}",
		}}, `C:\Users\ann\AppData\Local\Packages\Claude_abc\LocalCache\Roaming\Claude\claude_desktop_config.json`, "mcpServers"},
		{"portable vscode", "vscode", machine{env: map[string]string{"VSCODE_PORTABLE": "/p"}}, "/p/user-data/User/mcp.json", "servers"},
		{"vscode from flatpak", "vscode", machine{files: map[string]string{"~/.var/app/com.visualstudio.code/config/Code/User/settings.json": ""}}, "/home/ann/.var/app/com.visualstudio.code/config/Code/User/mcp.json", "servers"},
		{"vscode from flatpak and another", "vscode", machine{files: map[string]string{
			"~/.var/app/com.visualstudio.code/config/Code/User/settings.json": "", "~/.config/Code/User/settings.json": "",
		}}, "/home/ann/.config/Code/User/mcp.json", "servers"},
		{"insiders from flatpak", "vscode-insiders", machine{files: map[string]string{"~/.var/app/com.visualstudio.code.insiders/config/Code - Insiders/User/settings.json": ""}}, "/home/ann/.var/app/com.visualstudio.code.insiders/config/Code - Insiders/User/mcp.json", "servers"},
		{"visual studio", "visual-studio", machine{goos: "windows"}, `C:\Users\ann\.mcp.json`, "servers"},
		{"zed from flatpak", "zed", machine{files: map[string]string{"~/.var/app/dev.zed.Zed/config/zed/settings.json": ""}}, "/home/ann/.var/app/dev.zed.Zed/config/zed/settings.json", "context_servers"},
		{"zed within flatpak", "zed", machine{env: map[string]string{"FLATPAK_XDG_CONFIG_HOME": "/f"}}, "/f/zed/settings.json", "context_servers"},
		{"antigravity before version 2", "antigravity", machine{files: map[string]string{"~/.gemini/antigravity/mcp_config.json": "{}"}}, "/home/ann/.gemini/antigravity/mcp_config.json", "mcpServers"},
		{"antigravity after its move", "antigravity", machine{files: map[string]string{"~/.gemini/antigravity/mcp_config.json": "{}", "~/.gemini/config/mcp_config.json": ""}}, "/home/ann/.gemini/config/mcp_config.json", "mcpServers"},
		{"antigravity before version 2, with skills of ours", "antigravity", machine{files: map[string]string{"~/.gemini/antigravity/mcp_config.json": "{}", "~/.gemini/config/skills/demo/SKILL.md": ""}}, "/home/ann/.gemini/antigravity/mcp_config.json", "mcpServers"},
		{"qwen, folder moved", "qwen-code", machine{env: map[string]string{"QWEN_HOME": "/q"}}, "/q/settings.json", "mcpServers"},
		{"droid, home moved", "droid", machine{env: map[string]string{"FACTORY_HOME_OVERRIDE": "/f"}}, "/f/.factory/mcp.json", "mcpServers"},
		{"crush, XDG folder", "crush", machine{env: map[string]string{"XDG_CONFIG_HOME": "/x"}}, "/x/crush/crush.json", "mcp"},
		{"crush, folder moved", "crush", machine{env: map[string]string{"XDG_CONFIG_HOME": "/x", "CRUSH_GLOBAL_CONFIG": "/c"}}, "/c/crush.json", "mcp"},
		{"crush on windows", "crush", machine{goos: "windows", env: map[string]string{"LOCALAPPDATA": `D:\local`}}, `C:\Users\ann\.config\crush\crush.json`, "mcp"},
		{"amp with comments", "amp", machine{files: map[string]string{"~/.config/amp/settings.jsonc": "{}"}}, "/home/ann/.config/amp/settings.jsonc", "amp.mcpServers"},
		{"amp with both", "amp", machine{files: map[string]string{"~/.config/amp/settings.jsonc": "{}", "~/.config/amp/settings.json": "{}"}}, "/home/ann/.config/amp/settings.json", "amp.mcpServers"},
		{"goose with a root", "goose", machine{env: map[string]string{"GOOSE_PATH_ROOT": "/g"}}, "/g/config/config.yaml", "extensions"},

		{"opencode, nothing there", "opencode", machine{}, "/home/ann/.config/opencode/opencode.json", "mcp"},
		{"opencode.jsonc", "opencode", machine{files: map[string]string{"~/.config/opencode/opencode.jsonc": "{}", "~/.config/opencode/opencode.json": "{}"}}, "/home/ann/.config/opencode/opencode.jsonc", "mcp"},
		{"opencode's own folder", "opencode", machine{files: map[string]string{"~/.opencode/opencode.json": "{}", "~/.config/opencode/opencode.jsonc": "{}"}}, "/home/ann/.opencode/opencode.json", "mcp"},
		{"opencode's config.json", "opencode", machine{files: map[string]string{"~/.config/opencode/config.json": "{}"}}, "/home/ann/.config/opencode/config.json", "mcp"},
		{"opencode 2", "opencode", machine{files: map[string]string{"~/.config/opencode/opencode.json": `{"mcp": {"servers": {"x": {"type": "local"}}}}`}}, "/home/ann/.config/opencode/opencode.json", "mcp.servers"},
		{"opencode 2 without servers", "opencode", machine{files: map[string]string{"~/.config/opencode/opencode.json": `{"mcp": {"servers": {}}}`}}, "/home/ann/.config/opencode/opencode.json", "mcp.servers"},
		{"opencode 1 with a server of that name", "opencode", machine{files: map[string]string{"~/.config/opencode/opencode.json": `{"mcp": {"servers": {"type": "local", "command": ["x"]}}}`}}, "/home/ann/.config/opencode/opencode.json", "mcp"},
		{"opencode 2 in comments", "opencode", machine{files: map[string]string{"~/.config/opencode/opencode.jsonc": "{\n// two\n\"mcp\": {\"servers\": {},},}"}}, "/home/ann/.config/opencode/opencode.jsonc", "mcp.servers"},
		{"opencode's file broken", "opencode", machine{files: map[string]string{"~/.config/opencode/opencode.json": `{"mcp": {`}}, "/home/ann/.config/opencode/opencode.json", "mcp"},

		{"kilo, nothing there", "kilo", machine{}, "/home/ann/.config/kilo/kilo.jsonc", "mcp"},
		{"kilo.json", "kilo", machine{files: map[string]string{"~/.config/kilo/kilo.json": "{}"}}, "/home/ann/.config/kilo/kilo.json", "mcp"},
		{"kilo.jsonc", "kilo", machine{files: map[string]string{"~/.config/kilo/kilo.json": "{}", "~/.config/kilo/kilo.jsonc": "{}"}}, "/home/ann/.config/kilo/kilo.jsonc", "mcp"},
		{"kilo with opencode's names", "kilo", machine{files: map[string]string{"~/.config/kilo/config.json": "{}", "~/.config/kilo/opencode.json": "{}"}}, "/home/ann/.config/kilo/opencode.json", "mcp"},
		{"kilo before its move", "kilo", machine{files: map[string]string{"~/.config/Code/User/globalStorage/kilocode.kilo-code/settings/mcp_settings.json": "{}"}}, "/home/ann/.config/Code/User/globalStorage/kilocode.kilo-code/settings/mcp_settings.json", "mcpServers"},
		{"kilo before its move, on Windows", "kilo", machine{goos: "windows", files: map[string]string{`~\AppData\Roaming\Code\User\globalStorage\kilocode.kilo-code\settings\mcp_settings.json`: "{}"}}, `C:\Users\ann\AppData\Roaming\Code\User\globalStorage\kilocode.kilo-code\settings\mcp_settings.json`, "mcpServers"},
		{"kilo after its move", "kilo", machine{files: map[string]string{
			"~/.config/Code/User/globalStorage/kilocode.kilo-code/settings/mcp_settings.json": "{}",
			"~/.config/kilo/": "",
		}}, "/home/ann/.config/kilo/kilo.jsonc", "mcp"},

		{"roo, nothing there", "roo", machine{}, "/home/ann/.config/Code/User/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json", "mcpServers"},
		{"roo in cursor", "roo", machine{files: map[string]string{"~/.config/Cursor/User/globalStorage/rooveterinaryinc.roo-cline/": ""}}, "/home/ann/.config/Cursor/User/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json", "mcpServers"},
		{"roo where VS Code's folders moved", "roo", machine{env: map[string]string{"VSCODE_APPDATA": "/d"}}, "/d/Code/User/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json", "mcpServers"},
		{"roo in a remote window", "roo", machine{files: map[string]string{"~/.vscode-server/data/User/globalStorage/rooveterinaryinc.roo-cline/tasks/": ""}}, "/home/ann/.vscode-server/data/User/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json", "mcpServers"},

		{"windsurf, nothing there", "windsurf", machine{}, "/home/ann/.config/devin/mcp_config.json", "mcpServers"},
		{"windsurf's older agent", "windsurf", machine{files: map[string]string{"~/.codeium/windsurf/mcp_config.json": "{}"}}, "/home/ann/.codeium/windsurf/mcp_config.json", "mcpServers"},
		{"windsurf's older agent, and devin's folder", "windsurf", machine{files: map[string]string{"~/.codeium/windsurf/x": "", "~/.config/devin/config.json": ""}}, "/home/ann/.config/devin/mcp_config.json", "mcpServers"},
		{"windsurf's newer agent", "windsurf", machine{files: map[string]string{"~/.config/devin/mcp_config.json": "{}", "~/.codeium/windsurf/mcp_config.json": "{}"}}, "/home/ann/.config/devin/mcp_config.json", "mcpServers"},
		{"windsurf's newer agent by its folder", "windsurf", machine{files: map[string]string{"~/.config/devin/config.json": ""}}, "/home/ann/.config/devin/mcp_config.json", "mcpServers"},

		{"kiro, folder moved", "kiro", machine{env: map[string]string{"KIRO_HOME": "/k"}}, "/k/settings/mcp.json", "mcpServers"},
		{"pi, folder moved", "pi", machine{env: map[string]string{"PI_CODING_AGENT_DIR": "/pi"}}, "/pi/mcp.json", "mcpServers"},
		{"kimi, folder moved", "kimi", machine{env: map[string]string{"KIMI_CODE_HOME": "/k"}}, "/k/mcp.json", "mcpServers"},
		{"grok, folder moved", "grok", machine{env: map[string]string{"GROK_HOME": "/g"}}, "/g/config.toml", "mcp_servers"},
		{"openhands, folder moved", "openhands", machine{env: map[string]string{"OPENHANDS_PERSISTENCE_DIR": "/o"}}, "/o/mcp.json", "mcpServers"},
		{"mcporter, exact file", "mcporter", machine{env: map[string]string{"MCPORTER_CONFIG": "/m.json"}, files: map[string]string{"~/.mcporter/mcporter.json": "{}"}}, "/m.json", "mcpServers"},
		{"mcporter, file with comments", "mcporter", machine{files: map[string]string{"~/.mcporter/mcporter.jsonc": "{}"}}, "/home/ann/.mcporter/mcporter.jsonc", "mcpServers"},
		{"mcporter, folder moved", "mcporter", machine{env: map[string]string{"XDG_CONFIG_HOME": "/x"}}, "/x/mcporter/mcporter.json", "mcpServers"},
		{"mcporter, folder moved, file in the old one", "mcporter", machine{env: map[string]string{"XDG_CONFIG_HOME": "/x"}, files: map[string]string{"~/.mcporter/mcporter.json": "{}"}}, "/home/ann/.mcporter/mcporter.json", "mcpServers"},
		{"lm studio", "lmstudio", machine{files: map[string]string{"~/.lmstudio/x": "", "~/.cache/lm-studio/x": ""}}, "/home/ann/.lmstudio/mcp.json", "mcpServers"},
		{"lm studio, older", "lmstudio", machine{files: map[string]string{"~/.cache/lm-studio/x": ""}}, "/home/ann/.cache/lm-studio/mcp.json", "mcpServers"},

		{"amp, exact file", "amp", machine{env: map[string]string{"AMP_SETTINGS_FILE": "/a.json"}}, "/a.json", "amp.mcpServers"},
		{"vibe, folder moved", "mistral-vibe", machine{env: map[string]string{"VIBE_HOME": "/v"}}, "/v/config.toml", "mcp_servers"},

		{"cline, exact file", "cline", machine{env: map[string]string{"CLINE_MCP_SETTINGS_PATH": "/x.json", "CLINE_DIR": "/c"}}, "/x.json", "mcpServers"},
		{"cline, data moved", "cline", machine{env: map[string]string{"CLINE_DATA_DIR": "/d", "CLINE_DIR": "/c"}}, "/d/settings/cline_mcp_settings.json", "mcpServers"},
		{"cline before its move", "cline", machine{files: map[string]string{
			"~/.config/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json": "{}",
		}}, "/home/ann/.config/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json", "mcpServers"},
		{"cline after its move", "cline", machine{files: map[string]string{
			"~/.config/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json": "{}",
			"~/.cline/data/": "",
		}}, "/home/ann/.cline/data/settings/cline_mcp_settings.json", "mcpServers"},

		{"openclaw, exact file", "openclaw", machine{env: map[string]string{"OPENCLAW_CONFIG_PATH": "/o.json", "OPENCLAW_STATE_DIR": "/o"}}, "/o.json", "mcp.servers"},
		{"openclaw, home moved", "openclaw", machine{env: map[string]string{"OPENCLAW_HOME": "/h"}}, "/h/.openclaw/openclaw.json", "mcp.servers"},
		{"hermes on windows", "hermes", machine{goos: "windows"}, `C:\Users\ann\AppData\Local\hermes\config.yaml`, "mcp_servers"},
		{"codebuddy, nothing there", "codebuddy", machine{}, "/home/ann/.codebuddy/.mcp.json", "mcpServers"},
		{"codebuddy's older name", "codebuddy", machine{files: map[string]string{"~/.codebuddy/mcp.json": "{}", "~/.codebuddy.json": "{}"}}, "/home/ann/.codebuddy/mcp.json", "mcpServers"},
		{"codebuddy's oldest name", "codebuddy", machine{files: map[string]string{"~/.codebuddy.json": "{}"}}, "/home/ann/.codebuddy.json", "mcpServers"},
		{"bob, nothing there", "bob", machine{}, "/home/ann/.bob/settings/mcp.json", "mcpServers"},
		{"bob before its move", "bob", machine{files: map[string]string{"~/.bob/mcp_settings.json": "{}"}}, "/home/ann/.bob/mcp_settings.json", "mcpServers"},
		{"bob after its move", "bob", machine{files: map[string]string{"~/.bob/mcp_settings.json": "{}", "~/.bob/settings/settings.json": "{}"}}, "/home/ann/.bob/settings/mcp.json", "mcpServers"},
		{"rovo dev's other name", "rovodev", machine{files: map[string]string{"~/.rovodev/mcp_config.json": "{}"}}, "/home/ann/.rovodev/mcp_config.json", "mcpServers"},
		{"rovo dev, both names", "rovodev", machine{files: map[string]string{"~/.rovodev/mcp_config.json": "{}", "~/.rovodev/mcp.json": "{}"}}, "/home/ann/.rovodev/mcp.json", "mcpServers"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, _ := All().Find(tt.client)
			s := tt.m.system()
			for _, auth := range []AuthMethod{OAuth, APIKey} {
				sf, err := c.ServerFile(s, server(auth))
				if unable := (*Unable)(nil); err != nil && !errors.As(err, &unable) {
					t.Fatal(err)
				}
				if root := strings.Join(sf.Place.Root, "."); sf.Path != tt.path || root != tt.root {
					t.Errorf("%s: %s at %s, want %s at %s", auth, root, sf.Path, tt.root, tt.path)
				}
			}
		})
	}
}

const rooFileOfAnn = "~/.config/Code/User/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json"

// Some clients read a file for each of their agents.
func TestServerFiles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		client string
		m      machine
		want   []string
	}{
		{"windsurf, nothing there", "windsurf", machine{}, []string{"/home/ann/.config/devin/mcp_config.json"}},
		{"windsurf's newer agent", "windsurf", machine{files: map[string]string{"~/.config/devin/": ""}}, []string{"/home/ann/.config/devin/mcp_config.json"}},
		{"windsurf's older agent", "windsurf", machine{files: map[string]string{"~/.codeium/windsurf/": ""}}, []string{"/home/ann/.codeium/windsurf/mcp_config.json"}},
		{"windsurf under its new name, not started yet", "windsurf", machine{files: map[string]string{"~/.codeium/windsurf/": "", "~/.config/Devin/User/": ""}}, []string{
			"/home/ann/.config/devin/mcp_config.json", "/home/ann/.codeium/windsurf/mcp_config.json",
		}},
		{"windsurf's both agents", "windsurf", machine{files: map[string]string{"~/.codeium/windsurf/": "", "~/.config/devin/": ""}}, []string{
			"/home/ann/.config/devin/mcp_config.json", "/home/ann/.codeium/windsurf/mcp_config.json",
		}},
		{"windsurf in JetBrains too", "windsurf", machine{files: map[string]string{"~/.codeium/windsurf/": "", "~/.codeium/mcp_config.json": "{}"}}, []string{
			"/home/ann/.codeium/windsurf/mcp_config.json", "/home/ann/.codeium/mcp_config.json",
		}},
		{"kiro in both its forms", "kiro", machine{files: map[string]string{"~/.config/Kiro/User/": ""}}, []string{"/home/ann/.kiro/settings/mcp.json"}},
		{"kiro in both, one moved", "kiro", machine{env: map[string]string{"KIRO_HOME": "/k"}, files: map[string]string{"~/.config/Kiro/User/": ""}}, []string{
			"/k/settings/mcp.json", "/home/ann/.kiro/settings/mcp.json",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, _ := All().Find(tt.client)
			var got []string
			for _, sf := range c.ServerFiles(tt.m.system(), server(OAuth)) {
				got = append(got, sf.Path)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A key is left to be set where any of the files takes one.
func TestNextOfSeveralFiles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  bool
	}{
		{"the newer agent", map[string]string{"~/.config/devin/": ""}, false},
		{"the older agent", map[string]string{"~/.codeium/windsurf/": ""}, true},
		{"both", map[string]string{"~/.config/devin/": "", "~/.codeium/windsurf/": ""}, true},
	} {
		steps := windsurf.Next(machine{files: tt.files}.system(), server(APIKey), false, false)
		if got := len(steps) > 0 && strings.Contains(steps[0], "export FULLSTORY_API_KEY"); got != tt.want {
			t.Errorf("%s: %q", tt.name, steps)
		}
	}
}

// Windsurf's newer agent and Devin for Terminal read one file, in which each
// must find what it expects.
func TestDevinFile(t *testing.T) {
	t.Parallel()
	for _, goos := range []string{"", "darwin", "windows"} {
		for _, auth := range []AuthMethod{OAuth, APIKey} {
			s := machine{goos: goos}.system()
			editor, _ := windsurf.ServerFile(s, server(auth))
			terminal, _ := devinCLI.ServerFile(s, server(auth))
			if diff := cmp.Diff(terminal, editor); diff != "" {
				t.Errorf("%s %s: %s", goos, auth, diff)
			}
		}
	}
}

// TestServerFileAdapts sets an entry into a file that has one already. What is
// right stays, byte for byte; what is the user's stays; what is in the way
// goes.
func TestServerFileAdapts(t *testing.T) {
	t.Parallel()
	const us = "https://api.fullstory.com/mcp/fullstory"
	tests := []struct {
		name   string
		client string
		path   string
		auth   AuthMethod
		src    string
		want   string // empty: as it was
	}{
		{
			"claude, right", "claude-code", "~/.claude.json", OAuth,
			`{"mcpServers": {"fullstory": {"type": "http", "url": "` + us + `", "timeout": 5, "headers": {"X-Team": "web"}}}}`, "",
		},
		{
			"claude, bridge", "claude-code", "~/.claude.json", OAuth,
			`{"mcpServers": {"fullstory": {"command": "npx", "args": ["mcp-remote", "` + us + `"], "env": {"A": "b"}, "timeout": 5}}}`,
			`{"mcpServers": {"fullstory": {"timeout": 5, "type": "http", "url": "` + us + `"}}}`,
		},
		{
			"claude, key to OAuth", "claude-code", "~/.claude.json", OAuth,
			`{"mcpServers": {"fullstory": {"type": "http", "url": "` + us + `", "headers": {"Authorization": "Bearer x", "X-Team": "web"}}}}`,
			`{"mcpServers": {"fullstory": {"type": "http", "url": "` + us + `", "headers": {"X-Team": "web"}}}}`,
		},
		{
			"claude, the last header goes with its map", "claude-code", "~/.claude.json", OAuth,
			`{"mcpServers": {"fullstory": {"type": "http", "url": "` + us + `", "headers": {"authorization": "Bearer x"}}}}`,
			`{"mcpServers": {"fullstory": {"type": "http", "url": "` + us + `"}}}`,
		},
		{
			"cursor, a type that says HTTP", "cursor", "~/.cursor/mcp.json", OAuth,
			`{"mcpServers": {"fullstory": {"type": "streamable-http", "url": "` + us + `"}}}`, "",
		},
		{
			"cursor, a type that says otherwise", "cursor", "~/.cursor/mcp.json", OAuth,
			`{"mcpServers": {"fullstory": {"type": "sse", "url": "` + us + `"}}}`,
			`{"mcpServers": {"fullstory": {"url": "` + us + `"}}}`,
		},
		{
			"copilot, tools that the user chose", "copilot-cli", "~/.copilot/mcp-config.json", OAuth,
			`{"mcpServers": {"fullstory": {"type": "http", "url": "` + us + `", "tools": ["build_metric"]}}}`, "",
		},
		{
			"gemini, older spelling", "gemini-cli", "~/.gemini/settings.json", OAuth,
			`{"mcpServers": {"fullstory": {"httpUrl": "` + us + `", "trust": true}}}`, "",
		},
		{
			"gemini, older spelling of another region", "gemini-cli", "~/.gemini/settings.json", OAuth,
			`{"mcpServers": {"fullstory": {"httpUrl": "https://api.eu1.fullstory.com/mcp/fullstory"}}}`,
			`{"mcpServers": {"fullstory": {"httpUrl": "` + us + `"}}}`,
		},
		{
			"gemini, both spellings", "gemini-cli", "~/.gemini/settings.json", OAuth,
			`{"mcpServers": {"fullstory": {"url": "https://old.fullstory.com", "httpUrl": "` + us + `"}}}`,
			`{"mcpServers": {"fullstory": {"httpUrl": "` + us + `"}}}`,
		},
		{
			"opencode, key to OAuth", "opencode", "~/.config/opencode/opencode.json", OAuth,
			`{"mcp": {"fullstory": {"type": "remote", "url": "` + us + `", "oauth": false, "headers": {"Authorization": "Bearer x"}}}}`,
			`{"mcp": {"fullstory": {"type": "remote", "url": "` + us + `"}}}`,
		},
		{
			"opencode, the user's OAuth settings and switch", "opencode", "~/.config/opencode/opencode.json", OAuth,
			`{"mcp": {"fullstory": {"type": "remote", "url": "` + us + `", "enabled": false, "oauth": {"scope": "x"}}}}`, "",
		},
		{
			"codex, key to OAuth", "codex", "~/.codex/config.toml", OAuth,
			"[mcp_servers.fullstory]\nurl = \"" + us + "\"\nbearer_token_env_var = \"X\"\ntool_timeout_sec = 9\n",
			"[mcp_servers.fullstory]\nurl = \"" + us + "\"\ntool_timeout_sec = 9\n",
		},
		{
			"codex, as another installer wrote it", "codex", "~/.codex/config.toml", OAuth,
			"[mcp_servers.fullstory]\ntype = \"http\"\nurl = \"" + us + "\"\n", "",
		},
		{
			"qwen, another spelling", "qwen-code", "~/.qwen/settings.json", OAuth,
			`{"mcpServers": {"fullstory": {"type": "http", "url": "` + us + `", "trust": true}}}`,
			`{"mcpServers": {"fullstory": {"trust": true, "httpUrl": "` + us + `"}}}`,
		},
		{
			"crush, key to OAuth", "crush", "~/.config/crush/crush.json", OAuth,
			`{"mcp": {"fullstory": {"type": "http", "url": "` + us + `", "headers": {"Authorization": "Bearer $K"}, "timeout": 30}}}`,
			`{"mcp": {"fullstory": {"type": "http", "url": "` + us + `", "timeout": 30, "oauth": true}}}`,
		},
		{
			"crush, OAuth to key", "crush", "~/.config/crush/crush.json", APIKey,
			`{"mcp": {"fullstory": {"type": "http", "url": "` + us + `", "oauth": true}}}`,
			`{"mcp": {"fullstory": {"type": "http", "url": "` + us + `", "headers": {"Authorization": "Bearer $FULLSTORY_API_KEY"}}}}`,
		},
		{
			"droid, switched off by the user", "droid", "~/.factory/mcp.json", OAuth,
			`{"mcpServers": {"fullstory": {"type": "http", "url": "` + us + `", "disabled": true}}}`, "",
		},
		{
			"antigravity, in the spelling of others", "antigravity", "~/.gemini/config/mcp_config.json", OAuth,
			`{"mcpServers": {"fullstory": {"type": "http", "url": "` + us + `", "disabledTools": ["x"]}}}`,
			`{"mcpServers": {"fullstory": {"disabledTools": ["x"], "serverUrl": "` + us + `"}}}`,
		},
		{
			"amp, right, under the key with a dot", "amp", "~/.config/amp/settings.json", OAuth,
			`{"amp": {"mcpServers": {"fullstory": 1}}, "amp.mcpServers": {"fullstory": {"url": "` + us + `", "type": "http"}}}`, "",
		},
		{
			"continue, bridge", "continue", "~/.continue/config.yaml", OAuth,
			"name: x\nmcpServers:\n  - command: npx # old\n    name: fullstory\n    args: [mcp-remote]\n    connectionTimeout: 5\n  - name: other\n    command: y\n",
			"name: x\nmcpServers:\n  - name: fullstory\n    connectionTimeout: 5\n    type: streamable-http\n    url: " + us + "\n  - name: other\n    command: y\n",
		},
		{
			"continue, key to OAuth", "continue", "~/.continue/config.yaml", OAuth,
			"mcpServers:\n- name: fullstory\n  type: streamable-http\n  url: " + us + "\n  requestOptions:\n    timeout: 9\n    headers:\n      Authorization: Bearer x\n",
			"mcpServers:\n- name: fullstory\n  type: streamable-http\n  url: " + us + "\n  requestOptions:\n    timeout: 9\n",
		},
		{
			"vibe, right", "mistral-vibe", "~/.vibe/config.toml", OAuth,
			"[[mcp_servers]]\nurl = \"" + us + "\"\ntransport = \"streamable-http\"\nname = \"fullstory\"\n[mcp_servers.auth]\ntype = \"oauth\"\nscopes = [\"read\"]\n", "",
		},
		{
			"vibe, key to OAuth", "mistral-vibe", "~/.vibe/config.toml", OAuth,
			"[[mcp_servers]]\nname = \"fullstory\"\ntransport = \"streamable-http\"\nurl = \"" + us + "\"\nheaders = { Authorization = \"x\", A = \"b\" }\napi_key_env = \"K\"\napi_key_format = \"{token}\"\nprompt = \"p\"\n",
			"[[mcp_servers]]\nname = \"fullstory\"\ntransport = \"streamable-http\"\nurl = \"" + us + "\"\nprompt = \"p\"\nauth = { type = \"oauth\", scopes = [] }\n",
		},
		{
			"vibe, OAuth to key", "mistral-vibe", "~/.vibe/config.toml", APIKey,
			"[[mcp_servers]]\nname = \"fullstory\"\ntransport = \"streamable-http\"\nurl = \"" + us + "\"\nauth = { type = \"oauth\", scopes = [] }\n",
			"[[mcp_servers]]\nname = \"fullstory\"\ntransport = \"streamable-http\"\nurl = \"" + us + "\"\napi_key_env = \"FULLSTORY_API_KEY\"\n",
		},
		{
			"vibe, another key in its newer spelling", "mistral-vibe", "~/.vibe/config.toml", APIKey,
			"[[mcp_servers]]\nname = \"fullstory\"\ntransport = \"streamable-http\"\nurl = \"" + us + "\"\n[mcp_servers.auth]\ntype = \"static\"\napi_key_env = \"OTHER\"\n\n[[models]]\nname = \"m\"\n",
			"[[mcp_servers]]\nname = \"fullstory\"\ntransport = \"streamable-http\"\nurl = \"" + us + "\"\n[mcp_servers.auth]\ntype = \"static\"\napi_key_env = \"FULLSTORY_API_KEY\"\n\n[[models]]\nname = \"m\"\n",
		},
		{
			"cascade, right", "windsurf", "~/.codeium/windsurf/mcp_config.json", APIKey,
			`{"mcpServers": {"fullstory": {"serverUrl": "` + us + `", "headers": {"Authorization": "Bearer ${env:FULLSTORY_API_KEY}"}, "disabledTools": ["x"]}}}`, "",
		},
		{
			"cascade, the newer agent's spelling", "windsurf", "~/.codeium/windsurf/mcp_config.json", OAuth,
			`{"mcpServers": {"fullstory": {"url": "` + us + `", "transport": "http"}}}`,
			`{"mcpServers": {"fullstory": {"serverUrl": "` + us + `"}}}`,
		},
		{
			"devin, cascade's spelling", "devin-cli", "~/.config/devin/mcp_config.json", OAuth,
			`{"mcpServers": {"fullstory": {"serverUrl": "` + us + `", "disabled": true}}}`,
			`{"mcpServers": {"fullstory": {"disabled": true, "url": "` + us + `", "transport": "http"}}}`,
		},
		{
			"kiro, right", "kiro", "~/.kiro/settings/mcp.json", APIKey,
			`{"mcpServers": {"fullstory": {"type": "http", "url": "` + us + `", "headers": {"Authorization": "Bearer ${FULLSTORY_API_KEY}"}, "autoApprove": []}}}`, "",
		},
		{
			"warp, its other spelling and a type", "warp", "~/.warp/.mcp.json", OAuth,
			`{"mcpServers": {"fullstory": {"type": "sse", "serverUrl": "` + us + `"}}}`,
			`{"mcpServers": {"fullstory": {"type": "sse", "url": "` + us + `"}}}`,
		},
		{
			"pi, a type that it knows", "pi", "~/.pi/agent/mcp.json", OAuth,
			`{"mcpServers": {"fullstory": {"type": "streamable-http", "url": "` + us + `", "exposure": "direct"}}}`, "",
		},
		{
			"pi, a type that others know", "pi", "~/.pi/agent/mcp.json", OAuth,
			`{"mcpServers": {"fullstory": {"type": "streamableHttp", "url": "` + us + `"}}}`,
			`{"mcpServers": {"fullstory": {"url": "` + us + `"}}}`,
		},
		{
			"kimi, right", "kimi", "~/.kimi-code/mcp.json", OAuth,
			`{"mcpServers": {"fullstory": {"type": "http", "transport": "http", "url": "` + us + `", "auth": "oauth"}}}`, "",
		},
		{
			"kimi, OAuth to key", "kimi", "~/.kimi-code/mcp.json", APIKey,
			`{"mcpServers": {"fullstory": {"url": "` + us + `", "auth": "oauth", "headers": {"Authorization": "Bearer ${FULLSTORY_API_KEY}"}}}}`,
			`{"mcpServers": {"fullstory": {"url": "` + us + `", "bearerTokenEnvVar": "FULLSTORY_API_KEY"}}}`,
		},
		{
			"kimi, a transport that stops all of its servers", "kimi", "~/.kimi-code/mcp.json", OAuth,
			`{"mcpServers": {"fullstory": {"transport": "streamable-http", "url": "` + us + `"}}}`,
			`{"mcpServers": {"fullstory": {"url": "` + us + `"}}}`,
		},
		{
			"grok, codex's spelling", "grok", "~/.grok/config.toml", APIKey,
			"[mcp_servers.fullstory]\nurl = \"" + us + "\"\nbearer_token_env_var = \"X\"\ntool_timeout_sec = 9\n",
			"[mcp_servers.fullstory]\nurl = \"" + us + "\"\ntool_timeout_sec = 9\nheaders = { Authorization = \"Bearer ${FULLSTORY_API_KEY}\" }\n",
		},
		{
			"mcporter, the URL under another name", "mcporter", "~/.mcporter/mcporter.json", OAuth,
			`{"mcpServers": {"fullstory": {"url": "` + us + `", "auth": "oauth"}}}`, "",
		},
		{
			"mcporter, two names and another way to sign in", "mcporter", "~/.mcporter/mcporter.json", APIKey,
			`{"mcpServers": {"fullstory": {"url": "https://old.fullstory.com", "baseUrl": "https://old.fullstory.com", "auth": "oauth", "bearerTokenEnv": "X"}}}`,
			`{"mcpServers": {"fullstory": {"baseUrl": "` + us + `", "headers": {"Authorization": "Bearer ${FULLSTORY_API_KEY}"}}}}`,
		},
		{
			"openhands, right", "openhands", "~/.openhands/mcp.json", OAuth,
			`{"mcpServers": {"fullstory": {"url": "` + us + `", "transport": "streamable-http", "auth": "oauth", "enabled": false}}}`, "",
		},
		{
			"openhands, a key", "openhands", "~/.openhands/mcp.json", OAuth,
			`{"mcpServers": {"fullstory": {"url": "` + us + `", "transport": "sse", "auth": "a-token"}}}`,
			`{"mcpServers": {"fullstory": {"url": "` + us + `", "transport": "http", "auth": "oauth"}}}`,
		},
		{
			"goose, right", "goose", "~/.config/goose/config.yaml", APIKey,
			"extensions:\n  fullstory:\n    enabled: false\n    type: streamable_http\n    name: FS\n    description: mine\n    uri: " + us +
				"\n    headers:\n      Authorization: Bearer ${FULLSTORY_API_KEY}\n    env_keys:\n      - OTHER\n      - FULLSTORY_API_KEY\n    timeout: 60\n", "",
		},
		{
			"roo, no sign-in of its own", "roo", rooFileOfAnn, OAuth,
			`{"mcpServers": {"fullstory": {"type": "streamable-http", "url": "` + us + `", "headers": {"Authorization": "Bearer x", "X-Team": "web"}, "alwaysAllow": ["a"]}}}`,
			`{"mcpServers": {"fullstory": {"alwaysAllow": ["a"], "command": "npx", "args": ["-y", "` + bridge + `", "` + us + `"]}}}`,
		},
		{
			"roo, the bridge with the user's environment", "roo", rooFileOfAnn, OAuth,
			`{"mcpServers": {"fullstory": {"command": "npx", "args": ["-y", "` + bridge + `", "` + us + `"], "env": {"HTTPS_PROXY": "x"}}}}`, "",
		},
		{
			"roo, bridge to key", "roo", rooFileOfAnn, APIKey,
			`{"mcpServers": {"fullstory": {"command": "npx", "args": ["-y", "` + bridge + `", "` + us + `"], "env": {"HTTPS_PROXY": "x"}, "disabled": true}}}`,
			`{"mcpServers": {"fullstory": {"disabled": true, "type": "streamable-http", "url": "` + us + `", "headers": {"Authorization": "Bearer ${env:FULLSTORY_API_KEY}"}}}}`,
		},
		{
			"kilo, key to OAuth", "kilo", "~/.config/kilo/kilo.jsonc", OAuth,
			`{"mcp": {"fullstory": {"type": "remote", "url": "` + us + `", "oauth": false, "headers": {"Authorization": "Bearer x"}, "timeout": 9}}}`,
			`{"mcp": {"fullstory": {"type": "remote", "url": "` + us + `", "timeout": 9}}}`,
		},
		{
			"jetbrains, the older place of headers", "jetbrains-copilot", "~/.config/github-copilot/intellij/mcp.json", OAuth,
			`{"servers": {"fullstory": {"url": "` + us + `", "requestInit": {"headers": {"Authorization": "Bearer x"}}}}}`,
			`{"servers": {"fullstory": {"url": "` + us + `", "type": "http"}}}`,
		},
		{
			"junie, a remote server", "junie", "~/.junie/mcp/mcp.json", OAuth,
			`{"mcpServers": {"fullstory": {"url": "` + us + `", "headers": {"A": "b"}}}}`,
			`{"mcpServers": {"fullstory": {"command": "npx", "args": ["-y", "` + bridge + `", "` + us + `"]}}}`,
		},
		{
			"claude desktop, another version of the bridge", "claude-desktop", "~/.config/Claude/claude_desktop_config.json", OAuth,
			`{"mcpServers": {"fullstory": {"command": "npx", "args": ["mcp-remote", "` + us + `"], "env": {"HTTPS_PROXY": "x"}}}}`,
			`{"mcpServers": {"fullstory": {"command": "npx", "args": ["-y", "` + bridge + `", "` + us + `"], "env": {"HTTPS_PROXY": "x"}}}}`,
		},
		{
			"openclaw, as its commands write it", "openclaw", "~/.openclaw/openclaw.json", OAuth,
			`{"mcp": {"servers": {"fullstory": {"url": "` + us + `", "type": "http", "enabled": false, "headers": {"Authorization": "Bearer x"}}}}}`,
			`{"mcp": {"servers": {"fullstory": {"url": "` + us + `", "enabled": false, "transport": "streamable-http", "auth": "oauth"}}}}`,
		},
		{
			"openclaw, OAuth to key", "openclaw", "~/.openclaw/openclaw.json", APIKey,
			`{"mcp": {"servers": {"fullstory": {"url": "` + us + `", "transport": "streamable-http", "auth": "oauth"}}}}`,
			`{"mcp": {"servers": {"fullstory": {"url": "` + us + `", "transport": "streamable-http", "headers": {"Authorization": "Bearer ${FULLSTORY_API_KEY}"}}}}}`,
		},
		{
			"mastra code, a type that means nothing to it", "mastracode", "~/.mastracode/mcp.json", OAuth,
			`{"mcpServers": {"fullstory": {"type": "http", "url": "` + us + `", "oauth": {"redirectUrl": "http://127.0.0.1:1458/x"}}}}`, "",
		},
		{
			"rovo dev, a remote server", "rovodev", "~/.rovodev/mcp.json", OAuth,
			`{"mcpServers": {"fullstory": {"url": "` + us + `", "transport": "http", "headers": {"X-Team": "web"}}}}`,
			`{"mcpServers": {"fullstory": {"transport": "stdio", "command": "npx", "args": ["-y", "` + bridge + `", "` + us + `"]}}}`,
		},
		{
			"firebender, the bridge with the user's environment", "firebender", "~/.firebender/firebender.json", OAuth,
			`{"mcpServers": {"fullstory": {"command": "npx", "args": ["-y", "` + bridge + `", "` + us + `"], "env": {"HTTPS_PROXY": "x"}}}}`, "",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, _ := All().Find(tt.client)
			sf, err := c.ServerFile(machine{files: map[string]string{tt.path: tt.src}}.system(), server(tt.auth))
			if err != nil {
				t.Fatal(err)
			}
			doc, err := document.Parse(sf.Format, []byte(tt.src))
			if err != nil {
				t.Fatal(err)
			}
			change, err := doc.Set(sf.Place, sf.Entry)
			if err != nil {
				t.Fatal(err)
			}
			want := tt.want
			if want == "" {
				want = tt.src
			}
			if diff := cmp.Diff(want, string(document.Apply([]byte(tt.src), change.Edits))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestGooseKeyList(t *testing.T) {
	t.Parallel()
	older := map[string]any{"Authorization": "Bearer ${OLD_KEY}"}
	tests := []struct {
		name string
		auth AuthMethod
		old  map[string]any
		want []any // nil: not touched
	}{
		{"no entry", APIKey, nil, nil},
		{"added to the user's", APIKey, map[string]any{"env_keys": []any{"OTHER"}}, []any{"OTHER", "FULLSTORY_API_KEY"}},
		{"there", APIKey, map[string]any{"env_keys": []any{"FULLSTORY_API_KEY", "OTHER"}}, nil},
		{"in place of an older one of ours", APIKey, map[string]any{"headers": older, "env_keys": []any{"OLD_KEY", "OTHER"}}, []any{"OTHER", "FULLSTORY_API_KEY"}},
		{"beside an older one of ours", APIKey, map[string]any{"headers": older, "env_keys": []any{"OLD_KEY", "FULLSTORY_API_KEY"}}, []any{"FULLSTORY_API_KEY"}},
		{"taken out for OAuth", OAuth, map[string]any{"env_keys": []any{"FULLSTORY_API_KEY", "OTHER"}}, []any{"OTHER"}},
		{"an older one taken out for OAuth", OAuth, map[string]any{"headers": older, "env_keys": []any{"OLD_KEY"}}, []any{}},
		{"the user's alone stay for OAuth", OAuth, map[string]any{"env_keys": []any{"OTHER"}}, nil},
		{"an empty list stays for OAuth", OAuth, map[string]any{"env_keys": []any{}}, nil},
		{"added to an empty list", APIKey, map[string]any{"env_keys": []any{}}, []any{"FULLSTORY_API_KEY"}},
		{"in place of nothing", APIKey, map[string]any{"env_keys": nil}, []any{"FULLSTORY_API_KEY"}},
		{"nothing stays for OAuth", OAuth, map[string]any{"env_keys": nil}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := goose.Servers[0].entry(server(tt.auth))
			listKeyVariable(&e, tt.old, server(tt.auth))
			var got []any
			for _, f := range e.Fields {
				if is(f.Path, "env_keys") && !f.Ensure {
					got, _ = f.Value.([]any)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("env_keys (-want +got):\n%s", diff)
			}
			for _, d := range e.Drop {
				if d[0] == "env_keys" {
					t.Error("env_keys is dropped")
				}
			}
		})
	}
}

func TestClaudeDesktopOnWindows(t *testing.T) {
	t.Parallel()
	s := machine{goos: "windows"}.system()
	sf, err := claudeDesktop.ServerFile(s, server(OAuth))
	if err != nil {
		t.Fatal(err)
	}
	want := []document.Field{
		{Path: []string{"command"}, Value: "cmd"},
		{Path: []string{"args"}, Value: []any{"/c", "npx", "-y", bridge, server(OAuth).URL}},
	}
	if diff := cmp.Diff(want, sf.Entry.Fields); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	srv := server(OAuth)
	srv.URL = "https://mcp.example.test/?a=1&calc"
	sf, err = claudeDesktop.ServerFile(s, srv)
	if unable := (*Unable)(nil); !errors.As(err, &unable) || sf.Path == "" || len(sf.Entry.Fields) > 0 {
		t.Errorf("a URL with & gives %+v, %v", sf, err)
	}
	if _, err := claudeDesktop.ServerFile(machine{}.system(), srv); err != nil {
		t.Errorf("the same elsewhere: %v", err)
	}
}

func TestUnable(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		client string
		m      machine
		unable bool
	}{
		{"claude-desktop", machine{}, true},
		{"zed", machine{}, true},
		{"cline", machine{}, true},
		{"roo", machine{}, false},
		{"kilo", machine{}, false},
		{"kilo", machine{files: map[string]string{"~/.config/Code/User/globalStorage/kilocode.kilo-code/settings/mcp_settings.json": "{}"}}, true},
		{"visual-studio", machine{goos: "windows"}, true},
		{"jetbrains-copilot", machine{}, true},
		{"junie", machine{}, true},
		{"trae", machine{}, true},
		{"trae-cn", machine{}, true},
		{"windsurf", machine{files: map[string]string{"~/.config/devin/mcp_config.json": "{}"}}, true},
		{"windsurf", machine{files: map[string]string{"~/.codeium/windsurf/x": ""}}, false},
		{"devin-cli", machine{}, true},
		{"augment", machine{}, true},
		{"lmstudio", machine{}, true},
		{"openhands", machine{}, true},
		{"kiro", machine{}, false},
		{"warp", machine{}, false},
		{"kimi", machine{}, false},
		{"claude-code", machine{}, false},
		{"antigravity", machine{}, true},
		{"droid", machine{}, false},
	} {
		c, _ := All().Find(tt.client)
		_, err := c.ServerFile(tt.m.system(), server(APIKey))
		if unable := (*Unable)(nil); errors.As(err, &unable) != tt.unable {
			t.Errorf("%s: ServerFile with a key: %v", tt.client, err)
		}
		if _, err := c.ServerFile(tt.m.system(), server(OAuth)); err != nil {
			t.Errorf("%s: ServerFile with OAuth: %v", tt.client, err)
		}
	}
	var nowhere Client
	if _, err := nowhere.ServerFile(machine{}.system(), server(OAuth)); err == nil {
		t.Error("a client without a place for servers takes one")
	}
}
