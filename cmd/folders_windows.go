package cmd

import (
	"cmp"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// localFolder is the folder for programs' data of this machine. Windows is asked
// for it first: a variable may have been taken away.
func localFolder(home string, getenv func(string) string) string {
	for _, flag := range []uint32{windows.KF_FLAG_DEFAULT, windows.KF_FLAG_DEFAULT_PATH} {
		if dir, err := windows.KnownFolderPath(windows.FOLDERID_LocalAppData, flag|windows.KF_FLAG_DONT_VERIFY); err == nil && dir != "" {
			return dir
		}
	}
	return cmp.Or(getenv("LOCALAPPDATA"), filepath.Join(home, "AppData", "Local"))
}
