package clients

import (
	"errors"
	"io/fs"
	"strings"
	"testing/fstest"
)

// A machine is a made-up System: its files by path (a path that ends in a
// slash is a folder), its programs and its environment.
type machine struct {
	goos     string // "linux" if empty
	env      map[string]string
	files    map[string]string
	programs map[string]string
}

func (m machine) system() System {
	s := System{GOOS: m.goos, Home: "/home/ann", Project: "/home/ann/web"}
	switch m.goos {
	case "":
		s.GOOS = "linux"
	case "darwin":
		s.Home, s.Project = "/Users/ann", "/Users/ann/web"
	case "windows":
		s.Home, s.Project = `C:\Users\ann`, `C:\Users\ann\web`
	}
	inside := func(p string) string {
		return strings.TrimPrefix(strings.ReplaceAll(p, `\`, "/"), "/")
	}
	tree := fstest.MapFS{}
	for name, content := range m.files {
		if rest, ok := strings.CutPrefix(name, "~"); ok {
			name = s.Home + rest
		}
		name = inside(name)
		if folder, ok := strings.CutSuffix(name, "/"); ok {
			tree[folder] = &fstest.MapFile{Mode: fs.ModeDir}
			continue
		}
		tree[name] = &fstest.MapFile{Data: []byte(content)}
	}
	s.Getenv = func(name string) string { return m.env[name] }
	s.LookPath = func(name string) (string, error) {
		if p, ok := m.programs[name]; ok {
			return p, nil
		}
		return "", errors.New("not on PATH")
	}
	s.Stat = func(p string) (fs.FileInfo, error) { return tree.Stat(inside(p)) }
	s.ReadFile = func(p string) ([]byte, error) { return tree.ReadFile(inside(p)) }
	s.Glob = func(p string) ([]string, error) {
		found, err := tree.Glob(inside(p))
		for i, f := range found {
			if s.GOOS == "windows" {
				found[i] = strings.ReplaceAll(f, "/", `\`)
			} else {
				found[i] = "/" + f
			}
		}
		return found, err
	}
	return s
}
