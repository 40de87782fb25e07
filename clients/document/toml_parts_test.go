package document

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/pelletier/go-toml/v2"
	"github.com/rogpeppe/go-internal/txtar"
)

// In parts, a document is what it is as a whole, or is not decoded so at all.
func sameInParts(t *testing.T, src []byte) (ok bool) {
	t.Helper()
	var whole map[string]any
	err := toml.Unmarshal(src, &whole)
	ok = true
	for exprs := 1; exprs < 5; exprs++ {
		parts, can := decodeTOMLParts(src, exprs)
		if !can {
			ok = false
			continue
		}
		if err != nil {
			t.Fatalf("in parts of %d it is %v, but whole: %v\n%s", exprs, parts, err, src)
		}
		if got, want := fmt.Sprintf("%#v", tomlDecoded(parts)), fmt.Sprintf("%#v", tomlDecoded(whole)); got != want {
			t.Fatalf("in parts of %d:\n%s\nwhole:\n%s\n%s", exprs, got, want, src)
		}
	}
	return ok
}

// These are decoded in parts, wherever they are cut.
func TestTOMLParts(t *testing.T) {
	for name, src := range map[string]string{
		"empty":                    "# nothing\n",
		"pairs":                    "a = 1\nb = 2\nc = { d = 1 }\n",
		"pairs with dots":          "a.b = 1\nc.d.e = 2\n",
		"tables":                   "x = 0\n[a]\nb = 1\nc = 2\nd = [1,\n 2]\n[e]\nf = '''\n[g]\n'''\n",
		"tables in tables":         "[a.b]\nx = 1\n[a.c]\ny = 1\n[a]\nz = 1\n[a.b.d]\nx = 1\ny = 2\n",
		"names in quotes":          "[a.\"b.c\"]\nx = 1\ny = 2\n[\"a.b\".'c']\nx = 1\ny = 2\n[ a . \"\\u0064\" ]\nz = 1\nq = 2\n",
		"empty tables":             "[a]\n[b]\n[c.d]\n[c.e]\n",
		"CRLF":                     "[a]\r\nb = 1\r\nc = 2\r\n[d]\r\ne = 1\r\nf = 2",
		"lists of tables":          "[[a]]\nx = 1\n[[a]]\n[a.b]\nx = 1\n[a.c]\nx = 1\n[[a]]\nx = 1\n[a.b]\nx = 1\n[d]\nx = 1\ny = 2\n[[e]]\n[[e]]\n",
		"lists in tables":          "[a]\nx = 1\n[[a.b]]\nx = 1\n[[a.b]]\nx = 2\n[a.c]\ny = 1\nz = 1\n[[a.b]]\nx = 3\n",
		"lists in lists":           "[[a]]\nx = 1\n[[a.b]]\nx = 1\n[[a.b]]\nx = 2\n[[a]]\nx = 1\n[[a.b]]\nx = 3\n",
		"dates and other numbers":  "a = 1979-05-27T07:32:00Z\nb = 1979-05-27\nc = 07:32:00\nd = inf\ne = 0x1F\nf = 1_000.5\ng = true\n",
		"what follows on the line": "[a] # one\nb = 1 # two\n[c] # three\n  d = 1\n\n\t[e]\n",
	} {
		t.Run(name, func(t *testing.T) {
			if !sameInParts(t, []byte(src)) {
				t.Error("it is not decoded in parts")
			}
		})
	}
}

// None of these is right, wherever they are cut; some are in one part alone.
func TestTOMLPartsFindMistakes(t *testing.T) {
	for name, src := range map[string]string{
		"a pair twice":                       "a = 1\nb = 1\nc = 1\na = 2\n",
		"a pair twice in a table":            "[t]\na = 1\nb = 1\nc = 1\na = 2\n",
		"an inline table twice":              "a = {}\nb = 1\na = {}\n",
		"a header twice":                     "[a]\nx = 1\n[b]\n[a]\ny = 1\n",
		"a header twice, empty":              "[a]\n[b]\n[a]\n",
		"a table that is a value":            "a = 1\n[b]\n[a]\n",
		"a table in an inline one":           "a = {}\nb = 1\n[a.c]\n",
		"a table in one that dots made":      "a.b = 1\nc = 1\n[a]\n",
		"a header for what dots made":        "[a]\nb.c = 1\n[a.b.d]\n[x]\n[a.b]\ny = 1\n",
		"dots into a table with a header":    "[a.b]\nx = 1\n[a]\nb.y = 1\n",
		"a value in a table with a header":   "[a.b]\nx = 1\n[a]\nb = 1\n",
		"an inline table for one with a one": "[a.b.c]\nx = 1\n[a]\nb = { y = 1 }\n",
		"a list of tables that is a value":   "a = [{}]\nb = 1\n[[a]]\n",
		"a list of tables that is a table":   "[a]\n[b]\n[[a]]\n",
		"a table that is a list of tables":   "[[a]]\n[b]\n[a]\n",
		"a table twice in an element":        "[[a]]\n[a.b]\n[c]\n[a.b]\n",
		"no end of a string":                 "[a]\nb = 1\nc = \"x\n[d]\n",
		"no value":                           "[a]\nb = 1\n[c]\nd =\n",
		"no such day":                        "[a]\nb = 1\n[c]\nd = 1979-02-30\n",
		"no UTF-8":                           "[a]\nb = 1\n[c]\nd = '\xff'\n",
	} {
		t.Run(name, func(t *testing.T) {
			var whole map[string]any
			if toml.Unmarshal([]byte(src), &whole) == nil {
				t.Fatal("it is right")
			}
			if sameInParts(t, []byte(src)) {
				t.Error("it is decoded")
			}
		})
	}
}

// A large document has the same errors as a small one, in the same places.
func TestLargeTOML(t *testing.T) {
	var large bytes.Buffer
	for i := 0; large.Len() < largeTOML; i++ {
		fmt.Fprintf(&large, "[projects.\"/home/ada/%d\"]\ntrust = \"yes\"\n", i)
	}
	if _, ok := decodeTOMLParts(large.Bytes(), partExprs); !ok {
		t.Error("it is not decoded in parts")
	}
	lines := bytes.Count(large.Bytes(), []byte("\n"))
	v, err := decodeTOML(large.Bytes(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if trust, _ := at(v, []string{"projects", "/home/ada/1000", "trust"}); trust != "yes" {
		t.Errorf("a value is %v", trust)
	}
	large.WriteString("[x]\n[projects.\"/home/ada/0\"]\n")
	_, err = decodeTOML(large.Bytes(), 0)
	var whole map[string]any
	if toml.Unmarshal(large.Bytes(), &whole) == nil || err == nil {
		t.Fatal("a header that is there twice passes")
	}
	if want := fmt.Sprintf("%d:2: table /home/ada/0 already exists", lines+2); err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func FuzzTOMLParts(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "toml", "*.txtar"))
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range txtar.Parse(raw).Files {
			f.Add(part.Data)
		}
	}
	for _, src := range []string{
		"[a]\nb.c = 1\n[a.b.d]\n[[e]]\n[e.f]\n[[e]]\n", "a.b = 1\n[a.c]\n[[a.b]]\n", "[[a.b]]\n[a]\n[[a.b.c]]\n[a.b.d]\n",
		"a = {b = 1}\n[a]\nb = {c.d = 1}\n", "a = [{}]\n[[a]]\n[a]\n",
	} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) < 1<<12 {
			sameInParts(t, src)
		}
	})
}
