//go:build unix

package cmd

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
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

// TestGuardState has who may own and write the state folder and what is in it.
func TestGuardState(t *testing.T) {
	t.Parallel()
	const stranger = 12345
	give := func(path string) error { return os.Chown(path, stranger, -1) }
	open := func(path string) error { return os.Chmod(path, 0o777) }
	pipe := func(path string) error {
		return errors.Join(os.RemoveAll(path), syscall.Mkfifo(path, 0o600))
	}
	tests := []struct {
		name           string
		path           string // of what is changed, below the state folder
		change         func(path string) error
		want           string
		needsSuperuser bool
	}{
		{name: "the user's own"},
		{name: "somebody's folder", path: ".", change: give, want: "the state folder %s belongs to another user", needsSuperuser: true},
		{name: "somebody's receipt", path: "receipt.json", change: give, want: "the file %s/receipt.json belongs to another user", needsSuperuser: true},
		{name: "somebody's backups", path: "backups", change: give, want: "the file %s/backups belongs to another user", needsSuperuser: true},
		{name: "somebody's backup", path: "backups/1.tar", change: give, want: "the file %s/backups/1.tar belongs to another user", needsSuperuser: true},
		{name: "a folder that anybody writes to", path: ".", change: open, want: "%s can be written by other users"},
		{name: "a receipt that anybody writes", path: "receipt.json", change: open, want: "receipt.json can be written by other users"},
		{name: "a receipt that anybody reads", path: "receipt.json", change: func(path string) error { return os.Chmod(path, 0o644) }},
		{name: "a lock that is a pipe", path: "lock", change: pipe, want: "the state file %s/lock is not a regular file"},
		{name: "a receipt that is a pipe", path: "receipt.json", change: pipe, want: "the state file %s/receipt.json is not a regular file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.needsSuperuser && os.Geteuid() != 0 {
				t.Skip("only the superuser can give a file away")
			}
			env, _, _ := testEnv(t)
			env.StateDir = filepath.Join(env.Home, "state")
			for _, err := range []error{
				os.MkdirAll(filepath.Join(env.StateDir, "backups"), 0o700),
				os.WriteFile(filepath.Join(env.StateDir, "receipt.json"), []byte("{}"), 0o600),
				os.WriteFile(filepath.Join(env.StateDir, "backups", "1.tar"), nil, 0o600),
			} {
				if err != nil {
					t.Fatal(err)
				}
			}
			if tt.change != nil {
				if err := tt.change(filepath.Join(env.StateDir, tt.path)); err != nil {
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

// A pipe or a device in the place of a file is never waited for.
func TestPipesAreNotRead(t *testing.T) {
	t.Parallel()
	for _, name := range []string{".claude.json", ".claude/skills/alpha", ".config/fsskills/config.yaml", ".local/state/fsskills/lock", ".cache/fsskills"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, _, errOut := testEnv(t)
			env.StateDir = filepath.Join(env.Home, ".local/state/fsskills")
			env.CacheDir = filepath.Join(env.Home, ".cache/fsskills")
			env.ConfigDir = filepath.Join(env.Home, ".config/fsskills")
			source := filepath.Join(env.Home, "source/skills/alpha")
			at := filepath.Join(env.Home, name)
			for _, err := range []error{
				os.MkdirAll(source, 0o755), os.MkdirAll(filepath.Dir(at), 0o700), syscall.Mkfifo(at, 0o600),
				os.WriteFile(filepath.Join(source, "SKILL.md"), []byte("---\nname: alpha\ndescription: An example.\n---\nText.\n"), 0o644),
			} {
				if err != nil {
					t.Fatal(err)
				}
			}
			done := make(chan int)
			go func() {
				done <- Run(t.Context(), *env, []string{"install", "--yes", "--client", "claude-code", "--source", filepath.Join(env.Home, "source")})
			}()
			select {
			case code := <-done:
				if code == 0 && name != ".cache/fsskills" { // the cache is no more than that
					t.Errorf("exit status 0: %s", errOut)
				}
			case <-time.After(time.Minute):
				t.Fatal("it waits for a pipe")
			}
			if info, err := os.Lstat(at); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
				t.Errorf("the pipe is gone: %v", err)
			}
		})
	}
}
