package clients

import (
	"strings"
	"testing"
)

func TestWSL(t *testing.T) {
	t.Parallel()
	const osrelease = "/proc/sys/kernel/osrelease"
	for _, tt := range []struct {
		name string
		m    machine
		want bool
	}{
		{"linux", machine{}, false},
		{"linux that says its release", machine{files: map[string]string{osrelease: "6.8.0-45-generic\n"}}, false},
		{"the distribution's name", machine{env: map[string]string{"WSL_DISTRO_NAME": "Ubuntu"}}, true},
		{"a way into Windows", machine{env: map[string]string{"WSL_INTEROP": "/run/WSL/1_interop"}}, true},
		{"the kernel of version 2", machine{files: map[string]string{osrelease: "5.15.167.4-microsoft-standard-WSL2\n"}}, true},
		{"the kernel of version 1", machine{files: map[string]string{osrelease: "4.4.0-19041-Microsoft\n"}}, true},
		{"windows, started from within", machine{goos: "windows", env: map[string]string{"WSL_DISTRO_NAME": "Ubuntu"}}, false},
		{"darwin", machine{goos: "darwin", env: map[string]string{"WSL_DISTRO_NAME": "x"}}, false},
	} {
		if got := tt.m.system().WSL(); got != tt.want {
			t.Errorf("%s: WSL() = %v", tt.name, got)
		}
	}
}

func TestDetectInWSL(t *testing.T) {
	t.Parallel()
	wsl := map[string]string{"WSL_DISTRO_NAME": "Ubuntu"}
	const code = "/mnt/c/Program Files/Microsoft VS Code/bin/code"
	for _, tt := range []struct {
		name   string
		client string
		m      machine
		found  bool
		why    string
	}{
		{
			"program of Windows", "vscode",
			machine{env: wsl, programs: map[string]string{"code": code}},
			false,
			"not found: code on PATH is the one of Windows (" + code + "), which has a home of its own: run fsskills in Windows for it",
		},
		{"program here", "vscode", machine{env: wsl, programs: map[string]string{"code": "/usr/bin/code"}}, true, "found code on PATH (/usr/bin/code)"},
		{
			"one of each", "cursor",
			machine{env: wsl, programs: map[string]string{
				"cursor": "/mnt/c/Users/ann/AppData/Local/Programs/cursor/cursor", "cursor-agent": "/home/ann/.local/bin/cursor-agent",
			}},
			true, "found cursor-agent on PATH",
		},
		{
			"program of Windows, and a file here", "vscode",
			machine{env: wsl, programs: map[string]string{"code": code}, files: map[string]string{"~/.config/Code/User/settings.json": ""}},
			true, "found ~/.config/Code/User/settings.json",
		},
		{
			"program of Windows, and nothing but ours", "cursor",
			machine{env: wsl, programs: map[string]string{"cursor": "/mnt/d/cursor"}, files: map[string]string{"~/.cursor/mcp.json": `{"mcpServers": {"fullstory": {}}}`}},
			false, "nothing but the fullstory entry",
		},
		{"another disk of WSL", "vscode", machine{env: wsl, programs: map[string]string{"code": "/mnt/data/bin/code"}}, true, "found code"},
		{"a disk called c that is no Windows", "vscode", machine{programs: map[string]string{"code": "/mnt/c/bin/code"}}, true, "found code on PATH (/mnt/c/bin/code)"},
		{"a client that is not looked for", "mux", machine{env: wsl, programs: map[string]string{"mux": "/mnt/c/mux"}}, false, "not looked for: name it with --client mux"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, ok := All().Find(tt.client)
			if !ok {
				t.Fatal("no such client")
			}
			if got := c.Detect(tt.m.system()); got.Found != tt.found || !strings.Contains(got.Why, tt.why) {
				t.Errorf("Detect = %+v, want %v, %q", got, tt.found, tt.why)
			}
		})
	}
}
