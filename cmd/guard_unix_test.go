//go:build unix

package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGuardConfig has who may own and write the user's own file and its folder.
func TestGuardConfig(t *testing.T) {
	t.Parallel()
	const stranger = 12345
	tests := []struct {
		name           string
		folder, file   os.FileMode
		uid, gid       int // of the file, -1 for what it has
		folderUID      int
		want           string
		needsSuperuser bool
	}{
		{name: "private", folder: 0o700, file: 0o600},
		{name: "readable", folder: 0o755, file: 0o644},
		{name: "written by anybody", folder: 0o755, file: 0o646, want: "config.yaml can be written by other users"},
		{name: "in a folder of anybody's", folder: 0o757, file: 0o644, want: "fsskills can be written by other users"},
		{name: "written by the user's own group", folder: 0o775, file: 0o664, uid: os.Geteuid(), gid: os.Geteuid(), needsSuperuser: true},
		{name: "written by a group", folder: 0o755, file: 0o664, uid: os.Geteuid(), gid: stranger, want: "config.yaml can be written", needsSuperuser: true},
		{name: "of another user", folder: 0o755, file: 0o644, uid: stranger, gid: -1, want: "config.yaml belongs to another user", needsSuperuser: true},
		{name: "in another user's folder", folder: 0o755, file: 0o644, uid: -1, gid: -1, folderUID: stranger, want: "fsskills belongs to another user", needsSuperuser: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.needsSuperuser && os.Geteuid() != 0 {
				t.Skip("only the superuser can give a file away")
			}
			env, _, _ := testEnv(t)
			env.ConfigDir = filepath.Join(env.Home, "fsskills")
			path := filepath.Join(env.ConfigDir, configName)
			for _, err := range []error{
				os.Mkdir(env.ConfigDir, 0o755), os.WriteFile(path, nil, 0o644),
				os.Chmod(path, tt.file), os.Chmod(env.ConfigDir, tt.folder),
			} {
				if err != nil {
					t.Fatal(err)
				}
			}
			if tt.needsSuperuser {
				if err := os.Chown(path, tt.uid, tt.gid); err != nil {
					t.Fatal(err)
				}
				if err := os.Chown(env.ConfigDir, tt.folderUID, -1); err != nil {
					t.Fatal(err)
				}
			}
			_, err := env.catalog()
			switch {
			case tt.want == "" && err != nil:
				t.Error(err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("got %v, want %s", err, tt.want)
			case tt.want != "" && exitFor(t.Context(), err) != exitUsage:
				t.Errorf("exit status %d", exitFor(t.Context(), err))
			}
		})
	}
}

// TestGuardState has who may own the state folder and what is in it.
func TestGuardState(t *testing.T) {
	t.Parallel()
	const stranger = 12345
	tests := []struct {
		name, given string // what belongs to somebody else, relative to the state folder
		want        string
	}{
		{name: "the user's own"},
		{name: "folder", given: ".", want: "the state folder %s belongs to another user"},
		{name: "receipt", given: "receipt.json", want: "the file %s/receipt.json belongs to another user"},
		{name: "folder of backups", given: "backups", want: "the file %s/backups belongs to another user"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.given != "" && os.Geteuid() != 0 {
				t.Skip("only the superuser can give a file away")
			}
			env, _, _ := testEnv(t)
			env.StateDir = filepath.Join(env.Home, "state")
			for _, err := range []error{
				os.MkdirAll(filepath.Join(env.StateDir, "backups"), 0o700),
				os.WriteFile(filepath.Join(env.StateDir, "receipt.json"), []byte("{}"), 0o600),
			} {
				if err != nil {
					t.Fatal(err)
				}
			}
			if tt.given != "" {
				if err := os.Chown(filepath.Join(env.StateDir, tt.given), stranger, -1); err != nil {
					t.Fatal(err)
				}
			}
			err := env.guardState(site{})
			want := strings.ReplaceAll(tt.want, "%s", env.StateDir)
			switch {
			case want == "" && err != nil:
				t.Error(err)
			case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
				t.Errorf("got %v, want %s", err, want)
			}
		})
	}
}
