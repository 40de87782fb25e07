package cmd

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/adrg/xdg"
)

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
			"from the home on Windows", "windows",
			map[string]string{"XDG_STATE_HOME": "%USERPROFILE%/s", "XDG_CACHE_HOME": "~/c"},
			folders{"/home/me/s/fsskills", "/local/cache/fsskills", "/local/fsskills"},
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

// TestUserFoldersAreThoseOfXDG compares with the library for them, on the system that
// the test runs on. The program does without it: it reads a file of the desktop's,
// user-dirs.dirs, whenever a program starts that is linked with it.
func TestUserFoldersAreThoseOfXDG(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	t.Cleanup(xdg.Reload)
	inHome := filepath.Join(home, "elsewhere")
	for _, values := range [][3]string{
		{},
		{inHome, inHome + "/c", inHome + "/o/"},
		{"~/s", "$HOME/c", "~"},
		{"relative", "./c", "../o"},
		{"$HOMEs", "~s", "/with space/$HOME"},
		{" " + inHome, "$HOME", "$XDG_STATE_HOME/c"},
	} {
		for i, name := range []string{"XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"} {
			t.Setenv(name, values[i])
		}
		xdg.Reload()
		got := userFolders(runtime.GOOS, home, localFolder(home, os.Getenv), os.Getenv)
		want := folders{
			state:  filepath.Join(xdg.StateHome, "fsskills"),
			cache:  filepath.Join(xdg.CacheHome, "fsskills"),
			config: filepath.Join(xdg.ConfigHome, "fsskills"),
		}
		if got != want {
			t.Errorf("%q: folders %+v, want %+v", values, got, want)
		}
	}
}
