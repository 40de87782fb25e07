package clients

import (
	"strings"
	"testing"
)

func TestDetect(t *testing.T) {
	t.Parallel()
	const ours = `{"mcpServers": {"fullstory": {"url": "https://api.fullstory.com/mcp/fullstory"}}}`
	const others = `{"mcpServers": {"github": {"command": "gh-mcp"}}}`
	tests := []struct {
		name   string
		client string
		m      machine
		found  bool
		why    string // part of it
	}{
		{"program", "codex", machine{programs: map[string]string{"codex": "/usr/bin/codex"}}, true, "found codex on PATH (/usr/bin/codex)"},
		{"second program", "cursor", machine{programs: map[string]string{"cursor-agent": "/home/ann/.local/bin/cursor-agent"}}, true, "found cursor-agent on PATH"},
		{"program on another disk", "vscode", machine{programs: map[string]string{"code": "/mnt/data/bin/code"}}, true, "found code"},
		{"code of Cursor", "vscode", machine{goos: "darwin", programs: map[string]string{"code": "/Applications/Cursor.app/Contents/Resources/app/bin/code"}}, false, "no code on PATH"},
		{"goose that migrates databases", "goose", machine{programs: map[string]string{"goose": "/home/ann/go/bin/goose"}}, false, "no goose on PATH"},
		{"goose", "goose", machine{programs: map[string]string{"goose": "/home/ann/.local/bin/goose"}}, true, "found goose"},
		{"zed of ZFS", "zed", machine{programs: map[string]string{"zed": "/usr/sbin/zed"}}, false, "no zed on PATH"},
		{"application", "claude-desktop", machine{goos: "darwin", files: map[string]string{"/Applications/Claude.app/": ""}}, true, "found /Applications/Claude.app"},
		{"packaged application", "claude-desktop", machine{goos: "windows", files: map[string]string{`~\AppData\Local\Packages\Claude_abc\x`: ""}}, true, `found ~\AppData\Local\Packages\Claude_abc`},
		{"file of its own", "claude-code", machine{files: map[string]string{"~/.claude/settings.json": "{}"}}, true, "found ~/.claude/settings.json"},
		{"extension", "cline", machine{files: map[string]string{"~/.vscode/extensions/saoudrizwan.claude-dev-3.1.0/x": ""}}, true, "found ~/.vscode/extensions/saoudrizwan.claude-dev-3.1.0"},
		{"extension in another editor", "roo", machine{files: map[string]string{"~/.cursor/extensions/rooveterinaryinc.roo-cline-3.54.0/x": ""}}, true, "found ~/.cursor/extensions/rooveterinaryinc.roo-cline-3.54.0"},
		{"extension's server file in another editor", "roo", machine{files: map[string]string{"~/.config/Cursor/User/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json": others}}, true, "found ~/.config/Cursor/User/globalStorage/"},
		{"extension's server file with nothing but ours", "roo", machine{files: map[string]string{"~/.config/Code/User/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json": ours}}, false, "nothing but"},
		{"an extension's folder", "vscode", machine{files: map[string]string{"~/.config/Code/User/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json": ours}}, false, "not found"},
		{"storage of its own", "vscode", machine{files: map[string]string{"~/.config/Code/User/globalStorage/state.vscdb": ""}}, true, "found ~/.config/Code/User/globalStorage/state.vscdb"},
		{"an edition", "visual-studio", machine{goos: "windows", files: map[string]string{`C:\Program Files\Microsoft Visual Studio\2022\Professional\Common7\IDE\devenv.exe`: ""}}, true, `found C:\Program Files\Microsoft Visual Studio\2022\Professional`},
		{"plugin of an IDE", "jetbrains-copilot", machine{files: map[string]string{"~/.local/share/JetBrains/PyCharm2026.2/github-copilot-intellij/lib/x": ""}}, true, "found ~/.local/share/JetBrains/PyCharm2026.2/github-copilot-intellij"},
		{"plugin of another client", "jetbrains-copilot", machine{files: map[string]string{"~/.local/share/JetBrains/PyCharm2026.2/ideavim/lib/x": ""}}, false, "not found"},
		{"version as its installer has it", "junie", machine{files: map[string]string{"~/.local/share/junie/versions/888.1/junie": ""}}, true, "found ~/.local/share/junie/versions"},
		{"guidelines that a team wrote", "junie", machine{files: map[string]string{"~/.junie/AGENTS.md": "x", "~/.junie/skills/demo/SKILL.md": "x"}}, false, "not found"},
		{"edition for China", "trae", machine{files: map[string]string{"~/.config/Trae CN/User/globalStorage/state.vscdb": ""}}, false, "not found"},
		{"edition for China", "trae-cn", machine{files: map[string]string{"~/.config/Trae CN/User/globalStorage/state.vscdb": ""}}, true, "found ~/.config/Trae CN"},
		{"bare folder of Kilo", "kilo", machine{files: map[string]string{"~/.kilo/skills/demo/SKILL.md": "x", "~/.config/kilo/": ""}}, false, "not found"},
		{"its data", "kilo", machine{files: map[string]string{"~/.local/share/kilo/auth.json": ""}}, true, "found ~/.local/share/kilo"},
		{"folder moved", "codex", machine{env: map[string]string{"CODEX_HOME": "/opt/codex"}, files: map[string]string{"/opt/codex/auth.json": "{}"}}, true, "found /opt/codex/auth.json"},
		{"folder moved, file in the old one", "codex", machine{env: map[string]string{"CODEX_HOME": "/opt/codex"}, files: map[string]string{"~/.codex/auth.json": "{}"}}, false, "no /opt/codex/config.toml"},

		{"server file with other servers", "cursor", machine{files: map[string]string{"~/.cursor/mcp.json": others}}, true, "found ~/.cursor/mcp.json"},
		{"server file with ours and others", "cursor", machine{files: map[string]string{"~/.cursor/mcp.json": `{"mcpServers": {"fullstory": {}, "github": {}}}`}}, true, "found ~/.cursor/mcp.json"},
		{"server file with ours and a setting", "gemini-cli", machine{files: map[string]string{"~/.gemini/settings.json": `{"theme": "x", "mcpServers": {"fullstory": {}}}`}}, true, "found ~/.gemini/settings.json"},
		{"server file with nothing but ours", "cursor", machine{files: map[string]string{"~/.cursor/mcp.json": ours}}, false, "~/.cursor/mcp.json holds nothing but the fullstory entry"},
		{"the same in TOML", "codex", machine{files: map[string]string{"~/.codex/config.toml": "[mcp_servers.fullstory]\nurl = \"https://api.fullstory.com/mcp/fullstory\"\n"}}, false, "nothing but"},
		{"the same in YAML", "goose", machine{files: map[string]string{"~/.config/goose/config.yaml": "extensions:\n  fullstory:\n    enabled: true\n"}}, false, "nothing but"},
		{"the same in a list", "mistral-vibe", machine{files: map[string]string{"~/.vibe/config.toml": "[[mcp_servers]]\nname = \"fullstory\"\n"}}, false, "nothing but"},
		{"the same in a list of YAML", "continue", machine{files: map[string]string{"~/.continue/config.yaml": "mcpServers:\n- name: fullstory\n"}}, false, "nothing but"},
		{"a list with another", "continue", machine{files: map[string]string{"~/.continue/config.yaml": "mcpServers:\n- name: fullstory\n- name: x\n"}}, true, "found ~/.continue/config.yaml"},
		{"a list with one that has no name", "continue", machine{files: map[string]string{"~/.continue/config.yaml": "mcpServers:\n- uses: a/b\n- name: fullstory\n"}}, true, "found ~/.continue/config.yaml"},
		{"the same under a key with a dot", "amp", machine{files: map[string]string{"~/.config/amp/settings.json": `{"amp.mcpServers": {"fullstory": {}}}`}}, false, "nothing but"},
		{"another in TOML", "codex", machine{files: map[string]string{"~/.codex/config.toml": "model = \"x\"\n"}}, true, "found ~/.codex/config.toml"},
		{"another in YAML", "goose", machine{files: map[string]string{"~/.config/goose/config.yaml": "GOOSE_PROVIDER: x\n"}}, true, "found ~/.config/goose/config.yaml"},
		{"nothing but ours, but its program is there", "cursor", machine{programs: map[string]string{"cursor": "/usr/bin/cursor"}, files: map[string]string{"~/.cursor/mcp.json": ours}}, true, "found cursor on PATH"},
		{"nothing but ours in version 2", "opencode", machine{files: map[string]string{"~/.config/opencode/opencode.json": `{"mcp": {"servers": {"fullstory": {}}}}`}}, false, "nothing but"},
		{"a schema that the client wrote", "opencode", machine{files: map[string]string{"~/.config/opencode/opencode.json": `{"$schema": "https://opencode.ai/config.json", "mcp": {"fullstory": {}}}`}}, true, "found ~/.config/opencode/opencode.json"},
		{"empty object", "vscode", machine{files: map[string]string{"~/.config/Code/User/mcp.json": "{}"}}, true, "found ~/.config/Code/User/mcp.json"},
		{"empty map of servers", "cursor", machine{files: map[string]string{"~/.cursor/mcp.json": `{"mcpServers": {}}`}}, true, "found ~/.cursor/mcp.json"},
		{"empty file", "cursor", machine{files: map[string]string{"~/.cursor/mcp.json": ""}}, true, "found ~/.cursor/mcp.json"},
		{"broken file", "cursor", machine{files: map[string]string{"~/.cursor/mcp.json": `{"mcpServers": {`}}, true, "found ~/.cursor/mcp.json"},
		{"large file", "claude-code", machine{files: map[string]string{"~/.claude.json": `{"mcpServers": {"fullstory": {"note": "` + strings.Repeat("x", tooLarge) + `"}}}`}}, true, "found ~/.claude.json"},
		{"second of two files", "windsurf", machine{files: map[string]string{"~/.codeium/windsurf/mcp_config.json": others}}, true, "found ~/.codeium/windsurf/mcp_config.json"},
		{"file of another client too", "windsurf", machine{files: map[string]string{"~/.config/devin/mcp_config.json": others}}, false, "not found"},
		{"the same for its owner", "devin-cli", machine{files: map[string]string{"~/.config/devin/mcp_config.json": others}}, true, "found ~/.config/devin/mcp_config.json"},
		{"Devin Desktop", "windsurf", machine{goos: "windows", files: map[string]string{`~\AppData\Roaming\Devin\User\x`: ""}}, true, `found ~\AppData\Roaming\Devin\User`},
		{"Warp without a program", "warp", machine{files: map[string]string{"~/.local/state/warp-terminal/x": ""}}, true, "found ~/.local/state/warp-terminal"},
		{"folder that a themes collection makes", "warp", machine{files: map[string]string{"~/.warp/themes/x": ""}}, false, "not found"},
		{"skills alone", "kiro", machine{files: map[string]string{"~/.kiro/skills/demo/SKILL.md": "x"}}, false, "not found"},
		{"the same in grok's TOML", "grok", machine{files: map[string]string{"~/.grok/config.toml": "[mcp_servers.fullstory]\nurl = \"https://api.fullstory.com/mcp/fullstory\"\n"}}, false, "nothing but"},

		{"bare folder", "claude-code", machine{files: map[string]string{"~/.claude/": ""}}, false, "not found: no claude on PATH, no ~/.claude.json"},
		{"folder with skills", "claude-code", machine{files: map[string]string{"~/.claude/skills/demo/SKILL.md": "x"}}, false, "not found"},
		{"folder of another client", "gemini-cli", machine{files: map[string]string{"~/.gemini/antigravity/x": "", "~/.gemini/skills/demo/SKILL.md": "x"}}, false, "not found"},
		{"bare folder of Copilot", "copilot-cli", machine{files: map[string]string{"~/.copilot/skills/demo/SKILL.md": "x"}}, false, "not found"},
		{"skills of its family", "antigravity", machine{files: map[string]string{"~/.gemini/config/skills/demo/SKILL.md": "x", "~/.gemini/antigravity/skills/demo/SKILL.md": "x", "~/.gemini/settings.json": "{}"}}, false, "no agy on PATH"},
		{"file of its own", "antigravity", machine{files: map[string]string{"~/.gemini/antigravity-cli/settings.json": "{}"}}, true, "found ~/.gemini/antigravity-cli/settings.json"},
		{"older server file", "antigravity", machine{files: map[string]string{"~/.gemini/antigravity/mcp_config.json": others}}, true, "found ~/.gemini/antigravity/mcp_config.json"},
		{"program that is not on PATH", "claude-code", machine{goos: "windows", files: map[string]string{`~\.local\bin\claude.exe`: ""}}, true, `found ~\.local\bin\claude.exe`},
		{"script", "crush", machine{files: map[string]string{"~/.config/crush/crushrc": ""}}, true, "found ~/.config/crush/crushrc"},
		{"state on windows", "crush", machine{goos: "windows", files: map[string]string{`~\AppData\Local\crush\crush.json`: "{}"}}, true, `found ~\AppData\Local\crush\crush.json`},
		{"skills on windows", "crush", machine{goos: "windows", files: map[string]string{`~\AppData\Local\crush\skills\demo\SKILL.md`: ""}}, false, "no crush on PATH"},
		{"folder with skills", "droid", machine{files: map[string]string{"~/.factory/skills/demo/SKILL.md": "x"}}, false, "no droid on PATH"},
		{"home moved", "droid", machine{env: map[string]string{"FACTORY_HOME_OVERRIDE": "/f"}, files: map[string]string{"/f/.factory/host.json": "{}"}}, true, "found /f/.factory/host.json"},
		{"folder moved", "qwen-code", machine{env: map[string]string{"QWEN_HOME": "/q"}, files: map[string]string{"/q/installation_id": ""}}, true, "found /q/installation_id"},
		{"shared skills", "zed", machine{files: map[string]string{"~/.agents/skills/demo/SKILL.md": "x"}}, false, "not found"},
		{"bare user folder", "vscode", machine{files: map[string]string{"~/.config/Code/User/": ""}}, false, "not found"},
		{"another program of that name", "hermes", machine{programs: map[string]string{"hermes": "/usr/bin/hermes"}}, false, "not found: no ~/.hermes/config.yaml"},
		{"folder with skills", "hermes", machine{files: map[string]string{"~/.hermes/skills/demo/SKILL.md": "x"}}, false, "not found"},
		{"file of its own", "hermes", machine{files: map[string]string{"~/.hermes/SOUL.md": "x"}}, true, "found ~/.hermes/SOUL.md"},
		{"server file alone", "openclaw", machine{files: map[string]string{"~/.openclaw/openclaw.json": `{"mcp": {"servers": {"fullstory": {}}}}`}}, false, "nothing but"},
		{"settings of Snowflake's other program", "cortex", machine{files: map[string]string{"~/.snowflake/config.toml": "x"}}, false, "not found"},
		{"a folder that is theirs, and known by name only", "mux", machine{files: map[string]string{"~/.mux/config.json": "{}"}}, false, "not looked for: name it with --client mux"},
		{"nothing", "goose", machine{goos: "windows"}, false, `not found: no goose on PATH, no ~\AppData\Local\Programs\Goose, no ~\AppData\Roaming\Block\goose\config\config.yaml`},
	}
	for _, tt := range tests {
		t.Run(tt.client+" "+tt.name, func(t *testing.T) {
			t.Parallel()
			c, ok := All().Find(tt.client)
			if !ok {
				t.Fatal("no such client")
			}
			got := c.Detect(tt.m.system())
			if got.Found != tt.found || !strings.Contains(got.Why, tt.why) {
				t.Errorf("Detect = %+v, want %v, %q", got, tt.found, tt.why)
			}
		})
	}
}

// The clients' configuration files as they look on a user's machine, with
// somebody else's server or with nothing in them, are enough.
func TestDetectByServerFile(t *testing.T) {
	t.Parallel()
	for _, goos := range []string{"", "darwin", "windows"} {
		for _, c := range All() {
			sf, err := c.ServerFile(machine{goos: goos}.system(), server(OAuth))
			if sf.Path == "" {
				continue // no file on this system
			}
			if err != nil {
				t.Fatal(err)
			}
			m := machine{goos: goos, files: map[string]string{sf.Path: ""}}
			cfg, _ := c.config(m.system())
			if got := c.Detect(m.system()); got.Found == cfg.Files[0].Shared {
				t.Errorf("%s: %+v with an empty %s", c.ID, got, sf.Path)
			}
		}
		nothing := machine{goos: goos, files: map[string]string{"~/.agents/skills/demo/SKILL.md": "x"}}
		for _, c := range All() {
			if got := c.Detect(nothing.system()); got.Found || !strings.HasPrefix(got.Why, "not found: no ") && !strings.HasPrefix(got.Why, "not looked for: ") {
				t.Errorf("%s: %+v on an empty machine", c.ID, got)
			}
		}
	}
}
