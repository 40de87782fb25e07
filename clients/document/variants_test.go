package document

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// Variants are put together from the layouts that files are seen in. What all
// results have in common is checked here and in [laws]: no line of the source
// changes but for one comma, comments keep their line, no other kind of line
// break appears, the byte order mark stays, strict JSON stays strict.
func variants(t *testing.T, format Format, comment string, sources []string) {
	t.Helper()
	place := Place{Root: []string{"mcpServers"}, Name: "fullstory"}
	n := 0
	for _, source := range sources {
		for _, newline := range []string{"\n", "\r\n", "\r"} {
			if newline == "\r" && format == TOML {
				continue // which TOML does not know
			}
			for _, end := range []string{"", "\n", "\n\n"} {
				for _, bom := range []string{"", byteOrderMark} {
					if bom != "" && end != "\n" {
						continue // one of the three will do
					}
					n++
					src := []byte(bom + strings.ReplaceAll(strings.TrimRight(source, "\n")+end, "\n", newline))
					after, ok := laws(t, format, src, place, goldenEntry)
					if !ok {
						t.Errorf("refused: %q", src)
						continue
					}
					kept(t, format, place, src, after, newline, comment)
				}
			}
		}
	}
	t.Logf("%d variants", n)
}

// kept checks the text around the entry.
func kept(t *testing.T, format Format, place Place, src, after []byte, newline, comment string) {
	t.Helper()
	if bytes.HasPrefix(src, []byte(byteOrderMark)) != bytes.HasPrefix(after, []byte(byteOrderMark)) {
		t.Errorf("the byte order mark of %q is lost", src)
	}
	if rest := strings.ReplaceAll(string(after), newline, ""); bytes.Contains(src, []byte(newline)) && strings.ContainsAny(rest, "\r\n") {
		t.Errorf("another kind of line break in %q", after)
	}
	if bytes.Contains(src, []byte(newline)) && bytes.HasSuffix(src, []byte(newline)) != bytes.HasSuffix(after, []byte(newline)) {
		t.Errorf("the end of %q changed in %q", src, after)
	}
	doc, err := Parse(format, src)
	if err != nil {
		t.Fatal(err)
	}
	change, err := doc.Set(place, goldenEntry)
	if err != nil {
		t.Fatal(err)
	}
	for off := 0; off < len(src); off = lineEnd(src, off) + max(1, lineBreak(src, lineEnd(src, off))) {
		code, _, commented := strings.Cut(string(src[off:lineEnd(src, off)]), comment)
		owner := off + len(strings.TrimRight(code, " \t"))
		if !commented || strings.TrimSpace(strings.TrimPrefix(code, byteOrderMark)) == "" {
			continue
		}
		for _, e := range change.Edits {
			if at := off + len(code); owner <= e.Off && e.Off <= at && len(e.Old) == 0 && string(e.New) != "," {
				t.Errorf("%q comes between the comment and its owner in\n%s", e.New, after)
			}
		}
	}
}

func TestVariantsJSON(t *testing.T) {
	maps := []string{
		"", // no root
		"%[1]s\"mcpServers\": null",
		"%[1]s\"mcpServers\": {}",
		"%[1]s\"mcpServers\": { }",
		"%[1]s\"mcpServers\": {\n%[1]s}",
		"%[1]s\"mcpServers\": {\n\n%[1]s}",
		"%[1]s\"mcpServers\": {\n%[1]s%[1]s// none\n%[1]s}",
		"%[1]s\"mcpServers\": { // none\n%[1]s}",
		"%[1]s\"mcpServers\": { /* none */ }",
		"%[1]s\"mcpServers\": { \"a\": { \"url\": \"x\" } }",
		"%[1]s\"mcpServers\": {\"a\": {\"url\": \"x\"},}",
		"%[1]s\"mcpServers\": {\"a\": {\"url\": \"x\"} // a\n%[1]s}",
		"%[1]s\"mcpServers\": {\n%[1]s%[1]s\"a\": {} // a\n%[1]s%[1]s// end\n%[1]s}",
		"%[1]s\"mcpServers\": {\n%[1]s%[1]s\"a\": {}, // a, \"b\": {\n%[1]s%[1]s/* end */\n%[1]s}",
		"%[1]s\"mcpServers\": {\n%[1]s%[1]s\"a\": {} /* a\n%[1]s%[1]s*/ }",
		"%[1]s\"mcpServers\": {\n%[1]s%[1]s\"a\": {}\n%[1]s%[1]s, \"b\": {}\n%[1]s}",
		"%[1]s\"mcpServers\": {\n%[1]s%[1]s\"fullstory\": {}\n%[1]s}",
		"%[1]s\"mcpServers\": {\n%[1]s%[1]s\"fullstory\": null, // ours\n%[1]s%[1]s\"b\": {}\n%[1]s}",
		"%[1]s\"mcpServers\": {\n%[1]s%[1]s\"fullstory\": {\"command\": \"npx\", \"args\": []}\n%[1]s}",
		"%[1]s\"mcpServers\": {\n%[1]s%[1]s\"fullstory\": {\n%[1]s%[1]s%[1]s\"url\": 1 // u\n%[1]s%[1]s}, \"b\": {}\n%[1]s}",
		"%[1]s\"mcpServers\": {\"fullstory\": {\"env\": {\"KEY\": \"v\"}, \"headers\": {\"X\": \"y\"}, \"enabled\": false}}",
	}
	frames := []string{
		"{%[2]s\n}",
		"{\n%[2]s\n}",
		"{\n%[1]s\"x\": 1,\n%[2]s\n}",
		"{\n%[1]s\"x\": [1e3, -0.0], // x\n%[2]s // map\n}",
		"{\n%[2]s,\n%[1]s\"x\": 1 // x\n%[1]s// end\n}",
		"// head\n{\n%[2]s, // map\n%[1]s\"x\": 1,\n}",
		"{%[2]s}",
		"{%[2]s, \"x\": {\"y\": 1}}",
	}
	sources := []string{"", "// head", "{}", "{ }", "{\n}", "{ // head\n}"}
	for _, m := range maps {
		for _, frame := range frames {
			for _, indent := range []string{"  ", "    ", "\t"} {
				text := m
				if strings.Contains(text, "%") {
					text = fmt.Sprintf(m, indent)
				}
				f := frame
				if m == "" {
					f = strings.NewReplacer("%[2]s,", "", "%[2]s // map", "", ",\n%[2]s", "", "%[2]s", "").Replace(frame)
					f = strings.Replace(f, "{, ", "{", 1)
				}
				source := strings.ReplaceAll(strings.ReplaceAll(f, "%[1]s", indent), "%[2]s", text)
				if strings.HasPrefix(frame, "{%") {
					source = strings.Replace(source, "{"+indent, "{", 1)
				}
				if _, err := Parse(JSON, []byte(source)); err != nil {
					continue // a frame and a map that do not go together
				}
				sources = append(sources, source)
			}
		}
	}
	variants(t, JSON, "//", sources)
}

func TestVariantsTOML(t *testing.T) {
	roots := []string{
		"", "mcpServers = {}\n", "mcpServers = { } # none\n", "mcpServers = { a = { x = 1 } } # a\n", "mcpServers = {a={x=1},}\n",
		"mcpServers.a.x = 1 # a\n", "mcpServers.fullstory.command = 'x' # ours\nmcpServers.fullstory.url = 'y'\n",
		"[mcpServers]\n", "[mcpServers] # root\n# none\n", "[mcpServers]\na = {} # a\n", "[mcpServers]\na.x = 1\n\n# b\n",
		"[mcpServers.a] # a\nx = 1 # x\n", "[mcpServers.a]\nx = 1\n# end of a\n", "[mcpServers.a]\n[mcpServers.a.env]\nX = 1\n",
		"[mcpServers.fullstory]\n", "  [mcpServers.fullstory]\n  url = 1 # u\n", "[mcpServers.fullstory.headers]\nX = 1\n", "[mcpServers.fullstory]\nenv.KEY = 1\nheaders.X = 2\n",
		"[mcpServers]\nfullstory = {command='x', env={KEY='v'}} # ours\n", "[mcpServers]\nfullstory = 1 # ours\n",
		"[mcpServers.fullstory]\nurl = 'x'\n\n[mcpServers.z]\nx = 1\n\n[mcpServers.fullstory.env]\nKEY = 1\nB = 2\n",
	}
	heads := []string{"", "# head\n", "model = \"m\" # m\n", "model = '''\n[mcpServers]\n'''\n\n"}
	tails := []string{"", "[tui]\nx = 1 # x\n", "\n# about\n[tui]\n", "\n\n[[models]]\nname = \"m\"\n\n[models.sub]\n"}
	var sources []string
	for _, root := range roots {
		for _, head := range heads {
			for _, tail := range tails {
				sources = append(sources, head+root+tail)
			}
		}
	}
	variants(t, TOML, "#", sources)
}

func TestVariantsYAML(t *testing.T) {
	roots := []string{
		"", "mcpServers:\n", "mcpServers: # none\n", "mcpServers: ~\n", "mcpServers: null # none\n", "mcpServers: {}\n", "mcpServers: { } # none\n",
		"mcpServers: {a: {x: 1}} # a\n", "mcpServers: {\n  a: {x: 1}, # a\n  }\n", "\"mcpServers\" :\n  a: 1 # a\n", "mcpServers:\n  # first\n  a: 1\n  # last\n",
		"mcpServers:\n    a:\n      x: |+\n        text\n\n\n", "mcpServers: !!map\n  a: 1\n",
		"mcpServers:\n  fullstory:\n", "mcpServers:\n  fullstory: ~ # ours\n", "mcpServers:\n  fullstory: {} # ours\n  b: 1\n", "mcpServers:\n  fullstory: {command: x, env: {KEY: v}} # ours\n",
		"mcpServers:\n  b: |\n    text\n  fullstory:\n    command: npx # run\n    args:\n    - a\n    env:\n      KEY: v\n    url: x # u\n", "mcpServers:\n  fullstory:\n    headers:\n      X: y\n    env:\n      KEY: |-\n        a\n      B: c\n  b: 1\n",
	}
	heads := []string{"", "# head\n", "---\n", "model: m # m\n", "model: |\n  mcpServers:\n    fullstory: 1\n\n", "%YAML 1.2\n---\na: &a [1]\nb: *a\n"}
	tails := []string{"", "z: 1 # z\n", "# about z\nz:\n- 1\n", "z: >\n  text\n", "...\n"}
	var sources []string
	for _, root := range roots {
		for _, head := range heads {
			for _, tail := range tails {
				if root == "" && tail == "...\n" || strings.HasSuffix(head, "\n---\n") && root+tail == "" {
					continue
				}
				sources = append(sources, head+root+tail)
			}
		}
	}
	variants(t, YAML, "#", sources)
}
