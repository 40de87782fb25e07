package cmd_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// A faultPlace is a folder with a home and a source, whose path is as long as
// that of any other one, so that a copy's records can be made to name it.
type faultPlace struct {
	t   *testing.T
	dir string
	bin string
}

func (p *faultPlace) path(rel string) string { return filepath.Join(p.dir, filepath.FromSlash(rel)) }

func (p *faultPlace) check(err error) {
	p.t.Helper()
	if err != nil {
		panic(err)
	}
}

func (p *faultPlace) write(rel, text string) {
	p.t.Helper()
	p.check(os.MkdirAll(filepath.Dir(p.path(rel)), 0o755))
	p.check(os.WriteFile(p.path(rel), []byte(text), 0o644))
}

func (p *faultPlace) env() []string {
	return []string{
		"HOME=" + p.path("home"), "PATH=" + p.path("nothing"), "NO_COLOR=1", "GOMAXPROCS=2",
		"FULLSTORY_API_KEY=" + faultKeys[0], "OTHER_KEY=" + faultKeys[1],
	}
}

// faultKeys are what jobs write into the files of clients, where no other file
// may have them.
var faultKeys = [...]string{"na1.one-key-of-two/123==", "na1.two-key-of-two/456=="}

// keptKey returns a file of fsskills' own that has a key in it.
func (p *faultPlace) keptKey() (found string) {
	p.t.Helper()
	p.check(filepath.WalkDir(p.path(faultState), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		for _, key := range faultKeys {
			if bytes.Contains(data, []byte(key)) {
				found = path
			}
		}
		return err
	}))
	return found
}

// plain runs fsskills undisturbed.
func (p *faultPlace) plain(args ...string) (status int, out string) {
	p.t.Helper()
	c := exec.CommandContext(p.t.Context(), p.bin, args...)
	c.Env, c.Dir = p.env(), p.dir
	text, err := c.CombinedOutput()
	if c.ProcessState == nil {
		p.check(err)
	}
	return c.ProcessState.ExitCode(), string(text)
}

func (p *faultPlace) must(args ...string) {
	p.t.Helper()
	if status, out := p.plain(args...); status != 0 {
		panic(fmt.Sprintf("%v: %d\n%s", args, status, out))
	}
}

// disturbed runs fsskills with a fault.
func (p *faultPlace) disturbed(f fault, args []string) (t *tracer, ws unix.WaitStatus, out string) {
	p.t.Helper()
	file, err := os.Create(p.path("output"))
	p.check(err)
	t = &tracer{root: p.path("home"), fault: f}
	ws, err = t.run(append([]string{p.bin}, args...), p.env(), p.dir, file)
	p.check(err)
	p.check(file.Close())
	text, err := os.ReadFile(p.path("output"))
	p.check(err)
	return t, ws, string(text)
}

// copyTo makes the same place elsewhere.
func (p *faultPlace) copyTo(dir string) *faultPlace {
	p.t.Helper()
	to := &faultPlace{p.t, dir, p.bin}
	p.check(filepath.WalkDir(p.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(p.dir, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(to.path(rel), 0o755)
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		data = bytes.ReplaceAll(data, []byte(p.dir), []byte(dir))
		return os.WriteFile(to.path(rel), data, info.Mode())
	}))
	return to
}

// files are the mode and bytes of each file and link of the home, and of each
// folder the mode. The state is not in it.
func (p *faultPlace) files() map[string]string {
	p.t.Helper()
	files := map[string]string{}
	p.check(filepath.WalkDir(p.path("home"), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(p.path("home"), path)
		if err != nil {
			return err
		}
		if rel == ".local" || rel == ".cache" {
			return fs.SkipDir
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		var data []byte
		if info.Mode().IsRegular() {
			if data, err = os.ReadFile(path); err != nil {
				return err
			}
		}
		files[filepath.ToSlash(rel)] = info.Mode().String() + " " + string(data)
		return nil
	}))
	return files
}

// state is what fsskills remembers, and the names of the files that it has.
func (p *faultPlace) state(forgets bool) string {
	p.t.Helper()
	entries, err := os.ReadDir(p.path(faultState))
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	for _, e := range entries {
		if e.Name() != "recorded.json" { // there after a second try
			fmt.Fprintln(&b, e.Name())
		}
	}
	data, err := os.ReadFile(p.path(faultState + "/receipt.json"))
	if err != nil {
		return b.String()
	}
	var receipt map[string]any
	p.check(json.Unmarshal(data, &receipt))
	delete(receipt, "operation")
	if source, ok := receipt["source"].(map[string]any); ok && forgets {
		delete(source, "commit")
	}
	data, err = json.MarshalIndent(receipt, "", " ")
	p.check(err)
	b.Write(bytes.ReplaceAll(data, []byte(p.dir), []byte("DIR")))
	return b.String()
}
