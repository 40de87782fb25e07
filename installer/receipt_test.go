package installer

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// TestHostileReceipts has receipts that no fsskills has written. Each is an
// error that names the file, and where in it, and is never taken for "nothing
// installed".
func TestHostileReceipts(t *testing.T) {
	w := newWorld(t)
	w.write(".cursor/mcp.json", "{ \"mcpServers\": { \"a\": { \"command\": \"a\" } } }\n")
	w.install(w.request(first(), "cursor"))
	const rel = ".local/state/fsskills/" + receiptName
	good := w.read(rel)
	digests := 0
	for line := range strings.Lines(good) {
		if strings.Contains(line, `"sha256": "`) {
			digests++
		}
	}
	if digests == 0 {
		t.Fatalf("no digest in %s", good)
	}
	edit := func(old, replacement string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("%q is not in the receipt:\n%s", old, good)
		}
		return strings.Replace(good, old, replacement, 1)
	}
	change := func(how func(doc map[string]any)) string {
		var doc map[string]any
		if err := json.Unmarshal([]byte(good), &doc); err != nil {
			t.Fatal(err)
		}
		how(doc)
		data, err := json.MarshalIndent(doc, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	item := func(how func(item map[string]any)) string {
		return change(func(doc map[string]any) { how(doc["items"].([]any)[0].(map[string]any)) })
	}
	file := func(how func(file map[string]any)) string {
		return item(func(item map[string]any) { how(item["files"].([]any)[0].(map[string]any)) })
	}
	server := func(how func(server map[string]any)) string {
		return change(func(doc map[string]any) { how(doc["servers"].([]any)[0].(map[string]any)) })
	}
	for _, c := range []struct{ name, data, want string }{
		{"empty", "", "is empty"},
		{"blank", " \n\t\n", "is empty"},
		{"NUL bytes", strings.Repeat("\x00", 4096), "line 1, column 1: "},
		{"cut off", good[:len(good)/2], "line "},
		{"cut off at the end", strings.TrimRight(good, "}\n"), "the end is missing"},
		{"not JSON", "version: 1\n", "line 1, column 1: "},
		{"a comment", "// mine\n" + good, "line 1, column 1: "},
		{"a trailing comma", edit("\n  \"version\": 1,", "\n  \"version\": 1,,"), "line 2, column 16: "},
		{"garbage behind", good + "}", "line "},
		{"two documents", good + good, "line "},
		{"UTF-16", "\xff\xfe{\x00}\x00", "UTF-8"},
		{"broken UTF-8", edit("about alpha", "about \xc3\x28"), "UTF-8"},
		{"a list", "[]", "cannot be an array"},
		{"a number", "1", "cannot be a number"},
		{"a list with one letter wrong", edit(`"items": [`, `"itens": [`), `unknown field "itens"`},
		{"a field with one letter wrong", edit(`"clients": [`, `"client": [`), `unknown field "client"`},
		{"a field of nobody", change(func(d map[string]any) { d["more"] = true }), `unknown field "more"`},
		{"a list twice", strings.TrimRight(good, "}\n") + ",\n  \"items\": []\n}\n", `"items" is there twice`},
		{"a list twice, once in capitals", edit("\n  \"servers\"", "\n  \"Servers\": [],\n  \"servers\""), `"servers" is there twice`},
		{"a list twice, once escaped", edit("\n  \"servers\"", "\n  \"s\\u0065rvers\": [],\n  \"servers\""), `"servers" is there twice`},
		{"a field of an item twice", edit(`"clients": [`, `"clients": ["zed"], "clients": [`), `"clients" is there twice`},
		{"an item for nobody", item(func(i map[string]any) { i["clients"] = []any{} }), "has no clients"},
		{"an item for a client without a name", item(func(i map[string]any) { i["clients"] = []any{""} }), "has no clients"},
		{"an entry for nobody", server(func(s map[string]any) { delete(s, "clients") }), "has no clients"},
		{"null", "null", "has no version"},
		{"an empty document", "{}", "has no version"},
		{"version 0", edit(`"version": 1`, `"version": 0`), "has no version"},
		{"version below 0", edit(`"version": 1`, `"version": -1`), "has no version"},
		{"version as text", edit(`"version": 1`, `"version": "1"`), "line 2, column 16: version cannot be a string"},
		{"version 1.5", edit(`"version": 1`, `"version": 1.5`), "version cannot be a number"},
		{"items as a map", change(func(d map[string]any) { d["items"] = map[string]any{} }), "items cannot be an object"},
		{"items as a text", change(func(d map[string]any) { d["items"] = "none" }), "items cannot be a string"},
		{"an item that is null", change(func(d map[string]any) { d["items"] = []any{nil} }), "items[0]: has no kind"},
		{"clients as a text", item(func(i map[string]any) { i["clients"] = "cursor" }), "items.clients cannot be a string"},
		{"an item without a kind", item(func(i map[string]any) { delete(i, "kind") }), "has no kind"},
		{"an item without a name", item(func(i map[string]any) { delete(i, "name") }), "is no name"},
		{"a name that leads up", item(func(i map[string]any) { i["name"] = ".." }), "is no name"},
		{"the folder as the name", item(func(i map[string]any) { i["name"] = "." }), "is no name"},
		{"a name with a slash", item(func(i map[string]any) { i["name"] = "a/b" }), "is no name"},
		{"a name with a backslash", item(func(i map[string]any) { i["name"] = `a\b` }), "is no name"},
		{"no folder", item(func(i map[string]any) { delete(i, "folder") }), "has no path"},
		{"a relative folder", item(func(i map[string]any) { i["folder"] = ".agents/skills" }), "no absolute path"},
		{"an item twice", change(func(d map[string]any) { d["items"] = append(d["items"].([]any), d["items"].([]any)[0]) }), "is there twice"},
		{"an item twice in another spelling", change(func(d map[string]any) {
			again := map[string]any{}
			maps.Copy(again, d["items"].([]any)[0].(map[string]any))
			again["folder"] = again["folder"].(string) + "/."
			d["items"] = append(d["items"].([]any), again)
		}), "is there twice"},
		{"no path of a file", file(func(f map[string]any) { delete(f, "path") }), "is no path of a file"},
		{"a file above", file(func(f map[string]any) { f["path"] = "../SKILL.md" }), "is no path of a file"},
		{"an absolute file", file(func(f map[string]any) { f["path"] = "/etc/passwd" }), "is no path of a file"},
		{"a file twice", item(func(i map[string]any) { i["files"] = append(i["files"].([]any), i["files"].([]any)[0]) }), "is there twice"},
		{"no digest", file(func(f map[string]any) { delete(f, "sha256") }), "is no sha256"},
		{"a short digest", file(func(f map[string]any) { f["sha256"] = "abc" }), "is no sha256"},
		{"a digest in capitals", file(func(f map[string]any) { f["sha256"] = strings.Repeat("A", 64) }), "is no sha256"},
		{"a digest as a number", file(func(f map[string]any) { f["sha256"] = 1 }), "sha256 cannot be a number"},
		{"a kept digest", file(func(f map[string]any) { f["kept"] = "so" }), "is no sha256"},
		{"an upstream digest", item(func(i map[string]any) { i["upstream"] = []any{map[string]any{"path": "SKILL.md", "sha256": "0"}} }), "is no sha256"},
		{"no path of an entry", server(func(s map[string]any) { s["path"] = "" }), "has no path"},
		{"a relative path of an entry", server(func(s map[string]any) { s["path"] = "mcp.json" }), "no absolute path"},
		{"an entry twice", change(func(d map[string]any) { d["servers"] = append(d["servers"].([]any), d["servers"].([]any)[0]) }), "is there twice"},
		{"a format that is none", server(func(s map[string]any) { s["format"] = 9 }), "format: 9 is none"},
		{"a place without a name", server(func(s map[string]any) { s["place"] = map[string]any{} }), "has no name"},
		{"a way to sign in", server(func(s map[string]any) { s["auth"] = "magic" }), "is no way to sign in"},
		{"too many maps made", server(func(s map[string]any) { s["madeRoot"] = 7 }), "madeRoot"},
		{"a digest of an entry", server(func(s map[string]any) { s["sha256"] = "0" }), "is no sha256"},
		{"edits out of order", server(func(s map[string]any) { s["edits"] = []any{map[string]any{"off": -1}} }), "edits[0]"},
		{"edits that are no base64", server(func(s map[string]any) { s["edits"] = []any{map[string]any{"off": 1, "new": "%"}} }), "base64"},
		{"a folder made here", change(func(d map[string]any) { d["made"] = []any{"skills"} }), "no absolute path"},
		{"a project without a root", change(func(d map[string]any) { d["project"] = "web" }), "no absolute path"},
		{"a token in the place of its variable", change(func(d map[string]any) {
			d["choices"] = map[string]any{"token": map[string]any{"source": "https://example.com/r", "env": "s3cr-t"}}
		}), "is no name of a variable"},
		{"a token for any source", change(func(d map[string]any) {
			d["choices"] = map[string]any{"token": map[string]any{"source": "", "env": "TOKEN"}}
		}), "is no name of a variable"},
		{"a lock's digest", change(func(d map[string]any) { d["lock"] = "x" }), "is no sha256"},
	} {
		w.write(rel, c.data)
		r, err := w.store.Receipt()
		corrupt, ok := errors.AsType[*CorruptError](err)
		switch {
		case !ok:
			t.Errorf("%s: got %d items and %v", c.name, len(r.Items), err)
		case corrupt.Path != w.store.path(receiptName) || !strings.Contains(err.Error(), corrupt.Path):
			t.Errorf("%s: does not name the file: %v", c.name, err)
		case !strings.Contains(err.Error(), c.want):
			t.Errorf("%s: got %q, want %q in it", c.name, err, c.want)
		case !strings.Contains(corrupt.Hint(), "fsskills doctor --fix"):
			t.Errorf("%s: hint %q", c.name, corrupt.Hint())
		}
		if got := w.read(rel); got != c.data {
			t.Errorf("%s: reading has changed the file", c.name)
		}
	}
	w.write(rel, good)
	if _, err := w.store.Receipt(); err != nil {
		t.Errorf("the receipt itself: %v", err)
	}
}

// TestNewerReceipt must not lead anybody to put away a file that is good.
func TestNewerReceipt(t *testing.T) {
	w := newWorld(t)
	for _, data := range []string{`{"version": 2}`, `{"version": 99, "items": {"of": "another kind"}}`} {
		w.write(".local/state/fsskills/"+receiptName, data)
		_, err := w.store.Receipt()
		corrupt, ok := errors.AsType[*CorruptError](err)
		if !ok || !corrupt.Newer() || !strings.Contains(err.Error(), "a newer fsskills has written it") || corrupt.Hint() != "install a newer fsskills" {
			t.Errorf("%s: %v", data, err)
		}
	}
}

func TestReceiptThatIsNoFile(t *testing.T) {
	w := newWorld(t)
	if err := os.MkdirAll(w.store.path(receiptName), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.Receipt(); !isCorrupt(err) || !errors.Is(err, errNotRegular) {
		t.Errorf("got %v", err)
	}
}

// TestLostReceipt tells the loss of the receipt from a first run: each
// operation that was completed has saved one.
func TestLostReceipt(t *testing.T) {
	w := newWorld(t)
	if r, err := w.store.Receipt(); err != nil || r.Version != receiptVersion {
		t.Fatalf("nothing was installed: %+v, %v", r, err)
	}
	w.write(".local/state/fsskills/backups/20260401-120000.000000"+undoneSuffix+".tar", "")
	if _, err := w.store.Receipt(); err != nil {
		t.Errorf("an undone operation has left no receipt: %v", err)
	}
	w.install(w.request(first(), "cursor"))
	w.remove(".local/state/fsskills/" + receiptName)
	if _, err := w.store.Receipt(); !isCorrupt(err) || !errors.Is(err, errLost) {
		t.Errorf("got %v", err)
	}
}

// TestFileForFolder has a file where a folder of the store has to be: an error
// that says what to do, never "nothing installed".
func TestFileForFolder(t *testing.T) {
	for _, rel := range []string{".local/state/fsskills", ".local/state/fsskills/" + backupsName} {
		w := newWorld(t)
		w.write(rel, "")
		_, list := w.store.Operations()
		_, lock := w.store.Lock(t.Context(), 0)
		_, read := w.store.Receipt()
		_, exposed := w.store.Exposed()
		errs := map[string]error{"list": list, "lock": lock, "read": read}
		if runtime.GOOS != "windows" {
			errs["exposed"] = exposed
		}
		if filepath.Base(rel) != backupsName {
			_, errs["interrupted"] = w.store.Interrupted()
		}
		for what, err := range errs {
			if !errors.Is(err, errNoFolder) || Remedy(err) == "" || !strings.Contains(err.Error(), filepath.FromSlash(rel)) {
				t.Errorf("%s: %s: %v", rel, what, err)
			}
		}
	}
}

// TestMigration reads an older receipt through the steps, without writing, and
// writes the newest with the next operation.
func TestMigration(t *testing.T) {
	// In version 1 of this history, a skill's folder was called "dir", and in
	// version 2 its name "title".
	rename := func(from, to string) func(map[string]any) error {
		return func(doc map[string]any) error {
			items, ok := doc["items"].([]any)
			if !ok {
				return errors.New("has no items")
			}
			for _, i := range items {
				item := i.(map[string]any)
				item[to] = item[from]
				delete(item, from)
			}
			return nil
		}
	}
	format := receiptFormat{version: 3, steps: map[int]func(map[string]any) error{
		1: rename("dir", "folder"), 2: rename("title", "name"),
	}}
	folder := filepath.Join(t.TempDir(), "skills")
	data, err := json.Marshal(map[string]any{
		"version": 1, "source": map[string]any{"url": "https://example.com"},
		"items":   []any{map[string]any{"kind": "skill", "title": "alpha", "dir": folder, "files": []any{}}},
		"servers": []any{map[string]any{"path": folder, "place": map[string]any{"Name": "fullstory"}, "madeRoot": 0, "edits": []any{map[string]any{"off": 9007199254740993}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := format.decode(data)
	if err != nil || len(r.Items) != 1 || r.Items[0].Folder != folder || r.Items[0].Name != "alpha" || r.Version != 3 {
		t.Fatalf("got %+v, %v", r, err)
	}
	if runtime.GOARCH != "386" && r.Servers[0].Edits[0].Off != 9007199254740993 {
		t.Errorf("a number has lost digits: %d", r.Servers[0].Edits[0].Off)
	}
	two := strings.Replace(strings.Replace(string(data), `"version":1`, `"version":2`, 1), `"dir"`, `"folder"`, 1)
	if again, err := format.decode([]byte(two)); err != nil || !again.equal(r) {
		t.Errorf("from version 2: %+v, %v", again, err)
	}
	for _, c := range []struct{ name, data, want string }{
		{"a step that does not fit", `{"version": 1}`, "from format version 1 to 2: has no items"},
		{"a newer one", `{"version": 4}`, "a newer fsskills"},
		{"not JSON", `{"version": 1`, "line 1, column "},
	} {
		if _, err := format.decode([]byte(c.data)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	delete(format.steps, 2)
	if _, err := format.decode(data); err == nil {
		t.Error("a version without a step was read")
	}
}

// TestEveryVersionLeadsToThisOne holds the table of steps and the version
// together.
func TestEveryVersionLeadsToThisOne(t *testing.T) {
	f := thisFormat()
	for v := 1; v < f.version; v++ {
		if f.steps[v] == nil {
			t.Errorf("nothing leads from version %d to the next", v)
		}
	}
}

// TestReadable reads a receipt ahead, and goes by the file all the same.
func TestReadable(t *testing.T) {
	w := newWorld(t)
	w.install(w.request(first(), "cursor"))
	want := w.receipt()
	ahead := func() {
		t.Helper()
		if err := w.store.Readable(); err != nil {
			t.Fatal(err)
		}
	}
	ahead()
	if got := w.receipt(); !reflect.DeepEqual(got, want) {
		t.Errorf("what was read ahead is %+v, want %+v", got, want)
	}
	ahead()
	const rel = ".local/state/fsskills/" + receiptName
	w.write(rel, strings.ReplaceAll(w.read(rel), "cursor", "cubist"))
	if reflect.DeepEqual(w.receipt(), want) {
		t.Error("what was read ahead is taken for the file, which has changed since")
	}
	w.write(rel, "{")
	if err := w.store.Readable(); !isCorrupt(err) {
		t.Errorf("got %v of half a receipt, want a CorruptError", err)
	}
	w.remove(".local/state/fsskills")
	ahead()
	w.write(rel, "")
	if _, err := w.store.Receipt(); !isCorrupt(err) {
		t.Errorf("got %v of an empty receipt where there was none, want a CorruptError", err)
	}
}
