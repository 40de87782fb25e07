package cmd

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// A home that is a repository is no project, however it is spelt.
func TestHomeIsNoProject(t *testing.T) {
	t.Parallel()
	home := filepath.Join(t.TempDir(), "Home")
	for _, dir := range []string{".git", "work/.git", "work/deep"} {
		if err := os.MkdirAll(filepath.Join(home, filepath.FromSlash(dir)), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	work := filepath.Join(home, "work")
	tests := []struct{ name, home, dir, want string }{
		{"home", home, home, ""},
		{"trailing separator", home + string(filepath.Separator), home, ""},
		{"below a project", home, filepath.Join(work, "deep"), work},
	}
	if runtime.GOOS == "windows" {
		tests = append(tests, struct{ name, home, dir, want string }{"capitals", home, strings.ToLower(home), ""})
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			env := Env{Home: tt.home, Dir: tt.dir}
			if got := env.project(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestHomeVariable(t *testing.T) {
	t.Parallel()
	for goos, want := range map[string]string{"windows": "USERPROFILE", "linux": "HOME", "darwin": "HOME"} {
		if got := homeVariable(goos); got != want {
			t.Errorf("%s: got %s, want %s", goos, got, want)
		}
	}
}
