package document

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// goldenEntry is what every golden file sets.
var goldenEntry = Entry{
	Fields: []Field{
		{Path: []string{"type"}, Value: "http"},
		{Path: []string{"url"}, Value: "https://api.example/mcp"},
		{Path: []string{"headers", "Authorization"}, Value: "Bearer ${KEY}"},
		{Path: []string{"enabled"}, Value: true, Ensure: true},
	},
	Drop: [][]string{{"command"}, {"args"}, {"env", "KEY"}},
}

// TestGolden runs the files of testdata. Each is a txtar archive: the file
// before Set, the file after it or the error, the file after Delete. The
// comment says what it is about; the words behind "flags:" are
//
//	root=a,b list=name    the place
//	crlf cr bom noeol     how the file is written, which an archive cannot show
func TestGolden(t *testing.T) {
	for folder, format := range map[string]Format{"json": JSON, "toml": TOML, "yaml": YAML} {
		files, err := filepath.Glob(filepath.Join("testdata", folder, "*.txtar"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no files for %s: %v", folder, err)
		}
		for _, file := range files {
			t.Run(folder+"/"+strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
				golden(t, format, file)
			})
		}
	}
}

func golden(t *testing.T, format Format, file string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	archive := txtar.Parse(raw)
	p := Place{Root: []string{"mcpServers"}, Name: "fullstory"}
	spelled := spelling{newline: "\n"}
	for flag := range strings.FieldsSeq(flags(archive.Comment)) {
		switch key, value, _ := strings.Cut(flag, "="); key {
		case "root":
			p.Root = strings.Split(value, ",")
		case "list":
			p.ListKey = value
		default:
			spelled.set(t, flag)
		}
	}
	src := spelled.encode(archive.Files[0].Data)
	got := []txtar.File{archive.Files[0]}
	add := func(name string, text []byte) {
		got = append(got, txtar.File{Name: name, Data: spelled.decode(text)})
	}
	doc, err := Parse(format, src)
	if err == nil {
		_, err = doc.Set(p, goldenEntry)
	}
	if err != nil {
		got = append(got, txtar.File{Name: "error", Data: []byte(err.Error() + "\n")})
	} else {
		after, _ := laws(t, format, src, p, goldenEntry)
		add("after", after)
		doc, err = Parse(format, after)
		if err != nil {
			t.Fatal(err)
		}
		change, err := doc.Delete(p)
		if err != nil {
			t.Fatal(err)
		}
		add("deleted", Apply(after, change.Edits))
	}
	out := txtar.Format(&txtar.Archive{Comment: archive.Comment, Files: got})
	if *update {
		if err := os.WriteFile(file, out, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(string(raw), string(out)); d != "" {
		t.Error(d)
	}
}

func flags(comment []byte) string {
	_, rest, _ := strings.Cut(string(comment), "flags:")
	line, _, _ := strings.Cut(rest, "\n")
	return line
}

// A spelling is how a file is written, beside what it says.
type spelling struct {
	newline string
	bom     bool
	noEOL   bool
}

func (s *spelling) set(t *testing.T, flag string) {
	t.Helper()
	switch flag {
	case "crlf":
		s.newline = "\r\n"
	case "cr":
		s.newline = "\r"
	case "bom":
		s.bom = true
	case "noeol":
		s.noEOL = true
	default:
		t.Fatalf("unknown flag %q", flag)
	}
}

func (s spelling) encode(text []byte) []byte {
	if s.noEOL {
		text = bytes.TrimSuffix(text, []byte("\n"))
	}
	text = bytes.ReplaceAll(text, []byte("\n"), []byte(s.newline))
	if s.bom {
		text = append([]byte(byteOrderMark), text...)
	}
	return text
}

// decode makes visible what is not spelled as it should be.
func (s spelling) decode(text []byte) []byte {
	if s.bom && !bytes.HasPrefix(text, []byte(byteOrderMark)) {
		text = append([]byte("(the byte order mark is lost)\n"), text...)
	}
	text = bytes.TrimPrefix(text, []byte(byteOrderMark))
	text = bytes.ReplaceAll(text, []byte(s.newline), []byte("\x00"))
	text = bytes.ReplaceAll(text, []byte("\r"), []byte("(CR)"))
	text = bytes.ReplaceAll(text, []byte("\n"), []byte("(LF)"))
	text = bytes.ReplaceAll(text, []byte("\x00"), []byte("\n"))
	switch ended := len(text) == 0 || bytes.HasSuffix(text, []byte("\n")); {
	case !ended && s.noEOL:
		text = append(text, '\n')
	case !ended:
		text = append(text, "(no line end)\n"...)
	case s.noEOL && len(text) > 0:
		text = append(text, "(line end)\n"...)
	}
	return text
}
