package cmd

import "testing"

func TestUserFolders(t *testing.T) {
	tests := []struct {
		name, goos string
		vars       map[string]string
		want       folders
	}{
		{"Linux", "linux", nil, folders{"/home/me/.local/state/fsskills", "/home/me/.cache/fsskills", "/home/me/.config/fsskills"}},
		{"macOS", "darwin", nil, folders{
			"/home/me/Library/Application Support/fsskills", "/home/me/Library/Caches/fsskills", "/home/me/Library/Application Support/fsskills",
		}},
		{"Windows", "windows", nil, folders{"/local/fsskills", "/local/cache/fsskills", "/local/fsskills"}},
		{
			"whole paths", "darwin",
			map[string]string{"XDG_STATE_HOME": "/s", "XDG_CACHE_HOME": "/c/", "XDG_CONFIG_HOME": "/o"},
			folders{"/s/fsskills", "/c/fsskills", "/o/fsskills"},
		},
		{
			"from the home", "linux",
			map[string]string{"XDG_STATE_HOME": "~/s", "XDG_CACHE_HOME": "$HOME/c"},
			folders{"/home/me/s/fsskills", "/home/me/c/fsskills", "/home/me/.config/fsskills"},
		},
		{
			"relative", "linux",
			map[string]string{"XDG_STATE_HOME": "s", "XDG_CACHE_HOME": "./c", "XDG_CONFIG_HOME": "../o"},
			folders{"/home/me/.local/state/fsskills", "/home/me/.cache/fsskills", "/home/me/.config/fsskills"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := userFolders(test.goos, "/home/me", "/local", func(name string) string { return test.vars[name] })
			if got != test.want {
				t.Errorf("folders %+v, want %+v", got, test.want)
			}
		})
	}
}
