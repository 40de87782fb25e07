package cmd

import (
	"path/filepath"
	"strings"
)

// The folders are where the system wants fsskills to keep things for a user.
type folders struct {
	state  string // what must not get lost
	cache  string // what can be fetched again
	config string // what the user sets
}

// userFolders are those of a user on a system. local is what Windows says is the
// folder for programs' data. The XDG variables count everywhere, as far as they hold
// a whole path, in which "~" and "$HOME" may come first, on Windows "%USERPROFILE%".
// The disk is not looked at.
//
//   - https://specifications.freedesktop.org/basedir-spec/latest/
//   - https://developer.apple.com/library/archive/documentation/FileManagement/Conceptual/FileSystemProgrammingGuide/FileSystemOverview/FileSystemOverview.html
//   - https://learn.microsoft.com/windows/win32/shell/knownfolderid
func userFolders(goos, home, local string, getenv func(string) string) folders {
	usual := folders{
		state:  filepath.Join(home, ".local", "state"),
		cache:  filepath.Join(home, ".cache"),
		config: filepath.Join(home, ".config"),
	}
	switch goos {
	case "darwin":
		support := filepath.Join(home, "Library", "Application Support")
		usual = folders{state: support, cache: filepath.Join(home, "Library", "Caches"), config: support}
	case "windows":
		usual = folders{state: local, cache: filepath.Join(local, "cache"), config: local}
	}
	signs := []string{"~", "$HOME"}
	if goos == "windows" {
		signs = []string{"%USERPROFILE%"}
	}
	place := func(variable, usual string) string {
		dir := getenv(variable)
		for _, sign := range signs {
			if rest, ok := strings.CutPrefix(dir, sign); ok {
				dir = filepath.Join(home, rest)
				break
			}
		}
		if !filepath.IsAbs(dir) {
			dir = usual
		}
		return filepath.Join(dir, "fsskills")
	}
	return folders{
		state:  place("XDG_STATE_HOME", usual.state),
		cache:  place("XDG_CACHE_HOME", usual.cache),
		config: place("XDG_CONFIG_HOME", usual.config),
	}
}
