package clients

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// benchSystem is a home on the disk which is empty or, if it is to be full, has
// a server file of each client of the catalog, with nothing in it.
func benchSystem(b *testing.B, full bool) System {
	b.Helper()
	home := b.TempDir()
	s := System{
		GOOS: runtime.GOOS, Home: home, Getenv: func(string) string { return "" },
		LookPath: func(string) (string, error) { return "", exec.ErrNotFound },
		Stat:     os.Stat, ReadFile: os.ReadFile, Glob: filepath.Glob,
	}
	if !full {
		return s
	}
	for _, c := range All() {
		for _, file := range c.ServerFiles(s, Server{Name: ServerName, URL: "https://example.com/mcp", Auth: OAuth}) {
			if file.Path == "" {
				continue
			}
			if err := os.MkdirAll(filepath.Dir(file.Path), 0o755); err != nil {
				b.Fatal(err)
			}
			f, err := os.OpenFile(file.Path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
			if errors.Is(err, fs.ErrExist) {
				continue // it is another client's too
			}
			if err != nil {
				b.Fatal(err)
			}
			if err := f.Close(); err != nil {
				b.Fatal(err)
			}
		}
	}
	return s
}

// eachHome runs a benchmark in an empty home, and in one where each client has a
// file.
func eachHome(b *testing.B, run func(b *testing.B, s System, full bool)) {
	b.Helper()
	for _, full := range []bool{false, true} {
		name := "home=empty"
		if full {
			name = "home=full"
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			run(b, benchSystem(b, full), full)
		})
	}
}

// BenchmarkDetect looks for each client of the catalog.
func BenchmarkDetect(b *testing.B) {
	eachHome(b, func(b *testing.B, s System, full bool) {
		b.Helper()
		all := All()
		for b.Loop() {
			found := 0
			for _, c := range all {
				if c.Detect(s).Found {
					found++
				}
			}
			if (found > 0) != full {
				b.Fatalf("%d clients are found", found)
			}
		}
	})
}

// BenchmarkServerFiles works out each client's entry and where it belongs.
func BenchmarkServerFiles(b *testing.B) {
	eachHome(b, func(b *testing.B, s System, _ bool) {
		b.Helper()
		all := All()
		for b.Loop() {
			n := 0
			for _, c := range all {
				n += len(c.ServerFiles(s, Server{Name: ServerName, URL: "https://example.com/mcp", Auth: OAuth}))
			}
			if n == 0 {
				b.Fatal("no client takes a server")
			}
		}
	})
}

func BenchmarkCatalog(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if len(All()) == 0 {
			b.Fatal("no clients")
		}
	}
}

// BenchmarkFind looks for the first client, the last one, and none.
func BenchmarkFind(b *testing.B) {
	all := All()
	for _, name := range []string{all[0].ID, all[len(all)-1].ID, "nobody"} {
		b.Run("name="+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				all.Find(name)
			}
		})
	}
}
