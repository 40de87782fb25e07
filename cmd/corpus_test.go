package cmd_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"fsskills/clients"
)

// A specimen is a config file of testdata/corpus and what has to become of it.
// It is a txtar archive with one file. Its comment says what is hard about it,
// then:
//
//	client: ID
//	expect: insert, update, none, foreign or refuse
//	at: LINE:COLUMN    where a refusal points; the parser may know the line alone
//	says: TEXT         what the report has to say, any number of times
//	keep: TEXT         what an update has to leave in the entry
//	flags: crlf cr bom noeol quoted times=N
//
// In the text ⟦ and ⟧ stand around what may be replaced: an entry that is
// there, or a null in the place of the entries. With "quoted" every line is a
// string of Go, for bytes that an archive cannot hold; with "times" the text is
// there N times.
type specimen struct {
	client, expect, at string
	says, keep         []string
	before             []byte
	free               []span // in before
}

// A span is a range of bytes.
type span struct{ start, end int }

// TestCorpus has the real binary put its entry into every file of the corpus,
// put it there again and take it out, each in a fresh home.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob("testdata/corpus/*/*.txtar")
	if err != nil || len(files) < 80 {
		t.Fatalf("only %d files: %v", len(files), err)
	}
	for _, file := range files {
		name := filepath.Base(filepath.Dir(file)) + "/" + strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := readSpecimen(t, file)
			home := newCorpusHome(t, s)
			switch s.expect {
			case "refuse":
				home.refuse(s)
			case "foreign":
				home.foreign(s)
			default:
				home.install(s)
			}
		})
	}
}

func readSpecimen(t *testing.T, file string) specimen {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(archive.Files) != 1 {
		t.Fatalf("%d files in one archive", len(archive.Files))
	}
	var s specimen
	var flags []string
	for line := range strings.Lines(string(archive.Comment)) {
		key, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch key {
		case "client":
			s.client = value
		case "expect":
			s.expect = value
		case "at":
			s.at = value
		case "says":
			s.says = append(s.says, value)
		case "keep":
			s.keep = append(s.keep, value)
		case "flags":
			flags = strings.Fields(value)
		}
	}
	text := archive.Files[0].Data
	for _, flag := range flags {
		if text, err = spelled(text, flag); err != nil {
			t.Fatal(err)
		}
	}
	s.before, s.free = unmarked(text)
	if s.client == "" || !slices.Contains([]string{"insert", "update", "none", "foreign", "refuse"}, s.expect) {
		t.Fatalf("%s does not say what to expect", file)
	}
	return s
}

// spelled writes text as flag has it.
func spelled(text []byte, flag string) ([]byte, error) {
	key, value, _ := strings.Cut(flag, "=")
	switch key {
	case "crlf":
		return bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")), nil
	case "cr":
		return bytes.ReplaceAll(text, []byte("\n"), []byte("\r")), nil
	case "bom":
		return append([]byte(byteOrderMark), text...), nil
	case "noeol":
		return bytes.TrimRight(text, "\r\n"), nil
	case "quoted":
		var out []byte
		for line := range strings.Lines(string(text)) {
			part, err := strconv.Unquote(strings.TrimSpace(line))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", line, err)
			}
			out = append(out, part...)
		}
		return out, nil
	case "times":
		n, err := strconv.Atoi(value)
		return bytes.Repeat(bytes.TrimRight(text, "\r\n"), n), err
	}
	return nil, fmt.Errorf("unknown flag %s", flag)
}

// unmarked takes the marks out of text.
func unmarked(text []byte) (plain []byte, marked []span) {
	for {
		head, rest, found := bytes.Cut(text, []byte("⟦"))
		plain = append(plain, head...)
		if !found {
			return plain, marked
		}
		inner, tail, _ := bytes.Cut(rest, []byte("⟧"))
		start := len(plain)
		plain = append(plain, inner...)
		marked = append(marked, span{start, len(plain)})
		text = tail
	}
}

// A corpusHome is the home of a user whose only client has a specimen for its
// config file.
type corpusHome struct {
	t      *testing.T
	home   string
	client string
	env    []string
	file   clients.ServerFile
}

func newCorpusHome(t *testing.T, s specimen) corpusHome {
	t.Helper()
	work := t.TempDir()
	if resolved, err := filepath.EvalSymlinks(work); err == nil {
		work = resolved // macOS has its temporary folder behind a link
	}
	vars := homeVariables(work)
	c, ok := clients.All().Find(s.client)
	if !ok {
		t.Fatalf("no client %q", s.client)
	}
	sys := clients.System{
		GOOS: runtime.GOOS, Home: vars["HOME"], Getenv: func(name string) string { return vars[name] },
		LookPath: func(string) (string, error) { return "", os.ErrNotExist },
		Stat:     os.Stat, ReadFile: os.ReadFile, Glob: filepath.Glob,
	}
	url, _ := clients.ServerURL("us")
	srv := clients.Server{Name: clients.ServerName, URL: url, Auth: clients.OAuth}
	h := corpusHome{t: t, home: vars["HOME"], client: c.ID, env: []string{"PATH=" + os.Getenv("PATH"), "SYSTEMROOT=" + os.Getenv("SYSTEMROOT")}}
	for name, value := range vars {
		h.env = append(h.env, name+"="+value)
	}
	// A client may have more than one layout, and the file says which counts.
	for range 2 {
		var err error
		if h.file, err = c.ServerFile(sys, srv); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(h.file.Path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(h.file.Path, s.before, 0o640); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// run runs fsskills and returns its exit status and all that it says.
func (h corpusHome) run(args ...string) (int, string) {
	h.t.Helper()
	c := exec.CommandContext(h.t.Context(), "fsskills", append(args, "--client", h.client, "--yes")...)
	c.Env = h.env
	c.Dir = h.t.TempDir()
	out, err := c.CombinedOutput()
	exit, failed := errors.AsType[*exec.ExitError](err)
	if err != nil && !failed {
		h.t.Fatal(err)
	}
	for _, bad := range []string{"panic:", "goroutine ", "fatal error:"} {
		if bytes.Contains(out, []byte(bad)) {
			h.t.Fatalf("fsskills %s crashed:\n%.2000s", strings.Join(args, " "), out)
		}
	}
	if failed {
		return exit.ExitCode(), string(out)
	}
	return 0, string(out)
}

// must is run for what has to succeed.
func (h corpusHome) must(args ...string) string {
	h.t.Helper()
	status, out := h.run(args...)
	if status != 0 {
		h.t.Fatalf("fsskills %s: exit status %d:\n%.2000s", strings.Join(args, " "), status, out)
	}
	return out
}

func (h corpusHome) read() ([]byte, os.FileInfo) {
	h.t.Helper()
	data, err := os.ReadFile(h.file.Path)
	if err != nil {
		h.t.Fatal(err)
	}
	info, err := os.Stat(h.file.Path)
	if err != nil {
		h.t.Fatal(err)
	}
	return data, info
}

// untouched checks that do leaves the file alone, its time included.
func (h corpusHome) untouched(do func()) {
	h.t.Helper()
	long := time.Now().Add(-time.Hour).Truncate(time.Second)
	if err := os.Chtimes(h.file.Path, long, long); err != nil {
		h.t.Fatal(err)
	}
	before, _ := h.read()
	do()
	after, info := h.read()
	if !bytes.Equal(before, after) {
		h.t.Errorf("the file has changed:\n%s", excerpt(after))
	}
	if !info.ModTime().Equal(long) {
		h.t.Error("the file has been written")
	}
}

func (h corpusHome) install(s specimen) {
	h.t.Helper()
	_, mode := h.read()
	if s.expect == "none" {
		h.untouched(func() { h.heard(s, h.must("install", "--mcp-only")) })
	} else {
		h.heard(s, h.must("install", "--mcp-only"))
	}
	after, info := h.read()
	if runtime.GOOS != "windows" && info.Mode() != mode.Mode() {
		h.t.Errorf("mode %v, was %v", info.Mode(), mode.Mode())
	}
	trial := trial{place: h.file.Place, format: h.file.Format, url: serverURL(), specimen: s, after: after}
	for _, fault := range trial.faults() {
		h.t.Error(fault)
	}
	if h.t.Failed() {
		h.t.Fatalf("before:\n%s\nafter:\n%s", excerpt(s.before), excerpt(after))
	}
	h.untouched(func() { h.must("install", "--mcp-only") })
	h.must("uninstall")
	if back, _ := h.read(); !bytes.Equal(back, s.before) {
		h.t.Errorf("uninstall does not give the bytes back:\n%s\nfor\n%s", excerpt(back), excerpt(s.before))
	}
	if _, info := h.read(); runtime.GOOS != "windows" && info.Mode() != mode.Mode() {
		h.t.Errorf("mode %v after uninstall, was %v", info.Mode(), mode.Mode())
	}
}

// refuse checks that the file stays as it is, and that the user learns where
// it is broken and what to add by hand.
func (h corpusHome) refuse(s specimen) {
	h.t.Helper()
	h.untouched(func() {
		status, out := h.run("install", "--mcp-only")
		if status != 1 && status != 3 {
			h.t.Errorf("exit status %d", status)
		}
		if want := fmt.Sprintf("%s:%s:", h.shown(), s.at); !strings.Contains(out, want) {
			h.t.Errorf("no %q in:\n%.2000s", want, out)
		}
		if !strings.Contains(out, serverURL()) {
			h.t.Errorf("nothing to paste in:\n%.2000s", out)
		}
		h.heard(s, out)
	})
	h.untouched(func() { h.run("uninstall") })
}

// foreign checks that somebody else's entry in our name is replaced with
// --force alone, and comes back.
func (h corpusHome) foreign(s specimen) {
	h.t.Helper()
	h.untouched(func() {
		status, out := h.run("install", "--mcp-only")
		if status != 3 || !strings.Contains(out, "belongs to another server") {
			h.t.Errorf("exit status %d:\n%.2000s", status, out)
		}
		h.heard(s, out)
	})
	h.untouched(func() { h.run("uninstall") })
	h.must("install", "--mcp-only", "--force")
	after, _ := h.read()
	trial := trial{place: h.file.Place, format: h.file.Format, url: serverURL(), specimen: s, after: after}
	for _, fault := range trial.values() {
		h.t.Errorf("%s in:\n%s", fault, excerpt(after))
	}
	h.must("uninstall")
	if back, _ := h.read(); !bytes.Equal(back, s.before) {
		h.t.Errorf("uninstall does not give the foreign entry back:\n%s\nfor\n%s", excerpt(back), excerpt(s.before))
	}
}

// shown is the path of the file as the report has it.
func (h corpusHome) shown() string {
	rel, err := filepath.Rel(h.home, h.file.Path)
	if err != nil {
		h.t.Fatal(err)
	}
	return filepath.Join("~", rel)
}

func (h corpusHome) heard(s specimen, out string) {
	h.t.Helper()
	for _, text := range s.says {
		if !strings.Contains(out, text) {
			h.t.Errorf("no %q in:\n%.2000s", text, out)
		}
	}
}

func serverURL() string {
	url, _ := clients.ServerURL("us")
	return url
}

// excerpt is data as an error shows it.
func excerpt(data []byte) string {
	return strings.ReplaceAll(fmt.Sprintf("%.3000q", data), `\n`, "\\n\n")
}
