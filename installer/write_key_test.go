package installer

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"fsskills/clients"
	"fsskills/clients/document"
)

// Two keys that begin and end alike, as keys do.
const (
	oneKey   = "na1.b25lIGtleQ/AAAA+AAAA=="
	otherKey = "na1.b3RoZXIga2V5/BBBB+BB=="
)

const zedFile = ".config/zed/settings.json"

// seedKeyed gives a home the config files of clients that take the key itself:
// one with another's entry, one with an entry of ours.
func seedKeyed(w *world) {
	seed(w)
	w.write(zedFile, "{\n  // mine\n  \"theme\": \"x\",\n  \"context_servers\": {\n    \"a\": {\"command\": \"a\"},\n  },\n}\n")
	w.write(".cline/data/settings/cline_mcp_settings.json", "{\"mcpServers\": {\"fullstory\": {\"url\": \""+serverURL+"\", \"headers\": {\"X\": \"na1.mine==\"}, \"timeout\": 60}}}")
}

// keyed is a request for entries with the key, or with the one that is there.
func (w *world) keyed(key string, ids ...string) Request {
	w.t.Helper()
	req := w.request(nil, ids...)
	for i := range req.Targets {
		req.Targets[i].Skills = false
		srv := req.Targets[i].Server
		srv.Auth, srv.KeyEnv = clients.APIKey, "FULLSTORY_API_KEY"
		if srv.Literal = key != ""; srv.Literal {
			srv.Key = secret(key)
		}
	}
	return req
}

func secret(text string) clients.Secret {
	key, err := clients.NewSecret(text)
	if err != nil {
		panic(err)
	}
	return key
}

// setKey puts a key into the variable.
func (w *world) setKey(key string) {
	w.store.Key = func(string) clients.Secret {
		if key == "" {
			return clients.Secret{}
		}
		return secret(key)
	}
}

// checkKeys makes sure that no file but a client's own holds a key, or half of
// one.
func (w *world) checkKeys() {
	w.t.Helper()
	var forms [][]byte
	for _, key := range []string{oneKey, otherKey} {
		for _, part := range []string{key[4:16], key[10:]} {
			forms = append(forms, []byte(part))
			for pad := range 3 {
				coded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", pad) + part))
				forms = append(forms, []byte(coded[min(pad*2, 4):][:len(part)*4/3-4]))
			}
		}
	}
	err := filepath.WalkDir(w.home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || strings.HasSuffix(path, "settings.json") && !strings.HasPrefix(path, w.store.Dir) {
			return err
		}
		data, err := os.ReadFile(path)
		for _, form := range forms {
			if bytes.Contains(data, form) {
				w.t.Errorf("%s has a key in it: %s", path, form)
			}
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// TestKeyLeavesNoTrace takes a key through its life, and back from each point
// of it.
func TestKeyLeavesNoTrace(t *testing.T) {
	w := newWorld(t)
	seedKeyed(w)
	before := w.tree()
	steps := []func(){
		func() { w.install(w.keyed(oneKey, "zed", "cline")) },
		func() { w.install(w.keyed("", "zed", "cline")) },
		func() { w.install(w.keyed(otherKey, "zed", "cline")) },
		func() {
			req := w.keyed("", "zed", "cline")
			for i := range req.Targets {
				req.Targets[i].Server.URL = "https://api.eu1.fullstory.com/mcp/fullstory"
			}
			w.install(req)
		},
		func() {
			req := w.request(nil, "zed", "cline")
			req.Targets[0].Skills, req.Targets[1].Skills = false, false
			w.install(req)
		},
		func() { w.install(w.keyed(oneKey, "zed", "cline")) },
	}
	for n := range steps {
		for _, step := range steps[:n+1] {
			step()
			w.checkKeys()
		}
		for _, s := range w.receipt().Servers {
			if s.SHA256 == "" {
				t.Errorf("after %d steps the way back of %s is not exact", n+1, s.Path)
			}
		}
		w.uninstall(Removal{})
		w.checkKeys()
		if got := w.tree(); got != before {
			t.Fatalf("after %d steps and an uninstall:\n%s\nwant:\n%s", n+1, got, before)
		}
	}
}

// TestKeyModes has a user who changes the mode of the file while the key is in
// it: that is theirs.
func TestKeyModes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no modes there")
	}
	w := newWorld(t)
	seedKeyed(w)
	path := filepath.Join(w.home, filepath.FromSlash(zedFile))
	mode := func(want fs.FileMode) {
		t.Helper()
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("mode %v, %v, want %v", info.Mode(), err, want)
		}
	}
	mode(0o644)
	w.install(w.keyed(oneKey, "zed"))
	mode(0o600)
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	plan := must(NewInstall(w.receipt(), w.keyed(oneKey, "zed")))
	if !plan.Empty() || !strings.Contains(strings.Join(plan.Warnings, "\n"), "chmod 600") {
		t.Errorf("no warning of a file that others can read: %q", plan.Warnings)
	}
	w.uninstall(Removal{})
	mode(0o640)
}

// TestKeyThatWasThere has the user's own entry hold the very key in another
// field, which the client then spells in its own way.
func TestKeyThatWasThere(t *testing.T) {
	w := newWorld(t)
	own := `{"context_servers":{"fullstory":{"url":"` + serverURL + `","headers":{"authorization":"Bearer ` + oneKey + `"}}}}`
	w.write(zedFile, own)
	w.install(w.keyed(oneKey, "zed"))
	w.checkKeys()
	written := w.read(zedFile)
	w.uninstall(Removal{})
	w.checkKeys()
	if got := w.read(zedFile); got != own {
		t.Errorf("got %s, want %s", got, own)
	}
	w.install(w.keyed(oneKey, "zed"))
	spelt := strings.NewReplacer("+", `\u002b`, "=", `\u003d`).Replace(oneKey)
	w.write(zedFile, "\n"+strings.Replace(written, oneKey, spelt, 1))
	w.uninstall(Removal{})
	w.checkKeys()
	if got := w.read(zedFile); got != "\n"+own {
		t.Errorf("got %s, want %s", got, own)
	}
	// Where the key is not at hand any more, what it was in stays.
	w.write(zedFile, own)
	w.install(w.keyed(oneKey, "zed"))
	changed := strings.Replace(written, oneKey, "na1.c29tZXRoaW5nIGVsc2U/A", 1)
	w.write(zedFile, changed)
	plan := NewUninstall(w.receipt(), Removal{Command: "uninstall"})
	if a := plan.Actions[0]; a.Op != OpKeep || !a.Partial || a.Hint == "" {
		t.Errorf("got %s %s", a.Op, a.Reason)
	}
	w.apply(plan)
	if got := w.read(zedFile); got != changed {
		t.Errorf("got %s, want %s", got, changed)
	}
	w.checkKeys()
	w.uninstall(Removal{Command: "uninstall", Force: true})
	if got := w.read(zedFile); strings.Contains(got, "fullstory") {
		t.Errorf("--force leaves %s", got)
	}
	w.checkKeys()
}

// TestKeyInTheClientsDraft has a client write while an operation dies, so that
// the newest bytes are in the draft and in no other place.
func TestKeyInTheClientsDraft(t *testing.T) {
	w := newWorld(t)
	seedKeyed(w)
	w.install(w.keyed(oneKey, "zed"))
	w.install(w.keyed(otherKey, "zed"))
	r := w.receipt()
	id := r.Operation
	data, err := os.ReadFile(w.store.backupPath(id))
	if err != nil {
		t.Fatal(err)
	}
	w.write(".local/state/fsskills/"+journalName, string(data))
	r.Operation = ""
	if err := w.store.saveReceipt(r); err != nil {
		t.Fatal(err)
	}
	w.write(".config/zed/.settings.json.fsskills-"+id, "{\"newest\": \"Bearer "+otherKey+"\"}")
	w.write(zedFile, "{\"newer\": 1}")
	if _, err := w.store.Recover(); err != nil {
		t.Fatal(err)
	}
	w.checkKeys()
	kept, err := filepath.Glob(w.store.path(backupsName) + "/*.settings.json")
	if err != nil || len(kept) != 1 {
		t.Fatalf("kept %v, %v", kept, err)
	}
}

// TestSeal seals records of edits that are made up, and opens them again.
func TestSeal(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	key := []byte("abcabcab")
	some := func(n int) []byte {
		var text []byte
		for len(text) < n {
			if r.IntN(4) == 0 {
				text = append(text, key...)
			}
			text = append(text, "abc "[r.IntN(4)])
		}
		return text
	}
	cut := 0
	for range 20_000 {
		before := some(r.IntN(40))
		var edits []document.Edit
		for off := r.IntN(8); off <= len(before); {
			n := min(r.IntN(12), len(before)-off)
			edits = append(edits, document.Edit{Off: off, Old: before[off : off+n], New: some(r.IntN(20))})
			off += n + 1 + r.IntN(6)
		}
		after := document.Apply(before, edits)
		rec := Server{Edits: edits, SHA256: "x", Prior: []document.Prior{{Raw: some(r.IntN(20))}}}
		known := secrets{}
		known.add(key)
		sealed := rec
		sealed.sealEdits(known, after)
		sealed.sealPrior(known)
		cut += len(sealed.Cuts)
		for _, p := range sealed.Prior {
			if bytes.Contains(p.Raw, key) {
				t.Fatalf("the key is in %q", p.Raw)
			}
		}
		// No part of a key that the texts have is left.
		inAfter, shift := known.cuts(after), 0
		for i, e := range sealed.Edits {
			for _, c := range inside(inAfter, e.Off+shift, len(e.New)) {
				if strings.Trim(string(e.New[c.Off:c.Off+c.Length]), string(blot)) != "" {
					t.Fatalf("a part of the key is in %q", e.New)
				}
			}
			shift += len(edits[i].New) - len(edits[i].Old)
		}
		opened, lost := sealed.open(known)
		opened.Cuts = nil
		if lost || !reflect.DeepEqual(normalServer(t, opened), normalServer(t, rec)) {
			t.Fatalf("opened %+v, want %+v", opened, rec)
		}
		if len(sealed.Cuts) > 0 {
			opened, lost := sealed.open(secrets{})
			inEdits := slices.ContainsFunc(sealed.Cuts, func(c TextCut) bool { return c.In != inPrior })
			inPriors := slices.ContainsFunc(sealed.Cuts, func(c TextCut) bool { return c.In == inPrior })
			if inEdits != (opened.SHA256 == "") || inPriors != lost {
				t.Fatalf("without the key: %+v, %v", opened, lost)
			}
		}
	}
	if cut < 10_000 {
		t.Errorf("only %d cuts", cut)
	}
}

// normalServer makes nil and empty texts alike, as the receipt's file does.
func normalServer(t *testing.T, s Server) (n Server) {
	t.Helper()
	data, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(data, &n)
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestDigestFind(t *testing.T) {
	d := digestOf([]byte(oneKey))
	for text, want := range map[string][]int{
		"":                            nil,
		oneKey:                        {0},
		`"Bearer ` + oneKey + `"`:     {8},
		"x" + oneKey + oneKey + "y":   {1, 1 + len(oneKey)},
		oneKey[1:] + " " + oneKey[:9]: nil,
		strings.Repeat("é", 40):       nil,
	} {
		if got := d.find([]byte(text)); !slices.Equal(got, want) {
			t.Errorf("find in %q: %v, want %v", text, got, want)
		}
	}
}

// TestOwnKeyRotated has --write-key change a key that the user had put there:
// the key that we wrote goes with the uninstall, though the first is not kept.
func TestOwnKeyRotated(t *testing.T) {
	const other = "na1.YW5vdGhlciBrZXkgb2YgdGhlIHVzZXI="
	w := newWorld(t)
	w.write(zedFile, `{"context_servers":{"fullstory":{"url":"`+serverURL+`","timeout":5,"headers":{"Authorization":"Bearer `+oneKey+`"}}}}`)
	w.install(w.keyed(oneKey, "zed"))
	w.install(w.keyed(other, "zed"))
	if !strings.Contains(w.read(zedFile), other) {
		t.Fatalf("the key is not there: %s", w.read(zedFile))
	}
	w.setKey("")
	plan := NewUninstall(w.receipt(), Removal{Command: "uninstall"})
	if a := plan.Actions[0]; !a.Changes() || !a.Partial || a.Hint == "" {
		t.Errorf("got %s %s", a.Op, a.Reason)
	}
	w.apply(plan)
	// Nor does a text with the key blotted out stand in its place.
	if got, want := w.read(zedFile), `{"context_servers":{"fullstory":{"url":"`+serverURL+`","timeout":5}}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	w.checkKeys()
}
