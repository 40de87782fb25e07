package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"fsskills/.ci/bench/measure"
)

const writesOne = `package main

import "os"

func main() {
	f, err := os.Create("file")
	if err != nil || f.Sync() != nil || f.Close() != nil {
		os.Exit(1)
	}
}
`

// traceable builds hello world and a program that opens a file and syncs it.
func traceable(t *testing.T) (b *bench, hello, writes string) {
	t.Helper()
	dir := t.TempDir()
	launch, err := measure.Launcher(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	built := func(name, source string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path+".go", []byte(source), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := golang(t.Context(), nil, "build", "-o", path, path+".go"); err != nil {
			t.Fatal(err)
		}
		return path
	}
	b = &bench{runner: &measure.Runner{Work: dir, Launch: launch, Env: []string{"PATH=/usr/bin:/bin"}}}
	hello = built("hello", helloWorld)
	var none absent
	if _, err := b.trace(t.Context(), "%file", command(hello)); errors.As(err, &none) {
		t.Skip(none.why)
	}
	return b, hello, built("writes", writesOne)
}

func command(program string) measure.Command {
	return measure.Command{Args: []string{program}, After: func(string, *measure.Run) error { return nil }}
}

func TestSyncs(t *testing.T) {
	own := "fsync(8</home/x"
	for _, c := range []struct {
		calls []string
		want  int
	}{
		{nil, 0},
		{[]string{own, own}, 2},
		{[]string{own, "fsync(8<~/.local/state/fsskills/journal.tar.new>", "fdatasync(9<~/.claude.json>"}, 2},
		{[]string{"syncfs(3</>"}, 21},
	} {
		if got := syncs(c.calls, 21); got != c.want {
			t.Errorf("%q: %d files, want %d", c.calls, got, c.want)
		}
	}
}
