package clients

import "testing"

func TestPath(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		goos string
		env  map[string]string
		path Path
		want string
	}{
		{"home", "linux", nil, "~/.codex/config.toml", "/home/ann/.codex/config.toml"},
		{"home alone", "linux", nil, "~", "/home/ann"},
		{"tilde of another user stays", "linux", nil, "~bob/x", "~bob/x"},
		{"tilde inside stays", "linux", nil, "/a/~/b", "/a/~/b"},
		{"absolute", "darwin", nil, "/Applications/Claude.app", "/Applications/Claude.app"},
		{"default", "linux", nil, "${CODEX_HOME:-~/.codex}/config.toml", "/home/ann/.codex/config.toml"},
		{"set", "linux", map[string]string{"CODEX_HOME": "/opt/codex"}, "${CODEX_HOME:-~/.codex}/config.toml", "/opt/codex/config.toml"},
		{"set with a slash at its end", "linux", map[string]string{"CODEX_HOME": "/opt/codex/"}, "${CODEX_HOME:-~/.codex}/config.toml", "/opt/codex/config.toml"},
		{"relative counts as not set", "linux", map[string]string{"XDG_CONFIG_HOME": "conf"}, "${XDG_CONFIG_HOME:-~/.config}/zed", "/home/ann/.config/zed"},
		{"a tilde in a value is no home", "linux", map[string]string{"XDG_CONFIG_HOME": "~/conf"}, "${XDG_CONFIG_HOME:-~/.config}/zed", "/home/ann/.config/zed"},
		{"a value is not read for variables", "linux", map[string]string{"A": "/x/${B}", "B": "/y"}, "${A:-~}/z", "/x/${B}/z"},
		{"no default and not set", "linux", nil, "${VSCODE_PORTABLE}/user-data", ""},
		{"no default and relative", "linux", map[string]string{"VSCODE_PORTABLE": "data"}, "${VSCODE_PORTABLE}/user-data", ""},
		{"no default and set", "linux", map[string]string{"VSCODE_PORTABLE": "/p"}, "${VSCODE_PORTABLE}/user-data", "/p/user-data"},
		{"nested, neither set", "linux", nil, "${CLINE_DATA_DIR:-${CLINE_DIR:-~/.cline}/data}/x", "/home/ann/.cline/data/x"},
		{"nested, inner set", "linux", map[string]string{"CLINE_DIR": "/c"}, "${CLINE_DATA_DIR:-${CLINE_DIR:-~/.cline}/data}/x", "/c/data/x"},
		{"nested, outer set", "linux", map[string]string{"CLINE_DIR": "/c", "CLINE_DATA_DIR": "/d"}, "${CLINE_DATA_DIR:-${CLINE_DIR:-~/.cline}/data}/x", "/d/x"},
		{"nested without an inner default", "linux", nil, "${A:-${B}}/x", ""},
		{"brace without an end", "linux", nil, "${A:-/x", ""},
		{"nothing", "linux", nil, "", ""},
		{"windows home", "windows", nil, "~/.claude.json", `C:\Users\ann\.claude.json`},
		{"windows default", "windows", nil, "${APPDATA:-~/AppData/Roaming}/Code/User", `C:\Users\ann\AppData\Roaming\Code\User`},
		{"windows set", "windows", map[string]string{"APPDATA": `D:\roam`}, "${APPDATA:-~/AppData/Roaming}/Code/User", `D:\roam\Code\User`},
		{"windows share", "windows", map[string]string{"APPDATA": `\\srv\share\ann`}, "${APPDATA:-~/AppData/Roaming}/Zed", `\\srv\share\ann\Zed`},
		{"windows without a drive counts as relative", "windows", map[string]string{"APPDATA": `\roam`}, "${APPDATA:-~/r}/Zed", `C:\Users\ann\r\Zed`},
		{"windows drive without a root counts as relative", "windows", map[string]string{"APPDATA": `D:roam`}, "${APPDATA:-~/r}/Zed", `C:\Users\ann\r\Zed`},
		{"a backslash is a letter elsewhere", "linux", map[string]string{"A": `/a\b`}, "${A:-~}/c", `/a\b/c`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := machine{goos: tt.goos, env: tt.env}.system()
			if got := s.Path(tt.path); got != tt.want {
				t.Errorf("Path(%q) = %q, want %q", tt.path, got, tt.want)
			}
		})
	}
}

func TestTilde(t *testing.T) {
	t.Parallel()
	linux, windows := machine{}.system(), machine{goos: "windows"}.system()
	for _, tt := range []struct {
		s          System
		path, want string
	}{
		{linux, "/home/ann/.claude.json", "~/.claude.json"},
		{linux, "/home/ann", "~"},
		{linux, "/home/annabel/x", "/home/annabel/x"},
		{linux, "/etc/x", "/etc/x"},
		{windows, `C:\Users\ann\.cursor`, `~\.cursor`},
	} {
		if got := tt.s.tilde(tt.path); got != tt.want {
			t.Errorf("tilde(%q) = %q, want %q", tt.path, got, tt.want)
		}
	}
}
